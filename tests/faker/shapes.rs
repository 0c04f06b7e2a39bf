//! What holds for each provider: its shape, its bounds, its first bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use regex::Regex;
use shopsim::faker;
use shopsim::value::Literal;

use super::{compare_with_golden, compiled, draw, named, text, texts};

/// The shapes of Faker 22.2.0, en_US, measured on 4,000 values each (what has no text form there has that of
/// PostgreSQL): name and pattern, from a file a family.
fn shapes() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faker/shapes");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the shapes").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let texts = files.iter().map(|file| fs::read_to_string(file).expect("a file of text"));
    let pairs = texts.flat_map(|text| {
        let pair =
            |line: &str| line.split_once('\t').map(|(name, shape)| (name.to_owned(), shape.to_owned()));
        text.lines().map(|line| pair(line).expect("name, tab, pattern")).collect::<Vec<_>>()
    });
    pairs.collect()
}

/// Params for a provider that has no values without any.
fn params_of(provider: &str) -> Vec<(&'static str, Literal)> {
    let example = super::shop::examples().into_iter().find(|(name, _)| *name == provider);
    example.map_or_else(Vec::new, |(_, params)| params)
}

#[test]
fn each_value_has_the_shape_that_faker_gives_it() {
    let shapes = shapes();
    for (provider, shape) in &shapes {
        let shape = Regex::new(shape).expect("a shape of the table");
        for value in draw(provider, &[], 10_000) {
            assert!(shape.is_match(&value), "{provider}: {value:?}");
        }
    }
    for provider in faker::providers() {
        let shaped = shapes.iter().any(|(name, _)| name == provider.name);
        assert!(shaped || params_of(provider.name).len() == 1, "{} has no shape", provider.name);
    }
}

#[test]
fn what_is_known_of_the_values_holds_for_each() {
    let weights = Literal::Table(named(&[("12", Literal::Int(1)), ("007", Literal::Float(0.5))]));
    let shapes = shapes();
    let mut cases: Vec<(&str, Vec<(&str, Literal)>)> =
        shapes.iter().map(|(name, _)| (name.as_str(), vec![])).collect();
    cases.extend([
        ("random_int", vec![("min", Literal::Int(-500)), ("step", Literal::Int(7))]),
        ("random_element", vec![("elements", weights)]),
        ("random_element", vec![("elements", texts(&["Buddha’s Hand", "Ugli"]))]),
        ("credit_card_expire", vec![("date_format", text("%A %d %B %Y %j"))]),
        ("credit_card_expire", vec![("date_format", text("%Y%m"))]),
        ("ssn", vec![("taxpayer_identification_number_type", text("EIN"))]),
        ("past_datetime", vec![("start_date", text("-3000y"))]),
    ]);
    for (provider, params) in cases {
        let known = compiled(provider, &params);
        let most = known.max_chars.expect("each of these has a bound") as usize;
        for value in draw(provider, &params, 20_000) {
            assert!(value.chars().count() <= most, "{provider}: {value:?} is longer than {most}");
            if let Some(range) = &known.integers {
                let number: i64 = value.parse().unwrap_or_else(|_| panic!("{provider}: {value:?}"));
                assert!(range.contains(&number), "{provider}: {value} not in {range:?}");
            }
        }
    }
}

#[test]
fn the_first_values_are_the_promised_bytes() {
    let mut bytes = String::new();
    for provider in faker::providers() {
        for value in draw(provider.name, &params_of(provider.name), 5) {
            writeln!(bytes, "{} {}", provider.name, value.escape_debug()).expect("a String takes all");
        }
    }
    compare_with_golden("providers.txt", &bytes);
}
