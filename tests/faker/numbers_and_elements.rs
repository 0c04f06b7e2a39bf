//! `random_int` and `random_element`.

use proptest::prelude::*;
use shopsim::faker::Generator;
use shopsim::value::Literal;

use super::{compile, compiled, count_of, distinct, draw, named, text, texts};

#[test]
fn random_int_draws_both_ends_and_each_number_as_often() {
    let values = draw("random_int", &[("min", Literal::Int(1)), ("max", Literal::Float(6.0))], 12_000);
    for face in 1..=6 {
        let count = count_of(&values, |value| value == face.to_string());
        assert!((1_850..2_150).contains(&count), "{face}: {count}");
    }
    assert_eq!(distinct(values).len(), 6);
}

#[test]
fn random_int_goes_in_steps_from_min_up_or_down() {
    let all = |min, max, step| {
        let params =
            [("min", min), ("max", max), ("step", step)].map(|(name, int)| (name, Literal::Int(int)));
        let range = compiled("random_int", &params).integers.expect("numbers");
        let mut values: Vec<i64> =
            distinct(draw("random_int", &params, 500)).iter().map(|value| value.parse().unwrap()).collect();
        values.sort_unstable();
        assert_eq!((values.first(), values.last()), (Some(range.start()), Some(range.end())));
        values
    };
    assert_eq!(all(0, 15, 4), [0, 4, 8, 12]);
    assert_eq!(all(0, 16, 4), [0, 4, 8, 12, 16]);
    assert_eq!(all(3, 5, 100), [3]);
    assert_eq!(all(7, 7, 1), [7]);
    assert_eq!(all(10, 0, -1), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(all(i64::MAX - 2, i64::MAX, 2), [i64::MAX - 2, i64::MAX]);
}

#[test]
fn random_int_takes_the_whole_of_a_bigint() {
    let ends = [("min", Literal::Int(i64::MIN)), ("max", Literal::Int(i64::MAX))];
    assert_eq!(compiled("random_int", &ends).integers, Some(i64::MIN..=i64::MAX));
    let values = draw("random_int", &ends, 1_000);
    let negative = count_of(&values, |value| value.starts_with('-'));
    assert!((400..600).contains(&negative), "{negative}");
}

#[test]
fn random_element_is_even_and_counts_what_is_listed_twice_double() {
    let values = draw("random_element", &[("elements", texts(&["paid", "paid", "closed"]))], 9_000);
    let paid = count_of(&values, |value| value == "paid");
    assert!((5_800..6_200).contains(&paid), "{paid}");
}

#[test]
fn random_element_keeps_whole_numbers_and_writes_mixtures_as_text() {
    let ints = [("elements", Literal::List(vec![Literal::Int(30), Literal::Int(-4)]))];
    assert!(matches!(compiled("random_element", &ints).generator, Generator::Int(_)));
    assert_eq!(compiled("random_element", &ints).integers, Some(-4..=30));
    let mixed = Literal::List(vec![Literal::Int(1), Literal::Float(2.5), Literal::Bool(true), text("x")]);
    assert_eq!(distinct(draw("random_element", &[("elements", mixed)], 200)), ["1", "2.5", "True", "x"]);
    assert_eq!(distinct(draw("random_element", &[("elements", text("xyé"))], 200)), ["x", "y", "é"]);
}

#[test]
fn random_element_weighs_the_keys_of_a_table() {
    let weights = [("paid", Literal::Float(0.7)), ("closed", Literal::Float(0.3)), ("lost", Literal::Int(0))];
    let values = draw("random_element", &[("elements", Literal::Table(named(&weights)))], 10_000);
    let paid = count_of(&values, |value| value == "paid");
    assert!((6_850..7_150).contains(&paid), "{paid}");
    assert_eq!(distinct(values), ["closed", "paid"]);
}

proptest! {
    #[test]
    fn any_range_is_refused_or_drawn_within_its_ends_and_steps(min: i64, max: i64, step: i64) {
        let params = [("min", min), ("max", max), ("step", step)].map(|(name, int)| (name, Literal::Int(int)));
        if let Ok(compiled) = compile("random_int", &named(&params)) {
            let range = compiled.integers.expect("numbers");
            for value in draw("random_int", &params, 20) {
                let value: i64 = value.parse().expect("a number");
                prop_assert!(range.contains(&value));
                prop_assert_eq!((i128::from(value) - i128::from(min)) % i128::from(step), 0);
            }
        }
    }
}
