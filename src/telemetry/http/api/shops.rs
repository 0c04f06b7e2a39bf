//! `GET /api/v1/shops`: the state of the run and of every shop, as the page lists them.
//!
//! Owns the keys of the run. Those of a shop are in [`super::super::shown`].

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use super::super::record::{Frame, Recorder, shown};
use super::super::shown::{self as keys, Listed, Shown};
use super::super::{Pages, ShopFacts, Stage, View};
use super::answer;
use super::problem::Problem;
use crate::stream::OUTPUT_VERSION;
use crate::tick::Counts;
use crate::value::Timestamp;

/// The stages of a run: no shop has started, they play, all have ended.
pub const PREPARING: &str = "preparing";
pub const PLAYING: &str = "playing";
pub const ENDED: &str = "ended";

/// The shops.
pub async fn shops(pages: Data<Pages>, recorder: Data<Recorder>) -> HttpResponse {
    match pages.view().await {
        View::Silent => Problem::silent(),
        View::Preparing => answer(Run::new(&pages, &recorder, PREPARING, (pages.wall)()).text(&[], None)),
        View::Shops(shops, _) => {
            let now = (pages.wall)();
            let (stage, history) = match &*pages.stage.borrow() {
                Stage::Ended(_) => (ENDED, None),
                _ => (PLAYING, recorder.history()),
            };
            let shops = shown(&shops, history.as_ref(), now);
            answer(Run::new(&pages, &recorder, stage, now).text(&shops, None))
        }
    }
}

/// A run at a moment.
pub struct Run<'a> {
    pages: &'a Pages,
    facts: &'a [ShopFacts],
    stage: &'static str,
    now: Timestamp,
    sample: Option<u64>,
    period_seconds: f64,
}

impl<'a> Run<'a> {
    /// The run in a stage.
    pub fn new(pages: &'a Pages, recorder: &'a Recorder, stage: &'static str, now: Timestamp) -> Self {
        let (last, period) = recorder.last();
        Self {
            pages,
            facts: recorder.watched().map_or(&[], |watched| &watched.facts),
            stage,
            now,
            sample: (last > 0).then_some(last),
            period_seconds: period.as_secs_f64(),
        }
    }

    /// The run at a look at its shops.
    pub fn at(pages: &'a Pages, recorder: &'a Recorder, frame: &Frame) -> Self {
        let sample = (frame.sample > 0).then_some(frame.sample);
        Self { sample, ..Self::new(pages, recorder, PLAYING, frame.at) }
    }

    /// The object of the run: the totals of these shops, and each of them or only those at some places.
    pub fn text(&self, shops: &[Shown], places: Option<&[usize]>) -> String {
        let listed = |place: usize| Some(shops.get(place)?.listed(self.facts.get(place)));
        let totals = Totals::of(shops);
        let page = Page {
            version: env!("CARGO_PKG_VERSION"),
            output_version: OUTPUT_VERSION,
            run: run_id(self.pages),
            config: &self.pages.config,
            began: self.pages.began.to_rfc3339_millis(),
            now: self.now.to_rfc3339_millis(),
            stage: self.stage,
            ready: self.stage != PREPARING && totals.troubles == 0,
            sample: self.sample,
            period_seconds: self.period_seconds,
            totals,
            shops: match places {
                Some(places) => places.iter().copied().filter_map(listed).collect(),
                None => (0..shops.len()).filter_map(listed).collect(),
            },
        };
        // It has no map with keys that are no text, which is all that could fail.
        serde_json::to_string(&page).unwrap_or_default()
    }
}

/// What tells this process from another one.
pub fn run_id(pages: &Pages) -> String {
    format!("{:x}", pages.began.0)
}

/// The keys.
#[derive(Serialize)]
struct Page<'a> {
    version: &'static str,
    output_version: u32,
    run: String,
    config: &'a str,
    began: String,
    now: String,
    stage: &'static str,
    ready: bool,
    sample: Option<u64>,
    period_seconds: f64,
    totals: Totals,
    shops: Vec<Listed<'a>>,
}

/// The totals of all shops.
#[derive(Serialize)]
struct Totals {
    shops: usize,
    phases: BTreeMap<&'static str, usize>,
    troubles: usize,
    #[serde(serialize_with = "keys::rows")]
    rows: Counts,
    #[serde(serialize_with = "keys::rates")]
    rates: Option<[f64; 3]>,
}

impl Totals {
    fn of(shops: &[Shown]) -> Self {
        let mut phases = BTreeMap::new();
        for shop in shops {
            *phases.entry(shop.phase.name()).or_insert(0) += 1;
        }
        let sum = |sum: [f64; 3], rates: [f64; 3]| std::array::from_fn(|op| sum[op] + rates[op]);
        let rates = shops.iter().filter_map(|shop| shop.rates).reduce(sum);
        Self {
            shops: shops.len(),
            phases,
            troubles: shops.iter().filter(|shop| shop.trouble.is_some()).count(),
            rows: shops.iter().map(|shop| shop.rows).sum(),
            rates: rates.map(|rates| rates.map(keys::thousandths)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::super::super::fixtures::{pages, shop};
    use super::super::super::record::History;
    use super::*;
    use crate::supervise::Phase;
    use crate::value::SECOND;

    fn run(shops: &[Shown], places: Option<&[usize]>) -> Json {
        let (pages, recorder) = (pages(Stage::Preparing), Recorder::default());
        let text = Run::new(&pages, &recorder, "playing", Timestamp(20 * SECOND)).text(shops, places);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_run_is_told_with_the_totals_of_its_shops() {
        let statuses = [shop("a", Phase::Live), shop("b", Phase::Waiting), shop("c", Phase::Live)];
        let (mut history, mut sampler) = History::begin(&statuses).unwrap();
        history.add(sampler.read(&statuses, Timestamp(20 * SECOND)));
        let shops = shown(&statuses, Some(&history), Timestamp(20 * SECOND));
        let mut page = run(&shops, None);
        let shops: Vec<Json> =
            page["shops"].as_array().unwrap().iter().map(|shop| shop["name"].clone()).collect();
        assert_eq!(shops, ["a", "b", "c"]);
        page.as_object_mut().unwrap().shift_remove("shops");
        let expected = json!({
            "version": env!("CARGO_PKG_VERSION"), "output_version": OUTPUT_VERSION,
            "run": "f4240", "config": "shops.toml",
            "began": "1970-01-01T00:00:01.000Z", "now": "1970-01-01T00:00:20.000Z",
            "stage": "playing", "ready": false, "sample": null, "period_seconds": 1.0,
            "totals": {
                "shops": 3, "phases": { "live": 2, "waiting": 1 }, "troubles": 1,
                "rows": { "inserted": 660, "updated": 9, "deleted": 3 },
                // Of each shop 14.667, 0.2 and 0.067: its rows in the 15 s between two ticks.
                "rates": { "inserted": 44.001, "updated": 0.6, "deleted": 0.201 },
            },
        });
        assert_eq!(page, expected);
    }

    #[test]
    fn only_the_shops_that_are_asked_for_are_listed_and_the_totals_are_those_of_all() {
        let shops = shown(&[shop("a", Phase::Live), shop("b", Phase::Live)], None, Timestamp(20 * SECOND));
        let page = run(&shops, Some(&[1]));
        assert_eq!((&page["shops"][0]["name"], &page["shops"][1]), (&json!("b"), &json!(null)));
        assert_eq!((&page["totals"]["shops"], &page["totals"]["rates"]), (&json!(2), &json!(null)));
        assert_eq!((&page["ready"], &page["shops"][0]["rates"]), (&json!(true), &json!(null)));
    }
}
