//! Days, times of day and instants as PostgreSQL reads them.
//!
//! Owns the forms: `2026-01-31`, with `T` or a space before `14:30:05.25`, then `AM` or `PM`, a zone, and `BC`; and the
//! words `infinity`, `-infinity` and `epoch`. Texts that depend on the server's clock or settings are not read:
//! `now`, `01/02/2026`, `Europe/Berlin`.

use super::BLANKS;
use crate::value::{DAY, Date, SECOND, Timestamp};

/// 4714-11-24 BC, PostgreSQL's first day, day 0 of the Julian calendar.
const FIRST_DAY: Date = Date(-2_440_588);
/// 5874897-12-31, the last one of its `date`.
const LAST_DAY: Date = Date(2_145_042_905);

/// A day, a time of day, and the offset of the zone from UTC.
pub(super) struct DateTime {
    day: Date,
    /// Microseconds since midnight, 24 hours included.
    of_day: i64,
    /// Microseconds.
    zone: i64,
}

impl DateTime {
    /// The wall time, whatever the zone.
    pub(super) fn wall(&self) -> Option<Timestamp> {
        self.at(0)
    }

    /// The instant; UTC where there is no zone.
    pub(super) fn instant(&self) -> Option<Timestamp> {
        self.at(self.zone)
    }

    fn at(&self, zone: i64) -> Option<Timestamp> {
        if matches!(self.day, Date::MIN | Date::MAX) {
            return Some(self.day.midnight());
        }
        let micros = i64::from(self.day.0).checked_mul(DAY)?.checked_add(self.of_day)?.checked_sub(zone)?;
        let at = Timestamp(micros);
        (at >= FIRST_DAY.midnight() && at != Timestamp::MAX).then_some(at)
    }
}

/// A day; a time after it is ignored.
pub(super) fn date(text: &str) -> Option<Date> {
    let DateTime { day, .. } = instant(text)?;
    let holds = FIRST_DAY..=LAST_DAY;
    (matches!(day, Date::MIN | Date::MAX) || holds.contains(&day)).then_some(day)
}

/// A time of day; a day before it and a zone are ignored.
pub(super) fn time(text: &str) -> Option<i64> {
    match text.starts_with(|first: char| first.is_ascii_digit()) {
        true => {
            alone(text).or_else(|| moment(text).filter(|(_, timed)| *timed).map(|(moment, _)| moment.of_day))
        }
        false => None,
    }
}

/// A time of day without a day.
fn alone(text: &str) -> Option<i64> {
    let mut rest = text;
    let of_day = clock(&mut rest)?;
    zone(&mut rest)?;
    rest.is_empty().then_some(of_day)
}

/// An instant.
pub(super) fn instant(text: &str) -> Option<DateTime> {
    let fixed = |day| Some(DateTime { day, of_day: 0, zone: 0 });
    match text.to_ascii_lowercase().as_str() {
        "infinity" => fixed(Date::MAX),
        "-infinity" => fixed(Date::MIN),
        "epoch" => fixed(Date(0)),
        _ => moment(text).map(|(moment, _)| moment),
    }
}

/// A day, optionally with a time, and whether it has a time.
fn moment(text: &str) -> Option<(DateTime, bool)> {
    let mut rest = text;
    let year = digits(&mut rest, 3..=7)?;
    rest = rest.strip_prefix('-')?;
    let month = digits(&mut rest, 1..=2)?;
    rest = rest.strip_prefix('-')?;
    let day = digits(&mut rest, 1..=2)?;
    let after_day = rest;
    rest = rest.trim_start_matches(BLANKS);
    let parted = rest.len() < after_day.len();
    let (mut of_day, mut offset, mut timed) = (0, 0, false);
    let by_letter = if parted { None } else { rest.strip_prefix(['T', 't']) };
    if by_letter.is_some() || parted && rest.starts_with(|first: char| first.is_ascii_digit()) {
        rest = by_letter.unwrap_or(rest);
        of_day = clock(&mut rest)?;
        offset = zone(&mut rest)?;
        timed = true;
    }
    let before_christ = match word(&mut rest).as_deref() {
        None => false,
        Some("ad") => false,
        Some("bc") => true,
        Some(_) => return None,
    };
    if !rest.is_empty() || year == 0 {
        return None;
    }
    let year = if before_christ { 1 - year } else { year };
    let day = Date::from_ymd(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)?;
    Some((DateTime { day, of_day, zone: offset }, timed))
}

/// `14:30`, `14:30:05`, `14:30:05.25`, `2:30 PM`, and whitespace after it.
fn clock(rest: &mut &str) -> Option<i64> {
    let hours = digits(rest, 1..=2)?;
    *rest = rest.strip_prefix(':')?;
    let minutes = digits(rest, 1..=2)?;
    let (mut seconds, mut fraction) = (0, 0);
    if let Some(after) = rest.strip_prefix(':') {
        *rest = after;
        seconds = digits(rest, 1..=2)?;
        if let Some(after) = rest.strip_prefix('.') {
            let count = after.bytes().take_while(u8::is_ascii_digit).count();
            fraction = micros(&after[..count])?;
            *rest = &after[count..];
        }
    }
    let mut peek = *rest;
    let hours = match word(&mut peek).as_deref() {
        Some(half @ ("am" | "pm")) => {
            // Text that follows immediately makes it a different word.
            let together = !peek.is_empty() && peek.len() + 2 == rest.trim_start_matches(BLANKS).len();
            if together {
                return None;
            }
            *rest = peek;
            let pm = if half == "pm" { 12 } else { 0 };
            if hours > 12 {
                return None;
            }
            hours % 12 + pm
        }
        _ => hours,
    };
    let of_day = ((hours * 60 + minutes) * 60 + seconds) * SECOND + fraction;
    (minutes < 60 && seconds <= 60 && of_day <= DAY).then_some(of_day)
}

/// Microseconds that a zone is ahead of UTC: `Z`, `UTC`, `+2`, `+02`, `+02:00`, `-0330`, `+01:02:03`; 0 where
/// there is no zone.
fn zone(rest: &mut &str) -> Option<i64> {
    let mut peek = *rest;
    if let Some("z" | "utc" | "gmt" | "zulu") = word(&mut peek).as_deref() {
        *rest = peek;
        return Some(0);
    }
    let there = rest.trim_start_matches(BLANKS);
    let sign = match there.bytes().next() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Some(0),
    };
    *rest = &there[1..];
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (mut parts, number) = ([0; 3], digits(rest, 1..=4)?);
    if count > 2 {
        parts = [number / 100, number % 100, 0];
    } else {
        parts[0] = number;
        for part in &mut parts[1..] {
            let Some(after) = rest.strip_prefix(':') else { break };
            *rest = after;
            *part = digits(rest, 1..=2)?;
        }
    }
    let [hours, minutes, seconds] = parts;
    let sound = hours < 16 && minutes < 60 && seconds < 60;
    sound.then_some(sign * ((hours * 60 + minutes) * 60 + seconds) * SECOND)
}

/// Takes the next word, in lower case, and the whitespace around it.
fn word(rest: &mut &str) -> Option<String> {
    let there = rest.trim_start_matches(BLANKS);
    let count = there.bytes().take_while(u8::is_ascii_alphabetic).count();
    if count == 0 {
        return None;
    }
    *rest = there[count..].trim_start_matches(BLANKS);
    Some(there[..count].to_ascii_lowercase())
}

/// Takes the next digits, if their number is in the range.
fn digits(rest: &mut &str, counts: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    if !counts.contains(&count) {
        return None;
    }
    let (number, after) = rest.split_at(count);
    *rest = after;
    number.parse().ok()
}

/// Microseconds of the digits after a point, rounded as in PostgreSQL, possibly up to a million.
#[expect(clippy::cast_possible_truncation, reason = "a share of a second has at most a million microseconds")]
pub(super) fn micros(fraction: &str) -> Option<i64> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let share: f64 = format!("0.{fraction}0").parse().ok()?;
    Some((share * 1e6).round_ties_even() as i64)
}
