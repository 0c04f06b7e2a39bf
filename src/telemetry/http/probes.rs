//! The pages for machines: `/livez`, `/readyz`, `/metrics`, `/status`.
//!
//! Owns their status codes. What each of them says is in [`super::readiness`], [`super::metrics`] and
//! [`super::status`].

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;

use super::process::ProcessMetrics;
use super::{Pages, View, exposition, metrics as metrics_page, readiness, status as status_page};
use super::{silent, text};
use crate::supervise::ThreadStatus;
use crate::text::harmless;

/// 200 while the process works; otherwise it should be restarted.
pub async fn livez(pages: Data<Pages>) -> HttpResponse {
    let troubles = match pages.view().await {
        View::Silent => return silent(),
        View::Preparing => String::new(),
        View::Shops(_, threads) => {
            threads.iter().filter_map(ThreadStatus::trouble).map(|trouble| trouble + "\n").collect()
        }
    };
    verdict(troubles)
}

/// 200 while all active shops are on schedule; otherwise a line for each that is not.
pub async fn readyz(pages: Data<Pages>) -> HttpResponse {
    let shops = match pages.view().await {
        View::Shops(shops, _) => shops,
        View::Preparing => {
            return text(HttpResponse::ServiceUnavailable(), "no shop has started yet\n");
        }
        View::Silent => return silent(),
    };
    let wall = (pages.wall)();
    let troubles: String = shops
        .iter()
        .filter_map(|shop| Some((harmless(&shop.name), readiness::trouble(shop, wall)?)))
        .map(|(name, trouble)| format!("{name}: {trouble}\n"))
        .collect();
    verdict(troubles)
}

/// The metrics.
pub async fn metrics(pages: Data<Pages>) -> HttpResponse {
    let (shops, threads) = match pages.view().await {
        View::Shops(shops, threads) => (shops, threads),
        View::Preparing => (Vec::new(), Vec::new()),
        View::Silent => return silent(),
    };
    let page = metrics_page::page(&shops, &threads, (pages.wall)(), &ProcessMetrics::read(), pages.began);
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, exposition::CONTENT_TYPE)).body(page)
}

/// The supervisor's state.
pub async fn status(pages: Data<Pages>) -> HttpResponse {
    let shops = match pages.view().await {
        View::Shops(shops, _) => Some(shops),
        View::Preparing => None,
        View::Silent => return silent(),
    };
    let page = status_page::page(shops.as_deref(), (pages.wall)(), pages.began);
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(page)
}

/// 200 without troubles, otherwise 503.
fn verdict(troubles: String) -> HttpResponse {
    match troubles.as_str() {
        "" => text(HttpResponse::Ok(), "ok\n"),
        troubles => text(HttpResponse::ServiceUnavailable(), troubles),
    }
}
