//! Faker's `passport` module, for passports of the United States.
//!
//! Owns the two forms of a passport number; dates of birth are counted in `date_time`.

use super::date_time::birthdays;
use super::pattern::{push_number, push_one};
use super::person::{FIRST, last_names};
use super::texts::{chars, longest};
use super::{Arguments, Between, Compiled, InvalidArgument, Param, Preset, Provider, pattern};
use crate::stream::Stream;
use crate::value::Date;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "passport_full",
        summary: "a passport's names, gender, dates of birth, issue and expiry, and number, in seven lines",
        params: &[],
        compile: passport_full,
    },
    Provider {
        name: "passport_gender",
        summary: "the gender in a passport: M, F or X",
        params: &[Param {
            name: "seed",
            expects: "a whole number, which changes nothing",
            default: Preset::Int(0),
        }],
        compile: passport_gender,
    },
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
fn passport_number(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::patterned(&["?########", "#########"]))
}

/// `passport_dob()`: Faker's `date_of_birth(minimum_age=0, maximum_age=115)`, each day equally likely,
/// counted from the day of the simulated now.
fn passport_dob(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::date(Between::days(|now| birthdays(now.date(), 0, 115))))
}

/// M and F in 493 of 1,000 passports each, X in 14: the weights of Faker 22.2.0.
fn gender(stream: &mut Stream) -> char {
    match stream.below(1_000) {
        0..493 => 'M',
        493..986 => 'F',
        _ => 'X',
    }
}

/// `passport_gender(seed=0)`. The seed is accepted and ignored: the column's stream decides. (Faker's
/// seeds Python's own generator with it, for all that draw from it.)
fn passport_gender(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    args.int("seed")?;
    Ok(Compiled::text(1, |draw, out| out.push(gender(draw.stream))))
}

/// `passport_full()`: seven lines, each ended by a line feed. The book was issued within its term, which
/// is five years for those who were under 16 then and ten for the others (Department of State), not
/// before birth, and by the simulated now.
///
/// Faker guesses the term from the age of today; names are of any gender here.
fn passport_full(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let last = last_names();
    let dates = 3 * (chars("01 Jan 2026") + 1);
    let max_chars = longest(FIRST) + 1 + longest(last) + 1 + 2 + dates + 10;
    Ok(Compiled::text(max_chars, move |draw, out| {
        let today = draw.now.date();
        let stream = &mut *draw.stream;
        push_one(FIRST, stream, out);
        out.push('\n');
        push_one(last, stream, out);
        out.push('\n');
        out.push(gender(stream));
        out.push('\n');
        let (first, latest) = birthdays(today, 0, 115);
        let born = day_from(first.0, latest.0, stream);
        let grown = years_after(born, 16);
        // The oldest book that is still valid: of ten years where its holder was grown up by then.
        let oldest = if grown.0 <= today.0 {
            let oldest = years_after(today, -10).0 + 1;
            if oldest < grown.0 { oldest.max(grown.0.min(years_after(today, -5).0 + 1)) } else { oldest }
        } else {
            (years_after(today, -5).0 + 1).max(born.0)
        };
        let issued = day_from(oldest, today.0, stream);
        let expires = years_after(issued, if issued.0 < grown.0 { 5 } else { 10 });
        for date in [born, issued, expires] {
            push_date(date, out);
            out.push('\n');
        }
        pattern::fill_one(&["?########", "#########"], pattern::UPPER, stream, out);
        out.push('\n');
    }))
}

/// A day from the first to the last, each equally likely.
#[expect(clippy::cast_possible_truncation, reason = "it lies between two days")]
fn day_from(first: i32, last: i32, stream: &mut Stream) -> Date {
    Date(first + stream.below(u64::from(last.abs_diff(first)) + 1) as i32)
}

/// The same day of the year `years` later; 28 February for a 29 February that the year has not.
fn years_after(day: Date, years: i32) -> Date {
    let (year, month, of_month) = day.ymd();
    Date::from_ymd(year + years, month, of_month)
        .or_else(|| Date::from_ymd(year + years, month, 28))
        // Only a year outside the calendar has neither.
        .unwrap_or(day)
}

/// `02 Jan 2026`.
fn push_date(date: Date, out: &mut String) {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = date.ymd();
    push_number(u64::from(day), 2, out);
    out.push(' ');
    out.push_str(MONTHS[month as usize - 1]);
    out.push(' ');
    push_number(u64::from(year.unsigned_abs()), 4, out);
}
