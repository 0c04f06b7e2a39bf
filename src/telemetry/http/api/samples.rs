//! `GET /api/v1/samples`: rates, lag and times of ticks of the shops over time.
//!
//! Owns the keys. Written by hand: there are a hundred thousand numbers for a large chain.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::super::Pages;
use super::super::record::{History, Point, Recorder, Series};
use super::shops::run_id;
use super::{answer, problem, query};
use crate::suggest::nearest;
use crate::value::json::write_string;

/// Which samples are asked for.
#[derive(Debug, PartialEq)]
pub struct Wanted {
    /// Only those with higher numbers.
    pub after: u64,
    /// Only those of these shops; none: of all.
    pub shops: Vec<String>,
    /// Only the last ones, at most so many.
    pub points: usize,
}

/// The samples.
pub async fn samples(request: HttpRequest, pages: Data<Pages>, recorder: Data<Recorder>) -> HttpResponse {
    let wanted = match Wanted::read(request.query_string()) {
        Ok(wanted) => wanted,
        Err(error) => return problem(StatusCode::BAD_REQUEST, &error),
    };
    match text(&pages, &recorder, &wanted) {
        Ok(text) => answer(text),
        Err(error) => problem(StatusCode::NOT_FOUND, &error),
    }
}

impl Wanted {
    fn read(text: &str) -> Result<Self, String> {
        let mut wanted = Self { after: 0, shops: Vec::new(), points: usize::MAX };
        for (key, value) in query(text) {
            let bad = |_| format!("{key}={value}: expected a whole number");
            match key.as_str() {
                "after" => wanted.after = value.parse().map_err(bad)?,
                "points" => wanted.points = value.parse().map_err(bad)?,
                "shop" => wanted.shops.push(value),
                _ => {}
            }
        }
        Ok(wanted)
    }
}

/// The object of the samples.
///
/// # Errors
/// If a shop is unknown.
pub fn text(pages: &Pages, recorder: &Recorder, wanted: &Wanted) -> Result<String, String> {
    let history = recorder.history();
    let (last, period) = recorder.last();
    let mut out = format!(
        "{{\"run\":\"{}\",\"last\":{last},\"period_seconds\":{:?},",
        run_id(pages),
        period.as_secs_f64()
    );
    match &history {
        Some(history) => write(history, wanted, &mut out)?,
        None => out.push_str("\"times\":[],\"shops\":{}"),
    }
    out.push('}');
    Ok(out)
}

fn write(history: &History, wanted: &Wanted, out: &mut String) -> Result<(), String> {
    let series = Series::of(history, wanted.after, wanted.points);
    out.push_str("\"times\":");
    list(out, series.times(), |out, at| integer(out, (at.0 / 1_000).unsigned_abs()));
    out.push_str(",\"shops\":{");
    for (number, place) in places(history, &wanted.shops)?.into_iter().enumerate() {
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
    Ok(())
}

/// The places of the shops with these names, in the chain's order; of all for none.
fn places(history: &History, names: &[String]) -> Result<Vec<usize>, String> {
    let place = |name: &String| history.shops.iter().position(|shop| *shop.name == **name);
    if let Some(unknown) = names.iter().find(|name| place(name).is_none()) {
        let near = nearest(unknown, history.shops.iter().map(|shop| &*shop.name));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("there is no shop `{unknown}`{hint}"));
    }
    let mut places: Vec<usize> = names.iter().filter_map(place).collect();
    places.sort_unstable();
    places.dedup();
    Ok(if names.is_empty() { (0..history.shops.len()).collect() } else { places })
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
        let wanted = Wanted::read(query).unwrap();
        serde_json::from_str(&text(&pages(Stage::Preparing), recorder, &wanted).unwrap()).unwrap()
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
        assert_eq!(found(&recorder(20), "points=2&what=ever"), expected);
        let first = found(&recorder(1), "shop=a");
        let shop = &first["shops"]["a"];
        assert_eq!((&shop["inserted"], &shop["updated"]), (&json!([14.667]), &json!([0.2])));
        assert_eq!((&shop["tick_mean"], &shop["tick_p95"]), (&json!([0.251]), &json!([0.5])));
        assert_eq!(first["shops"].as_object().unwrap().len(), 1);
    }

    #[test]
    fn before_the_first_sample_and_after_the_last_there_is_none() {
        let none = found(&Recorder::default(), "shop=a");
        assert_eq!((&none["last"], &none["times"], &none["shops"]), (&json!(0), &json!([]), &json!({})));
        let none = found(&recorder(3), "after=3");
        assert_eq!((&none["times"], &none["shops"]["a"]["lag"]), (&json!([]), &json!([])));
    }

    #[test]
    fn a_bad_number_and_an_unknown_shop_are_told() {
        assert_eq!(Wanted::read("after=x"), Err("after=x: expected a whole number".to_owned()));
        assert_eq!(Wanted::read("points=-1"), Err("points=-1: expected a whole number".to_owned()));
        let (pages, shop) = (pages(Stage::Preparing), Wanted::read("shop=a&shop=aa").unwrap());
        let told = "there is no shop `aa`; did you mean `a`?".to_owned();
        assert_eq!(text(&pages, &recorder(1), &shop), Err(told));
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
