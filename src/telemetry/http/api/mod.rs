//! The data of the page, as JSON below `/api/v1`: one file per path, described by `openapi.json`.
//!
//! Owns the paths, and the form of answers.

mod drawing;
mod events;
mod history;
mod openapi;
mod problem;
mod query;
mod reader;
mod rows;
mod samples;
mod shop;
mod shops;
mod slots;
mod timeline;
mod tree;

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::http::header;
use actix_web::web::{self, Data, ServiceConfig};

use super::read;
pub use problem::Problem;

/// Adds the paths.
pub fn routes(service: &mut ServiceConfig) {
    // The server has one worker, so that these are made once.
    service.app_data(Data::new(samples::Texts::default()));
    service.app_data(Data::new(drawing::Drawing::default()));
    service.app_data(Data::new(slots::Asked::default()));
    service.service(read("/api/v1/events", events::events));
    service.service(read("/api/v1/samples", samples::samples));
    service.service(read("/api/v1/shops", shops::shops));
    service.service(read("/api/v1/shops/{shop}", shop::shop));
    service.service(read("/api/v1/shops/{shop}/rows", rows::rows));
    service.service(read("/api/v1/shops/{shop}/history", history::history));
    service.service(read("/api/v1/shops/{shop}/slots", slots::slots));
    service.service(read("/api/v1/timeline", timeline::timeline));
    service.service(read("/api/v1/tree", tree::tree));
    service.service(read("/api/v1/openapi.json", openapi::openapi));
    // What no path above is.
    let missing = async || Problem::not_found("there is nothing here: the paths are in /api/v1/openapi.json");
    service.service(web::resource("/api/{path:.*}").to(missing));
}

/// An answer.
fn answer(body: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body)
}
