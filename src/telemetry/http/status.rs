//! The supervisor's state as JSON.
//!
//! Owns its keys. Times are RFC 3339, spans are seconds.

use serde_json::{Map, Value as Json, json};

use super::metrics::behind;
use super::readiness::trouble;
use crate::stream::OUTPUT_VERSION;
use crate::supervise::ShopStatus;
use crate::value::Timestamp;

/// The page at a wall time; `shops` is `None` until they have started.
pub fn page(shops: Option<&[ShopStatus]>, wall: Timestamp, began: Timestamp) -> String {
    let troubles = shops.map(|shops| shops.iter().any(|shop| trouble(shop, wall).is_some()));
    let page = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "output_version": OUTPUT_VERSION,
        "began": began.to_rfc3339_millis(),
        "now": wall.to_rfc3339_millis(),
        "ready": troubles == Some(false),
        "shops": shops.unwrap_or_default().iter().map(|shop| object(shop, wall)).collect::<Vec<_>>(),
    });
    format!("{page:#}\n")
}

fn object(shop: &ShopStatus, wall: Timestamp) -> Json {
    let tables: Map<String, Json> = shop
        .tables
        .iter()
        .map(|table| {
            let rows = table.rows;
            let counts =
                json!({ "inserted": rows.inserted, "updated": rows.updated, "deleted": rows.deleted });
            (table.table.to_string(), counts)
        })
        .collect();
    let restarts: Map<String, Json> =
        shop.restarts.by_cause().into_iter().map(|(cause, count)| (cause.to_owned(), count.into())).collect();
    json!({
        "name": &*shop.name,
        "phase": shop.phase.to_string(),
        "trouble": trouble(shop, wall),
        "open": shop.open,
        "last_tick": shop.last_tick,
        "at": shop.at.map(Timestamp::to_rfc3339),
        "ticks": shop.ticks,
        "ticks_committed": shop.ticks_here,
        "ticks_failed": shop.ticks_failed,
        "rows": tables,
        "next_due": shop.due.map(Timestamp::to_rfc3339_millis),
        "lag_seconds": behind(shop, wall).map(|behind| behind.as_secs_f64()),
        "restarts": restarts,
        "last_error": shop.last_error.as_deref(),
        "log_lines_dropped": shop.log_lines_dropped,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::shop;
    use super::*;
    use crate::supervise::Phase;
    use crate::value::SECOND;

    #[test]
    fn the_state_of_every_shop_is_shown() {
        let shops = [shop("a", Phase::Live), shop("b", Phase::Waiting)];
        let page: Json =
            serde_json::from_str(&page(Some(&shops), Timestamp(20 * SECOND), Timestamp(0))).unwrap();
        assert_eq!((&page["ready"], &page["now"]), (&json!(false), &json!("1970-01-01T00:00:20.000Z")));
        let expected = json!({
            "name": "a", "phase": "live", "trouble": null, "open": true,
            "last_tick": 1, "at": "1970-01-01T00:00:15Z", "ticks": 200,
            "ticks_committed": 2, "ticks_failed": 1,
            "rows": {
                "orders": { "inserted": 200, "updated": 3, "deleted": 1 },
                "products": { "inserted": 20, "updated": 0, "deleted": 0 },
            },
            "next_due": "1970-01-01T00:00:30.000Z", "lag_seconds": 0.02,
            "restarts": { "panic": 0, "transient": 1, "waiting": 2 },
            "last_error": "cannot connect",
            "log_lines_dropped": 0,
        });
        assert_eq!(page["shops"][0], expected);
        assert_eq!(page["shops"][1]["trouble"], "waiting for its server: cannot connect");
    }

    #[test]
    fn a_chain_whose_shops_have_not_started_is_not_ready() {
        let page: Json = serde_json::from_str(&page(None, Timestamp(0), Timestamp(0))).unwrap();
        assert_eq!((&page["ready"], &page["shops"]), (&json!(false), &json!([])));
    }
}
