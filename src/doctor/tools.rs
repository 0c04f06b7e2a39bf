//! The tools that read a PostgreSQL server, and what each wants of it.
//!
//! Owns the names, and the facts of their documentation; `docs/doctor.md` tells the sources. Must not know how a server
//! is looked at. What every tool wants alike is in the checks.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::suggest::nearest;
use crate::text::listed;

/// A tool, by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// Debezium's connector for PostgreSQL.
    Debezium,
    /// Airbyte, source Postgres, with CDC.
    Airbyte,
    /// AWS Database Migration Service.
    Dms,
    /// Fivetran, with logical replication.
    Fivetran,
    /// dlt, verified source `pg_replication`.
    Dlt,
    /// PeerDB, and ClickPipes, which is made of it.
    Peerdb,
    /// Estuary Flow.
    Estuary,
    /// Materialize.
    Materialize,
    /// RisingWave's `postgres-cdc`.
    Risingwave,
    /// Google Cloud's Datastream.
    Datastream,
    /// Supabase ETL.
    SupabaseEtl,
    /// A native `CREATE SUBSCRIPTION` of another PostgreSQL server.
    Subscription,
    /// Loads by a cursor column: Airbyte's standard mode, dlt's `incremental`, queries by hand.
    Cursor,
    /// shopsim itself, which writes.
    Shopsim,
}

/// Who makes the publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    /// The user: without one the tool does not start.
    ByHand,
    /// The tool, if there is none.
    ByTool,
    /// It reads none.
    None,
}

/// What a tool wants.
#[derive(Debug)]
pub struct Wants {
    /// The tool.
    pub tool: Tool,
    /// Its name on the command line.
    pub name: &'static str,
    /// The major versions of PostgreSQL that its documentation names.
    pub versions: RangeInclusive<u32>,
    /// Whether it reads the write-ahead log through a slot.
    pub reads_log: bool,
    /// Who makes the publication.
    pub publication: Publication,
    /// Whether its role must be a superuser.
    pub superuser: bool,
    /// Whether its role creates objects in the database, whatever publication there is.
    pub creates: bool,
    /// Whether its role must own the tables.
    pub owns_tables: bool,
    /// Whether a replica identity is not enough: it needs a primary key.
    pub primary_key: bool,
    /// Whether it needs REPLICA IDENTITY FULL.
    pub identity_full: bool,
    /// Whether a TOASTed column that did not change is missing from what it delivers.
    pub loses_toast: bool,
    /// `publish_via_partition_root`, where it wants one of the two.
    pub via_root: Option<bool>,
    /// Replication slots that the server must have in total, and that must be free.
    pub slots: (i64, i64),
    /// From which major version on it reads a standby; `None`: a primary only.
    pub standby: Option<u32>,
    /// Whether it connects by TLS only.
    pub tls: bool,
    /// The longest wait that `wal_sender_timeout` may give, in milliseconds, besides 0, which is none.
    pub sender_timeout: Option<RangeInclusive<i64>>,
    /// The smallest `max_slot_wal_keep_size` that its documentation advises, in bytes.
    pub keep_size: Option<i64>,
    /// Whether its documentation advises a heartbeat, as its slot moves only with the changes of its own tables.
    pub heartbeat: bool,
}

const GIGABYTE: i64 = 1 << 30;
const NEWEST: u32 = u32::MAX;

/// What most tools want.
const COMMON: Wants = Wants {
    tool: Tool::Debezium,
    name: "",
    versions: 10..=NEWEST,
    reads_log: true,
    publication: Publication::ByHand,
    superuser: false,
    creates: false,
    owns_tables: false,
    primary_key: false,
    identity_full: false,
    loses_toast: false,
    via_root: None,
    slots: (1, 1),
    standby: None,
    tls: false,
    sender_timeout: None,
    keep_size: None,
    heartbeat: false,
};

/// A day: longer is as good as none.
const DAY: i64 = 86_400_000;

static ALL: [Wants; 14] = [
    Wants {
        tool: Tool::Debezium,
        name: "debezium",
        publication: Publication::ByTool,
        loses_toast: true,
        standby: Some(16),
        heartbeat: true,
        ..COMMON
    },
    Wants {
        tool: Tool::Airbyte,
        name: "airbyte",
        primary_key: true,
        loses_toast: true,
        heartbeat: true,
        ..COMMON
    },
    Wants {
        tool: Tool::Dms,
        name: "dms",
        versions: 10..=17,
        publication: Publication::None,
        superuser: true,
        primary_key: true,
        slots: (2, 1),
        sender_timeout: Some(10_000..=299_999),
        heartbeat: true,
        ..COMMON
    },
    Wants {
        tool: Tool::Fivetran,
        name: "fivetran",
        versions: 10..=16,
        primary_key: true,
        standby: Some(16),
        tls: true,
        ..COMMON
    },
    Wants {
        tool: Tool::Dlt,
        name: "dlt",
        publication: Publication::ByTool,
        creates: true,
        owns_tables: true,
        ..COMMON
    },
    Wants {
        tool: Tool::Peerdb,
        name: "peerdb",
        versions: 12..=NEWEST,
        via_root: Some(true),
        slots: (4, 1),
        heartbeat: true,
        ..COMMON
    },
    Wants {
        tool: Tool::Estuary,
        name: "estuary",
        publication: Publication::ByTool,
        via_root: Some(true),
        ..COMMON
    },
    Wants {
        tool: Tool::Materialize,
        name: "materialize",
        versions: 11..=NEWEST,
        identity_full: true,
        via_root: Some(false),
        keep_size: Some(5 * GIGABYTE),
        ..COMMON
    },
    Wants {
        tool: Tool::Risingwave,
        name: "risingwave",
        versions: 10..=17,
        publication: Publication::ByTool,
        creates: true,
        primary_key: true,
        ..COMMON
    },
    Wants { tool: Tool::Datastream, name: "datastream", sender_timeout: Some(600_000..=DAY), ..COMMON },
    Wants { tool: Tool::SupabaseEtl, name: "supabase-etl", versions: 14..=18, ..COMMON },
    // Each table that is copied at first takes a slot of its own, two at a time.
    Wants { tool: Tool::Subscription, name: "subscription", slots: (3, 3), standby: Some(16), ..COMMON },
    Wants {
        tool: Tool::Cursor,
        name: "cursor",
        versions: 9..=NEWEST,
        reads_log: false,
        publication: Publication::None,
        slots: (0, 0),
        standby: Some(9),
        ..COMMON
    },
    Wants {
        tool: Tool::Shopsim,
        name: "shopsim",
        versions: 12..=NEWEST,
        reads_log: false,
        publication: Publication::None,
        slots: (0, 0),
        ..COMMON
    },
];

impl Tool {
    /// What it wants.
    ///
    /// # Panics
    /// Never: every tool is in the list.
    pub fn wants(self) -> &'static Wants {
        ALL.iter().find(|wants| wants.tool == self).expect("every tool is in the list")
    }

    /// The tools that are considered where none is named: all that read.
    pub fn readers() -> Vec<Self> {
        ALL.iter().map(|wants| wants.tool).filter(|tool| *tool != Self::Shopsim).collect()
    }

    /// All tools.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|wants| wants.tool)
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.wants().name)
    }
}

impl FromStr for Tool {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.to_ascii_lowercase().replace('_', "-");
        ALL.iter().find(|wants| wants.name == name).map(|wants| wants.tool).ok_or_else(|| {
            let names = ALL.each_ref().map(|wants| wants.name);
            match nearest(&name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the tools are {}", listed(&names)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_read_as_it_is_shown() {
        for tool in Tool::all() {
            assert_eq!(tool.to_string().parse(), Ok(tool));
            assert_eq!(tool.wants().tool, tool);
        }
        assert_eq!("Supabase_ETL".parse(), Ok(Tool::SupabaseEtl));
        assert_eq!("debezum".parse::<Tool>().unwrap_err(), "did you mean `debezium`?");
        assert!("x".parse::<Tool>().unwrap_err().starts_with("the tools are debezium, airbyte"));
    }
}
