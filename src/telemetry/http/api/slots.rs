//! `GET /api/v1/shops/{shop}/slots`: the replication slots of a shop's server, and how far their readers are behind.
//!
//! Owns how often servers are asked, by connections that the shop does not know of. A server that does not answer is part
//! of the answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde_json::{Value as Json, json};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::super::record::Recorder;
use super::super::{Pages, ShopFacts};
use super::query::{self, Refusal};
use crate::pg::{self, Slot};
use crate::text::with_causes;
use crate::value::Timestamp;

/// How long a server may take.
const DEADLINE: Duration = Duration::from_secs(2);
/// How long an answer is kept.
const FRESH: Duration = Duration::from_secs(3);
/// Servers that are asked at a time.
const AT_A_TIME: usize = 4;

/// The last answer of each shop that was asked for.
pub struct Asked {
    shops: Mutex<BTreeMap<usize, Arc<tokio::sync::Mutex<Option<Answer>>>>>,
    turns: Semaphore,
}

/// What a server answered.
#[derive(Clone)]
struct Answer {
    came: Instant,
    asked_at: Timestamp,
    slots: Result<Vec<Slot>, String>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { shops: Mutex::default(), turns: Semaphore::new(AT_A_TIME) }
    }
}

/// The slots of a shop.
pub async fn slots(
    shop: Path<String>,
    pages: Data<Pages>,
    recorder: Data<Recorder>,
    asked: Data<Asked>,
) -> Result<HttpResponse, Refusal> {
    let shop = query::shop(&recorder, &shop)?;
    let answer = asked.answer(shop.index, shop.facts, (pages.wall)()).await;
    Ok(HttpResponse::Ok().json(object(&answer)))
}

impl Asked {
    /// The answer of a shop's server: the last one while it is fresh. Who asks meanwhile waits for the same answer.
    async fn answer(&self, index: usize, facts: &ShopFacts, asked_at: Timestamp) -> Answer {
        let last = self.last(index);
        let mut last = last.lock().await;
        if let Some(answer) = last.as_ref().filter(|answer| answer.came.elapsed() < FRESH) {
            return answer.clone();
        }
        let slots = self.ask(facts).await;
        last.insert(Answer { came: Instant::now(), asked_at, slots }).clone()
    }

    /// Where the last answer of a shop is kept. Old ones of other shops are dropped.
    fn last(&self, index: usize) -> Arc<tokio::sync::Mutex<Option<Answer>>> {
        let mut shops = self.shops.lock().unwrap_or_else(PoisonError::into_inner);
        shops.retain(|other, last| {
            let is_fresh =
                |last: &Option<Answer>| last.as_ref().is_some_and(|last| last.came.elapsed() < FRESH);
            // One that is locked is being asked.
            *other == index || last.try_lock().map_or(true, |last| is_fresh(&last))
        });
        shops.entry(index).or_default().clone()
    }

    async fn ask(&self, facts: &ShopFacts) -> Result<Vec<Slot>, String> {
        let server = facts.connection()?;
        let turn = timeout(DEADLINE, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err("other servers are being asked".to_owned()) };
        let name = format!("{} slots", facts.plan.name);
        pg::slots(&server, &name, DEADLINE).await.map_err(|error| with_causes(&error))
    }
}

fn object(answer: &Answer) -> Json {
    let slot = |slot: &Slot| {
        json!({
            "name": slot.name, "plugin": slot.plugin, "kind": slot.kind,
            "active": slot.active, "reader": slot.reader,
            "behind_bytes": slot.behind, "held_bytes": slot.held, "status": slot.status,
        })
    };
    let slots = answer.slots.as_deref().unwrap_or_default().iter().map(slot).collect::<Vec<_>>();
    json!({ "asked_at": answer.asked_at.to_rfc3339_millis(), "error": answer.slots.as_ref().err(), "slots": slots })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_does_not_answer_is_an_answer_without_slots() {
        let (came, asked_at) = (Instant::now(), Timestamp(0));
        let answer = Answer { came, asked_at, slots: Err("cannot connect".to_owned()) };
        let expected =
            json!({ "asked_at": "1970-01-01T00:00:00.000Z", "error": "cannot connect", "slots": [] });
        assert_eq!(object(&answer), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn answers_are_forgotten_when_they_are_old() {
        let asked = Asked::default();
        let slots = Ok(Vec::new());
        *asked.last(0).lock().await = Some(Answer { came: Instant::now(), asked_at: Timestamp(0), slots });
        asked.last(1);
        assert_eq!(asked.shops.lock().unwrap().len(), 2);
        tokio::time::advance(FRESH).await;
        asked.last(2);
        assert_eq!(asked.shops.lock().unwrap().keys().copied().collect::<Vec<_>>(), [2]);
    }
}
