//! National identity numbers with their check digits.
//!
//! Owns the arithmetic of each country; forms of other numbers are patterns of the locales.

use super::super::choices::place;
use super::super::pattern::{POWERS, push_number};
use super::super::{Compiled, Scope};
use crate::stream::Stream;

/// Turkey's T.C. kimlik numarası: nine digits, the first not 0, and two check digits: the tenth is 7 (d1 + d3 + d5 + d7 + d9) -
/// (d2 + d4 + d6 + d8), the eleventh the sum of the ten before it, both modulo 10.
pub fn tr(_: Scope<'_>) -> Compiled {
    const COUNT: u64 = 900_000_000;
    let texts = Compiled::text(11, |draw, out| {
        let nine = 100_000_000 + draw.stream.below(COUNT);
        let (mut odd, mut even) = (0, 0);
        let mut left = nine;
        // From the right: the ninth digit first, which is an odd one.
        for place in 0..9 {
            *(if place % 2 == 0 { &mut odd } else { &mut even }) += left % 10;
            left /= 10;
        }
        // At most 36 is taken away; 40 more changes no last digit.
        let tenth = (7 * odd + 40 - even) % 10;
        let eleventh = (odd + even + tenth) % 10;
        push_number(nine * 100 + tenth * 10 + eleventh, 11, out);
    });
    texts.with_integers(Some(10_000_000_000..=99_999_999_999)).with_distinct(COUNT)
}

/// Germany's Identifikationsnummer (§ 139b AO): ten digits, of which the first is not 0, one comes twice and
/// one not at all, and a check digit by ISO/IEC 7064, MOD 11,10.
pub fn de(_: Scope<'_>) -> Compiled {
    // The first nine digits, and which of them comes again.
    const COUNT: u64 = 9 * 362_880 * 9;
    let texts = Compiled::text(11, |draw, out| {
        let stream = &mut *draw.stream;
        let mut left = [0u64, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        for at in 0..9 {
            let least = usize::from(at == 0);
            let chosen = at + least + place(10 - at - least, stream);
            left.swap(at, chosen);
        }
        // The ninth is followed by the one left over, which gives way: one before it comes again, anywhere
        // behind itself.
        let of = place(9, stream);
        let to = of + 1 + place(9 - of, stream);
        let mut digits = [0; 10];
        digits[..to].copy_from_slice(&left[..to]);
        digits[to] = left[of];
        digits[to + 1..].copy_from_slice(&left[to..9]);
        let product = digits.iter().fold(10, |product, digit| match (digit + product) % 10 {
            0 => 10 * 2 % 11,
            sum => sum * 2 % 11,
        });
        digits.iter().for_each(|digit| push_number(*digit, 1, out));
        push_number((11 - product) % 10, 1, out);
    });
    texts.with_distinct(COUNT)
}

/// France's number of social security: sex, year, month, department, commune, order; the key is 97 less the
/// remainder by 97 (décret n° 82-103).
pub fn fr(_: Scope<'_>) -> Compiled {
    const COUNT: u64 = 2 * 100 * 12 * 95 * 900 * 999;
    let texts = Compiled::text(15, |draw, out| {
        let stream = &mut *draw.stream;
        let mut number = 1 + stream.below(2);
        let mut push = |digits: u32, part: u64| number = number * 10u64.pow(digits) + part;
        push(2, stream.below(100));
        push(2, 1 + stream.below(12));
        // 20 was Corsica's, which has letters now; the overseas departments have three digits.
        let department = 1 + stream.below(94);
        push(2, if department >= 20 { department + 1 } else { department });
        push(3, 1 + stream.below(900));
        push(3, 1 + stream.below(999));
        push_number(number, 13, out);
        push_number(97 - number % 97, 2, out);
    });
    texts.with_distinct(COUNT / 95 * 94)
}

/// Spain's documento nacional de identidad: eight digits and the letter of their remainder by 23.
pub fn es(_: Scope<'_>) -> Compiled {
    const COUNT: u64 = 100_000_000;
    let texts = Compiled::text(9, |draw, out| {
        let number = draw.stream.below(COUNT);
        push_number(number, 8, out);
        out.push(char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize]));
    });
    texts.with_distinct(COUNT)
}

/// Italy's codice fiscale (D.M. 12 marzo 1974): six letters of the name, year, month, day (of women 40
/// more), municipality, and a check letter.
pub fn it(_: Scope<'_>) -> Compiled {
    const CONSONANTS: &[u8] = b"BCDFGLMNPRSTVZ";
    const MONTHS: &[u8] = b"ABCDEHLMPRST";
    /// Letters of municipalities.
    const PLACES: &[u8] = b"ABCDEFGHIL";
    let count = 14u64.pow(6) * 100 * 12 * 28 * 2 * 10 * 999;
    let texts = Compiled::text(16, |draw, out| {
        let start = out.len();
        let stream = &mut *draw.stream;
        for _ in 0..6 {
            out.push(char::from(*stream.pick(CONSONANTS)));
        }
        push_number(stream.below(100), 2, out);
        out.push(char::from(*stream.pick(MONTHS)));
        let (day, woman) = (1 + stream.below(28), stream.below(2));
        push_number(day + 40 * woman, 2, out);
        out.push(char::from(*stream.pick(PLACES)));
        push_number(1 + stream.below(999), 3, out);
        let check = check_letter(&out.as_bytes()[start..]);
        out.push(check);
    });
    texts.with_distinct(count)
}

/// The letter of the Italian checks: places of odd number count by a table, those of even number as they are.
pub fn check_letter(places: &[u8]) -> char {
    #[rustfmt::skip]
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let value = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' };
    let sum: u32 = places
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            let value = value(*byte);
            if at % 2 == 0 { ODD[usize::from(value)] } else { value.into() }
        })
        .sum();
    char::from(b'A' + (sum % 26) as u8)
}

/// Brazil's cadastro de pessoas físicas: nine digits and two check digits, each 11 less the weighted sum's
/// remainder by 11, or 0 where that has two digits.
pub fn br(_: Scope<'_>) -> Compiled {
    const COUNT: u64 = 1_000_000_000;
    let texts = Compiled::text(11, |draw, out| {
        let mut number = draw.stream.below(COUNT);
        for _ in 0..2 {
            // The weights begin with 2 at the last digit.
            let (mut left, mut weight, mut sum) = (number, 2, 0);
            while left > 0 {
                sum += left % 10 * weight;
                (left, weight) = (left / 10, weight + 1);
            }
            let check = (11 - sum % 11) % 11;
            number = number * 10 + if check == 10 { 0 } else { check };
        }
        push_number(number, 11, out);
    });
    texts.with_distinct(COUNT)
}

/// The burgerservicenummer of the Netherlands: nine digits whose sum, weighted by 9 to 2 and -1, is a
/// multiple of 11.
pub fn nl(_: Scope<'_>) -> Compiled {
    const SEVEN: u64 = 9_000_000;
    let texts = Compiled::text(9, |draw, out| {
        let sum = |number: u64| (0..8).map(|at| number / 10u64.pow(at) % 10 * u64::from(at + 2)).sum::<u64>();
        let seven = 1_000_000 + draw.stream.below(SEVEN);
        let mut number = seven * 10 + 2 * draw.stream.below(5);
        if sum(number) % 11 == 10 {
            // No digit checks it; the odd digit after the even one counts 2 more.
            number += 1;
        }
        push_number(number, 8, out);
        push_number(sum(number) % 11, 1, out);
    });
    texts.with_distinct(SEVEN * 5)
}

/// Japan's individual number (My Number): eleven digits and a check digit, 11 less the weighted sum's
/// remainder by 11, or 0 where that has two digits (ordinance of the Ministry of Internal Affairs 85/2014).
pub fn jp(_: Scope<'_>) -> Compiled {
    const COUNT: u64 = 100_000_000_000;
    let texts = Compiled::text(12, |draw, out| {
        let number = draw.stream.below(COUNT);
        // From the right the weights are 2 to 7, then 2 to 6.
        let sum: u64 = (0..11u32).map(|at| number / 10u64.pow(at) % 10 * u64::from(2 + at % 6)).sum();
        let check = if sum % 11 <= 1 { 0 } else { 11 - sum % 11 };
        push_number(number, 11, out);
        push_number(check, 1, out);
    });
    texts.with_distinct(COUNT)
}

/// China's resident identity number (GB 11643-1999): region, birthday, order, check character by ISO/IEC 7064,
/// MOD 11-2. Birthdays are of 1950 to 2005.
pub fn cn(_: Scope<'_>) -> Compiled {
    /// Districts of the largest cities (GB/T 2260).
    const REGIONS: [u64; 16] = [
        110_101, 110_108, 120_101, 310_101, 310_115, 320_102, 330_106, 370_202, 410_105, 420_102, 430_102,
        440_103, 440_106, 500_103, 510_104, 610_113,
    ];
    const COUNT: u64 = 16 * 56 * 12 * 28 * 999;
    let texts = Compiled::text(18, |draw, out| {
        let stream = &mut *draw.stream;
        let region = *stream.pick(&REGIONS);
        let (year, month, day) = (1950 + stream.below(56), 1 + stream.below(12), 1 + stream.below(28));
        let order = 1 + stream.below(999);
        let number = (((region * 10_000 + year) * 100 + month) * 100 + day) * 1_000 + order;
        // Doubling for each place, modulo 11.
        let remainder = (0..17).rev().fold(0, |sum, at| (sum + number / 10u64.pow(at) % 10) * 2 % 11);
        push_number(number, 17, out);
        #[expect(clippy::cast_possible_truncation, reason = "at most 10")]
        let check = b"10X98765432"[remainder as usize];
        out.push(char::from(check));
    });
    texts.with_distinct(COUNT)
}

/// A birthday of 1950 to 2005: year, month and day.
fn birthday(stream: &mut Stream) -> (u64, u64, u64) {
    (1950 + stream.below(YEARS), 1 + stream.below(12), 1 + stream.below(28))
}

/// Years of [`birthday`].
const YEARS: u64 = 56;
/// How many birthdays [`birthday`] has.
const BIRTHDAYS: u64 = YEARS * 12 * 28;

/// The sum of a number's decimal digits from the left, each times its weight.
fn weighted_sum<const DIGITS: usize>(number: u64, weights: [u64; DIGITS]) -> u64 {
    let digit = |at: usize| number / POWERS[DIGITS - 1 - at] % 10;
    weights.iter().enumerate().map(|(at, weight)| digit(at) * weight).sum()
}

/// Great Britain's National Insurance number: two letters, of which neither is D, F, I, Q, U or V and the second
/// no O, six digits, a letter from A to D; some pairs are not given out (HMRC's National Insurance Manual,
/// NIM39110).
pub fn gb(_: Scope<'_>) -> Compiled {
    const FIRST: &[u8] = b"ABCEGHJKLMNOPRSTWXYZ";
    const SECOND: &[u8] = b"ABCEGHJKLMNPRSTWXYZ";
    const WITHHELD: [&[u8; 2]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    let pairs = FIRST.iter().flat_map(|first| SECOND.iter().map(move |second| [*first, *second]));
    let pairs: Vec<[u8; 2]> = pairs.filter(|pair| !WITHHELD.contains(&pair)).collect();
    let count = pairs.len() as u64 * 1_000_000 * 4;
    let texts = Compiled::text(13, move |draw, out| {
        let stream = &mut *draw.stream;
        out.extend(stream.pick(&pairs).map(char::from));
        for _ in 0..3 {
            out.push(' ');
            push_number(stream.below(100), 2, out);
        }
        out.push(' ');
        out.push(char::from(*stream.pick(b"ABCD")));
    });
    texts.with_distinct(count)
}

/// Poland's PESEL: birthday, with 20 more months from 2000 on, four digits, of which the last is even for women,
/// and a check digit, which makes the weighted sum a multiple of ten.
pub fn pl(_: Scope<'_>) -> Compiled {
    let texts = Compiled::text(11, |draw, out| {
        let (year, month, day) = birthday(draw.stream);
        let month = if year < 2000 { month } else { month + 20 };
        let number = ((year % 100 * 100 + month) * 100 + day) * 10_000 + draw.stream.below(10_000);
        push_number(number, 10, out);
        push_number((10 - weighted_sum(number, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10, 1, out);
    });
    texts.with_distinct(BIRTHDAYS * 10_000)
}

/// Russia's taxpayer number of a person (ИНН): the region, eight digits, and two check digits, each the weighted
/// sum's remainder by 11, of which 10 is written as 0 (order of the Federal Tax Service MMV-7-6/435).
pub fn ru(_: Scope<'_>) -> Compiled {
    const REGIONS: u64 = 92;
    let texts = Compiled::text(12, |draw, out| {
        let number = (1 + draw.stream.below(REGIONS)) * 100_000_000 + draw.stream.below(100_000_000);
        let check = weighted_sum(number, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        let number = number * 10 + check;
        let check = weighted_sum(number, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        push_number(number * 10 + check, 12, out);
    });
    texts.with_distinct(REGIONS * 100_000_000)
}

/// Ukraine's taxpayer number (РНОКПП): days from 1899-12-31 to the birthday, four digits, of which the last is
/// even for women, and the weighted sum's remainder by 11, of which 10 is written as 0. Birthdays are of 1950 to
/// 2005.
pub fn ua(_: Scope<'_>) -> Compiled {
    const FIRST: u64 = 18_263;
    const DAYS: u64 = 20_454;
    let texts = Compiled::text(10, |draw, out| {
        let number = (FIRST + draw.stream.below(DAYS)) * 10_000 + draw.stream.below(10_000);
        // The first digit counts -1, which is 10.
        let check = weighted_sum(number, [10, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10;
        push_number(number * 10 + check, 10, out);
    });
    texts.with_distinct(DAYS * 10_000)
}

/// South Korea's resident registration number: birthday, a digit of sex and century, five digits, and a check
/// digit, 11 less the weighted sum's remainder by 11, of which the last digit counts.
pub fn kr(_: Scope<'_>) -> Compiled {
    let texts = Compiled::text(14, |draw, out| {
        let (year, month, day) = birthday(draw.stream);
        let born = (year % 100 * 100 + month) * 100 + day;
        let sex = draw.stream.below(2) + if year < 2000 { 1 } else { 3 };
        let rest = sex * 100_000 + draw.stream.below(100_000);
        let sum = weighted_sum(born * 1_000_000 + rest, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
        push_number(born, 6, out);
        out.push('-');
        push_number(rest * 10 + (11 - sum % 11) % 10, 7, out);
    });
    texts.with_distinct(BIRTHDAYS * 2 * 100_000)
}
