//! The account that the servers run as: PostgreSQL refuses to run as root.
//!
//! Owns the choice of the account and its file permissions; must not know what runs as it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::{Uid, User, geteuid};

use super::error::EmbeddedError;
use super::way::way;

/// An account of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its user id, never 0.
    pub uid: u32,
    /// Its group id.
    pub gid: u32,
}

impl Account {
    /// The account that runs the servers: `None` for shopsim's own; if that is root, `pg_user`, else the owner of an
    /// existing state folder that is not root's, else the owner of the data in it, else `postgres`, else `nobody`.
    pub(super) fn choose(pg_user: Option<&str>, state_dir: &Path) -> Result<Option<Self>, EmbeddedError> {
        let own = geteuid();
        if !own.is_root() {
            return match User::from_uid(own) {
                Ok(None) => Err(EmbeddedError::NamelessUser { uid: own.as_raw() }),
                _ => Ok(None),
            };
        }
        if let Some(name) = pg_user {
            return match Self::named(name) {
                None => Err(EmbeddedError::UnknownAccount { name: name.to_owned() }),
                Some(account) if account.uid == 0 => Err(EmbeddedError::RootAccount),
                Some(account) => Ok(Some(account)),
            };
        }
        Self::of_state(state_dir)
            .or_else(|| Self::named("postgres"))
            .or_else(|| Self::named("nobody"))
            .map(Some)
            .ok_or(EmbeddedError::NoAccount)
    }

    /// The account that has run the servers of a state folder so far.
    fn of_state(state_dir: &Path) -> Option<Self> {
        let owner = |path: &Path| {
            let uid = std::fs::metadata(path).ok()?.uid();
            Self::with_uid(uid).filter(|account| account.uid != 0)
        };
        let data = || {
            let shops = std::fs::read_dir(state_dir).ok()?.flatten();
            shops.into_iter().find_map(|shop| owner(&shop.path().join("data")))
        };
        owner(state_dir).or_else(data)
    }

    fn named(name: &str) -> Option<Self> {
        User::from_name(name).ok().flatten().map(Self::from)
    }

    fn with_uid(uid: u32) -> Option<Self> {
        User::from_uid(Uid::from_raw(uid)).ok().flatten().map(Self::from)
    }

    /// The first folder from the root down to `path` that the account cannot pass through. Missing folders do not count.
    pub(super) fn closed_on_the_way(&self, path: &Path) -> Option<PathBuf> {
        let closed = |(_, meta): &(PathBuf, Metadata)| meta.is_dir() && !self.may(0o001, meta);
        way(path).into_iter().find(closed).map(|(path, _)| path)
    }

    /// The first folder or link on the way to `path` that the account owns, or whose entries it can replace.
    pub(super) fn replaceable_on_the_way(&self, path: &Path) -> Option<PathBuf> {
        let is_replaceable = |(_, meta): &(PathBuf, Metadata)| {
            let written = meta.is_dir() && !is_sticky(meta) && self.may(0o002, meta);
            meta.uid() == self.uid || written
        };
        way(path).into_iter().find(is_replaceable).map(|(path, _)| path)
    }

    /// Whether the account has a permission, given as the permission bit of others.
    fn may(&self, permission: u32, meta: &Metadata) -> bool {
        let bit = match () {
            () if meta.uid() == self.uid => permission << 6,
            () if meta.gid() == self.gid => permission << 3,
            () => permission,
        };
        meta.mode() & bit != 0
    }
}

/// Whether the sticky bit is set: only the owner of an entry may rename or remove it, as in `/tmp`.
pub(super) fn is_sticky(meta: &Metadata) -> bool {
    meta.mode() & 0o1000 != 0
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() }
    }
}

/// The name of a user id, or the id itself if it has none.
pub(super) fn name_of(uid: u32) -> String {
    Account::with_uid(uid).map_or_else(|| format!("user id {uid}"), |account| account.name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_closed_folder_on_the_way_is_found() {
        let top = tempfile::tempdir().unwrap();
        let top = top.path().canonicalize().unwrap();
        let closed = top.join("closed");
        let below = closed.join("below");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::set_permissions(&top, PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o700)).unwrap();
        let stranger = Account { name: "stranger".into(), uid: 4_000_000, gid: 4_000_000 };
        assert_eq!(stranger.closed_on_the_way(&below.join("not/there")), Some(closed.clone()));
        std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o711)).unwrap();
        assert_eq!(stranger.closed_on_the_way(&below), None);
    }

    #[test]
    fn a_folder_that_the_account_may_write_to_is_replaceable_unless_it_is_sticky() {
        let top = tempfile::tempdir().unwrap();
        let top = top.path().canonicalize().unwrap();
        let open = top.join("open");
        std::fs::create_dir(&open).unwrap();
        let stranger = Account { name: "stranger".into(), uid: 4_000_000, gid: 4_000_000 };
        for (mode, expected) in [(0o755, None), (0o777, Some(open.clone())), (0o1777, None)] {
            std::fs::set_permissions(&open, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(stranger.replaceable_on_the_way(&open.join("state")), expected, "{mode:o}");
        }
    }
}
