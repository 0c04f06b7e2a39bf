//! One input of each kind that a person may hand to shopsim, as bytes: whatever they are, they are told of and
//! nothing panics.
//!
//! Shared by `tests/fuzz.rs`, which mutates the corpus for some seconds, and `cargo fuzz` (`fuzz/`).

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use clap::Parser;
use shopsim::cli::import;
use shopsim::config::{self, Source, Surroundings};
use shopsim::plan;
use tempfile::TempDir;

/// A `shops.toml`.
pub fn config(bytes: &[u8]) {
    if let Ok(source) = Source::from_bytes("shops.toml", bytes.to_vec()) {
        read(&source, b"GENERATOR_SEED=7\nPOSTGRES_HOST=h\n", "p".into());
    }
}

/// The env file of a shop.
pub fn env_file(bytes: &[u8]) {
    read(&shop("env_file = \"shop.env\""), bytes, "p".into());
}

/// A connection string.
pub fn conninfo(bytes: &[u8]) {
    read(&shop("database = \"${VARIABLE}\""), b"", OsString::from_vec(bytes.to_vec()));
}

/// The two files that `shopsim import` takes, a NUL between them: `config.json` and an env file. What it writes must
/// be a config without errors.
pub fn import(bytes: &[u8]) {
    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        arguments: import::Arguments,
    }
    let middle = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (json, env) = (&bytes[..middle], bytes.get(middle + 1..).unwrap_or_default());
    let folder = TempDir::new().expect("a folder");
    let path = |name: &str| folder.path().join(name).into_os_string();
    std::fs::write(path("config.json"), json).expect("the config is written");
    std::fs::write(path("shop.env"), env).expect("the env file is written");
    let words = ["import", "--config", "", "--env", "", "--output", ""].map(OsString::from);
    let mut words = words.to_vec();
    (words[2], words[4], words[6]) = (path("config.json"), path("shop.env"), path("shops.toml"));
    import::run(&Cli::try_parse_from(words).expect("arguments").arguments, |_| {});
    if let Ok(written) = std::fs::read(path("shops.toml")) {
        let source = Source::from_bytes("shops.toml", written).expect("a text is written");
        let errors = read(&source, env, "p".into());
        assert!(errors.is_empty(), "import wrote a config with errors:\n{errors}\n{}", source.text);
    }
}

fn shop(line: &str) -> Source {
    Source::new(
        "shops.toml",
        format!(
            "[[shop]]\nname = \"a\"\ntick_interval = \"1s\"\n{line}\n[tables.t]\ninsert_rows_per_tick = 1\n"
        ),
    )
}

/// Reads and compiles a config, and shows its problems; gives the errors as they are shown.
fn read(source: &Source, env: &[u8], variable: OsString) -> String {
    let var = |name: &str| ["VARIABLE", "SHOP_PASSWORD"].contains(&name).then(|| variable.clone());
    let file = |path: &Path| match path.extension().and_then(|ending| ending.to_str()) {
        Some("env") => Ok(env.to_vec()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    let (config, mut problems) = config::read(source, &Surroundings { var: &var, read: &file });
    problems.extend(plan::compile(&config).1);
    for span in problems.iter().filter_map(|problem| problem.span.clone()) {
        assert!(
            source.text.get(span.clone()).is_some(),
            "a problem stands at {span:?}, where there is no text"
        );
    }
    source.render_all(&problems, true);
    problems.retain(config::Problem::is_error);
    source.render_all(&problems, false)
}
