//! What a request names: a shop, a table, numbers; and the answers where there is no such thing.
//!
//! Owns these checks. Must not know what is answered otherwise.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use thiserror::Error;

use super::super::ShopFacts;
use super::super::record::Recorder;
use super::problem::Problem;
use crate::config::problem::quote;
use crate::plan::ShopPlan;
use crate::suggest::nearest;
use crate::supervise::Shared;
use crate::text::harmless;

/// Why a request is not answered, in one sentence.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// A part of the query cannot be understood.
    #[error("{0}")]
    BadRequest(String),
    /// There is no such shop, table, tick or row.
    #[error("{0}")]
    NotFound(String),
    /// It cannot be told now.
    #[error("{0}")]
    Unavailable(String),
    /// Others come first.
    #[error("{0}")]
    Busy(String),
}

impl ResponseError for Refusal {
    fn error_response(&self) -> HttpResponse {
        match self {
            Self::BadRequest(detail) => Problem::bad_request(detail),
            Self::NotFound(detail) => Problem::not_found(detail),
            Self::Unavailable(detail) => Problem::unavailable(detail),
            Self::Busy(detail) => Problem::too_many(detail),
        }
    }
}

/// A shop that was found.
pub struct Found<'a> {
    /// Its place in the chain.
    pub index: usize,
    /// What does not change of it.
    pub facts: &'a ShopFacts,
    /// What the supervisor shares.
    pub shared: &'a Shared,
}

/// The shop of this name.
pub fn shop<'a>(recorder: &'a Recorder, name: &str) -> Result<Found<'a>, Refusal> {
    let Some(watched) = recorder.watched() else {
        return Err(Refusal::Unavailable("the shops have not started yet".to_owned()));
    };
    let names = || watched.facts.iter().map(|facts| facts.plan.name.as_str());
    match names().position(|other| other == name) {
        Some(index) => Ok(Found { index, facts: &watched.facts[index], shared: &watched.shared }),
        None => Err(Refusal::NotFound(unknown("shop", name, names()))),
    }
}

/// The place of the table of this name in a plan.
pub fn table(plan: &ShopPlan, name: &str) -> Result<usize, Refusal> {
    let names = || plan.tables.iter().map(|table| table.name.as_str());
    let missing = || Refusal::NotFound(unknown("table", name, names()));
    names().position(|other| other == name).ok_or_else(missing)
}

fn unknown<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let shown = quote(name);
    match nearest(name, names) {
        Some(near) => format!("there is no {what} {shown}; did you mean `{}`?", harmless(near)),
        None => format!("there is no {what} {shown}"),
    }
}

/// The parameters of a request.
#[derive(Debug)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// Only these may be given, each once.
    pub fn of(request: &HttpRequest, known: &[&str]) -> Result<Self, Refusal> {
        let given = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        let Ok(given) = given else { return Err(Refusal::BadRequest("the query cannot be read".to_owned())) };
        let mut parameters = BTreeMap::new();
        for (name, value) in given.into_inner() {
            if !known.contains(&name.as_str()) {
                return Err(Refusal::BadRequest(unknown("parameter", &name, known.iter().copied())));
            }
            if parameters.contains_key(&name) {
                return Err(Refusal::BadRequest(format!("`{name}` is given twice")));
            }
            parameters.insert(name, value);
        }
        Ok(Self(parameters))
    }

    /// A parameter, if it is given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that must be given.
    pub fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).ok_or_else(|| Refusal::BadRequest(format!("`{name}` is missing")))
    }

    /// A whole number, if it is given.
    pub fn number<N: FromStr + PartialOrd + Display>(
        &self,
        name: &str,
        range: RangeInclusive<N>,
    ) -> Result<Option<N>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        let wrong = || {
            let (least, most) = (range.start(), range.end());
            format!("`{name}` is {}; expected a whole number from {least} to {most}", quote(text))
        };
        number.map(Some).ok_or_else(|| Refusal::BadRequest(wrong()))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn query(text: &str) -> Result<Query, Refusal> {
        Query::of(&TestRequest::with_uri(&format!("/x?{text}")).to_http_request(), &["table", "limit"])
    }

    #[test]
    fn names_of_any_characters_are_read() {
        for (encoded, name) in [
            ("a%2Fb", "a/b"),
            ("%3Cimg%20onerror%3D1%3E", "<img onerror=1>"),
            ("%F0%9F%8D%90", "🍐"),
            ("1%25%22", "1%\""),
        ] {
            assert_eq!(query(&format!("table={encoded}")).unwrap().text("table"), Some(name));
        }
    }

    #[test]
    fn a_long_mistake_is_told_by_its_begin() {
        let long = "x".repeat(10_000);
        let of_name = query(&format!("{long}=1")).err().unwrap().to_string();
        let of_number = query(&format!("limit={long}")).unwrap().number("limit", 1..=100).err().unwrap();
        for told in [of_name, of_number.to_string(), unknown("shop", &long, ["a"].into_iter())] {
            assert!(told.contains("x…`") && told.chars().count() < 120, "{told}");
        }
    }

    #[test]
    fn a_mistake_is_named() {
        let bad = |text: &str| Some(Refusal::BadRequest(text.to_owned()));
        let did_you_mean = bad("there is no parameter `tabel`; did you mean `table`?");
        assert_eq!(query("tabel=x").err(), did_you_mean);
        assert_eq!(query("limit=1&limit=2").err(), bad("`limit` is given twice"));
        let parsed = query("limit=101").unwrap();
        let expected = "`limit` is `101`; expected a whole number from 1 to 100";
        assert_eq!(parsed.number("limit", 1..=100).err(), bad(expected));
        assert_eq!(parsed.required("table").err(), bad("`table` is missing"));
        for text in ["limit=", "limit=1.5", "limit=-1", "limit=x%0A"] {
            assert!(query(text).unwrap().number("limit", 0..=u64::MAX).is_err(), "{text}");
        }
    }
}
