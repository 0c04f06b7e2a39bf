//! What is printed is read again as the same value, for every type; and what is no value of a type is refused.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn read(sql_type: &SqlType, text: &str) -> Option<Values> {
    let mut values = Values::of(sql_type);
    let read = values.read(sql_type, text);
    assert_eq!(values.len(), usize::from(read), "{text:?}: a row where it was read, none where not");
    read.then_some(values)
}

/// The text that a text comes back as.
fn there_and_back(sql_type: &str, text: &str) -> Option<String> {
    let sql_type = SqlType::parse(sql_type).unwrap();
    read(&sql_type, text).map(|values| values.get(0).to_string())
}

#[test]
fn texts_are_read_as_postgresql_reads_them() {
    let cases = [
        ("time", "24:00:01", None),
        ("time", "7:05", Some("07:05:00")),
        ("time", "2:30:05 pm", Some("14:30:05")),
        ("time", "12:00AM", Some("00:00:00")),
        ("time", "23:59:60", Some("24:00:00")),
        ("time", "12:60", None),
        ("time", "13:00 PM", None),
        ("time", "14:30:05+02", Some("14:30:05")),
        ("timestamptz", "2026-01-01T12:00:00+0130", Some("2026-01-01 10:30:00+00")),
        ("timestamptz", "0044-03-15 12:00+02 BC", Some("0044-03-15 10:00:00+00 BC")),
        ("timestamptz", "2026-01-31 02:30 PM UTC", Some("2026-01-31 14:30:00+00")),
        ("timestamptz", "Infinity", Some("infinity")),
        ("timestamptz", "2026-01-01 12:00 Europe/Berlin", None),
        ("timestamp", "2026-01-01T12:00:00+0130", Some("2026-01-01 12:00:00")),
        ("timestamp", "12026-01-01 24:00:00", Some("12026-01-02 00:00:00")),
        ("timestamp", "2026-01-01 00:00:00.1234567", Some("2026-01-01 00:00:00.123457")),
        ("timestamp", "-infinity", Some("-infinity")),
        ("timestamp", "now", None),
        ("timestamp", "2026-02-30", None),
        ("date", "2026-1-1", Some("2026-01-01")),
        ("date", "0044-03-15 BC", Some("0044-03-15 BC")),
        ("date", "5874897-12-31", Some("5874897-12-31")),
        ("date", "5874898-01-01", None),
        ("date", "4714-11-24 BC", Some("4714-11-24 BC")),
        ("date", "4714-11-23 BC", None),
        ("date", "infinity", Some("infinity")),
        ("date", "0000-01-01", None),
        ("date", "01/02/2026", None),
        ("smallint", "32768", None),
        ("int", " 7 ", Some("7")),
        ("int", "\u{a0}7", None),
        ("numeric(4,2)", "12.3", Some("12.30")),
        ("numeric(4,2)", "123", None),
        ("numeric(4,2)", "1.234", Some("1.23")),
        ("numeric(4,2)", "NaN", Some("NaN")),
        ("numeric(4,2)", "Infinity", None),
        ("numeric", "-inf", Some("-Infinity")),
        ("numeric", "12345678901234567890.10", Some("12345678901234567890.10")),
        ("numeric", "1e-20", Some("0.00000000000000000001")),
        ("real", "inf", Some("Infinity")),
        ("real", "1e39", None),
        ("double precision", "-Infinity", Some("-Infinity")),
        ("double precision", "nan", Some("NaN")),
        ("double precision", "1e-400", None),
        ("double precision", "infinite", None),
        ("boolean", "maybe", None),
        ("boolean", "o", None),
        ("boolean", "Tru", Some("t")),
        ("char(3)", "ab", Some("ab ")),
        ("char(3)", "abcd", None),
        ("varchar(3)", "äöü", Some("äöü")),
        ("varchar(3)", "äöüß", None),
        ("bytea", "\\x0g", None),
        ("bytea", "\\x0", None),
        ("bytea", "\\x 00 FF", Some("\\x00ff")),
        ("bytea", "ab", Some("\\x6162")),
        ("bytea", "a\\\\\\377", Some("\\x615cff")),
        ("bytea", "a\\b", None),
        ("cidr", "10.0.0.1/8", None),
        ("cidr", "10.1/16", Some("10.1.0.0/16")),
        ("inet", "10.0.0.1/32", Some("10.0.0.1")),
        ("int[]", "{1, NULL ,3}", Some("{1,NULL,3}")),
        ("int[]", "{1,x}", None),
        ("int[]", "{{1},{2}}", Some("{{1},{2}}")),
        ("int[]", "1,2", None),
        ("text[]", "{\"a\\\"b\",c d}", Some("{\"a\\\"b\",\"c d\"}")),
        ("text[]", "{\"a\"b}", None),
        ("text[]", "{}", Some("{}")),
    ];
    for (sql_type, text, expected) in cases {
        assert_eq!(there_and_back(sql_type, text).as_deref(), expected, "{text:?} as {sql_type}");
    }
}

#[test]
fn an_enum_reads_its_labels_alone() {
    let declared = EnumType { name: "mood".to_owned(), labels: vec!["so so".to_owned()] };
    let mood = SqlType::Enum(Arc::new(declared));
    assert!(read(&mood, "so so").is_some());
    assert!(read(&mood, "so").is_none());
    let moods = mood.array();
    assert_eq!(read(&moods, "{\"so so\",NULL}").unwrap().get(0).to_string(), "{\"so so\",NULL}");
}

#[test]
fn nulls_stand_among_values_and_are_forgotten_with_them() {
    let mut values = Values::of(&SqlType::Text);
    for row in 0..200 {
        if row % 3 == 0 { values.push_null() } else { values.push_text("x") }
    }
    for row in 0..200 {
        assert_eq!(values.get(row) == Value::Null, row % 3 == 0, "row {row}");
    }
    values.clear();
    values.push_text("y");
    assert_eq!(values.get(0), Value::Text("y"));
}

#[test]
fn every_type_takes_nulls() {
    for spelling in SqlType::SPELLINGS {
        let sql_type = SqlType::parse(spelling).unwrap();
        for sql_type in [sql_type.clone(), sql_type.array()] {
            let mut values = Values::of(&sql_type);
            values.push_null();
            assert_eq!((values.len(), values.get(0)), (1, Value::Null), "{sql_type}");
        }
    }
}

#[test]
fn values_are_written_as_json_of_their_own_kind() {
    let json = |sql_type: &str, text: &str| {
        let mut out = String::new();
        read(&SqlType::parse(sql_type).unwrap(), text).unwrap().get(0).write_json(&mut out);
        out
    };
    assert_eq!(json("numeric(20,10)", "12345678.5"), "12345678.5000000000");
    assert_eq!(json("numeric", "12345678901234567890"), "12345678901234567890");
    assert_eq!(json("numeric", "-Infinity"), "\"-Infinity\"");
    assert_eq!(json("real", "nan"), "\"NaN\"");
    assert_eq!(json("int[]", "{1,NULL}"), "[1, null]");
    assert_eq!(json("int[]", "{{1,2},{3,4}}"), "[[1, 2], [3, 4]]");
    assert_eq!(json("int[]", "{}"), "[]");
    assert_eq!(json("text[]", "{\"a \\\"b\\\"\"}"), "[\"a \\\"b\\\"\"]");
    assert_eq!(json("json", "{\"a\":\n1}"), "{\"a\": 1}");
    assert_eq!(json("money", "5"), "\"$5.00\"");
    assert_eq!(json("bytea", "\\x00"), "\"\\\\x00\"");
    assert_eq!(json("boolean", "t"), "true");
}

/// Checks that the text of a value is read as the same value, alone and in an array.
fn round_trip(sql_type: &SqlType, text: &str) {
    let one = read(sql_type, text).unwrap_or_else(|| panic!("{text:?} is no {sql_type}"));
    assert_eq!(one.get(0).to_string(), text, "{sql_type}");
    let array = sql_type.clone().array();
    let mut values = Values::of(&array);
    values.push_items(|items| {
        assert!(items.read(sql_type, text));
        items.push_null();
        assert!(items.read(sql_type, text));
    });
    let literal = values.get(0).to_string();
    assert_eq!(read(&array, &literal).unwrap().get(0), values.get(0), "{literal}");
}

#[test]
fn blanks_that_end_no_item_of_an_array_belong_to_it() {
    for text in ["\u{2000}", "\u{a0}a\u{a0}", "\u{85}", " \t\n\r\u{b}\u{c}"] {
        round_trip(&SqlType::Text, text);
    }
    let spaced = read(&SqlType::parse("int[]").unwrap(), "{ 1 ,\u{b}2\n}").unwrap();
    assert_eq!(spaced.get(0).to_string(), "{1,2}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn intervals_come_back(months: i32, days: i32, micros in -(1i64 << 60)..1 << 60) {
        round_trip(&SqlType::Interval, &Interval { months, days, micros }.to_string());
    }

    #[test]
    fn times_come_back(micros in 0..=DAY, at in -210_000_000_000i64..9_223_372_036_854) {
        round_trip(&SqlType::Time, &TimeOfDay(micros).to_string());
        let at = Timestamp(at * SECOND + micros % SECOND);
        round_trip(&SqlType::Timestamp, &at.to_string());
        round_trip(&SqlType::TimestampTz, &Value::TimestampTz(at).to_string());
        round_trip(&SqlType::Date, &at.date().to_string());
    }

    #[test]
    fn numbers_come_back(units: i64, scale in 0u8..=18, float: f32, double: f64, long in "-?[1-9][0-9]{18,60}(\\.[0-9]{1,60})?") {
        round_trip(&SqlType::Numeric(None), &long);
        if units != i64::MIN {
            round_trip(&SqlType::Numeric(None), &Decimal { units, scale }.to_string());
            round_trip(&SqlType::Money, &Money(units).to_string());
        }
        if !float.is_nan() {
            round_trip(&SqlType::Real, &Value::Real(float).to_string());
        }
        if !double.is_nan() {
            round_trip(&SqlType::Double, &Value::Float(double).to_string());
        }
    }

    #[test]
    fn bytes_come_back(bytes: Vec<u8>, uuid: [u8; 16], mac: [u8; 6]) {
        round_trip(&SqlType::Bytea, &Value::Bytes(&bytes).to_string());
        round_trip(&SqlType::Uuid, &Value::Uuid(uuid).to_string());
        round_trip(&SqlType::MacAddr, &Value::MacAddr(mac).to_string());
    }

    #[test]
    fn addresses_come_back(v4: [u8; 4], v6: [u8; 16], prefix in 0u8..=128) {
        for (address, prefix) in [(std::net::IpAddr::from(v4), prefix.min(32)), (v6.into(), prefix)] {
            round_trip(&SqlType::Inet, &Value::Inet(Network { address, prefix }).to_string());
        }
    }

    #[test]
    fn texts_and_documents_come_back(text in "\\PC*|[{}\",\\\\ \t\n]*") {
        round_trip(&SqlType::Text, &text);
        let mut document = String::new();
        json::write_string(&text, &mut document);
        round_trip(&SqlType::Jsonb, &format!("[{document}, 1.50, null, {{{document}: {{}}}}]"));
    }
}
