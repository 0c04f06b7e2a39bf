//! The data of the page, `/api/v1`, of a run with a shop that works and one that waits for its server.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use nix::sys::signal::Signal;
use serde_json::Value as Json;

use super::harness::{Place, chain, free_port, until};
use super::health::{Page, get};
use super::schema::Description;
use super::server::Server;

/// The password of the second shop's server, which must not be told.
const SECRET: &str = "planted-secret";

/// Paths of the description, requests for them, and the codes of their answers.
type Requests = [(&'static str, &'static str, u16)];

/// What is answered at any time.
const ALWAYS: &Requests = &[
    ("/api/v1/openapi.json", "/api/v1/openapi.json", 200),
    ("/api/v1/shops", "/api/v1/shops", 200),
    ("/api/v1/samples", "/api/v1/samples", 200),
    ("/api/v1/samples", "/api/v1/samples?after=1&points=2", 200),
    ("/api/v1/samples", "/api/v1/samples?after=x", 400),
    ("/api/v1/timeline", "/api/v1/timeline", 200),
    ("/api/v1/timeline", "/api/v1/timeline?kind=faults&from=0&to=2100-01-01T00:00:00Z", 200),
    ("/api/v1/timeline", "/api/v1/timeline?kind=fault", 400),
    ("/api/v1/timeline", "/api/v1/timeline?from=yesterday", 400),
    ("/api/v1/tree", "/api/v1/tree", 200),
];

/// What is answered while the first shop is live.
const LIVE: &Requests = &[
    ("/api/v1/samples", "/api/v1/samples?shop=shop-x", 404),
    ("/api/v1/timeline", "/api/v1/timeline?shop=shop-b", 200),
    ("/api/v1/timeline", "/api/v1/timeline?shop=shop-x", 404),
    ("/api/v1/shops/{shop}", "/api/v1/shops/shop-a", 200),
    ("/api/v1/shops/{shop}", "/api/v1/shops/shop-b", 200),
    ("/api/v1/shops/{shop}", "/api/v1/shops/shop-x", 404),
    ("/api/v1/shops/{shop}/slots", "/api/v1/shops/shop-a/slots", 200),
    ("/api/v1/shops/{shop}/slots", "/api/v1/shops/shop-b/slots", 200),
    ("/api/v1/shops/{shop}/rows", "/api/v1/shops/shop-a/rows", 200),
    ("/api/v1/shops/{shop}/rows", "/api/v1/shops/shop-a/rows?tick=0&table=orders&limit=2", 200),
    ("/api/v1/shops/{shop}/rows", "/api/v1/shops/shop-a/rows?limit=0", 400),
    ("/api/v1/shops/{shop}/rows", "/api/v1/shops/shop-a/rows?table=order", 404),
    ("/api/v1/shops/{shop}/history", "/api/v1/shops/shop-a/history?table=orders&key=1", 200),
    ("/api/v1/shops/{shop}/history", "/api/v1/shops/shop-a/history?table=orders&key=x", 400),
    ("/api/v1/shops/{shop}/history", "/api/v1/shops/shop-a/history?table=orders&key=999999999", 404),
];

fn json(port: u16, path: &str) -> Json {
    let page = get(port, path);
    assert_eq!(page.code, 200, "{path}: {page:?}");
    serde_json::from_str(&page.body).unwrap()
}

fn content_type(page: &Page) -> &str {
    page.head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default()
}

#[test]
fn every_path_of_the_description_is_asked_for() {
    let description: Json =
        serde_json::from_str(include_str!("../../src/telemetry/http/api/openapi.json")).unwrap();
    let described = description["paths"].as_object().unwrap().keys().map(String::as_str);
    let mut asked: Vec<&str> = [ALWAYS, LIVE].concat().iter().map(|(path, ..)| *path).collect();
    // A stream.
    asked.push("/api/v1/events");
    let missing: Vec<&str> = described.filter(|path| !asked.contains(path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Whether every answer is as described, whatever the shops are doing.
fn assert_as_described(port: u16, requests: &[&Requests]) {
    let description = Description(json(port, "/api/v1/openapi.json"));
    for (path, request, code) in requests.iter().copied().flatten() {
        let page = get(port, request);
        assert_eq!(page.code, *code, "{request}: {page:?}");
        let complaints = description.complaints(path, page.code, content_type(&page), &page.body);
        assert!(complaints.is_empty(), "{request}:\n{}", complaints.join("\n"));
        assert!(page.head.contains("cache-control: no-store"), "{request}: {}", page.head);
        assert!(!page.body.contains(SECRET), "{request}: {}", page.body);
    }
}

/// The spans of a shop: phase, whether it is over, and error.
fn spans(timeline: &Json, shop: &str) -> Vec<(String, bool, Option<String>)> {
    let spans = timeline["spans"].as_array().unwrap().iter().filter(|span| span["shop"] == shop);
    let text = |value: &Json| value.as_str().map(str::to_owned);
    spans.map(|span| (text(&span["phase"]).unwrap(), !span["to"].is_null(), text(&span["error"]))).collect()
}

/// The data of the first message of the stream of events, which has every shop.
fn first_message(port: u16) -> String {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).unwrap());
    write!(stream.get_mut(), "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).unwrap();
    }
    loop {
        line.clear();
        stream.read_line(&mut line).unwrap();
        if let Some(data) = line.strip_prefix("data: ") {
            return data.trim_end().to_owned();
        }
    }
}

#[tokio::test]
async fn every_answer_is_as_described_and_tells_what_happens() {
    let place = Place::new("");
    let keys = "tick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\nstop_after = \"0s\"";
    let (own, other, port) = (free_port(), free_port(), free_port());
    place.configure(&chain(&[
        format!("name = \"shop-a\"\n{keys}\nport = {own}"),
        format!("name = \"shop-b\"\n{keys}\ndatabase = \"postgres://shop:{SECRET}@127.0.0.1:{other}/shop\""),
    ]));
    let run = place.run(&["--listen", &port.to_string()]);
    let phases = || {
        let timeline = get(port, "/api/v1/timeline").body;
        let timeline: Json = serde_json::from_str(&timeline).unwrap_or_default();
        ["shop-a", "shop-b"].map(|shop| match timeline["spans"].is_array() {
            true => spans(&timeline, shop).last().map_or(String::new(), |(phase, ..)| phase.clone()),
            false => String::new(),
        })
    };
    until("the pages are served", async || super::health::ask(port, "GET", "/livez").is_some()).await;
    assert_as_described(port, &[ALWAYS]);
    until("shop-a is live, and shop-b waits", async || phases() == ["live", "waiting"]).await;
    assert_as_described(port, &[ALWAYS, LIVE]);

    let description = Description(json(port, "/api/v1/openapi.json"));
    let message = first_message(port);
    let complaints = description.complaints("/api/v1/events", 200, "text/event-stream", &message);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(!message.contains(SECRET), "{message}");

    let faults = json(port, "/api/v1/timeline?kind=faults");
    assert_eq!(spans(&faults, "shop-a"), []);
    let [(phase, is_over, Some(error))] = &spans(&faults, "shop-b")[..] else { panic!("{faults}") };
    assert_eq!((phase.as_str(), *is_over), ("waiting", false));
    assert!(error.starts_with("cannot connect"), "{error}");
    let tree = json(port, "/api/v1/tree");
    let server = serde_json::json!({ "shop": "shop-a", "state": "up", "port": own, "reason": null });
    assert_eq!(tree["servers"], serde_json::json!([server]), "the other one is the user's");
    assert_eq!(tree["supervisor"]["restarts"]["waiting"], 1);
    let on_threads =
        tree["threads"].as_array().unwrap().iter().flat_map(|one| one["shops"].as_array().unwrap());
    let mut on_threads: Vec<&str> = on_threads.map(|name| name.as_str().unwrap()).collect();
    on_threads.sort_unstable();
    assert_eq!(on_threads, ["shop-a", "shop-b"]);

    let server = Server::start(&place, "shop-b", other, SECRET).await;
    until("shop-b is live", async || phases() == ["live", "live"]).await;
    assert_as_described(port, &[ALWAYS, LIVE]);
    let faults = json(port, "/api/v1/timeline?kind=faults&shop=shop-b");
    assert!(
        spans(&faults, "shop-b").iter().all(|(phase, is_over, _)| phase == "waiting" && *is_over),
        "{faults}"
    );

    run.signal(Signal::SIGTERM);
    run.end(0).await;
    drop(server);
}

#[tokio::test]
async fn a_name_for_the_server_is_allowed_by_the_config_and_by_the_command_line() {
    let place = Place::new("");
    let port = free_port();
    let shop = format!(
        "name = \"a\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\n\
         database = \"postgres://shop@127.0.0.1:{}/shop\"",
        free_port()
    );
    place.configure(&format!("allowed_hosts = [\"one.example\"]\n{}", chain(&[shop])));
    let run = place
        .run_with(&["--listen", &port.to_string()], &[("SHOPSIM_ALLOW_HOST", "two.example,three.example")]);
    until("the pages are served", async || super::health::ask(port, "GET", "/livez").is_some()).await;
    for (host, code) in
        [("one.example", 200), ("two.example:1", 200), ("three.example", 200), ("a.example", 403)]
    {
        let page = super::health::ask_as(port, host, "GET", "/status").unwrap();
        assert_eq!(page.code, code, "{host}: {page:?}");
    }
    assert_eq!(super::health::ask_as(port, "a.example", "GET", "/metrics").unwrap().code, 200);
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}
