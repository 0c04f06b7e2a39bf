//! `shopsim import`: the files of the program that shopsim replaces become a `shops.toml`.
//!
//! Owns the command: which files, what is told, what may be overwritten. How the text is made is
//! `convert`'s; `branch` and `sold` know what the settings mean, `json` and `sql` read, `document` writes.

mod branch;
mod convert;
mod document;
mod files;
mod json;
mod sold;
mod sql;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use clap::ValueHint;

use self::convert::Converted;
use self::files::{EnvFile, ImportReport};
use self::json::Json;
use super::{EXIT_CONFIG, EXIT_DIFFERS};
use crate::config::Config;

const EXAMPLES: &str = "\
Each env file is a shop, named like the file. The text refers to it for the database and the \
password, which is never copied; all else is written out, so that it can be read and changed. Keys \
and columns keep the names that they have in the replaced program's databases.

What is changed or cannot be carried over is told on stderr with its place; what is left out stands \
in the text as a comment. The path of an env file counts from the folder of the output; where that \
is not known, as in a pipe, it is absolute.

Exit codes: 0 all was carried over, 1 something was left out, 2 a file cannot be read, there is no \
table, or the output is there already.

Examples:
  shopsim import --config config.json --env shop-1.env shop-2.env -o shops.toml
  shopsim check --shops shops.toml";

/// `shopsim import`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The tables and their columns: the replaced program's config.json
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: PathBuf,
    /// The settings of a shop: an env file; several, or once for each shop
    #[arg(long, value_name = "FILE", required = true, num_args = 1.., value_hint = ValueHint::FilePath)]
    env: Vec<PathBuf>,
    /// The file to write; left out: stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Overwrite the output if it is there
    #[arg(long, requires = "output")]
    force: bool,
}

/// Why nothing is written.
#[derive(Debug, thiserror::Error)]
enum ImportError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is not UTF-8", path.display())]
    NotText { path: PathBuf },
    #[error("{}:{}:{}: this is no JSON: {source}", path.display(), source.line(), source.column())]
    NotJson { path: PathBuf, source: serde_json::Error },
    #[error("{} gives no name to a shop: a name has 1 to 63 of a-z A-Z 0-9 _ . -; rename the file", path.display())]
    NoName { path: PathBuf },
    #[error("{} is no path in UTF-8, which a config could name; rename it", path.display())]
    NotAText { path: PathBuf },
    #[error("two env files are of the shop `{name}`; give each shop's file once")]
    Twice { name: String },
    #[error("{} is there already; --force overwrites it", path.display())]
    There { path: PathBuf },
    #[error("nothing is left to write: {why}")]
    Nothing { why: String },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// Converts, writes, and tells what became of it.
pub fn run(arguments: &Arguments, tell: impl Fn(&str)) -> ExitCode {
    match import(arguments, &tell) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(EXIT_DIFFERS),
        Err(error) => {
            tell(&format!("error: {error}\n"));
            ExitCode::from(EXIT_CONFIG)
        }
    }
}

/// Whether all was carried over.
fn import(arguments: &Arguments, tell: &impl Fn(&str)) -> Result<bool, ImportError> {
    let output = arguments.output.as_deref();
    if let Some(path) = output.filter(|path| path.exists() && !arguments.force) {
        return Err(ImportError::There { path: path.to_owned() });
    }
    let text = read(&arguments.config)?;
    let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|source| ImportError::NotJson { path: arguments.config.clone(), source })?;
    let redirected = if output.is_none() { stdout_file() } else { None };
    let folder = output.or(redirected.as_deref()).map(folder_of);
    let mut shops: Vec<EnvFile> = Vec::new();
    for path in &arguments.env {
        let shop = EnvFile {
            name: name_of(path)?,
            path: path.display().to_string(),
            from_output: path_from(path, folder)?,
            text: read(path)?,
        };
        if shops.iter().any(|other| other.name.eq_ignore_ascii_case(&shop.name)) {
            return Err(ImportError::Twice { name: shop.name });
        }
        shops.push(shop);
    }
    let environment = |name: &str| std::env::var_os(name);
    let Converted { text, config, told, wrong } =
        convert::convert(&arguments.config.display().to_string(), json, &shops, &environment);
    told.notes.iter().for_each(|line| tell(&format!("note: {line}\n")));
    told.changed.iter().for_each(|line| tell(&format!("changed: {line}\n")));
    told.left_out.iter().for_each(|line| tell(&format!("left out: {line}\n")));
    if !wrong.is_empty() {
        return Err(ImportError::Nothing { why: wrong.join("; ") });
    }
    match output {
        Some(path) => {
            write(path, &text).map_err(|source| ImportError::Write { path: path.to_owned(), source })?
        }
        None => {
            let written = io::stdout().lock().write_all(text.as_bytes());
            if let Err(source) = written.or_else(|error| match error.kind() {
                io::ErrorKind::BrokenPipe => Ok(()),
                _ => Err(error),
            }) {
                return Err(ImportError::Write { path: "stdout".into(), source });
            }
        }
    }
    let target =
        output.or(redirected.as_deref()).map_or("to stdout".to_owned(), |path| path.display().to_string());
    tell(&format!("wrote {target}: {}\n", summary(&config, &told)));
    Ok(told.left_out.is_empty())
}

/// `2 shops, 3 tables, 16 columns; 1 changed, 0 left out`.
fn summary(config: &Config, told: &ImportReport) -> String {
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!(
        "{}, {}, {}; {} changed, {} left out",
        count(config.shops.len(), "shop"),
        count(config.tables.len(), "table"),
        count(config.tables.iter().map(|table| table.columns.len()).sum(), "column"),
        told.changed.len(),
        told.left_out.len()
    )
}

/// The file that stdout goes to, if it is one and the system tells.
fn stdout_file() -> Option<PathBuf> {
    std::fs::read_link("/proc/self/fd/1").ok().filter(|path| path.is_file())
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn read(path: &Path) -> Result<String, ImportError> {
    let bytes = std::fs::read(path).map_err(|source| ImportError::Read { path: path.to_owned(), source })?;
    String::from_utf8(bytes).map_err(|_| ImportError::NotText { path: path.to_owned() })
}

/// A file that is there whole or not at all.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut side = path.as_os_str().to_owned();
    side.push(".part");
    std::fs::write(&side, text)?;
    std::fs::rename(&side, path).inspect_err(|_| drop(std::fs::remove_file(&side)))
}

/// `shop-1` of `env/shop-1.env`.
fn name_of(path: &Path) -> Result<String, ImportError> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-');
    let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = file.strip_suffix(".env").unwrap_or(file).trim_start_matches('.');
    let sound = name.len() <= 63 && name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if sound && name.chars().all(fits) {
        return Ok(name.to_owned());
    }
    Err(ImportError::NoName { path: path.to_owned() })
}

/// A file as a config in the folder names it; absolute where the folder is not known.
fn path_from(path: &Path, folder: Option<&Path>) -> Result<String, ImportError> {
    let absolute = |path: &Path| {
        std::fs::canonicalize(path).map_err(|source| ImportError::Read { path: path.to_owned(), source })
    };
    let named = match folder {
        None => {
            std::path::absolute(path).map_err(|source| ImportError::Read { path: path.to_owned(), source })?
        }
        Some(folder) => {
            let path = absolute(path)?;
            let folder = std::fs::canonicalize(folder)
                .map_err(|source| ImportError::Write { path: folder.to_owned(), source })?;
            let shared =
                path.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
            let up = folder.components().skip(shared).map(|_| Component::ParentDir);
            up.chain(path.components().skip(shared)).collect()
        }
    };
    named.into_os_string().into_string().map_err(|path| ImportError::NotAText { path: path.into() })
}
