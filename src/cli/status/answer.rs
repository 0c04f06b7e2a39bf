//! What a run answers about its shops: `GET /api/v1/shops`.
//!
//! Owns the request, the parts of the answer that are shown, the choice of shops, and the messages where there is none.
//! Must not know how it is shown.

use std::net::SocketAddr;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{EXIT_CONFIG, EXIT_DIFFERS, EXIT_FAILED, Failure};
use crate::chain::no_such_shop;
use crate::cli::http::{self, NOT_SHOPSIM, Response};
use crate::text::harmless;

const PATH: &str = "/api/v1/shops";

/// The answer.
#[derive(Debug)]
pub struct Answer {
    /// The parts that are shown.
    pub chain: Chain,
    document: String,
}

/// A chain that runs.
#[derive(Debug, Deserialize)]
pub struct Chain {
    /// The version of shopsim.
    pub version: String,
    /// The path of the config.
    pub config: String,
    /// When the process began.
    pub began: String,
    /// When this was true.
    pub now: String,
    /// `preparing`, `playing` or `ended`.
    pub stage: String,
    /// Sums over all shops.
    pub totals: Totals,
    /// The chosen shops.
    pub shops: Vec<Shop>,
}

/// Sums over all shops.
#[derive(Debug, Deserialize)]
pub struct Totals {
    /// How many there are.
    pub shops: u64,
    /// How many are in each phase.
    pub phases: Map<String, Json>,
    /// How many are not on schedule.
    pub troubles: u64,
    /// Rows since the process began.
    pub rows: Operations<u64>,
    /// Rows per second.
    pub rates: Option<Operations<f64>>,
}

/// Numbers by operation.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Operations<T> {
    /// Of inserts.
    pub inserted: T,
    /// Of updates.
    pub updated: T,
    /// Of deletes.
    pub deleted: T,
}

/// A shop.
#[derive(Debug, Deserialize)]
pub struct Shop {
    /// Its name.
    pub name: String,
    /// The URL of its database.
    pub url: String,
    /// What it does.
    pub phase: String,
    /// Why it is not on schedule.
    pub trouble: Option<String>,
    /// When it will be tried again.
    pub retry_at: Option<String>,
    /// The last committed tick.
    pub last_tick: Option<u64>,
    /// How many ticks there are.
    pub ticks: Option<u64>,
    /// The simulated time of the last tick.
    pub at: Option<String>,
    /// Rows per second.
    pub rates: Option<Operations<f64>>,
    /// How late it is.
    pub lag_seconds: Option<f64>,
    /// How often it was restarted.
    pub restarts: Restarts,
}

/// Restarts by cause.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Restarts {
    /// After a panic.
    pub panic: u64,
    /// After an error that passes.
    pub transient: u64,
    /// Since the server was away.
    pub waiting: u64,
}

impl Chain {
    /// Whether no shop has started yet.
    pub fn is_preparing(&self) -> bool {
        self.stage == "preparing"
    }

    /// Whether the run has ended.
    pub fn has_ended(&self) -> bool {
        self.stage == "ended"
    }

    /// Whether all chosen shops that are active are on schedule.
    pub fn is_on_schedule(&self) -> bool {
        !self.is_preparing() && self.shops.iter().all(|shop| shop.trouble.is_none())
    }
}

impl Answer {
    /// The document, as a line.
    pub fn json(&self) -> String {
        format!("{}\n", self.document.trim_end())
    }
}

/// Asks a run for its shops, or for those that are named.
///
/// # Errors
/// If it cannot be asked, or there is no such shop.
pub fn ask(target: SocketAddr, only: &[String]) -> Result<Answer, Failure> {
    let failed = |message| Failure { message, code: EXIT_FAILED };
    let response =
        http::get(target, PATH).map_err(|error| failed(http::unreachable(target, PATH, &error)))?;
    read(response, only).map_err(|failure| match failure.code {
        EXIT_CONFIG => failure,
        _ => Failure { message: format!("http://{target}{PATH}: {}", failure.message), ..failure },
    })
}

/// The last answer of a run, which it has told without being asked.
///
/// # Errors
/// If there is no such shop, or it is no answer.
pub fn told(document: String, only: &[String]) -> Result<Answer, Failure> {
    read(Response { status: 200, body: document }, only)
}

/// Reads a response.
fn read(response: Response, only: &[String]) -> Result<Answer, Failure> {
    let failed = |message: &str, code| Failure { message: harmless(message).into_owned(), code };
    match response.status {
        200 => {}
        404 => {
            let message =
                "there is no such page (404): it is not shopsim, or one without a page for its shops";
            return Err(failed(message, EXIT_FAILED));
        }
        // The supervisor hangs: the shops are surely not on schedule.
        503 => return Err(failed(&reason(&response.body), EXIT_DIFFERS)),
        status => return Err(failed(&format!("{status}: {}", reason(&response.body)), EXIT_FAILED)),
    }
    let not_shopsim =
        |error| failed(&format!("{NOT_SHOPSIM}, or from another version of it: {error}"), EXIT_FAILED);
    let mut chain: Chain = serde_json::from_str(&response.body).map_err(not_shopsim)?;
    if only.is_empty() {
        return Ok(Answer { chain, document: response.body });
    }
    let names: Vec<&str> = chain.shops.iter().map(|shop| shop.name.as_str()).collect();
    let unknown: Vec<&String> = only.iter().filter(|name| !names.contains(&name.as_str())).collect();
    if !unknown.is_empty() && !names.is_empty() {
        let lines: Vec<String> = unknown.iter().map(|name| no_such_shop(name, &names)).collect();
        // The names are the server's.
        let lines = lines.iter().map(|line| harmless(line));
        return Err(Failure { message: lines.collect::<Vec<_>>().join("\n"), code: EXIT_CONFIG });
    }
    chain.shops.retain(|shop| only.contains(&shop.name));
    let mut document: Json = serde_json::from_str(&response.body).map_err(not_shopsim)?;
    if let Some(Json::Array(shops)) = document.get_mut("shops") {
        shops.retain(|shop| shop["name"].as_str().is_some_and(|name| only.iter().any(|only| only == name)));
    }
    Ok(Answer { chain, document: document.to_string() })
}

/// The reason of a refusal: the detail of a problem (RFC 9457), or the text itself.
fn reason(body: &str) -> String {
    let problem: Option<Json> = serde_json::from_str(body).ok();
    let member = |name| problem.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let text = member("detail").or_else(|| member("title")).unwrap_or_else(|| body.trim().to_owned());
    text.chars().take(1000).collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// An answer as a run gives it: shop-2 waits, shop-1 is live.
    pub const TWO_SHOPS: &str = include_str!("../../../tests/golden/status/two-shops.json");

    fn asked(status: u16, body: &str, only: &[&str]) -> Result<Answer, Failure> {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        read(Response { status, body: body.to_owned() }, &only)
    }

    fn message(status: u16, body: &str) -> (u8, String) {
        let failure = asked(status, body, &[]).unwrap_err();
        (failure.code, failure.message)
    }

    #[test]
    fn json_is_the_answer_as_it_is_and_with_only_it_has_those_shops() {
        assert_eq!(asked(200, TWO_SHOPS, &[]).unwrap().json(), TWO_SHOPS);
        let answer = asked(200, TWO_SHOPS, &["shop-1"]).unwrap();
        let document: Json = serde_json::from_str(&answer.json()).unwrap();
        let whole: Json = serde_json::from_str(TWO_SHOPS).unwrap();
        assert_eq!(document["shops"], Json::Array(vec![whole["shops"][0].clone()]));
        assert_eq!(document["totals"], whole["totals"]);
        assert_eq!(answer.json().lines().count(), 1);
    }

    #[test]
    fn a_chain_is_on_schedule_if_none_of_the_chosen_shops_is_in_trouble_and_they_have_started() {
        let on_schedule = |text: &str, only: &[&str]| asked(200, text, only).unwrap().chain.is_on_schedule();
        assert!(!on_schedule(TWO_SHOPS, &[]));
        assert!(on_schedule(TWO_SHOPS, &["shop-1"]));
        assert!(!on_schedule(&TWO_SHOPS.replace("\"playing\"", "\"preparing\""), &["shop-1"]));
    }

    #[test]
    fn a_shop_that_is_not_there_is_refused_with_the_nearest() {
        let refused = asked(200, TWO_SHOPS, &["shop1", "x"]).unwrap_err();
        let expected = "there is no shop `shop1`; did you mean `shop-1`?\n\
                        there is no shop `x`; the shops are: shop-1, shop-2";
        assert_eq!((refused.code, refused.message.as_str()), (2, expected));
    }

    #[test]
    fn what_is_no_answer_of_shopsim_is_said_to_be_none() {
        let (code, said) = message(404, "<html>");
        assert!(code == 3 && said.starts_with("there is no such page (404): "), "{said}");
        for other in ["", "{}", "[]", "<html>", "{\"shops\": []}", "{\"version\": 1}"] {
            let (code, said) = message(200, other);
            assert!(code == 3 && said.starts_with("the response is not from shopsim, or from "), "{said}");
        }
        assert_eq!(message(403, "{\"detail\":\"no\\u001b[2J\"}"), (3, "403: no\\u{1b}[2J".to_owned()));
    }

    #[test]
    fn a_supervisor_that_hangs_is_a_run_in_trouble() {
        let silent = "the supervisor has not answered within 2 s";
        assert_eq!(message(503, &format!("{silent}\n")), (1, silent.to_owned()));
        let problem = format!("{{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"{silent}\"}}");
        assert_eq!(message(503, &problem), (1, silent.to_owned()));
    }
}
