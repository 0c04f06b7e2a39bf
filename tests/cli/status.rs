//! `shopsim status` against a server that answers what the test says.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::program::{Program, ended};

const TWO_SHOPS: &str = include_str!("../golden/status/two-shops.json");
/// How long a command may take that ends by itself.
const PATIENCE: Duration = Duration::from_secs(30);
const TABLE: &str = include_str!("../golden/status/two-shops.txt");

/// What an answer is to be.
enum Planned {
    /// A status and a text.
    Answer(u16, String),
    /// The connection is closed without one.
    Nothing,
}

fn ok(body: &str) -> Planned {
    Planned::Answer(200, body.to_owned())
}

/// Answers one request after the other, as planned, then no more; the heads of the requests. Who asks for the stream of
/// events is refused, as one too many.
fn serve(listener: TcpListener, plan: Vec<Planned>) -> Receiver<String> {
    let (sender, heads) = channel();
    std::thread::spawn(move || {
        for planned in plan {
            let (mut stream, head) = loop {
                let (mut stream, _) = listener.accept().unwrap();
                let head = head(&stream);
                if !head.starts_with(STREAM) {
                    break (stream, head);
                }
                answer(&mut stream, 503, "");
            };
            sender.send(head).unwrap();
            if let Planned::Answer(status, body) = planned {
                answer(&mut stream, status, &body);
            }
        }
    });
    heads
}

const STREAM: &str = "GET /api/v1/events ";

fn answer(stream: &mut TcpStream, status: u16, body: &str) {
    write!(stream, "HTTP/1.1 {status} X\r\nconnection: close\r\n\r\n{body}").unwrap();
}

/// A run that is asked twice, or more often, and then tells its end to who follows it, and is gone: who asks again has
/// shown the first answer.
fn run_that_ends(last: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut follower, mut asked) = (None, 0);
        while follower.is_none() || asked < 2 {
            let (mut stream, _) = listener.accept().unwrap();
            if head(&stream).starts_with(STREAM) {
                follower = Some(stream);
            } else {
                answer(&mut stream, 200, TWO_SHOPS);
                asked += 1;
            }
        }
        let shops = format!("id: 1-1\nevent: shops\ndata: {}\n", TWO_SHOPS.trim_end());
        let end = format!("id: 1-2\nevent: end\ndata: {}\n", last.trim_end());
        answer(&mut follower.unwrap(), 200, &format!(":\n\n{shops}\n{end}\n"));
    });
    port
}

fn head(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines().map(Result::unwrap);
    lines.take_while(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

/// A server with a plan, and its port.
fn server(plan: Vec<Planned>) -> (Receiver<String>, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (serve(listener, plan), port)
}

/// What `shopsim status` prints of one answer.
fn status(answer: Planned, arguments: &str) -> (Option<i32>, String, String) {
    let (_heads, port) = server(vec![answer]);
    let ended = Program::new().run(&format!("status --listen {port} {arguments}"));
    (ended.code, ended.stdout, ended.stderr)
}

/// A run of which nothing is wrong.
fn well() -> String {
    let trouble = TWO_SHOPS.find("\"trouble\":\"").unwrap();
    let end = trouble + TWO_SHOPS[trouble..].find("\",").unwrap() + 1;
    format!("{}\"trouble\":null{}", &TWO_SHOPS[..trouble], &TWO_SHOPS[end..])
}

#[test]
fn the_table_is_printed_without_colours_and_the_code_says_whether_all_is_well() {
    assert_eq!(status(ok(TWO_SHOPS), ""), (Some(1), TABLE.to_owned(), String::new()));
    let (code, out, err) = status(ok(&well()), "");
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    let (code, out, _) = status(ok(TWO_SHOPS), "--only shop-1");
    assert_eq!(code, Some(0), "the chosen shop is well: {out}");
    assert!(!out.contains("shop-2  waiting") && out.contains("2 shops: "), "{out}");
}

#[test]
fn json_is_the_answer_as_it_is() {
    assert_eq!(status(ok(TWO_SHOPS), "--format json"), (Some(1), TWO_SHOPS.to_owned(), String::new()));
}

#[test]
fn what_is_wrong_is_told_by_code_and_message() {
    let (code, out, err) = status(ok(TWO_SHOPS), "--only shop1");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_eq!(err, "error: there is no shop `shop1`; did you mean `shop-1`?\n");
    let silent = Planned::Answer(503, "the supervisor has not answered within 2 s\n".to_owned());
    let (code, _, err) = status(silent, "");
    assert!(
        code == Some(1) && err.ends_with("/shops: the supervisor has not answered within 2 s\n"),
        "{err}"
    );
    for other in [Planned::Answer(404, "not found\n".to_owned()), ok("<html>"), ok("{}"), Planned::Nothing] {
        let (code, out, err) = status(other, "");
        assert_eq!((code, out.as_str()), (Some(3), ""), "{err}");
        assert!(err.starts_with("error: ") && err.contains("shopsim") && err.lines().count() == 1, "{err}");
    }
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ended = Program::new().run(&format!("status --listen {free}"));
    assert!(ended.code == Some(3) && ended.stderr.contains("is `shopsim run --listen "), "{ended:?}");
}

#[test]
fn the_address_is_that_of_the_flag_else_the_environment_else_the_config() {
    for by in ["flag", "environment", "config"] {
        let (heads, port) = server(vec![ok(TWO_SHOPS)]);
        let (address, other) = (format!("0.0.0.0:{port}"), "127.0.0.1:1");
        let config = format!("listen = {:?}\n", if by == "config" { &address } else { other });
        let mut program = Program::with(config);
        match by {
            "flag" => program = program.variable("SHOPSIM_LISTEN", other),
            "environment" => program = program.variable("SHOPSIM_LISTEN", &address),
            _ => {}
        }
        let flag = if by == "flag" { format!("--listen {address}") } else { String::new() };
        assert_eq!(program.run(&format!("status {flag}")).code, Some(1), "{by}");
        let head = heads.recv().unwrap();
        let expected = format!("GET /api/v1/shops HTTP/1.0\nHost: 127.0.0.1:{port}\n");
        assert_eq!(head, expected, "{by}");
    }
}

fn watch(program: &Program, port: u16, arguments: &str) -> (Option<i32>, String, String) {
    let mut command = program.command(&format!("status --watch --every 100ms --listen {port} {arguments}"));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begin = tokio::time::Instant::now();
    while child.try_wait().unwrap().is_none() && begin.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(10));
    }
    // It has none to end of its own after that.
    let _ = child.kill();
    let ended = ended(child.wait_with_output().unwrap());
    (ended.code, ended.stdout, ended.stderr)
}

#[test]
fn watching_appends_a_table_an_answer_outlives_a_silence_and_ends_with_the_run() {
    let last = TWO_SHOPS.replace("\"playing\"", "\"ended\"");
    let plan =
        vec![Planned::Nothing, ok(TWO_SHOPS), Planned::Nothing, Planned::Nothing, ok(TWO_SHOPS), ok(&last)];
    let (_heads, port) = server(plan);
    let (code, out, err) = watch(&Program::new(), port, "");
    assert_eq!(code, Some(0), "{err}");
    let ended = TABLE.replace("2 shops: ", "the run has ended; 2 shops: ");
    assert_eq!(out, format!("{TABLE}\n{TABLE}\n{ended}"));
    assert_eq!(err.lines().count(), 2, "each silence is told once: {err}");
}

#[test]
fn watching_ends_when_the_run_tells_its_end_though_nobody_answers_any_more() {
    let last = TWO_SHOPS.replace("\"playing\"", "\"ended\"");
    let (code, out, err) = watch(&Program::new(), run_that_ends(last), "");
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with(TABLE), "{out}");
    let ended = TABLE.replace("2 shops: ", "the run has ended; 2 shops: ");
    assert!(out.ends_with(&format!("\n{ended}")), "{out}");
}

#[test]
fn watching_as_json_is_a_line_an_answer() {
    let last = TWO_SHOPS.replace("\"playing\"", "\"ended\"");
    let (_heads, port) = server(vec![ok(TWO_SHOPS), ok(&last)]);
    assert_eq!(watch(&Program::new(), port, "--format json").1, format!("{TWO_SHOPS}{last}"));
}

#[test]
fn watching_a_shop_that_is_not_there_ends_at_once() {
    let (_heads, port) = server(vec![ok(TWO_SHOPS)]);
    let (code, _, err) = watch(&Program::new(), port, "--only shop1");
    assert!(code == Some(2) && err.contains("did you mean `shop-1`?"), "{err}");
}
