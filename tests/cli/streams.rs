//! stdout is data, stderr is for people; both may end early or be no terminal.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::program::{Program, RIGHT, ended};

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let program = Program::with(RIGHT);
    // More than fits the pipe, so that the program is writing when it is closed.
    let arguments = "sample --ticks 100000 --start 2026-01-01T00:00:00Z";
    let mut child = program.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "-- shop-1 tick 0 at 2026-01-01T00:00:00Z\n");
    let ended = ended(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_reader_that_was_never_there_is_no_failure() {
    let program = Program::with(RIGHT);
    for arguments in ["--help", "--version", "check", "sample", "completions bash"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = ended(program.command(arguments).stdout(writer).output().unwrap());
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "shopsim {arguments}");
    }
}

#[test]
fn a_disk_that_is_full_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else {
        panic!("this test needs /dev/full, which every Linux has");
    };
    let program = Program::with(RIGHT);
    let ended = ended(program.command("sample").stdout(full).output().unwrap());
    assert_eq!(ended.code, Some(3));
    assert!(ended.stderr.starts_with("error: cannot write to stdout: "), "{}", ended.stderr);
}

#[test]
fn what_is_no_terminal_gets_no_colours() {
    let wrong = RIGHT.replace("15s", "fifteen seconds");
    for (config, arguments) in [
        (RIGHT, "--help"),
        (RIGHT, "run -h"),
        (RIGHT, "check"),
        (RIGHT, "run --nonsense"),
        (&wrong, "check"),
        (&wrong, "run"),
    ] {
        for no_color in [None, Some("1"), Some("")] {
            let program = Program::with(config).variable("TERM", "xterm-256color");
            let program = match no_color {
                Some(value) => program.variable("NO_COLOR", value),
                None => program,
            };
            let ended = program.run(arguments);
            assert!(!(ended.stdout + &ended.stderr).contains('\x1b'), "shopsim {arguments}");
        }
    }
}

#[test]
fn problems_are_told_on_stderr_and_the_summary_on_stdout() {
    let program = Program::with(RIGHT);
    let ended = program.run("check");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert!(ended.stdout.ends_with("shops.toml: 1 shop, no errors, no warnings\n"), "{}", ended.stdout);

    let warned = format!("{RIGHT}\n[defaults]\ndelete_older_than = \"1s\"\n");
    let ended = Program::with(warned).run("check");
    assert_eq!(ended.code, Some(0));
    assert!(ended.stderr.starts_with("shops.toml:12:21: warning: "), "{}", ended.stderr);
    assert!(ended.stdout.ends_with("shops.toml: 1 shop, no errors, 1 warning\n"), "{}", ended.stdout);

    let told = Program::with(RIGHT.replace("15s", "")).refuses("check");
    assert!(told.starts_with("shops.toml:3:17: error: "), "{told}");
}
