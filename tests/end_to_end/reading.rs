//! What texts are read as, against a server's own reading: what it takes is taken as the same value and arrives as such,
//! and what is refused it refuses, too.

use std::fmt::Write;

use rand_xoshiro::SplitMix64;
use shopsim::value::{SqlType, Values};
use tokio_postgres::Client;

use super::harness::{Place, UNLIMITED, below, random};
use super::oracle;
use super::server::Server;

/// Texts of each pattern, and what becomes of them by one slip of the pen.
const TEXTS: usize = 40;
/// Most elements of a column.
const ELEMENTS: usize = 80;

/// What a name in brackets stands for in a pattern; there `#` is a digit, and elsewhere itself.
const PARTS: [(&str, &[&str]); 21] = [
    ("blank", &["", "", " ", "\t"]),
    ("sign", &["", "", "-", "+"]),
    ("digits", &["#", "##", "0", "####", "#########", "##################", "######################"]),
    ("exponent", &["", "", "e#", "E-#", "e+##", "e-##"]),
    ("special", &["NaN", "nan", "Infinity", "-infinity", "INF", "-inf", "infinit", "na"]),
    ("year", &["2026", "1999", "0001", "0044", "2000", "12026", "294246", "0000", "044"]),
    ("month", &["01", "1", "02", "12", "13", "0"]),
    ("day", &["01", "9", "28", "29", "30", "31", "32"]),
    (
        "clock",
        &[
            "0#:0#",
            "1#:##",
            "2#:##:##",
            "0#:##:##",
            "12:00",
            "23:59:60",
            "24:00:00",
            "0#:##:##.#",
            "#:0#:##.######",
            "0#:00:0#.########",
        ],
    ),
    ("half", &["", "", "", " AM", " pm", "PM"]),
    ("zone", &["", "", "Z", "+02", "-03:30", "+0530", " UTC", "+1", "-14:00", "+16", "+02:30:15", "z"]),
    ("era", &["", "", "", " BC", " AD", " bc"]),
    ("between", &["T", " ", "t", "  "]),
    ("number", &["#", "##", "#.#", "-#", "+##", "0", "-#.##", ".#", "#.", "###.####"]),
    (
        "unit",
        &[
            "year",
            "years",
            "mons",
            "month",
            "days",
            "d",
            "hours",
            "h",
            "mins",
            "m",
            "secs",
            "s",
            "ms",
            "us",
            "weeks",
            "decade",
            "century",
            "millennium",
            "yr",
            "sec",
        ],
    ),
    ("span", &["##:##", "-0#:##:##", "+0#:0#", "###:##:##.###", "0#:0#.#"]),
    ("ago", &["", "", " ago"]),
    ("octet", &["#", "10", "192", "255", "0", "##", "172", "224", "256", "0#"]),
    ("bits", &["", "", "/#", "/8", "/16", "/24", "/32", "/33"]),
    ("hex", &["ab", "0F", "##", "c#", "e#"]),
    ("item", &["#", "-##", "NULL", "null", " ## ", "\"#\"", "##"]),
];

/// Types, each with the patterns of its texts.
const TYPES: [(&str, &[&str]); 21] = [
    ("smallint", &["[blank][sign][digits][blank]", "[number]"]),
    ("int", &["[blank][sign][digits][blank]", "[number]", "#########", "-214748364#"]),
    ("bigint", &["[blank][sign][digits]", "922337203685477580#"]),
    (
        "real",
        &[
            "[blank][sign][digits].[digits][exponent]",
            "[sign][digits][exponent][blank]",
            "[special]",
            "[number]",
            "#e#[digits]",
        ],
    ),
    (
        "double precision",
        &["[blank][sign][digits].[digits][exponent]", "[sign]#.#e3##", "#.##e-3##", "[special]", "[number]"],
    ),
    (
        "numeric",
        &[
            "[blank][sign][digits].[digits][exponent][blank]",
            "[sign][digits][exponent]",
            "[special]",
            "[number]",
            "[sign][digits][digits].[digits][digits]",
        ],
    ),
    ("numeric(6,2)", &["[sign]##.###", "[sign]####.##", "9999.99#", "[digits][exponent]", "[special]"]),
    ("numeric(40,20)", &["[sign][digits].[digits]", "[number][exponent]"]),
    (
        "money",
        &["[blank][sign]##,###.##", "$[digits]", "-$#.##", "($##.#)", "[number]", "##.###", "$-#", "#.#$"],
    ),
    ("boolean", &["[blank]tru", "f", "Yes", "n", "o", "on", "of", "OFF", "1[blank]", "0", "2", "", "truee"]),
    (
        "date",
        &[
            "[blank][year]-[month]-[day][era]",
            "[year]-[month]-[day][between][clock]",
            "[special]",
            "epoch",
            "5874897-12-31",
            "5874898-01-01",
            "4714-11-2# BC",
        ],
    ),
    (
        "time",
        &[
            "[blank][clock][zone]",
            "[clock][half] [zone]",
            "[clock][half]",
            "[year]-[month]-[day] [clock]",
            "[clock]",
        ],
    ),
    (
        "timestamp",
        &[
            "[year]-[month]-[day][between][clock][zone][era]",
            "[year]-0#-1#[between][clock][half] [zone][era]",
            "[year]-[month]-[day][era]",
            "[special]",
            "epoch",
            "[year]-0#-1#[between][clock]",
        ],
    ),
    (
        "timestamptz",
        &[
            "[year]-[month]-[day][between][clock][zone][era]",
            "[year]-0#-1#[between][clock][half] [zone][era]",
            "[year]-[month]-[day]",
            "[special]",
            "[year]-0#-1#[between][clock][zone]",
        ],
    ),
    (
        "interval",
        &[
            "[blank][number] [unit][ago]",
            "[number] [unit] [number] [unit]",
            "[number][unit]",
            "[number] [unit] [span]",
            "[number] [span]",
            "[sign]#-# [number] [span]",
            "[sign]#-##",
            "@ [number] [unit] [number] [unit][ago]",
            "[span]",
            "[number]",
            "#h##m",
            "P#Y#M#DT#H#M#.#S",
            "P#W",
            "P-#Y#M",
            "PT[number]H",
            "P[number]M[number]D",
            "P00##-0#-0#T0#:0#:##",
            "P####-0#",
        ],
    ),
    (
        "uuid",
        &[
            "[hex][hex][hex][hex]-[hex][hex]-[hex][hex]-[hex][hex]-[hex][hex][hex][hex][hex][hex]",
            "{[hex][hex][hex][hex][hex][hex][hex][hex][hex][hex][hex][hex][hex][hex][hex][hex]}",
            "[hex][hex]-[hex][hex]-[hex][hex]-[hex][hex]-[hex][hex]-[hex][hex]-[hex][hex]-[hex][hex]",
        ],
    ),
    (
        "jsonb",
        &[
            "{\"b\": [number], \"aa\": [digits][exponent]}",
            "[[[number], null]]",
            "\"\\u00##\"",
            "[blank]true",
            "[digits].#",
        ],
    ),
    ("bytea", &["\\x[hex][hex]", "\\x [hex] [hex]", "a\\\\b", "\\###", "\\0##x", "plain", "\\x#"]),
    (
        "inet",
        &[
            "[octet].[octet].[octet].[octet][bits]",
            "[octet].[octet][bits]",
            "[octet].[octet].[octet][bits]",
            "::[hex]",
            "2001:db8::[hex]/1##",
            "[octet]/#",
        ],
    ),
    (
        "cidr",
        &[
            "[octet].0.0.0[bits]",
            "[octet].[octet][bits]",
            "[octet][bits]",
            "[octet].[octet].[octet][bits]",
            "2001:db8::/##",
            "224",
        ],
    ),
    (
        "macaddr",
        &[
            "[hex]:[hex]:[hex]:[hex]:[hex]:[hex]",
            "[hex]-[hex]-[hex]-[hex]-[hex]-[hex]",
            "[hex][hex].[hex][hex].[hex][hex]",
            "[hex][hex][hex]:[hex][hex][hex]",
            "[hex][hex][hex][hex][hex][hex]",
            "[hex][hex]-[hex][hex]-[hex][hex]",
        ],
    ),
];

/// Patterns of arrays of whole numbers.
const ARRAYS: [&str; 8] = [
    "{[item],[item]}",
    "{{[item],[item]},{[item],[item]}}",
    "{ { [item] } , {[item]} }",
    "{{[item]},[item]}",
    "{{[item]},{[item],[item]}}",
    "[0:1]={[item],[item]}",
    "[-#:-1][2:3]={{[item],[item]}}",
    "{}",
];

/// A text of a pattern.
fn text(random: &mut SplitMix64, pattern: &str) -> String {
    let (mut out, mut rest) = (String::new(), pattern);
    while let Some(letter) = rest.chars().next() {
        let part = PARTS.iter().find(|(name, _)| {
            rest.strip_prefix('[')
                .and_then(|rest| rest.strip_prefix(name))
                .is_some_and(|rest| rest.starts_with(']'))
        });
        match (part, letter) {
            (Some((name, options)), _) => {
                let option = options[below(random, options.len() as u64) as usize];
                out += &text(random, option);
                rest = &rest[name.len() + 2..];
                continue;
            }
            (None, '#') => write!(out, "{}", below(random, 10)).unwrap(),
            (None, letter) => out.push(letter),
        }
        rest = &rest[letter.len_utf8()..];
    }
    out
}

/// The text with a letter of it left out, doubled, or put elsewhere.
fn slip(random: &mut SplitMix64, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return "-".to_owned();
    }
    let at = below(random, letters.len() as u64) as usize;
    let letter = letters[at];
    if below(random, 3) > 0 {
        letters.remove(at);
    }
    if below(random, 3) > 0 {
        let to = below(random, letters.len() as u64 + 1) as usize;
        letters.insert(to, letter);
    }
    letters.into_iter().collect()
}

/// A text to be read.
struct Case {
    sql_type: String,
    text: String,
    /// Whether the text is as its writer meant it.
    meant: bool,
}

impl Case {
    fn new(sql_type: &str, text: &str, meant: bool) -> Self {
        Self { sql_type: sql_type.to_owned(), text: text.to_owned(), meant }
    }
}

fn cases(random: &mut SplitMix64) -> Vec<Case> {
    let mut cases = Vec::new();
    let arrays = ARRAYS.iter().map(|pattern| ("int[]", *pattern));
    let patterns = TYPES.iter().flat_map(|(sql_type, all)| all.iter().map(move |one| (*sql_type, *one)));
    for (sql_type, pattern) in patterns.chain(arrays) {
        for _ in 0..TEXTS {
            let meant = text(random, pattern);
            let slipped = slip(random, &meant);
            for (text, meant) in [(meant, true), (slipped, false)] {
                cases.push(Case::new(sql_type, &text, meant));
            }
        }
    }
    cases
}

/// What the server makes of each of the texts.
async fn judge(client: &Client, cases: &[Case]) -> Vec<Option<String>> {
    client
        .batch_execute(
            "CREATE OR REPLACE FUNCTION pg_temp.reads(sql_type text, value text) RETURNS text LANGUAGE plpgsql AS $$ \
             DECLARE result text; BEGIN \
             EXECUTE 'SELECT ($1::' || sql_type || ')::text' INTO result USING value; RETURN result; \
             EXCEPTION WHEN others THEN RETURN NULL; END $$",
        )
        .await
        .unwrap();
    let types: Vec<&str> = cases.iter().map(|case| case.sql_type.as_str()).collect();
    let texts: Vec<&str> = cases.iter().map(|case| case.text.as_str()).collect();
    let query = "SELECT pg_temp.reads(t, v) FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u(t, v, n) ORDER BY n";
    client.query(query, &[&types, &texts]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// What shopsim makes of a text, in the form of `::text`.
fn reads(sql_type: &str, text: &str) -> Option<String> {
    let sql_type = SqlType::parse(sql_type).unwrap();
    let mut values = Values::of(&sql_type);
    let printed = |values: &Values| match (&sql_type, values.get(0).to_string()) {
        (SqlType::Boolean, word) if word == "t" => "true".to_owned(),
        (SqlType::Boolean, _) => "false".to_owned(),
        // A host's address is printed without its bits, and cast to text with them.
        (SqlType::Inet, address) if !address.contains('/') => {
            format!("{address}/{}", if address.contains(':') { 128 } else { 32 })
        }
        (_, printed) => printed,
    };
    values.read(&sql_type, text).then(|| printed(&values))
}

/// Forms that a server takes and shopsim does not, as the README says.
const LEFT: [(&str, &str); 19] = [
    ("real", "0x1f"),
    ("double precision", "-NaN"),
    ("date", "now"),
    ("date", "today"),
    ("date", "20260131"),
    ("date", "2026/01/31"),
    ("date", "January 31, 2026"),
    ("date", "01/31/2026"),
    ("date", "J2451187"),
    ("time", "allballs"),
    ("time", "143005"),
    ("timestamptz", "2026-01-31 12:00 Europe/Berlin"),
    ("timestamptz", "2026-01-31 12:00 PST"),
    ("timestamp", "294276-12-31"),
    ("interval", "P00010203T040506"),
    ("json", "\"\\u0000\""),
    ("json", "\"\\ud800\""),
    ("int[]", "{\\1}"),
    ("text[]", "{a\\,b}"),
];

#[tokio::test]
async fn texts_are_read_as_a_server_reads_them_and_arrive_so() {
    let place = Place::new("");
    let server = Server::new(&place, "server").await;
    server.create_databases(&["shops"]).await;
    let client = server.client("shops").await;
    client.batch_execute("SET TimeZone = 'UTC'").await.unwrap();
    let cases = cases(&mut random());
    let judged = judge(&client, &cases).await;

    let mut wrong = Vec::new();
    let mut taken: Vec<(&str, Vec<&str>)> = Vec::new();
    for (Case { sql_type, text, meant }, theirs) in cases.iter().zip(&judged) {
        let ours = reads(sql_type, text);
        let passed_over = ours.is_none() && !meant;
        if ours != *theirs && !passed_over {
            wrong.push(format!("{text:?} as {sql_type}: {ours:?}, and the server's {theirs:?}"));
        }
        if ours.is_some() && ours == *theirs {
            match taken.iter_mut().find(|(of, _)| of == sql_type) {
                Some((_, texts)) if texts.len() < ELEMENTS => texts.push(text),
                Some(_) => {}
                None => taken.push((sql_type, vec![text])),
            }
        }
    }
    let left: Vec<Case> = LEFT.iter().map(|(sql_type, text)| Case::new(sql_type, text, false)).collect();
    for (Case { sql_type, text, .. }, theirs) in left.iter().zip(judge(&client, &left).await) {
        let ours = reads(sql_type, text);
        if theirs.is_none() || ours.is_some() {
            wrong.push(format!("{text:?} as {sql_type}: {ours:?}, and the server's {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!(taken.len(), TYPES.len() + 1, "each type takes some");

    place.configure(&config(&server, &taken));
    place.finish(&[&UNLIMITED[..], &["--until-tick", "3"]].concat(), 0).await;
    oracle::assert_engine_agrees(&client, &oracle::plan_in(&place, "shop-1")).await;
    let verified = place.shopsim(&["verify", "--shops", "shops.toml"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

/// A shop whose columns are filled with these texts.
fn config(server: &Server, taken: &[(&str, Vec<&str>)]) -> String {
    let mut columns = String::new();
    for (place, (sql_type, texts)) in taken.iter().enumerate() {
        let elements: Vec<String> = texts.iter().map(|text| serde_json::to_string(text).unwrap()).collect();
        writeln!(
            columns,
            "c_{place} = {{ type = {sql_type:?}, faker = \"random_element\", params = {{ elements = [{}] }} }}",
            elements.join(", ")
        )
        .unwrap();
    }
    format!(
        "[[shop]]\nname = \"shop-1\"\nseed = 7\ntick_interval = \"1s\"\nupdate_not_older_than = \"20s\"\n\
         database = {:?}\n[tables.readings]\ninsert_rows_per_tick = 1000\nupdate_rows_per_tick = 300\n\
         [tables.readings.columns]\n{columns}",
        server.url("shops")
    )
}
