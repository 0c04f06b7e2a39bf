//! `shopsim import`: the files of the program that shopsim replaces become a `shops.toml`.
//!
//! Owns the command: which files, what is told, what may be overwritten. How the text is made is
//! `convert`'s; `json` reads, `document` writes.

mod convert;
mod document;
mod json;

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use clap::ValueHint;

use self::convert::{Converted, EnvFile};
use self::json::Json;
use super::{EXIT_CONFIG, EXIT_DIFFERS};

const EXAMPLES: &str = "\
Each env file is a shop, named like the file. The text refers to it for the database and the password,
which is never copied; all else is written out, so that it can be read and changed.

What cannot be carried over is told on stderr with its place, and stands in the text as a comment.

Exit codes: 0 all was carried over, 1 something was left out, 2 a file cannot be read, or the output is
there already.

Examples:
  shopsim import --config config.json --env shop-1.env --env shop-2.env -o shops.toml
  shopsim check --shops shops.toml";

/// `shopsim import`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The tables and their columns: the replaced program's config.json
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: PathBuf,
    /// The settings of a shop: an env file; once for each shop
    #[arg(long, value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
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
    #[error("two env files are of the shop `{name}`; give each shop's file once")]
    Twice { name: String },
    #[error("{} is there already; --force overwrites it", path.display())]
    There { path: PathBuf },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// Converts, writes, and tells what was left out.
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
    let config: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|source| ImportError::NotJson { path: arguments.config.clone(), source })?;
    let folder = output.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut shops: Vec<EnvFile> = Vec::new();
    for path in &arguments.env {
        let shop = EnvFile {
            name: name_of(path)?,
            path: path.display().to_string(),
            from_output: relative(path, folder)?.display().to_string(),
            text: read(path)?,
        };
        if shops.iter().any(|other| other.name == shop.name) {
            return Err(ImportError::Twice { name: shop.name });
        }
        shops.push(shop);
    }
    let Converted { text, left_out, notes } =
        convert::convert(&arguments.config.display().to_string(), &config, &shops);
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
    notes.iter().for_each(|note| tell(&format!("note: {note}\n")));
    left_out.iter().for_each(|line| tell(&format!("left out: {line}\n")));
    Ok(left_out.is_empty())
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

/// The way from a folder to a file.
fn relative(path: &Path, folder: &Path) -> Result<PathBuf, ImportError> {
    let absolute = |path: &Path| {
        std::fs::canonicalize(path).map_err(|source| ImportError::Read { path: path.to_owned(), source })
    };
    let (path, folder) = (absolute(path)?, absolute(folder)?);
    let shared = path.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    Ok(up.chain(path.components().skip(shared)).collect())
}
