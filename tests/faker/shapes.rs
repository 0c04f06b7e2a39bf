//! What holds for each provider: its shape, its bounds, its first bytes.

use std::fmt::Write as _;

use regex::Regex;
use shopsim::faker;
use shopsim::value::Literal;

use super::{compiled, draw, named, text, texts};

/// The shapes of Faker 22.2.0, en_US, measured on 4,000 values each; the two without a text form there
/// have ISO 8601.
const SHAPES: [(&str, &str); 13] = [
    ("name", r"^(?:(?:[A-Z][a-z]+\. |Miss )?[A-Z][a-z]+ [A-Z][A-Za-z]+(?: [A-Za-z]+\.?)?)$"),
    (
        "address",
        r"^(?:(?:\d{3,5} [A-Z][A-Za-z]+ [A-Z][A-Za-z]+(?: (?:Apt\.|Suite) \d{3})?\n[A-Z][A-Za-z ]+, [A-Z]{2} \d{5}|PSC \d{4}, Box \d{4}\nAPO A[AEP] \d{5}|Unit \d{4} Box \d{4}\nDPO A[AEP] \d{5}|US(?:S|NS|NV|CGC) [A-Z][A-Za-z]+\nFPO A[AEP] \d{5}))$",
    ),
    (
        "phone_number",
        r"^(?:(?:[2-9]\d\d[2-9]\d{6}|(?:\+1-|001-)?[2-9]\d\d-[2-9]\d\d-\d{4}(?:x\d{3,5})?|\([2-9]\d\d\)[2-9]\d\d-\d{4}(?:x\d{3,5})?|[2-9]\d\d\.[2-9]\d\d\.\d{4}(?:x\d{3,5})?))$",
    ),
    ("passport_number", r"^(?:[A-Z]\d{8}|\d{9})$"),
    ("passport_dob", r"^\d{4}-\d\d-\d\d$"),
    ("safe_email", r"^(?:[a-z0-9]+(?:[.-][a-z0-9]+)*@example\.(?:com|org|net))$"),
    ("credit_card_number", r"^(?:\d{12,19})$"),
    ("credit_card_expire", r"^(?:(?:0[1-9]|1[0-2])/\d{2})$"),
    ("random_int", r"^(?:\d{1,4})$"),
    ("random_element", r"^(?:[abc])$"),
    ("past_datetime", r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?$"),
    ("ssn", r"^(?:[0-8]\d{2}-\d{2}-\d{4})$"),
    ("currency_code", r"^(?:[A-Z]{3})$"),
];

#[test]
fn each_value_has_the_shape_that_faker_gives_it() {
    for (provider, shape) in SHAPES {
        let shape = Regex::new(shape).expect("a shape of the table");
        for value in draw(provider, &[], 5_000) {
            assert!(shape.is_match(&value), "{provider}: {value:?}");
        }
    }
    for provider in faker::providers() {
        assert!(SHAPES.iter().any(|(name, _)| *name == provider.name), "{} has no shape", provider.name);
    }
}

#[test]
fn what_is_known_of_the_values_holds_for_each() {
    let weights = Literal::Table(named(&[("12", Literal::Int(1)), ("007", Literal::Float(0.5))]));
    let mut cases: Vec<(&str, Vec<(&str, Literal)>)> =
        SHAPES.iter().map(|(name, _)| (*name, vec![])).collect();
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
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/providers.txt");
    let mut bytes = String::new();
    for provider in faker::providers() {
        for value in draw(provider.name, &[], 5) {
            writeln!(bytes, "{} {}", provider.name, value.escape_debug()).expect("a String takes all");
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &bytes).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(path).expect("the golden file can be read");
    for (drawn, promised) in bytes.lines().zip(golden.lines()) {
        assert_eq!(drawn, promised, "if this is meant: raise OUTPUT_VERSION, then UPDATE_GOLDEN=1");
    }
    assert_eq!(bytes, golden);
}
