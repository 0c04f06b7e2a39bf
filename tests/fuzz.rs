//! Configs and env files that nobody would write: whatever they hold, they are told of and nothing panics.
//!
//! Known good files are mutated for a fixed short time, `SHOPSIM_FUZZ_SECONDS` (5 by default). Each input
//! derives from a number that is printed with a failure; `SHOPSIM_TEST_SEED` begins with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use shopsim::config::{self, Source, Surroundings};
use shopsim::plan;
use tokio::time::Instant;

/// What a mutation may put in: pieces that mean something somewhere.
const WORDS: [&str; 40] = [
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
];

fn corpus() -> (Vec<String>, Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let folders = std::fs::read_dir(root.join("tests/config_errors")).expect("the folder of wrong configs");
    let mut configs: Vec<String> =
        folders.filter_map(|folder| read(&folder.ok()?.path().join("shops.toml")).ok()).collect();
    configs.sort();
    configs.push(read(&root.join("shops.toml")).expect("the shipped config"));
    configs.push(read(&root.join("tests/cli/import/shops.toml")).expect("an imported config"));
    let envs = ["shop-1.env", "shop-2.env"].map(|name| root.join("tests/cli/import").join(name));
    (configs, envs.iter().map(|path| read(path).expect("an env file")).collect())
}

/// A text with some pieces taken out, doubled, put in or taken from another.
fn mutate(random: &mut SplitMix64, texts: &[String]) -> String {
    let below = |random: &mut SplitMix64, bound: usize| (random.next_u64() % bound.max(1) as u64) as usize;
    let pick = below(random, texts.len());
    let mut letters: Vec<char> = texts[pick].chars().collect();
    for _ in 0..1 + below(random, 6) {
        let at = below(random, letters.len() + 1);
        let length = below(random, 30).min(letters.len() - at);
        match below(random, 5) {
            0 => drop(letters.drain(at..at + length)),
            1 => {
                let piece = letters[at..at + length].to_vec();
                letters.splice(at..at, piece);
            }
            2 | 3 => {
                let word = below(random, WORDS.len());
                letters.splice(at..at + if length < 4 { length } else { 0 }, WORDS[word].chars());
            }
            _ => {
                let other = below(random, texts.len());
                let other: Vec<char> = texts[other].chars().collect();
                let from = below(random, other.len() + 1);
                let to = (from + below(random, 200)).min(other.len());
                letters.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
    letters.into_iter().collect()
}

/// Reads and compiles a config, and shows what is wrong with it.
fn read(text: &str, env: &str) {
    let var = |name: &str| (name == "SHOP_PASSWORD").then(|| "p".into());
    let file = |path: &Path| match path.extension().and_then(|ending| ending.to_str()) {
        Some("env") => Ok(env.as_bytes().to_vec()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    let source = Source::new("shops.toml", text);
    let (config, mut problems) = config::read(&source, &Surroundings { var: &var, read: &file });
    problems.extend(plan::compile(&config).1);
    for span in problems.iter().filter_map(|problem| problem.span.clone()) {
        assert!(
            source.text.get(span.clone()).is_some(),
            "a problem stands at {span:?}, where there is no text"
        );
    }
    source.render_all(&problems, true);
}

#[test]
fn no_config_and_no_env_file_makes_it_panic() {
    let (configs, envs) = corpus();
    let seconds =
        std::env::var("SHOPSIM_FUZZ_SECONDS").map_or(5, |seconds| seconds.parse().expect("seconds"));
    let first = std::env::var("SHOPSIM_TEST_SEED")
        .map_or_else(|_| shopsim::chain::wall_now().0 as u64, |seed| seed.parse().expect("a number"));
    let (began, mut inputs) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_secs(seconds) || inputs == 0 {
        let seed = first.wrapping_add(inputs);
        let mut random = SplitMix64::seed_from_u64(seed);
        let (text, env) = (mutate(&mut random, &configs), mutate(&mut random, &envs));
        let read = catch_unwind(AssertUnwindSafe(|| read(&text, &env)));
        assert!(
            read.is_ok(),
            "SHOPSIM_TEST_SEED={seed} fails on the config\n{text}\nand the env file\n{env}"
        );
        inputs += 1;
    }
    println!("{inputs} inputs from {first} on");
}
