//! Bank accounts of the countries whose accounts are more than a pattern of digits.
//!
//! Owns their forms and check digits; those of the IBAN are `accounts`'.

use super::super::pattern::{push_digits, push_number, push_one};
use super::accounts::{Accounts, Bban};
use super::identity::check_letter;

/// Four letters of the bank, fourteen digits of branch and account.
pub static GB: Accounts = Accounts {
    country: "GB",
    bban_chars: 18,
    bban: Bban::Pattern("????##############"),
    // There are 26 times as many, more than a `u64` counts.
    distinct: 26 * 26 * 26 * 10u64.pow(14),
};

/// A bank's code of five digits, a zero, sixteen digits (SWIFT's IBAN registry).
pub static TR: Accounts = Accounts {
    country: "TR",
    bban_chars: 22,
    bban: Bban::Rule(|stream, out| {
        push_one(&TR_BANKS, stream, out);
        out.push('0');
        push_digits(16, stream, out);
    }),
    distinct: TR_BANKS.len() as u64 * 10u64.pow(16),
};

/// Banks with branches for everyone: Ziraat, Halk, Vakıf, TEB, Ak, Şeker, Garanti, İş, Yapı Kredi, ING, Fiba,
/// QNB, HSBC, Alternatif, Deniz, Anadolu, Aktif, Odea, Albaraka, Kuveyt Türk, Türkiye Finans, and the
/// participation banks of Ziraat and Vakıf.
#[rustfmt::skip]
static TR_BANKS: [&str; 23] = [
    "00010", "00012", "00015", "00032", "00046", "00059", "00062", "00064", "00067", "00099", "00103",
    "00111", "00123", "00124", "00134", "00135", "00143", "00146", "00203", "00205", "00206", "00209",
    "00210",
];

/// Bankleitzahl and account.
pub static DE: Accounts = Accounts {
    country: "DE",
    bban_chars: 18,
    bban: Bban::Rule(|stream, out| {
        push_number(10_000_000 + stream.below(80_000_000), 8, out);
        push_number(stream.below(10_000_000_000), 10, out);
    }),
    distinct: 80_000_000 * 10_000_000_000,
};

/// Bank, branch, account, and the clé RIB, which makes all of it a multiple of 97.
pub static FR: Accounts = Accounts {
    country: "FR",
    bban_chars: 23,
    bban: Bban::Rule(|stream, out| {
        let (bank, branch) = (10_000 + stream.below(10_000), stream.below(100_000));
        let account = stream.below(10_000_000_000);
        push_number(bank, 5, out);
        push_number(branch, 5, out);
        push_number(account, 11, out);
        push_number(97 - (89 * bank + 15 * branch + 3 * account) % 97, 2, out);
    }),
    distinct: 10_000 * 100_000 * 10_000_000_000,
};

/// Bank, branch, two check digits, account.
pub static ES: Accounts = Accounts {
    country: "ES",
    bban_chars: 20,
    bban: Bban::Rule(|stream, out| {
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
    }),
    distinct: 100_000_000 * 10_000_000_000,
};

/// The letter CIN, bank (ABI), branch (CAB), account.
pub static IT: Accounts = Accounts {
    country: "IT",
    bban_chars: 23,
    bban: Bban::Rule(|stream, out| {
        let at = out.len();
        push_number(1_000 + stream.below(9_000), 5, out);
        push_number(stream.below(100_000), 5, out);
        push_number(stream.below(10_000_000_000), 12, out);
        let letter = check_letter(&out.as_bytes()[at..]);
        out.insert(at, letter);
    }),
    distinct: 9_000 * 100_000 * 10_000_000_000,
};

/// Bank, branch, account, kind, owner.
pub static BR: Accounts = Accounts {
    country: "BR",
    bban_chars: 25,
    bban: Bban::Rule(|stream, out| {
        push_number(stream.below(1_000), 8, out);
        push_number(stream.below(10_000), 5, out);
        push_number(stream.below(10_000_000_000), 10, out);
        out.push_str("C1");
    }),
    distinct: 1_000 * 10_000 * 10_000_000_000,
};

/// The bank's letters, ten digits.
pub static NL: Accounts = Accounts {
    country: "NL",
    bban_chars: 14,
    bban: Bban::Rule(|stream, out| {
        const BANKS: [&str; 8] = ["ABNA", "ASNB", "BUNQ", "INGB", "KNAB", "RABO", "SNSB", "TRIO"];
        push_one(&BANKS, stream, out);
        push_digits(10, stream, out);
    }),
    distinct: 8 * 10_000_000_000,
};

/// The bank's and the branch's number, whose last digit checks the others (Narodowy Bank Polski), account.
pub static PL: Accounts = Accounts {
    country: "PL",
    bban_chars: 24,
    bban: Bban::Rule(|stream, out| {
        /// PKO, ING, Santander, mBank, Millennium, Pekao, BNP Paribas, Nest, Alior.
        const BANKS: [u64; 9] = [1020, 1050, 1090, 1140, 1160, 1240, 1600, 1870, 2490];
        let branch = *stream.pick(&BANKS) * 1_000 + stream.below(1_000);
        let digits = (0..7u32).map(|at| branch / 10u64.pow(6 - at) % 10);
        let sum: u64 = digits.zip([3, 9, 7, 1, 3, 9, 7]).map(|(digit, weight)| digit * weight).sum();
        push_number(branch * 10 + (10 - sum % 10) % 10, 8, out);
        push_digits(16, stream, out);
    }),
    // There are nine times as many, more than a `u64` counts.
    distinct: 1_000 * 10u64.pow(16),
};
