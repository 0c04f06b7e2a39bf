//! Intervals as PostgreSQL reads them.
//!
//! Owns its three forms: numbers with units (`1 year 2 mons -3 days 04:05:06.7`), the SQL standard's (`1-2 3
//! 4:05:06`) and ISO 8601's (`P1Y2M3DT4H5M6S`). Fractions are carried to the smaller parts by the arithmetic of its
//! `datetime.c`, operation by operation, so that the result is the same on every machine.

use super::BLANKS;
use super::moment::micros;
use crate::value::{Interval, SECOND};

const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// In microseconds.
const DAY: f64 = 86_400e6;
const DAYS_OF_MONTH: f64 = 30.0;
/// Larger numbers are refused in the form of ISO 8601.
const MOST: f64 = 1e15;

/// Reads an interval.
pub(super) fn read(text: &str) -> Option<Interval> {
    match text.strip_prefix('P') {
        Some(parts) => iso(parts),
        None => verbose(text),
    }
}

/// A unit of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// A number of microseconds.
    Micros(i64),
    /// A number of days.
    Days(i32),
    Month,
    /// A number of years.
    Years(i32),
}

use Unit::{Days, Micros, Month, Years};

/// The sum of the parts read.
#[derive(Default)]
struct Sum {
    months: i32,
    days: i32,
    micros: i64,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a fraction is below 1 and a unit at most 1,000 years: their product is within the type"
)]
impl Sum {
    /// Adds a number of a unit: its whole part, and its fraction with the same sign.
    fn add(&mut self, whole: i64, fraction: f64, unit: Unit) -> Option<()> {
        let narrow = |number: i64| i32::try_from(number).ok();
        match unit {
            Micros(size) => {
                self.micros = self.micros.checked_add(whole.checked_mul(size)?)?;
                self.add_micros(fraction, size as f64)
            }
            Days(size) => {
                self.days = self.days.checked_add(narrow(whole)?.checked_mul(size)?)?;
                if size == 1 { self.add_micros(fraction, DAY) } else { self.add_days(fraction, size.into()) }
            }
            Month => {
                self.months = self.months.checked_add(narrow(whole)?)?;
                self.add_days(fraction, DAYS_OF_MONTH)
            }
            Years(size) => {
                let part = (fraction * f64::from(size) * 12.0).round_ties_even() as i64;
                let months = whole.checked_mul(size.into())?.checked_mul(12)?;
                self.months = self.months.checked_add(narrow(months)?)?.checked_add(narrow(part)?)?;
                Some(())
            }
        }
    }

    fn add_days(&mut self, fraction: f64, size: f64) -> Option<()> {
        let days = fraction * size;
        self.days = self.days.checked_add(days.trunc() as i32)?;
        self.add_micros(days - days.trunc(), DAY)
    }

    fn add_micros(&mut self, fraction: f64, size: f64) -> Option<()> {
        let micros = fraction * size;
        let (whole, rest) = (micros.trunc(), micros - micros.trunc());
        let near = if rest > 0.5 { 1 } else { -i64::from(rest < -0.5) };
        self.micros = self.micros.checked_add(whole as i64)?.checked_add(near)?;
        Some(())
    }

    fn interval(self) -> Interval {
        Interval { months: self.months, days: self.days, micros: self.micros }
    }
}

/// A part of the text.
enum Token<'a> {
    /// `12`, `-1.5`, `1-2`.
    Number(&'a str),
    /// `-04:05:06.7`.
    Clock(&'a str),
    /// In lower case.
    Word(String),
}

/// `1 year 2 mons -3 days 04:05:06.7`, `90 minutes`, `1-2 3 4:05`, `@ 2 weeks ago`. It is read from its end, because a
/// unit follows its number, and a number without one gets it from the next part. No unit may occur twice.
fn verbose(text: &str) -> Option<Interval> {
    let tokens = tokens(text)?;
    let (mut sum, mut ago, mut named) = (Sum::default(), false, 0u32);
    // The unit of the next number, and whether it was written.
    let (mut unit, mut written) = (None, false);
    for (place, token) in tokens.iter().enumerate().rev() {
        let bits = match token {
            Token::Word(word) if word == "ago" => {
                if place + 1 != tokens.len() {
                    return None;
                }
                ago = true;
                continue;
            }
            Token::Word(word) => {
                if written {
                    return None;
                }
                (unit, written) = (Some(named_unit(word)?), true);
                continue;
            }
            Token::Clock(clock) => {
                // A unit after a time would have no number.
                if written {
                    return None;
                }
                sum.micros = sum.micros.checked_add(read_clock(clock)?)?;
                unit = Some((Days(1), DAY_BIT));
                CLOCK_BITS
            }
            Token::Number(number) => {
                // A number without a unit is in seconds, except before `ago`.
                let (of, bits) = unit.or((!ago).then_some((Micros(SECOND), SECOND_BIT)))?;
                let bits = add_number(&mut sum, number, of, bits)?;
                match of {
                    // A number before hours is in days.
                    Micros(HOUR) => unit = Some((Days(1), DAY_BIT)),
                    // Nothing precedes years and months.
                    _ if bits == MONTH_BIT => unit = Some((Month, MONTH_BIT)),
                    _ => {}
                }
                written = false;
                bits
            }
        };
        if named & bits != 0 {
            return None;
        }
        named |= bits;
    }
    if named == 0 || written {
        return None;
    }
    let Interval { months, days, micros } = sum.interval();
    Some(match ago {
        true => Interval {
            months: months.checked_neg()?,
            days: days.checked_neg()?,
            micros: micros.checked_neg()?,
        },
        false => Interval { months, days, micros },
    })
}

const SECOND_BIT: u32 = 1;
const MILLISECOND_BIT: u32 = 2;
const MICROSECOND_BIT: u32 = 4;
const SECOND_BITS: u32 = SECOND_BIT | MILLISECOND_BIT | MICROSECOND_BIT;
const MINUTE_BIT: u32 = 8;
const HOUR_BIT: u32 = 16;
const CLOCK_BITS: u32 = HOUR_BIT | MINUTE_BIT | SECOND_BITS;
const DAY_BIT: u32 = 32;
const WEEK_BIT: u32 = 64;
const MONTH_BIT: u32 = 128;
const YEAR_BIT: u32 = 256;
const DECADE_BIT: u32 = 512;
const CENTURY_BIT: u32 = 1_024;
const MILLENNIUM_BIT: u32 = 2_048;

/// The unit of a name, and its bit.
fn named_unit(word: &str) -> Option<(Unit, u32)> {
    Some(match word {
        "millennium" | "millennia" | "mil" | "mils" => (Years(1_000), MILLENNIUM_BIT),
        "century" | "centuries" | "cent" | "c" => (Years(100), CENTURY_BIT),
        "decade" | "decades" | "dec" | "decs" => (Years(10), DECADE_BIT),
        "year" | "years" | "y" | "yr" | "yrs" => (Years(1), YEAR_BIT),
        "month" | "months" | "mon" | "mons" => (Month, MONTH_BIT),
        "week" | "weeks" | "w" => (Days(7), WEEK_BIT),
        "day" | "days" | "d" => (Days(1), DAY_BIT),
        "hour" | "hours" | "h" | "hr" | "hrs" => (Micros(HOUR), HOUR_BIT),
        "minute" | "minutes" | "min" | "mins" | "m" => (Micros(MINUTE), MINUTE_BIT),
        "second" | "seconds" | "sec" | "secs" | "s" => (Micros(SECOND), SECOND_BIT),
        "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" => (Micros(1_000), MILLISECOND_BIT),
        "microsecond" | "microseconds" | "us" | "usec" | "usecs" => (Micros(1), MICROSECOND_BIT),
        _ => return None,
    })
}

/// Adds `12`, `-1.5` of a unit, or the years and months of `1-2`; returns the bits of the units.
fn add_number(sum: &mut Sum, number: &str, unit: Unit, bits: u32) -> Option<u32> {
    let (negative, digits) = sign(number);
    if let Some((years, months)) = digits.split_once('-') {
        let months = whole(months).filter(|months| *months < 12)?;
        let months = whole(years)?.checked_mul(12)?.checked_add(months)?;
        sum.add(if negative { -months } else { months }, 0.0, Month)?;
        return Some(MONTH_BIT);
    }
    let (number, fraction) = match digits.split_once('.') {
        Some((number, fraction)) => (if number.is_empty() { 0 } else { whole(number)? }, share(fraction)?),
        None => (whole(digits)?, 0.0),
    };
    match negative {
        true => sum.add(-number, -fraction, unit)?,
        false => sum.add(number, fraction, unit)?,
    }
    Some(if bits == SECOND_BIT && fraction != 0.0 { SECOND_BITS } else { bits })
}

/// A number's sign, and the rest of it.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A number of digits alone.
fn whole(digits: &str) -> Option<i64> {
    let sound = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if sound { digits.parse().ok() } else { None }
}

/// The number below 1 with these digits after the point.
fn share(fraction: &str) -> Option<f64> {
    let sound = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if sound { format!("0.{fraction}0").parse().ok() } else { None }
}

/// Microseconds of `H:MM`, `H:MM:SS.ffffff`, `M:SS.f`, any number of hours, with a sign.
fn read_clock(text: &str) -> Option<i64> {
    let (negative, clock) = sign(text);
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let parts: Vec<i64> = clock.split(':').map(whole).collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match (&parts[..], fraction) {
        ([hours, minutes], None) => (*hours, *minutes, 0),
        ([minutes, seconds], Some(_)) => (0, *minutes, *seconds),
        ([hours, minutes, seconds], _) => (*hours, *minutes, *seconds),
        _ => return None,
    };
    if minutes >= 60 || seconds > 60 {
        return None;
    }
    let rest = (minutes * 60 + seconds) * SECOND + micros(fraction.unwrap_or(""))?;
    let span = hours.checked_mul(HOUR)?.checked_add(rest)?;
    Some(if negative { -span } else { span })
}

/// Splits the text into tokens as PostgreSQL does.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    /// A number may follow these without a space; after other words it would start a date.
    const SHORT: [&str; 7] = ["d", "dec", "h", "m", "mon", "s", "y"];
    let mut rest = text.trim_matches(BLANKS);
    rest = rest.strip_prefix('@').unwrap_or(rest).trim_start_matches(BLANKS);
    let mut tokens = Vec::new();
    while let Some(first) = rest.bytes().next() {
        if first.is_ascii_alphabetic() {
            let count = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            let word = rest[..count].to_ascii_lowercase();
            rest = &rest[count..];
            let next = rest.bytes().next();
            if next.is_some_and(|next| !BLANKS.contains(&char::from(next)))
                && !(SHORT.contains(&word.as_str()) && next.is_some_and(|next| next.is_ascii_digit()))
            {
                return None;
            }
            tokens.push(Token::Word(word));
        } else {
            let signed = usize::from(matches!(first, b'+' | b'-'));
            let part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'-');
            let count = signed + rest.bytes().skip(signed).take_while(part).count();
            let token = &rest[..count];
            rest = &rest[count..];
            let begins = |byte: &u8| byte.is_ascii_digit() || signed == 0 && *byte == b'.';
            let date = token.ends_with('.') && rest.starts_with(|next: char| next.is_ascii_alphanumeric());
            if date || !token.as_bytes().get(signed).is_some_and(begins) {
                return None;
            }
            tokens.push(if token.contains(':') { Token::Clock(token) } else { Token::Number(token) });
        }
        rest = rest.trim_start_matches(BLANKS);
    }
    Some(tokens)
}

/// `1Y2M3DT4H5M6S`, `0001-02-03T04:05:06`, after the `P`.
fn iso(text: &str) -> Option<Interval> {
    if text.is_empty() {
        return None;
    }
    let mut sum = Sum::default();
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    let no_designator = |part: &str| !part.contains(|letter: char| letter.is_ascii_alphabetic());
    for (part, designators, between, units) in [
        (
            date,
            &[('Y', Years(1)), ('M', Month), ('W', Days(7)), ('D', Days(1))][..],
            '-',
            [Years(1), Month, Days(1)],
        ),
        (
            time,
            &[('H', Micros(HOUR)), ('M', Micros(MINUTE)), ('S', Micros(SECOND))][..],
            ':',
            [Micros(HOUR), Micros(MINUTE), Micros(SECOND)],
        ),
    ] {
        if part.is_empty() {
            continue;
        }
        if no_designator(part) {
            let numbers: Vec<&str> = part.split(between).collect();
            // Only digits: the basic format, which is not supported.
            if numbers.len() > units.len() || numbers.len() == 1 && numbers[0].len() >= 6 {
                return None;
            }
            for (number, unit) in numbers.into_iter().zip(units) {
                add_iso(&mut sum, number, unit)?;
            }
            continue;
        }
        let mut rest = part;
        while let Some(at) = rest.find(|letter: char| letter.is_ascii_alphabetic()) {
            let (_, unit) = designators.iter().find(|(letter, _)| rest[at..].starts_with(*letter))?;
            add_iso(&mut sum, &rest[..at], *unit)?;
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            return None;
        }
    }
    Some(sum.interval())
}

/// Adds a number in the form of ISO 8601.
#[expect(clippy::cast_possible_truncation, reason = "the number is bounded by MOST")]
fn add_iso(sum: &mut Sum, text: &str, unit: Unit) -> Option<()> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let sound = digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = if sound { text.parse().ok()? } else { return None };
    if !(-MOST..=MOST).contains(&number) {
        return None;
    }
    sum.add(number.trunc() as i64, number - number.trunc(), unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read() {
        for (text, expected) in [
            ("1 year 2 mons -3 days 04:05:06.7", Some("1 year 2 mons -3 days +04:05:06.7")),
            ("1-2 3 4:05:06", Some("1 year 2 mons 3 days 04:05:06")),
            ("-1-2 +3 -4:05:06", Some("-1 years -2 mons +3 days -04:05:06")),
            ("1-2", Some("1 year 2 mons")),
            ("3 4:05", Some("3 days 04:05:00")),
            ("90", Some("00:01:30")),
            ("P1Y2M3DT4H5M6S", Some("1 year 2 mons 3 days 04:05:06")),
            ("P2W", Some("14 days")),
            ("P0001-02-03T04:05:06", Some("1 year 2 mons 3 days 04:05:06")),
            ("PT-1.5H", Some("-01:30:00")),
            ("1.5 hours", Some("01:30:00")),
            ("1.5 months", Some("1 mon 15 days")),
            ("1.3 years", Some("1 year 4 mons")),
            ("1.5 weeks", Some("10 days 12:00:00")),
            ("1d2h", Some("1 day 02:00:00")),
            ("1h30m", Some("01:30:00")),
            ("@ 1 year 2 mons ago", Some("-1 years -2 mons")),
            ("2 ago days", None),
            ("1 day 1 day", None),
            ("1 day 24:00:00 1 hour", None),
            ("2w3d", None),
            ("1 fortnight", None),
            ("day", None),
            ("P", None),
            ("", None),
            ("1.5.2 days", None),
            ("-.5 days", None),
            ("4.sec", None),
            ("90 ago", None),
            ("1 1-2", None),
        ] {
            assert_eq!(read(text).map(|interval| interval.to_string()).as_deref(), expected, "{text}");
        }
    }
}
