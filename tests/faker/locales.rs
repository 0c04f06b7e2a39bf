//! What holds in each locale: the shape and the bounds of its own providers, their first bytes, that the
//! columns of a group tell of one person and place, and that what is counted as different is different.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use regex::Regex;
use shopsim::faker::{self, Compiled, Draw, Locale, Provider, Scope};
use shopsim::stream::{Key, Stream};

use super::{NOW, at, compare_with_golden};

const FIELDS: [&str; 7] = ["name", "first_name", "last_name", "prefix", "user_name", "email", "safe_email"];

fn in_locale(locale: Locale) -> Scope<'static> {
    Scope { locale, ..Scope::default() }
}

fn in_group(locale: Locale) -> Scope<'static> {
    Scope { grouped: true, ..in_locale(locale) }
}

fn compiled(name: &str, scope: &Scope<'_>) -> Compiled {
    faker::compile(name, &[], scope).unwrap_or_else(|error| panic!("{}: {name}: {error}", scope.locale))
}

fn write(compiled: &Compiled, stream: &mut Stream) -> String {
    let mut out = String::new();
    compiled.generator.write(&mut Draw::outside(stream, at(NOW)), &mut out);
    out
}

fn draw(name: &str, scope: &Scope<'_>, count: usize) -> Vec<String> {
    let compiled = compiled(name, scope);
    let key = Key { seed: 4321, table: "specification", purpose: name, operation: "insert", tick: 0 };
    let mut stream = Stream::keyed(key);
    (0..count).map(|_| write(&compiled, &mut stream)).collect()
}

/// A locale's own providers, and those that it has for groups.
fn own(locale: Locale) -> impl Iterator<Item = &'static Provider> {
    locale.own().chain(locale.coherent())
}

/// The locales that have people, places or numbers of their own.
fn furnished() -> impl Iterator<Item = Locale> {
    Locale::ALL.into_iter().filter(|locale| own(*locale).next().is_some())
}

/// Where the providers of `own` are at work.
fn scope_of_own(locale: Locale) -> Scope<'static> {
    if locale.own().next().is_some() { in_locale(locale) } else { in_group(locale) }
}

/// Name and pattern of each provider of a locale's own.
fn shapes(locale: Locale) -> BTreeMap<String, Regex> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/faker/locales/{locale}.tsv"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let pair = |line: &str| {
        let (name, shape) = line.split_once('\t').expect("name, tab, pattern");
        (name.to_owned(), Regex::new(&format!("^(?:{shape})$")).expect("a shape of the table"))
    };
    text.lines().map(pair).collect()
}

#[test]
fn each_value_has_its_shape_and_keeps_what_is_known_of_it() {
    for locale in furnished() {
        let shapes = shapes(locale);
        for provider in own(locale) {
            let name = provider.name;
            let shape = shapes.get(name).unwrap_or_else(|| panic!("{locale}: {name} has no shape"));
            let known = compiled(name, &scope_of_own(locale));
            let most = known.max_chars.expect("each of these has a bound") as usize;
            for value in draw(name, &scope_of_own(locale), 10_000) {
                assert!(shape.is_match(&value), "{locale}: {name}: {value:?}");
                assert!(value.chars().count() <= most, "{locale}: {name}: {value:?} is longer than {most}");
                if let Some(range) = &known.integers {
                    let number: i64 = value.parse().unwrap_or_else(|_| panic!("{locale}: {name}: {value:?}"));
                    assert!(range.contains(&number), "{locale}: {name}: {value} not in {range:?}");
                }
            }
        }
        for name in shapes.keys() {
            assert!(own(locale).any(|provider| provider.name == name), "{locale} has no {name} of its own");
        }
    }
}

#[test]
fn the_first_values_are_the_promised_bytes() {
    for locale in furnished() {
        let mut bytes = String::new();
        for provider in own(locale) {
            for value in draw(provider.name, &scope_of_own(locale), 5) {
                writeln!(bytes, "{} {}", provider.name, value.escape_debug()).expect("a String takes all");
            }
        }
        compare_with_golden(&format!("providers.{locale}.txt"), &bytes);
    }
}

#[test]
fn a_provider_is_the_locales_own_or_english() {
    assert!(Locale::TrTr.has_own("address") && !Locale::TrTr.has_own("uuid4"));
    for locale in Locale::ALL {
        for provider in locale.own() {
            assert!(locale.has_own(provider.name));
            assert_eq!(
                locale.own().filter(|other| other.name == provider.name).count(),
                1,
                "{}",
                provider.name
            );
            assert!(!provider.summary.is_empty() && !provider.summary.ends_with('.'), "{}", provider.name);
        }
        // A provider without defaults for all of its params says so in any locale.
        for provider in faker::providers().filter(|provider| provider.params.is_empty()) {
            compiled(provider.name, &in_locale(locale));
        }
    }
}

/// The values of one row of a group, by the providers' names.
fn row(locale: Locale, names: &[&'static str], bits: u64) -> BTreeMap<&'static str, String> {
    let field = |name: &&'static str| {
        let compiled = compiled(name, &in_group(locale));
        assert!(compiled.coherent, "{locale}: {name}");
        (*name, write(&compiled, &mut Stream::from_bits(bits)))
    };
    names.iter().map(field).collect()
}

#[test]
fn the_columns_of_a_group_tell_of_one_person() {
    for locale in furnished() {
        let has = |name: &str| own(locale).any(|provider| provider.name == name);
        let names: Vec<&'static str> = FIELDS.into_iter().filter(|name| has(name)).collect();
        if !has("name") {
            continue;
        }
        let mut titles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for bits in 0..400 {
            let row = row(locale, &names, bits);
            let [name, first, last] = ["name", "first_name", "last_name"].map(|field| &row[field]);
            assert!(name.contains(first.as_str()) && name.contains(last.as_str()), "{locale}: {row:?}");
            let user = &row["user_name"];
            for field in ["email", "safe_email"] {
                assert!(row[field].starts_with(&format!("{user}@")), "{locale}: {row:?}");
            }
            // Latin names show in the address but for marks and letters that it cannot have.
            let letters = |name: &str| name.chars().filter(char::is_ascii).collect::<String>().to_lowercase();
            let is_plain = |name: &str| name.chars().all(|letter| letter.is_ascii_alphabetic());
            for part in [first, last].into_iter().filter(|part| is_plain(part)) {
                assert!(user.contains(&letters(part)), "{locale}: {row:?}");
            }
            if let Some(title) = row.get("prefix") {
                titles.entry(first.clone()).or_default().insert(title.clone());
            }
        }
        for (first, titles) in titles {
            let both = titles.contains("Mr.") && (titles.contains("Mrs.") || titles.contains("Ms."));
            assert!(!both, "{first}: {titles:?}");
        }
    }
}

#[test]
fn the_columns_of_a_group_tell_of_one_place() {
    let fields = ["address", "street_address", "street_name", "building_number", "city", "postcode", "state"];
    let all = [
        "administrative_unit",
        "postalcode",
        "zipcode",
        "country",
        "current_country",
        "country_code",
        "current_country_code",
    ];
    for locale in furnished().filter(|locale| own(*locale).any(|provider| provider.name == "address")) {
        let names: Vec<&'static str> = fields.into_iter().chain(all).collect();
        let mut regions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for bits in 0..400 {
            let row = row(locale, &names, bits);
            for (whole, part) in [
                ("address", "street_address"),
                ("address", "city"),
                ("address", "postcode"),
                ("street_address", "street_name"),
                ("street_address", "building_number"),
            ] {
                assert!(row[whole].contains(&row[part]), "{locale}: {part} of {row:?}");
            }
            for (one, other) in [
                ("state", "administrative_unit"),
                ("postcode", "postalcode"),
                ("postcode", "zipcode"),
                ("country", "current_country"),
                ("country_code", "current_country_code"),
            ] {
                assert_eq!(row[one], row[other], "{locale}: {one} and {other} of {row:?}");
            }
            assert!(locale.code().ends_with(&row["country_code"]), "{locale}: {row:?}");
            regions.entry(row["postcode"].clone()).or_default().insert(row["state"].clone());
        }
        for (postcode, regions) in regions {
            assert_eq!(regions.len(), 1, "{locale}: {postcode} lies in {regions:?}");
        }
    }
}

#[test]
fn what_is_counted_as_different_is_different() {
    for locale in Locale::ALL {
        let names: BTreeSet<&str> =
            own(locale).chain(faker::providers()).map(|provider| provider.name).collect();
        for grouped in [false, true] {
            let scope = Scope { unique: true, grouped, ..in_locale(locale) };
            // English fallbacks are looked at once.
            let looked_at = |name: &&str| locale == Locale::EnUs || own(locale).any(|own| own.name == *name);
            for name in names.iter().copied().filter(looked_at) {
                // One that needs a param is no business of a locale.
                let Ok(compiled) = faker::compile(name, &[], &scope) else { continue };
                let Some(count) = compiled.distinct else { continue };
                let ends = (0..count.min(3_000)).chain(count.saturating_sub(2_000)..count);
                let numbers: BTreeSet<u64> =
                    ends.chain((0..2_000).map(|step| count / 2_000 * step)).collect();
                let most = compiled.max_chars.map_or(usize::MAX, |most| most as usize);
                let mut seen = BTreeMap::new();
                for number in numbers {
                    // A stream of its own for each number, as in a table.
                    let mut stream = Stream::from_bits(number);
                    stream.set_number(number, count);
                    let value = write(&compiled, &mut stream);
                    assert!(value.chars().count() <= most, "{locale}: {name}: {value:?}");
                    if let Some(other) = seen.insert(value.clone(), number) {
                        panic!("{locale}: {name} is {value:?} for {other} and {number} of {count}");
                    }
                }
            }
        }
    }
}

#[test]
fn addresses_that_may_not_repeat_are_enough_for_any_table() {
    for locale in furnished() {
        for name in ["email", "safe_email", "free_email", "company_email", "ascii_email", "user_name"] {
            for grouped in [false, true] {
                let scope = Scope { unique: true, grouped, ..in_locale(locale) };
                let count = compiled(name, &scope).distinct;
                assert!(count >= Some(1_000_000_000), "{locale}: {name}: {count:?}");
            }
        }
        for name in ["city", "state", "postcode"] {
            let scope = Scope { unique: true, ..in_locale(locale) };
            assert!(compiled(name, &scope).distinct.is_some(), "{locale}: {name}");
        }
        for name in ["phone_number", "ssn", "iban", "bban", "license_plate"] {
            let scope = Scope { unique: true, ..in_locale(locale) };
            let count = compiled(name, &scope).distinct;
            assert!(count >= Some(50_000), "{locale}: {name}: {count:?}");
        }
        // First names times last names.
        let count = compiled("name", &Scope { unique: true, ..in_locale(locale) }).distinct;
        assert!(count >= Some(2_000), "{locale}: name: {count:?}");
    }
}

#[test]
fn accounts_and_cards_pass_the_checks_of_others() {
    for locale in Locale::ALL {
        for number in draw("iban", &in_locale(locale), 2_000) {
            let read: Result<iban::Iban, _> = number.parse();
            assert!(read.is_ok(), "{locale}: {number}: {read:?}");
        }
        for number in draw("credit_card_number", &in_locale(locale), 2_000) {
            assert!(luhn::valid(&number), "{locale}: {number}");
        }
    }
}

#[test]
fn bar_codes_and_bank_codes_are_of_the_locales_country() {
    for number in draw("localized_ean13", &in_locale(Locale::TrTr), 500) {
        assert!(number.starts_with("868") || number.starts_with("869"), "{number}");
    }
    for number in draw("localized_ean", &in_locale(Locale::DeDe), 500) {
        assert!((400..=440).contains(&number[..3].parse().expect("digits")), "{number}");
    }
    for locale in Locale::ALL.into_iter().filter(|locale| *locale != Locale::EnUs) {
        for provider in ["swift", "swift8", "swift11"] {
            for code in draw(provider, &in_locale(locale), 100) {
                assert_eq!(&code[4..6], &locale.code()[3..], "{code}");
            }
        }
    }
}

#[test]
fn turkish_identity_numbers_pass_the_check() {
    let passes = |number: &str| {
        let digits: Vec<u32> = number.chars().map(|digit| digit.to_digit(10).expect("a digit")).collect();
        let [odd, even] = [0, 1].map(|from| digits[from..9].iter().step_by(2).sum::<u32>());
        let whole: u32 = digits[..10].iter().sum();
        digits.len() == 11
            && digits[0] != 0
            // 7 odd - even is congruent to this, without what is negative.
            && (7 * odd + 9 * even) % 10 == digits[9]
            && whole % 10 == digits[10]
    };
    // A number that the authorities use in examples.
    assert!(passes("10000000146") && !passes("10000000147"));
    for number in draw("ssn", &in_locale(Locale::TrTr), 10_000) {
        assert!(passes(&number), "{number}");
    }
}

#[test]
fn turkish_postal_codes_are_of_their_province_as_plates_count_them() {
    for address in draw("address", &in_locale(Locale::TrTr), 10_000) {
        let (_, line) = address.split_once('\n').expect("two lines");
        let (postcode, place) = line.split_once(' ').expect("postal code and place");
        let (_, province) = place.split_once('/').expect("district and province");
        let expected = match province {
            "Adana" => "01",
            "Ankara" => "06",
            "İstanbul" => "34",
            "İzmir" => "35",
            "Trabzon" => "61",
            "Zonguldak" => "67",
            "Düzce" => "81",
            _ => continue,
        };
        assert!(postcode.starts_with(expected), "{address}");
    }
}
