//! Params that nobody would choose: each is refused with a reason, or gives values that keep their bounds.

use proptest::prelude::*;
use shopsim::faker::{self, Param, Preset};
use shopsim::value::Literal;

use super::{compile, draw_at, named, shop};

fn value() -> impl Strategy<Value = Literal> {
    let text = prop_oneof![
        "[a-z#?%{}:.-]{0,12}",
        "[+-][0-9]{1,4}[yMwdhms]",
        Just("{{name}}".to_owned()),
        Just("2026-01-01".to_owned()),
        Just("é\u{0}\"\\".to_owned()),
    ]
    .prop_map(Literal::Text);
    let scalar = prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        (-3i64..200).prop_map(Literal::Int),
        prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(1i64 << 40)].prop_map(Literal::Int),
        (-100i64..1_000).prop_map(|cents| Literal::Float(cents as f64 / 100.0)),
        text,
    ];
    prop_oneof![
        4 => scalar.clone(),
        1 => proptest::collection::vec(scalar.clone(), 0..4).prop_map(Literal::List),
        1 => proptest::collection::vec(("[a-z]{1,4}", scalar), 0..3).prop_map(Literal::Table),
    ]
}

/// A value of the kind that a param's default has, mostly; values of any kind else.
fn value_for(param: &'static Param, any: Literal, number: i64, truth: bool) -> Literal {
    match param.default {
        Preset::Bool(_) => Literal::Bool(truth),
        Preset::Int(_) => Literal::Int(number),
        _ => any,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_params_are_refused_with_a_reason_or_give_values_within_their_bounds(
        provider in 0..faker::providers().count(),
        given in proptest::collection::vec((any::<prop::sample::Index>(), value(), -3i64..300, any::<bool>(), 0..5u8), 0..4),
    ) {
        let provider = faker::providers().nth(provider).unwrap();
        let mut params: Vec<(&str, Literal)> = Vec::new();
        for (index, any, number, truth, wild) in given {
            if provider.params.is_empty() {
                break;
            }
            let param = index.get(provider.params);
            if !params.iter().any(|(name, _)| *name == param.name) {
                let value = if wild == 0 { any } else { value_for(param, any, number, truth) };
                params.push((param.name, value));
            }
        }
        if params.is_empty() {
            let example = shop::examples().into_iter().find(|(name, _)| *name == provider.name);
            params = example.map_or_else(Vec::new, |(_, params)| params);
        }
        match compile(provider.name, &named(&params)) {
            Err(error) => prop_assert!(!error.to_string().is_empty()),
            // What is long takes long: a few rows are enough of it.
            Ok(known) if known.max_chars.is_none_or(|most| most > 1_000_000) => {}
            Ok(known) => {
                let rows = if known.max_chars.is_some_and(|most| most > 10_000) { 3 } else { 40 };
                for value in draw_at(super::at(super::NOW), provider.name, &params, rows) {
                    let chars = value.chars().count();
                    prop_assert!(
                        known.max_chars.is_none_or(|most| chars <= most as usize),
                        "{} {params:?}: {chars} of {:?}: {value:?}", provider.name, known.max_chars
                    );
                    if let Some(range) = &known.integers {
                        let number: Result<i64, _> = value.parse();
                        prop_assert!(
                            number.as_ref().is_ok_and(|number| range.contains(number)),
                            "{} {params:?}: {value:?} not in {range:?}", provider.name
                        );
                    }
                }
            }
        }
    }
}
