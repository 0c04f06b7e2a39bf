//! Spans of time as people write them: `"15s"`, `"2days 3h"`, `"-7d"`.
//!
//! Owns their bounds: whole microseconds, at most 10,000 years, so that sums of a few of them fit an
//! `i64` of microseconds.

use std::time::Duration;

use super::InvalidValue;
use super::problem::quote;

/// The longest span.
const LONGEST: Duration = Duration::from_secs(10_000 * 31_557_600);
/// The most digits of a span; more would overflow in `humantime`.
const MOST_DIGITS: usize = 15;

/// The expected form, for messages.
pub(super) const EXPECTED: &str = "a span of time such as \"15s\", \"10m\" or \"100ms\"";

/// Reads a span of 0 or more.
pub(super) fn parse_span(text: &str) -> Result<Duration, InvalidValue> {
    if text.trim_start().starts_with('-') {
        return Err(InvalidValue::new(format!("{} must not be negative", quote(text)))
            .help("remove the `-`; \"0s\" disables settings that can be disabled"));
    }
    if text.chars().filter(char::is_ascii_digit).count() > MOST_DIGITS {
        return Err(too_long());
    }
    if text.trim() == "0" {
        return Ok(Duration::ZERO);
    }
    let span = humantime::parse_duration(text.trim()).map_err(|error| match error {
        humantime::DurationError::Empty => {
            InvalidValue::new("a span of time is empty").help(format!("write {EXPECTED}"))
        }
        humantime::DurationError::NumberOverflow => too_long(),
        humantime::DurationError::UnknownUnit { unit, value, .. } if unit.is_empty() => {
            InvalidValue::new(format!("{} has no unit", quote(text))).help(format!(
                "write \"{value}s\" for seconds; the units are us, ms, s, m, h, days, weeks, months, years"
            ))
        }
        humantime::DurationError::UnknownUnit { unit, .. } => {
            InvalidValue::new(format!("{} is not a unit of time", quote(&unit)))
                .help("the units are us, ms, s, m (minutes), h, days, weeks, months, years")
        }
        _ => InvalidValue::new(format!("{} is not a span of time", quote(text)))
            .help(format!("write {EXPECTED}")),
    })?;
    if span > LONGEST {
        return Err(too_long());
    }
    if span.subsec_nanos() % 1000 != 0 {
        return Err(InvalidValue::new(format!("{} is finer than a microsecond", quote(text)))
            .help("the smallest unit is \"1us\""));
    }
    Ok(span)
}

/// Reads a span with a sign, as microseconds.
pub(super) fn parse_signed(text: &str) -> Option<Result<i64, InvalidValue>> {
    let text = text.trim();
    let (sign, rest) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => return None,
    };
    // LONGEST in microseconds is 3.2e17, which an i64 holds.
    Some(parse_span(rest).map(|span| sign * i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
}

fn too_long() -> InvalidValue {
    InvalidValue::new("a span of time is too long")
        .help("the longest is 10000 years, the finest a microsecond")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(text: &str) -> Result<u128, String> {
        parse_span(text).map(|span| span.as_micros()).map_err(|wrong| wrong.message)
    }

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(micros("15s").unwrap(), 15_000_000);
        assert_eq!(micros(" 2days 3h ").unwrap(), (48 + 3) * 3_600_000_000);
        assert_eq!(micros("100ms").unwrap(), 100_000);
        assert_eq!(micros("1us").unwrap(), 1);
        assert_eq!(micros("0").unwrap(), 0);
        assert_eq!(micros("10000 years").unwrap(), 315_576_000_000_000_000);
    }

    #[test]
    fn what_is_no_span_says_so() {
        assert_eq!(micros("-15s").unwrap_err(), "`-15s` must not be negative");
        assert_eq!(micros("15").unwrap_err(), "`15` has no unit");
        assert_eq!(micros("15 parsecs").unwrap_err(), "`parsecs` is not a unit of time");
        assert_eq!(micros("").unwrap_err(), "a span of time is empty");
        assert_eq!(micros("soon").unwrap_err(), "`soon` is not a span of time");
        assert_eq!(micros("1500ns").unwrap_err(), "`1500ns` is finer than a microsecond");
    }

    #[test]
    fn no_span_is_too_long_to_be_rejected_as_such() {
        for text in
            ["10001 years", "99999999999999999999999s", "18446744073709551615s 1000ms", "584542046090y 1s"]
        {
            assert_eq!(micros(text).unwrap_err(), "a span of time is too long", "{text}");
        }
    }

    #[test]
    fn a_signed_span_needs_its_sign() {
        assert_eq!(parse_signed("-7d"), Some(Ok(-7 * 86_400_000_000)));
        assert_eq!(parse_signed("+1h"), Some(Ok(3_600_000_000)));
        assert_eq!(parse_signed("1h"), None);
        assert_eq!(parse_signed(""), None);
        assert!(parse_signed("--1h").is_some_and(|read| read.is_err()));
    }
}
