//! What the languages themselves ask for: last names and middle names that agree with the sex, the order of a
//! name's parts, and the form of postal codes.

use std::collections::BTreeSet;

use regex::Regex;
use shopsim::faker::{self, Draw, Locale, Scope};
use shopsim::stream::Stream;

use super::{NOW, at};

/// Values of the providers for the same persons or places: one for each number up to `count`.
fn rows<const FIELDS: usize>(locale: Locale, fields: [&str; FIELDS], count: u64) -> Vec<[String; FIELDS]> {
    let scope = Scope { locale, grouped: true, ..Scope::default() };
    let compiled = fields.map(|field| faker::compile(field, &[], &scope).expect("a provider of the locale"));
    let value = |compiled: &faker::Compiled, bits| {
        let mut out = String::new();
        let stream = &mut Stream::from_bits(bits);
        compiled.generator.write(&mut Draw::outside(stream, at(NOW)), &mut out);
        out
    };
    (0..count).map(|bits| compiled.each_ref().map(|field| value(field, bits))).collect()
}

/// Each different value of a provider, of many.
fn all(locale: Locale, field: &str) -> BTreeSet<String> {
    let scope = Scope { locale, ..Scope::default() };
    let compiled = faker::compile(field, &[], &scope).expect("a provider of the locale");
    let mut stream = Stream::from_bits(1);
    let value = |_| {
        let mut out = String::new();
        compiled.generator.write(&mut Draw::outside(&mut stream, at(NOW)), &mut out);
        out
    };
    (0..4_000).map(value).collect()
}

#[test]
fn russian_and_polish_last_names_agree_with_the_sex() {
    for (locale, endings) in
        [(Locale::RuRu, "(ов|ев|ёв|ин|ын)$|(?:ск|н|л|т|в)(?:ий|ой|ый)$"), (Locale::PlPl, "(?:ski|cki|ny)$")]
    {
        let of_men = Regex::new(endings).expect("a pattern");
        let women = all(locale, "first_name_female");
        let (men_last, women_last) = (all(locale, "last_name_male"), all(locale, "last_name_female"));
        let mut met = [false; 2];
        for [name, first, last] in rows(locale, ["name", "first_name", "last_name"], 2_000) {
            let female = women.contains(&first);
            assert!(name.contains(&last), "{locale}: {name}: {last}");
            assert!(if female { &women_last } else { &men_last }.contains(&last), "{locale}: {first} {last}");
            assert!(!female || !of_men.is_match(&last), "{locale}: {first} {last}");
            met[usize::from(female)] = true;
        }
        assert_eq!(met, [true; 2], "{locale}");
        assert!(women_last.iter().any(|name| !men_last.contains(name)), "{locale}");
    }
}

#[test]
fn russian_patronymics_agree_with_the_sex_and_stand_behind_the_first_name() {
    let women = all(Locale::RuRu, "first_name_female");
    let mut last_first = BTreeSet::new();
    for [name, first, middle, last] in
        rows(Locale::RuRu, ["name", "first_name", "middle_name", "last_name"], 2_000)
    {
        let ending = if women.contains(&first) { "на" } else { "ич" };
        assert!(middle.ends_with(ending), "{first} {middle}");
        assert!(name.contains(&format!("{first} {middle}")), "{name}: {first} {middle}");
        last_first.insert(
            name.ends_with(&format!("{first} {middle}")) && name.contains(&format!("{last} {first}")),
        );
    }
    assert_eq!(last_first.len(), 2, "the last name stands first, or last");
}

#[test]
fn the_title_agrees_with_the_sex() {
    for (locale, of_women, of_men) in [
        (Locale::RuRu, "г-жа", "г-н"),
        (Locale::PlPl, "pani", "pan"),
        (Locale::UkUa, "пані", "пан"),
        (Locale::EnGb, "Miss", "Mr"),
    ] {
        let women = all(locale, "first_name_female");
        for [first, title] in rows(locale, ["first_name", "prefix"], 1_000) {
            let other = if women.contains(&first) { of_men } else { of_women };
            assert_ne!(title, other, "{locale}: {first}");
        }
    }
}

#[test]
fn the_last_name_stands_first_in_korea_with_nothing_behind_it() {
    for [name, first, last] in rows(Locale::KoKr, ["name", "first_name", "last_name"], 1_000) {
        assert_eq!(name, format!("{last}{first}"));
    }
}

#[test]
fn british_postal_codes_match_the_pattern_of_the_royal_mail() {
    // GOV.UK's bulk data transfer, additional validation (without GIR 0AA).
    let pattern = "^([A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2})$";
    let strict = "^(?:[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]|[A-HK-Y][0-9][0-9])) [0-9][ABD-HJLNP-UW-Z]{2}$";
    let patterns = [pattern, strict].map(|pattern| Regex::new(pattern).expect("a pattern"));
    for code in all(Locale::EnGb, "postcode") {
        assert!(patterns.iter().all(|pattern| pattern.is_match(&code)), "{code}");
    }
}

#[test]
fn postal_codes_are_of_their_city() {
    for (locale, city, form) in [
        (Locale::EnGb, "Manchester", "^M[0-9]"),
        (Locale::PlPl, "Kraków", "^3[01]-"),
        (Locale::RuRu, "Казань", "^420"),
        (Locale::UkUa, "Львів", "^79"),
        (Locale::KoKr, "강남구", "^06"),
    ] {
        let form = Regex::new(form).expect("a pattern");
        let rows = rows(locale, ["city", "postcode"], 4_000);
        let of_city: Vec<_> = rows.iter().filter(|[name, _]| name == city).collect();
        assert!(of_city.len() > 5, "{locale}: {city} came {} times", of_city.len());
        assert!(of_city.iter().all(|[_, code]| form.is_match(code)), "{locale}: {city}: {of_city:?}");
    }
}
