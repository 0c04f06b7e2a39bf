//! `start`, `pace` and `after_downtime` as written in the config and on the command line.
//!
//! Owns their text form; what they mean for a tick is `clock`'s.

use std::fmt;
use std::str::FromStr;

use super::duration;
use super::problem::quote;
use super::{AfterDowntime, InvalidValue, Pace, Start};
use crate::value::{Date, Timestamp};

/// The longest time between now and the start of a run, in microseconds: 1,000 years.
const LONGEST_OFFSET: i64 = 1_000 * 31_557_600_000_000;
/// The first year that a run may start in.
const EARLIEST_YEAR: i32 = 1000;
/// Digits before and after the point of a pace.
const PACE_DIGITS: (usize, usize) = (9, 6);

impl FromStr for Start {
    type Err = InvalidValue;

    /// `now`, an RFC 3339 time or a signed span.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        const EXPECTED: &str =
            "write \"now\", a time such as \"2026-01-01T00:00:00Z\", or a signed span such as \"-7d\"";
        let text = text.trim();
        if text == "now" {
            return Ok(Self::Now);
        }
        if let Some(offset) = duration::parse_signed(text) {
            let offset = offset?;
            if offset.abs() > LONGEST_OFFSET {
                return Err(InvalidValue::new(format!("{} is out of range", quote(text)))
                    .help("a run can start at most 1000 years from now"));
            }
            return Ok(Self::Offset(offset));
        }
        if let Some(at) = Timestamp::parse_rfc3339(text) {
            // Earlier dates in rows, such as dates of birth, must be readable by every client.
            if Date::from_ymd(EARLIEST_YEAR, 1, 1).is_some_and(|earliest| at < earliest.midnight()) {
                return Err(InvalidValue::new(format!("{} is too early", quote(text)))
                    .help(format!("a run can start in the year {EARLIEST_YEAR} at the earliest")));
            }
            return Ok(Self::At(at));
        }
        if Timestamp::parse_rfc3339(&format!("{text}Z")).is_some() {
            return Err(InvalidValue::new(format!("{} has no offset from UTC", quote(text)))
                .help(format!("add `Z` for UTC, as in \"{text}Z\", or an offset such as `+03:00`")));
        }
        let wrong = InvalidValue::new(format!("{} is not a start", quote(text)));
        Err(match duration::parse_span(text) {
            Ok(_) => wrong
                .help(format!("a span needs a sign: \"-{text}\" for the past, \"+{text}\" for the future")),
            Err(_) => wrong.help(EXPECTED),
        })
    }
}

impl FromStr for Pace {
    type Err = InvalidValue;

    /// `real-time`, `unlimited` or a factor such as `60x` or `0.25x`.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        const EXPECTED: &str = "write \"real-time\", a factor such as \"60x\" or \"0.25x\", or \"unlimited\"";
        let text = text.trim();
        let wrong = || InvalidValue::new(format!("{} is not a pace", quote(text)));
        let factor = match text {
            "real-time" => return Ok(Self::Factor { numerator: 1, denominator: 1 }),
            "unlimited" => return Ok(Self::Unlimited),
            _ => text.strip_suffix(['x', 'X']),
        };
        let Some(factor) = factor.map(str::trim_end) else {
            return Err(wrong().help(match crate::suggest::nearest(text, ["real-time", "unlimited"]) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => EXPECTED.to_owned(),
            }));
        };
        let (whole, fraction) = factor.split_once('.').unwrap_or((factor, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(wrong().help(EXPECTED));
        }
        // Without outer zeros one pace has one form.
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if whole.len() > PACE_DIGITS.0 || fraction.len() > PACE_DIGITS.1 {
            return Err(InvalidValue::new(format!("the pace {} is out of range", quote(text)))
                .help("at most 999999999x, at most 6 digits after the point"));
        }
        let numerator: u64 = format!("0{whole}{fraction}").parse().map_err(|_| wrong().help(EXPECTED))?;
        if numerator == 0 {
            return Err(InvalidValue::new("a pace of 0 never ticks").help(EXPECTED));
        }
        // At most 6 digits: a power of ten that fits.
        Ok(Self::Factor { numerator, denominator: std::iter::repeat_n(10, fraction.len()).product() })
    }
}

/// As written in the config.
impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now => f.write_str("now"),
            Self::At(at) => f.write_str(&at.to_rfc3339()),
            Self::Offset(micros) => {
                let sign = if *micros < 0 { "-" } else { "+" };
                let span = std::time::Duration::from_micros(micros.unsigned_abs());
                write!(f, "{sign}{}", humantime::format_duration(span))
            }
        }
    }
}

/// As written in the config.
impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Unlimited => f.write_str("unlimited"),
            Self::Factor { numerator: 1, denominator: 1 } => f.write_str("real-time"),
            Self::Factor { numerator, denominator } => {
                write!(f, "{}", numerator / denominator)?;
                let fraction = numerator % denominator;
                if fraction > 0 {
                    write!(f, ".{fraction:0width$}", width = denominator.ilog10() as usize)?;
                }
                f.write_str("x")
            }
        }
    }
}

/// As written in the config.
impl fmt::Display for AfterDowntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pause => "pause",
            Self::CatchUp => "catch-up",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_now_a_time_or_a_signed_span() {
        assert_eq!("now".parse(), Ok(Start::Now));
        assert_eq!("1970-01-01T03:00:00+03:00".parse(), Ok(Start::At(Timestamp(0))));
        assert_eq!("-7d".parse(), Ok(Start::Offset(-7 * 86_400_000_000)));
        assert_eq!("+1s".parse(), Ok(Start::Offset(1_000_000)));
    }

    #[test]
    fn a_start_is_of_a_year_that_every_client_can_read() {
        assert!("1000-01-01T00:00:00Z".parse::<Start>().is_ok());
        assert!("9999-12-31T23:59:59Z".parse::<Start>().is_ok());
        for text in ["0000-06-01T00:00:00Z", "0001-01-01T00:00:00+03:00", "1000-01-01T00:00:00+00:01"] {
            let wrong = text.parse::<Start>().unwrap_err();
            assert!(wrong.message.ends_with("is too early"), "{}", wrong.message);
        }
    }

    #[test]
    fn the_error_of_an_invalid_start_says_what_is_missing() {
        let help = |text: &str| text.parse::<Start>().unwrap_err().help.unwrap();
        assert!(help("7d").contains("\"-7d\" for the past"));
        assert!(help("2026-01-01T00:00:00").contains("2026-01-01T00:00:00Z"));
        assert!(help("yesterday").contains("\"now\""));
        assert!(help("-9000 years").contains("1000 years"));
    }

    #[test]
    fn a_pace_is_an_exact_fraction() {
        let pace = |numerator, denominator| Ok(Pace::Factor { numerator, denominator });
        assert_eq!("real-time".parse(), pace(1, 1));
        assert_eq!("1.00x".parse(), pace(1, 1));
        assert_eq!("60x".parse(), pace(60, 1));
        assert_eq!("1.5x".parse(), pace(15, 10));
        assert_eq!("0.25x".parse(), pace(25, 100));
        assert_eq!("unlimited".parse(), Ok(Pace::Unlimited));
        for text in ["0x", "0.0x", "x", "-1x", "1e3x", "1.x", "fast", "9999999999x", "0.0000001x", ""] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_was_read_is_written_the_same() {
        for text in ["real-time", "60x", "1.5x", "0.25x", "0.05x", "unlimited"] {
            assert_eq!(text.parse::<Pace>().unwrap().to_string(), text);
        }
        for text in ["now", "2026-01-01T00:00:00Z", "-7days", "+1s"] {
            assert_eq!(text.parse::<Start>().unwrap().to_string(), text);
        }
    }
}
