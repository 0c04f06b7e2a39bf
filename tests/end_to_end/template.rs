//! The template of private servers that tests share: the first test makes one, and later ones find it in their state
//! folders, for which `initdb` need not run again. How it is made is `tests/embedded.rs`'s.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Tells apart what is made at the same time.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The state folder that is lent: for one build of the program, as another one may make it otherwise.
fn shared() -> Option<PathBuf> {
    let built = fs::metadata(env!("CARGO_BIN_EXE_shopsim")).ok()?;
    let name = format!("template-{}-{}", built.mtime(), built.mtime_nsec());
    Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
}

/// Puts the shared template into a state folder that is not there yet, if there is one.
pub fn lend(state: &Path) {
    let Some(shared) = shared().filter(|shared| shared.exists() && !state.exists()) else { return };
    let side = state.with_extension(format!("lent-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    if !link(&shared, &side) || fs::rename(&side, state).is_err() {
        let _ = fs::remove_dir_all(&side);
    }
}

/// Shares the template of a state folder, if it has one and none is shared.
pub fn keep(state: &Path) {
    let Some(shared) = shared().filter(|shared| !shared.exists()) else { return };
    let entries = fs::read_dir(state).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_template = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".template-"))
    };
    let Some(template) = entries.filter(is_template).find(|path| path.join("data/PG_VERSION").exists())
    else {
        return;
    };
    let side =
        shared.with_extension(format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    let made = || {
        let like = fs::metadata(state).ok()?;
        fs::create_dir_all(&side).ok()?;
        chown(&side, Some(like.uid()), Some(like.gid())).ok()?;
        fs::set_permissions(&side, like.permissions()).ok()?;
        let kept = side.join(template.file_name()?);
        link(&template, &kept).then_some(())?;
        // A lock is a place's own.
        fs::remove_file(kept.join("lock")).ok()?;
        fs::rename(&side, &shared).ok()
    };
    if made().is_none() {
        let _ = fs::remove_dir_all(&side);
    }
}

/// Copies a folder with its owners, by links where both are on one file system: nothing writes into a template.
fn link(from: &Path, to: &Path) -> bool {
    let copy = |option: &str| {
        let done = Command::new("cp").args(["-a", option]).arg(from).arg(to).output();
        done.is_ok_and(|done| done.status.success())
    };
    copy("--link") || {
        let _ = fs::remove_dir_all(to);
        copy("--reflink=auto")
    }
}
