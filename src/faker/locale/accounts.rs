//! Bank accounts of a country: IBANs with their check digits.
//!
//! Owns the arithmetic of ISO 13616-1; what stands after the check digits is the countries'.

use super::super::pattern::{self, UPPER};
use super::super::texts::bound;
use super::super::{Arguments, Compiled, Provider};
use crate::stream::Stream;

/// The bank accounts of a country.
pub struct Accounts {
    /// The country's ISO 3166-1 code of two letters.
    pub country: &'static str,
    /// Characters of each basic account number.
    pub bban_chars: u32,
    /// How a basic account number of digits and capital letters is made.
    pub bban: Bban,
    /// How many of them are certainly different: at most the product of the bounds of the draws, where
    /// different draws make different numbers.
    pub distinct: u64,
}

/// How a basic account number is made.
#[derive(Clone, Copy)]
pub enum Bban {
    /// The function appends one.
    Rule(fn(&mut Stream, &mut String)),
    /// It is of this pattern, as `pattern::fill` reads it.
    Pattern(&'static str),
}

impl Bban {
    #[inline]
    fn push(self, stream: &mut Stream, out: &mut String) {
        match self {
            Self::Rule(push) => push(stream, out),
            Self::Pattern(pattern) => pattern::fill(pattern, UPPER, stream, out),
        }
    }
}

impl Accounts {
    /// Accounts of a pattern without optional digits.
    pub fn of_pattern(country: &'static str, pattern: &'static str) -> Self {
        let distinct = pattern::distinct(&[pattern], UPPER).unwrap_or(0);
        Self { country, bban_chars: bound(pattern.len()), bban: Bban::Pattern(pattern), distinct }
    }
}

/// `iban()`: country, two check digits, basic account number.
pub fn iban(accounts: &'static Accounts) -> Compiled {
    let texts = Compiled::text(4 + accounts.bban_chars, |draw, out| {
        out.push_str(accounts.country);
        let at = out.len();
        accounts.bban.push(draw.stream, out);
        let check = 98 - mod_97(out.as_bytes()[at..].iter().chain(accounts.country.as_bytes()).chain(b"00"));
        for digit in [check % 10, check / 10] {
            #[expect(clippy::cast_possible_truncation, reason = "a digit")]
            let digit = b'0' + digit as u8;
            out.insert(at, char::from(digit));
        }
    });
    texts.with_distinct(accounts.distinct)
}

/// `bban()`: the basic account number alone.
pub fn bban(accounts: &'static Accounts) -> Compiled {
    let texts = Compiled::text(accounts.bban_chars, |draw, out| accounts.bban.push(draw.stream, out));
    texts.with_distinct(accounts.distinct)
}

/// The number of an IBAN modulo 97, letters written as 10 to 35 (ISO 13616-1, ISO/IEC 7064).
fn mod_97<'a>(places: impl Iterator<Item = &'a u8>) -> u64 {
    places.fold(0, |number, place| match place {
        b'0'..=b'9' => (number * 10 + u64::from(place - b'0')) % 97,
        _ => (number * 100 + u64::from(place - b'A') + 10) % 97,
    })
}

fn own(args: &Arguments<'_>) -> &'static Accounts {
    args.scope().locale.data().accounts
}

/// The providers of bank accounts.
pub const ACCOUNTS: &[Provider] = &[
    Provider {
        name: "iban",
        summary: "an account number with valid check digits",
        params: &[],
        compile: |args| Ok(iban(own(args))),
    },
    Provider {
        name: "bban",
        summary: "an account number of the country itself",
        params: &[],
        compile: |args| Ok(bban(own(args))),
    },
    Provider {
        name: "bank_country",
        summary: "the country of the accounts",
        params: &[],
        compile: |args| Ok(Compiled::one_of(std::slice::from_ref(&own(args).country))),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remainder_of_a_known_account_is_one() {
        // The example of the IBAN registry for the United Kingdom, country and check digits last.
        assert_eq!(mod_97(b"NWBK60161331926819GB29".iter()), 1);
    }
}
