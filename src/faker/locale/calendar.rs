//! The names of days and months in a locale's language.
//!
//! Owns their providers; the names are the locales'.

use super::super::{Compiled, Provider};

/// A language with names of its own for days and months.
pub trait Dated {
    /// From Monday on.
    const DAYS: &'static [&'static str; 7];
    /// From January on.
    const MONTHS: &'static [&'static str; 12];
}

/// The providers of both.
pub const fn calendar<D: Dated>() -> [Provider; 2] {
    [
        Provider {
            name: "day_of_week",
            summary: "a day of the week, in the locale's language",
            params: &[],
            compile: |_| Ok(Compiled::one_of(D::DAYS)),
        },
        Provider {
            name: "month_name",
            summary: "a month's name, in the locale's language",
            params: &[],
            compile: |_| Ok(Compiled::one_of(D::MONTHS)),
        },
    ]
}
