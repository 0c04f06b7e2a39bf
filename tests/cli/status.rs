//! `shopsim status` against a server that answers what the test says.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use super::program::{Program, ended};

const TWO_SHOPS: &str = include_str!("../golden/status/two-shops.json");
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

/// Answers one request after the other, as planned, then no more; the heads of the requests.
fn serve(listener: TcpListener, plan: Vec<Planned>) -> Receiver<String> {
    let (sender, heads) = channel();
    std::thread::spawn(move || {
        for planned in plan {
            let (mut stream, _) = listener.accept().unwrap();
            sender.send(head(&stream)).unwrap();
            if let Planned::Answer(status, body) = planned {
                write!(stream, "HTTP/1.1 {status} X\r\nconnection: close\r\n\r\n{body}").unwrap();
            }
        }
    });
    heads
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
    let ended = ended(command.output().unwrap());
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
