//! What `shopsim sample` and `shopsim history` print, as bytes: each folder of `tests/sample/` and `tests/history/` is a
//! config, the arguments of the command and its exact output; the configs of the latter are those of the former.
//! `UPDATE_GOLDEN=1 cargo test --test sample` writes the outputs anew.
//!
//! A difference means that the same seed gives other bytes than before, which learners' databases would
//! notice: it asks for a new output version, not for new files alone.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines shown before the first difference.
const CONTEXT: usize = 3;

fn sample(folder: &Path, arguments: &str) -> Vec<u8> {
    run("sample", folder, arguments)
}

/// Runs a command in a folder without an environment that could decide anything.
fn run(command: &str, folder: &Path, arguments: &str) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_shopsim"))
        .arg(command)
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{} ended with {}:\n{told}", folder.display(), output.status);
    let mut bytes = output.stdout;
    if !told.is_empty() {
        bytes.extend_from_slice(format!("--- on stderr ---\n{told}").as_bytes());
    }
    bytes
}

/// The folders of a command.
fn cases(command: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(command);
    let mut cases: Vec<PathBuf> = root.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

/// The first lines that differ, with what stands before them; `None` if no byte differs.
fn difference(expected: &[u8], printed: &[u8]) -> Option<String> {
    if expected == printed {
        return None;
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes).split_inclusive('\n').map(|line| format!("{line:?}")).collect()
    };
    let (expected, printed) = (lines(expected), lines(printed));
    let same = expected.iter().zip(&printed).take_while(|(one, other)| one == other).count();
    let mut text = format!("line {}:\n", same + 1);
    for line in &expected[same.saturating_sub(CONTEXT)..same] {
        writeln!(text, "    {line}").unwrap();
    }
    for (sign, lines) in [("-", &expected), ("+", &printed)] {
        for line in lines.iter().skip(same).take(CONTEXT) {
            writeln!(text, "  {sign} {line}").unwrap();
        }
    }
    writeln!(text, "  ({} lines were expected, {} printed)", expected.len(), printed.len()).unwrap();
    Some(text)
}

#[test]
fn every_sample_is_what_it_was_byte_for_byte() {
    golden("sample");
}

#[test]
fn every_history_is_what_it_was_byte_for_byte() {
    golden("history");
}

fn golden(command: &str) {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differing = String::new();
    for case in cases(command) {
        let arguments = std::fs::read_to_string(case.join("arguments")).unwrap();
        let printed = run(command, &case, &arguments);
        let golden = case.join("expected.txt");
        if update {
            std::fs::write(&golden, &printed).unwrap();
        } else if let Some(text) = difference(&std::fs::read(&golden).unwrap_or_default(), &printed) {
            writeln!(differing, "{} differs from {text}", golden.display()).unwrap();
        }
    }
    assert!(
        differing.is_empty(),
        "{differing}\nif this is meant: UPDATE_GOLDEN=1 cargo test --test sample (if values differ, with a new \
         OUTPUT_VERSION)"
    );
}

#[test]
fn a_sample_from_tick_k_is_the_rest_of_one_from_the_start() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample/deletes_updates_and_inserts_as_sql");
    for format in ["sql", "csv", "jsonl"] {
        let of = |from: u64, ticks: u64| {
            let arguments = format!("--from-tick {from} --ticks {ticks} --format {format}");
            String::from_utf8(sample(&case, &arguments)).unwrap()
        };
        let heading = |text: &str| text.lines().take(usize::from(format == "csv")).count();
        let body = |text: String| text.split_inclusive('\n').skip(heading(&text)).collect::<String>();
        let whole = body(of(0, 5));
        for tick in 0..5 {
            let parts = body(of(0, tick)) + &body(of(tick, 5 - tick));
            assert!(parts == whole, "{format}: cut before tick {tick}, it is other than in one piece");
        }
    }
}

#[test]
fn a_sample_ends_where_the_run_ends() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample/deletes_updates_and_inserts_as_sql");
    let whole = sample(&case, "--ticks 5");
    assert!(sample(&case, "--ticks 18446744073709551615") == whole, "more ticks than the run has");
    let beyond = sample(&case, "--from-tick 5 --ticks 1");
    assert_eq!(
        String::from_utf8(beyond).unwrap(),
        "--- on stderr ---\nwarning: shop-1 has no tick 5: it ends after tick 4\n"
    );
}
