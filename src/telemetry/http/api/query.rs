//! What a request names: a shop, a table, numbers; and the answers where there is no such thing.
//!
//! Owns these checks. Must not know what is answered otherwise.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use actix_web::{HttpRequest, HttpResponse, web};

use super::super::ShopFacts;
use super::super::record::Recorder;
use super::problem::Problem;
use crate::plan::ShopPlan;
use crate::suggest::nearest;
use crate::supervise::Shared;
use crate::text::harmless;

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
pub fn shop<'a>(recorder: &'a Recorder, name: &str) -> Result<Found<'a>, HttpResponse> {
    let Some(watched) = recorder.watched() else {
        return Err(Problem::unavailable("the shops have not started yet"));
    };
    let names = || watched.facts.iter().map(|facts| facts.plan.name.as_str());
    match names().position(|other| other == name) {
        Some(index) => Ok(Found { index, facts: &watched.facts[index], shared: &watched.shared }),
        None => Err(Problem::not_found(unknown("shop", name, names()))),
    }
}

/// The place of the table of this name in a plan.
pub fn table(plan: &ShopPlan, name: &str) -> Result<usize, HttpResponse> {
    let names = || plan.tables.iter().map(|table| table.name.as_str());
    let missing = || Problem::not_found(unknown("table", name, names()));
    names().position(|other| other == name).ok_or_else(missing)
}

fn unknown<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let shown = harmless(name);
    match nearest(name, names) {
        Some(near) => format!("there is no {what} `{shown}`; did you mean `{}`?", harmless(near)),
        None => format!("there is no {what} `{shown}`"),
    }
}

/// The parameters of a request.
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// Only these may be given, each once.
    pub fn of(request: &HttpRequest, known: &[&str]) -> Result<Self, HttpResponse> {
        let given = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        let Ok(given) = given else { return Err(Problem::bad_request("the query cannot be read")) };
        let mut parameters = BTreeMap::new();
        for (name, value) in given.into_inner() {
            if !known.contains(&name.as_str()) {
                return Err(Problem::bad_request(unknown("parameter", &name, known.iter().copied())));
            }
            if parameters.contains_key(&name) {
                return Err(Problem::bad_request(format!("`{name}` is given twice")));
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
    pub fn required(&self, name: &str) -> Result<&str, HttpResponse> {
        self.text(name).ok_or_else(|| Problem::bad_request(format!("`{name}` is missing")))
    }

    /// A whole number, if it is given.
    pub fn number<N: FromStr + PartialOrd + Display>(
        &self,
        name: &str,
        range: RangeInclusive<N>,
    ) -> Result<Option<N>, HttpResponse> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        let wrong = || {
            let (least, most) = (range.start(), range.end());
            format!("`{name}` is `{}`; expected a whole number from {least} to {most}", harmless(text))
        };
        number.map(Some).ok_or_else(|| Problem::bad_request(wrong()))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;
    use serde_json::Value as Json;

    use super::*;

    fn query(text: &str) -> Result<Query, HttpResponse> {
        Query::of(&TestRequest::with_uri(&format!("/x?{text}")).to_http_request(), &["table", "limit"])
    }

    async fn detail(answer: Option<HttpResponse>) -> String {
        let answer = answer.unwrap();
        let (status, body) = (answer.status(), to_bytes(answer.into_body()).await.unwrap());
        let body: Json = serde_json::from_slice(&body).unwrap();
        format!("{}: {}", status.as_u16(), body["detail"].as_str().unwrap())
    }

    #[test]
    fn names_of_any_characters_are_read() {
        for (encoded, name) in [
            ("a%2Fb", "a/b"),
            ("%3Cimg%20onerror%3D1%3E", "<img onerror=1>"),
            ("%F0%9F%8D%90", "🍐"),
            ("1%25%22", "1%\""),
        ] {
            assert_eq!(
                query(&format!("table={encoded}")).unwrap_or(Query(BTreeMap::new())).text("table"),
                Some(name)
            );
        }
    }

    #[tokio::test]
    async fn a_mistake_is_named() {
        assert_eq!(
            detail(query("tabel=x").err()).await,
            "400: there is no parameter `tabel`; did you mean `table`?"
        );
        assert_eq!(detail(query("limit=1&limit=2").err()).await, "400: `limit` is given twice");
        let parsed = query("limit=101").ok().unwrap();
        assert_eq!(
            detail(parsed.number("limit", 1..=100_usize).err()).await,
            "400: `limit` is `101`; expected a whole number from 1 to 100"
        );
        assert_eq!(detail(parsed.required("table").err()).await, "400: `table` is missing");
        for text in ["limit=", "limit=1.5", "limit=-1", "limit=x%0A"] {
            assert!(query(text).ok().unwrap().number("limit", 0..=u64::MAX).is_err(), "{text}");
        }
    }
}
