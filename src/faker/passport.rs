//! Faker's `passport` module, for passports of the United States.
//!
//! Owns the two forms of a passport number; dates of birth are counted in `date_time`.

use super::date_time::birthdays;
use super::{Arguments, Compiled, Noted, Provider, pattern};
use crate::value::Date;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "passport_number",
        summary: "a letter and eight digits, or nine digits",
        params: &[],
        compile: passport_number,
    },
    Provider {
        name: "passport_dob",
        summary: "a date of birth, of ages 0 to 115",
        params: &[],
        compile: passport_dob,
    },
];

/// `passport_number()`: half of the numbers are of the books since 2021 (a letter and eight digits),
/// half of those before (nine digits).
fn passport_number(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    Ok(Compiled::text(9, |draw, out| {
        pattern::fill_one(&["?########", "#########"], pattern::UPPER, draw.stream, out);
    }))
}

/// `passport_dob()`: Faker's `date_of_birth(minimum_age=0, maximum_age=115)`, each day equally likely,
/// counted from the day of the simulated now.
fn passport_dob(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    Ok(Compiled::date(|draw| {
        let (first, last) = birthdays(draw.now.date(), 0, 115);
        Date(first.0 + draw.stream.below((last.0 - first.0 + 1) as u64) as i32)
    }))
}
