//! What a check has found, and what cures it.
//!
//! Owns the list of checks, the levels, and the order in which cures work. Must not know how anything was found out.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::tools::Tool;
use crate::quoting::literal;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Note,
    /// It works, and will go wrong in a case that happens.
    Warning,
    /// It does not work.
    Error,
}

impl Level {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The checks: the number of the documentation's table, the name, and what is asked.
pub const CHECKS: [(u8, &str, &str); 70] = [
    (1, "server-version", "is the major version one that the tool reads"),
    (1, "old-release", "is the minor release recent, and the major version still maintained"),
    (2, "wal-level", "does the write-ahead log have what decoding needs"),
    (3, "free-slots", "is a replication slot free"),
    (3, "free-senders", "is a replication connection free"),
    (4, "standby", "is it a primary, or a standby that the tool can read"),
    (4, "standby-feedback", "does a standby keep its primary from removing rows that decoding needs"),
    (5, "role-missing", "is there the role"),
    (5, "role-login", "may the role log in"),
    (5, "role-replication", "may the role replicate, by its own attribute"),
    (5, "role-superuser", "is the role a superuser, where the tool wants one"),
    (6, "database-connect", "may the role connect to the database"),
    (6, "database-create", "may the role create a schema or a publication in the database"),
    (6, "schema-missing", "is there the schema"),
    (6, "schema-usage", "may the role use the schema"),
    (6, "schema-create", "may shopsim create its tables and its record"),
    (6, "table-select", "may the role read the tables"),
    (6, "table-owner", "does the role own the tables, where the tool adds them to a publication"),
    (7, "row-security", "does row security hide rows from the first copy"),
    (8, "pooler", "is the connection the server's own, and not a pooler's"),
    (8, "no-tls", "does the server offer TLS"),
    (8, "listens-locally", "does the server listen on other machines' behalf"),
    (8, "hba-local", "does pg_hba.conf let other machines in"),
    (8, "hba-errors", "is every line of pg_hba.conf right"),
    (9, "publication-missing", "is there a publication"),
    (9, "publication-tables", "does it have the tables"),
    (9, "publication-operations", "does it publish inserts, updates and deletes"),
    (9, "publication-truncate", "does it publish TRUNCATE"),
    (9, "publication-row-filter", "does it publish all rows"),
    (9, "publication-columns", "does it publish all columns"),
    (10, "publication-via-root", "do changes of partitions come under the name that the tool expects"),
    (11, "table-missing", "are there the tables"),
    (11, "table-identity", "do updates and deletes tell which row they concern"),
    (11, "table-primary-key", "does each table have a primary key, where the tool wants one"),
    (12, "identity-full", "do updates and deletes carry the whole old row, where the tool wants it"),
    (12, "identity-full-cost", "does the whole old row cost, where the tool advises against it"),
    (12, "toasted-values", "do long values that did not change come with an update"),
    (13, "table-not-decoded", "is each table one whose changes are written to the log"),
    (14, "generated-columns", "are generated columns sent"),
    (14, "types", "does the tool know the columns' types"),
    (15, "partition-names", "under which names do changes of partitions come"),
    (15, "partitioned-table", "does the tool read partitioned tables"),
    (16, "slot-lost", "has a slot lost its place"),
    (16, "slot-losing", "is a slot about to lose its place"),
    (16, "slot-inactive", "does every slot have a reader"),
    (16, "slot-behind", "does a slot's reader keep up"),
    (17, "slot-unbounded", "is it bounded how much write-ahead log a slot keeps"),
    (17, "slot-bound-small", "is that bound large enough"),
    (17, "idle-slot-timeout", "does the server drop slots that nobody reads"),
    (18, "sender-timeout", "is wal_sender_timeout within the tool's range"),
    (19, "statement-timeout", "may a statement take as long as the first copy does"),
    (19, "idle-timeout", "may a transaction be idle as long as the first copy does"),
    (20, "long-transaction", "is a transaction open for more than five minutes"),
    (20, "prepared-transaction", "is a prepared transaction forgotten"),
    (21, "decoding-memory", "does a transaction fit into the memory of decoding"),
    (22, "heartbeat-table", "is a heartbeat's table published and writable"),
    (22, "quiet-database", "does this database change often enough to move a slot on"),
    (23, "late-commits", "do changes come as soon as they are committed"),
    (24, "cursor-column", "does each table have a column that tells when a row was changed"),
    (24, "cursor-unset", "does every update set that column"),
    (24, "cursor-index", "does an index serve that column"),
    (24, "cursor-deletes", "are deletes seen"),
    (25, "encoding", "is the database's encoding UTF8"),
    (25, "time-zone", "is the server's time zone UTC"),
    (25, "clock-skew", "does the server's clock agree with the clock here"),
    (26, "failover-slots", "do slots outlive a failover"),
    (27, "probe", "does decoding work: tried with a temporary slot (`--probe`)"),
    (28, "connections", "are two connections free, as shopsim needs"),
    (28, "read-only", "may shopsim write"),
    (29, "unknown", "what could not be seen"),
];

/// When a cure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// At once.
    Now,
    /// After the settings are read again.
    Reload,
    /// After the server has been restarted.
    Restart,
}

impl Effect {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Reload => "reload",
            Self::Restart => "restart",
        }
    }
}

/// The order in which cures work: what a publication needs comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Roles and rights.
    Roles,
    /// Tables.
    Tables,
    /// Publications.
    Publications,
    /// Slots and sessions.
    Sessions,
    /// Settings.
    Settings,
}

/// SQL that cures a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cure {
    /// One statement, with its semicolon.
    pub sql: String,
    /// What it sets: two cures of the same subject contradict each other unless they are equal.
    pub subject: String,
    /// When it counts.
    pub effect: Effect,
    /// Its place among others.
    pub step: Step,
    /// Why it is not run unasked: it destroys something, or has gaps to fill.
    pub by_hand: Option<String>,
}

impl Cure {
    /// A statement that counts at once.
    pub fn now(step: Step, subject: impl Into<String>, sql: impl Into<String>) -> Self {
        let (subject, sql) = (subject.into(), sql.into());
        Self { sql, subject, effect: Effect::Now, step, by_hand: None }
    }

    /// A server's setting.
    pub fn setting(facts: &Facts, name: &str, value: &str) -> Self {
        let effect = match facts.setting(name).map(|setting| setting.context.as_str()) {
            Some("postmaster") => Effect::Restart,
            _ => Effect::Reload,
        };
        let cure = Self {
            sql: format!("ALTER SYSTEM SET {name} = {};", literal(value)),
            subject: format!("setting {name}"),
            effect,
            step: Step::Settings,
            by_hand: None,
        };
        match facts.provider() {
            Some(provider) => cure
                .by_hand(format!("{provider} has no ALTER SYSTEM: set it in its console or parameter group")),
            None => cure,
        }
    }

    /// Of a standby: what is stored in the database is changed on its primary.
    pub fn on_the_primary(&mut self) {
        if self.by_hand.is_none() && matches!(self.step, Step::Roles | Step::Tables | Step::Publications) {
            self.by_hand = Some("the server is a standby: run it on the primary".to_owned());
        }
    }

    /// The same, to be run only by somebody who has read why.
    pub fn by_hand(self, why: impl Into<String>) -> Self {
        Self { by_hand: Some(why.into()), ..self }
    }
}

/// What a check has found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The number in the documentation's table.
    pub number: u8,
    /// Its name.
    pub id: &'static str,
    /// How bad it is on the whole.
    pub level: Level,
    /// How bad it is for each tool that it concerns.
    pub tools: BTreeMap<Tool, Level>,
    /// Whether it is the same for all tools that are considered.
    pub for_all: bool,
    /// What was seen, with the value.
    pub seen: String,
    /// Why it matters.
    pub why: String,
    /// What cures it.
    pub cures: Vec<Cure>,
    /// Whether nothing but a restart is missing any more.
    pub restart_pending: bool,
}

impl Finding {
    /// With one more cure.
    pub fn cure(mut self, cure: Cure) -> Self {
        self.cures.push(cure);
        self
    }

    /// With more cures.
    pub fn cures(mut self, cures: impl IntoIterator<Item = Cure>) -> Self {
        self.cures.extend(cures);
        self
    }

    /// Whether it makes the exit code 1.
    pub fn counts(&self) -> bool {
        self.level > Level::Note
    }
}
