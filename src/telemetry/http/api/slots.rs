//! `GET /api/v1/shops/{shop}/slots`: the replication slots of a shop's server, and how far their readers are behind.
//!
//! Owns how often servers are asked, by connections that the shop does not know of, and which are not. A server that does
//! not answer is part of the answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde_json::{Value as Json, json};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::super::readiness::trouble;
use super::super::record::Recorder;
use super::super::{Pages, ShopFacts, View};
use super::query::{self, Refusal};
use crate::pg::{self, Slot};
use crate::supervise::Phase;
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
    let answer = asked.answer(shop.index, shop.facts, &pages).await;
    Ok(HttpResponse::Ok().json(object(&answer)))
}

impl Asked {
    /// The answer of a shop's server: the last one while it is fresh. Who asks meanwhile waits for the same answer.
    async fn answer(&self, index: usize, facts: &ShopFacts, pages: &Pages) -> Answer {
        let asked_at = (pages.wall)();
        let last = self.last(index);
        let mut last = last.lock().await;
        if let Some(answer) = last.as_ref().filter(|answer| answer.came.elapsed() < FRESH) {
            return answer.clone();
        }
        let slots = match left_alone(index, pages).await {
            Some(reason) => Err(reason),
            None => self.ask(facts).await,
        };
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
        // Its message has that of its cause.
        pg::slots(&server, &name, DEADLINE).await.map_err(|error| error.to_string())
    }
}

/// Why a shop's server is not asked: the shop itself does not ask it any more, and each login that fails again would be
/// noted there, and may lock the role.
async fn left_alone(index: usize, pages: &Pages) -> Option<String> {
    let View::Shops(shops, _) = pages.view().await else { return None };
    let shop = shops.get(index).filter(|shop| matches!(shop.phase, Phase::Refused | Phase::GivenUp))?;
    trouble(shop, (pages.wall)())
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
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::super::super::fixtures::{pages, shop};
    use super::super::super::{DatabaseFacts, Stage};
    use super::*;
    use crate::config::{self, Database, Source, Surroundings};

    /// A server that refuses every password, its port, and how many connections it has had.
    async fn refusing() -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
                let length = stream.read_u32().await.unwrap() as usize;
                stream.read_exact(&mut vec![0; length - 4]).await.unwrap();
                let fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0";
                stream.write_u8(b'E').await.unwrap();
                stream.write_u32(u32::try_from(fields.len() + 4).unwrap()).await.unwrap();
                stream.write_all(fields).await.unwrap();
            }
        });
        (port, connections)
    }

    fn facts(port: u16) -> ShopFacts {
        let text = format!(
            "[[shop]]\nname = \"a\"\ntick_interval = \"1s\"\ndatabase = \"postgresql://u:p@127.0.0.1:{port}/d?sslmode=disable\"\n\
             [tables.t]\ninsert_rows_per_tick = 1\n[tables.t.columns]\nword = {{ type = \"text\", faker = \"word\" }}\n"
        );
        let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
        let (config, problems) = config::read(&Source::new("shops.toml", &text), &surroundings);
        assert!(!problems.iter().any(config::Problem::is_error), "{problems:?}");
        let Database::Server(server) = &config.shops[0].database.value else {
            unreachable!("it has a server")
        };
        let database = DatabaseFacts::Server(server.clone());
        ShopFacts {
            plan: crate::plan::compile(&config).0.remove(0),
            capture: Arc::default(),
            city: None,
            database,
        }
    }

    #[tokio::test]
    async fn a_shop_that_is_given_up_or_refused_is_its_reason_and_its_server_is_not_asked() {
        let (port, connections) = refusing().await;
        let facts = facts(port);
        let error = async |phase| {
            let pages = pages(Stage::Ended(vec![shop("a", phase)]));
            Asked::default().answer(0, &facts, &pages).await.slots.err().unwrap()
        };
        assert_eq!(error(Phase::GivenUp).await, "given up: cannot connect");
        assert_eq!(error(Phase::Refused).await, "refused: cannot connect");
        assert_eq!(connections.load(Ordering::Relaxed), 0);
        let expected =
            format!("cannot connect to 127.0.0.1:{port}/d: password authentication failed (28P01)");
        assert_eq!(error(Phase::Live).await, expected, "told once");
        assert_eq!(connections.load(Ordering::Relaxed), 1);
    }

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
