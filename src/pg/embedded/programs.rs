//! Finds the PostgreSQL for the shops: the first folder with a working server.
//!
//! Owns the search order and the supported versions; must not know what is done with the programs.

use std::path::{Path, PathBuf};
use std::process::Output;

use nix::sys::signal::Signal;

use super::error::EmbeddedError;
use super::fetch;
use super::process::{command, last_lines};
use super::settings::PrivateServerOptions;

/// The oldest major version whose initdb and server support all options that are used.
const MAJOR_MIN: u32 = 14;

/// The server programs of one PostgreSQL installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    /// `initdb`.
    pub initdb: PathBuf,
    /// `postgres`.
    pub postgres: PathBuf,
    /// The major version of both.
    pub major: u32,
    /// The whole version, such as `15.18` or `18beta1`.
    pub version: String,
}

impl Programs {
    /// Finds the programs, of the major version that created the data if there are data. Searches only the configured
    /// folder, if there is one; else `pg_config --bindir`, `PATH`, the well-known folders and those fetched before. At
    /// last they are fetched, if that is allowed.
    pub async fn find(settings: &PrivateServerOptions, major: Option<u32>) -> Result<Self, EmbeddedError> {
        let fits = |programs: &Self| match major {
            Some(major) => programs.major == major,
            None => programs.major >= MAJOR_MIN,
        };
        if let Some(dir) = &settings.pg_bin_dir {
            let programs = Self::probe(settings, dir)
                .await
                .map_err(|reason| EmbeddedError::BadPrograms { dir: dir.clone(), reason })?;
            return if fits(&programs) {
                Ok(programs)
            } else {
                let reason = format!("{} holds PostgreSQL {}", dir.display(), programs.major);
                Err(nothing(major, reason))
            };
        }
        let mut seen = Vec::new();
        for dir in folders(settings).await {
            match Self::probe(settings, &dir).await {
                Ok(programs) if fits(&programs) => return Ok(programs),
                Ok(programs) => seen.push(format!("PostgreSQL {} in {}", programs.major, dir.display())),
                Err(reason) => tracing::debug!(dir = %dir.display(), reason, "no server programs here"),
            }
        }
        match fetch::fetch(settings, major).await? {
            Ok(dir) => Self::probe(settings, &dir)
                .await
                .map_err(|reason| nothing(major, format!("the fetched ones do not run here: {reason}"))),
            Err(reason) => {
                seen.push(reason);
                Err(nothing(major, seen.join("; ")))
            }
        }
    }

    /// The programs of a folder, if both exist and the account that will run the server can make it print its version. A
    /// folder may hold only clients.
    async fn probe(settings: &PrivateServerOptions, dir: &Path) -> Result<Self, String> {
        let [initdb, postgres] = ["initdb", "postgres"].map(|name| dir.join(name));
        if let Some(missing) = [&initdb, &postgres].into_iter().find(|program| !program.is_file()) {
            return Err(format!("there is no {}", missing.display()));
        }
        let mut version =
            command(&postgres, Path::new("/"), settings.account.as_ref(), Some(Signal::SIGKILL));
        let output = version.arg("--version").kill_on_drop(true).output().await;
        match output {
            Err(error) => Err(format!("{} does not run: {error}", postgres.display())),
            Ok(Output { status, stderr, .. }) if !status.success() => {
                Err(format!("{} does not run: {}", postgres.display(), last_lines(&stderr, 2)))
            }
            Ok(Output { stdout, .. }) => match parse_version(&String::from_utf8_lossy(&stdout)) {
                Some((major, version)) => Ok(Self { initdb, postgres, major, version }),
                None => Err(format!("{} --version prints no version", postgres.display())),
            },
        }
    }
}

fn nothing(major: Option<u32>, reason: String) -> EmbeddedError {
    match major {
        Some(major) => EmbeddedError::NoSuchMajor { major, reason },
        None => EmbeddedError::NoPrograms { reason: format!("{MAJOR_MIN} or newer; {reason}") },
    }
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` → 15 and `15.18`; also `18beta1`, `17devel`.
fn parse_version(text: &str) -> Option<(u32, String)> {
    let version = text.split_once("(PostgreSQL)")?.1.trim_start();
    let end = version.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(version.len());
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    Some((version[..digits].parse().ok()?, version[..end].to_owned()))
}

/// All folders that may hold programs, in search order, without duplicates.
async fn folders(settings: &PrivateServerOptions) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    folders.extend(pg_config_bindir(settings).await);
    folders.extend(settings.path.iter().filter(|dir| dir.is_absolute()).cloned());
    // (parent folder, prefix of a version's folder, folder of the programs in it)
    for (parent, prefix, below) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql", "bin"),
        ("/usr/local/opt", "postgresql", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
        ("/usr/local", "pgsql", "bin"),
    ] {
        folders.extend(versions(Path::new(parent), prefix).into_iter().map(|dir| dir.join(below)));
    }
    folders.extend(versions(&fetch::cache(settings), "").into_iter().map(|dir| dir.join("bin")));
    let mut seen = std::collections::BTreeSet::new();
    folders.retain(|dir| seen.insert(dir.clone()));
    folders
}

async fn pg_config_bindir(settings: &PrivateServerOptions) -> Option<PathBuf> {
    let program = settings.on_path("pg_config")?;
    let mut pg_config = command(&program, Path::new("/"), None, Some(Signal::SIGKILL));
    let output = pg_config.arg("--bindir").kill_on_drop(true).output().await.ok()?;
    let dir = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    dir.is_absolute().then_some(dir)
}

/// The folders in `parent` whose name begins with `prefix`, the newest version first.
fn versions(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(Vec<u32>, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some((numbers(name.strip_prefix(prefix)?), entry.path()))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

/// The numbers in a name, so that 9.6 sorts before 15.
fn numbers(name: &str) -> Vec<u32> {
    name.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read() {
        for (text, version) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some((15, "15.18"))),
            ("postgres (PostgreSQL) 18beta1", Some((18, "18beta1"))),
            ("postgres (PostgreSQL) 9.6.24", Some((9, "9.6.24"))),
            ("postgres (PostgreSQL) devel", None),
            ("", None),
        ] {
            let version = version.map(|(major, whole)| (major, whole.to_owned()));
            assert_eq!(parse_version(text), version, "{text:?}");
        }
    }

    #[test]
    fn newer_versions_come_first() {
        let top = tempfile::tempdir().unwrap();
        for name in ["9.6", "15", "18", "latest"] {
            std::fs::create_dir(top.path().join(name)).unwrap();
        }
        let names: Vec<_> = versions(top.path(), "")
            .into_iter()
            .map(|dir| dir.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["18", "15", "9.6", "latest"]);
        assert!(versions(&top.path().join("missing"), "").is_empty());
    }
}
