//! `GET /api/v1/shops`: the state of the run and of every shop, as the page lists them.
//!
//! Owns the keys of a shop in a list. Times are RFC 3339, spans are seconds.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::super::record::Recorder;
use super::super::{Pages, View, silent};

/// The shops.
pub async fn shops(pages: Data<Pages>, recorder: Data<Recorder>) -> HttpResponse {
    let _ = recorder.watched();
    match pages.view().await {
        View::Silent => silent(),
        View::Preparing | View::Shops(..) => HttpResponse::Ok().json(serde_json::json!({})),
    }
}
