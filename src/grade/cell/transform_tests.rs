//! Which transform is told of a cell that differs, and which of a column.

use super::tests::{compare, sql, values};
use super::*;
use crate::value::Value;

fn explained(source: &str, target: &str, expected: Option<&str>, found: Option<&str>) -> Option<Transform> {
    let source = sql(source);
    let values = values(&source, expected);
    Comparison::new(&source, TargetType::parse(target), 0).explain(values.get(0), found)
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
        ("text", "timestamp without time zone", "2026-01-31", "2026-01-31 00:00:00", "read as a time"),
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
