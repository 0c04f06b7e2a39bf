//! `GET /api/v1/timeline`: the phases, faults and pauses of the shops since the process began.
//!
//! Owns the keys of an event, and how events become spans.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::super::ShopFacts;
use crate::clock::Pause;
use crate::supervise::{Cause, EventKind, LoggedEvent};
use crate::value::Timestamp;

/// An event, as streams tell it.
pub fn event(event: &LoggedEvent, shops: &[ShopFacts]) -> Json {
    let (number, at, shop) = (event.number, event.at.to_rfc3339_millis(), name(event.shop, shops));
    match &event.kind {
        EventKind::Phase { phase, error, cause, retry_at } => json!({
            "number": number,
            "at": at,
            "shop": shop,
            "kind": "phase",
            "phase": phase.to_string(),
            "error": error.as_deref(),
            "cause": cause.map(Cause::name),
            "retry_at": retry_at.map(Timestamp::to_rfc3339_millis),
        }),
        EventKind::Pause(pause) => json!({
            "number": number,
            "at": at,
            "shop": shop,
            "kind": "pause",
            "before_tick": pause.before_tick,
            "seconds": seconds(*pause),
        }),
    }
}

/// The length of a pause.
fn seconds(pause: Pause) -> f64 {
    Duration::from_micros(pause.micros.max(0).unsigned_abs()).as_secs_f64()
}

fn name(shop: usize, shops: &[ShopFacts]) -> &str {
    shops.get(shop).map_or("", |facts| &facts.plan.name)
}
