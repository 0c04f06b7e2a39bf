//! What a tool may do to a value, what it may not, and what it is then told to have done.

use proptest::prelude::*;

use super::*;
use crate::value::{DAY, SECOND, SqlType, Value, Values};

const HOUR: i64 = 3_600 * SECOND;

fn values(sql_type: &SqlType, text: Option<&str>) -> Values {
    let mut values = Values::of(sql_type);
    match text {
        None => values.push_null(),
        Some(text) => assert!(values.read(sql_type, text), "{text:?} is {sql_type}"),
    }
    values
}

fn sql(text: &str) -> SqlType {
    SqlType::parse(text).unwrap_or_else(|| panic!("{text} is a type"))
}

fn compare(source: &str, target: &str) -> Comparison {
    Comparison::new(&sql(source), TargetType::parse(target), 0)
}

fn same(comparison: &Comparison, expected: Option<&str>, found: Option<&str>) -> bool {
    let values = values(comparison.source(), expected);
    comparison.is_same(values.get(0), &values.get(0).to_string(), found)
}

fn explained(source: &str, target: &str, expected: Option<&str>, found: Option<&str>) -> Option<Transform> {
    let source = sql(source);
    let values = values(&source, expected);
    Comparison::new(&source, TargetType::parse(target), 0).explain(values.get(0), found)
}

#[test]
fn what_a_tool_may_do_to_a_value_is_no_difference() {
    for (source, target, expected, found) in [
        ("int", "bigint", "7", "7"),
        ("int", "numeric(38,9)", "7", "7.000000000"),
        ("int", "double precision", "7", "7"),
        ("bigint", "double precision", "1000000000000000", "1e+15"),
        ("bigint", "double precision", "1152921504606846976", "1.152921504606847e+18"),
        ("bigint", "text", "4532015112830366", "4.532015112830366e+15"),
        ("int", "", "7", "7.0"),
        ("int", "text", "7", "7"),
        ("double precision", "text", "1", "1.0"),
        ("double precision", "", "1", "1e0"),
        ("double precision", "numeric(38,9)", "0.1234567891234", "0.123456789"),
        ("double precision", "numeric(38,9)", "-2.5", "-2.500000000"),
        ("double precision", "numeric", "0.12345678901234566", "0.123456789012346"),
        ("double precision", "double precision", "-0", "0"),
        ("double precision", "text", "NaN", "nan"),
        ("double precision", "bigint", "3", "3"),
        ("real", "double precision", "0.1", "0.10000000149011612"),
        ("real", "text", "0.1", "0.1"),
        ("numeric(10,2)", "numeric(38,9)", "1.5", "1.500000000"),
        ("numeric(10,2)", "double precision", "1.50", "1.5"),
        ("numeric", "text", "1.50", "1.5"),
        ("numeric", "numeric", "12345678901234567890.10", "12345678901234567890.1"),
        ("money", "numeric", "1234.5", "1234.50"),
        ("money", "text", "1234.5", "$1,234.50"),
        ("money", "double precision", "1234.5", "1234.5"),
        ("timestamp", "timestamp with time zone", "2026-01-01 10:00:00", "2026-01-01 10:00:00+00"),
        ("timestamp", "text", "2026-01-01 10:00:00", "2026-01-01T10:00:00.000000Z"),
        ("timestamp", "", "2026-01-01 10:00:00", "2026-01-01 10:00:00.000"),
        ("timestamp", "", "2026-01-01 00:00:00", "2026-01-01"),
        ("timestamp", "date", "2026-01-01 00:00:00", "2026-01-01"),
        ("timestamp", "bigint", "2026-01-01 00:00:00.5", "1767225600500000"),
        ("timestamp", "bigint", "2026-01-01 00:00:00.5", "1767225600500"),
        ("timestamp", "timestamp with time zone", "infinity", "infinity"),
        ("timestamptz", "timestamp without time zone", "2026-01-01 10:00:00+03", "2026-01-01 07:00:00"),
        ("timestamptz", "text", "2026-01-01 10:00:00+00", "2026-01-01T13:00:00+03:00"),
        ("timestamptz", "timestamp without time zone", "0044-03-15 12:00+00 BC", "0044-03-15 12:00:00 BC"),
        ("date", "timestamp without time zone", "2026-01-31", "2026-01-31 00:00:00"),
        ("date", "integer", "1970-02-01", "31"),
        ("date", "", "2026-01-31", "2026-01-31T00:00:00"),
        ("date", "date", "5874897-12-31", "5874897-12-31"),
        ("time", "text", "14:30", "14:30:00.000"),
        ("time", "bigint", "00:00:01", "1000000"),
        ("time", "integer", "00:00:01", "1000"),
        ("interval", "text", "1 day 02:00:00", "P1DT2H"),
        ("interval", "interval", "1 day 02:00:00", "26:00:00"),
        ("interval", "text", "1 day 02:00:00", "1 day, 2:00:00"),
        ("char(5)", "character(5)", "ab", "ab   "),
        ("char(5)", "text", "ab", "ab"),
        ("char(5)", "character(9)", "ab", "ab       "),
        ("boolean", "text", "t", "true"),
        ("boolean", "text", "f", "False"),
        ("boolean", "integer", "t", "1"),
        ("boolean", "", "t", "1.0"),
        ("uuid", "text", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "{F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6}"),
        ("uuid", "text", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae7dec11d0a76500a0c91e6bf6"),
        ("json", "jsonb", "{\"b\":1,  \"a\":[1.50]}", "{\"a\": [1.50], \"b\": 1}"),
        ("jsonb", "text", "{\"a\": 1.0, \"b\": \"x\"}", "{\"b\":\"x\",\"a\":1}"),
        ("bytea", "text", "\\x00ff", "00FF"),
        ("bytea", "text", "\\x666f", "Zm8="),
        ("inet", "text", "10.0.0.1", "10.0.0.1/32"),
        ("cidr", "inet", "10.0.0.1/32", "10.0.0.1"),
        ("macaddr", "text", "08:00:2b:01:02:03", "08-00-2B-01-02-03"),
        ("int[]", "jsonb", "{1,NULL,3}", "[1, null, 3]"),
        ("int[]", "bigint[]", "{1,2}", "{1,2}"),
        ("int[]", "numeric[]", "{1,2}", "{1.0,2.0}"),
        ("int[]", "text", "{{1,2},{3,4}}", "[[1,2],[3,4]]"),
        ("int[]", "text", "{}", "[]"),
        (
            "timestamp[]",
            "timestamp with time zone[]",
            "{\"2026-01-01 10:00:00\"}",
            "{\"2026-01-01 10:00:00+00\"}",
        ),
        ("timestamp[]", "jsonb", "{\"2026-01-01 10:00:00\"}", "[\"2026-01-01T10:00:00\"]"),
        ("text[]", "text", "{\"a b\",\"\"}", "[\"a b\",\"\"]"),
    ] {
        assert!(
            same(&compare(source, target), Some(expected), Some(found)),
            "{expected:?} of {source} is {found:?} in {target}"
        );
    }
}

#[test]
fn what_changes_a_value_is_a_difference() {
    for (source, target, expected, found) in [
        ("int", "bigint", "7", "8"),
        ("int", "text", "7", ""),
        ("bigint", "double precision", "9007199254740993", "9.007199254740992e+15"),
        ("double precision", "numeric(10,2)", "0.126", "0.13"),
        ("double precision", "numeric(38,9)", "0.1234567891234", "0.123456788"),
        ("double precision", "text", "0.1", "0.10000000149011612"),
        ("numeric", "text", "1.50", "1.51"),
        ("money", "money", "1.23", "$1.24"),
        ("money", "text", "1.23", "1.234"),
        ("text", "text", "a", "a "),
        ("text", "text", "a", "A"),
        ("text", "", "1", "1.0"),
        ("varchar(9)", "character(5)", "ab", "ab   "),
        ("char(5)", "text", "ab", " ab"),
        ("timestamp", "timestamp with time zone", "2026-01-01 10:00:00", "2026-01-01 07:00:00+00"),
        ("timestamp", "date", "2026-01-01 10:00:00", "2026-01-01"),
        ("timestamp", "bigint", "2026-01-01 00:00:00.0005", "1767225600000"),
        ("timestamp", "bigint", "2026-01-01 00:00:00", "1767225600"),
        ("timestamp", "text", "infinity", "9999-12-31"),
        ("date", "date", "2026-01-31", "2026-02-01"),
        ("boolean", "text", "t", "false"),
        ("json", "json", "{\"a\":1}", "{\"a\":\"1\"}"),
        ("json", "json", "[1,2]", "[2,1]"),
        ("json", "json", "[\"1\"]", "[1]"),
        ("inet", "text", "10.0.0.1", "10.0.0.1/8"),
        ("int[]", "text", "{{1,2},{3,4}}", "[1,2,3,4]"),
        ("int[]", "text", "{{1,2},{3,4}}", "{1,2,3,4}"),
        ("int[]", "text", "{1,2}", "{1,3}"),
        ("interval", "text", "1 day", "1 mon"),
    ] {
        assert!(
            !same(&compare(source, target), Some(expected), Some(found)),
            "{expected:?} of {source} is not {found:?} in {target}"
        );
    }
}

#[test]
fn null_is_null_alone_but_in_csv_also_an_empty_field() {
    for sql_type in ["text", "int"] {
        assert!(same(&compare(sql_type, sql_type), None, None));
        assert!(!same(&compare(sql_type, sql_type), None, Some("")));
        assert!(same(&compare(sql_type, ""), None, Some("")));
    }
    assert!(!same(&compare("text", "text"), Some(""), None));
    assert!(!same(&compare("text", "text"), None, Some("NULL")));
    assert!(same(&compare("text", ""), Some(""), None));
    assert!(!same(&compare("text", ""), Some("a"), None));
    let telling = compare("text", "").telling_empty_from_null();
    assert!(!same(&telling, Some(""), None));
    assert!(!same(&telling, None, Some("")));
    assert!(same(&telling, Some(""), Some("")));
}

#[test]
fn times_may_be_converted_by_the_zone_of_times_without_one() {
    let zoned = |source, target| Comparison::new(&sql(source), TargetType::parse(target), 3 * HOUR);
    let noon = "2026-01-01 12:00:00";
    for (source, target, found, expected) in [
        ("timestamp", "timestamp without time zone", "2026-01-01 12:00:00", true),
        ("timestamp", "timestamp without time zone", "2026-01-01 15:00:00", true),
        ("timestamp", "timestamp without time zone", "2026-01-01 09:00:00", false),
        ("timestamp", "timestamp with time zone", "2026-01-01 12:00:00+00", true),
        ("timestamp", "timestamp with time zone", "2026-01-01 09:00:00+00", true),
        ("timestamp", "timestamp with time zone", "2026-01-01 15:00:00+00", false),
        ("timestamptz", "timestamp without time zone", "2026-01-01 15:00:00", true),
        ("timestamptz", "", "2026-01-01 15:00:00", true),
    ] {
        assert_eq!(
            same(&zoned(source, target), Some(noon), Some(found)),
            expected,
            "{source} {target} {found}"
        );
    }
}

#[test]
fn the_first_transform_that_explains_a_cell_is_told() {
    for (source, target, expected, found, says) in [
        (
            "timestamp",
            "timestamp without time zone",
            "2026-01-01 10:00:00",
            "2026-01-01 13:00:00",
            "shifted by +3 h",
        ),
        ("timestamptz", "text", "2026-01-01 10:00:00+00", "2026-01-01 04:15:00", "shifted by -5 h 45 min"),
        ("timestamp", "date", "2026-01-01 10:12:13.25", "2026-01-01", "cut to the day"),
        ("timestamp", "text", "2026-01-01 10:12:13.25", "2026-01-01 10:12:00", "cut to the minute"),
        ("timestamp", "text", "2026-01-01 10:12:13.25", "2026-01-01 10:12:13", "cut to the second"),
        ("timestamp", "text", "1969-12-31 23:59:59.9", "1969-12-31 23:59:59", "cut to the second"),
        (
            "timestamp",
            "text",
            "2026-01-01 10:12:13.123456",
            "2026-01-01 10:12:13.123",
            "cut to the millisecond",
        ),
        ("timestamp", "text", "2026-01-01 10:12:13.75", "2026-01-01 10:12:14", "rounded to the second"),
        (
            "timestamp",
            "text",
            "2026-02-01 10:12:13",
            "2026-01-02 10:12:13",
            "read with day and month swapped",
        ),
        ("timestamp", "bigint", "2026-01-01 00:00:00", "1767225600", "written as seconds since 1970"),
        ("timestamp", "text", "2026-01-01 00:00:00", "1767225600.0", "written as seconds since 1970"),
        ("timestamp", "text", "2026-01-01 00:00:00", "1767225600000", "written as milliseconds since 1970"),
        (
            "timestamp",
            "bigint",
            "2026-01-01 00:00:00",
            "1767225600000000000",
            "written as nanoseconds since 1970",
        ),
        ("date", "text", "2026-01-01", "20454", "written as days since 1970"),
        ("numeric", "numeric", "1.256", "1.26", "rounded to 2 digits"),
        ("numeric", "numeric", "1.25", "1.2", "rounded to 1 digit"),
        ("numeric", "numeric", "1.256", "1.25", "cut to 2 digits after the point"),
        ("double precision", "bigint", "2.75", "3", "rounded to a whole number"),
        ("double precision", "bigint", "-2.75", "-2", "cut to a whole number"),
        ("double precision", "text", "0.1", "0.10000000149011612", "converted to a float of 4 bytes"),
        ("bigint", "real", "16777217", "1.6777216e+07", "converted to a float of 4 bytes"),
        (
            "bigint",
            "double precision",
            "9007199254740993",
            "9.007199254740992e+15",
            "converted to a float of 8 bytes",
        ),
        ("numeric(10,2)", "bigint", "12.34", "1234", "multiplied by 100"),
        ("int", "numeric", "1234", "12.34", "divided by 100"),
        ("int", "int", "-7", "7", "stripped of its sign"),
        ("numeric", "text", "1234.5", "1.234,50 €", "formatted with separators or a currency"),
        ("text", "text", " a ", "a", "trimmed"),
        ("text", "character(5)", "ab", "ab   ", "padded with blanks"),
        ("text", "text", "Ab", "AB", "converted to upper case"),
        ("text", "text", "Ab", "ab", "converted to lower case"),
        ("text", "text", "1 Main St\nTown", "1 Main St Town", "changed in its line breaks"),
        ("text", "text", "1 Main St\nTown", "1 Main St\r\nTown", "changed in its line breaks"),
        ("text", "text", "abcdef", "abc", "cut to 3 characters"),
        ("text", "text", "äöü", "äö", "cut to 2 characters"),
        ("text", "text", "00123", "123", "stripped of leading zeros"),
        ("text", "text", "00123", "123.0", "stripped of leading zeros"),
        ("text", "text", "123", "123.0", "read as a number"),
        ("text", "text", "Kadıköy", "KadÄ±kÃ¶y", "decoded as Latin-1 instead of UTF-8"),
        ("text", "text", "5 €", "5 â‚¬", "decoded as Latin-1 instead of UTF-8"),
        ("text", "text", "Işık İnş", "Isik Ins", "stripped of accents"),
        ("text", "text", "Müller", "M?ller", "stripped of characters outside ASCII"),
        ("text", "text", "Müller", "Mller", "stripped of characters outside ASCII"),
        ("text", "text", "a", "\"a\"", "put in quotation marks"),
        ("json", "varchar(4)", "{\"a\":1}", "{\"a\"", "cut to 4 characters"),
    ] {
        let transform = explained(source, target, Some(expected), Some(found));
        assert_eq!(transform.map(|it| it.to_string()).as_deref(), Some(says), "{expected:?} as {found:?}");
    }
}

#[test]
fn a_null_that_came_or_went_is_told() {
    let told = |expected, found| explained("text", "text", expected, found).map(|it| it.to_string());
    assert_eq!(told(Some(""), None).as_deref(), Some("changed from an empty text to NULL"));
    assert_eq!(told(Some("a"), None).as_deref(), Some("replaced by NULL"));
    assert_eq!(told(None, Some("")).as_deref(), Some("changed from NULL to an empty text"));
    for word in ["None", "nan", "NaN", "NaT", "<NA>", "NULL", "null", "\\N"] {
        assert_eq!(told(None, Some(word)), Some(format!("changed from NULL to the text `{word}`")));
    }
    assert_eq!(told(None, Some("0.0")).as_deref(), Some("changed from NULL to 0"));
    assert_eq!(told(None, Some("x")), None);
}

#[test]
fn a_change_that_has_no_name_is_not_explained() {
    for (source, expected, found) in [
        ("text", "Ada", "Eve"),
        ("text", "abc", ""),
        ("int", "1", "7"),
        ("int", "0", "5"),
        ("int", "1", "x"),
        ("timestamp", "2026-01-01 10:00:00", "2026-03-01 10:00:00"),
        ("timestamp", "2026-01-01 10:00:00", "2026-01-01 10:00:01"),
        ("timestamp", "infinity", "2026-01-01"),
        ("boolean", "t", "f"),
        ("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf7"),
    ] {
        assert_eq!(explained(source, "text", Some(expected), Some(found)), None, "{expected} as {found}");
    }
}

#[test]
fn types_that_cannot_hold_the_truth_are_told_in_one_sentence() {
    let problem = |source: &str, target: &str| compare(source, target).problem();
    for (source, target, sentence) in [
        ("timestamp", "date", "is date, which cannot hold the time of day of timestamp without time zone"),
        ("float", "real", "is real, which cannot hold all digits of double precision"),
        ("numeric(12,2)", "real", "is real, which cannot hold all digits of numeric(12,2)"),
        (
            "varchar(30)",
            "character varying(10)",
            "is character varying(10), which cannot hold all texts of character varying(30)",
        ),
        ("float", "bigint", "is bigint, which cannot hold the digits after the point of double precision"),
        ("bigint", "integer", "is integer, which cannot hold all values of bigint"),
        ("text", "bigint", "is bigint, which cannot hold values of text"),
        (
            "numeric(10,4)",
            "numeric(12,2)",
            "is numeric(12,2), which cannot hold the digits after the point of numeric(10,4)",
        ),
    ] {
        assert_eq!(problem(source, target).map(|it| it.to_string()).as_deref(), Some(sentence));
    }
    for (source, target) in [
        ("int", "bigint"),
        ("int", "numeric(38,9)"),
        ("int", "double precision"),
        ("bigint", "numeric"),
        ("float", "numeric(38,9)"),
        ("numeric(10,2)", "numeric(38,9)"),
        ("numeric(10,2)", "double precision"),
        ("timestamp", "timestamp with time zone"),
        ("timestamp", "timestamp(3) without time zone"),
        ("timestamp", "bigint"),
        ("date", "integer"),
        ("date", "timestamp without time zone"),
        ("varchar(30)", "character varying(255)"),
        ("text", "character varying(255)"),
        ("json", "jsonb"),
        ("int[]", "jsonb"),
        ("boolean", "integer"),
        ("uuid", "text"),
        ("text", ""),
        ("text", "citext"),
    ] {
        assert_eq!(problem(source, target), None, "{source} in {target}");
    }
}

#[test]
fn the_grain_of_a_type_maps_its_cells_and_may_be_accepted() {
    for (source, target, expected, found, other) in [
        ("timestamp", "date", "2026-01-01 10:00:00", "2026-01-01", "2026-01-02"),
        ("float", "bigint", "2.75", "3", "4"),
        ("text", "character(5)", "ab", "ab   ", "ax   "),
        ("varchar(5)", "character varying(2)", "abcd", "ab", "ac"),
        ("float", "real", "0.123456789", "0.12345679", "0.123456"),
    ] {
        let comparison = compare(source, target);
        let grain = comparison.problem().unwrap().grain.unwrap();
        assert!(!same(&comparison, Some(expected), Some(found)), "{source} in {target}");
        let at_grain = comparison.accepting(grain);
        assert!(same(&at_grain, Some(expected), Some(found)), "{source} in {target}");
        assert!(!same(&at_grain, Some(expected), Some(other)), "{source} in {target}");
    }
}

#[test]
fn one_transform_is_told_of_a_column_where_it_explains_almost_all_its_differing_cells() {
    let comparison = compare("numeric", "numeric");
    let mut tally = ColumnTally::default();
    let count = |tally: &mut ColumnTally, expected: &str, found: &str| {
        let values = values(&sql("numeric"), Some(expected));
        tally.count(&comparison, values.get(0), expected, Some(found))
    };
    assert!(count(&mut tally, "1.5", "1.50"));
    // Several numbers of digits explain the first two, one of them all.
    for (expected, found) in [("1.001", "1"), ("2.203", "2.2"), ("3.333", "3.33"), ("4.449", "4.45")] {
        for _ in 0..24 {
            assert!(!count(&mut tally, expected, found));
        }
    }
    assert_eq!(tally.headline(), Some(Transform::Rounded(2)));
    for _ in 0..5 {
        count(&mut tally, "1", "99");
    }
    assert_eq!((tally.same, tally.different, tally.unexplained), (1, 101, 5));
    assert_eq!(tally.headline(), Some(Transform::Rounded(2)));
    count(&mut tally, "1", "99");
    assert_eq!(tally.headline(), None);
    assert_eq!(tally.most_common(), Some((Transform::Rounded(2), 96)));
}

#[test]
fn a_tally_of_many_transforms_stays_small_and_finds_one_that_comes_late() {
    let mut tally = ColumnTally::default();
    let long = "x".repeat(300);
    (1..200).for_each(|chars| tally.count_different(Value::Text(&long), Some(&long[..chars])));
    assert_eq!(tally.headline(), None);
    (0..10_000).for_each(|_| tally.count_different(Value::Text(&long), Some(&long[..250])));
    assert_eq!(tally.headline(), Some(Transform::CutTo(250)));
    let mut both = tally.clone();
    both.merge(&tally);
    assert_eq!((both.different, both.headline()), (2 * tally.different, tally.headline()));
}

/// Types of the warehouse that any value is compared in.
const TARGETS: [&str; 27] = [
    "",
    "text",
    "character varying(255)",
    "character varying(3)",
    "character(40)",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "numeric(38,9)",
    "numeric(10,0)",
    "money",
    "boolean",
    "date",
    "time without time zone",
    "timestamp without time zone",
    "timestamp(0) with time zone",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "inet",
    "bigint[]",
    "mood",
];

/// A type and a text of it.
fn any_value() -> impl Strategy<Value = (SqlType, String)> {
    let at = (-210_000_000_000i64..9_223_372_036_854, 0..SECOND);
    let at = at.prop_map(|(second, micros)| crate::value::Timestamp(second * SECOND + micros));
    let day = at.clone();
    let text = |name: &'static str| move |value: String| (sql(name), value);
    prop_oneof![
        any::<i16>().prop_map(|int| (sql("smallint"), int.to_string())),
        any::<i32>().prop_map(|int| (sql("int"), int.to_string())),
        any::<i64>().prop_map(|int| (sql("bigint"), int.to_string())),
        any::<f32>().prop_map(|real| (sql("real"), Value::Real(real).to_string())),
        any::<f64>().prop_map(|float| (sql("float"), Value::Float(float).to_string())),
        (-1_000_000i32..1_000_000)
            .prop_map(|cents| (sql("float"), Value::Float(f64::from(cents) / 100.0).to_string())),
        "-?[1-9][0-9]{0,30}(\\.[0-9]{1,20})?".prop_map(text("numeric")),
        "-?[0-9]{1,8}\\.[0-9]{2}".prop_map(text("numeric(10,2)")),
        (i64::MIN + 1..i64::MAX).prop_map(|cents| (sql("money"), crate::value::Money(cents).to_string())),
        any::<bool>().prop_map(|truth| (sql("boolean"), truth.to_string())),
        "[ a-zäß]{0,5}".prop_map(text("char(5)")),
        "\\PC{0,20}|[0-9]{1,6}".prop_map(text("varchar(20)")),
        "\\PC*|[ \t\r\na-c]*|0*[0-9]+".prop_map(text("text")),
        day.prop_map(|at| (sql("date"), at.date().to_string())),
        (0..=DAY).prop_map(|micros| (sql("time"), crate::value::TimeOfDay(micros).to_string())),
        at.clone().prop_map(|at| (sql("timestamp"), at.to_string())),
        at.prop_map(|at| (sql("timestamptz"), at.to_string())),
        (any::<i32>(), any::<i32>(), -(1i64 << 60)..1 << 60).prop_map(|(months, days, micros)| {
            (sql("interval"), crate::value::Interval { months, days, micros }.to_string())
        }),
        any::<[u8; 16]>().prop_map(|bytes| (sql("uuid"), Value::Uuid(bytes).to_string())),
        any::<[u8; 6]>().prop_map(|bytes| (sql("macaddr"), Value::MacAddr(bytes).to_string())),
        any::<[u8; 4]>().prop_map(|bytes| (sql("inet"), std::net::Ipv4Addr::from(bytes).to_string())),
        any::<[u8; 4]>().prop_map(|bytes| (sql("cidr"), format!("{}/32", std::net::Ipv4Addr::from(bytes)))),
        any::<Vec<u8>>().prop_map(|bytes| (sql("bytea"), Value::Bytes(&bytes).to_string())),
        "[a-c ]*".prop_map(|text| (sql("json"), format!("{{\"b\" : 1.50,  \"{text}\": [null, true]}}"))),
        any::<Vec<Option<i32>>>().prop_map(|items| {
            let texts = items.iter().map(|item| item.map_or("NULL".to_owned(), |item| item.to_string()));
            (sql("int[]"), format!("{{{}}}", texts.collect::<Vec<_>>().join(",")))
        }),
    ]
}

fn any_target() -> impl Strategy<Value = TargetType> {
    (0..TARGETS.len()).prop_map(|place| TargetType::parse(TARGETS[place]))
}

/// A found text of any sort, among them those that look like values.
fn any_found() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        any::<Option<String>>(),
        "[-+]?[0-9]{0,40}\\.?[0-9]{0,40}(e[-+]?[0-9]{1,9})?".prop_map(Some),
        "[0-9]{1,7}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{0,9})?)?)?([-+Z][0-9:]{0,6})?( BC)?"
            .prop_map(Some),
        "[\\[{\\]}\",\\\\0-9a-z: ]{0,20}".prop_map(Some),
        any_value().prop_map(|(_, text)| Some(text)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_for_a_type_is_accepted_in_it(
        (source, text) in any_value(),
        target in any_target(),
        zone in -12i64..=14,
    ) {
        let values = values(&source, Some(&text));
        let (value, own) = (values.get(0), values.get(0).to_string());
        let comparison = Comparison::new(&source, target, zone * HOUR);
        let mut written = "before ".to_owned();
        comparison.write_expected(value, &mut written);
        let written = written.strip_prefix("before ").unwrap();
        prop_assert!(comparison.is_same(value, &own, Some(written)), "{own:?} of {source} written {written:?}");
        prop_assert_eq!(comparison.explain(value, Some(written)), None);
        // The value's own text is that of a tool which changes nothing.
        prop_assert!(comparison.is_same(value, written, Some(&own)), "{own:?} of {source} in {comparison:?}");
    }

    #[test]
    fn any_found_text_can_be_compared_and_only_differing_ones_are_explained(
        (source, text) in any_value(),
        target in any_target(),
        found in any_found(),
        is_null: bool,
        zone in -12i64..=14,
    ) {
        let values = values(&source, (!is_null).then_some(&text));
        let value = values.get(0);
        let comparison = Comparison::new(&source, target, zone * HOUR);
        let same = comparison.is_same(value, &value.to_string(), found.as_deref());
        let explained = comparison.explain(value, found.as_deref());
        prop_assert!(!same || explained.is_none(), "{explained:?}");
        if let Some(transform) = explained {
            prop_assert!(transform.explains(value, found.as_deref()));
            prop_assert!(!transform.to_string().is_empty());
            prop_assert!(comparison.clone().accepting(transform).is_same(value, &text, found.as_deref()));
        }
        let mut written = String::new();
        comparison.write_expected(value, &mut written);
        let _ = comparison.problem().map(|problem| problem.to_string());
    }

    #[test]
    fn any_text_can_be_read_as_a_moment(found in any_found(), target in any_target(), zone in -12i64..=14) {
        let text = found.unwrap_or_default();
        if let Ok(Moment::At(at)) = parse_moment(&text, &target, zone * HOUR) {
            is_open(Some(at), at);
            shift_of(at, 0);
        }
    }

    #[test]
    fn candidates_are_tried_in_the_order_of_the_transforms(
        (source, text) in any_value(),
        found in any_found(),
    ) {
        let values = values(&source, Some(&text));
        let all: Vec<Transform> = Transform::explaining(values.get(0), found.as_deref()).collect();
        prop_assert!(all.is_sorted(), "{all:?}");
    }
}
