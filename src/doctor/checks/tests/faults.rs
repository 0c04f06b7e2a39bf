//! Every way to break a server is found, and nothing else is.

use std::collections::BTreeSet;

use super::{add, ids, one};
use crate::doctor::checks::fixtures::{asked, column, good, set, slot};
use crate::doctor::checks::{Asked, findings};
use crate::doctor::facts::{Facts, Heartbeat, Prepared, Probe, RoleSetting, Rule, Slot, Transaction};
use crate::doctor::finding::CHECKS;
use crate::doctor::finding::Level::{self, Error, Note, Warning};
use crate::doctor::tools::Tool;

/// One way to break a server: what is found by it, for which tool, how bad it is, and how it is broken.
type Fault = (&'static [&'static str], Tool, Level, fn(&mut Facts, &mut Asked));

const FAULTS: &[Fault] = &[
    (&["server-version"], Tool::Peerdb, Error, |f, _| f.server.version = 110_022),
    (&["server-version"], Tool::Risingwave, Warning, |f, _| f.server.version = 180_004),
    (&["old-release"], Tool::Debezium, Note, |f, _| f.server.version = 170_001),
    (&["old-release"], Tool::Debezium, Note, |f, _| f.server.now = 2_000_000_000.0),
    (&["wal-level"], Tool::Debezium, Error, |f, _| set(f, "wal_level", "replica")),
    (&["free-slots"], Tool::Debezium, Error, |f, _| set(f, "max_replication_slots", "1")),
    (&["free-slots"], Tool::Peerdb, Warning, |f, _| set(f, "max_replication_slots", "3")),
    (&["free-senders"], Tool::Debezium, Error, |f, _| f.activity.senders = Some(10)),
    (&["standby"], Tool::Airbyte, Error, |f, _| {
        f.server.in_recovery = true;
        set(f, "hot_standby_feedback", "on");
    }),
    (&["standby"], Tool::Debezium, Note, |f, _| {
        f.server.in_recovery = true;
        set(f, "hot_standby_feedback", "on");
    }),
    (&["standby", "standby-feedback"], Tool::Debezium, Warning, |f, _| f.server.in_recovery = true),
    (&["role-missing"], Tool::Debezium, Error, |f, _| f.role = None),
    (&["role-login"], Tool::Cursor, Error, |f, _| f.role.as_mut().unwrap().login = false),
    (&["role-replication"], Tool::Debezium, Error, |f, _| {
        let role = f.role.as_mut().unwrap();
        role.replication = false;
        role.replication_of_group = Some("replicators".into());
    }),
    (&["database-connect"], Tool::Debezium, Error, |f, _| f.role.as_mut().unwrap().connect = false),
    (&["database-create"], Tool::Dlt, Error, |f, _| f.role.as_mut().unwrap().create = false),
    (&["database-create"], Tool::Shopsim, Error, |f, _| f.role.as_mut().unwrap().create = false),
    (&["publication-missing", "database-create"], Tool::Debezium, Warning, |f, _| {
        f.role.as_mut().unwrap().create = false;
        f.publications = Some(vec![]);
    }),
    (&["schema-missing"], Tool::Debezium, Error, |f, _| f.server.schema_exists = false),
    (&["schema-usage"], Tool::Debezium, Error, |f, _| f.role.as_mut().unwrap().schema_usage = Some(false)),
    (&["schema-create"], Tool::Shopsim, Error, |f, _| f.role.as_mut().unwrap().schema_create = Some(false)),
    (&["schema-create"], Tool::Shopsim, Error, |f, _| f.role.as_mut().unwrap().state_schema = Some(false)),
    (&["table-select"], Tool::Debezium, Error, |f, _| f.tables[0].select = Some(false)),
    (&["table-owner"], Tool::Dlt, Error, |f, _| f.tables[0].owned = Some(false)),
    (&["row-security"], Tool::Debezium, Warning, |f, _| f.tables[0].row_security = Some(true)),
    (&["pooler"], Tool::Debezium, Error, |f, _| f.server.direct = Some(false)),
    (&["pooler"], Tool::Cursor, Warning, |f, _| f.server.direct = Some(false)),
    (&["no-tls"], Tool::Fivetran, Error, |f, _| set(f, "ssl", "off")),
    (&["no-tls"], Tool::Debezium, Warning, |f, _| set(f, "ssl", "off")),
    (&["listens-locally"], Tool::Debezium, Note, |f, _| set(f, "listen_addresses", "127.0.0.1, ::1")),
    (&["hba-local"], Tool::Debezium, Warning, |f, _| {
        f.rules.as_mut().unwrap()[0].address = Some("127.0.0.1".into());
    }),
    (&["hba-local"], Tool::Debezium, Warning, |f, _| {
        f.rules.as_mut().unwrap()[0].database = Some(vec!["replication".into()]);
    }),
    (&["hba-errors"], Tool::Debezium, Warning, |f, _| {
        let wrong = Rule { error: Some("invalid authentication method".into()), ..Rule::default() };
        f.rules.as_mut().unwrap().push(wrong);
    }),
    (&["publication-missing"], Tool::Airbyte, Error, |f, _| f.publications = Some(vec![])),
    (&["publication-missing"], Tool::Debezium, Note, |f, _| f.publications = Some(vec![])),
    (&["publication-missing"], Tool::Debezium, Error, |_, a| a.publication = Some("other".into())),
    (&["publication-tables"], Tool::Debezium, Warning, |f, _| drop(f.published.as_mut().unwrap().pop())),
    (&["publication-tables"], Tool::Debezium, Error, |f, a| {
        f.published.as_mut().unwrap().pop();
        a.tables = Some(vec!["orders".into(), "customers".into()]);
    }),
    (&["publication-operations"], Tool::Debezium, Error, |f, _| {
        f.publications.as_mut().unwrap()[0].delete = false;
    }),
    (&["publication-truncate"], Tool::Debezium, Note, |f, _| {
        f.publications.as_mut().unwrap()[0].truncate = Some(false);
    }),
    (&["publication-row-filter"], Tool::Debezium, Warning, |f, _| {
        f.published.as_mut().unwrap()[0].row_filter = Some("(id > 7)".into());
    }),
    (&["publication-columns"], Tool::Debezium, Warning, |f, _| {
        f.published.as_mut().unwrap()[0].columns = Some(vec!["id".into()]);
    }),
    (&["publication-via-root"], Tool::Materialize, Error, |f, _| {
        f.publications.as_mut().unwrap()[0].via_root = Some(true);
    }),
    (&["table-missing"], Tool::Debezium, Error, |_, a| a.tables = Some(vec!["orders".into(), "x".into()])),
    (&["table-missing"], Tool::Debezium, Note, |_, a| {
        a.tables = Some(vec!["orders".into(), "x".into()]);
        a.tables_of_shopsim = true;
    }),
    (&["table-identity"], Tool::Debezium, Error, |f, _| f.tables[0].primary_key = false),
    (&["table-identity"], Tool::Airbyte, Error, |f, _| f.tables[0].identity = "n".into()),
    (&["table-identity"], Tool::Airbyte, Error, |f, _| f.tables[0].identity = "gone".into()),
    (&["table-primary-key"], Tool::Airbyte, Error, |f, _| {
        f.tables[0].primary_key = false;
        f.tables[0].identity = "f".into();
    }),
    (&["identity-full-cost"], Tool::Dms, Note, |f, _| f.tables[0].identity = "f".into()),
    (&["toasted-values"], Tool::Debezium, Warning, |f, _| f.tables[0].toast_bytes = Some(8192)),
    (&["table-not-decoded"], Tool::Debezium, Warning, |f, _| f.tables[0].persistence = "u".into()),
    (&["generated-columns"], Tool::Debezium, Note, |f, _| {
        let generated = "s".into();
        f.tables[0].columns.push(column("sum", "integer"));
        f.tables[0].columns[3].generated = generated;
    }),
    (&["types"], Tool::Dms, Note, |f, _| f.tables[0].columns[1] = column("note", "numeric")),
    (&["slot-lost"], Tool::Debezium, Error, |f, _| {
        add(f, Slot { wal_status: Some("lost".into()), held: None, ..slot("b") });
    }),
    (&["slot-lost"], Tool::Debezium, Error, |f, _| {
        add(f, Slot { invalidation_reason: Some("wal_removed".into()), ..slot("b") });
    }),
    (&["slot-losing"], Tool::Debezium, Error, |f, _| {
        add(f, Slot { active: true, wal_status: Some("unreserved".into()), ..slot("b") });
    }),
    (&["slot-inactive"], Tool::Debezium, Warning, |f, _| add(f, slot("b"))),
    (&["slot-inactive"], Tool::Debezium, Warning, |f, asked| {
        asked.waiting_slots = vec!["b".to_owned()];
        add(f, Slot { held: Some(3 << 30), ..slot("b") });
    }),
    (&["slot-behind"], Tool::Debezium, Warning, |f, _| {
        add(f, Slot { active: true, held: Some(3 << 30), ..slot("b") });
    }),
    (&["slot-unbounded"], Tool::Debezium, Warning, |f, _| set(f, "max_slot_wal_keep_size", "-1")),
    (&["slot-bound-small"], Tool::Materialize, Warning, |f, _| set(f, "max_slot_wal_keep_size", "2048")),
    (&["slot-bound-small"], Tool::Debezium, Warning, |f, _| f.log_rate = Some(1e8)),
    (&["idle-slot-timeout"], Tool::Debezium, Note, |f, _| set(f, "idle_replication_slot_timeout", "0")),
    (&["idle-slot-timeout"], Tool::Debezium, Warning, |f, _| {
        set(f, "idle_replication_slot_timeout", "3600000");
    }),
    (&["sender-timeout"], Tool::Dms, Error, |f, _| set(f, "wal_sender_timeout", "5000")),
    (&["sender-timeout"], Tool::Dms, Warning, |f, _| set(f, "wal_sender_timeout", "600000")),
    (&["statement-timeout"], Tool::Debezium, Warning, |f, _| set(f, "statement_timeout", "60000")),
    (&["statement-timeout"], Tool::Debezium, Warning, |f, _| {
        let (name, value) = ("statement_timeout".into(), "1min".into());
        f.role_settings.push(RoleSetting { name, value, examined: true });
    }),
    (&["idle-timeout"], Tool::Debezium, Warning, |f, _| set(f, "idle_session_timeout", "60000")),
    (&["long-transaction"], Tool::Cursor, Warning, |f, _| {
        f.activity.transactions.push(Transaction { pid: 7, seconds: 301.0, ..Transaction::default() });
    }),
    (&["prepared-transaction"], Tool::Debezium, Warning, |f, _| {
        f.activity.prepared = Some(vec![Prepared { seconds: 301.0, ..Prepared::default() }]);
    }),
    (&["prepared-transaction"], Tool::Debezium, Note, |f, _| {
        f.activity.prepared = Some(vec![Prepared { seconds: 1.0, ..Prepared::default() }]);
    }),
    (&["decoding-memory"], Tool::Debezium, Note, |f, _| f.activity.spilled = Some(1)),
    (&["decoding-memory"], Tool::Debezium, Note, |_, a| {
        a.rows_per_tick.insert("orders".into(), 1_000_000);
    }),
    (&["quiet-database"], Tool::Debezium, Warning, |f, _| f.activity.written_here = Some(9_000)),
    (&["heartbeat-table"], Tool::Debezium, Warning, |f, _| {
        let (schema, name) = ("public".into(), "debezium_heartbeat".into());
        f.heartbeats.push(Heartbeat { schema, name, write: Some(true) });
    }),
    (&["late-commits"], Tool::Debezium, Note, |f, _| set(f, "synchronous_commit", "off")),
    (&["late-commits"], Tool::Debezium, Note, |_, a| a.commits_without_waiting = Some(true)),
    (&["cursor-column"], Tool::Cursor, Warning, |f, _| drop(f.tables[0].columns.pop())),
    (&["cursor-unset"], Tool::Cursor, Note, |f, _| f.tables[0].update_trigger = false),
    (&["cursor-index"], Tool::Cursor, Warning, |f, _| drop(f.tables[0].indexed.pop())),
    (&["encoding"], Tool::Debezium, Note, |f, _| f.server.encoding = "LATIN1".into()),
    (&["time-zone"], Tool::Debezium, Note, |f, _| set(f, "TimeZone", "Europe/Berlin")),
    (&["clock-skew"], Tool::Debezium, Note, |f, _| f.clock_skew = Some(-60.0)),
    (&["failover-slots"], Tool::Debezium, Note, |f, _| {
        f.activity.standbys = Some(1);
        add(f, Slot { active: true, failover: Some(false), ..slot("b") });
    }),
    (&["failover-slots"], Tool::Debezium, Note, |f, _| {
        f.activity.standbys = Some(1);
        set(f, "sync_replication_slots", "off");
    }),
    (&["probe"], Tool::Debezium, Error, |f, _| f.probe = Some(Probe::Failed("no".into()))),
    (&["probe"], Tool::Debezium, Warning, |f, _| f.probe = Some(Probe::Blocked("pid 7".into()))),
    (&["probe"], Tool::Debezium, Note, |f, _| f.probe = Some(Probe::Made)),
    (&["read-only"], Tool::Shopsim, Error, |f, _| set(f, "default_transaction_read_only", "on")),
    (&["connections"], Tool::Shopsim, Error, |f, _| f.activity.clients = Some(97)),
    (&["unknown"], Tool::Debezium, Note, |f, _| f.rules = None),
    (&["unknown"], Tool::Debezium, Warning, |f, _| {
        f.tables.clear();
        f.tables_seen = false;
    }),
    (&["unknown"], Tool::Airbyte, Note, |f, _| f.published = None),
];

/// What no fault can show: it is always there for its tool, or needs partitions, which have tests of their own.
const SHOWN_ELSEWHERE: [&str; 5] =
    ["role-superuser", "identity-full", "cursor-deletes", "partition-names", "partitioned-table"];

#[test]
fn every_fault_is_found_and_nothing_else_is() {
    for (number, (expected, tool, level, break_it)) in FAULTS.iter().enumerate() {
        let (mut facts, mut asked) = (good(), asked(&[*tool]));
        let before = findings(&facts, &asked);
        break_it(&mut facts, &mut asked);
        let after = findings(&facts, &asked);
        let new: BTreeSet<&str> = ids(&after).difference(&ids(&before)).copied().collect();
        let gone: BTreeSet<&str> = ids(&before).difference(&ids(&after)).copied().collect();
        assert_eq!(new, expected.iter().copied().collect(), "fault {number} for {tool}");
        assert!(
            gone.is_subset(&BTreeSet::from(["cursor-unset", "server-version"])),
            "fault {number}: {gone:?}"
        );
        let worst = expected.iter().map(|id| one(&after, id).level).max().unwrap();
        assert_eq!(worst, *level, "fault {number} for {tool}: {expected:?}");
    }
}

#[test]
fn a_slot_that_waits_for_its_reader_on_purpose_is_no_fault_while_it_holds_little() {
    let (mut facts, mut asked) = (good(), asked(&[Tool::Debezium]));
    let before = findings(&facts, &asked);
    asked.waiting_slots = vec!["b".to_owned()];
    add(&mut facts, slot("b"));
    assert_eq!(ids(&findings(&facts, &asked)), ids(&before));
}

#[test]
fn every_check_has_a_fault_and_its_number() {
    let shown: BTreeSet<&str> =
        FAULTS.iter().flat_map(|fault| fault.0).copied().chain(SHOWN_ELSEWHERE).collect();
    let listed: BTreeSet<&str> = CHECKS.iter().map(|(_, id, _)| *id).collect();
    assert_eq!(shown, listed);
    assert_eq!(listed.len(), CHECKS.len(), "a name is there twice");
    assert!(CHECKS.is_sorted_by_key(|(number, ..)| *number));
}
