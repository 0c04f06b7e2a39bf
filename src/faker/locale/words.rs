//! Words of a locale's language: days, months, occupations, colours.
//!
//! Owns their providers; the words are the locales'.

use super::super::{Compiled, Provider};

/// The names of days, from Monday on, and of months.
pub const CALENDAR: &[Provider] = &[
    Provider {
        name: "day_of_week",
        summary: "a day of the week, in the locale's language",
        params: &[],
        compile: |args| Ok(Compiled::one_of(args.scope().locale.data().days)),
    },
    Provider {
        name: "month_name",
        summary: "a month's name, in the locale's language",
        params: &[],
        compile: |args| Ok(Compiled::one_of(args.scope().locale.data().months)),
    },
];

/// Occupations.
pub const JOBS: &[Provider] = &[Provider {
    name: "job",
    summary: "an occupation, in the locale's language",
    params: &[],
    compile: |args| Ok(Compiled::one_of(args.scope().locale.data().jobs)),
}];

/// Colours.
pub const COLORS: &[Provider] = &[Provider {
    name: "color_name",
    summary: "a colour's name, in the locale's language",
    params: &[],
    compile: |args| Ok(Compiled::one_of(args.scope().locale.data().colors)),
}];
