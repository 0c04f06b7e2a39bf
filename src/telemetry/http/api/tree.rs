//! `GET /api/v1/tree`: the supervision tree: the supervisor, its threads, the shops, and their private servers.
//!
//! Owns its keys.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Map, Value as Json, json};

use super::super::record::{Recorder, Watched};
use super::super::{DatabaseFacts, Pages, ShopFacts, View};
use super::problem::Problem;
use crate::pg::embedded::KeeperState;
use crate::supervise::{Restarts, ShopStatus, ThreadStatus};
use crate::text::with_causes;
use crate::value::Timestamp;

/// The tree.
pub async fn tree(pages: Data<Pages>, recorder: Data<Recorder>) -> HttpResponse {
    let (shops, threads) = match pages.view().await {
        View::Silent => return Problem::silent(),
        View::Preparing => (Vec::new(), Vec::new()),
        View::Shops(shops, threads) => (shops, threads),
    };
    let watched = recorder.watched();
    let threads = threads.iter().enumerate().map(|(place, status)| thread(place, status, &shops));
    let facts = watched.into_iter().flat_map(|watched| &*watched.facts);
    HttpResponse::Ok().json(json!({
        "supervisor": supervisor(&pages, watched, &shops),
        "threads": threads.collect::<Vec<_>>(),
        "shops": shops.iter().map(shop).collect::<Vec<_>>(),
        "servers": facts.filter_map(server).collect::<Vec<_>>(),
    }))
}

fn supervisor(pages: &Pages, watched: Option<&Watched>, shops: &[ShopStatus]) -> Json {
    let settings = watched.map(|watched| &watched.shared.settings);
    let sum = shops.iter().map(|shop| shop.restarts).fold(Restarts::default(), |sum, more| Restarts {
        panic: sum.panic.saturating_add(more.panic),
        transient: sum.transient.saturating_add(more.transient),
        waiting: sum.waiting.saturating_add(more.waiting),
    });
    json!({
        "began": pages.began.to_rfc3339_millis(),
        "max_restarts": settings.map(|settings| settings.max_restarts),
        "restart_window_seconds": settings.map(|settings| settings.restart_window.as_secs_f64()),
        "restarts": restarts(sum),
    })
}

fn thread(place: usize, thread: &ThreadStatus, shops: &[ShopStatus]) -> Json {
    let own = shops.iter().filter(|shop| shop.thread == Some(place));
    json!({
        "name": thread.name,
        "silent_seconds": thread.silent.as_secs_f64(),
        "trouble": thread.trouble(),
        "shops": own.map(|shop| &*shop.name).collect::<Vec<_>>(),
    })
}

fn shop(shop: &ShopStatus) -> Json {
    json!({
        "name": &*shop.name,
        "phase": shop.phase.to_string(),
        "since": shop.since.to_rfc3339_millis(),
        "retry_at": shop.retry_at.map(Timestamp::to_rfc3339_millis),
        "restarts": restarts(shop.restarts),
        "recent_failures": shop.recent_failures,
        "last_error": shop.last_error.as_deref(),
    })
}

fn restarts(restarts: Restarts) -> Map<String, Json> {
    restarts.by_cause().into_iter().map(|(cause, count)| (cause.to_owned(), count.into())).collect()
}

/// A private server; `None` for a shop on another server.
fn server(shop: &ShopFacts) -> Option<Json> {
    let DatabaseFacts::Private(spec, state) = &shop.database else { return None };
    let (mut port, mut reason) = (spec.port, None);
    let state = match &*state.borrow() {
        KeeperState::Starting => "starting",
        KeeperState::Up { connection, .. } => {
            port = connection.port;
            "up"
        }
        KeeperState::Down { reason: why } => {
            reason = Some(why.clone());
            "down"
        }
        KeeperState::Failed(error) => {
            reason = Some(with_causes(&**error));
            "failed"
        }
        KeeperState::Stopped(outcome) => {
            reason = outcome.as_ref().err().map(|error| with_causes(&**error));
            "stopped"
        }
    };
    Some(json!({ "shop": shop.plan.name, "state": state, "port": port, "reason": reason }))
}
