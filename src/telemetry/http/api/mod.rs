//! The data of the page, as JSON below `/api/v1`: one file per path, described by `openapi.json`.
//!
//! Owns the paths, and the name of the run.

mod openapi;
mod problem;
mod query;
mod shops;
mod timeline;
mod tree;

use actix_web::web::{self, ServiceConfig};

use super::{Pages, read};
pub use problem::Problem;

/// Adds the paths.
pub fn routes(service: &mut ServiceConfig) {
    service.service(read("/api/v1/shops", shops::shops));
    service.service(read("/api/v1/timeline", timeline::timeline));
    service.service(read("/api/v1/tree", tree::tree));
    service.service(read("/api/v1/openapi.json", openapi::openapi));
    // What no path above is.
    let missing = async || Problem::not_found("there is nothing here: the paths are in /api/v1/openapi.json");
    service.service(web::resource("/api/{path:.*}").to(missing));
}

/// The name of the run: another process has another one.
fn run(pages: &Pages) -> String {
    format!("{:x}", pages.began.0)
}
