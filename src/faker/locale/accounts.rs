//! Bank accounts of a country: IBANs with their check digits.
//!
//! Owns the arithmetic of ISO 13616-1; what stands after the check digits is the countries'.

use super::super::{Compiled, Provider};
use crate::stream::Stream;

/// The bank accounts of a country.
pub struct Accounts {
    /// The country's ISO 3166-1 code of two letters.
    pub country: &'static str,
    /// Characters of each basic account number.
    pub bban_chars: u32,
    /// Appends a basic account number of digits and capital letters.
    pub push_bban: fn(&mut Stream, &mut String),
    /// So many of them are different for certain: at most the product of the bounds of the draws, where
    /// different draws make different numbers.
    pub distinct: u64,
}

/// A locale with accounts of its own.
pub trait Banked {
    /// They.
    const ACCOUNTS: &'static Accounts;
}

/// `iban()`: country, two check digits, basic account number.
pub fn iban(accounts: &'static Accounts) -> Compiled {
    let texts = Compiled::text(4 + accounts.bban_chars, |draw, out| {
        out.push_str(accounts.country);
        let at = out.len();
        (accounts.push_bban)(draw.stream, out);
        let check = 98 - mod_97(out.as_bytes()[at..].iter().chain(accounts.country.as_bytes()).chain(b"00"));
        for digit in [check % 10, check / 10] {
            out.insert(at, char::from(b'0' + digit as u8));
        }
    });
    texts.with_distinct(accounts.distinct)
}

/// `bban()`: the basic account number alone.
pub fn bban(accounts: &'static Accounts) -> Compiled {
    let texts = Compiled::text(accounts.bban_chars, |draw, out| (accounts.push_bban)(draw.stream, out));
    texts.with_distinct(accounts.distinct)
}

/// The number of an IBAN modulo 97, letters written as 10 to 35 (ISO 13616-1, ISO/IEC 7064).
fn mod_97<'a>(places: impl Iterator<Item = &'a u8>) -> u64 {
    places.fold(0, |number, place| match place {
        b'0'..=b'9' => (number * 10 + u64::from(place - b'0')) % 97,
        _ => (number * 100 + u64::from(place - b'A') + 10) % 97,
    })
}

/// The providers of bank accounts.
pub const fn accounts<P: Banked>() -> [Provider; 3] {
    [
        Provider {
            name: "iban",
            summary: "an account number with valid check digits",
            params: &[],
            compile: |_| Ok(iban(P::ACCOUNTS)),
        },
        Provider {
            name: "bban",
            summary: "an account number of the country itself",
            params: &[],
            compile: |_| Ok(bban(P::ACCOUNTS)),
        },
        Provider {
            name: "bank_country",
            summary: "the country of the accounts",
            params: &[],
            compile: |_| Ok(Compiled::one_of(std::slice::from_ref(&P::ACCOUNTS.country))),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remainder_of_a_known_account_is_one() {
        // The example of the IBAN registry for the United Kingdom, country and check digits last.
        assert_eq!(mod_97(b"NWBK60161331926819GB29".iter()), 1);
    }
}
