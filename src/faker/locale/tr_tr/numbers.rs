//! Turkish numbers: phones, identity numbers, bank accounts, number plates.
//!
//! Owns their forms and check digits.

use super::super::super::pattern::{push_digits, push_number, push_one};
use super::super::super::{Compiled, Provider, Scope};
use super::super::accounts::{self, Accounts, Banked};
use super::TrTr;
use crate::stream::Stream;

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "phone_number",
        summary: "a Turkish phone number, most often of a mobile phone",
        params: &[],
        compile: |args| Ok(Compiled::patterned_in(args.scope(), PHONES)),
    },
    Provider {
        name: "basic_phone_number",
        summary: "a Turkish phone number as it is dialled inside the country",
        params: &[],
        compile: |args| Ok(Compiled::patterned_in(args.scope(), DIALLED)),
    },
    Provider {
        name: "ssn",
        summary: "a T.C. kimlik numarası with valid check digits",
        params: &[],
        compile: |_| Ok(identity()),
    },
    Provider {
        name: "license_plate",
        summary: "a Turkish number plate",
        params: &[],
        compile: |args| Ok(plate(args.scope())),
    },
];

/// The providers of bank accounts.
pub const ACCOUNTS: &[Provider] = &accounts::accounts::<TrTr>();

/// Numbers of the mobile networks (prefixes of the numbering plan of the BTK), and landlines of the
/// largest provinces, whose first digit is 2 to 9.
#[rustfmt::skip]
static PHONES: &[&str] = &[
    "+90 501 ### ## ##", "+90 505 ### ## ##", "+90 506 ### ## ##", "+90 507 ### ## ##", "+90 530 ### ## ##",
    "+90 531 ### ## ##", "+90 532 ### ## ##", "+90 533 ### ## ##", "+90 534 ### ## ##", "+90 535 ### ## ##",
    "+90 536 ### ## ##", "+90 537 ### ## ##", "+90 538 ### ## ##", "+90 539 ### ## ##", "+90 541 ### ## ##",
    "+90 542 ### ## ##", "+90 543 ### ## ##", "+90 544 ### ## ##", "+90 545 ### ## ##", "+90 546 ### ## ##",
    "+90 547 ### ## ##", "+90 548 ### ## ##", "+90 549 ### ## ##", "+90 551 ### ## ##", "+90 552 ### ## ##",
    "+90 553 ### ## ##", "+90 554 ### ## ##", "+90 555 ### ## ##", "+90 559 ### ## ##", "+90 212 $## ## ##",
    "+90 216 $## ## ##", "+90 222 $## ## ##", "+90 224 $## ## ##", "+90 232 $## ## ##", "+90 242 $## ## ##",
    "+90 262 $## ## ##", "+90 312 $## ## ##", "+90 322 $## ## ##", "+90 332 $## ## ##", "+90 342 $## ## ##",
];

/// Mobile numbers as they are dialled at home.
#[rustfmt::skip]
static DIALLED: &[&str] = &[
    "0501 ### ## ##", "0505 ### ## ##", "0506 ### ## ##", "0507 ### ## ##", "0530 ### ## ##",
    "0531 ### ## ##", "0532 ### ## ##", "0533 ### ## ##", "0534 ### ## ##", "0535 ### ## ##",
    "0536 ### ## ##", "0537 ### ## ##", "0538 ### ## ##", "0539 ### ## ##", "0541 ### ## ##",
    "0542 ### ## ##", "0543 ### ## ##", "0544 ### ## ##", "0545 ### ## ##", "0546 ### ## ##",
    "0551 ### ## ##", "0552 ### ## ##", "0553 ### ## ##", "0554 ### ## ##", "0555 ### ## ##",
];

/// `ssn()`: nine digits, the first not 0, and two check digits: the tenth is 7 (d1 + d3 + d5 + d7 + d9) -
/// (d2 + d4 + d6 + d8), the eleventh the sum of the ten before it, both modulo 10.
fn identity() -> Compiled {
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

impl Banked for TrTr {
    const ACCOUNTS: &'static Accounts = &BANKS;
}

/// A bank's code of five digits, a zero, sixteen digits (SWIFT's IBAN registry).
static BANKS: Accounts = Accounts {
    country: "TR",
    bban_chars: 22,
    push_bban: |stream, out| {
        push_one(&BANK_CODES, stream, out);
        out.push('0');
        push_digits(16, stream, out);
    },
    distinct: BANK_CODES.len() as u64 * 10u64.pow(16),
};

/// Banks with branches for everyone: Ziraat, Halk, Vakıf, TEB, Ak, Şeker, Garanti, İş, Yapı Kredi, ING, Fiba,
/// QNB, HSBC, Alternatif, Deniz, Anadolu, Aktif, Odea, Albaraka, Kuveyt Türk, Türkiye Finans, and the
/// participation banks of Ziraat and Vakıf.
#[rustfmt::skip]
static BANK_CODES: [&str; 23] = [
    "00010", "00012", "00015", "00032", "00046", "00059", "00062", "00064", "00067", "00099", "00103",
    "00111", "00123", "00124", "00134", "00135", "00143", "00146", "00203", "00205", "00206", "00209",
    "00210",
];

/// The letters of number plates: those of the Turkish alphabet that others have, too; no Q, W, X.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPRSTUVYZ";
/// How many letters and how many digits follow the province's number.
const FORMS: [(u32, u32); 6] = [(1, 4), (1, 5), (2, 3), (2, 4), (3, 2), (3, 3)];
const PROVINCES: u64 = 81;

/// `license_plate()`: the number of a province, letters, a number from 1, each form equally likely; where no
/// two may be the same, the one with most plates.
fn plate(scope: Scope<'_>) -> Compiled {
    fn push(letters: u32, digits: u32, stream: &mut Stream, out: &mut String) {
        push_number(1 + stream.below(PROVINCES), 2, out);
        out.push(' ');
        for _ in 0..letters {
            out.push(char::from(*stream.pick(LETTERS)));
        }
        out.push(' ');
        push_number(1 + stream.below(10u64.pow(digits) - 1), digits as usize, out);
    }
    if scope.unique {
        let count = PROVINCES * (LETTERS.len() as u64).pow(3) * 999;
        return Compiled::text(10, |draw, out| push(3, 3, draw.stream, out)).with_distinct(count);
    }
    Compiled::text(10, |draw, out| {
        let (letters, digits) = *draw.stream.pick(&FORMS);
        push(letters, digits, draw.stream, out);
    })
}
