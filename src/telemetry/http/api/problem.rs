//! Answers that are errors, as `application/problem+json` (RFC 9457).
//!
//! Owns their form. Must not know what was asked for.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::json;

use super::super::PATIENCE;

/// The seconds after which a client that was refused for now may ask again.
const RETRY_AFTER: u64 = 5;

/// The error answers, each with what is wrong in one sentence.
pub struct Problem;

impl Problem {
    /// 400: a value of the query cannot be understood.
    pub fn bad_request(detail: impl AsRef<str>) -> HttpResponse {
        Self::answer(StatusCode::BAD_REQUEST, None, detail.as_ref())
    }

    /// 403: not for this reader.
    pub fn forbidden(detail: impl AsRef<str>) -> HttpResponse {
        Self::answer(StatusCode::FORBIDDEN, None, detail.as_ref())
    }

    /// 404: there is no such shop, table, row or path.
    pub fn not_found(detail: impl AsRef<str>) -> HttpResponse {
        Self::answer(StatusCode::NOT_FOUND, None, detail.as_ref())
    }

    /// 503: it cannot be told now.
    pub fn unavailable(detail: impl AsRef<str>) -> HttpResponse {
        Self::answer(StatusCode::SERVICE_UNAVAILABLE, None, detail.as_ref())
    }

    /// 503: the supervisor hangs.
    pub fn silent() -> HttpResponse {
        Self::unavailable(format!("the supervisor has not answered within {} s", PATIENCE.as_secs()))
    }

    /// 503: as many are served as may be; a client asks again after some seconds.
    pub fn too_many(detail: impl AsRef<str>) -> HttpResponse {
        Self::answer(StatusCode::SERVICE_UNAVAILABLE, Some(RETRY_AFTER), detail.as_ref())
    }

    fn answer(status: StatusCode, retry_after: Option<u64>, detail: &str) -> HttpResponse {
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        let title = status.canonical_reason();
        response.body(json!({ "title": title, "status": status.as_u16(), "detail": detail }).to_string())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use serde_json::Value as Json;

    use super::*;

    #[tokio::test]
    async fn a_problem_says_what_is_wrong_and_its_status_twice() {
        let answers = [
            (400, "Bad Request", Problem::bad_request("`limit` is \"x\"")),
            (403, "Forbidden", Problem::forbidden("`limit` is \"x\"")),
            (404, "Not Found", Problem::not_found("`limit` is \"x\"")),
            (503, "Service Unavailable", Problem::unavailable("`limit` is \"x\"")),
        ];
        for (status, title, answer) in answers {
            assert_eq!(answer.status().as_u16(), status);
            assert_eq!(answer.headers().get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
            assert!(!answer.headers().contains_key(header::RETRY_AFTER));
            let body: Json = serde_json::from_slice(&to_bytes(answer.into_body()).await.unwrap()).unwrap();
            assert_eq!(body, json!({ "title": title, "status": status, "detail": "`limit` is \"x\"" }));
        }
    }

    #[test]
    fn who_is_one_too_many_is_told_when_to_come_back() {
        let answer = Problem::too_many("8 streams are open");
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers().get(header::RETRY_AFTER).unwrap(), "5");
    }
}
