//! The options of all private servers: the state folder, the account, where to look for PostgreSQL.
//!
//! Owns the precedence of environment over file over default; reads the environment only through a function that is
//! passed in, and writes nothing until a server starts.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::account::Account;
use super::error::EmbeddedError;
use super::guard;
use crate::clients::Endpoint;
use crate::config::{self, DEFAULT_PASSWORD, Encryption, Secret, SslMode};

/// The role that owns a private server's database.
pub const ROLE: &str = "shop";
/// The database of a private server.
pub const DATABASE: &str = "shop";

/// One shop's server.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The shop's name, which also names its folder.
    pub shop: String,
    /// The server's TCP port.
    pub port: u16,
    /// The password of the role `shop`.
    pub password: Secret,
}

impl Spec {
    /// A shop's server with the password of the config, by default `shop`.
    pub fn new(shop: impl Into<String>, port: u16, config: &config::Embedded) -> Self {
        let password = config.password.clone().unwrap_or_else(|| Secret::new(DEFAULT_PASSWORD));
        Self { shop: shop.into(), port, password }
    }

    /// How to reach the server's database from this machine.
    pub fn connection(&self) -> config::ConnectionParameters {
        config::ConnectionParameters {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            user: ROLE.to_owned(),
            password: Some(self.password.clone()),
            database: DATABASE.to_owned(),
            encryption: Encryption::new(SslMode::Disable),
            options: None,
        }
    }

    /// The password, if it is the default one, which is no secret.
    pub fn shown_password(&self) -> Option<String> {
        (self.password.reveal() == DEFAULT_PASSWORD).then(|| DEFAULT_PASSWORD.to_owned())
    }

    /// The URL to print; with the password only if it is the default one.
    pub fn url(&self) -> String {
        Endpoint { password: self.shown_password(), ..Endpoint::of(&self.connection()) }.url()
    }
}

/// The options of all private servers of a run.
#[derive(Clone, Debug)]
pub struct PrivateServerOptions {
    /// The folder that holds everything: a folder per shop, and fetched programs. Absolute.
    pub state_dir: PathBuf,
    /// The folder of PostgreSQL's programs, if configured. Absolute.
    pub pg_bin_dir: Option<PathBuf>,
    /// The account that the servers run as; `None`: shopsim's own.
    pub account: Option<Account>,
    /// The address that the servers listen on, besides 127.0.0.1.
    pub listen: IpAddr,
    /// Whether the servers keep running after shopsim ends.
    pub keep_running: bool,
    /// Whether programs may be fetched where none are found.
    pub fetch: bool,
    /// The folders of `PATH`.
    pub path: Vec<PathBuf>,
    /// Limits how many servers are created or started at the same time.
    pub(super) turns: Arc<Semaphore>,
}

/// Servers that start at the same time, per core: one waits for the disk while the other computes.
const TURNS_PER_CORE: usize = 2;

impl PrivateServerOptions {
    /// A program of this name in a folder of `PATH`; relative folders are left out, since the server starts
    /// in a folder of its own.
    pub(super) fn on_path(&self, name: &str) -> Option<PathBuf> {
        let dirs = self.path.iter().filter(|dir| dir.is_absolute());
        dirs.map(|dir| dir.join(name)).find(|program| program.is_file())
    }

    /// Resolves `[embedded]` with the environment, whose `SHOPSIM_STATE_DIR` and `SHOPSIM_PG_BIN` come
    /// first. Relative paths are relative to the working folder.
    pub fn resolve(
        config: &config::Embedded,
        var: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, EmbeddedError> {
        let path_var = |name: &str| var(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let absolute =
            |path: PathBuf| std::path::absolute(&path).map_err(EmbeddedError::io("make absolute", path));
        let state_dir = path_var("SHOPSIM_STATE_DIR")
            .or_else(|| config.state_dir.clone())
            .or_else(|| default_state_dir(&path_var))
            .ok_or(EmbeddedError::NoStateDir)
            .and_then(absolute)?;
        let pg_bin_dir = path_var("SHOPSIM_PG_BIN").or_else(|| config.pg_bin_dir.clone());
        Ok(Self {
            account: Account::choose(config.pg_user.as_deref(), &state_dir)?,
            state_dir,
            pg_bin_dir: pg_bin_dir.map(absolute).transpose()?,
            listen: config.listen.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            keep_running: config.keep_running,
            fetch: config.fetch,
            turns: Arc::new(Semaphore::new(
                TURNS_PER_CORE * std::thread::available_parallelism().map_or(1, usize::from),
            )),
            path: var("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
        })
    }

    /// Whether a server of the shop was ever created here.
    pub fn knows(&self, spec: &Spec) -> bool {
        self.state_dir.join(&spec.shop).join("data").join("PG_VERSION").exists()
    }

    /// The shops that have servers here, by name.
    pub fn all_known(&self) -> Vec<String> {
        let folders = std::fs::read_dir(&self.state_dir).into_iter().flatten().flatten();
        let created = folders.filter(|folder| folder.path().join("data").join("PG_VERSION").exists());
        let names = created.filter_map(|folder| folder.file_name().into_string().ok());
        // Names that begin with a dot are shopsim's own.
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }

    /// Creates the state folder if it is missing, and checks that the account can reach but not replace it. When running
    /// as root, root becomes its owner if an earlier version gave it to the account. Several shops may do so at once.
    pub(super) fn prepare(&self) -> Result<(), EmbeddedError> {
        let there = self.state_dir.ancestors().find(|path| path.exists());
        if let Some(path) = there.filter(|path| !path.is_dir()) {
            return Err(EmbeddedError::NoFolder { path: path.to_owned(), state_dir: self.state_dir.clone() });
        }
        let Some(account) = &self.account else {
            return std::fs::create_dir_all(&self.state_dir)
                .map_err(EmbeddedError::io("create", &self.state_dir));
        };
        // Before anything is created; the state folder itself is checked below.
        let itself = self.state_dir.canonicalize().ok();
        self.check_way(account, |folder| Some(folder) != itself.as_ref())?;
        let mut missing: Vec<&Path> = self.state_dir.ancestors().take_while(|dir| !dir.exists()).collect();
        missing.reverse();
        for dir in missing {
            make_open_dir(dir)?;
        }
        // A link of root's may lead to it.
        let state_dir = self.state_dir.canonicalize().map_err(EmbeddedError::io("find", &self.state_dir))?;
        guard::adopt_state_folder(&state_dir, account)?;
        self.check_way(account, |_| true)
    }

    /// Checks those parents of the state folder for which `concerns` is true: the account must be able to pass through
    /// them, but not to replace any.
    fn check_way(&self, account: &Account, concerns: impl Fn(&PathBuf) -> bool) -> Result<(), EmbeddedError> {
        let (state_dir, name) = (self.state_dir.clone(), account.name.clone());
        if let Some(folder) = account.replaceable_on_the_way(&state_dir).filter(&concerns) {
            return Err(EmbeddedError::Replaceable { folder, state_dir, account: name });
        }
        if let Some(closed) = account.closed_on_the_way(&state_dir).filter(&concerns) {
            return Err(EmbeddedError::Closed { closed, state_dir, account: name });
        }
        Ok(())
    }
}

/// Creates a folder that everybody may read, whatever the umask, unless it exists.
pub(super) fn make_open_dir(dir: &Path) -> Result<(), EmbeddedError> {
    match std::fs::DirBuilder::new().mode(0o755).create(dir) {
        Ok(()) => std::fs::set_permissions(dir, PermissionsExt::from_mode(0o755))
            .map_err(EmbeddedError::io("open", dir)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(EmbeddedError::io("create", dir)(error)),
    }
}

fn default_state_dir(path_var: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if nix::unistd::geteuid().is_root() {
        return Some(PathBuf::from("/var/lib/shopsim"));
    }
    path_var("XDG_DATA_HOME")
        .filter(|dir| dir.is_absolute())
        .or_else(|| path_var("HOME").map(|home| home.join(".local/share")))
        .map(|dir| dir.join("shopsim"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(
        config: &config::Embedded,
        vars: &[(&str, &str)],
    ) -> Result<PrivateServerOptions, EmbeddedError> {
        PrivateServerOptions::resolve(config, &|name| {
            vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into())
        })
    }

    #[test]
    fn the_environment_takes_precedence_over_the_file_and_the_file_over_the_default() {
        let file = config::Embedded { state_dir: Some("/srv/file".into()), ..Default::default() };
        let vars = [("SHOPSIM_STATE_DIR", "/srv/env"), ("HOME", "/home/u"), ("PATH", "/a:/b")];
        let settings = resolve(&file, &vars).unwrap();
        assert_eq!(settings.state_dir, Path::new("/srv/env"));
        assert_eq!(settings.path, [PathBuf::from("/a"), PathBuf::from("/b")]);
        assert_eq!(resolve(&file, &vars[1..]).unwrap().state_dir, Path::new("/srv/file"));
        assert_eq!(resolve(&file, &[("SHOPSIM_STATE_DIR", "")]).unwrap().state_dir, Path::new("/srv/file"));
    }

    #[test]
    fn the_default_folder_is_the_users_own_or_roots() {
        let defaults = config::Embedded::default();
        let vars = [("XDG_DATA_HOME", "/data"), ("HOME", "/home/u")];
        let [with_xdg, with_home] = [&vars[..], &vars[1..]].map(|v| resolve(&defaults, v).unwrap().state_dir);
        if nix::unistd::geteuid().is_root() {
            assert_eq!(with_xdg, Path::new("/var/lib/shopsim"));
            assert_eq!(with_home, Path::new("/var/lib/shopsim"));
        } else {
            assert_eq!(with_xdg, Path::new("/data/shopsim"));
            assert_eq!(with_home, Path::new("/home/u/.local/share/shopsim"));
            assert!(matches!(resolve(&defaults, &[]), Err(EmbeddedError::NoStateDir)));
        }
    }

    #[test]
    fn an_unknown_account_is_an_error_where_an_account_is_needed() {
        let file = config::Embedded { pg_user: Some("no-such-account".into()), ..Default::default() };
        let outcome = resolve(&file, &[("HOME", "/home/u")]);
        if nix::unistd::geteuid().is_root() {
            assert!(matches!(outcome, Err(EmbeddedError::UnknownAccount { .. })));
        } else {
            assert!(outcome.is_ok());
        }
    }
}
