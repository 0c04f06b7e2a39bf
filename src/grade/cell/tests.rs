//! What a tool may do to a value, what it may not, and which types cannot hold what.

use super::*;
use crate::value::{SECOND, SqlType, Values};

pub(super) const HOUR: i64 = 3_600 * SECOND;

pub(super) fn values(sql_type: &SqlType, text: Option<&str>) -> Values {
    let mut values = Values::of(sql_type);
    match text {
        None => values.push_null(),
        Some(text) => assert!(values.read(sql_type, text), "{text:?} is {sql_type}"),
    }
    values
}

pub(super) fn sql(text: &str) -> SqlType {
    SqlType::parse(text).unwrap_or_else(|| panic!("{text} is a type"))
}

pub(super) fn compare(source: &str, target: &str) -> Comparison {
    Comparison::new(&sql(source), TargetType::parse(target), 0)
}

fn same(comparison: &Comparison, expected: Option<&str>, found: Option<&str>) -> bool {
    let values = values(comparison.source(), expected);
    comparison.is_same(values.get(0), &values.get(0).to_string(), found)
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
        ("bytea", "bigint", "is bigint, which cannot hold values of bytea"),
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
        ("text", "uuid"),
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
