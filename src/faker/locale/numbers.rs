//! Phones, identity numbers, number plates and firms of a locale.
//!
//! Owns the providers; patterns and lists are the locales', what needs arithmetic is `identity`'s and `plates`'.

use super::super::texts::Texts;
use super::super::{Compiled, Provider, Scope};
use super::phrases::{Phrase, phrases};

/// What a locale's numbers and firms look like; what it lacks is empty.
pub struct Numbers {
    /// The patterns of phone numbers, as `pattern::fill` reads them, each equally likely.
    pub phones: Texts,
    /// The patterns of phone numbers as they are dialled inside the country.
    pub phones_at_home: Texts,
    /// Number plates.
    pub plates: Form,
    /// The national identity numbers, with valid check digits.
    pub identity: Form,
    /// The legal forms of firms.
    pub company_suffixes: Texts,
    /// Names of firms.
    pub companies: &'static [Phrase],
}

/// How a number is written.
#[derive(Clone, Copy)]
pub enum Form {
    /// The function makes it, such as one with check digits.
    Rule(fn(Scope<'_>) -> Compiled),
    /// It is of one of these patterns, as `pattern::fill` reads them, each equally likely.
    Patterns(Texts),
}

impl Form {
    /// The form by a rule, or by patterns where there is none.
    pub fn of(rule: Option<fn(Scope<'_>) -> Compiled>, patterns: Texts) -> Self {
        rule.map_or(Self::Patterns(patterns), Self::Rule)
    }

    /// Whether there is any.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Patterns([]))
    }

    fn compile(self, scope: Scope<'_>) -> Compiled {
        match self {
            Self::Rule(rule) => rule(scope),
            Self::Patterns(patterns) => Compiled::patterned_in(scope, patterns),
        }
    }
}

/// Phone numbers.
pub const PHONES: &[Provider] = &[Provider {
    name: "phone_number",
    summary: "a phone number of the country",
    params: &[],
    compile: |args| {
        let scope = args.scope();
        Ok(Compiled::patterned_in(scope, scope.locale.data().numbers.phones))
    },
}];

/// Phone numbers without the country's code.
pub const PHONES_AT_HOME: &[Provider] = &[Provider {
    name: "basic_phone_number",
    summary: "a phone number as it is dialled inside the country",
    params: &[],
    compile: |args| {
        let scope = args.scope();
        Ok(Compiled::patterned_in(scope, scope.locale.data().numbers.phones_at_home))
    },
}];

/// Identity numbers.
pub const IDENTITY: &[Provider] = &[Provider {
    name: "ssn",
    summary: "the country's identity number of a person, with valid check digits",
    params: &[],
    compile: |args| {
        let scope = args.scope();
        Ok(scope.locale.data().numbers.identity.compile(scope))
    },
}];

/// Number plates.
pub const PLATES: &[Provider] = &[Provider {
    name: "license_plate",
    summary: "a number plate of the country",
    params: &[],
    compile: |args| {
        let scope = args.scope();
        Ok(scope.locale.data().numbers.plates.compile(scope))
    },
}];

/// Firms.
pub const COMPANIES: &[Provider] = &[
    Provider {
        name: "company",
        summary: "a firm's name, with its legal form",
        params: &[],
        compile: |args| Ok(phrases(args.scope().locale.data().numbers.companies)),
    },
    Provider {
        name: "company_suffix",
        summary: "the legal form of a firm",
        params: &[],
        compile: |args| Ok(Compiled::one_of(args.scope().locale.data().numbers.company_suffixes)),
    },
];
