//! Phones, identity numbers, plates and firms of a locale that is content with patterns and lists.
//!
//! Owns the providers; the patterns and lists are the locales', the check digits `identity`'s.

use super::super::{Compiled, Provider};
use super::phrases::{Phrase, phrases};

/// What a locale's numbers and firms look like.
pub struct Numbers {
    /// The patterns of phone numbers, as `pattern::fill` reads them, each equally likely.
    pub phones: &'static [&'static str],
    /// The patterns of number plates.
    pub plates: &'static [&'static str],
    /// The national identity numbers, with valid check digits.
    pub identity: fn() -> Compiled,
    /// The legal forms of firms.
    pub suffixes: &'static [&'static str],
    /// How firms are called.
    pub firms: &'static [Phrase],
}

/// A locale with numbers of its own.
pub trait Numbered {
    /// They.
    const NUMBERS: &'static Numbers;
}

/// The providers of numbers and firms.
pub const fn numbers<P: Numbered>() -> [Provider; 5] {
    [
        Provider {
            name: "phone_number",
            summary: "a phone number of the country",
            params: &[],
            compile: |args| Ok(Compiled::patterned_in(args.scope(), P::NUMBERS.phones)),
        },
        Provider {
            name: "ssn",
            summary: "the country's identity number of a person, with valid check digits",
            params: &[],
            compile: |_| Ok((P::NUMBERS.identity)()),
        },
        Provider {
            name: "license_plate",
            summary: "a number plate of the country",
            params: &[],
            compile: |args| Ok(Compiled::patterned_in(args.scope(), P::NUMBERS.plates)),
        },
        Provider {
            name: "company",
            summary: "a firm's name, with its legal form",
            params: &[],
            compile: |_| Ok(phrases(P::NUMBERS.firms)),
        },
        Provider {
            name: "company_suffix",
            summary: "the legal form of a firm",
            params: &[],
            compile: |_| Ok(Compiled::one_of(P::NUMBERS.suffixes)),
        },
    ]
}
