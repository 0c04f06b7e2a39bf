//! The data of the page, as JSON below `/api/v1`: one file per path, described by `openapi.json`.
//!
//! Owns the paths.

mod drawing;
mod history;
mod problem;
mod query;
mod rows;
mod shop;
mod shops;
mod slots;

use actix_web::web::{Data, ServiceConfig};

use super::read;

/// Adds the paths.
pub fn routes(service: &mut ServiceConfig) {
    service.service(read("/api/v1/shops", shops::shops));
    service.service(read("/api/v1/shops/{shop}", shop::shop));
    service.service(read("/api/v1/shops/{shop}/rows", rows::rows));
    service.service(read("/api/v1/shops/{shop}/history", history::history));
    // The server has one worker, so that this is made once.
    service.app_data(Data::new(slots::Asked::default()));
    service.service(read("/api/v1/shops/{shop}/slots", slots::slots));
}
