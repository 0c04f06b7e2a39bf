//! What the providers promise, as a specification: shapes, ranges, proportions, the bytes themselves,
//! and what is said of wrong parameters.

mod addresses_of_machines;
mod any_params;
mod as_in_python;
mod base;
mod calendar;
mod cards_and_names;
mod check_digits;
mod dates;
mod distinct;
mod files_and_agents;
mod languages;
mod locales;
mod lorem_misc_python;
mod national;
mod numbers_and_elements;
mod params;
mod shapes;
mod shop;

use std::path::Path;

use shopsim::faker::{self, Compiled, Draw};
use shopsim::stream::{Key, Stream};
use shopsim::value::{Literal, Timestamp};

/// The simulated now of most tests.
const NOW: &str = "2026-01-01T12:00:00Z";

fn at(time: &str) -> Timestamp {
    Timestamp::parse_rfc3339(time).expect("an RFC 3339 time")
}

fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

fn texts(list: &[&str]) -> Literal {
    Literal::List(list.iter().copied().map(text).collect())
}

fn named(params: &[(&str, Literal)]) -> Vec<(String, Literal)> {
    params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// A provider of en_US, alone.
fn compile(provider: &str, params: &[(String, Literal)]) -> Result<Compiled, faker::CompileError> {
    let table = faker::Referable { name: "customers".to_owned(), reserved_from: 1_000 };
    let scope = faker::Scope { keys: 1_000, tables: &[table], ..faker::Scope::default() };
    faker::compile(provider, params, &scope)
}

fn compiled(provider: &str, params: &[(&str, Literal)]) -> Compiled {
    compile(provider, &named(params)).unwrap_or_else(|error| panic!("{provider}: {error}"))
}

/// `count` values of a provider with parameters, as text, in a tick whose time is `now`.
fn draw_at(now: Timestamp, provider: &str, params: &[(&str, Literal)], count: usize) -> Vec<String> {
    let compiled = compiled(provider, params);
    let key = Key { seed: 4321, table: "specification", purpose: provider, operation: "insert", tick: 0 };
    let mut stream = Stream::keyed(key);
    let mut draw = Draw::outside(&mut stream, now);
    (0..count)
        .map(|_| {
            let mut out = String::new();
            compiled.generator.write(&mut draw, &mut out);
            out
        })
        .collect()
}

fn draw(provider: &str, params: &[(&str, Literal)], count: usize) -> Vec<String> {
    draw_at(at(NOW), provider, params, count)
}

/// Distinct values in order.
fn distinct(mut values: Vec<String>) -> Vec<String> {
    values.sort_unstable();
    values.dedup();
    values
}

/// How many of the values are `wanted`.
fn count_of(values: &[String], wanted: impl Fn(&str) -> bool) -> usize {
    values.iter().filter(|value| wanted(value)).count()
}

/// Compares with the golden file of this name, or writes it if `UPDATE_GOLDEN` is set.
fn compare_with_golden(name: &str, bytes: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, bytes).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file can be read");
    for (drawn, promised) in bytes.lines().zip(golden.lines()) {
        assert_eq!(drawn, promised, "{name}: if this is meant: raise OUTPUT_VERSION, then UPDATE_GOLDEN=1");
    }
    assert_eq!(bytes, golden, "{name}");
}
