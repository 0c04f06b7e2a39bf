//! The template cluster: created by `initdb` once per version, never started, and copied for each new shop.
//!
//! Owns the initial content of a cluster; copying it takes a fifth of the time of `initdb`. Copies share one system
//! identifier, which only matters to physical replication: it would not notice a standby of another shop. Must not know
//! the settings of a shop's server.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use nix::sys::signal::Signal;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::cluster::{SUPERUSER, major, random_hex};
use super::error::EmbeddedError;
use super::folder::{Folder, remove_dir};
use super::guard;
use super::process::{command, last_lines};
use super::programs::Programs;
use super::settings::{DATABASE, PrivateServerOptions, ROLE};
use crate::text::with_causes;

/// The prefix of a template's folder, before the version. No shop's name begins with a dot.
const PREFIX: &str = ".template-";

/// Creates a shop's data folder, first under a temporary name: a folder named `data` is always complete.
pub(super) async fn create(
    settings: &PrivateServerOptions,
    programs: &Programs,
    folder: &Folder,
) -> Result<(), EmbeddedError> {
    let template = template(settings, programs).await?;
    // The password of the template's superuser, until the server has its own one.
    let first = guard::read_file(&template.password_file(), super::roles::PASSWORD_BYTES_MAX)?;
    folder.write(&folder.first_password_file(), &first)?;
    folder.write(&folder.password_file(), &random_hex::<24>()?)?;
    let side = side_folder(folder)?;
    folder.make_dir(&side)?;
    // Run as the account, so that it cannot read or write what the account may not.
    let mut copy = command(Path::new("cp"), folder.root(), folder.account(), Some(Signal::SIGKILL));
    copy.arg("-pR").arg(template.data().join(".")).arg(&side);
    let output = run(copy, Path::new("cp")).await?;
    succeeded("cp", &side, &output)?;
    finish(folder, &side)
}

/// The template of a version of PostgreSQL, created if it does not exist.
async fn template(settings: &PrivateServerOptions, programs: &Programs) -> Result<Folder, EmbeddedError> {
    let name = format!("{PREFIX}{}", programs.version);
    let folder = Folder::create(settings, &name)?;
    // Many shops may start at once: one creates it, the others wait for it.
    let _lock = folder.lock().await?;
    if major(&folder.data())?.is_none() {
        make(&folder, programs).await?;
        remove_others(settings, &name);
    }
    Ok(folder)
}

async fn make(folder: &Folder, programs: &Programs) -> Result<(), EmbeddedError> {
    folder.write(&folder.password_file(), &random_hex::<24>()?)?;
    let side = side_folder(folder)?;
    let own_order_utf8_letters = ["--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"];
    let mut output = initdb(folder, programs, &side, &own_order_utf8_letters).await?;
    if !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("locale") {
        remove_dir(&side)?;
        output = initdb(folder, programs, &side, &["--locale=C"]).await?;
    }
    succeeded("initdb", &side, &output)?;
    make_role_and_database(folder, programs, &side).await?;
    let conf = side.join("postgresql.conf");
    guard::open(&conf, OpenOptions::new().append(true))?
        .write_all(b"\ninclude_if_exists = 'shopsim.conf'\n")
        .map_err(EmbeddedError::io("write", conf))?;
    finish(folder, &side)
}

async fn initdb(
    folder: &Folder,
    programs: &Programs,
    side: &Path,
    locale: &[&str],
) -> Result<Output, EmbeddedError> {
    folder.make_dir(side)?;
    let mut initdb = command(&programs.initdb, folder.root(), folder.account(), Some(Signal::SIGKILL));
    initdb
        .arg("-D")
        .arg(side)
        .arg("--pwfile")
        .arg(folder.password_file())
        .args(["-U", SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8", "--no-sync", "--no-instructions"])
        .args(locale);
    run(initdb, &programs.initdb).await
}

/// Creates them without a password, so that nobody can log in before the shop's server sets one. This mode of the server
/// does not report failures; anything missing is created later in the running server.
async fn make_role_and_database(
    folder: &Folder,
    programs: &Programs,
    side: &Path,
) -> Result<(), EmbeddedError> {
    let mut single = command(&programs.postgres, folder.root(), folder.account(), Some(Signal::SIGKILL));
    single.arg("--single").arg("-D").arg(side).args(["-c", "fsync=off", SUPERUSER]);
    single.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let sql = format!("CREATE ROLE {ROLE} LOGIN REPLICATION;\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n");
    let work = async {
        let mut child = single.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(sql.as_bytes()).await?;
        }
        child.wait_with_output().await
    };
    let output = work.await.map_err(EmbeddedError::io("run", &programs.postgres))?;
    succeeded("postgres", side, &output)
}

/// Removes what killed starts left behind. A child of theirs may still be writing there, hence a new name each time.
fn side_folder(folder: &Folder) -> Result<PathBuf, EmbeddedError> {
    for left in folder.entries("data.init-") {
        if let Err(error) = remove_dir(&left) {
            tracing::debug!("{}; will retry later", with_causes(&error));
        }
    }
    Ok(folder.root().join(format!("data.init-{}", random_hex::<4>()?)))
}

fn finish(folder: &Folder, side: &Path) -> Result<(), EmbeddedError> {
    let data = folder.data();
    std::fs::rename(side, &data).map_err(EmbeddedError::io("create", data))
}

/// Removes the templates of other versions, which are not needed any more.
fn remove_others(settings: &PrivateServerOptions, name: &str) {
    for entry in std::fs::read_dir(&settings.state_dir).into_iter().flatten().flatten() {
        let other = entry.file_name();
        if other.as_encoded_bytes().starts_with(PREFIX.as_bytes())
            && other != name
            && let Err(error) = remove_dir(&entry.path())
        {
            tracing::debug!("{}", with_causes(&error));
        }
    }
}

async fn run(mut command: Command, program: &Path) -> Result<Output, EmbeddedError> {
    command.kill_on_drop(true).output().await.map_err(EmbeddedError::io("run", program))
}

fn succeeded(program: &str, data: &Path, output: &Output) -> Result<(), EmbeddedError> {
    if output.status.success() {
        return Ok(());
    }
    Err(EmbeddedError::Making {
        program: program.to_owned(),
        data: data.to_owned(),
        output: last_lines(&output.stderr, 5),
    })
}
