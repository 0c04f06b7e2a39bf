//! Inputs that nobody would write: whatever they hold, they are told of and nothing panics.
//!
//! The corpus of `fuzz/` is mutated for a fixed short time, `SHOPSIM_FUZZ_SECONDS` (5 by default). Each input
//! derives from a number that is printed with a failure; `SHOPSIM_TEST_SEED` begins with it. `.ci/fuzz` looks
//! for such inputs by coverage.

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use tokio::time::Instant;

#[path = "fuzz/inputs.rs"]
mod inputs;

/// The name of its corpus, and what reads an input.
type Target = (&'static str, fn(&[u8]));

/// The targets of `fuzz/`.
const TARGETS: [Target; 4] = [
    ("config", inputs::config),
    ("env_file", inputs::env_file),
    ("conninfo", inputs::conninfo),
    ("import", inputs::import),
];

/// What a mutation may put in: pieces that mean something somewhere.
const WORDS: [&str; 48] = [
    "\"",
    "'",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    "#",
    ",",
    ".",
    "\n",
    "\r\n",
    "\\",
    "\u{0}",
    "\u{feff}",
    "é",
    "${",
    "}",
    "$${HOME:-x}",
    "-1",
    "0",
    "99999999999999999999",
    "1e308",
    "nan",
    "true",
    "[[shop]]",
    "env_file = \"x.env\"",
    "unique = true",
    "group = \"g\"",
    "null_ratio = 0.5",
    "locale = \"tr_TR\"",
    "faker = \"ref\"",
    "faker = \"template\"",
    "text = \"{{name}}{{\"",
    "type = \"int[]\"",
    "type = \"varchar(1)\"",
    "GENERATOR_SEED=",
    "POSTGRES_PASSWORD='",
    "postgres://",
    "%",
    "@",
    ":",
    "/",
    "?sslmode=",
    " password='",
    "delete_older_than = \"0\"",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of the corpus");
    entries.map(|entry| entry.expect("an entry of the corpus").path()).collect()
}

/// The known inputs of a target, in an order that no file system decides.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = files(&root.join("fuzz/corpus").join(target));
    if target == "config" {
        paths.extend(files(&root.join("tests/config_errors")).iter().map(|folder| folder.join("shops.toml")));
        paths.push(root.join("shops.toml"));
    }
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a file of the corpus")).collect()
}

/// An input with some pieces taken out, doubled, put in or taken from another.
fn mutate(random: &mut SplitMix64, known: &[Vec<u8>]) -> Vec<u8> {
    let below = |random: &mut SplitMix64, bound: usize| (random.next_u64() % bound.max(1) as u64) as usize;
    let mut bytes = known[below(random, known.len())].clone();
    for _ in 0..1 + below(random, 6) {
        let at = below(random, bytes.len() + 1);
        let length = below(random, 30).min(bytes.len() - at);
        match below(random, 5) {
            0 => drop(bytes.drain(at..at + length)),
            1 => {
                let piece = bytes[at..at + length].to_vec();
                bytes.splice(at..at, piece);
            }
            2 | 3 => {
                let word = below(random, WORDS.len());
                bytes.splice(at..at + if length < 4 { length } else { 0 }, WORDS[word].bytes());
            }
            _ => {
                let other = &known[below(random, known.len())];
                let from = below(random, other.len() + 1);
                let to = (from + below(random, 200)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn all_known_inputs_are_read() {
    for (target, run) in TARGETS {
        corpus(target).iter().for_each(|known| run(known));
    }
}

#[test]
fn no_input_makes_it_panic() {
    let corpora = TARGETS.map(|(target, _)| corpus(target));
    let seconds =
        std::env::var("SHOPSIM_FUZZ_SECONDS").map_or(5, |seconds| seconds.parse().expect("seconds"));
    let first = std::env::var("SHOPSIM_TEST_SEED")
        .map_or_else(|_| shopsim::chain::wall_now().0 as u64, |seed| seed.parse().expect("a number"));
    let (began, mut inputs) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_secs(seconds) || inputs == 0 {
        let seed = first.wrapping_add(inputs);
        let mut random = SplitMix64::seed_from_u64(seed);
        let which = (random.next_u64() % TARGETS.len() as u64) as usize;
        let ((target, run), input) = (TARGETS[which], mutate(&mut random, &corpora[which]));
        assert!(
            catch_unwind(|| run(&input)).is_ok(),
            "SHOPSIM_TEST_SEED={seed} fails with {target} on\n{}",
            input.escape_ascii()
        );
        inputs += 1;
    }
    println!("{inputs} inputs from {first} on");
}
