//! Rules of a country's numbers beyond patterns: the rules by which identity numbers, bank accounts and number
//! plates are made.
//!
//! Owns which country has which rule; the rules are `identity`'s, `banks`' and `plates`'.

use super::super::{Compiled, Scope};
use super::accounts::Accounts;
use super::{banks, identity, plates};

/// The rules of a country; without a rule, the patterns of the locale's file apply, if any.
pub struct National {
    /// Makes identity numbers.
    pub identity: Option<fn(Scope<'_>) -> Compiled>,
    /// Makes bank accounts.
    pub accounts: Option<&'static Accounts>,
    /// Makes number plates.
    pub plates: Option<fn(Scope<'_>) -> Compiled>,
}

/// No rules.
pub const NONE: National = National { identity: None, accounts: None, plates: None };

const fn with(identity: fn(Scope<'_>) -> Compiled, accounts: &'static Accounts) -> National {
    National { identity: Some(identity), accounts: Some(accounts), ..NONE }
}

const fn with_identity(identity: fn(Scope<'_>) -> Compiled) -> National {
    National { identity: Some(identity), ..NONE }
}

pub const TR: National = National { plates: Some(plates::tr), ..with(identity::tr, &banks::TR) };
pub const DE: National = with(identity::de, &banks::DE);
pub const FR: National = with(identity::fr, &banks::FR);
pub const ES: National = with(identity::es, &banks::ES);
pub const IT: National = with(identity::it, &banks::IT);
pub const BR: National = with(identity::br, &banks::BR);
pub const NL: National = with(identity::nl, &banks::NL);
pub const JP: National = with_identity(identity::jp);
pub const CN: National = with_identity(identity::cn);
pub const GB: National = National { plates: Some(plates::gb), ..with(identity::gb, &banks::GB) };
pub const RU: National = National { plates: Some(plates::ru), ..with_identity(identity::ru) };
pub const PL: National = with(identity::pl, &banks::PL);
pub const UA: National = National { plates: Some(plates::ua), ..with_identity(identity::ua) };
pub const KR: National = with_identity(identity::kr);
