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

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, ResponseError};

use super::read;
pub use problem::Problem;
use query::Query;

/// Adds the paths.
pub fn routes(service: &mut ServiceConfig) {
    // The server has one worker, so that these are made once.
    service.app_data(Data::new(samples::Texts::default()));
    service.app_data(Data::new(drawing::Drawing::default()));
    service.app_data(Data::new(slots::Asked::default()));
    service.service(read("/api/v1/events", events::events));
    service.service(read("/api/v1/samples", samples::samples));
    service.service(read("/api/v1/shops", shops::shops).wrap(from_fn(without_parameters)));
    service.service(read("/api/v1/shops/{shop}", shop::shop).wrap(from_fn(without_parameters)));
    service.service(read("/api/v1/shops/{shop}/rows", rows::rows));
    service.service(read("/api/v1/shops/{shop}/history", history::history));
    service.service(read("/api/v1/shops/{shop}/slots", slots::slots).wrap(from_fn(without_parameters)));
    service.service(read("/api/v1/timeline", timeline::timeline));
    service.service(read("/api/v1/tree", tree::tree).wrap(from_fn(without_parameters)));
    service.service(read("/api/v1/openapi.json", openapi::openapi).wrap(from_fn(without_parameters)));
    // What no path above is.
    let missing = async || Problem::not_found("there is nothing here: the paths are in /api/v1/openapi.json");
    service.service(web::resource("/api/{path:.*}").to(missing));
}

/// Refuses parameters where a path has none.
async fn without_parameters<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    match Query::of(request.request(), &[]) {
        Ok(_) => Ok(next.call(request).await?.map_into_left_body()),
        Err(refusal) => Ok(request.into_response(refusal.error_response()).map_into_right_body()),
    }
}

/// An answer.
fn answer(body: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body)
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::test::{TestRequest, call_service, init_service};

    use super::super::Stage;
    use super::super::fixtures::pages;
    use super::super::record::Recorder;
    use super::*;

    #[test]
    fn an_unknown_parameter_is_refused_wherever_the_answer_is_json() {
        actix::System::new().block_on(async {
            let app = App::new()
                .app_data(Data::new(pages(Stage::Preparing)))
                .app_data(Data::new(Recorder::default()))
                .configure(routes);
            let app = init_service(app).await;
            for path in ["shops", "samples", "timeline", "tree", "shops/a", "shops/a/slots", "openapi.json"] {
                let code = async |query| {
                    let request = TestRequest::get().uri(&format!("/api/v1/{path}{query}")).to_request();
                    call_service(&app, request).await.status().as_u16()
                };
                assert_eq!(code("?nonsense=1").await, 400, "{path}");
                // No shop has started.
                let known = if path.starts_with("shops/") { 503 } else { 200 };
                assert_eq!(code("").await, known, "{path}");
            }
        });
    }
}
