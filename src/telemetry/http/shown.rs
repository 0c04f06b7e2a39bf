//! What is shown of a shop in a list: its state and its counters, as JSON.
//!
//! Owns the keys. Times are RFC 3339, spans are seconds, unknown is `null`. Must not know which page shows it.

use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::ShopFacts;
use super::metrics::behind;
use super::readiness::trouble;
use super::record::series::Rates;
use crate::supervise::{Phase, Restarts, ShopStatus};
use crate::tick::Counts;
use crate::value::Timestamp;

/// A shop at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// Its name.
    #[serde(serialize_with = "text")]
    pub name: Arc<str>,
    /// Its phase.
    #[serde(serialize_with = "word")]
    pub phase: Phase,
    /// Why it is not on schedule.
    pub trouble: Option<String>,
    /// Whether it has its database open.
    pub open: bool,
    #[serde(serialize_with = "millis")]
    since: Option<Timestamp>,
    #[serde(serialize_with = "millis")]
    retry_at: Option<Timestamp>,
    last_tick: Option<u64>,
    ticks: Option<u64>,
    #[serde(serialize_with = "simulated")]
    at: Option<Timestamp>,
    #[serde(serialize_with = "seconds")]
    tick_seconds_interval: Option<Duration>,
    ticks_committed: u64,
    ticks_failed: u64,
    /// Rows changed since the process began.
    #[serde(serialize_with = "rows")]
    pub rows: Counts,
    /// Rows a second.
    #[serde(serialize_with = "rates")]
    pub rates: Option<[f64; 3]>,
    tick_seconds: Option<TickSeconds>,
    #[serde(serialize_with = "millis")]
    next_due: Option<Timestamp>,
    #[serde(serialize_with = "seconds")]
    lag_seconds: Option<Duration>,
    #[serde(serialize_with = "restarts")]
    restarts: Restarts,
    recent_failures: usize,
    /// The last error.
    #[serde(serialize_with = "maybe_text")]
    pub last_error: Option<Arc<str>>,
    log_lines_dropped: u64,
}

/// How long its ticks took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct TickSeconds {
    mean: f64,
    p95: f64,
}

/// A shop with what does not change of it.
#[derive(Serialize)]
pub struct Listed<'a> {
    #[serde(flatten)]
    shop: &'a Shown,
    city: Option<&'a str>,
    url: Option<String>,
}

impl Shown {
    /// A shop's status at a wall time, with the rates of its record.
    pub fn of(status: &ShopStatus, rates: Option<Rates>, wall: Timestamp) -> Self {
        let ticks = rates.and_then(|rates| rates.ticks);
        let seconds = |micros: f64| micros.round() / 1e6;
        Self {
            name: status.name.clone(),
            phase: status.phase,
            trouble: trouble(status, wall),
            open: status.open,
            since: Some(status.since),
            retry_at: status.retry_at,
            last_tick: status.last_tick,
            ticks: status.ticks,
            at: status.at,
            tick_seconds_interval: Some(status.spacing),
            ticks_committed: status.ticks_here,
            ticks_failed: status.ticks_failed,
            rows: status.rows(),
            rates: rates.map(|rates| rates.rows.map(thousandths)),
            tick_seconds: ticks
                .map(|ticks| TickSeconds { mean: seconds(ticks.mean), p95: seconds(f64::from(ticks.p95)) }),
            next_due: status.due,
            lag_seconds: behind(status, wall),
            restarts: status.restarts,
            recent_failures: status.recent_failures,
            last_error: status.last_error.clone(),
            log_lines_dropped: status.log_lines_dropped,
        }
    }

    /// The shop with its city and the URL for clients, as it is listed.
    pub fn listed<'a>(&'a self, facts: Option<&'a ShopFacts>) -> Listed<'a> {
        let city = facts.and_then(|facts| facts.city.as_deref());
        Listed { shop: self, city, url: facts.map(ShopFacts::url) }
    }

    /// Whether it is in the same state as before: what a reader must learn of at once.
    pub fn is_in_the_state_of(&self, before: &Self) -> bool {
        (self.phase, self.open, &self.last_error) == (before.phase, before.open, &before.last_error)
    }
}

/// A number with at most three decimals.
pub fn thousandths(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

/// An object of counts by operation.
pub fn rows<S: Serializer>(rows: &Counts, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map([("inserted", rows.inserted), ("updated", rows.updated), ("deleted", rows.deleted)])
}

/// An object of rates by operation.
pub fn rates<S: Serializer>(rates: &Option<[f64; 3]>, to: S) -> Result<S::Ok, S::Error> {
    match rates {
        Some(rates) => to.collect_map(["inserted", "updated", "deleted"].into_iter().zip(rates)),
        None => to.serialize_none(),
    }
}

fn text<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}

fn maybe_text<S: Serializer>(text: &Option<Arc<str>>, to: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(to)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
fn word<S: Serializer>(phase: &Phase, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(phase.name())
}

fn restarts<S: Serializer>(restarts: &Restarts, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(restarts.by_cause())
}

fn millis<S: Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    at.map(Timestamp::to_rfc3339_millis).serialize(to)
}

fn simulated<S: Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    at.map(Timestamp::to_rfc3339).serialize(to)
}

fn seconds<S: Serializer>(span: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
    span.map(|span| span.as_secs_f64()).serialize(to)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixtures::shop;
    use super::super::record::series::Ticks;
    use super::*;
    use crate::value::SECOND;

    #[test]
    fn a_shop_is_listed_with_all_of_its_keys() {
        let ticks = Some(Ticks { mean: 2_100.4, p95: 5_000 });
        let rates = Rates { rows: [80.0, 12.000_04, 1.0 / 3.0], ticks };
        let shown = Shown::of(&shop("a", Phase::Waiting), Some(rates), Timestamp(20 * SECOND));
        let expected = json!({
            "name": "a", "city": null, "url": null,
            "phase": "waiting", "trouble": "waiting for its server: cannot connect",
            "open": false, "since": "1970-01-01T00:00:01.000Z", "retry_at": null,
            "last_tick": 1, "ticks": 200, "at": "1970-01-01T00:00:15Z", "tick_seconds_interval": 15.0,
            "ticks_committed": 2, "ticks_failed": 1,
            "rows": { "inserted": 220, "updated": 3, "deleted": 1 },
            "rates": { "inserted": 80.0, "updated": 12.0, "deleted": 0.333 },
            "tick_seconds": { "mean": 0.0021, "p95": 0.005 },
            "next_due": "1970-01-01T00:00:30.000Z", "lag_seconds": 0.02,
            "restarts": { "panic": 0, "transient": 1, "waiting": 2 }, "recent_failures": 1,
            "last_error": "cannot connect", "log_lines_dropped": 0,
        });
        assert_eq!(serde_json::to_value(shown.listed(None)).unwrap(), expected);
    }

    #[test]
    fn what_is_unknown_is_null() {
        let status = ShopStatus { due: None, at: None, last_error: None, ..shop("a", Phase::Starting) };
        let shown = serde_json::to_value(Shown::of(&status, None, Timestamp(0)).listed(None)).unwrap();
        for key in ["at", "rates", "tick_seconds", "next_due", "lag_seconds", "last_error", "retry_at"] {
            assert_eq!(shown[key], json!(null), "{key}");
        }
    }
}
