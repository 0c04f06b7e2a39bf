//! Providers that say how many different values they have: numbered streams give no value twice.

use std::collections::{BTreeMap, BTreeSet};

use shopsim::faker::{self, Draw, Locale, Scope};
use shopsim::stream::{Key, Permutation, Stream};
use shopsim::value::Literal;

use super::{NOW, at, named, text, texts};

/// Values of so many numbers, spread over all that the provider tells apart; `None` if it tells none apart.
fn values(
    provider: &str,
    params: &[(&str, Literal)],
    scope: &Scope<'_>,
    most: u64,
) -> Option<(u64, BTreeSet<String>)> {
    let compiled = faker::compile(provider, &named(params), scope).ok()?;
    let count = compiled.distinct?;
    let key = Key { seed: 1, table: "distinct", purpose: provider, operation: "unique", tick: 0 };
    let (numbers, mut stream) = (Permutation::keyed(key, count), Stream::keyed(key));
    let drawn = count.min(most);
    let values = (0..drawn).map(|number| {
        // Half of them beside each other, half anywhere.
        let number = if number % 2 == 0 { number / 2 } else { numbers.of(number) };
        stream.set_number(number, count);
        let mut out = String::new();
        compiled.generator.write(&mut Draw::outside(&mut stream, at(NOW)), &mut out);
        (number, out)
    });
    // What comes after the number's draws is random: of a number that is met twice one value counts.
    let values: BTreeMap<u64, String> = values.collect();
    Some((values.len() as u64, values.into_values().collect()))
}

fn holds(provider: &str, params: &[(&str, Literal)], scope: &Scope<'_>) -> bool {
    let Some((numbers, values)) = values(provider, params, scope, 10_000) else { return false };
    // `sequence` counts the rows, not the numbers.
    assert!(
        values.len() as u64 == numbers || provider == "sequence",
        "{provider} {params:?} of {scope:?}: {} values of {numbers} numbers",
        values.len()
    );
    true
}

#[test]
fn no_two_numbers_give_the_same_value() {
    let tables = [];
    for locale in Locale::ALL {
        for (unique, grouped) in [(false, false), (true, false), (true, true)] {
            let scope = Scope { locale, unique, grouped, keys: 1_000, tables: &tables, ..Scope::default() };
            let own: Vec<&str> = if locale == Locale::default() {
                faker::providers().map(|provider| provider.name).collect()
            } else {
                locale.own().map(|provider| provider.name).collect()
            };
            let known: Vec<&str> = own.into_iter().filter(|provider| holds(provider, &[], &scope)).collect();
            for expected in ["random_int", "numerify", "uuid4", "ean13", "mac_address", "passport_number"] {
                let holds = known.contains(&expected) || (expected == "uuid4" && !unique);
                assert!(holds || locale != Locale::default(), "{expected} is not known to differ");
            }
        }
    }
}

#[test]
fn what_is_counted_depends_on_the_params() {
    let scope = Scope { unique: true, ..Scope::default() };
    let count = |provider: &str, params: &[(&str, Literal)]| {
        assert!(
            holds(provider, params, &scope)
                || faker::compile(provider, &named(params), &scope).unwrap().distinct.is_none()
        );
        faker::compile(provider, &named(params), &scope).unwrap().distinct
    };
    let int = Literal::Int;
    assert_eq!(count("random_int", &[("min", int(5)), ("max", int(11)), ("step", int(3))]), Some(3));
    assert_eq!(count("random_element", &[("elements", texts(&["a", "b", "c"]))]), Some(3));
    assert_eq!(count("random_element", &[("elements", texts(&["a", "b", "a"]))]), None);
    assert_eq!(count("numerify", &[("text", text("%##-!"))]), None);
    assert_eq!(count("bothify", &[("text", text("?#")), ("letters", text("ABC"))]), Some(30));
    assert_eq!(count("bothify", &[("text", text("?#")), ("letters", text("AAB"))]), None);
    assert_eq!(count("hexify", &[("text", text("^^"))]), Some(256));
    assert_eq!(count("credit_card_number", &[("card_type", text("amex"))]), Some(2 * 10u64.pow(12)));
    assert_eq!(count("template", &[("text", text("ID-{{numerify}}-x"))]), Some(1_000));
    assert_eq!(count("template", &[("text", text("{{numerify}}{{numerify}}"))]), None);
}
