//! Every type of a column through a real server: what is written by COPY and UPDATE, what the engine says it
//! wrote, and what `sample` prints are the same, and the server's own text decides.

use std::fmt::Write;
use std::process::Command;

use futures_util::TryStreamExt;

use super::harness::{NEW_YEAR, Place, UNLIMITED};
use super::oracle;
use super::server::{Server, copy};

/// Types, each with texts that are read as it.
const TYPES: [(&str, &[&str]); 28] = [
    ("smallint", &["-32768", "0", "32767"]),
    ("int", &["-2147483648", "7"]),
    ("bigint", &["-9223372036854775808", "9223372036854775807"]),
    ("real", &["0.1", "-1234567", "1.5e-5", "123456.79", "0", "-0", "NaN", "-infinity", "6.203e8"]),
    ("double precision", &["0.1", "1e15", "123456789012345", "-2.5e-7", "1e-4", "-0.0", "Infinity", "nan"]),
    (
        "numeric",
        &["0", "-0.050", "123456789.123456789", "1e12", "1.5e-30", "123456789012345678901234567890", "NaN"],
    ),
    ("numeric(10,2)", &["5", "-0.5", "12345678.25", "0.005"]),
    ("money", &["1234.5", "-0.05", "$1,234,567.89", "0"]),
    ("boolean", &["true", "no"]),
    ("char", &["x", "ß"]),
    ("char(5)", &["ab", "ab cd", "äöüßé", ""]),
    ("varchar(20)", &["", "NULL", "a,b", "{curly}", "back\\slash", "it's"]),
    ("text", &["\ttab", "two\nlines", " blanks ", "say \"hi\"", "ünïcode 🍍"]),
    (
        "date",
        &[
            "2024-02-29",
            "0001-01-01",
            "9999-12-31",
            "1969-12-31",
            "0044-03-15 BC",
            "12026-01-01",
            "-infinity",
        ],
    ),
    ("time", &["00:00", "14:30:05", "23:59:59.999999", "24:00:00", "01:02:03.5", "2:30 PM"]),
    ("timestamp", &["2024-02-29 12:34:56.789", "1969-12-31T23:59:59.999999", "2026-01-01", "infinity"]),
    (
        "timestamptz",
        &[
            "2024-02-29 12:34:56.789+03",
            "1999-12-31T23:59:59Z",
            "2026-01-01",
            "-infinity",
            "0044-03-15 12:00+02 BC",
        ],
    ),
    (
        "interval",
        &[
            "1 day",
            "02:30:00",
            "1 year 2 mons -3 days 04:05:06.7",
            "-1 mons 1 day",
            "2 weeks ago",
            "90 minutes",
            "0 s",
            "-00:00:01.5",
            "3 days -01:00:00",
            "P1Y2M3DT4H5M6.5S",
            "1-2 3 4:05:06",
        ],
    ),
    ("uuid", &["F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "{00000000000000000000000000000000}"]),
    ("json", &["{\"b\" : 1,  \"a\": [1.50, null]}", "\"text\"", "[]"]),
    (
        "jsonb",
        &[
            "{\"bb\": 1, \"a\": {\"z\": 1e3, \"y\": -0.0}, \"a\": [1.50, \"\\u00e9\\n\\u0001/\"]}",
            "[ ]",
            "12.50",
            "null",
        ],
    ),
    ("bytea", &["\\x", "\\x00ff5c27", "plain"]),
    (
        "inet",
        &[
            "10.0.0.1",
            "192.168.1.5/24",
            "::1",
            "::5",
            "::ffff",
            "::1:2",
            "::ffff:1.2.3.4",
            "2001:db8::1/64",
            "::",
            "1:0:2::3",
        ],
    ),
    ("cidr", &["10.0.0.0/8", "10.1/16", "192.168.1.5", "2001:db8::/32", "::/0"]),
    ("macaddr", &["08:00:2b:01:02:03", "08-00-2B-01-02-FF"]),
    ("mood", &["it's so-so", "good, \"very\"", "bad\\"]),
    ("Odd Type", &["{", "NULL"]),
    ("varchar", &["a", "b"]),
];

/// A column of each type and one of arrays of it, drawn from the texts.
fn config(server: &Server, rows: u64) -> String {
    let mut columns = String::new();
    let mut labels = String::new();
    for (place, (sql_type, texts)) in TYPES.into_iter().enumerate() {
        if ["mood", "Odd Type"].contains(&sql_type) {
            writeln!(labels, "{} = {}", quoted(sql_type), list(texts)).unwrap();
        }
        let column = |name: &str, sql_type: &str, elements: &[&str]| {
            format!(
                "{name}_{place} = {{ type = {}, faker = \"random_element\", params = {{ elements = {} }} }}\n",
                quoted(sql_type),
                list(elements)
            )
        };
        columns += &column("one", sql_type, texts);
        let item = |text: &&str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let all: Vec<String> = texts.iter().map(item).collect();
        let (whole, first) = (format!("{{{}, NULL}}", all.join(",")), format!("{{ {} }}", all[0]));
        let square = format!("{{{{{0},NULL}},{{NULL,{0}}}}}", all[0]);
        columns += &column(
            "many",
            &format!("{sql_type}[]"),
            &[&whole, &first, "{}", &square, &format!("[0:0]={first}")],
        );
    }
    format!(
        "[types]\n{labels}\n[[shop]]\nname = \"shop-1\"\nseed = 7\nschema = \"Sales\"\ntick_interval = \"1s\"\n\
         update_not_older_than = \"20s\"\ndatabase = {}\n\
         [tables.everything]\ninsert_rows_per_tick = {rows}\nupdate_rows_per_tick = 30\n\
         [tables.everything.columns]\n{columns}\
         a_uuid = {{ type = \"uuid\", faker = \"uuid4\" }}\n\
         an_inet = {{ type = \"inet\", faker = \"ipv6\", params = {{ network = true }} }}\n\
         a_cidr = {{ type = \"cidr\", faker = \"ipv4\", params = {{ network = true }} }}\n\
         a_mac = {{ type = \"macaddr\", faker = \"mac_address\" }}\n\
         a_time = {{ type = \"time\", faker = \"past_datetime\" }}\n\
         a_clock = {{ type = \"time\", faker = \"time\" }}\n\
         an_instant = {{ type = \"timestamptz\", faker = \"iso8601\" }}\n\
         a_sum = {{ type = \"money\", faker = \"random_int\" }}\n\
         a_padded = {{ type = \"char(12)\", faker = \"currency_code\" }}\n\
         a_number = {{ type = \"jsonb\", faker = \"random_int\" }}\n",
        quoted(&server.url("shops"))
    )
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}").unwrap(),
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c)).unwrap(),
            c => out.push(c),
        }
    }
    format!("\"{out}\"")
}

fn list(texts: &[&str]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// What `sample` prints.
fn sample(place: &Place, ticks: &str, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_shopsim"))
        .args(["sample", "--start", NEW_YEAR, "--ticks", ticks, "--format", format])
        .args(["--shops".as_ref(), place.path("shops.toml").as_os_str()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn every_type_arrives_as_it_was_drawn_and_as_sample_prints_it() {
    arrives(40).await;
}

#[tokio::test]
async fn every_type_arrives_so_too_where_the_rows_are_many_and_copied() {
    arrives(1_000).await;
}

async fn arrives(rows: u64) {
    let place = Place::new("");
    let server = Server::new(&place, "server").await;
    server.create_databases(&["shops"]).await;
    place.configure(&config(&server, rows));
    let client = server.client("shops").await;
    let run = async |ticks: &str| place.finish(&[&UNLIMITED[..], &["--until-tick", ticks]].concat(), 0).await;

    run("1").await;
    let plan = oracle::plan_in(&place, "shop-1");
    // The server prints each value as a line of `sample --format csv`.
    let mut lines = Vec::new();
    let names = plan.tables[0].columns.iter().map(|column| column.name.as_str()).chain(["created_at"]);
    for (number, name) in names.enumerate() {
        let query = format!(
            "COPY (SELECT 'shop-1', 0, '2026-01-01T00:00:00Z', 'everything', 'insert', everything_id, '{name}', \
             CASE WHEN {name} IS NULL THEN NULL ELSE format('%s', {name}) END FROM \"Sales\".everything \
             ORDER BY everything_id) TO STDOUT (FORMAT csv)"
        );
        let stream = client.copy_out(&query).await.unwrap();
        let chunks: Vec<_> = stream.try_collect().await.unwrap();
        let text = String::from_utf8(chunks.concat()).unwrap();
        let one = format!(",{name},");
        for (row, value) in text.split("shop-1,0,").skip(1).enumerate() {
            assert!(value.contains(&one), "{value}");
            lines.push((row, number, format!("shop-1,0,{value}")));
        }
    }
    lines.sort();
    let expected: String = lines.into_iter().map(|(_, _, line)| line).collect();
    let printed = sample(&place, "1", "csv");
    let printed = printed.split_once('\n').unwrap().1;
    for (printed, expected) in printed.lines().zip(expected.lines()) {
        assert_eq!(printed, expected);
    }
    assert_eq!(printed.len(), expected.len());

    run("8").await;
    oracle::assert_engine_agrees(&client, &plan).await;

    client
        .batch_execute("CREATE SCHEMA again; CREATE TABLE again.everything (LIKE \"Sales\".everything)")
        .await
        .unwrap();
    let statements = sample(&place, "8", "sql").replace("\"Sales\".", "\"again\".");
    client.batch_execute(&statements).await.unwrap();
    let all = |schema: &str| format!("SELECT * FROM {schema}.everything ORDER BY everything_id");
    assert_eq!(copy(&client, &all("again")).await, copy(&client, &all("\"Sales\"")).await);

    // An object a row, whose documents and numbers are those of the server.
    for line in sample(&place, "1", "jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["table"], "everything");
        assert!(row["values"]["many_1"].is_array() && row["values"]["one_6"].is_number(), "{line}");
    }
}

#[tokio::test]
async fn types_are_made_with_the_tables_checked_and_dropped_with_them() {
    let place = Place::new("");
    let server = Server::new(&place, "server").await;
    server.create_databases(&["shops"]).await;
    let client = server.client("shops").await;
    let config = |labels: &str| {
        format!(
            "[types]\nstate = [{labels}]\n[[shop]]\nname = \"shop-1\"\nseed = 1\ntick_interval = \"1s\"\n\
             database = \"{}\"\n[tables.orders]\ninsert_rows_per_tick = 2\n[tables.orders.columns]\n\
             state = {{ type = \"state\", faker = \"random_element\", params = {{ elements = [\"paid\"] }} }}\n",
            server.url("shops")
        )
    };
    let options = [&UNLIMITED[..], &["--until-tick", "2"]].concat();
    let labels = "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum";
    let found = async || client.query_one(labels, &[]).await.unwrap().get::<_, Option<String>>(0);

    // Somebody else's type under that name is not touched.
    client.batch_execute("CREATE TYPE state AS ENUM ('other')").await.unwrap();
    place.configure(&config("\"paid\""));
    let ended = place.finish(&options, 2).await;
    assert!(ended.err.contains("type public.state other → paid"), "{}", ended.err);
    place.finish(&[&options[..], &["--reset"]].concat(), 2).await;
    assert_eq!(found().await.as_deref(), Some("other"));
    client.batch_execute("DROP TYPE state").await.unwrap();

    place.finish(&options, 0).await;
    assert_eq!(found().await.as_deref(), Some("paid"));
    place.finish(&options, 0).await;

    place.configure(&config("\"paid\", \"shipped\""));
    let ended = place.finish(&options, 2).await;
    assert!(ended.err.contains("types.state [\"paid\"] → [\"paid\", \"shipped\"]"), "{}", ended.err);
    place.finish(&[&options[..], &["--reset"]].concat(), 0).await;
    assert_eq!(found().await.as_deref(), Some("paid,shipped"));

    client.batch_execute("ALTER TYPE state ADD VALUE 'lost'").await.unwrap();
    let ended = place.finish(&options, 2).await;
    assert!(ended.err.contains("type public.state paid, shipped, lost → paid, shipped"), "{}", ended.err);
}
