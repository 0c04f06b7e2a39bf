//! Whom the servers run as: PostgreSQL refuses to run as root.
//!
//! Owns the choice of the account and what is open to it; must not know what is run.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Uid, User, geteuid};

use super::error::EmbeddedError;

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
    /// Who runs the servers: `None` for shopsim's own account; where that is root, `pg_user`, else the
    /// owner of a state folder that is there, else `postgres`, else `nobody`.
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
        let owner = std::fs::metadata(state_dir).ok().and_then(|meta| Self::with_uid(meta.uid()));
        owner
            .filter(|account| account.uid != 0)
            .or_else(|| Self::named("postgres"))
            .or_else(|| Self::named("nobody"))
            .map(Some)
            .ok_or(EmbeddedError::NoAccount)
    }

    fn named(name: &str) -> Option<Self> {
        User::from_name(name).ok().flatten().map(Self::from)
    }

    fn with_uid(uid: u32) -> Option<Self> {
        User::from_uid(Uid::from_raw(uid)).ok().flatten().map(Self::from)
    }

    /// The first folder from the root down to `path` that the account cannot pass through. Folders that
    /// are not there yet are ours to make.
    pub(super) fn closed_on_the_way<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let mut way: Vec<&Path> = path.ancestors().collect();
        way.reverse();
        way.into_iter().find(|dir| std::fs::metadata(dir).is_ok_and(|meta| !self.may_pass(&meta)))
    }

    fn may_pass(&self, meta: &std::fs::Metadata) -> bool {
        let bit = match () {
            () if meta.uid() == self.uid => 0o100,
            () if meta.gid() == self.gid => 0o010,
            () => 0o001,
        };
        meta.mode() & bit != 0
    }
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() }
    }
}

/// The name of a user id, or the id itself where it has none.
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
        let closed = top.path().join("closed");
        let below = closed.join("below");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::set_permissions(top.path(), PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o700)).unwrap();
        let stranger = Account { name: "stranger".into(), uid: 4_000_000, gid: 4_000_000 };
        assert_eq!(stranger.closed_on_the_way(&below.join("not/there")), Some(closed.as_path()));
        std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o711)).unwrap();
        assert_eq!(stranger.closed_on_the_way(&below), None);
    }
}
