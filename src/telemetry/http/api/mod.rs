//! The data of the page, as JSON below `/api/v1`: one file per path, described by `openapi.json`.
//!
//! Owns the paths, and the form of answers and of errors.

mod events;
mod reader;
mod samples;
mod shops;

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::http::{StatusCode, header};
use actix_web::web::ServiceConfig;
use serde_json::json;

use super::{PATIENCE, read};

/// Adds the paths.
pub fn routes(service: &mut ServiceConfig) {
    service.service(read("/api/v1/events", events::events));
    service.service(read("/api/v1/samples", samples::samples));
    service.service(read("/api/v1/shops", shops::shops));
}

/// An answer.
fn answer(body: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body)
}

/// An answer that says what is wrong (RFC 9457).
fn problem(status: StatusCode, detail: &str) -> HttpResponse {
    let title = status.canonical_reason();
    let mut response = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, "5"));
    }
    response
        .insert_header((header::CONTENT_TYPE, "application/problem+json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(json!({ "title": title, "status": status.as_u16(), "detail": detail }).to_string())
}

/// The supervisor is silent.
fn silent() -> HttpResponse {
    let detail = format!("the supervisor has not answered within {} s", PATIENCE.as_secs());
    problem(StatusCode::SERVICE_UNAVAILABLE, &detail)
}

/// The keys of a query with their values; what is malformed is none.
fn query(text: &str) -> Vec<(String, String)> {
    actix_web::web::Query::<Vec<(String, String)>>::from_query(text).map(|query| query.0).unwrap_or_default()
}
