//! The patterns, letters and digits of Faker's `base` module.

use shopsim::value::Literal;

use super::{compile, compiled, count_of, distinct, draw, named, text};

#[test]
fn bothify_draws_each_placeholder_from_its_own_range_and_any_letters() {
    let params = [("text", text("é#%$?!@")), ("letters", text("çx"))];
    let values = draw("bothify", &params, 2_000);
    let at = |place: usize| -> Vec<String> {
        distinct(values.iter().map(|value| value.chars().nth(place).unwrap().to_string()).collect())
    };
    assert_eq!(at(0), ["é"]);
    assert_eq!(at(1).concat(), "0123456789");
    assert_eq!(at(2).concat(), "123456789");
    assert_eq!(at(3).concat(), "23456789");
    assert_eq!(at(4).concat(), "xç");
    let long = count_of(&values, |value| value.chars().count() == 7);
    assert!((420..580).contains(&long), "{long}");
}

#[test]
fn lexify_and_hexify_leave_what_is_not_theirs() {
    assert_eq!(draw("lexify", &[("text", text("#?")), ("letters", text("x"))], 1), ["#x"]);
    let params = [("text", text("^?g")), ("upper", Literal::Bool(true))];
    let values = distinct(draw("hexify", &params, 1_000));
    assert_eq!(values.len(), 16);
    assert!(values.iter().all(|value| value.ends_with("?g") && !value.starts_with(char::is_lowercase)));
    assert_eq!(draw("numerify", &[("text", text("?"))], 1), ["?"]);
}

#[test]
fn numerify_of_digits_alone_is_known_to_be_numbers() {
    let range = |pattern: &str| compiled("numerify", &[("text", text(pattern))]).integers;
    assert_eq!(range("1#%$!"), Some(1012..=19999));
    assert_eq!(range("-#"), None);
    assert_eq!(range("!@"), None, "may be empty");
    assert_eq!(range(&"#".repeat(19)), None);
    assert_eq!(range(&"#".repeat(18)), Some(0..=999_999_999_999_999_999));
}

#[test]
fn random_number_has_the_length_that_is_asked_for() {
    let fixed = [("digits", Literal::Int(3)), ("fix_len", Literal::Bool(true))];
    assert_eq!(compiled("random_number", &fixed).integers, Some(100..=999));
    assert_eq!(compiled("random_number", &[("digits", Literal::Int(0))]).integers, Some(0..=0));
    assert_eq!(compiled("random_number", &fixed[1..]).integers, Some(1..=999_999_999));
    let lengths = draw("random_number", &fixed[1..], 9_000);
    for length in 1..=9 {
        let count = count_of(&lengths, |value| value.len() == length);
        assert!((850..1_150).contains(&count), "{length}: {count}");
    }
}

#[test]
fn randomize_nb_elements_stays_near_its_number_and_within_its_ends() {
    let range = |params: &[(&str, Literal)]| compiled("randomize_nb_elements", params).integers;
    let (int, yes) = (Literal::Int, Literal::Bool(true));
    assert_eq!(range(&[("number", int(100))]), Some(60..=140));
    assert_eq!(range(&[("number", int(100)), ("le", yes.clone())]), Some(60..=100));
    assert_eq!(range(&[("number", int(100)), ("ge", yes.clone())]), Some(100..=140));
    assert_eq!(range(&[("number", int(7)), ("ge", yes.clone()), ("le", yes)]), Some(7..=7));
    assert_eq!(range(&[("number", int(100)), ("min", int(70)), ("max", int(80))]), Some(70..=80));
}

#[test]
fn half_of_the_optional_digits_are_empty_and_a_locale_begins_with_its_language() {
    let empty = count_of(&draw("random_digit_or_empty", &[], 10_000), str::is_empty);
    assert!((4_800..5_200).contains(&empty), "{empty}");
    assert!(distinct(draw("language_code", &[], 20_000)).len() > 150);
    assert!(distinct(draw("locale", &[], 20_000)).len() > 200);
}

#[test]
fn wrong_params_are_refused() {
    let int = Literal::Int;
    let cases = [
        ("bothify", vec![("letters", text(""))]),
        ("hexify", vec![("upper", int(1))]),
        ("random_number", vec![("digits", int(-1))]),
        ("random_number", vec![("digits", int(19))]),
        ("random_number", vec![("digits", int(0)), ("fix_len", Literal::Bool(true))]),
        ("randomize_nb_elements", vec![("min", int(9)), ("max", int(8))]),
        ("randomize_nb_elements", vec![("number", int(i64::MAX))]),
        ("random_digit", vec![("digits", int(1))]),
    ];
    for (provider, params) in cases {
        assert!(compile(provider, &named(&params)).is_err(), "{provider} {params:?}");
    }
}
