//! Does every shop that should run tick on time, and if not, which one does not and why?
//!
//! Owns that decision and its words; a function of the shops' states and the wall time.

use std::time::Duration;

use crate::clock::micros;
use crate::supervise::{Phase, ShopStatus};
use crate::text::harmless;
use crate::value::Timestamp;

/// A tick that is late by no more is on time however short the interval is: a moment of a busy server.
const PATIENCE: Duration = Duration::from_secs(1);
/// Without pace a tick follows the one before: one that takes longer than this hangs.
const LONGEST_TICK: Duration = Duration::from_secs(5);

/// Why a shop is not as it should be, in one line; `None`: it ticks on time, has time until its next tick, or
/// has finished.
///
/// A tick is late when its successor is due, too, or after a second where the interval is shorter: the last one
/// when it was committed, or the next one by now. Without pace it is one that takes more than 5 s.
pub fn trouble(shop: &ShopStatus, wall: Timestamp) -> Option<String> {
    let overdue = shop.overdue(wall);
    let last_error = |what: &str| match &shop.last_error {
        Some(error) => format!("{what}: {}", harmless(error)),
        None => what.to_owned(),
    };
    match shop.phase {
        Phase::Finished => None,
        Phase::Starting if !shop.open => Some(last_error("is opening its database")),
        Phase::Starting | Phase::Live => {
            let patience = if shop.spacing.is_zero() { LONGEST_TICK } else { shop.spacing.max(PATIENCE) };
            let is_late = |late: &i64| *late > micros(patience);
            let overdue =
                overdue.filter(is_late).map(|late| format!("its next tick is overdue by {}", span(late)));
            overdue.or_else(|| {
                Some(shop.lag).filter(is_late).map(|late| format!("its last tick was late by {}", span(late)))
            })
        }
        Phase::History => {
            let behind = span(overdue.unwrap_or(0));
            Some(format!("is making its history, {behind} behind the wall clock"))
        }
        Phase::Waiting => Some(last_error("waits for its server")),
        Phase::BackingOff => Some(last_error("failed and will be built again")),
        Phase::Refused => Some(last_error("is refused")),
        Phase::GivenUp => Some(last_error("is given up")),
        Phase::Stopped => Some("was told to stop".to_owned()),
    }
}

/// Microseconds in words: to the second from one on.
fn span(micros: i64) -> String {
    let span = Duration::from_micros(micros.max(0).unsigned_abs());
    match span.as_secs() {
        0 => format!("{} ms", span.as_millis()),
        seconds => humantime::format_duration(Duration::from_secs(seconds)).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::shop;
    use super::*;
    use crate::value::SECOND;

    /// A shop at a phase whose next tick is overdue by so many seconds, and is due every so many.
    fn at(phase: Phase, open: bool, overdue: Option<i64>, every: u64) -> ShopStatus {
        ShopStatus {
            open,
            due: overdue.map(|seconds| Timestamp(-seconds * SECOND)),
            spacing: Duration::from_secs(every),
            last_error: None,
            ..shop("a", phase)
        }
    }

    /// The same shop, its last tick late by so many seconds.
    fn late(shop: ShopStatus, seconds: i64) -> ShopStatus {
        ShopStatus { lag: seconds * SECOND, ..shop }
    }

    #[test]
    fn each_state_of_a_shop_is_ready_or_says_why_not() {
        let cases = [
            (at(Phase::Live, true, Some(-15), 15), None),
            (at(Phase::Live, true, Some(15), 15), None),
            (at(Phase::Live, true, Some(16), 15), Some("its next tick is overdue by 16s")),
            (at(Phase::Live, true, Some(1), 1), None),
            (at(Phase::Live, true, Some(2), 1), Some("its next tick is overdue by 2s")),
            (late(at(Phase::Live, true, Some(0), 15), 15), None),
            (late(at(Phase::Live, true, Some(0), 15), 16), Some("its last tick was late by 16s")),
            (at(Phase::Live, true, Some(5), 0), None),
            (at(Phase::Live, true, Some(65), 0), Some("its next tick is overdue by 1m 5s")),
            (at(Phase::Starting, false, None, 15), Some("is opening its database")),
            (at(Phase::Starting, true, Some(-3600), 15), None),
            (at(Phase::Starting, true, Some(0), 15), None),
            (at(Phase::Starting, true, Some(15), 15), None),
            (at(Phase::Starting, true, Some(28_800), 15), Some("its next tick is overdue by 8h")),
            (
                at(Phase::History, true, Some(86_400), 15),
                Some("is making its history, 1day behind the wall clock"),
            ),
            (at(Phase::Waiting, false, Some(-9), 15), Some("waits for its server")),
            (at(Phase::BackingOff, false, Some(-9), 15), Some("failed and will be built again")),
            (at(Phase::Refused, false, None, 15), Some("is refused")),
            (at(Phase::GivenUp, false, Some(3), 15), Some("is given up")),
            (at(Phase::Stopped, false, Some(-3), 15), Some("was told to stop")),
            (at(Phase::Finished, false, Some(1_000), 15), None),
        ];
        for (shop, expected) in cases {
            let told = trouble(&shop, Timestamp(0));
            assert_eq!(told.as_deref(), expected, "{shop:?}");
        }
    }

    #[test]
    fn the_last_error_is_told_where_it_is_the_reason_and_in_one_line() {
        let told = |phase| {
            let last_error = Some("no\nanswer".to_owned());
            trouble(&ShopStatus { last_error, ..at(phase, false, Some(-1), 15) }, Timestamp(0))
        };
        assert_eq!(told(Phase::Waiting).as_deref(), Some("waits for its server: no\\nanswer"));
        assert_eq!(told(Phase::GivenUp).as_deref(), Some("is given up: no\\nanswer"));
        assert_eq!(told(Phase::Live), None, "what went wrong before is over");
    }
}
