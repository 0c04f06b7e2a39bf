//! `shopsim import`: converts the files of the legacy generator to a `shops.toml`.
//!
//! Owns the command: its files, its messages, and when it overwrites. `convert` makes the text; `branch` and `sold` know
//! the settings, `json` and `sql` read, `document` writes.

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
Each env file becomes a shop with the name of the file. The output refers to the env file for the database and \
the password, which is never copied; all other settings are written out. Keys and columns keep their names from \
the legacy generator's databases.

Changes and omissions are reported on stderr with their place; settings that are left out remain as comments. Paths \
of env files are relative to the folder of the output, or absolute if that is unknown, as in a pipe.

Exit codes: 0 everything was converted, 1 something was left out, 2 a file cannot be read, there is no table, or \
the output exists already.

Examples:
  shopsim import --config config.json --env shop-1.env shop-2.env -o shops.toml
  shopsim check --shops shops.toml";

/// `shopsim import`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The legacy generator's config.json, with the tables and their columns
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: PathBuf,
    /// The env file of a shop; several files, or the option once per shop
    #[arg(long, value_name = "FILE", required = true, num_args = 1.., value_hint = ValueHint::FilePath)]
    env: Vec<PathBuf>,
    /// The file to write; default: stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Overwrite the output if it exists
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
    #[error("{}:{}:{}: not valid JSON: {source}", path.display(), source.line(), source.column())]
    NotJson { path: PathBuf, source: serde_json::Error },
    #[error("{} cannot name a shop: a name has 1 to 63 of a-z A-Z 0-9 _ . -; rename the file", path.display())]
    NoName { path: PathBuf },
    #[error("the path {} is not UTF-8, so a config cannot name it; rename it", path.display())]
    NotAText { path: PathBuf },
    #[error("two env files name the shop `{name}`; pass one file per shop")]
    Twice { name: String },
    #[error("{} exists already; pass --force to overwrite it", path.display())]
    There { path: PathBuf },
    #[error("nothing is left to write: {why}")]
    Nothing { why: String },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// Converts, writes, and reports changes and omissions.
pub fn run(arguments: &Arguments, print: impl Fn(&str)) -> ExitCode {
    match import(arguments, &print) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(EXIT_DIFFERS),
        Err(error) => {
            print(&format!("error: {error}\n"));
            ExitCode::from(EXIT_CONFIG)
        }
    }
}

/// Whether everything was converted.
fn import(arguments: &Arguments, print: &impl Fn(&str)) -> Result<bool, ImportError> {
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
    let Converted { text, config, report, wrong } =
        convert::convert(&arguments.config.display().to_string(), json, &shops, &environment);
    report.notes.iter().for_each(|line| print(&format!("note: {line}\n")));
    report.changed.iter().for_each(|line| print(&format!("changed: {line}\n")));
    report.left_out.iter().for_each(|line| print(&format!("left out: {line}\n")));
    if !wrong.is_empty() {
        return Err(ImportError::Nothing { why: wrong.join("; ") });
    }
    match output {
        Some(path) => {
            write(path, &text).map_err(|source| ImportError::Write { path: path.to_owned(), source })?;
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
    print(&format!("wrote {target}: {}\n", summary(&config, &report)));
    Ok(report.left_out.is_empty())
}

/// `2 shops, 3 tables, 16 columns; 1 changed, 0 left out`.
fn summary(config: &Config, report: &ImportReport) -> String {
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!(
        "{}, {}, {}; {} changed, {} left out",
        count(config.shops.len(), "shop"),
        count(config.tables.len(), "table"),
        count(config.tables.iter().map(|table| table.columns.len()).sum(), "column"),
        report.changed.len(),
        report.left_out.len()
    )
}

/// The file that stdout goes to, if it is one and the system reveals its path.
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

/// Writes a file as a whole or not at all.
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
