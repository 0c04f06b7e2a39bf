//! Whether all active shops are on schedule, and why those that are not are late.
//!
//! Owns that decision and its messages; a function of the shops' states and the wall time.

use std::time::Duration;

use crate::clock::micros;
use crate::supervise::{Phase, ShopStatus};
use crate::text::harmless;
use crate::value::Timestamp;

/// A tick that is late by no more is on time, however short the interval is: the server was busy for a moment.
const PATIENCE: Duration = Duration::from_secs(1);
/// With an unlimited pace ticks follow each other without a pause: one that takes longer than this hangs.
const LONGEST_TICK: Duration = Duration::from_secs(5);

/// Why a shop is not on schedule, in one line; `None`: it is on schedule, or has finished.
///
/// A tick is late when its successor is due, too, or after a second where the interval is shorter: the last one
/// when it was committed, or the next one by now. With an unlimited pace it is one that takes more than 5 s.
pub fn trouble(shop: &ShopStatus, wall: Timestamp) -> Option<String> {
    let overdue = shop.overdue(wall);
    let last_error = |what: &str| match &shop.last_error {
        Some(error) => format!("{what}: {}", harmless(error)),
        None => what.to_owned(),
    };
    match shop.phase {
        Phase::Finished => None,
        Phase::Starting if !shop.open => Some(last_error("opening its database")),
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
            Some(format!("generating history, {behind} behind the wall clock"))
        }
        Phase::Waiting => Some(last_error("waiting for its server")),
        Phase::BackingOff => Some(last_error("failed, will restart")),
        Phase::Refused => Some(last_error("refused")),
        Phase::GivenUp => Some(last_error("given up")),
        Phase::Stopped => Some("stopped".to_owned()),
    }
}

/// Microseconds in words; whole seconds if there is at least one.
fn span(micros: i64) -> String {
    let span = Duration::from_micros(micros.max(0).unsigned_abs());
    match span.as_secs() {
        0 => format!("{} ms", span.as_millis()),
        seconds => humantime::format_duration(Duration::from_secs(seconds)).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::shop;
    use super::*;
    use crate::value::SECOND;

    /// A shop with this phase, interval and overdue next tick, in seconds.
    fn at(phase: Phase, open: bool, overdue: Option<i64>, every: u64) -> ShopStatus {
        ShopStatus {
            open,
            due: overdue.map(|seconds| Timestamp(-seconds * SECOND)),
            spacing: Duration::from_secs(every),
            last_error: None,
            ..shop("a", phase)
        }
    }

    /// The same shop, its last tick late by these seconds.
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
            (at(Phase::Starting, false, None, 15), Some("opening its database")),
            (at(Phase::Starting, true, Some(-3600), 15), None),
            (at(Phase::Starting, true, Some(0), 15), None),
            (at(Phase::Starting, true, Some(15), 15), None),
            (at(Phase::Starting, true, Some(28_800), 15), Some("its next tick is overdue by 8h")),
            (
                at(Phase::History, true, Some(86_400), 15),
                Some("generating history, 1day behind the wall clock"),
            ),
            (at(Phase::Waiting, false, Some(-9), 15), Some("waiting for its server")),
            (at(Phase::BackingOff, false, Some(-9), 15), Some("failed, will restart")),
            (at(Phase::Refused, false, None, 15), Some("refused")),
            (at(Phase::GivenUp, false, Some(3), 15), Some("given up")),
            (at(Phase::Stopped, false, Some(-3), 15), Some("stopped")),
            (at(Phase::Finished, false, Some(1_000), 15), None),
        ];
        for (shop, expected) in cases {
            let found = trouble(&shop, Timestamp(0));
            assert_eq!(found.as_deref(), expected, "{shop:?}");
        }
    }

    #[test]
    fn the_last_error_is_shown_where_it_is_the_reason_and_in_one_line() {
        let found = |phase| {
            let last_error = Some("no\nanswer".into());
            trouble(&ShopStatus { last_error, ..at(phase, false, Some(-1), 15) }, Timestamp(0))
        };
        assert_eq!(found(Phase::Waiting).as_deref(), Some("waiting for its server: no\\nanswer"));
        assert_eq!(found(Phase::GivenUp).as_deref(), Some("given up: no\\nanswer"));
        assert_eq!(found(Phase::Live), None, "the last error is over");
    }
}
