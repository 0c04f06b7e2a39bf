//! National identity numbers and account numbers with their check digits.
//!
//! Owns the arithmetic of each country; forms of other numbers are patterns of the locales.

use super::super::Compiled;
use super::super::pattern::{push_digits, push_number, push_one};
use super::accounts::Accounts;

/// Germany's Identifikationsnummer (§ 139b AO): ten digits, of which the first is not 0, one comes twice and
/// one not at all, and a check digit by ISO/IEC 7064, MOD 11,10.
pub fn de() -> Compiled {
    // The first nine digits, and which of them comes again.
    const COUNT: u64 = 9 * 362_880 * 9;
    let texts = Compiled::text(11, |draw, out| {
        let stream = &mut *draw.stream;
        let mut left = [0u64, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        for at in 0..9 {
            let least = u64::from(at == 0);
            let chosen = at + (least + stream.below(10 - at as u64 - least)) as usize;
            left.swap(at, chosen);
        }
        // The ninth is followed by the one left over, which gives way: one before it comes again, anywhere
        // behind itself.
        let of = stream.below(9) as usize;
        let to = of + 1 + stream.below(9 - of as u64) as usize;
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
pub fn fr() -> Compiled {
    const COUNT: u64 = 2 * 100 * 12 * 95 * 900 * 999;
    let texts = Compiled::text(15, |draw, out| {
        let stream = &mut *draw.stream;
        let mut number = 1 + stream.below(2);
        let mut push = |digits: u64, part: u64| number = number * 10u64.pow(digits as u32) + part;
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
pub fn es() -> Compiled {
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
pub fn it() -> Compiled {
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
fn check_letter(places: &[u8]) -> char {
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
pub fn br() -> Compiled {
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
pub fn nl() -> Compiled {
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
pub fn jp() -> Compiled {
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
pub fn cn() -> Compiled {
    /// Districts of the largest cities (GB/T 2260).
    const REGIONS: [u64; 16] = [
        110101, 110108, 120101, 310101, 310115, 320102, 330106, 370202, 410105, 420102, 430102, 440103,
        440106, 500103, 510104, 610113,
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
        out.push(char::from(b"10X98765432"[remainder as usize]));
    });
    texts.with_distinct(COUNT)
}

/// Bankleitzahl and account.
pub static DE_ACCOUNTS: Accounts = Accounts {
    country: "DE",
    bban_chars: 18,
    push_bban: |stream, out| {
        push_number(10_000_000 + stream.below(80_000_000), 8, out);
        push_number(stream.below(10_000_000_000), 10, out);
    },
    distinct: 80_000_000 * 10_000_000_000,
};

/// Bank, branch, account, and the clé RIB, which makes all of it a multiple of 97.
pub static FR_ACCOUNTS: Accounts = Accounts {
    country: "FR",
    bban_chars: 23,
    push_bban: |stream, out| {
        let (bank, branch) = (10_000 + stream.below(10_000), stream.below(100_000));
        let account = stream.below(10_000_000_000);
        push_number(bank, 5, out);
        push_number(branch, 5, out);
        push_number(account, 11, out);
        push_number(97 - (89 * bank + 15 * branch + 3 * account) % 97, 2, out);
    },
    distinct: 10_000 * 100_000 * 10_000_000_000,
};

/// Bank, branch, two check digits, account.
pub static ES_ACCOUNTS: Accounts = Accounts {
    country: "ES",
    bban_chars: 20,
    push_bban: |stream, out| {
        const WEIGHTS: [u64; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
        let check = |number: u64| {
            let digits = (0..10u32).map(|at| number / 10u64.pow(9 - at) % 10);
            match 11 - digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum::<u64>() % 11 {
                10 => 1,
                11 => 0,
                check => check,
            }
        };
        let (branch, account) = (stream.below(100_000_000), stream.below(10_000_000_000));
        push_number(branch, 8, out);
        push_number(check(branch), 1, out);
        push_number(check(account), 1, out);
        push_number(account, 10, out);
    },
    distinct: 100_000_000 * 10_000_000_000,
};

/// The letter CIN, bank (ABI), branch (CAB), account.
pub static IT_ACCOUNTS: Accounts = Accounts {
    country: "IT",
    bban_chars: 23,
    push_bban: |stream, out| {
        let at = out.len();
        push_number(1_000 + stream.below(9_000), 5, out);
        push_number(stream.below(100_000), 5, out);
        push_number(stream.below(10_000_000_000), 12, out);
        let letter = check_letter(&out.as_bytes()[at..]);
        out.insert(at, letter);
    },
    distinct: 9_000 * 100_000 * 10_000_000_000,
};

/// Bank, branch, account, kind, owner.
pub static BR_ACCOUNTS: Accounts = Accounts {
    country: "BR",
    bban_chars: 25,
    push_bban: |stream, out| {
        push_number(stream.below(1_000), 8, out);
        push_number(stream.below(10_000), 5, out);
        push_number(stream.below(10_000_000_000), 10, out);
        out.push_str("C1");
    },
    distinct: 1_000 * 10_000 * 10_000_000_000,
};

/// The bank's letters, ten digits.
pub static NL_ACCOUNTS: Accounts = Accounts {
    country: "NL",
    bban_chars: 14,
    push_bban: |stream, out| {
        const BANKS: [&str; 8] = ["ABNA", "ASNB", "BUNQ", "INGB", "KNAB", "RABO", "SNSB", "TRIO"];
        push_one(&BANKS, stream, out);
        push_digits(10, stream, out);
    },
    distinct: 8 * 10_000_000_000,
};
