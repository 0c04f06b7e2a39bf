//! Columns: which values fit which types, and what becomes of them.

use super::*;
use crate::faker::Between;
use crate::plan::draws::Operation;
use crate::value::{Date, Decimal, Timestamp, Value};

fn fit(
    sql_type: SqlType,
    generator: Generator,
    integers: Option<(i64, i64)>,
) -> Result<Column, TypeMismatch> {
    let integers = integers.map(|(low, high)| low..=high);
    let compiled = Compiled { max_chars: Some(12), integers, ..Compiled::of(generator) };
    Column::fit("c", sql_type, String::new(), compiled)
}

fn first(column: &Column) -> String {
    let mut values = Values::of(&column.sql_type);
    let context = DrawContext { now: Timestamp(0), alive: &[], outliving: &[], keys: &[] };
    column.fill(
        &mut Draws::new(column, 1, "t", Operation::Insert, 0),
        &context,
        &Keys::Range(1..3),
        0,
        &mut values,
    );
    assert_eq!(values.get(0), values.get(1));
    values.get(0).to_string()
}

#[test]
fn what_fits_is_converted() {
    let digits = || Generator::text(|_, buffer| buffer.push_str("4111"));
    let five = || Generator::Int(Box::new(|_| 5));
    let day = || Generator::Date(Between::days(|_| (Date(1), Date(1))));
    let time = || {
        Generator::Timestamp(Between::instants(|_| (Timestamp(90_000_000_000), Timestamp(90_000_000_000))))
    };
    let cases = [
        (SqlType::BigInt, digits(), Some((0, 9999)), "4111"),
        (SqlType::Varchar(Some(12)), digits(), None, "4111"),
        (SqlType::Double, five(), Some((5, 5)), "5"),
        (SqlType::SmallInt, five(), Some((5, 5)), "5"),
        (SqlType::Text, five(), Some((5, 5)), "5"),
        (SqlType::Timestamp, day(), None, "1970-01-02 00:00:00"),
        (SqlType::Text, day(), None, "1970-01-02"),
        (SqlType::Date, time(), None, "1970-01-02"),
        (SqlType::TimestampTz, time(), None, "1970-01-02 01:00:00+00"),
        (SqlType::Varchar(None), time(), None, "1970-01-02 01:00:00"),
    ];
    for (sql_type, generator, integers, expected) in cases {
        assert_eq!(first(&fit(sql_type.clone(), generator, integers).unwrap()), expected, "{sql_type}");
    }
}

#[test]
fn what_does_not_fit_is_told_with_what_would() {
    let text = || Generator::text(|_, _| ());
    let int = || Generator::Int(Box::new(|_| 0));
    let gives = |result: Result<Column, TypeMismatch>| result.err().map(|misfit| misfit.gives).unwrap();
    assert_eq!(gives(fit(SqlType::Date, text(), None)), "text");
    assert_eq!(gives(fit(SqlType::BigInt, text(), None)), "text");
    assert_eq!(gives(fit(SqlType::SmallInt, int(), Some((0, 40_000)))), "whole numbers from 0 to 40000");
    assert_eq!(gives(fit(SqlType::Timestamp, int(), Some((0, 1)))), "whole numbers");
    assert_eq!(gives(fit(SqlType::Varchar(Some(10)), text(), None)), "values of up to 12 characters");
}

#[test]
fn listed_texts_fill_any_type_that_reads_each_of_them() {
    let one_of = |texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Compiled::text(30, |_, out| out.push_str("1 day")).with_choices(texts.into())
    };
    let fit = |sql_type: &str, texts: &[&str]| {
        let sql_type = SqlType::parse(sql_type).unwrap();
        Column::fit("c", sql_type, String::new(), one_of(texts)).map_err(|misfit| misfit.gives)
    };
    assert_eq!(first(&fit("interval", &["1 day", "02:30:00"]).unwrap()), "1 day");
    assert_eq!(fit("interval", &["1 day", "soon"]).err().as_deref(), Some("\"soon\""));
    assert_eq!(fit("jsonb", &["{}", "{"]).err().as_deref(), Some("\"{\""));
    assert_eq!(fit("int[]", &["{1}", "1"]).err().as_deref(), Some("\"1\""));
    assert!(fit("bytea", &["\\x00"]).is_ok());
}

#[test]
fn lists_fill_arrays_whose_elements_take_each_item_and_documents() {
    let list = |item: Facts| {
        Compiled::list(item, |_, push| {
            push(Value::Text("a \"b\""));
            push(Value::Null);
        })
    };
    let fit = |sql_type: &str, item: Facts| {
        Column::fit("c", SqlType::parse(sql_type).unwrap(), String::new(), list(item))
            .map_err(|misfit| misfit.gives)
    };
    let words = || Facts { max_chars: Some(5), ..Facts::of(Kind::Text) };
    let printed = |sql_type: &str| first(&fit(sql_type, words()).unwrap());
    assert_eq!(printed("text[]"), r#"{"a \"b\"",NULL}"#);
    assert_eq!(printed("char(6)[]"), r#"{"a \"b\" ",NULL}"#);
    assert_eq!(printed("jsonb"), r#"["a \"b\"", null]"#);
    assert_eq!(printed("text"), r#"["a \"b\"", null]"#);
    let gives = |sql_type: &str, item| fit(sql_type, item).err();
    assert_eq!(gives("varchar(3)[]", words()).as_deref(), Some("lists of values of up to 5 characters"));
    assert_eq!(gives("int[]", words()).as_deref(), Some("lists of text"));
    assert_eq!(gives("int", words()).as_deref(), Some("lists"));
    let small = Facts { integers: Some(0..=9), ..Facts::of(Kind::Int) };
    assert!(fit("smallint[]", small.clone()).is_ok() && fit("numeric(3,1)[]", small).is_ok());
}

#[test]
fn numbers_have_the_digits_of_their_type() {
    let cents = || Generator::Decimal {
        scale: 1,
        range: -5..=5,
        draw: Box::new(|_| Decimal { units: -5, scale: 1 }),
    };
    assert_eq!(first(&fit(SqlType::Numeric(Some((6, 3))), cents(), None).unwrap()), "-0.500");
    assert_eq!(first(&fit(SqlType::Money, cents(), None).unwrap()), "-$0.50");
    assert_eq!(first(&fit(SqlType::Real, cents(), None).unwrap()), "-0.5");
    let thousandths =
        || Generator::Decimal { scale: 3, range: 0..=5, draw: Box::new(|_| Decimal { units: 5, scale: 3 }) };
    assert!(fit(SqlType::Money, thousandths(), None).is_err());
}

#[test]
fn values_are_kept_row_by_row() {
    let mut values = Values::of(&SqlType::Text);
    ["a", "", "bc"].into_iter().for_each(|text| values.push_text(text));
    assert_eq!([0, 1, 2].map(|row| values.get(row)), [Value::Text("a"), Value::Text(""), Value::Text("bc")]);
}
