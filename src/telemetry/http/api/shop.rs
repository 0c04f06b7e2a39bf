//! `GET /api/v1/shops/{shop}`: a shop as in the list, with its tables, what to paste into clients, and its pauses.
//!
//! Owns the keys that a shop has only here. Times are RFC 3339, spans are seconds.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde_json::{Value as Json, json};

use super::super::record::{Recorder, latest};
use super::super::shown::Shown;
use super::super::{Pages, View};
use super::problem::Problem;
use super::query::{self, Found, Refusal};
use crate::clients::snippets;
use crate::clock::Timeline;
use crate::plan::{TablePlan, count_ids};
use crate::stream::OUTPUT_VERSION;
use crate::supervise::{EventKind, ShopStatus};
use crate::value::SECOND;

/// The shop.
pub async fn shop(
    name: Path<String>,
    pages: Data<Pages>,
    recorder: Data<Recorder>,
) -> Result<HttpResponse, Refusal> {
    let shop = query::shop(&recorder, &name)?;
    let statuses = match pages.view().await {
        View::Silent => return Ok(Problem::silent()),
        View::Preparing => Vec::new(),
        View::Shops(statuses, _) => statuses,
    };
    let Some(status) = statuses.get(shop.index) else {
        return Err(Refusal::Unavailable("the shops have not started yet".to_owned()));
    };
    let history = recorder.history();
    let rates = history.as_ref().and_then(latest).and_then(|mut rates| rates.nth(shop.index));
    let shown = Shown::of(status, rates, (pages.wall)());
    Ok(HttpResponse::Ok().json(details(&shop, status, &shown)))
}

fn details(shop: &Found<'_>, status: &ShopStatus, shown: &Shown) -> Json {
    let (plan, endpoint) = (&shop.facts.plan, shop.facts.endpoint());
    let (timeline, last_tick) = {
        let board = shop.shared.boards[shop.index].lock();
        (board.timeline.clone(), board.last_tick)
    };
    let tables = plan.tables.iter().map(|table| {
        let counts = status.tables.iter().find(|counts| *counts.table == *table.name);
        let counts = counts.map(|counts| counts.rows).unwrap_or_default();
        let columns = table.all_columns();
        let columns = columns.map(|(name, sql_type)| json!({ "name": name, "type": sql_type.to_string() }));
        json!({
            "name": table.name, "key": table.key,
            "alive": timeline.as_ref().and_then(|timeline| alive(table, timeline, last_tick)),
            "inserted": counts.inserted, "updated": counts.updated, "deleted": counts.deleted,
            "columns": columns.collect::<Vec<_>>(),
        })
    });
    let connect = snippets(plan, &shop.facts.capture, &endpoint).into_iter().map(|snippet| {
        json!({
            "client": snippet.client, "title": snippet.title,
            "language": snippet.language, "text": snippet.text,
        })
    });
    let more = json!({
        // As text: JavaScript's numbers have 53 bits.
        "seed": plan.seed.to_string(), "schema": plan.schema, "fingerprint": plan.fingerprint(),
        "output_version": OUTPUT_VERSION,
        "tables": tables.collect::<Vec<_>>(), "connect": connect.collect::<Vec<_>>(),
        "pauses": pauses(shop), "actions": [],
    });
    let mut object = json!(shown.listed(Some(shop.facts)));
    if let (Json::Object(object), Json::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

/// The rows of a table after the last tick. Unknown where a source of changes deletes and inserts single rows: all of them
/// would have to be looked at.
fn alive(table: &TablePlan, timeline: &Timeline, last_tick: Option<u64>) -> Option<u64> {
    match (last_tick, &table.changes) {
        (_, Some(_)) => None,
        (None, None) => Some(0),
        (Some(last), None) => {
            Some(count_ids(&table.cohorts(timeline).ids(table.windows.existing(timeline, last))))
        }
    }
}

/// The pauses of this run, as far as its events are kept.
fn pauses(shop: &Found<'_>) -> Vec<Json> {
    let events = shop.shared.events.after(0).into_iter().filter(|event| event.shop == shop.index);
    let pause = |kind| match kind {
        #[expect(clippy::cast_precision_loss, reason = "a pause of 285 years is exact to the microsecond")]
        EventKind::Pause(pause) => {
            let seconds = pause.micros as f64 / SECOND as f64;
            Some(json!({ "before_tick": pause.before_tick, "seconds": seconds }))
        }
        EventKind::Phase { .. } => None,
    };
    events.filter_map(|event| pause(event.kind)).collect()
}
