//! The generators beyond Faker's.

use shopsim::faker::{self, Compiled, Draw, Referable, Scope};
use shopsim::stream::{Key, Stream};
use shopsim::value::Literal;

use super::{NOW, at, count_of, draw, named, text};

/// Params for each provider that has no values without any.
pub fn examples() -> Vec<(&'static str, Vec<(&'static str, Literal)>)> {
    let weights = Literal::Table(named(&[("paid", Literal::Int(6)), ("shipped", Literal::Float(2.5))]));
    vec![
        // A megabyte otherwise.
        ("binary", vec![("length", Literal::Int(20))]),
        ("parse", vec![("text", text("{{name}} <{{email}}>"))]),
        ("ref", vec![("table", text("customers"))]),
        ("template", vec![("text", text("{{first_name}}.{{last_name}}@example.com"))]),
        ("weighted", vec![("weights", weights)]),
    ]
}

fn tables() -> [Referable; 2] {
    let table = |name: &str| Referable { name: name.to_owned(), reserved_from: 1_000_000_001 };
    [table("customers"), table("orders")]
}

fn compiled(provider: &str, params: &[(&str, Literal)]) -> Result<Compiled, String> {
    let tables = tables();
    let scope = Scope { keys: 1_000_000_000, tables: &tables, ..Scope::default() };
    faker::compile(provider, &named(params), &scope).map_err(|error| error.to_string())
}

#[test]
fn only_those_with_an_example_need_params() {
    let needy: Vec<&str> = faker::providers()
        .map(|provider| provider.name)
        .filter(|name| faker::compile(name, &[], &Scope::default()).is_err())
        .collect();
    let examples: Vec<&str> = examples().into_iter().map(|(name, _)| name).collect();
    assert!(needy.iter().all(|name| examples.contains(name)), "{needy:?}");
    for (name, params) in self::examples() {
        assert!(compiled(name, &params).is_ok(), "{name}");
    }
}

/// The values of rows with the keys, where the rows of `alive` are there.
fn of_rows(compiled: &Compiled, keys: std::ops::Range<i64>, alive: std::ops::Range<i64>) -> Vec<i64> {
    let key = Key { seed: 1, table: "orders", purpose: "c", operation: "insert", tick: 0 };
    let (mut stream, alive) = (Stream::keyed(key), [alive, 1..2]);
    let value = |key| {
        let mut out = String::new();
        let mut draw = Draw { stream: &mut stream, now: at(NOW), key, alive: &alive, outliving: &[] };
        compiled.generator.write(&mut draw, &mut out);
        out.parse().expect("a number")
    };
    keys.map(value).collect()
}

#[test]
fn a_sequence_counts_the_rows_and_is_never_updated() {
    let numbers = compiled("sequence", &[("start", Literal::Int(100)), ("step", Literal::Int(-5))]).unwrap();
    assert_eq!(of_rows(&numbers, 1..5, 1..2), [100, 95, 90, 85]);
    assert!(numbers.fixed && numbers.distinct.is_some());
    assert_eq!(compiled("sequence", &[]).unwrap().integers, Some(1..=1_000_000_000));
    let none = compiled("sequence", &[("step", Literal::Int(0))]).err().unwrap();
    assert!(none.contains("`step` is 0"), "{none}");
    let far = compiled("sequence", &[("start", Literal::Int(i64::MAX - 5))]).err().unwrap();
    assert!(far.contains("bigint"), "{far}");
}

#[test]
fn references_are_keys_of_rows_that_are_there_each_as_often() {
    let keys = compiled("ref", &[("table", text("customers"))]).unwrap();
    let drawn = of_rows(&keys, 1..10_001, 41..51);
    for id in 41..51 {
        let count = drawn.iter().filter(|drawn| **drawn == id).count();
        assert!((880..1_120).contains(&count), "{id}: {count}");
    }
    assert!(drawn.iter().all(|id| (41..51).contains(id)));
    assert_eq!(keys.refers_to, Some(0));
}

#[test]
fn orphans_are_as_many_as_asked_for_and_no_row_has_their_keys() {
    let params = [("table", text("customers")), ("orphan_ratio", Literal::Float(0.25))];
    let drawn = of_rows(&compiled("ref", &params).unwrap(), 1..10_001, 1..101);
    let orphans: Vec<i64> = drawn.into_iter().filter(|id| !(1..101).contains(id)).collect();
    assert!((2_350..2_650).contains(&orphans.len()), "{}", orphans.len());
    assert!(orphans.iter().all(|id| (999_000_001..=1_000_000_000).contains(id)));
    let wrong = compiled("ref", &[("table", text("custmers"))]).err().unwrap();
    assert!(wrong.contains("there is no table `custmers`"), "{wrong}");
    let more = [("table", text("orders")), ("orphan_ratio", Literal::Float(1.5))];
    assert!(compiled("ref", &more).is_err());
}

#[test]
fn a_template_replaces_providers_and_leaves_all_else_as_it_is() {
    let template = [("text", text("#{{random_int}}-? {{ random_digit }} {{no provider}} {"))];
    for value in draw("template", &template, 200) {
        let rest = value.strip_prefix('#').expect("no placeholder");
        let (number, rest) = rest.split_once("-? ").expect("no placeholder");
        assert!(number.parse::<u32>().unwrap() <= 9_999);
        let (digit, rest) = rest.split_once(' ').unwrap();
        assert!(digit.len() == 1 && rest == "{{no provider}} {", "{value}");
    }
    let wrong = compiled("template", &[("text", text("{{nmae}}"))]).err().unwrap();
    assert!(wrong.contains("nmae"), "{wrong}");
}

#[test]
fn weights_are_shares() {
    let weights =
        Literal::Table(named(&[("a", Literal::Int(3)), ("b", Literal::Float(1.0)), ("c", Literal::Int(0))]));
    let drawn = draw("weighted", &[("weights", weights)], 10_000);
    let a = count_of(&drawn, |value| value == "a");
    assert!((7_350..7_650).contains(&a), "{a}");
    assert_eq!(a + count_of(&drawn, |value| value == "b"), 10_000);
    assert!(compiled("weighted", &[("weights", text("a"))]).is_err());
}
