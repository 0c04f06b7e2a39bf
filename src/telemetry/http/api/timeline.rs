//! `GET /api/v1/timeline`: the phases, faults and pauses of the shops since the process began, as far as they are kept.
//!
//! Owns the keys of an event, and how events become spans of time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value as Json, json};

use super::super::record::Recorder;
use super::super::{Pages, ShopFacts, View};
use super::problem::Problem;
use super::query::{self, Query, Refusal};
use super::shops::run_id;
use crate::clock::Pause;
use crate::config::problem::quote;
use crate::supervise::{Cause, EventKind, LoggedEvent, Phase, ShopStatus};
use crate::value::{SECOND, Timestamp};

/// The timeline.
pub async fn timeline(
    request: HttpRequest,
    pages: Data<Pages>,
    recorder: Data<Recorder>,
) -> Result<HttpResponse, Refusal> {
    let wanted = Wanted::of(&request, &recorder)?;
    // The supervisor logs the phases that shops have entered by themselves when it is asked.
    let shops = match pages.view().await {
        View::Silent => return Ok(Problem::silent()),
        View::Preparing => Vec::new(),
        View::Shops(shops, _) => shops,
    };
    let (events, facts) = match recorder.watched() {
        Some(watched) => (watched.shared.events.after(0), &*watched.facts),
        None => (Vec::new(), &[][..]),
    };
    Ok(HttpResponse::Ok().json(page(&pages, (pages.wall)(), &wanted, &shops, &events, facts)))
}

/// An event, as streams tell it.
pub fn event(event: &LoggedEvent, shop: &str) -> Json {
    let (number, at) = (event.number, event.at.to_rfc3339_millis());
    match &event.kind {
        EventKind::Phase { phase, error, cause, retry_at } => json!({
            "number": number,
            "at": at,
            "shop": shop,
            "kind": "phase",
            "phase": phase.to_string(),
            "error": error.as_deref(),
            "cause": cause.map(Cause::name),
            "retry_at": retry_at.map(Timestamp::to_rfc3339_millis),
        }),
        EventKind::Pause(pause) => json!({
            "number": number,
            "at": at,
            "shop": shop,
            "kind": "pause",
            "before_tick": pause.before_tick,
            "seconds": seconds(*pause),
        }),
    }
}

/// The part of the timeline that is asked for.
struct Wanted {
    from: Timestamp,
    to: Timestamp,
    /// The shop's place in the chain; `None`: all.
    shop: Option<usize>,
    faults_only: bool,
}

impl Wanted {
    fn of(request: &HttpRequest, recorder: &Recorder) -> Result<Self, Refusal> {
        let query = Query::of(request, &["from", "to", "shop", "kind"])?;
        let shop = query.text("shop").map(|name| query::shop(recorder, name)).transpose()?;
        Ok(Self {
            from: moment(&query, "from")?.unwrap_or(Timestamp::MIN),
            to: moment(&query, "to")?.unwrap_or(Timestamp::MAX),
            shop: shop.map(|found| found.index),
            faults_only: match query.text("kind") {
                None => false,
                Some("faults") => true,
                Some(other) => {
                    let told = format!("`kind` is {}; the only kind is `faults`", quote(other));
                    return Err(Refusal::BadRequest(told));
                }
            },
        })
    }

    fn has_shop(&self, shop: usize) -> bool {
        self.shop.is_none_or(|wanted| wanted == shop)
    }

    /// The part of a span that is asked for. A span that lasts is known until now, and ends with the time asked for only
    /// if that is past.
    fn cut(&self, span: Span, now: Timestamp) -> Option<Span> {
        let is_wanted = self.has_shop(span.shop) && (!self.faults_only || is_fault(span.phase));
        let overlaps = span.from <= self.to && span.to.unwrap_or(now) >= self.from;
        let to = match span.to {
            Some(to) => Some(to.min(self.to)),
            None => Some(self.to).filter(|to| *to < now),
        };
        (is_wanted && overlaps).then(|| Span { from: span.from.max(self.from), to, ..span })
    }
}

/// A time of the query, in RFC 3339 or milliseconds since 1970.
fn moment(query: &Query, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = query.text(name) else { return Ok(None) };
    let of_millis = |millis: i64| Timestamp(millis.saturating_mul(SECOND / 1_000));
    let moment = text.parse().ok().map(of_millis).or_else(|| Timestamp::parse_rfc3339(text));
    moment.map(Some).ok_or_else(|| {
        Refusal::BadRequest(format!(
            "`{name}` is {}; expected a time such as 2026-01-01T00:00:00Z, or milliseconds since 1970",
            quote(text)
        ))
    })
}

/// The time that a shop spent in a phase, for one reason.
struct Span {
    shop: usize,
    phase: Phase,
    from: Timestamp,
    /// `None`: it lasts.
    to: Option<Timestamp>,
    error: Option<Arc<str>>,
    cause: Option<Cause>,
}

impl Span {
    fn json(&self, facts: &[ShopFacts]) -> Json {
        json!({
            "shop": name(self.shop, facts),
            "phase": self.phase.to_string(),
            "from": self.from.to_rfc3339_millis(),
            "to": self.to.map(Timestamp::to_rfc3339_millis),
            "error": self.error.as_deref(),
            "cause": self.cause.map(Cause::name),
        })
    }
}

/// The spans of all shops by their beginning: one ends where the shop's next begins. A shop whose events are no longer
/// kept has its present phase.
fn spans(events: &[LoggedEvent], shops: &[ShopStatus]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    for event in events {
        let EventKind::Phase { phase, error, cause, .. } = &event.kind else { continue };
        if let Some(before) = last.insert(event.shop, spans.len()) {
            spans[before].to = Some(event.at);
        }
        let (shop, from, error) = (event.shop, event.at, error.clone());
        spans.push(Span { shop, phase: *phase, from, to: None, error, cause: *cause });
    }
    for (shop, status) in shops.iter().enumerate().filter(|(shop, _)| !last.contains_key(shop)) {
        let error = status.last_error.clone().filter(|_| is_fault(status.phase));
        spans.push(Span { shop, phase: status.phase, from: status.since, to: None, error, cause: None });
    }
    spans.sort_by_key(|span| span.from);
    spans
}

fn page(
    pages: &Pages,
    now: Timestamp,
    wanted: &Wanted,
    shops: &[ShopStatus],
    events: &[LoggedEvent],
    facts: &[ShopFacts],
) -> Json {
    let spans = spans(events, shops).into_iter().filter_map(|span| wanted.cut(span, now));
    let pauses = events.iter().filter_map(|event| match event.kind {
        EventKind::Pause(pause) if wanted.has_shop(event.shop) => Some((event, pause)),
        _ => None,
    });
    let pauses = pauses.filter(|(event, _)| (wanted.from..=wanted.to).contains(&event.at));
    let pause = |(event, pause): (&LoggedEvent, Pause)| {
        json!({
            "shop": name(event.shop, facts),
            "at": event.at.to_rfc3339_millis(),
            "before_tick": pause.before_tick,
            "seconds": seconds(pause),
        })
    };
    json!({
        "run": run_id(pages),
        "began": pages.began.to_rfc3339_millis(),
        "now": now.to_rfc3339_millis(),
        "last": events.last().map_or(0, |event| event.number),
        "spans": spans.map(|span| span.json(facts)).collect::<Vec<_>>(),
        "pauses": pauses.map(pause).collect::<Vec<_>>(),
        "interventions": [],
    })
}

/// Whether a phase has an error as its reason.
fn is_fault(phase: Phase) -> bool {
    matches!(phase, Phase::Waiting | Phase::BackingOff | Phase::Refused | Phase::GivenUp)
}

/// The length of a pause.
fn seconds(pause: Pause) -> f64 {
    Duration::from_micros(pause.micros.max(0).unsigned_abs()).as_secs_f64()
}

fn name(shop: usize, facts: &[ShopFacts]) -> &str {
    facts.get(shop).map_or("", |facts| &facts.plan.name)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixtures;
    use super::*;

    const ALL: Wanted = Wanted { from: Timestamp::MIN, to: Timestamp::MAX, shop: None, faults_only: false };

    fn entered(at: i64, shop: usize, phase: Phase) -> LoggedEvent {
        let error = is_fault(phase).then(|| "no answer".into());
        let kind = EventKind::Phase { phase, error, cause: None, retry_at: None };
        LoggedEvent { number: 1, at: Timestamp(at), shop, kind }
    }

    /// Shop, phase, from and to of what is wanted at the time 100.
    fn cut(wanted: &Wanted, events: &[LoggedEvent]) -> Vec<(usize, Phase, i64, Option<i64>)> {
        let spans = spans(events, &[]).into_iter().filter_map(|span| wanted.cut(span, Timestamp(100)));
        spans.map(|span| (span.shop, span.phase, span.from.0, span.to.map(|to| to.0))).collect()
    }

    fn run_of_two_shops() -> Vec<LoggedEvent> {
        vec![
            entered(10, 0, Phase::Starting),
            entered(10, 1, Phase::Starting),
            entered(20, 1, Phase::Live),
            entered(30, 0, Phase::Waiting),
            entered(50, 0, Phase::Live),
        ]
    }

    #[test]
    fn a_span_ends_where_the_next_phase_of_its_shop_begins() {
        let expected = [
            (0, Phase::Starting, 10, Some(30)),
            (1, Phase::Starting, 10, Some(20)),
            (1, Phase::Live, 20, None),
            (0, Phase::Waiting, 30, Some(50)),
            (0, Phase::Live, 50, None),
        ];
        assert_eq!(cut(&ALL, &run_of_two_shops()), expected);
    }

    #[test]
    fn only_the_part_that_is_asked_for_is_told() {
        let part = Wanted { from: Timestamp(25), to: Timestamp(40), ..ALL };
        let expected = [
            (0, Phase::Starting, 25, Some(30)),
            (1, Phase::Live, 25, Some(40)),
            (0, Phase::Waiting, 30, Some(40)),
        ];
        assert_eq!(cut(&part, &run_of_two_shops()), expected);
        let present = Wanted { from: Timestamp(60), to: Timestamp(100), shop: Some(0), ..ALL };
        assert_eq!(cut(&present, &run_of_two_shops()), [(0, Phase::Live, 60, None)]);
        let future = Wanted { from: Timestamp(101), ..ALL };
        assert_eq!(cut(&future, &run_of_two_shops()), []);
        let faults = Wanted { faults_only: true, ..ALL };
        assert_eq!(cut(&faults, &run_of_two_shops()), [(0, Phase::Waiting, 30, Some(50))]);
    }

    #[test]
    fn a_shop_whose_events_are_not_kept_any_more_has_its_present_phase() {
        let shops = [fixtures::shop("a", Phase::Waiting), fixtures::shop("b", Phase::Live)];
        let spans = spans(&[entered(7 * SECOND, 1, Phase::Live)], &shops);
        let told = |span: &Span| (span.shop, span.phase, span.from, span.error.as_deref().map(str::to_owned));
        assert_eq!(
            spans.iter().map(told).collect::<Vec<_>>(),
            [
                (0, Phase::Waiting, Timestamp(SECOND), Some("cannot connect".to_owned())),
                (1, Phase::Live, Timestamp(7 * SECOND), None),
            ]
        );
    }

    #[test]
    fn a_time_is_rfc_3339_or_milliseconds() {
        let read = |value: &str| {
            let request =
                actix_web::test::TestRequest::with_uri(&format!("/?from={value}")).to_http_request();
            let query = Query::of(&request, &["from"]).ok()?;
            moment(&query, "from").ok()?
        };
        assert_eq!(read("1500"), Some(Timestamp(3 * SECOND / 2)));
        assert_eq!(read("1970-01-01T00:00:01.5Z"), Some(Timestamp(3 * SECOND / 2)));
        for wrong in ["yesterday", "1970-01-01", "1.5", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
