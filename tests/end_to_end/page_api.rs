//! The data of the page, `/api/v1`, of a run with a shop that works and one that waits for its server.

use nix::sys::signal::Signal;
use serde_json::Value as Json;

use super::harness::{Place, chain, free_port, until};
use super::health::{Page, get};
use super::schema::Description;
use super::server::Server;

/// The password of the second shop's server, which must not be told.
const SECRET: &str = "planted-secret";

/// A path of the description, a request for it, and the code of its answer.
const REQUESTS: &[(&str, &str, u16)] = &[
    ("/api/v1/openapi.json", "/api/v1/openapi.json", 200),
    ("/api/v1/timeline", "/api/v1/timeline", 200),
    ("/api/v1/timeline", "/api/v1/timeline?kind=faults&shop=shop-b&from=0&to=2100-01-01T00:00:00Z", 200),
    ("/api/v1/timeline", "/api/v1/timeline?kind=fault", 400),
    ("/api/v1/timeline", "/api/v1/timeline?from=yesterday", 400),
    ("/api/v1/timeline", "/api/v1/timeline?shop=shop-x", 404),
    ("/api/v1/tree", "/api/v1/tree", 200),
];

fn json(port: u16, path: &str) -> Json {
    let page = get(port, path);
    assert_eq!(page.code, 200, "{path}: {page:?}");
    serde_json::from_str(&page.body).unwrap()
}

fn content_type(page: &Page) -> &str {
    page.head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default()
}

/// Whether every answer is as described, whatever the shops are doing.
fn assert_as_described(port: u16) {
    let description = Description(json(port, "/api/v1/openapi.json"));
    for (path, request, code) in REQUESTS {
        let page = get(port, request);
        assert_eq!(page.code, *code, "{request}: {page:?}");
        let complaints = description.complaints(path, page.code, content_type(&page), &page.body);
        assert!(complaints.is_empty(), "{request}:\n{}\n{}", complaints.join("\n"), page.body);
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
    assert_as_described(port);
    until("shop-a is live, and shop-b waits", async || phases() == ["live", "waiting"]).await;
    assert_as_described(port);

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
    assert_as_described(port);
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
