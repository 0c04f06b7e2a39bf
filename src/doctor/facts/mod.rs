//! What is known of a server: the facts that checks decide by.
//!
//! Owns their form, which is also that of the queries' JSON. Pure. Whatever a version does not have, or a role may not
//! see, is `None`: unknown, and never a failure.

mod catalog;
mod sessions;

use serde::Deserialize;

pub use catalog::{Column, Heartbeat, Publication, Published, Table};
pub use sessions::{Activity, Slot};
#[cfg(test)]
pub use sessions::{Prepared, Transaction};

/// All that is known.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The server, the database and the session.
    pub server: Server,
    /// Its settings, as new sessions of the role that asks begin with.
    pub settings: Vec<Setting>,
    /// Settings of the role that is examined, in that database or everywhere, the most specific first.
    pub role_settings: Vec<RoleSetting>,
    /// The role that a tool connects as; `None`: there is no such role.
    pub role: Option<Role>,
    /// Whether the tables could be read: they cannot while another session has locked one.
    pub tables_seen: bool,
    /// The tables, and the partitions of those that have any.
    pub tables: Vec<Table>,
    /// The publications.
    pub publications: Option<Vec<Publication>>,
    /// Which tables are in which publication.
    pub published: Option<Vec<Published>>,
    /// The replication slots.
    pub slots: Option<Vec<Slot>>,
    /// Sessions, transactions and traffic.
    pub activity: Activity,
    /// The rules of `pg_hba.conf`.
    pub rules: Option<Vec<Rule>>,
    /// Tables that look like those of a heartbeat.
    pub heartbeats: Vec<Heartbeat>,
    /// Bytes of write-ahead log per second, as measured while the facts were read.
    pub log_rate: Option<f64>,
    /// The server's clock minus the clock here, in seconds.
    pub clock_skew: Option<f64>,
    /// What came of trying; `None`: it was not tried.
    pub probe: Option<Probe>,
}

/// What came of a temporary slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// It was made, and its changes were decoded through a publication.
    Decoded {
        /// Messages of the plugin.
        messages: i64,
        /// The publication.
        publication: String,
    },
    /// It was made and moved on.
    Made,
    /// It was not made in time, or another one has its name, and why.
    Blocked(String),
    /// It was not made or not read, and why.
    Failed(String),
}

/// The server, the database and the session.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Server {
    /// `server_version_num`.
    pub version: u32,
    /// `server_version`.
    pub version_text: String,
    /// The database.
    pub database: String,
    /// The role of the session.
    pub session_role: String,
    /// Whether it is a standby.
    pub in_recovery: bool,
    /// `server_encoding`.
    pub encoding: String,
    /// The server's time in seconds since 1970.
    pub now: f64,
    /// Whether settings of the connection reach the session, which they do not through a pooler.
    #[serde(default)]
    pub direct: Option<bool>,
    /// The schema is there.
    pub schema_exists: bool,
    /// Roles that only a provider's servers have.
    #[serde(default)]
    pub provider_roles: Vec<String>,
    /// The role of the session may read `pg_hba_file_rules`.
    #[serde(default)]
    pub sees_rules: Option<bool>,
    /// The role of the session sees what all others do.
    #[serde(default)]
    pub sees_activity: Option<bool>,
}

/// A row of `pg_settings`.
#[derive(Clone, Debug, Deserialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// What a session begins with, in its unit.
    pub value: Option<String>,
    /// `kB`, `8kB`, `MB`, `ms`, `s`, `min`.
    pub unit: Option<String>,
    /// When a change counts.
    pub context: String,
    /// Whether it has been changed in a file, and counts from the next restart on.
    #[serde(default)]
    pub pending_restart: Option<bool>,
}

/// A setting of a role or a database.
#[derive(Clone, Debug, Deserialize)]
pub struct RoleSetting {
    /// Its name.
    pub name: String,
    /// As written, with or without a unit.
    pub value: String,
    /// Whether it counts for the role that is examined; else for the role of the session alone.
    pub examined: bool,
}

/// A role, and what it may do.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// SUPERUSER.
    pub superuser: bool,
    /// REPLICATION.
    pub replication: bool,
    /// LOGIN.
    pub login: bool,
    /// BYPASSRLS.
    pub bypass_row_security: bool,
    /// A role that it is a member of, and that may replicate.
    pub replication_of_group: Option<String>,
    /// It is a member of `rds_replication`; `None`: there is no such role.
    pub rds_replication: Option<bool>,
    /// It is a member of `rds_superuser`; `None`: there is no such role.
    pub rds_superuser: Option<bool>,
    /// CONNECT on the database.
    pub connect: bool,
    /// CREATE on the database.
    pub create: bool,
    /// USAGE on the schema.
    pub schema_usage: Option<bool>,
    /// CREATE on the schema.
    pub schema_create: Option<bool>,
    /// USAGE and CREATE on the schema `shopsim`; `None`: there is none.
    pub state_schema: Option<bool>,
}

/// A line of `pg_hba.conf`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Rule {
    /// `local`, `host`, `hostssl` …; `None`: the line is wrong.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// The databases, or words such as `all`.
    #[serde(default)]
    pub database: Option<Vec<String>>,
    /// The address.
    #[serde(default)]
    pub address: Option<String>,
    /// How one logs in.
    #[serde(default)]
    pub auth_method: Option<String>,
    /// What is wrong with the line.
    #[serde(default)]
    pub error: Option<String>,
}

impl Facts {
    /// The major version.
    pub fn major(&self) -> u32 {
        self.server.version / 10_000
    }

    /// A setting; `None`: this version has none, or the role may not see it.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// A setting's value as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.setting(name)?.value.as_deref()
    }

    /// A setting's value as a number in its unit.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// A setting's value in milliseconds, or in bytes; negative values, which mean none, stay as they are.
    pub fn base(&self, name: &str) -> Option<i64> {
        let setting = self.setting(name)?;
        scaled(setting.value.as_deref()?, setting.unit.as_deref())
    }

    /// As [`Self::base`], for sessions of the role that is examined.
    pub fn base_for_role(&self, name: &str) -> Option<i64> {
        scaled(self.text_for_role(name)?, self.setting(name)?.unit.as_deref())
    }

    /// A setting's text, for sessions of the role that is examined.
    pub fn text_for_role(&self, name: &str) -> Option<&str> {
        let set = |examined: bool| {
            let mut settings = self.role_settings.iter();
            settings.find(|setting| setting.name == name && setting.examined == examined)
        };
        match (set(true), set(false)) {
            (Some(own), _) => Some(&own.value),
            // What the session began with is another role's.
            (None, Some(_)) => None,
            (None, None) => self.text(name),
        }
    }

    /// The tables that were asked for, without their partitions.
    pub fn asked_tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| table.partition_of.is_none())
    }

    /// What holds rows and is decoded: tables and partitions, but not what is partitioned.
    pub fn stored_tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| table.kind == "r")
    }

    /// Whose server it is, where a provider's roles tell; `ALTER SYSTEM` is not allowed there.
    pub fn provider(&self) -> Option<&'static str> {
        let known = [
            ("rds_superuser", "Amazon RDS"),
            ("cloudsqlsuperuser", "Cloud SQL"),
            ("azure_pg_admin", "Azure"),
        ];
        let is_there = |role: &str| self.server.provider_roles.iter().any(|name| name == role);
        known.into_iter().find(|(role, _)| is_there(role)).map(|(_, name)| name)
    }
}

/// A value with its unit, in milliseconds or bytes; a unit in the text itself wins.
fn scaled(text: &str, unit: Option<&str>) -> Option<i64> {
    const UNITS: [(&str, i64); 12] = [
        ("us", 0),
        ("ms", 1),
        ("min", 60_000),
        ("s", 1_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
        ("8kB", 8 << 10),
        ("kB", 1 << 10),
        ("MB", 1 << 20),
        ("GB", 1 << 30),
        ("TB", 1 << 40),
        ("B", 1),
    ];
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(text.len());
    let (number, own) = text.split_at(end);
    let (number, unit) = (number.parse::<i64>().ok()?, if own.is_empty() { unit } else { Some(own.trim()) });
    let factor = match unit {
        None => 1,
        Some(unit) => UNITS.iter().find(|(name, _)| *name == unit)?.1,
    };
    Some(if number < 0 { number } else { number.saturating_mul(factor) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_their_own_unit_or_in_that_of_the_setting() {
        for (text, unit, value) in [
            ("60000", Some("ms"), Some(60_000)),
            ("5min", Some("ms"), Some(300_000)),
            ("5 min", Some("ms"), Some(300_000)),
            ("2048", Some("MB"), Some(2 << 30)),
            ("1", Some("8kB"), Some(8192)),
            ("-1", Some("MB"), Some(-1)),
            ("0", Some("s"), Some(0)),
            ("7", None, Some(7)),
            ("on", None, None),
            ("1 fortnight", Some("ms"), None),
        ] {
            assert_eq!(scaled(text, unit), value, "{text} {unit:?}");
        }
    }

    #[test]
    fn the_most_specific_setting_of_a_role_counts_and_that_of_another_role_makes_it_unknown() {
        let timeout = |value: &str| Setting {
            name: "statement_timeout".into(),
            value: Some(value.into()),
            unit: Some("ms".into()),
            context: "user".into(),
            pending_restart: None,
        };
        let own = |value: &str, examined| RoleSetting {
            name: "statement_timeout".into(),
            value: value.into(),
            examined,
        };
        let of = |role_settings| {
            let facts = Facts { settings: vec![timeout("7")], role_settings, ..Facts::default() };
            facts.base_for_role("statement_timeout")
        };
        assert_eq!(of(vec![]), Some(7));
        assert_eq!(of(vec![own("5s", true), own("9s", true)]), Some(5_000));
        assert_eq!(of(vec![own("9s", false)]), None);
        assert_eq!(of(vec![own("9s", false), own("5s", true)]), Some(5_000));
    }
}
