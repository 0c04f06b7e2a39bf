//! What root finds in folders that the servers' account could write to, or still can.
//!
//! Owns the care that root neither follows what was planted there, nor waits for it, nor gives it away. Folders
//! are made root's own before anything in them is looked at: from then on the account changes nothing there any
//! more. Its data folders alone stay its own. Must not know what a file means.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown, lchown};
use std::path::Path;

use nix::fcntl::OFlag;

use super::account::{Account, is_sticky, name_of};
use super::error::EmbeddedError;

/// Makes the state folder root's if an earlier version gave it to the account, or if it is empty: a volume that
/// was mounted for us, whoever it is given to. Another one is left as whoever made it wants it.
pub(super) fn adopt_state_folder(path: &Path, account: &Account) -> Result<(), EmbeddedError> {
    let meta = path.symlink_metadata().map_err(EmbeddedError::io("look at", path))?;
    let is_empty = std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    if is_empty && !is_sticky(&meta) {
        take_folder(path, &Account { uid: meta.uid(), ..account.clone() }, 0, 0o755)
    } else if meta.uid() == account.uid {
        take_folder(path, account, 0, 0o755)
    } else {
        check_folder(path)?;
        check_owner(path, &meta, account)
    }
}

/// Makes a folder root's that root or the account owns, by its handle.
pub(super) fn take_folder(
    path: &Path,
    account: &Account,
    group: u32,
    mode: u32,
) -> Result<(), EmbeddedError> {
    let failed = |action| EmbeddedError::io(action, path);
    let found = path.symlink_metadata().map_err(failed("look at"))?;
    if !found.is_dir() {
        return Err(id_conflicts(path, kind(&found)));
    }
    let flags = OFlag::O_NOFOLLOW | OFlag::O_DIRECTORY;
    let dir = OpenOptions::new().read(true).custom_flags(flags.bits()).open(path).map_err(failed("open"))?;
    let meta = dir.metadata().map_err(failed("look at"))?;
    check_owner(path, &meta, account)?;
    if (meta.uid(), meta.gid()) != (0, group) {
        fchown(&dir, Some(0), Some(group)).map_err(failed("change the owner of"))?;
    }
    if meta.mode() & 0o7777 != mode {
        dir.set_permissions(PermissionsExt::from_mode(mode)).map_err(failed("change the mode of"))?;
    }
    Ok(())
}

/// Looks at a file in a folder that is root's: a plain one with no other name, of root or of the account. It is
/// made root's unless the account needs it.
pub(super) fn check_file(path: &Path, account: &Account, of_account: bool) -> Result<(), EmbeddedError> {
    let meta = match path.symlink_metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(EmbeddedError::io("look at", path)(error)),
    };
    if let Some(found) = not_plain(&meta) {
        return Err(id_conflicts(path, found));
    }
    check_owner(path, &meta, account)?;
    if !of_account && meta.uid() != 0 {
        lchown(path, Some(0), Some(0)).map_err(EmbeddedError::io("change the owner of", path))?;
    }
    Ok(())
}

/// Opens a plain file that is there. Neither follows a link nor waits for whoever would write to a FIFO.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> Result<File, EmbeddedError> {
    let failed = || EmbeddedError::io("open", path);
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    match options.custom_flags(flags.bits()).open(path) {
        Ok(file) => match not_plain(&file.metadata().map_err(failed())?) {
            None => Ok(file),
            Some(found) => Err(id_conflicts(path, found)),
        },
        Err(error) => match path.symlink_metadata().ok().as_ref().and_then(not_plain) {
            Some(found) => Err(id_conflicts(path, found)),
            None => Err(failed()(error)),
        },
    }
}

/// The text of a plain file of at most so many bytes; `None` if there is none.
pub(super) fn read(path: &Path, bytes_max: u64) -> Result<Option<String>, EmbeddedError> {
    let file = match open(path, OpenOptions::new().read(true)) {
        Ok(file) => file,
        Err(EmbeddedError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(bytes_max).read_to_string(&mut text).map_err(EmbeddedError::io("read", path))?;
    Ok(Some(text))
}

/// The text of a plain file that must be there.
pub(super) fn read_file(path: &Path, bytes_max: u64) -> Result<String, EmbeddedError> {
    read(path, bytes_max)?.ok_or_else(|| EmbeddedError::io("read", path)(ErrorKind::NotFound.into()))
}

/// Looks at a folder, if it is there.
pub(super) fn check_folder(path: &Path) -> Result<(), EmbeddedError> {
    match path.symlink_metadata() {
        Ok(meta) if !meta.is_dir() => Err(id_conflicts(path, kind(&meta))),
        _ => Ok(()),
    }
}

/// Looks at a folder, if it is there, that root alone ever made.
pub(super) fn check_roots_folder(path: &Path) -> Result<(), EmbeddedError> {
    check_folder(path)?;
    match path.symlink_metadata() {
        Ok(meta) if meta.uid() != 0 => Err(id_conflicts(path, "another account's folder")),
        _ => Ok(()),
    }
}

fn check_owner(path: &Path, meta: &Metadata, account: &Account) -> Result<(), EmbeddedError> {
    match meta.uid() {
        0 => Ok(()),
        uid if uid == account.uid => Ok(()),
        uid => Err(EmbeddedError::ForeignOwner { path: path.to_owned(), owner: name_of(uid) }),
    }
}

fn not_plain(meta: &Metadata) -> Option<&'static str> {
    if !meta.is_file() {
        Some(kind(meta))
    } else if meta.nlink() > 1 {
        Some("a file with a second name elsewhere (a hard link)")
    } else {
        None
    }
}

fn kind(meta: &Metadata) -> &'static str {
    let kind = meta.file_type();
    match () {
        () if kind.is_symlink() => "a symbolic link",
        () if kind.is_fifo() => "a FIFO",
        () if kind.is_dir() => "a folder",
        () if kind.is_file() => "a file",
        () => "a device or socket",
    }
}

fn id_conflicts(path: &Path, found: &'static str) -> EmbeddedError {
    EmbeddedError::IdConflict { path: path.to_owned(), found }
}
