//! National identity numbers against the rules of their countries, written down anew.

use shopsim::faker::{self, Draw, Locale, Scope};
use shopsim::stream::{Key, Stream};

use super::{NOW, at};

fn numbers(provider: &str, locale: Locale) -> Vec<String> {
    let compiled = faker::compile(provider, &[], &Scope { locale, ..Scope::default() })
        .expect("a provider of the locale");
    let key = Key { seed: 9, table: "national", purpose: provider, operation: "insert", tick: 0 };
    let mut stream = Stream::keyed(key);
    let draw = |_| {
        let mut out = String::new();
        compiled.generator.write(&mut Draw::outside(&mut stream, at(NOW)), &mut out);
        out
    };
    (0..2_000).map(draw).collect()
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|letter| letter.to_digit(10)).collect()
}

/// The sum of the digits, each times its weight.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    assert_eq!(digits.len(), weights.len());
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

#[test]
fn german_numbers_have_one_digit_twice_and_pass_iso_7064() {
    for number in numbers("ssn", Locale::DeDe) {
        let digits = digits(&number);
        let mut counts = [0; 10];
        digits[..10].iter().for_each(|digit| counts[*digit as usize] += 1);
        counts.sort_unstable();
        assert_eq!(counts, [0, 1, 1, 1, 1, 1, 1, 1, 1, 2], "{number}");
        assert_ne!(digits[0], 0, "{number}");
        let mut check = 5;
        for digit in &digits {
            // The recursive form of the standard: P(1) = 10, and the end is 1.
            let twice = if check == 0 { 10 } else { check } * 2 % 11;
            check = (twice + digit) % 10;
        }
        assert_eq!(check, 1, "{number}");
    }
}

#[test]
fn french_numbers_and_accounts_are_whole_times_97() {
    for number in numbers("ssn", Locale::FrFr) {
        let (body, key) = number.split_at(13);
        let (body, key): (u64, u64) = (body.parse().unwrap(), key.parse().unwrap());
        assert_eq!((body + key) % 97, 0, "{number}");
        assert!((1..=97).contains(&key), "{number}");
    }
    for account in numbers("bban", Locale::FrFr) {
        let all = account.bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
        assert_eq!(all, 0, "{account}: the clé RIB makes the whole a multiple of 97");
    }
}

#[test]
fn spanish_numbers_have_the_letter_of_their_remainder_and_accounts_their_two_digits() {
    for number in numbers("ssn", Locale::EsEs) {
        let (body, letter) = number.split_at(8);
        let at = body.parse::<usize>().unwrap() % 23;
        assert_eq!(&"TRWAGMYFPDXBNJZSQVHLCKE"[at..=at], letter, "{number}");
    }
    for account in numbers("bban", Locale::EsEs) {
        let digits = digits(&account);
        let check = |part: &[u32], weights: &[u32], digit: u32| {
            let rest = (weighted(part, weights) + if digit == 1 { 0 } else { digit }) % 11;
            // 1 stands for 1 and for 10.
            rest == 0
                || digit == 1 && [1, 10].iter().any(|one| (weighted(part, weights) + one).is_multiple_of(11))
        };
        assert!(check(&digits[..8], &[4, 8, 5, 10, 9, 7, 3, 6], digits[8]), "{account}");
        assert!(check(&digits[10..], &[1, 2, 4, 8, 5, 10, 9, 7, 3, 6], digits[9]), "{account}");
    }
}

#[test]
fn italian_letters_are_those_of_the_decree() {
    let odd = "1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23";
    let odd: Vec<u32> = odd.split(' ').map(|value| value.parse().unwrap()).collect();
    let letter = |text: &str| {
        let value = |letter: char| letter.to_digit(10).unwrap_or_else(|| letter as u32 - 'A' as u32);
        let sum: u32 = text
            .chars()
            .enumerate()
            .map(|(at, letter)| if at % 2 == 0 { odd[value(letter) as usize] } else { value(letter) })
            .sum();
        char::from_u32('A' as u32 + sum % 26).unwrap()
    };
    // The example of the Agenzia delle Entrate.
    assert_eq!(letter("RSSMRA85T10A562"), 'S');
    for number in numbers("ssn", Locale::ItIt) {
        assert!(number.ends_with(letter(&number[..15])), "{number}");
    }
    for account in numbers("bban", Locale::ItIt) {
        assert!(account.starts_with(letter(&account[1..])), "{account}");
    }
}

#[test]
fn brazilian_numbers_have_both_check_digits() {
    for number in numbers("ssn", Locale::PtBr) {
        let digits = digits(&number);
        for length in [9, 10] {
            let weights: Vec<u32> = (2..length as u32 + 2).rev().collect();
            let check = weighted(&digits[..length], &weights) * 10 % 11 % 10;
            assert_eq!(check, digits[length], "{number}");
        }
    }
}

#[test]
fn dutch_numbers_pass_the_test_of_eleven() {
    for number in numbers("ssn", Locale::NlNl) {
        let digits = digits(&number);
        assert_eq!(weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11, digits[8], "{number}");
    }
}

#[test]
fn japanese_numbers_have_their_check_digit() {
    for number in numbers("ssn", Locale::JaJp) {
        let digits = digits(&number);
        let check = match weighted(&digits[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        assert_eq!(check, digits[11], "{number}");
    }
}

#[test]
fn chinese_numbers_have_a_birthday_and_their_check_character() {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    for number in numbers("ssn", Locale::ZhCn) {
        let rest = weighted(&digits(&number[..17]), &weights) % 11;
        assert_eq!(number.chars().last(), "10X98765432".chars().nth(rest as usize), "{number}");
    }
}

/// Whether the digits name a month, which may have more added to it for a century, and a day.
fn is_birthday(month: &str, day: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().expect("digits");
    (1..=12).contains(&(number(month) % 20)) && (1..=31).contains(&number(day))
}

#[test]
fn british_numbers_have_prefixes_that_are_given_out() {
    for number in numbers("ssn", Locale::EnGb) {
        let (prefix, suffix) = (&number[..2], &number[12..]);
        assert!(!["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix), "{number}");
        assert!(!prefix.contains(['D', 'F', 'I', 'Q', 'U', 'V']) && !prefix.ends_with('O'), "{number}");
        assert!(["A", "B", "C", "D"].contains(&suffix), "{number}");
    }
}

#[test]
fn polish_numbers_have_a_birthday_and_their_check_digit_and_accounts_that_of_the_branch() {
    let passes = |number: &str| {
        let digits = digits(number);
        let check = (10 - weighted(&digits[..10], &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10;
        is_birthday(&number[2..4], &number[4..6]) && check == digits[10]
    };
    // The example of the ministry.
    assert!(passes("44051401359") && !passes("44051401358"));
    for number in numbers("ssn", Locale::PlPl) {
        assert!(passes(&number), "{number}");
    }
    for account in numbers("bban", Locale::PlPl) {
        assert_eq!(weighted(&digits(&account[..8]), &[3, 9, 7, 1, 3, 9, 7, 1]) % 10, 0, "{account}");
    }
}

#[test]
fn russian_numbers_have_both_check_digits() {
    let passes = |number: &str| {
        let digits = digits(number);
        let first = weighted(&digits[..10], &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        let second = weighted(&digits[..11], &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        (first, second) == (digits[10], digits[11])
    };
    // A number that articles on the check digits use.
    assert!(passes("500100732259") && !passes("500100732258"));
    for number in numbers("ssn", Locale::RuRu) {
        assert!(passes(&number), "{number}");
        assert!((1..=92).contains(&number[..2].parse::<u32>().unwrap()), "{number}: the region");
    }
}

#[test]
fn ukrainian_numbers_count_the_days_to_a_birthday_and_have_their_check_digit() {
    let epoch = chrono::NaiveDate::from_ymd_opt(1899, 12, 31).unwrap();
    for number in numbers("ssn", Locale::UkUa) {
        let digits: Vec<i64> = digits(&number).into_iter().map(i64::from).collect();
        let sum: i64 =
            digits.iter().zip([-1, 5, 7, 9, 4, 6, 10, 5, 7]).map(|(digit, weight)| digit * weight).sum();
        assert_eq!(sum.rem_euclid(11) % 10, digits[9], "{number}");
        let birthday = epoch + chrono::Days::new(number[..5].parse().unwrap());
        assert!(("1950-01-01"..="2005-12-31").contains(&&*birthday.to_string()), "{number}: {birthday}");
    }
}

#[test]
fn korean_numbers_have_a_birthday_of_their_century_and_their_check_digit() {
    for number in numbers("ssn", Locale::KoKr) {
        let digits = digits(&number);
        let check = (11 - weighted(&digits[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
        assert_eq!(check, digits[12], "{number}");
        assert!(is_birthday(&number[2..4], &number[4..6]), "{number}");
        let of_century = if number[..2] < *"50" { [3, 4] } else { [1, 2] };
        assert!(of_century.contains(&digits[6]), "{number}");
    }
}
