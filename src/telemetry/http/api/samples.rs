//! `GET /api/v1/samples`: rates, lag and times of ticks of the shops over time.
//!
//! Owns the keys, and on which thread how many texts are made. Written by hand: there are a hundred thousand numbers for
//! a large chain.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use actix_web::body::SizedStream;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::OnceCell;

use super::super::Pages;
use super::super::background::Background;
use super::super::record::{History, Point, Recorder, Series};
use super::answer;
use super::query::{self, Query, Refusal};
use super::shops::run_id;
use crate::value::json::write_string;

/// Different texts that are made or read at a time, at most: each may have some megabytes.
const TEXTS: usize = 16;
/// The bytes of a part of an answer, which is copied for each reader.
const PART: usize = 16 << 10;

/// Which samples are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Only those with higher numbers.
    pub after: u64,
    /// Only those of the shop at this place; none: of all.
    pub shop: Option<usize>,
    /// Only the last ones, at most so many.
    pub points: usize,
}

/// The samples.
pub async fn samples(
    request: HttpRequest,
    pages: Data<Pages>,
    recorder: Data<Recorder>,
    texts: Data<Texts>,
) -> Result<HttpResponse, Refusal> {
    let wanted = Wanted::of(&request, &recorder)?;
    let text = texts.get(&pages, &recorder, wanted).await?;
    let length = text.len();
    let part = move |begin: usize| Ok::<_, Infallible>(text.slice(begin..length.min(begin + PART)));
    let parts = stream::iter((0..length).step_by(PART).map(part));
    Ok(answer(SizedStream::new(length as u64, parts)))
}

/// The texts that somebody waits for or reads. They are made one after the other on a thread of their own, and shared by
/// those who want the same.
pub struct Texts {
    thread: Background,
    shared: Mutex<Vec<(Key, Weak<OnceCell<String>>)>>,
}

/// What a text depends on: the number of the last sample, and what is wanted.
type Key = (u64, Wanted);

/// A text, kept as long as it is read.
struct Shared(Arc<OnceCell<String>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.get().map_or(&[], String::as_bytes)
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self { thread: Background::new("samples"), shared: Mutex::default() }
    }
}

impl Texts {
    /// The object of the samples.
    pub async fn get(
        &self,
        pages: &Data<Pages>,
        recorder: &Data<Recorder>,
        wanted: Wanted,
    ) -> Result<Bytes, Refusal> {
        let (last, _) = recorder.last();
        let shared = self.share((last, wanted))?;
        let make = async || {
            let (pages, recorder) = (pages.clone(), recorder.clone());
            let made = self.thread.run(move || text(&pages, &recorder, &wanted)).await;
            made.ok_or_else(|| Refusal::Unavailable("the samples could not be written".to_owned()))
        };
        shared.get_or_try_init(make).await?;
        Ok(Bytes::from_owner(Shared(shared)))
    }

    /// The place of a text, which others may be reading already.
    fn share(&self, key: Key) -> Result<Arc<OnceCell<String>>, Refusal> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.retain(|(_, text)| text.strong_count() > 0);
        if let Some(text) =
            shared.iter().find(|(other, _)| *other == key).and_then(|(_, text)| text.upgrade())
        {
            return Ok(text);
        }
        if shared.len() >= TEXTS {
            return Err(Refusal::Busy("others are reading samples".to_owned()));
        }
        let text = Arc::default();
        shared.push((key, Arc::downgrade(&text)));
        Ok(text)
    }
}

impl Wanted {
    fn of(request: &HttpRequest, recorder: &Recorder) -> Result<Self, Refusal> {
        let asked = Query::of(request, &["after", "points", "shop"])?;
        let shop = asked.text("shop").map(|name| query::shop(recorder, name)).transpose()?;
        Ok(Self {
            after: asked.number("after", 0..=u64::MAX)?.unwrap_or(0),
            shop: shop.map(|shop| shop.index),
            points: asked.number("points", 0..=usize::MAX)?.unwrap_or(usize::MAX),
        })
    }
}

/// The object of the samples.
fn text(pages: &Pages, recorder: &Recorder, wanted: &Wanted) -> String {
    let history = recorder.history();
    let (last, period) = recorder.last();
    let mut out = format!(
        "{{\"run\":\"{}\",\"last\":{last},\"period_seconds\":{:?},",
        run_id(pages),
        period.as_secs_f64()
    );
    match &history {
        Some(history) => write(history, wanted, &mut out),
        None => out.push_str("\"times\":[],\"shops\":{}"),
    }
    out.push('}');
    out
}

fn write(history: &History, wanted: &Wanted, out: &mut String) {
    let series = Series::of(history, wanted.after, wanted.points);
    out.push_str("\"times\":");
    list(out, series.times(), |out, at| integer(out, (at.0 / 1_000).unsigned_abs()));
    out.push_str(",\"shops\":{");
    let places = wanted.shop.map_or(0..history.shops.len(), |place| place..place + 1);
    for (number, place) in places.enumerate() {
        if number > 0 {
            out.push(',');
        }
        write_string(&history.shops[place].name, out);
        out.push_str(":{");
        let points: Vec<Point> = series.points(place).collect();
        let mut column = |name: &str, write: fn(&mut String, &Point)| {
            out.push_str(name);
            list(out, points.iter(), write);
        };
        column("\"inserted\":", |out, point| decimal(out, point.rates.rows[0], 3));
        column(",\"updated\":", |out, point| decimal(out, point.rates.rows[1], 3));
        column(",\"deleted\":", |out, point| decimal(out, point.rates.rows[2], 3));
        column(",\"lag\":", |out, point| known(out, point.lag.map(|millis| f64::from(millis) / 1e3), 3));
        column(",\"tick_mean\":", |out, point| {
            known(out, point.rates.ticks.map(|ticks| ticks.mean / 1e6), 6);
        });
        column(",\"tick_p95\":", |out, point| {
            known(out, point.rates.ticks.map(|ticks| f64::from(ticks.p95) / 1e6), 6);
        });
        column(",\"phase\":", |out, point| write_string(point.phase.name(), out));
        out.push('}');
    }
    out.push('}');
}

/// A JSON array.
fn list<T>(out: &mut String, items: impl Iterator<Item = T>, write: impl Fn(&mut String, T)) {
    out.push('[');
    for (place, item) in items.enumerate() {
        if place > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

fn known(out: &mut String, number: Option<f64>, decimals: u32) {
    match number {
        Some(number) => decimal(out, number, decimals),
        None => out.push_str("null"),
    }
}

/// A number that is not negative, with at most so many decimals.
fn decimal(out: &mut String, number: f64, decimals: u32) {
    let unit = 10_u64.pow(decimals);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of floats saturates")]
    #[expect(clippy::cast_precision_loss, reason = "at most a million")]
    let scaled = (number * unit as f64).round() as u64;
    integer(out, scaled / unit);
    let mut rest = scaled % unit;
    if rest > 0 {
        out.push('.');
        let mut unit = unit;
        while rest > 0 {
            unit /= 10;
            integer(out, rest / unit);
            rest %= unit;
        }
    }
}

fn integer(out: &mut String, number: u64) {
    out.push_str(itoa::Buffer::new().format(number));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use actix_web::test::TestRequest;
    use futures_util::FutureExt;
    use futures_util::future::join;
    use serde_json::{Value as Json, json};

    use super::super::super::Stage;
    use super::super::super::fixtures::{pages, shop};
    use super::*;
    use crate::supervise::{Phase, ShopStatus};
    use crate::value::{SECOND, Timestamp};

    /// A recorder of two shops with so many samples.
    fn recorder(samples: i64) -> Recorder {
        let shops = [shop("a", Phase::Live), ShopStatus { due: None, ..shop("b \"", Phase::Starting) }];
        let (mut history, mut sampler) = History::begin(&shops).unwrap();
        (1..=samples).for_each(|second| history.add(sampler.read(&shops, Timestamp(second * SECOND))));
        Recorder::of(history)
    }

    fn found(recorder: &Recorder, query: &str) -> Json {
        let wanted = wanted(query, recorder).unwrap();
        of(recorder, &wanted)
    }

    fn wanted(query: &str, recorder: &Recorder) -> Result<Wanted, Refusal> {
        Wanted::of(&TestRequest::with_uri(&format!("/?{query}")).to_http_request(), recorder)
    }

    fn of(recorder: &Recorder, wanted: &Wanted) -> Json {
        serde_json::from_str(&text(&pages(Stage::Preparing), recorder, wanted)).unwrap()
    }

    #[test]
    fn the_samples_of_the_shops_are_columns_as_long_as_their_times() {
        let expected = json!({
            "run": "f4240", "last": 20, "period_seconds": 1.0, "times": [19_000, 20_000],
            "shops": {
                "a": {
                    "inserted": [0, 0], "updated": [0, 0], "deleted": [0, 0], "lag": [0.02, 0.02],
                    "tick_mean": [null, null], "tick_p95": [null, null], "phase": ["live", "live"],
                },
                "b \"": {
                    "inserted": [0, 0], "updated": [0, 0], "deleted": [0, 0], "lag": [null, null],
                    "tick_mean": [null, null], "tick_p95": [null, null], "phase": ["starting", "starting"],
                },
            },
        });
        assert_eq!(found(&recorder(20), "points=2"), expected);
        let first = of(&recorder(1), &Wanted { after: 0, shop: Some(0), points: usize::MAX });
        let shop = &first["shops"]["a"];
        assert_eq!((&shop["inserted"], &shop["updated"]), (&json!([14.667]), &json!([0.2])));
        assert_eq!((&shop["tick_mean"], &shop["tick_p95"]), (&json!([0.251]), &json!([0.5])));
        assert_eq!(first["shops"].as_object().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn samples_are_written_beside_the_worker_and_once_for_those_who_want_the_same() {
        let (pages, recorder) = (Data::new(pages(Stage::Preparing)), Data::new(recorder(20)));
        let (texts, wanted) = (Texts::default(), Wanted { after: 0, shop: None, points: 2 });
        let (go_on, goes_on) = mpsc::channel::<()>();
        let busy = texts.thread.run(move || goes_on.recv());
        let [first, second] = [(); 2].map(|()| texts.get(&pages, &recorder, wanted));
        let mut both = Box::pin(join(busy, join(first, second)));
        assert!((&mut both).now_or_never().is_none(), "nobody has written them here");
        go_on.send(()).unwrap();
        let (_, (first, second)) = both.await;
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first, text(&pages, &recorder, &wanted));
        assert_eq!(first.as_ptr(), second.as_ptr());
    }

    #[tokio::test]
    async fn only_so_many_texts_are_kept_and_only_while_they_are_read() {
        let (pages, recorder) = (Data::new(pages(Stage::Preparing)), Data::new(recorder(20)));
        let texts = Texts::default();
        let get = async |after| {
            texts.get(&pages, &recorder, Wanted { after, shop: None, points: usize::MAX }).await
        };
        let mut read = Vec::new();
        for after in 0..TEXTS as u64 {
            read.push(get(after).await.unwrap());
        }
        assert_eq!(get(99).await, Err(Refusal::Busy("others are reading samples".to_owned())));
        assert_eq!(get(3).await.as_ref(), Ok(&read[3]), "it is there");
        let part = read.pop().unwrap().slice(..1);
        assert!(get(99).await.is_err(), "a part of it is still read");
        drop(part);
        assert!(get(99).await.is_ok());
    }

    #[test]
    fn before_the_first_sample_and_after_the_last_there_is_none() {
        let none = found(&Recorder::default(), "");
        assert_eq!((&none["last"], &none["times"], &none["shops"]), (&json!(0), &json!([]), &json!({})));
        let none = found(&recorder(3), "after=3");
        assert_eq!((&none["times"], &none["shops"]["a"]["lag"]), (&json!([]), &json!([])));
    }

    #[test]
    fn a_bad_number_and_an_unknown_parameter_are_told() {
        for (query, told) in [
            ("after=x", "`after` is `x`; expected a whole number from 0 to 18446744073709551615"),
            ("points=-1", "`points` is `-1`; expected a whole number from 0 to 18446744073709551615"),
            ("point=1", "there is no parameter `point`; did you mean `points`?"),
        ] {
            assert_eq!(wanted(query, &recorder(1)), Err(Refusal::BadRequest(told.to_owned())));
        }
    }

    #[test]
    fn a_number_has_no_more_decimals_than_it_needs() {
        let written = |number, decimals| {
            let mut out = String::new();
            decimal(&mut out, number, decimals);
            out
        };
        let found = [(0.0, 3), (80.0, 3), (1.0 / 3.0, 3), (2.05, 3), (0.000_5, 6), (0.999_9, 3), (1e12, 3)];
        let found = found.map(|(number, decimals)| written(number, decimals));
        assert_eq!(found, ["0", "80", "0.333", "2.05", "0.0005", "1", "1000000000000"]);
    }
}
