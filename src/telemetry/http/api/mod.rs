//! The data of the page, as JSON below `/api/v1`: one file per path, described by `openapi.json`.
//!
//! Owns the paths.

mod problem;
mod shops;
mod timeline;

use actix_web::web::ServiceConfig;

use super::read;
pub use problem::Problem;

/// Adds the paths.
pub fn routes(service: &mut ServiceConfig) {
    service.service(read("/api/v1/shops", shops::shops));
}
