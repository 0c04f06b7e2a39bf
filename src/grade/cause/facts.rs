//! Causes that show in the table as a whole, and need no simulation.
//!
//! Owns when they are told. Must not know how the numbers were counted.

use std::time::Duration;

use super::{Id, ToldCause};
use crate::value::SECOND;

/// How much of what they concern such causes must explain, in percent.
const SHARE: u64 = 95;
/// The fewest findings that make such a cause.
const LEAST: u64 = 3;

/// Rows of several shops under one key: `of_others` of the findings are rows with the values of the same key of another
/// shop.
pub fn shops_merged(of_others: u64, findings: u64) -> Option<ToldCause> {
    told(Id::H9, String::new(), of_others, findings, findings)
}

/// A shift of times by a constant number of microseconds, which a multiple of 15 minutes shows to be that of a zone.
/// `shifted` of `times` are shifted. Where rows are judged without the shift, no finding is explained by it: then both are
/// counts of rows, and the cause stands beside those that explain findings.
pub fn times_shifted(shift: i64, shifted: u64, times: u64) -> Option<ToldCause> {
    const QUARTER: i64 = 15 * 60 * SECOND;
    if shift == 0 || shift % QUARTER != 0 {
        return None;
    }
    let sign = if shift < 0 { '-' } else { '+' };
    let words =
        format!("by {sign}{}", humantime::format_duration(Duration::from_micros(shift.unsigned_abs())));
    told(Id::H11, words, shifted, times, times)
}

/// Ends of two conventions: `of_minority` of the findings about ends follow another one than the table's, which puts an
/// end so many microseconds before the next start, if that is known.
pub fn ends_mixed(
    minority: Option<i64>,
    of_minority: u64,
    about_ends: u64,
    findings: u64,
) -> Option<ToldCause> {
    let words = match minority {
        None => String::new(),
        Some(0) => "they end with the next start".to_owned(),
        Some(micros) => {
            let span = Duration::from_micros(micros.unsigned_abs());
            format!("they end {} before the next start", humantime::format_duration(span))
        }
    };
    told(Id::H16, words, of_minority, about_ends, findings)
}

fn told(id: Id, parameter: String, explained: u64, concerned: u64, findings: u64) -> Option<ToldCause> {
    let is_enough = explained >= LEAST.min(findings) && explained > 0;
    let is_most = explained.saturating_mul(100) >= concerned.saturating_mul(SHARE);
    (is_enough && is_most).then_some(ToldCause {
        id,
        parameter,
        explains: (explained, findings),
        predicts_others: 0,
        same_here: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_of_a_zone_is_told_with_its_sign() {
        let words = |shift| times_shifted(shift, 118, 120).map(|cause| cause.parameter);
        assert_eq!(words(3 * 3_600_000_000).as_deref(), Some("by +3h"));
        assert_eq!(words(-5 * 3_600_000_000 - 1_800_000_000).as_deref(), Some("by -5h 30m"));
        assert_eq!(words(7_000_000), None, "no zone is 7 s away");
        assert_eq!(words(0), None);
    }

    #[test]
    fn causes_of_the_whole_table_need_most_of_what_they_concern() {
        assert!(shops_merged(95, 100).is_some());
        assert!(shops_merged(94, 100).is_none());
        assert!(shops_merged(0, 0).is_none());
        assert!(ends_mixed(Some(1_000_000), 586, 591, 4_000).is_some());
        assert!(ends_mixed(None, 2, 2, 10).is_none(), "two rows are no convention");
    }
}
