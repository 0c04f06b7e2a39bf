//! Root's access to folders that the servers' account could write to, or still can.
//!
//! Root must neither follow a link that was planted there, nor wait for a FIFO, nor give a file away. Folders change
//! their owner to root before anything in them is looked at, so that the account cannot change them any more; only its
//! data folders stay its own. Must not know what a file means.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown, lchown};
use std::path::Path;

use nix::fcntl::OFlag;

use super::account::{Account, is_sticky, name_of};
use super::error::EmbeddedError;

/// Makes root the owner of the state folder if an earlier version gave it to the account, or if it is empty: a freshly
/// mounted volume. Any other folder is left as it was set up.
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

/// Makes root the owner of a folder of root's or the account's, by its file descriptor.
pub(super) fn take_folder(
    path: &Path,
    account: &Account,
    group: u32,
    mode: u32,
) -> Result<(), EmbeddedError> {
    let failed = |action| EmbeddedError::io(action, path);
    let found = path.symlink_metadata().map_err(failed("look at"))?;
    if !found.is_dir() {
        return Err(unexpected(path, kind(&found)));
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

/// Checks a file in a folder of root's: it must be a plain file without hard links, of root or the account. Unless the
/// account needs it, root becomes its owner.
pub(super) fn check_file(path: &Path, account: &Account, of_account: bool) -> Result<(), EmbeddedError> {
    let meta = match path.symlink_metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(EmbeddedError::io("look at", path)(error)),
    };
    if let Some(found) = not_plain(&meta) {
        return Err(unexpected(path, found));
    }
    check_owner(path, &meta, account)?;
    if !of_account && meta.uid() != 0 {
        lchown(path, Some(0), Some(0)).map_err(EmbeddedError::io("change the owner of", path))?;
    }
    Ok(())
}

/// Opens an existing plain file. Neither follows a link nor waits for the writer of a FIFO.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> Result<File, EmbeddedError> {
    let failed = || EmbeddedError::io("open", path);
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    match options.custom_flags(flags.bits()).open(path) {
        Ok(file) => match not_plain(&file.metadata().map_err(failed())?) {
            None => Ok(file),
            Some(found) => Err(unexpected(path, found)),
        },
        Err(error) => match path.symlink_metadata().ok().as_ref().and_then(not_plain) {
            Some(found) => Err(unexpected(path, found)),
            None => Err(failed()(error)),
        },
    }
}

/// The text of a plain file, at most `bytes_max` bytes; `None` if there is no file.
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

/// The text of a plain file that must exist.
pub(super) fn read_file(path: &Path, bytes_max: u64) -> Result<String, EmbeddedError> {
    read(path, bytes_max)?.ok_or_else(|| EmbeddedError::io("read", path)(ErrorKind::NotFound.into()))
}

/// Checks that a path is a folder, if it exists.
pub(super) fn check_folder(path: &Path) -> Result<(), EmbeddedError> {
    match path.symlink_metadata() {
        Ok(meta) if !meta.is_dir() => Err(unexpected(path, kind(&meta))),
        _ => Ok(()),
    }
}

/// Checks that a path, if it exists, is a folder that belongs to root.
pub(super) fn check_roots_folder(path: &Path) -> Result<(), EmbeddedError> {
    check_folder(path)?;
    match path.symlink_metadata() {
        Ok(meta) if meta.uid() != 0 => Err(unexpected(path, "another account's folder")),
        _ => Ok(()),
    }
}

fn check_owner(path: &Path, meta: &Metadata, account: &Account) -> Result<(), EmbeddedError> {
    match meta.uid() {
        0 => Ok(()),
        uid if uid == account.uid => Ok(()),
        uid => Err(EmbeddedError::UnknownOwner { path: path.to_owned(), owner: name_of(uid) }),
    }
}

fn not_plain(meta: &Metadata) -> Option<&'static str> {
    if !meta.is_file() {
        Some(kind(meta))
    } else if meta.nlink() > 1 {
        Some("a file with hard links")
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

fn unexpected(path: &Path, found: &'static str) -> EmbeddedError {
    EmbeddedError::Unexpected { path: path.to_owned(), found }
}
