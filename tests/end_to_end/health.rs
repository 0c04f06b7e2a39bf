//! The pages of `--listen` and `shopsim healthcheck`, while shops tick, lose their servers, end and hang.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value as Json;

use super::harness::{Place, Run, UNLIMITED, chain, edit, free_port, until};
use super::server::Server;

/// What a page answered.
#[derive(Debug)]
pub struct Page {
    pub code: u16,
    pub head: String,
    pub body: String,
}

/// Asks for a page; `None` if nobody answers.
pub fn ask(port: u16, method: &str, path: &str) -> Option<Page> {
    ask_as(port, "localhost", method, path)
}

/// Asks by a name of the server.
pub fn ask_as(port: u16, host: &str, method: &str, path: &str) -> Option<Page> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let code = head.split(' ').nth(1)?.parse().ok()?;
    Some(Page { code, head: head.to_lowercase(), body: body.to_owned() })
}

pub fn get(port: u16, path: &str) -> Page {
    ask(port, "GET", path).unwrap_or_else(|| panic!("nobody answers {path} on {port}"))
}

/// What `/readyz` says, if somebody answers.
pub fn readyz(port: u16) -> Option<String> {
    Some(ask(port, "GET", "/readyz")?.body)
}

/// Waits until `/readyz` answers with this code, and gives its words.
pub async fn until_ready(port: u16, code: u16) -> String {
    let mut body = String::new();
    until(&format!("/readyz is {code}"), async || {
        let Some(page) = ask(port, "GET", "/readyz") else { return false };
        body = page.body;
        page.code == code
    })
    .await;
    body
}

/// The value of a sample, by its name and labels as they stand on the page.
pub fn sample(port: u16, name: &str) -> f64 {
    let page = get(port, "/metrics");
    assert_eq!(page.code, 200, "{page:?}");
    let line = page.body.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in\n{}", page.body)).parse().unwrap()
}

/// A chain of shops that tick every second, each on a server of its own.
async fn play(place: &Place, options: &[&str]) -> ([Server; 2], Run, u16) {
    let servers = [Server::new(place, "a").await, Server::new(place, "b").await];
    let shop = |name: &str, server: &Server| {
        format!(
            "name = \"{name}\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"40s\"\nstop_after = \"0s\"\n\
             tick_deadline = \"60s\"\ndatabase = {:?}",
            server.url("shop")
        )
    };
    place.configure(&chain(&[shop("shop-a", &servers[0]), shop("shop-b", &servers[1])]));
    let port = free_port();
    let run = place.run(&[&["--listen", &port.to_string()], options].concat());
    (servers, run, port)
}

#[tokio::test]
async fn one_shop_without_its_server_is_named_and_counted_while_the_other_goes_on_and_it_comes_back() {
    let place = Place::new("");
    let ([a, b], run, port) = play(&place, &[]).await;
    let check = |arguments: &[&str]| {
        let port = port.to_string();
        place.shopsim(&[&["healthcheck", "--listen", &port], arguments].concat())
    };
    assert_eq!(until_ready(port, 200).await, "ok\n");
    for arguments in [&[][..], &["--ready"]] {
        let answer = check(arguments);
        assert_eq!((answer.code, &*answer.out, &*answer.err), (Some(0), "ok\n", ""), "{arguments:?}");
    }
    let ticks = |shop: &str, result: &str| {
        sample(port, &format!("shopsim_ticks_total{{shop=\"{shop}\",result=\"{result}\"}}"))
    };
    let up = |shop: &str| sample(port, &format!("shopsim_shop_up{{shop=\"{shop}\"}}"));
    until("both shops have ticked", async || {
        ["shop-a", "shop-b"].iter().all(|shop| ticks(shop, "committed") >= 2.0)
    })
    .await;
    assert_eq!((up("shop-a"), up("shop-b")), (1.0, 1.0));
    let inserted = "shopsim_rows_written_total{shop=\"shop-a\",table=\"orders\",op=\"insert\"}";
    assert!(sample(port, inserted) >= 20.0);
    assert!(sample(port, "shopsim_tick_duration_seconds_count{shop=\"shop-a\"}") >= 2.0);
    assert!(sample(port, "process_resident_memory_bytes") > 1e6);

    let own = a.port();
    a.stop().await;
    let told = until_ready(port, 503).await;
    assert!(told.starts_with("shop-a: ") && told.lines().count() == 1, "{told}");
    until("the page says what shop-a waits for", async || {
        get(port, "/readyz").body.starts_with("shop-a: waiting for its server: cannot connect")
    })
    .await;
    let answer = check(&["--ready"]);
    assert_eq!((answer.code, &*answer.err), (Some(1), ""));
    assert!(answer.out.starts_with("shop-a: waiting for its server: "), "{}", answer.out);
    assert_eq!(check(&[]).code, Some(0), "the process is well");
    assert_eq!((up("shop-a"), up("shop-b")), (0.0, 1.0));
    assert!(sample(port, "shopsim_restarts_total{shop=\"shop-a\",cause=\"waiting\"}") >= 1.0);
    let (stood, went) = (ticks("shop-a", "committed"), ticks("shop-b", "committed"));
    until("the other goes on", async || ticks("shop-b", "committed") >= went + 2.0).await;
    assert_eq!(ticks("shop-a", "committed"), stood);
    assert!(sample(port, "shopsim_tick_lag_seconds{shop=\"shop-a\"}") > 1.0);
    let status: Json = serde_json::from_str(&get(port, "/status").body).unwrap();
    assert_eq!((&status["ready"], &status["shops"][0]["phase"]), (&false.into(), &"waiting".into()));
    assert_eq!(status["shops"][1]["trouble"], Json::Null);

    let a = Server::start(&place, "a", own, "shop").await;
    until_ready(port, 200).await;
    until("it goes on", async || ticks("shop-a", "committed") > stood).await;
    assert_eq!((up("shop-a"), ticks("shop-b", "failed")), (1.0, 0.0));
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    drop((a, b));
}

#[tokio::test]
async fn a_server_that_hangs_makes_its_shop_late_though_no_error_is_known() {
    let place = Place::new("");
    let ([a, _b], run, port) = play(&place, &[]).await;
    until_ready(port, 200).await;
    // A lock that nobody gives up: the tick waits for it.
    let client = a.client("shop").await;
    client.batch_execute("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let told = until_ready(port, 503).await;
    assert!(told.starts_with("shop-a: its next tick is overdue by ") && told.lines().count() == 1, "{told}");
    assert_eq!(sample(port, "shopsim_shop_up{shop=\"shop-a\"}"), 1.0);
    assert!(sample(port, "shopsim_tick_lag_seconds{shop=\"shop-a\"}") > 1.0);
    client.batch_execute("ROLLBACK").await.unwrap();
    until_ready(port, 200).await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn the_pages_can_be_read_and_nothing_else() {
    let place = Place::new("");
    let (_servers, run, port) = play(&place, &[]).await;
    until_ready(port, 200).await;
    let metrics = get(port, "/metrics");
    assert!(metrics.head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{metrics:?}");
    assert!(get(port, "/status").head.contains("content-type: application/json"));
    for path in ["/livez", "/readyz", "/metrics", "/status"] {
        let head = ask(port, "HEAD", path).unwrap();
        assert_eq!((head.code, &*head.body), (200, ""), "{path}");
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "STOP"] {
            let refused = ask(port, method, path).unwrap();
            assert_eq!(refused.code, 405, "{method} {path}");
            assert!(refused.head.contains("allow: get, head"), "{refused:?}");
        }
    }
    for path in ["/stop", "/metrics/", "/livez/../status"] {
        assert_eq!(get(port, path).code, 404, "{path}");
    }
    // Readers that say nothing, or nothing that is HTTP, keep nobody from the pages.
    let silent: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    let mut rude = TcpStream::connect(("127.0.0.1", port)).unwrap();
    rude.write_all(b"\0\xff not http\r\n\r\n").unwrap();
    rude.shutdown(Shutdown::Write).unwrap();
    assert_eq!(get(port, "/livez").code, 200);
    // A run that is told to stop does not wait for them.
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    drop(silent);
    assert!(ask(port, "GET", "/livez").is_none(), "the pages end with the process");
}

#[tokio::test]
async fn an_address_that_is_taken_ends_the_run_before_any_shop_begins() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = format!("name = \"a\"\ntick_interval = \"1s\"\ndatabase = {:?}", server.url("shop"));
    let config = edit(&chain(&[config]), "update_rows_per_tick = 3", "update_rows_per_tick = 0");
    place.configure(&config);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = place.run_with(&UNLIMITED, &[("SHOPSIM_LISTEN", &address)]).end(3).await;
    let told = format!("ERROR cannot listen on {address}: ");
    assert!(ended.err.contains(&told) && ended.err.contains("another port with `--listen`"), "{}", ended.err);
    let client = server.client("shop").await;
    assert!(!super::server::exists(&client, "shopsim.checkpoint").await, "something was written");
    assert!(!place.path("logs").exists());
}

#[tokio::test]
async fn a_finished_shop_is_no_trouble_and_one_that_was_given_up_is() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    server.create_databases(&["done", "on", "wrong"]).await;
    let shop = |name: &str, stop: &str, url: &str| {
        format!(
            "name = \"{name}\"\ntick_interval = \"1s\"\nstop_after = \"{stop}\"\ndelete_older_than = \"0s\"\n\
             update_not_older_than = \"40s\"\ndatabase = {url:?}"
        )
    };
    let done = shop("done", "2s", &server.url("done"));
    let on = shop("on", "0s", &server.url("on"));
    place.configure(&chain(&[done.clone(), on.clone()]));
    let port = free_port();
    let options = ["--listen", &format!("127.0.0.1:{port}")];
    let mut run = place.run(&options);
    run.until_log("done: finished").await;
    assert_eq!(until_ready(port, 200).await, "ok\n");
    assert_eq!(sample(port, "shopsim_shop_up{shop=\"done\"}"), 1.0);
    run.signal(Signal::SIGTERM);
    run.end(0).await;

    let wrong = shop("wrong", "0s", &server.url("wrong").replace("shop:shop@", "shop:guess@"));
    place.configure(&chain(&[done, on, wrong]));
    let mut run = place.run(&options);
    run.until_log("ERROR wrong: given up").await;
    until("the other is at work", async || {
        ask(port, "GET", "/readyz").is_some_and(|page| page.body.lines().count() == 1)
    })
    .await;
    let told = until_ready(port, 503).await;
    assert!(told.starts_with("wrong: given up: ") && told.contains("password"), "{told}");
    assert!(!told.contains("guess"), "{told}");
    run.signal(Signal::SIGTERM);
    run.end(3).await;
}

#[tokio::test]
async fn who_asks_where_nobody_answers_is_told_so() {
    let place = Place::new("");
    let port = free_port().to_string();
    let answer = place.shopsim(&["healthcheck", "--listen", &port]);
    assert_eq!((answer.code, &*answer.out), (Some(3), ""));
    let told = format!("error: cannot reach http://127.0.0.1:{port}/livez: ");
    assert!(answer.err.starts_with(&told), "{}", answer.err);
    // By the environment, and something else that answers there.
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let speaking = std::thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").unwrap();
    });
    let answer = place.shopsim_with(&["healthcheck", "--ready"], &[("SHOPSIM_LISTEN", &address)]);
    speaking.join().unwrap();
    assert_eq!(answer.code, Some(3), "{}", answer.err);
    assert!(answer.err.contains(&format!("http://{address}/readyz")), "{}", answer.err);
}

#[tokio::test]
async fn a_process_that_is_stopped_in_its_tracks_is_not_alive() {
    let place = Place::new("");
    let (_servers, run, port) = play(&place, &[]).await;
    until_ready(port, 200).await;
    run.signal(Signal::SIGSTOP);
    let answer = place.shopsim(&["healthcheck", "--listen", &port.to_string()]);
    assert_eq!((answer.code, &*answer.out), (Some(3), ""), "{}", answer.err);
    run.signal(Signal::SIGCONT);
    until_ready(port, 200).await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn the_config_may_say_where_the_pages_are_and_healthcheck_finds_them_there() {
    let port = free_port();
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let keys = "name = \"a\"\ntick_interval = \"1s\"\nupdate_not_older_than = \"1m\"\nstop_after = \"0\"";
    let config = chain(&[format!("{keys}\ndatabase = {:?}", server.url("shop"))]);
    place.configure(&format!("listen = {port}\n{config}"));
    let asked = place.shopsim(&["healthcheck", "--ready"]);
    assert_eq!(asked.code, Some(3), "nobody is there: {}", asked.err);
    assert!(asked.err.contains(&format!("127.0.0.1:{port}")), "{}", asked.err);
    let run = place.run(&[]);
    until_ready(port, 200).await;
    let asked = place.shopsim(&["healthcheck", "--ready"]);
    assert_eq!((asked.code, asked.out.as_str()), (Some(0), "ok\n"), "{}", asked.err);
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn a_server_that_stops_between_two_ticks_is_told_at_once_and_shifts_nothing_if_it_is_back_in_time() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let config = format!(
        "name = \"a\"\ntick_interval = \"30m\"\nstop_after = \"0s\"\ndelete_older_than = \"1day\"\n\
         update_not_older_than = \"2h\"\ndatabase = {:?}",
        server.url("shop")
    );
    place.configure(&chain(&[config]));
    let port = free_port();
    let run = place.run(&["--listen", &port.to_string()]);
    let shop = || serde_json::from_str::<Json>(&get(port, "/status").body).unwrap()["shops"][0].clone();
    until_ready(port, 200).await;
    until("its first tick is committed", async || shop()["last_tick"] == 0).await;

    let own = server.port();
    server.stop().await;
    until("the page says what it waits for", async || shop()["phase"] == "waiting").await;
    let waiting = shop();
    let told = waiting["trouble"].as_str().unwrap();
    assert!(told.starts_with("waiting for its server: cannot "), "{told}");
    assert_eq!(waiting["ticks_failed"], 0, "no tick was due");
    assert_eq!(waiting["restarts"]["waiting"], 1);

    let server = Server::start(&place, "own", own, "shop").await;
    until("it is back", async || shop()["open"] == true).await;
    until_ready(port, 200).await;
    assert_eq!((&shop()["last_tick"], &shop()["restarts"]["waiting"]), (&0.into(), &1.into()));
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    let client = server.client("shop").await;
    assert_eq!(super::server::number(&client, "SELECT count(*) FROM shopsim.pause").await, 0);
    server.stop().await;
}
