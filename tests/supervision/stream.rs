//! The stream of events that the page reads, from the first look at the shops to the end of the run.

use std::net::{SocketAddr, TcpListener};

use super::pages::{get, pages};
use super::*;
use serde_json::Value as Json;
use shopsim::telemetry::http::{Served, Stage, serve};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a message may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// A stream, or the answer in its place.
struct Events {
    code: u16,
    head: String,
    lines: BufReader<TcpStream>,
}

struct Message {
    id: String,
    event: String,
    data: Json,
}

impl Events {
    async fn open(address: SocketAddr, headers: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET /api/v1/events HTTP/1.0\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut events = Self { code: 0, head: String::new(), lines: BufReader::new(stream) };
        while let Some(line) = events.line().await.filter(|line| !line.is_empty()) {
            events.head += &(line.to_lowercase() + "\n");
        }
        events.code = events.head.split(' ').nth(1).unwrap().parse().unwrap();
        events
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let bytes = timeout(PATIENCE, self.lines.read_line(&mut line)).await.unwrap().unwrap();
        (bytes > 0).then(|| line.trim_end().to_owned())
    }

    /// The next message, without comments; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Message> {
        let mut fields = Vec::new();
        loop {
            let line = self.line().await?;
            if let Some((field, value)) = line.split_once(": ") {
                fields.push((field.to_owned(), value.to_owned()));
            } else if !fields.is_empty() {
                break;
            }
        }
        let names: Vec<&str> = fields.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["id", "event", "data"]);
        let [id, event, data] = [0, 1, 2].map(|field| fields[field].1.clone());
        Some(Message { id, event, data: serde_json::from_str(&data).unwrap() })
    }
}

fn shops(message: &Message) -> Vec<&str> {
    message.data["shops"].as_array().unwrap().iter().map(|shop| shop["name"].as_str().unwrap()).collect()
}

/// A shop that ticks every second, without an end.
fn busy(wall: &WallClock) -> Recipe {
    let recipe = recipe("busy", &Memory::healthy(), wall);
    let pace = Pace::Factor { numerator: 10, denominator: 1 };
    Recipe { schedule: Schedule { pace, until_tick: None, ..recipe.schedule }, ..recipe }
}

/// A run of two shops that is served, one of which is refused at once.
struct Run {
    address: SocketAddr,
    stage: watch::Sender<Stage>,
    chain: Chain,
    served: Served,
}

impl Run {
    fn begin() -> Self {
        let wall = wall();
        let refused = Memory::new(|_, _| Trouble::Fail(Class::Refused));
        let chain = start(settings(), vec![busy(&wall), recipe("refused", &refused, &wall)]);
        let stage = watch::Sender::new(Stage::Playing(chain.supervisor.clone(), Arc::new([])));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served = serve(listener, pages(&stage, &wall)).unwrap();
        Self { address, stage, chain, served }
    }

    async fn end(self) {
        self.chain.supervisor.send(Stop).await.unwrap();
        let outcome = self.chain.ended.await.unwrap();
        self.stage.send_replace(Stage::Ended(outcome.shops));
        self.served.end().await;
    }
}

#[test]
fn a_stream_tells_all_shops_then_those_that_change_and_ends_with_the_run() {
    actix::System::new().block_on(async {
        let run = Run::begin();
        let mut events = Events::open(run.address, "").await;
        assert_eq!(events.code, 200);
        assert!(events.head.contains("content-type: text/event-stream\n"), "{}", events.head);
        assert!(events.head.contains("cache-control: no-store\n"), "{}", events.head);
        let first = events.next().await.unwrap();
        assert_eq!((&*first.event, shops(&first)), ("shops", vec!["busy", "refused"]));
        assert_eq!((&first.data["partial"], &first.data["stage"]), (&false.into(), &"playing".into()));

        // The refused shop may be told once more, until its refusal is known.
        let (mut ticks, mut of_refused, mut phases) = (0, 0, Vec::new());
        while ticks < 3 {
            let message = events.next().await.unwrap();
            assert_eq!(message.data["partial"], true);
            of_refused += usize::from(shops(&message).contains(&"refused"));
            for shop in message.data["shops"].as_array().unwrap().iter().filter(|shop| shop["name"] == "busy")
            {
                ticks = shop["ticks_committed"].as_u64().unwrap();
            }
            let told = message.data["events"].as_array().unwrap().iter();
            phases.extend(told.map(|event| (event["shop"].clone(), event["phase"].clone())));
        }
        assert!(of_refused <= 1, "{of_refused}");
        assert!(phases.contains(&("busy".into(), "live".into())), "{phases:?}");

        run.end().await;
        let ended = loop {
            let message = events.next().await.unwrap();
            if message.event == "end" {
                break message;
            }
        };
        assert_eq!((&ended.data["stage"], shops(&ended)), (&"ended".into(), vec!["busy", "refused"]));
        assert!(events.next().await.is_none());
    });
}

#[test]
fn who_connects_again_gets_what_was_missed_and_another_run_begins_anew() {
    actix::System::new().block_on(async {
        let run = Run::begin();
        let mut events = Events::open(run.address, "").await;
        let id = loop {
            let message = events.next().await.unwrap();
            if !message.id.ends_with("-0") {
                break message.id;
            }
        };
        drop(events);
        let (process, sample) = id.split_once('-').unwrap();
        let sample: u64 = sample.parse().unwrap();
        let path = &*format!("/api/v1/samples?after={sample}").leak();
        let samples = async || serde_json::from_str::<Json>(&get(run.address, path).await.1).unwrap();
        while samples().await["times"].as_array().unwrap().len() < 2 {}

        let mut again = Events::open(run.address, &format!("Last-Event-ID: {id}\r\n")).await;
        let first = again.next().await.unwrap();
        let missed = &first.data["samples"];
        assert_eq!((&first.data["partial"], &missed["run"]), (&false.into(), &process.into()));
        let times = missed["times"].as_array().unwrap();
        assert!(times.len() >= 2, "{missed}");
        assert_eq!(missed["last"].as_u64().unwrap() - sample, times.len() as u64);
        assert_eq!(missed["shops"]["busy"]["inserted"].as_array().unwrap().len(), times.len());

        let mut other = Events::open(run.address, "Last-Event-ID: 18f3-4\r\n").await;
        assert_eq!(other.next().await.unwrap().data["samples"], Json::Null);
        run.end().await;
    });
}

#[test]
fn a_ninth_stream_is_refused_until_another_one_leaves() {
    actix::System::new().block_on(async {
        let run = Run::begin();
        let mut streams = Vec::new();
        for _ in 0..8 {
            let mut events = Events::open(run.address, "").await;
            assert!(events.next().await.is_some());
            streams.push(events);
        }
        let refused = Events::open(run.address, "").await;
        assert_eq!(refused.code, 503);
        for header in ["content-type: application/problem+json\n", "retry-after: 5\n"] {
            assert!(refused.head.contains(header), "{}", refused.head);
        }
        assert_eq!(get(run.address, "/livez").await.0, 200);

        streams.pop();
        let until_free = async { while Events::open(run.address, "").await.code != 200 {} };
        timeout(PATIENCE, until_free).await.unwrap();
        run.end().await;
        for mut events in streams {
            while events.next().await.is_some() {}
        }
    });
}

#[test]
fn the_list_of_shops_has_the_numbers_of_the_status() {
    actix::System::new().block_on(async {
        let run = Run::begin();
        let page = async |path| serde_json::from_str::<Json>(&get(run.address, path).await.1).unwrap();
        let mut shops = page("/api/v1/shops").await;
        while shops["shops"][0]["ticks_committed"] == 0 || shops["shops"][0]["rates"].is_null() {
            shops = page("/api/v1/shops").await;
        }
        let status = page("/status").await;
        assert_eq!(shops["totals"]["shops"], 2);
        for (shop, of_status) in
            shops["shops"].as_array().unwrap().iter().zip(status["shops"].as_array().unwrap())
        {
            for key in ["name", "phase", "trouble", "open", "ticks", "ticks_failed", "restarts", "last_error"]
            {
                assert_eq!(shop[key], of_status[key], "{key}");
            }
            // A tick may have been committed in between.
            let ticks = of_status["ticks_committed"].as_u64().unwrap();
            assert!(ticks - shop["ticks_committed"].as_u64().unwrap() <= 1, "{shop} {of_status}");
        }
        run.end().await;
    });
}
