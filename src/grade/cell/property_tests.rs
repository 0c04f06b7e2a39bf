//! What holds for any value, any type of the warehouse, and any text that is found there.

use proptest::prelude::*;

use super::tests::{HOUR, sql, values};
use super::*;
use crate::value::{DAY, SECOND, SqlType, Timestamp, Value};

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
        proptest::collection::vec("\\PC{0,6}|[{}\",\\\\ a]{0,4}", 0..4).prop_map(|texts| {
            let mut values = crate::value::Values::of(&SqlType::Text.array());
            values.push_items(|items| texts.iter().for_each(|text| items.push_text(text)));
            (SqlType::Text.array(), values.get(0).to_string())
        }),
        any::<Vec<Option<i32>>>().prop_map(|items| {
            let texts = items.iter().map(|item| item.map_or("NULL".to_owned(), |item| item.to_string()));
            (sql("int[]"), format!("{{{}}}", texts.collect::<Vec<_>>().join(",")))
        }),
    ]
}

fn any_target() -> impl Strategy<Value = TargetType> {
    (0..TARGETS.len()).prop_map(|place| TargetType::parse(TARGETS[place]))
}

/// Texts that are times, or almost.
const LIKE_A_TIME: &str = "[0-9]{1,7}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{0,9})?)?)?\
                           ([-+Z][0-9:]{0,6})?( BC)?";

/// A found text of any sort, among them those that look like values.
fn any_found() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        any::<Option<String>>(),
        "[-+]?[0-9]{0,40}\\.?[0-9]{0,40}(e[-+]?[0-9]{1,9})?".prop_map(Some),
        LIKE_A_TIME.prop_map(Some),
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

    #[test]
    fn what_was_done_to_a_value_is_among_its_explanations(
        at in -62_000_000_000_000_000i64..200_000_000_000_000_000,
        quarters in -104i64..=104,
        number in "-?[0-9]{1,9}\\.[0-9]{3,12}",
        digits in 0u8..3,
        text in "\\PC{2,30}",
        chars in 1usize..30,
    ) {
        let explains = |source: &str, transform: Transform, expected: Value<'_>, found: &str| {
            let comparison = Comparison::new(&sql(source), TargetType::Csv, 0);
            comparison.is_same(expected, &expected.to_string(), Some(found))
                || Transform::explaining(expected, Some(found)).any(|told| told == transform)
        };
        let at = Timestamp(at);
        let micros = quarters * HOUR / 4;
        let shifted = at.plus(micros).to_string();
        prop_assert!(explains("timestamp", Transform::Shifted(micros), Value::Timestamp(at), &shifted));
        let day = Transform::Cut(TimeUnit::Day);
        prop_assert!(explains("timestamptz", day, Value::TimestampTz(at), &at.date().to_string()));
        let second = Transform::Cut(TimeUnit::Second);
        prop_assert!(explains("timestamp", second, Value::Timestamp(at), &at.floor_second().to_string()));

        let exact = values(&sql("numeric"), Some(&number));
        let rounded = values(&SqlType::Numeric(Some((30, digits.into()))), Some(&number)).get(0).to_string();
        prop_assert!(explains("numeric", Transform::Rounded(digits), exact.get(0), &rounded), "{rounded}");
        let cut: String = number.chars().take(number.find('.').unwrap() + 1 + usize::from(digits)).collect();
        prop_assert!(explains("numeric", Transform::Truncated(digits), exact.get(0), &cut), "{cut}");

        let first: String = text.chars().take(chars).collect();
        let count = u32::try_from(first.chars().count()).unwrap();
        prop_assert!(explains("text", Transform::CutTo(count), Value::Text(&text), &first));
    }
}
