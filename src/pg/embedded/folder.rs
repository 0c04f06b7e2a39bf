//! A shop's folder: `lock`, `superuser.pw`, `postgres.log`, `data`, and whom they belong to.
//!
//! Owns the paths and the way files are written there: by root into a folder of another account, so
//! never through a link that lies there. Must not know what the files mean to PostgreSQL.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown, fchown};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};

use super::account::{Account, name_of};
use super::error::EmbeddedError;
use super::settings::{Settings, Spec};

/// A log larger than this is moved aside when the server starts.
const LOG_BYTES_MAX: u64 = 16 << 20;
/// Where in the log the last lines are looked for.
const TAIL_BYTES_MAX: u64 = 8 << 10;

/// The folder of one shop.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    shop: String,
    root: PathBuf,
    account: Option<Account>,
}

impl Folder {
    /// Makes the folder, open to the account alone, unless it is there.
    pub(super) fn create(settings: &Settings, spec: &Spec) -> Result<Self, EmbeddedError> {
        settings.prepare()?;
        let root = settings.state_dir.join(&spec.shop);
        match std::fs::DirBuilder::new().mode(0o700).create(&root) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(EmbeddedError::io("create", root)(error)),
        }
        let folder = Self { shop: spec.shop.clone(), root, account: settings.account.clone() };
        folder.check_owner()?;
        if let Some(account) = &folder.account {
            chown(&folder.root, Some(account.uid), Some(account.gid))
                .map_err(EmbeddedError::io("change the owner of", &folder.root))?;
        }
        Ok(folder)
    }

    fn check_owner(&self) -> Result<(), EmbeddedError> {
        let data = self.data();
        let ours = nix::unistd::geteuid().as_raw();
        let expected = self.account.as_ref().map_or(ours, |account| account.uid);
        match std::fs::metadata(&data).map(|meta| meta.uid()) {
            Ok(owner) if owner != expected => Err(EmbeddedError::WrongOwner {
                shop: self.shop.clone(),
                data,
                owner: name_of(owner),
                account: name_of(expected),
            }),
            _ => Ok(()),
        }
    }

    /// The shop's name.
    pub(super) fn shop(&self) -> &str {
        &self.shop
    }

    /// Whom the files belong to, if not to ourselves.
    pub(super) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// The folder itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// What lies in the folder under a name with this beginning.
    pub(super) fn entries(&self, prefix: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        entries
            .filter(|entry| entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes()))
            .map(|entry| entry.path())
            .collect()
    }

    /// The server's data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// The file of the superuser's password.
    pub(super) fn password_file(&self) -> PathBuf {
        self.root.join("superuser.pw")
    }

    /// The server's log.
    pub(super) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    /// Takes the shop's lock; `None` if another shopsim holds it.
    pub(super) fn try_lock(&self) -> Result<Option<Flock<File>>, EmbeddedError> {
        let path = self.root.join("lock");
        let lock = try_lock(&path)?;
        if let Some(lock) = &lock {
            self.give_away(lock).map_err(EmbeddedError::io("change the owner of", path))?;
        }
        Ok(lock)
    }

    /// Writes a file whole or not at all, for the account's eyes alone. Leaves it alone if it is the same
    /// already; says whether it was written.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<bool, EmbeddedError> {
        if std::fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) {
            return Ok(false);
        }
        let mut side = path.as_os_str().to_owned();
        side.push(".new");
        let side = PathBuf::from(side);
        let write = || {
            match std::fs::remove_file(&side) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&side)?;
            file.write_all(text.as_bytes())?;
            self.give_away(&file)?;
            std::fs::rename(&side, path)
        };
        write().map_err(EmbeddedError::io("write", path))?;
        Ok(true)
    }

    fn give_away(&self, file: &File) -> std::io::Result<()> {
        match &self.account {
            Some(account) => fchown(file, Some(account.uid), Some(account.gid)),
            None => Ok(()),
        }
    }

    /// Opens the log to append to it, an overlong one moved aside; also tells where the new part begins.
    pub(super) fn open_log(&self) -> Result<(File, u64), EmbeddedError> {
        let path = self.log();
        if std::fs::metadata(&path).is_ok_and(|meta| meta.len() > LOG_BYTES_MAX) {
            std::fs::rename(&path, self.root.join("postgres.log.1"))
                .map_err(EmbeddedError::io("move aside", &path))?;
        }
        let open = || {
            let file = owned_file(OpenOptions::new().append(true)).open(&path)?;
            self.give_away(&file)?;
            let len = file.metadata()?.len();
            Ok((file, len))
        };
        open().map_err(EmbeddedError::io("open", path))
    }

    /// The last lines of the log from `since` on.
    pub(super) fn log_tail(&self, since: u64) -> String {
        let read = || {
            let mut file = File::open(self.log())?;
            let len = file.metadata()?.len();
            // A log shorter than it was has been moved aside meanwhile.
            let since = if since > len { 0 } else { since };
            file.seek(SeekFrom::Start(since.max(len.saturating_sub(TAIL_BYTES_MAX))))?;
            let mut tail = Vec::new();
            file.read_to_end(&mut tail)?;
            std::io::Result::Ok(super::process::last_lines(&tail, 5))
        };
        read().unwrap_or_default()
    }
}

/// Takes the lock of a file, made if need be; `None` if another holds it. It lasts until the value is
/// dropped or the process dies, and children do not inherit it.
pub(super) fn try_lock(path: &Path) -> Result<Option<Flock<File>>, EmbeddedError> {
    let file =
        owned_file(OpenOptions::new().write(true)).open(path).map_err(EmbeddedError::io("open", path))?;
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Ok(Some(lock)),
        Err((_, Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, errno)) => Err(EmbeddedError::io("lock", path)(errno.into())),
    }
}

fn owned_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options.create(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits())
}

/// Removes a folder with all that is in it, if it is there.
pub(super) fn remove_dir(path: &Path) -> Result<(), EmbeddedError> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(EmbeddedError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let top = tempfile::tempdir().unwrap();
        let folder = Folder { shop: "s".into(), root: top.path().to_owned(), account: None };
        (top, folder)
    }

    #[test]
    fn a_file_is_written_once_and_for_its_owner_alone() {
        let (_top, folder) = folder();
        let path = folder.password_file();
        assert!(folder.write(&path, "one").unwrap());
        assert!(!folder.write(&path, "one").unwrap());
        assert!(folder.write(&path, "two").unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn the_lock_is_held_by_one_until_it_is_dropped() {
        let (_top, folder) = folder();
        let held = folder.try_lock().unwrap();
        assert!(held.is_some());
        assert!(folder.try_lock().unwrap().is_none());
        drop(held);
        assert!(folder.try_lock().unwrap().is_some());
    }

    #[test]
    fn the_tail_of_the_log_begins_where_the_server_did() {
        let (_top, folder) = folder();
        std::fs::write(folder.log(), "old\n").unwrap();
        let (mut log, since) = folder.open_log().unwrap();
        log.write_all(b"a\nb\n\nc\nd\ne\nf\n").unwrap();
        assert_eq!(folder.log_tail(since), "b | c | d | e | f");
        assert_eq!(folder.log_tail(1_000_000), "b | c | d | e | f");
    }

    #[test]
    fn an_overlong_log_is_moved_aside() {
        let (top, folder) = folder();
        File::create(folder.log()).unwrap().set_len(LOG_BYTES_MAX + 1).unwrap();
        let (_, since) = folder.open_log().unwrap();
        assert_eq!(since, 0);
        assert!(top.path().join("postgres.log.1").exists());
    }
}
