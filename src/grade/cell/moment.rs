//! Moments of a warehouse: starts and ends of intervals, stamps of loads.
//!
//! Owns the forms that tools write them in, which ends are open, and shifts by a zone. Must not know which column it
//! is.

use super::reading::{Exact, stamp};
use super::target::TargetType;
use crate::value::{DAY, Date, SECOND, SqlType};

/// A moment as a warehouse has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// Microseconds since 1970-01-01 00:00:00 UTC; the ends of `i64` are `-infinity` and `infinity`.
    At(i64),
    /// A number that orders versions and names no time.
    Sequence(i64),
}

/// A text that is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a time, nor a number of seconds, milliseconds or microseconds since 1970")]
pub struct NotAMoment(pub String);

/// The zones that clocks are set to are multiples of this apart, in microseconds.
const QUARTER_HOUR: i64 = 15 * 60 * SECOND;
/// The longest shift by a zone: from UTC−12 to UTC+14.
const LONGEST_SHIFT: i64 = 26 * 3_600 * SECOND;
/// An end so much later than the last load is open: 20 years.
const FAR: i64 = 20 * 365 * DAY;

/// Reads a moment of a column of the type. `zone` is the offset from UTC of times that name none, in microseconds.
///
/// Integers are nanoseconds, microseconds, milliseconds or seconds since 1970, by their size (from 1978-03-29 to
/// 9999-12-31 none can be mistaken for another), days such as `20260131`, or else numbers of a sequence.
pub fn parse_moment(text: &str, target: &TargetType, zone: i64) -> Result<Moment, NotAMoment> {
    if let Some(stamp) = stamp(text) {
        let is_zoned = stamp.zoned || target.sql_type() == Some(&SqlType::TimestampTz);
        let is_infinite = matches!(stamp.micros, i64::MIN | i64::MAX);
        let offset = if is_zoned || is_infinite { 0 } else { zone };
        return Ok(Moment::At(stamp.micros.saturating_sub(offset)));
    }
    match text.trim().to_ascii_lowercase().as_str() {
        "inf" | "+infinity" => return Ok(Moment::At(i64::MAX)),
        "-inf" => return Ok(Moment::At(i64::MIN)),
        _ => {}
    }
    let not_a_moment = || NotAMoment(text.to_owned());
    let number = Exact::read(text).ok_or_else(not_a_moment)?;
    from_number(number, zone).ok_or_else(not_a_moment)
}

fn from_number(number: Exact, zone: i64) -> Option<Moment> {
    let one = 10_i128.checked_pow(number.scale)?;
    let whole = number.units.div_euclid(one);
    // How many of the unit make a microsecond, and how many microseconds make the unit.
    let (per_micro, micros) = match whole.unsigned_abs() {
        260_000_000_000_000_000.. => (1_000, 1),
        260_000_000_000_000.. => (1, 1),
        260_000_000_000.. => (1, 1_000),
        100_000_000.. => (1, 1_000_000),
        _ => {
            let whole = i64::try_from(whole).ok()?;
            let day = calendar_day(whole).filter(|_| number.scale == 0);
            return Some(
                day.map_or(Moment::Sequence(whole), |day| Moment::At(day.midnight().0.saturating_sub(zone))),
            );
        }
    };
    let micros = number.units.checked_mul(micros)?.div_euclid(one.checked_mul(per_micro)?);
    i64::try_from(micros).ok().map(Moment::At)
}

/// The day that a number such as 20260131 stands for, of the years 1900 to 9999.
fn calendar_day(number: i64) -> Option<Date> {
    let number = u32::try_from(number).ok().filter(|number| (19_000_101..=99_991_231).contains(number))?;
    Date::from_ymd(i32::try_from(number / 10_000).ok()?, number / 100 % 100, number % 100)
}

/// Whether an end is open: there is none, or it is more than 20 years after the horizon, which is the moment of the
/// last load; both in microseconds since 1970.
pub fn is_open(end: Option<i64>, horizon: i64) -> bool {
    end.is_none_or(|end| end == i64::MAX || end > horizon.saturating_add(FAR))
}

/// The shift from one moment to the other, in microseconds, if it can be that of a zone: a multiple of 15 minutes, at
/// most 26 hours, and not none.
pub fn shift_of(expected: i64, found: i64) -> Option<i64> {
    let infinite = |at| matches!(at, i64::MIN | i64::MAX);
    let shift = found.checked_sub(expected).filter(|_| !infinite(expected) && !infinite(found))?;
    let sound = shift != 0 && shift % QUARTER_HOUR == 0 && shift.abs() <= LONGEST_SHIFT;
    sound.then_some(shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600 * SECOND;
    /// 2026-01-01 00:00:00 UTC.
    const NEW_YEAR: i64 = 1_767_225_600 * SECOND;

    fn at(text: &str, target: &str, zone: i64) -> Result<Moment, NotAMoment> {
        parse_moment(text, &TargetType::parse(target), zone)
    }

    #[test]
    fn every_form_of_a_moment_is_read() {
        for (text, target) in [
            ("2026-01-01 00:00:00", "timestamp without time zone"),
            ("2026-01-01 00:00:00+00", "timestamp with time zone"),
            ("2026-01-01", "date"),
            ("2026-01-01T03:00:00+03:00", "text"),
            ("2025-12-31T24:00:00Z", ""),
            ("1767225600", "bigint"),
            ("1767225600.0", "double precision"),
            ("1.7672256e+09", "double precision"),
            ("1767225600000", "bigint"),
            ("1767225600000000", "bigint"),
            ("1767225600000000000", "bigint"),
            ("20260101", "integer"),
        ] {
            assert_eq!(at(text, target, 0), Ok(Moment::At(NEW_YEAR)), "{text} as {target}");
        }
        assert_eq!(at("1767225600.123456", "text", 0), Ok(Moment::At(NEW_YEAR + 123_456)));
        assert_eq!(at("17", "bigint", 0), Ok(Moment::Sequence(17)));
        assert_eq!(at("-5", "bigint", 0), Ok(Moment::Sequence(-5)));
        assert_eq!(at("infinity", "date", HOUR), Ok(Moment::At(i64::MAX)));
        assert_eq!(at("-infinity", "timestamp without time zone", HOUR), Ok(Moment::At(i64::MIN)));
        for text in ["", "soon", "0000-00-00 00:00:00", "2026-02-30", "NaN", "1e40"] {
            assert_eq!(at(text, "text", 0), Err(NotAMoment(text.to_owned())));
        }
    }

    #[test]
    fn only_times_without_a_zone_are_of_the_configured_one() {
        let zone = 3 * HOUR;
        assert_eq!(at("2026-01-01 03:00:00", "timestamp without time zone", zone), Ok(Moment::At(NEW_YEAR)));
        assert_eq!(at("2026-01-01 03:00:00", "", zone), Ok(Moment::At(NEW_YEAR)));
        assert_eq!(at("2026-01-01 00:00:00+00", "timestamp with time zone", zone), Ok(Moment::At(NEW_YEAR)));
        assert_eq!(at("1767225600", "bigint", zone), Ok(Moment::At(NEW_YEAR)));
    }

    #[test]
    fn years_before_the_first_and_after_9999_are_moments_like_any_other() {
        assert_eq!(
            at("0001-01-01 00:00:00", "timestamp without time zone", 0),
            Ok(Moment::At(-62_135_596_800 * SECOND))
        );
        let moments =
            ["4714-11-24 00:00:00 BC", "0044-03-15 00:00:00 BC", "0001-01-01", "9999-12-31", "294276-12-31"];
        let moments = moments.map(|text| at(text, "timestamp without time zone", 0).unwrap());
        assert!(moments.is_sorted(), "{moments:?}");
        assert_eq!(at("5874897-12-31", "date", 0), Ok(Moment::At(i64::MAX)));
    }

    #[test]
    fn every_known_literal_of_an_open_end_is_open() {
        for text in [
            "infinity",
            "9999-12-31",
            "9999-12-31 00:00:00",
            "9999-12-31 23:59:59.9999999",
            "9999-12-31 23:59:59.999999",
            "8888-12-31 23:59:59",
            "5999-01-01 00:00:00",
            "2999-12-31 23:59:59",
            "2200-01-01",
            "2199-12-31 23:59:59",
            "2100-01-01",
            "99991231",
            "253402300799000",
        ] {
            let Ok(Moment::At(end)) = at(text, "text", 0) else { panic!("{text} is a moment") };
            assert!(is_open(Some(end), NEW_YEAR), "{text}");
        }
        assert!(is_open(None, NEW_YEAR));
        for text in ["2026-01-01 00:00:01", "2045-12-01", "1970-01-01", "-infinity"] {
            let Ok(Moment::At(end)) = at(text, "text", 0) else { panic!("{text} is a moment") };
            assert!(!is_open(Some(end), NEW_YEAR), "{text}");
        }
        assert!(!is_open(Some(0), i64::MAX));
    }

    #[test]
    fn a_shift_is_of_quarters_of_an_hour_up_to_26_hours() {
        assert_eq!(shift_of(NEW_YEAR, NEW_YEAR + 3 * HOUR), Some(3 * HOUR));
        assert_eq!(shift_of(NEW_YEAR, NEW_YEAR - 5 * HOUR - HOUR * 3 / 4), Some(-5 * HOUR - HOUR * 3 / 4));
        assert_eq!(shift_of(NEW_YEAR, NEW_YEAR + 26 * HOUR), Some(26 * HOUR));
        for found in [NEW_YEAR, NEW_YEAR + 1, NEW_YEAR + HOUR / 3, NEW_YEAR + 27 * HOUR, i64::MIN, i64::MAX] {
            assert_eq!(shift_of(NEW_YEAR, found), None);
        }
        assert_eq!(shift_of(i64::MAX, i64::MAX), None);
        assert_eq!(shift_of(-1, i64::MAX), None);
    }
}
