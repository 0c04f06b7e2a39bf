//! `GET /api/v1/events`: the state of the run and of its shops as a stream of events, as browsers read it.
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>)
//!
//! Owns how many streams there are and how long a connection may keep one. What is told is in [`super::reader`].

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::unfold;
use tokio::time::interval;

use super::super::Pages;
use super::super::deadline::Deadline;
use super::super::record::{Place, Recorder, STREAMS};
use super::problem::Problem;
use super::query::Query;
use super::reader::{Reader, SILENCE};
use super::samples::Texts;
use super::shops::run_id;

/// How long a client may read nothing: it is cut off when it does not take the next part for so long.
const READING: Duration = SILENCE.saturating_mul(2);

/// How often it is looked whether the client is still there.
const LOOK: Duration = Duration::from_secs(1);

/// The stream.
pub async fn events(
    request: HttpRequest,
    pages: Data<Pages>,
    recorder: Data<Recorder>,
    texts: Data<Texts>,
) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, "text/event-stream"));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if request.method() == Method::HEAD {
        return response.finish();
    }
    let Some((place, frames)) = recorder.clone().into_inner().enter() else {
        let detail =
            format!("there are {STREAMS} streams already; read /api/v1/shops and /api/v1/samples instead");
        return Problem::too_many(detail);
    };
    let after = resumed(&request, &pages);
    let reader = Reader::new(pages, recorder, texts, frames, after);
    let mut response = response.streaming(unfold(
        (reader, request, place),
        |(mut reader, request, place): (_, _, Place)| async {
            let deadline = request.conn_data::<Deadline>();
            let part = tokio::select! {
                biased;
                part = reader.part() => part?,
                // Its place is for others.
                () = gone(deadline) => return None,
            };
            if let Some(deadline) = deadline {
                deadline.extend(READING);
            }
            Some((Ok::<_, Infallible>(part), (reader, request, place)))
        },
    ));
    // Its end is that of the connection, which readers by HTTP/1.0 understand, too.
    response.head_mut().no_chunking(true);
    response
}

/// Waits until the client has closed its end.
async fn gone(deadline: Option<&Deadline>) {
    let mut look = interval(LOOK);
    while !deadline.is_some_and(Deadline::is_gone) {
        look.tick().await;
    }
}

/// The number of the last sample that a page of this run has, by the header that browsers send when they connect again,
/// or by the query, since a page cannot set that header.
fn resumed(request: &HttpRequest, pages: &Pages) -> Option<u64> {
    let query = Query::of(request, &["last"]).ok();
    let by_query = query.as_ref().and_then(|query| query.text("last"));
    let header = request.headers().get("last-event-id").and_then(|value| value.to_str().ok());
    let id = header.or(by_query)?;
    let (run, sample) = id.split_once('-')?;
    (run == run_id(pages)).then(|| sample.parse().ok())?
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::test::TestRequest;
    use futures_util::FutureExt;

    use super::super::super::Stage;
    use super::super::super::fixtures::pages;
    use super::*;

    #[test]
    fn only_an_id_of_this_run_is_taken_up_from_the_header_or_the_query() {
        let pages = pages(Stage::Preparing);
        let by_header = |id| TestRequest::default().insert_header(("Last-Event-ID", id)).to_http_request();
        let by_query = |query| TestRequest::with_uri(query).to_http_request();
        let found =
            ["f4240-812", "f4241-812", "f4240", "f4240-x", ""].map(|id| resumed(&by_header(id), &pages));
        assert_eq!(found, [Some(812), None, None, None, None]);
        let found = ["/?last=f4240-7", "/?last=7", "/"].map(|query| resumed(&by_query(query), &pages));
        assert_eq!(found, [Some(7), None, None]);
    }

    #[test]
    fn a_place_is_free_again_after_a_stream() {
        let recorder = Arc::new(Recorder::default());
        let mut places: Vec<_> = (0..STREAMS).filter_map(|_| recorder.clone().enter()).collect();
        assert_eq!(places.len(), STREAMS);
        assert!(recorder.clone().enter().is_none());
        places.pop();
        assert!(recorder.clone().enter().is_some());
        assert_eq!(recorder.is_unread().now_or_never(), None, "seven are left");
        places.clear();
        assert_eq!(recorder.is_unread().now_or_never(), Some(()));
    }
}
