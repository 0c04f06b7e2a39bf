//! Numbers with a check digit, each checked against a computation of another form than the provider's.

use shopsim::value::Literal;

use super::{compiled, distinct, draw, text, texts};

/// Provider, parameters, the digits of a value, and values that are known from elsewhere or samples.
type Case = (&'static str, Vec<(&'static str, Literal)>, usize, &'static [&'static str]);

fn digits(number: &str) -> Vec<u32> {
    number.chars().map(|place| place.to_digit(10).expect("a digit")).collect()
}

/// Weights 1 and 3 by turns, from the left for an odd count of places: the whole is a multiple of ten.
fn passes_gs1(number: &str) -> bool {
    let places = digits(number);
    let odd = places.len() % 2;
    let sum: u32 =
        places.iter().enumerate().map(|(at, digit)| if at % 2 == odd { digit * 3 } else { *digit }).sum();
    sum.is_multiple_of(10)
}

#[test]
fn bar_codes_pass_the_check_and_have_their_length_and_prefix() {
    assert!(passes_gs1("4006381333931") && passes_gs1("036000291452") && passes_gs1("73513537"));
    let wanted = texts(&["45", "49"]);
    let false_ = || Literal::Bool(false);
    let cases: [Case; 12] = [
        ("ean", vec![], 13, &[""]),
        ("ean", vec![("length", Literal::Int(8)), ("prefixes", wanted.clone())], 8, &["45", "49"]),
        ("ean8", vec![], 8, &[""]),
        ("ean8", vec![("prefixes", texts(&["0000000"]))], 8, &["00000000"]),
        ("ean13", vec![], 13, &[""]),
        ("ean13", vec![("prefixes", wanted), ("leading_zero", Literal::Bool(true))], 13, &["45", "49"]),
        ("ean13", vec![("leading_zero", Literal::Bool(true))], 13, &["0"]),
        ("ean13", vec![("leading_zero", false_())], 13, &["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
        ("localized_ean", vec![("length", Literal::Int(8))], 8, &["0", "10", "11", "12", "13"]),
        ("localized_ean13", vec![], 13, &["0", "10", "11", "12", "13"]),
        ("localized_ean8", vec![], 8, &["0", "10", "11", "12", "13"]),
        ("upc_a", vec![], 12, &[""]),
    ];
    for (provider, params, length, prefixes) in cases {
        for number in draw(provider, &params, 2_000) {
            let begins = prefixes.iter().any(|prefix| number.starts_with(prefix));
            assert!(number.len() == length && begins && passes_gs1(&number), "{provider} {number}");
        }
    }
}

/// The UPC-A of a UPC-E, by the table of the GS1 General Specifications.
fn long(short: &str) -> String {
    let place = |at: usize| &short[at..=at];
    let (maker, product) = match place(6) {
        last @ ("0" | "1" | "2") => (format!("{}{last}00", &short[1..3]), format!("00{}", &short[3..6])),
        "3" => (format!("{}00", &short[1..4]), format!("000{}", &short[4..6])),
        "4" => (format!("{}0", &short[1..5]), format!("0000{}", place(5))),
        last => (short[1..6].to_owned(), format!("0000{last}")),
    };
    format!("{}{maker}{product}{}", place(0), place(7))
}

#[test]
fn a_short_bar_code_stands_for_a_valid_long_one() {
    assert_eq!(long("04252614"), "042100005264");
    for number in draw("upc_e", &[], 5_000) {
        assert!(passes_gs1(&long(&number)), "{number}");
    }
    let given = |base, safe| {
        let params = [
            ("base", text(base)),
            ("number_system_digit", Literal::Int(0)),
            ("safe_mode", Literal::Bool(safe)),
        ];
        distinct(draw("upc_e", &params, 5))
    };
    // Faker 22.2.0's answers.
    assert_eq!(given("123456", true), ["01234565"]);
    assert_eq!(given("120003", true), ["01200003"]);
    assert_eq!(given("120004", false)[0][..7], *"0120004");
    let params = [("upc_ae_mode", Literal::Bool(true)), ("base", text("425261"))];
    let numbers = distinct(draw("upc_a", &params, 100));
    assert!(numbers.len() == 2 && numbers[0] == "042100005264" && passes_gs1(&numbers[1]), "{numbers:?}");
}

#[test]
fn book_numbers_pass_the_check_and_have_parts_of_a_length_that_fits() {
    let weighted = |number: &str| -> u32 {
        let places = number.chars().filter(|place| *place != '-').rev().enumerate();
        places.map(|(at, place)| (at as u32 + 1) * place.to_digit(10).unwrap_or(10)).sum()
    };
    assert_eq!(weighted("0-306-40615-2") % 11, 0);
    for (provider, length) in [("isbn10", 13), ("sbn9", 11)] {
        let numbers = draw(provider, &[], 5_000);
        for number in &numbers {
            assert!(number.len() == length && weighted(number) % 11 == 0, "{provider} {number}");
        }
        assert!(numbers.iter().any(|number| number.ends_with('X')));
    }
    for number in draw("isbn13", &[], 5_000) {
        assert!(number.len() == 17 && passes_gs1(&number.replace('-', "")), "{number}");
    }
    let plain = [("separator", text(""))];
    let known = compiled("isbn13", &plain).integers.expect("digits alone");
    for number in draw("isbn13", &plain, 2_000) {
        assert!(known.contains(&number.parse().expect("digits alone")), "{number}");
    }
    assert!(compiled("isbn10", &plain).integers.is_none());
}

#[test]
fn bank_numbers_pass_the_check() {
    for number in draw("aba", &[], 5_000) {
        let places = digits(&number);
        let sum: u32 =
            places.iter().zip([3, 7, 1].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
        assert_eq!(sum % 10, 0, "{number}");
    }
    for number in draw("iban", &[], 5_000) {
        // ISO 13616-1: the first four places go last, letters become 10 to 35, and long division by 97
        // leaves one. Two parts, each of which a u128 holds.
        let moved = format!("{}{}", &number[4..], &number[..4]);
        let long: String =
            moved.chars().map(|place| place.to_digit(36).expect("a letter or a digit").to_string()).collect();
        let whole: u128 = long.parse().expect("less than 39 digits");
        assert_eq!(whole % 97, 1, "{number}");
    }
    for (params, length, end) in [
        (vec![("length", Literal::Int(11)), ("primary", Literal::Bool(true))], 11, "XXX"),
        (vec![("length", Literal::Int(8)), ("primary", Literal::Bool(true))], 8, ""),
    ] {
        for code in draw("swift", &params, 500) {
            assert!(code.len() == length && code.ends_with(end), "{code}");
        }
    }
}

#[test]
fn vehicle_numbers_pass_the_check() {
    // 49 CFR 565.15, table III: what a letter counts.
    let counts = |place: char| match place {
        '0'..='9' => place.to_digit(10).unwrap_or(0),
        'A'..='H' => place as u32 - 'A' as u32 + 1,
        'J'..='R' => place as u32 - 'J' as u32 + 1,
        _ => place as u32 - 'S' as u32 + 2,
    };
    let check = |number: &str| -> char {
        let weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
        let sum: u32 = number.chars().zip(weights).map(|(place, weight)| counts(place) * weight).sum();
        char::from_digit(sum % 11, 10).unwrap_or('X')
    };
    assert_eq!(check("1M8GDM9AXKP042788"), 'X');
    for number in draw("vin", &[], 5_000) {
        assert_eq!(number.chars().nth(8), Some(check(&number)), "{number}");
    }
}
