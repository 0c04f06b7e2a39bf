//! A shop's folder: `lock`, `superuser.pw`, `postgres.log`, `data`, and their owners.
//!
//! Owns the paths and how files are written there: by root, and those of `data` into a folder of another account, so
//! never through a link. Must not know what the files mean to PostgreSQL.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown, lchown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};

use super::account::{Account, name_of};
use super::error::EmbeddedError;
use super::guard;
use super::settings::PrivateServerOptions;

/// A log larger than this is renamed when the server starts.
const LOG_BYTES_MAX: u64 = 16 << 20;
/// How much of the end of the log is searched for the last lines.
const TAIL_BYTES_MAX: u64 = 8 << 10;
/// How often a lock that is held by another process is retried.
const LOCK_POLL: Duration = Duration::from_millis(50);

/// The folder of one shop.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    shop: String,
    root: PathBuf,
    account: Option<Account>,
}

impl Folder {
    /// Creates the folder, closed to others, unless it exists. When running as root, root owns it (even if an earlier
    /// version gave it to the account), and the account may pass through it to its data.
    pub(super) fn create(settings: &PrivateServerOptions, shop: &str) -> Result<Self, EmbeddedError> {
        settings.prepare()?;
        let root = settings.state_dir.join(shop);
        let folder = Self { shop: shop.to_owned(), root, account: settings.account.clone() };
        make_closed_dir(&folder.root)?;
        let Some(account) = &folder.account else {
            folder.check_owner(&folder.root)?;
            folder.check_owner(&folder.data())?;
            return Ok(folder);
        };
        guard::take_folder(&folder.root, account, account.gid, 0o710)?;
        guard::check_folder(&folder.data())?;
        folder.check_owner(&folder.data())?;
        for file in [folder.lock_file(), folder.log()] {
            guard::check_file(&file, account, false)?;
        }
        for file in [folder.password_file(), folder.first_password_file()] {
            guard::check_file(&file, account, true)?;
        }
        Ok(folder)
    }

    /// Checks that a folder, if it exists, belongs to the account that runs the server.
    fn check_owner(&self, dir: &Path) -> Result<(), EmbeddedError> {
        let ours = nix::unistd::geteuid().as_raw();
        let expected = self.account.as_ref().map_or(ours, |account| account.uid);
        match std::fs::metadata(dir).map(|meta| meta.uid()) {
            Ok(owner) if owner != expected => Err(EmbeddedError::WrongOwner {
                shop: self.shop.clone(),
                data: dir.to_owned(),
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

    /// The owner of the files, if it is not shopsim's own account.
    pub(super) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// The folder itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The entries of the folder whose names have this prefix.
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

    /// The file of the superuser's initial password, until the server has its own one.
    pub(super) fn first_password_file(&self) -> PathBuf {
        self.root.join("first.pw")
    }

    fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The server's log.
    pub(super) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    /// Takes the shop's lock; `None` if another shopsim holds it.
    pub(super) fn try_lock(&self) -> Result<Option<Flock<File>>, EmbeddedError> {
        try_lock(&self.lock_file())
    }

    /// Waits for the lock and takes it.
    pub(super) async fn lock(&self) -> Result<Flock<File>, EmbeddedError> {
        lock(&self.lock_file()).await
    }

    /// Creates an empty folder for the account in this one.
    pub(super) fn make_dir(&self, path: &Path) -> Result<(), EmbeddedError> {
        make_closed_dir(path)?;
        let Some(account) = &self.account else { return Ok(()) };
        lchown(path, Some(account.uid), Some(account.gid))
            .map_err(EmbeddedError::io("change the owner of", path))
    }

    /// Writes a file atomically, readable by the account alone, unless its content is unchanged; returns whether it was
    /// written.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<bool, EmbeddedError> {
        let have = guard::read(path, text.len() as u64 + 1);
        if have.is_ok_and(|have| have.as_deref() == Some(text)) {
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
            if let Some(account) = &self.account {
                fchown(&file, Some(account.uid), Some(account.gid))?;
            }
            std::fs::rename(&side, path)
        };
        write().map_err(EmbeddedError::io("write", path))?;
        Ok(true)
    }

    /// Opens the log for appending, after renaming one that is too long; also returns where the new part begins.
    pub(super) fn open_log(&self) -> Result<(File, u64), EmbeddedError> {
        let path = self.log();
        if std::fs::metadata(&path).is_ok_and(|meta| meta.len() > LOG_BYTES_MAX) {
            std::fs::rename(&path, self.root.join("postgres.log.1"))
                .map_err(EmbeddedError::io("rename", &path))?;
        }
        let open = || {
            let file = owned_file(OpenOptions::new().append(true)).open(&path)?;
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
            // A log that has become shorter was renamed meanwhile.
            let since = if since > len { 0 } else { since };
            file.seek(SeekFrom::Start(since.max(len.saturating_sub(TAIL_BYTES_MAX))))?;
            let mut tail = Vec::new();
            file.read_to_end(&mut tail)?;
            std::io::Result::Ok(super::process::last_lines(&tail, 5))
        };
        read().unwrap_or_default()
    }
}

/// Takes the lock of a file, which is created if needed; `None` if another process holds it. It is released when the
/// value is dropped or the process ends, and children do not inherit it.
pub(super) fn try_lock(path: &Path) -> Result<Option<Flock<File>>, EmbeddedError> {
    let file =
        owned_file(OpenOptions::new().write(true)).open(path).map_err(EmbeddedError::io("open", path))?;
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Ok(Some(lock)),
        Err((_, Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, errno)) => Err(EmbeddedError::io("lock", path)(errno.into())),
    }
}

/// Waits for the lock of a file and takes it, without blocking the thread.
pub(super) async fn lock(path: &Path) -> Result<Flock<File>, EmbeddedError> {
    loop {
        if let Some(lock) = try_lock(path)? {
            return Ok(lock);
        }
        tokio::time::sleep(LOCK_POLL).await;
    }
}

fn owned_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options.create(true).mode(0o600).custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits())
}

fn make_closed_dir(path: &Path) -> Result<(), EmbeddedError> {
    match std::fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(EmbeddedError::io("create", path)(error))
        }
        _ => Ok(()),
    }
}

/// Removes a folder with its contents, if it exists.
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
    fn a_log_that_is_too_long_is_renamed() {
        let (top, folder) = folder();
        File::create(folder.log()).unwrap().set_len(LOG_BYTES_MAX + 1).unwrap();
        let (_, since) = folder.open_log().unwrap();
        assert_eq!(since, 0);
        assert!(top.path().join("postgres.log.1").exists());
    }
}
