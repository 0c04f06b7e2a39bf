//! What can go wrong with a private server, each with what to do about it.
//!
//! Owns the messages and the question whether trying again can help; must not know how a server is run.

use std::net::IpAddr;
use std::path::PathBuf;

/// A private server could not be started, reached or stopped.
///
/// The message of an error does not repeat that of its source: print both with [`with_causes`](crate::text::with_causes).
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No place for the state folder.
    #[error(
        "no folder for the private servers: HOME and XDG_DATA_HOME are not set; \
         set `state_dir` in [embedded] or SHOPSIM_STATE_DIR"
    )]
    NoStateDir,
    /// A file where the state folder is to be, or on the way to it.
    #[error(
        "the private servers cannot use {}: {} is no folder; move it away, or choose another state_dir \
         (SHOPSIM_STATE_DIR)", state_dir.display(), path.display()
    )]
    NoFolder {
        /// What is there.
        path: PathBuf,
        /// The state folder.
        state_dir: PathBuf,
    },
    /// `pg_user` is not an account of this machine.
    #[error("`pg_user = \"{name}\"` is no account of this machine; name one that is, or leave pg_user out")]
    UnknownAccount {
        /// What `pg_user` says.
        name: String,
    },
    /// `pg_user` is root.
    #[error("PostgreSQL does not run as root; name another account as pg_user, or leave pg_user out")]
    RootAccount,
    /// Running as root, and there is no account to give the servers to.
    #[error(
        "PostgreSQL does not run as root, and there is neither an account `postgres` nor `nobody`; \
         set `pg_user` in [embedded]"
    )]
    NoAccount,
    /// The user id that shopsim runs under has no name, which initdb refuses.
    #[error(
        "user id {uid} has no entry in the machine's list of accounts, and PostgreSQL refuses to run under \
         such an id; run shopsim as a named account, or give the shops a database of your own"
    )]
    NamelessUser {
        /// The effective user id.
        uid: u32,
    },
    /// A folder on the way to the state folder is closed to the account.
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
    /// The account could exchange a folder on the way to the state folder.
    #[error(
        "{} is in the hand of {account}, which runs the private servers: it could lead root astray on the way \
         to {}; choose another state_dir (SHOPSIM_STATE_DIR), another pg_user, or run shopsim as {account}",
        folder.display(), state_dir.display()
    )]
    InItsHand {
        /// The folder or link.
        folder: PathBuf,
        /// The state folder below it.
        state_dir: PathBuf,
        /// The account's name.
        account: String,
    },
    /// Something lies where shopsim keeps a file or folder of its own.
    #[error("{} is {found}, which shopsim has not put there; look who has, then remove it", path.display())]
    IdConflict {
        /// What is in the way.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// A file or folder in the state folder belongs to neither root nor the account.
    #[error(
        "{} belongs to {owner}, and neither to root nor to the account that runs the private servers; give it to \
         root, set `pg_user` in [embedded], or choose another state_dir (SHOPSIM_STATE_DIR)", path.display()
    )]
    ForeignOwner {
        /// The file or folder.
        path: PathBuf,
        /// Who owns it.
        owner: String,
    },
    /// The data folder belongs to another account than the one that would run the server.
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
    /// The folder that the user named has no server programs that run.
    #[error("{} (pg_bin_dir or SHOPSIM_PG_BIN): {reason}", dir.display())]
    BadPrograms {
        /// The named folder.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No PostgreSQL anywhere.
    #[error(
        "no PostgreSQL server programs found ({reason}); install PostgreSQL (`apt install postgresql`, \
         `brew install postgresql`), or say where its programs are with pg_bin_dir (SHOPSIM_PG_BIN), or give \
         the shops a database of your own"
    )]
    NoPrograms {
        /// What was found instead, and why nothing was fetched.
        reason: String,
    },
    /// The data folder needs a PostgreSQL version that is not there.
    #[error(
        "the data was made by PostgreSQL {major}, and no PostgreSQL {major} was found ({reason}); install it, \
         or say where its programs are with pg_bin_dir (SHOPSIM_PG_BIN), or remove the shop's folder to \
         begin anew"
    )]
    NoSuchMajor {
        /// The version that made the data.
        major: u32,
        /// What was found instead, and why nothing was fetched.
        reason: String,
    },
    /// A file or folder.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// A verb.
        action: &'static str,
        /// The file, folder or program.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// `initdb`, or another program that makes a data folder, failed.
    #[error("{program} could not make {}: {output}", data.display())]
    Making {
        /// The program.
        program: String,
        /// The folder that was to be made.
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
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The server ended before it was ready.
    #[error("shop `{shop}`: its PostgreSQL server ended before it was ready ({report}); see {}", log.display())]
    StartFailed {
        /// The shop.
        shop: String,
        /// How it ended, and its last words.
        report: String,
        /// Its whole log.
        log: PathBuf,
        /// The last lines of its log.
        log_tail: String,
    },
    /// The server runs but could not be worked with.
    #[error("shop `{shop}`: cannot {action} on the private server at port {port}")]
    Connect {
        /// The shop.
        shop: String,
        /// The server's port.
        port: u16,
        /// A verb.
        action: &'static str,
        /// What the server said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Another shopsim runs the server, under another password.
    #[error(
        "shop `{shop}`: another shopsim runs its server (port {port}) and the role `shop` has another password \
         there; use the same [embedded] password, or stop the other"
    )]
    OtherPassword {
        /// The shop.
        shop: String,
        /// The server's port.
        port: u16,
    },
    /// The server did not end, whatever it was told.
    #[error("shop `{shop}`: its PostgreSQL server (process {pid}) does not end; end it by hand")]
    StillRunning {
        /// The shop.
        shop: String,
        /// The server's process.
        pid: i32,
    },
}

impl EmbeddedError {
    /// Whether the same start may succeed a moment later with nothing changed in the config.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::StartFailed { log_tail, .. } => passes(log_tail),
            Self::Making { output, .. } => passes(output),
            Self::Io { source, .. } => passes(&source.to_string()),
            // The other may end, or make the role only now.
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

/// Whether a message of the system or of PostgreSQL's programs, which run with the messages of the locale C,
/// tells of something that passes.
fn passes(message: &str) -> bool {
    let passing = [
        // Another server was started at the same moment, or what is left of a killed one still holds memory.
        "lock file",
        "shared memory block",
        "Address already in use",
        // The machine is short of something; many servers that start at once need much of it.
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
