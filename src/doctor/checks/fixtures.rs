//! A server on which nothing is wrong, for tests.

use super::Asked;
use crate::doctor::facts::{
    Activity, Column, Facts, Publication, Published, Role, Rule, Server, Setting, Slot, Table,
};
use crate::doctor::tools::Tool;

/// Settings with unit and context, as PostgreSQL 17 has them, with values that are good.
const SETTINGS: [(&str, &str, &str, &str); 21] = [
    ("wal_level", "logical", "", "postmaster"),
    ("max_replication_slots", "10", "", "postmaster"),
    ("max_wal_senders", "10", "", "postmaster"),
    ("max_connections", "100", "", "postmaster"),
    ("superuser_reserved_connections", "3", "", "postmaster"),
    ("reserved_connections", "0", "", "postmaster"),
    ("hot_standby_feedback", "off", "", "sighup"),
    ("sync_replication_slots", "on", "", "sighup"),
    ("ssl", "on", "", "sighup"),
    ("listen_addresses", "*", "", "postmaster"),
    ("TimeZone", "Etc/UTC", "", "user"),
    ("max_slot_wal_keep_size", "20480", "MB", "sighup"),
    ("wal_sender_timeout", "60000", "ms", "user"),
    ("statement_timeout", "0", "ms", "user"),
    ("transaction_timeout", "0", "ms", "user"),
    ("idle_in_transaction_session_timeout", "0", "ms", "user"),
    ("idle_session_timeout", "0", "ms", "user"),
    ("logical_decoding_work_mem", "65536", "kB", "user"),
    ("synchronous_commit", "on", "", "user"),
    ("wal_writer_delay", "200", "ms", "sighup"),
    ("default_transaction_read_only", "off", "", "user"),
];

/// PostgreSQL 17 with a role, two tables, and a publication of them.
pub fn good() -> Facts {
    let setting = |(name, value, unit, context): (&str, &str, &str, &str)| Setting {
        name: name.into(),
        value: Some(value.into()),
        unit: (!unit.is_empty()).then(|| unit.into()),
        context: context.into(),
        pending_restart: Some(false),
    };
    Facts {
        server: Server {
            version: 170_010,
            version_text: "17.10".into(),
            database: "shop".into(),
            session_role: "cdc".into(),
            encoding: "UTF8".into(),
            now: 1_790_000_000.0,
            direct: Some(true),
            schema_exists: true,
            sees_activity: Some(true),
            ..Server::default()
        },
        settings: SETTINGS.map(setting).to_vec(),
        role: Some(Role {
            name: "cdc".into(),
            replication: true,
            login: true,
            connect: true,
            create: true,
            schema_usage: Some(true),
            schema_create: Some(true),
            ..Role::default()
        }),
        tables_seen: true,
        tables: vec![table("orders"), table("customers")],
        publications: Some(vec![Publication {
            name: "shop".into(),
            insert: true,
            update: true,
            delete: true,
            truncate: Some(true),
            via_root: Some(false),
            ..Publication::default()
        }]),
        published: Some(vec![published("orders"), published("customers")]),
        slots: Some(vec![Slot { active: true, ..slot("in_use") }]),
        activity: Activity {
            clients: Some(7),
            senders: Some(1),
            standbys: Some(0),
            prepared: Some(vec![]),
            written_here: Some(1_000_000),
            written_elsewhere: Some(1_000_000),
            spilled: Some(0),
            ..Activity::default()
        },
        rules: Some(vec![Rule {
            kind: Some("host".into()),
            database: Some(vec!["all".into()]),
            address: Some("samenet".into()),
            auth_method: Some("scram-sha-256".into()),
            error: None,
        }]),
        log_rate: Some(1_000.0),
        clock_skew: Some(0.1),
        ..Facts::default()
    }
}

/// A table that all tools can read but for Materialize.
pub fn table(name: &str) -> Table {
    Table {
        schema: "public".into(),
        name: name.into(),
        kind: "r".into(),
        persistence: "p".into(),
        identity: "d".into(),
        owned: Some(true),
        select: Some(true),
        row_security: Some(false),
        primary_key: true,
        toast_bytes: Some(0),
        row_bytes: Some(100.0),
        update_trigger: true,
        indexed: vec!["id".into(), "updated_at".into()],
        columns: vec![
            column("id", "bigint"),
            column("note", "text"),
            column("updated_at", "timestamp with time zone"),
        ],
        ..Table::default()
    }
}

/// A column.
pub fn column(name: &str, sql_type: &str) -> Column {
    Column {
        name: name.into(),
        sql_type: sql_type.into(),
        toastable: sql_type == "text",
        ..Column::default()
    }
}

/// A whole table in the publication.
pub fn published(name: &str) -> Published {
    let columns = ["id", "note", "updated_at"].map(str::to_owned).to_vec();
    Published {
        publication: "shop".into(),
        schema: "public".into(),
        table: name.into(),
        row_filter: None,
        columns: Some(columns),
    }
}

/// A logical slot that nobody reads.
pub fn slot(name: &str) -> Slot {
    Slot {
        name: name.into(),
        slot_type: "logical".into(),
        database: Some("shop".into()),
        held: Some(1 << 20),
        wal_status: Some("reserved".into()),
        failover: Some(true),
        ..Slot::default()
    }
}

/// What is asked for one tool.
pub fn asked(tools: &[Tool]) -> Asked {
    Asked {
        tools: tools.to_vec(),
        schema: "public".into(),
        state_schema: "shopsim".into(),
        ..Asked::default()
    }
}

/// Sets a setting; of a name that is new, too.
pub fn set(facts: &mut Facts, name: &str, value: &str) {
    let value = Some(value.to_owned());
    match facts.settings.iter_mut().find(|setting| setting.name == name) {
        Some(setting) => setting.value = value,
        None => facts.settings.push(Setting {
            name: name.to_owned(),
            value,
            unit: name.ends_with("timeout").then(|| "ms".to_owned()),
            context: "sighup".to_owned(),
            pending_restart: None,
        }),
    }
}
