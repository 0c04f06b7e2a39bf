//! The providers whose values are about a person: cards, official numbers, names, addresses.

use regex::Regex;
use shopsim::value::Literal;

use super::{count_of, distinct, draw, text};

/// The check of ISO/IEC 7812-1 on a whole number, by the table of what a doubled digit counts.
fn passes_luhn(number: &str) -> bool {
    const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let counts = number.chars().rev().enumerate().map(|(place, digit)| {
        let digit = digit.to_digit(10).expect("a digit");
        if place % 2 == 0 { digit } else { DOUBLED[digit as usize] }
    });
    counts.sum::<u32>() % 10 == 0
}

#[test]
fn each_card_type_has_its_prefix_its_length_and_a_valid_check_digit() {
    let cases = [
        ("visa", r"^4\d{15}$"),
        ("visa13", r"^4\d{12}$"),
        ("visa16", r"^4\d{15}$"),
        ("visa19", r"^4\d{18}$"),
        ("mastercard", r"^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)\d+$"),
        ("amex", r"^3[47]\d{13}$"),
        ("discover", r"^(?:6011|65)\d+$"),
        ("diners", r"^(?:30[0-5]|3[68])\d+$"),
        ("jcb", r"^35\d{14}$"),
        ("jcb15", r"^(?:2131|1800)\d{11}$"),
        ("jcb16", r"^35\d{14}$"),
        ("maestro", r"^(?:5018|5020|5038|5[678]\d\d|6304|6759|676[123]|0604|6390)\d{8}$"),
    ];
    for (card, shape) in cases {
        let shape = Regex::new(shape).unwrap();
        for number in draw("credit_card_number", &[("card_type", text(card))], 1_000) {
            assert!(shape.is_match(&number) && passes_luhn(&number), "{card}: {number}");
        }
    }
}

#[test]
fn cards_of_any_type_pass_the_check_fit_a_bigint_and_come_in_each_length() {
    let numbers = draw("credit_card_number", &[], 12_000);
    assert!(numbers.iter().all(|number| passes_luhn(number) && number.parse::<i64>().is_ok()));
    let of_length = |length| count_of(&numbers, |number| number.len() == length);
    // How many of the twelve names have the length, `visa` and `jcb` counted beside their twins.
    for (length, names) in [(12, 1), (13, 1), (14, 1), (15, 2), (16, 6), (19, 1)] {
        let count = of_length(length);
        assert!((names * 1_000 - 200..names * 1_000 + 200).contains(&count), "{length}: {count}");
    }
}

#[test]
fn taxpayer_numbers_are_given_out_as_their_type_says() {
    let cases = [
        ("SSN", r"^(?:00[1-9]|0[1-9]\d|[1-8]\d\d)-(?:0[1-9]|[1-9]\d)-\d{4}$"),
        ("EIN", r"^(?:0[1-6]|1[0-6]|2[0-7]|3\d|4[0-8]|5\d|6[0-8]|7[1-7]|8[0-8]|9[0-589])-\d{7}$"),
        ("ITIN", r"^9\d\d-(?:7\d|8[0-8]|9[0-24-9])-\d{4}$"),
        (
            "INVALID_SSN",
            r"^(?:(?:000|666)-\d\d-\d{4}|9\d\d-(?:[0-6]\d|89|93)-\d{4}|[0-8]\d\d-00-\d{4}|[0-8]\d\d-\d\d-0000)$",
        ),
    ];
    for (kind, shape) in cases {
        let shape = Regex::new(shape).unwrap();
        for number in draw("ssn", &[("taxpayer_identification_number_type", text(kind))], 4_000) {
            assert!(shape.is_match(&number), "{kind}: {number}");
        }
    }
    let valid = draw("ssn", &[], 20_000);
    assert_eq!(count_of(&valid, |number| number.starts_with("666") || number.ends_with("0000")), 0);
    let prefixes = draw("ssn", &[("taxpayer_identification_number_type", text("EIN"))], 20_000);
    assert_eq!(distinct(prefixes.iter().map(|number| number[..2].to_owned()).collect()).len(), 83);
}

#[test]
fn names_carry_titles_and_suffixes_in_fakers_proportion_and_of_their_gender() {
    let names = draw("name", &[], 40_400);
    let title = Regex::new(r"^(?:Mr\.|Mrs\.|Ms\.|Miss|Dr\.) ").unwrap();
    let suffix = Regex::new(r" (?:Jr\.|II|III|IV|V|MD|DDS|PhD|DVM)$").unwrap();
    let (titled, suffixed) =
        (count_of(&names, |name| title.is_match(name)), count_of(&names, |name| suffix.is_match(name)));
    assert!((700..900).contains(&titled) && (900..1_100).contains(&suffixed), "{titled}, {suffixed}");
    let odd = Regex::new(r"^(?:Mrs\.|Ms\.|Miss) .* (?:Jr\.|II|III|IV|V)$").unwrap();
    assert_eq!(count_of(&names, |name| odd.is_match(name)), 0);
    assert!(distinct(names).len() > 38_000);
}

#[test]
fn addresses_have_a_postal_code_of_their_state() {
    let new_york = Regex::new(r", NY (\d{5})$").unwrap();
    let military = Regex::new(r"\n[AFD]PO A").unwrap();
    let addresses = draw("address", &[], 28_000);
    let codes: Vec<u32> = addresses
        .iter()
        .filter_map(|address| Some(new_york.captures(address)?[1].parse().expect("five digits")))
        .collect();
    assert!(codes.len() > 300 && codes.iter().all(|code| (10_001..=14_905).contains(code)));
    let abroad = count_of(&addresses, |address| military.is_match(address));
    assert!((2_800..3_200).contains(&abroad), "{abroad}");
}

#[test]
fn passport_numbers_begin_with_a_letter_in_half_of_the_rows() {
    let numbers = draw("passport_number", &[], 10_000);
    let lettered = count_of(&numbers, |number| number.starts_with(|first: char| first.is_ascii_uppercase()));
    assert!((4_800..5_200).contains(&lettered), "{lettered}");
}

#[test]
fn emails_are_as_varied_as_fakers() {
    assert!(distinct(draw("safe_email", &[], 100_000)).len() > 80_000);
    assert_eq!(distinct(draw("currency_code", &[], 5_000)).len(), 155);
}

#[test]
fn a_whole_passport_was_issued_after_birth_and_is_valid_today() {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let order = |date: &str| -> u32 {
        let month = MONTHS.iter().position(|month| *month == &date[3..6]).expect("a month") as u32;
        date[7..].parse::<u32>().expect("a year") * 10_000
            + month * 100
            + date[..2].parse::<u32>().expect("a day")
    };
    let today = order("01 Jan 2026");
    for passport in draw("passport_full", &[], 20_000) {
        let lines: Vec<&str> = passport.lines().collect();
        let [born, issued, expires] = [3, 4, 5].map(|line| order(lines[line]));
        assert!(born <= issued && issued <= today && today <= expires, "{passport:?}");
        let years = if issued < born + 16 * 10_000 { 5 } else { 10 };
        assert_eq!(expires / 10_000 - issued / 10_000, years, "{passport:?}");
    }
}

#[test]
fn state_codes_are_of_the_kinds_that_are_asked_for() {
    let params = [
        ("include_territories", Literal::Bool(false)),
        ("include_freely_associated_states", Literal::Bool(false)),
    ];
    assert_eq!(distinct(draw("state_abbr", &params, 20_000)).len(), 51);
    assert_eq!(distinct(draw("state_abbr", &params[..1], 20_000)).len(), 54);
    assert_eq!(distinct(draw("state_abbr", &params[1..], 20_000)).len(), 56);
    assert_eq!(distinct(draw("state_abbr", &[], 20_000)).len(), 59);
    let codes = draw("postcode_in_state", &[("state_abbr", text("NY"))], 1_000);
    assert!(codes.iter().all(|code| ("10001"..="14905").contains(&code.as_str())));
    assert_eq!(distinct(draw("currency_symbol", &[("code", text("TRY"))], 5)), ["₺"]);
}
