//! `GET /api/v1/openapi.json`: the description of the data, in OpenAPI 3.1.
//!
//! Owns how it is served. The description is written by hand in `openapi.json`; tests hold it to the code.

use actix_web::HttpResponse;
use actix_web::http::header;

const DESCRIPTION: &str = include_str!("openapi.json");

/// The description.
pub async fn openapi() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(DESCRIPTION)
}
