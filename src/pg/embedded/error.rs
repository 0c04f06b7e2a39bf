//! What can go wrong with a private server, each with what to do about it.
//!
//! Owns the messages and whether a retry can help; must not know how a server is run.

use std::net::IpAddr;
use std::path::PathBuf;

/// A private server could not be started, reached or stopped.
///
/// The message of an error does not repeat that of its source: print both with [`with_causes`](crate::text::with_causes).
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// The state folder cannot be determined.
    #[error(
        "no folder for the private servers: HOME and XDG_DATA_HOME are not set; \
         set `state_dir` in [embedded] or SHOPSIM_STATE_DIR"
    )]
    NoStateDir,
    /// A file is in the place of the state folder or of one of its parents.
    #[error(
        "the private servers cannot use {}: {} is not a folder; move it away, or choose another state_dir \
         (SHOPSIM_STATE_DIR)", state_dir.display(), path.display()
    )]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// The state folder.
        state_dir: PathBuf,
    },
    /// `pg_user` is not an account of this machine.
    #[error(
        "`pg_user = \"{name}\"` is not an account on this machine; set an existing one, or remove pg_user"
    )]
    UnknownAccount {
        /// What `pg_user` says.
        name: String,
    },
    /// `pg_user` is root.
    #[error("PostgreSQL does not run as root; set pg_user to another account, or remove it")]
    RootAccount,
    /// Running as root, and there is no account to run the servers as.
    #[error(
        "PostgreSQL does not run as root, and neither account `postgres` nor `nobody` exists; \
         set `pg_user` in [embedded]"
    )]
    NoAccount,
    /// The user id that shopsim runs under has no name, which initdb refuses.
    #[error(
        "user id {uid} has no account name on this machine, and PostgreSQL refuses to run without one; run shopsim \
         as a named account, or use a database of your own"
    )]
    NamelessUser {
        /// The effective user id.
        uid: u32,
    },
    /// A parent of the state folder is closed to the account.
    #[error(
        "{} is closed to {account}, which runs the private servers, so {} cannot be used; \
         choose another state_dir (SHOPSIM_STATE_DIR)", closed.display(), state_dir.display()
    )]
    Closed {
        /// The folder that is closed.
        closed: PathBuf,
        /// The state folder below it.
        state_dir: PathBuf,
        /// The account's name.
        account: String,
    },
    /// The account could replace a parent of the state folder.
    #[error(
        "{} can be replaced by {account}, which runs the private servers, so root cannot safely use {}; choose \
         another state_dir (SHOPSIM_STATE_DIR), another pg_user, or run shopsim as {account}",
        folder.display(), state_dir.display()
    )]
    Replaceable {
        /// The folder or link.
        folder: PathBuf,
        /// The state folder below it.
        state_dir: PathBuf,
        /// The account's name.
        account: String,
    },
    /// A file or folder of shopsim's own is something else.
    #[error("{} is {found}, which shopsim did not create; find out where it comes from, then remove it", path.display())]
    Unexpected {
        /// The file or folder.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// A file or folder in the state folder belongs to neither root nor the account.
    #[error(
        "{} belongs to {owner}, not to root or the account that runs the private servers; change its owner to \
         root, set `pg_user` in [embedded], or choose another state_dir (SHOPSIM_STATE_DIR)", path.display()
    )]
    UnknownOwner {
        /// The file or folder.
        path: PathBuf,
        /// Who owns it.
        owner: String,
    },
    /// The data folder does not belong to the account that would run the server.
    #[error(
        "shop `{shop}`: {} belongs to {owner}, but the server would run as {account}; \
         {}", data.display(), owner_cure(owner)
    )]
    WrongOwner {
        /// The shop.
        shop: String,
        /// Its data folder.
        data: PathBuf,
        /// Who owns the data folder.
        owner: String,
        /// Who would run the server.
        account: String,
    },
    /// The configured folder has no working server programs.
    #[error("{} (pg_bin_dir or SHOPSIM_PG_BIN): {reason}", dir.display())]
    BadPrograms {
        /// The folder.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No PostgreSQL anywhere.
    #[error(
        "no PostgreSQL server programs found ({reason}); install PostgreSQL (`apt install postgresql`, \
         `brew install postgresql`), set pg_bin_dir (SHOPSIM_PG_BIN) to the folder of its programs, or use a \
         database of your own"
    )]
    NoPrograms {
        /// What was found instead, and why nothing was fetched.
        reason: String,
    },
    /// The data folder needs a PostgreSQL version that was not found.
    #[error(
        "the data was created by PostgreSQL {major}, and no PostgreSQL {major} was found ({reason}); install it, \
         set pg_bin_dir (SHOPSIM_PG_BIN) to the folder of its programs, or remove the shop's folder to start \
         from scratch"
    )]
    NoSuchMajor {
        /// The version that created the data.
        major: u32,
        /// What was found instead, and why nothing was fetched.
        reason: String,
    },
    /// An operation on a file or folder failed.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// A verb.
        action: &'static str,
        /// The file, folder or program.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// `initdb`, or another program that creates a data folder, failed.
    #[error("{program} could not create {}: {output}", data.display())]
    Making {
        /// The program.
        program: String,
        /// The folder to be created.
        data: PathBuf,
        /// Its last lines.
        output: String,
    },
    /// Another program listens on the shop's port.
    #[error(
        "shop `{shop}`: port {port} of {address} cannot be used; stop the program that listens there, \
         or give the shop another `port`"
    )]
    PortTaken {
        /// The shop.
        shop: String,
        /// The address that was tried.
        address: IpAddr,
        /// The port.
        port: u16,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The server ended before it was ready.
    #[error("shop `{shop}`: its PostgreSQL server ended before it was ready ({report}); see {}", log.display())]
    StartFailed {
        /// The shop.
        shop: String,
        /// How it ended, and the last lines of its log.
        report: String,
        /// Its whole log.
        log: PathBuf,
        /// The last lines of its log.
        log_tail: String,
    },
    /// The server runs, but connecting or a statement failed.
    #[error("shop `{shop}`: cannot {action} on the private server at port {port}")]
    Connect {
        /// The shop.
        shop: String,
        /// The server's port.
        port: u16,
        /// A verb.
        action: &'static str,
        /// The server's error.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Another shopsim runs the server, under another password.
    #[error(
        "shop `{shop}`: another shopsim runs its server (port {port}) and the role `shop` has another password \
         there; use the same [embedded] password, or stop the other shopsim"
    )]
    OtherPassword {
        /// The shop.
        shop: String,
        /// The server's port.
        port: u16,
    },
    /// The server did not stop.
    #[error("shop `{shop}`: its PostgreSQL server (process {pid}) does not stop; stop it by hand")]
    StillRunning {
        /// The shop.
        shop: String,
        /// The server's process.
        pid: i32,
    },
}

impl EmbeddedError {
    /// Whether the same start may succeed a moment later with an unchanged config.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::StartFailed { log_tail, .. } => passes(log_tail),
            Self::Making { output, .. } => passes(output),
            Self::Io { source, .. } => passes(&source.to_string()),
            // The other shopsim may stop, or be about to create the role.
            Self::Connect { .. } | Self::OtherPassword { .. } => true,
            _ => false,
        }
    }

    /// For `map_err`: an I/O error with what was tried on what.
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

/// Whether a message of the system or of PostgreSQL's programs, which run with messages in the locale C, reports a
/// temporary condition.
fn passes(message: &str) -> bool {
    let passing = [
        // Another server was started at the same moment, or the remains of a killed one still hold memory.
        "lock file",
        "shared memory block",
        "Address already in use",
        // The machine is short of a resource, as when many servers start at once.
        "No space left on device",
        "Disk quota exceeded",
        "Cannot allocate memory",
        "out of memory",
        "Resource temporarily unavailable",
        "Too many open files",
        "could not fork",
    ];
    passing.iter().any(|words| message.contains(words))
}

fn owner_cure(owner: &str) -> String {
    if nix::unistd::geteuid().is_root() {
        format!("set `pg_user = \"{owner}\"` in [embedded]")
    } else {
        format!("run shopsim as {owner}, or choose another state_dir (SHOPSIM_STATE_DIR)")
    }
}
