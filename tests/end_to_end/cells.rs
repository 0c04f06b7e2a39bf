//! Values in columns of other types: what `grade` expects there is what a server prints after its own casts.

use shopsim::grade::cell::{Comparison, TargetType};
use shopsim::quoting::literal;
use shopsim::value::{SqlType, Values};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::harness::Place;
use super::server::Server;

/// Types of the source with texts of them, and the types that they are loaded into without loss.
const LOSSLESS: [(&str, &[&str], &[&str]); 22] = [
    (
        "int",
        &["0", "-7", "2147483647"],
        &[
            "integer",
            "bigint",
            "numeric",
            "numeric(38,0)",
            "numeric(38,9)",
            "double precision",
            "text",
            "money",
        ],
    ),
    ("smallint", &["-32768", "5"], &["integer", "real", "numeric(20,2)", "character varying(10)"]),
    (
        "bigint",
        &["9007199254740992", "-1000000000000000", "4532015112830366", "123456"],
        &["numeric", "numeric(38,9)", "double precision", "text"],
    ),
    (
        "double precision",
        &["0.1", "-2.5", "1e15", "123456.789", "1e-7", "0", "33"],
        &["double precision", "numeric", "text", "numeric(38,9)"],
    ),
    ("double precision", &["7", "-3", "0"], &["integer", "bigint", "numeric(38,9)", "numeric(10,2)"]),
    ("double precision", &["NaN", "Infinity", "-Infinity"], &["double precision", "text"]),
    ("real", &["0.1", "-2.5", "123456"], &["real", "double precision", "text", "numeric"]),
    (
        "numeric(10,2)",
        &["0.00", "-1.50", "12345678.25"],
        &["numeric", "numeric(38,9)", "double precision", "text", "money"],
    ),
    ("numeric", &["12345678901234567890.10", "-0.000001", "1e20"], &["numeric", "numeric(60,20)", "text"]),
    ("money", &["1234.5", "-0.05"], &["money", "numeric", "numeric(38,9)", "text"]),
    ("boolean", &["true", "false"], &["boolean", "text", "character varying(5)", "integer"]),
    (
        "timestamp",
        &[
            "2026-01-01 10:00:00",
            "1969-12-31 23:59:59.999999",
            "0044-03-15 12:00:00 BC",
            "12026-01-01",
            "infinity",
        ],
        &["timestamp without time zone", "timestamp with time zone", "timestamp(6) with time zone", "text"],
    ),
    (
        "timestamptz",
        &["2026-01-01 10:00:00.25+03", "0044-03-15 12:00+02 BC", "-infinity"],
        &["timestamp with time zone", "timestamp without time zone", "text"],
    ),
    (
        "date",
        &["2026-01-31", "0044-03-15 BC", "12026-01-01", "infinity"],
        &["date", "timestamp without time zone", "timestamp with time zone", "text"],
    ),
    ("timestamp", &["2026-01-31 00:00:00", "-infinity"], &["date"]),
    ("time", &["14:30:05.25", "24:00:00"], &["time without time zone", "interval", "text"]),
    ("interval", &["1 year -2 days 03:04:05.6"], &["interval", "text"]),
    ("char(5)", &["ab", "äöüßé", ""], &["character(5)", "character(9)", "text", "character varying(5)"]),
    ("varchar(20)", &["", " a b ", "it's"], &["text", "character varying(255)", "character varying"]),
    ("json", &["{\"b\" : 1.50,  \"a\": [null, \"\\u00e9\"]}", "3"], &["json", "jsonb", "text"]),
    ("inet", &["10.0.0.1", "192.168.1.5/24", "::1"], &["inet", "text"]),
    ("cidr", &["10.0.0.0/8", "192.168.1.5"], &["cidr", "inet", "text"]),
];

/// What the server prints for a value of one type as another one.
async fn cast(client: &Client, source: &str, text: &str, target: &str) -> String {
    let query = format!("SELECT CAST(CAST({} AS {source}) AS {target})", literal(text));
    let messages = client.simple_query(&query).await.unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    row.unwrap_or_else(|| panic!("{query}: no row")).to_owned()
}

#[tokio::test]
async fn a_value_is_expected_in_another_type_as_the_server_casts_it() {
    let place = Place::new("");
    let server = Server::new(&place, "server").await;
    let client = server.superuser("postgres").await;
    client.batch_execute("SET TIME ZONE 'UTC'").await.unwrap();
    for (source, texts, targets) in LOSSLESS {
        let sql_type = SqlType::parse(source).unwrap();
        for (text, target) in texts.iter().flat_map(|text| targets.iter().map(move |target| (text, target))) {
            let mut values = Values::of(&sql_type);
            assert!(values.read(&sql_type, text), "{text} is {source}");
            let found = cast(&client, source, text, target).await;
            let comparison = Comparison::new(&sql_type, TargetType::parse(target), 0);
            let mut written = String::new();
            comparison.write_expected(values.get(0), &mut written);
            assert_eq!(written, found, "{text} of {source} as {target}");
            let own = values.get(0).to_string();
            assert!(comparison.is_same(values.get(0), &own, Some(&found)), "{text} of {source} as {target}");
        }
    }

    // What PostgreSQL calls a type is what the comparison reads.
    for (_, _, targets) in LOSSLESS {
        for target in targets {
            let query = format!("CREATE TEMPORARY TABLE one (it {target})");
            client.batch_execute(&query).await.unwrap();
            let query = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute \
                         WHERE attrelid = 'one'::regclass AND attname = 'it'";
            let name: String = client.query_one(query, &[]).await.unwrap().get(0);
            client.batch_execute("DROP TABLE one").await.unwrap();
            assert_eq!(TargetType::parse(&name).to_string(), name);
            assert!(TargetType::parse(&name).sql_type().is_some(), "{name}");
        }
    }
}
