//! Every check finds what it is for, and nothing on a server on which nothing is wrong.

use std::collections::BTreeSet;

use super::fixtures::{asked, column, good, published, set, slot, table};
use super::{Asked, findings};
use crate::doctor::facts::{Facts, Heartbeat, Prepared, Probe, RoleSetting, Rule, Slot, Transaction};
use crate::doctor::finding::{CHECKS, Effect, Finding, Level};
use crate::doctor::tools::Tool;

/// One way to break a server: what is found by it, for which tool, how bad it is, and how it is broken.
type Fault = (&'static [&'static str], Tool, Level, fn(&mut Facts, &mut Asked));

use Level::{Error, Note, Warning};

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
    (&["hba-errors"], Tool::Debezium, Warning, |f, _| {
        let wrong = Rule { error: Some("invalid authentication method".into()), ..Rule::default() };
        f.rules.as_mut().unwrap().push(wrong);
    }),
    (&["publication-missing"], Tool::Airbyte, Error, |f, _| f.publications = Some(vec![])),
    (&["publication-missing"], Tool::Debezium, Note, |f, _| f.publications = Some(vec![])),
    (&["publication-missing"], Tool::Debezium, Error, |_, a| a.publication = Some("other".into())),
    (&["publication-tables"], Tool::Debezium, Error, |f, _| drop(f.published.as_mut().unwrap().pop())),
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
    (&["table-primary-key"], Tool::Airbyte, Error, |f, _| {
        f.tables[0].primary_key = false;
        f.tables[0].identity = "f".into();
    }),
    (&["identity-full-cost"], Tool::Dms, Note, |f, _| f.tables[0].identity = "f".into()),
    (&["toasted-values"], Tool::Debezium, Warning, |f, _| f.tables[0].toast_bytes = Some(8192)),
    (&["table-not-decoded"], Tool::Debezium, Warning, |f, _| f.tables[0].persistence = "u".into()),
    (&["generated-columns"], Tool::Debezium, Note, |f, _| {
        let generated = "s".into();
        f.tables[0].columns.push(super::fixtures::column("sum", "integer"));
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
    (&["probe"], Tool::Debezium, Note, |f, _| f.probe = Some(Probe::Made)),
    (&["connections"], Tool::Shopsim, Error, |f, _| f.activity.clients = Some(97)),
    (&["unknown"], Tool::Debezium, Note, |f, _| f.rules = None),
];

/// What no fault can show: it is always there for its tool, or needs partitions, which have tests of their own.
const SHOWN_ELSEWHERE: [&str; 5] =
    ["role-superuser", "identity-full", "cursor-deletes", "partition-names", "partitioned-table"];

fn add(facts: &mut Facts, slot: Slot) {
    facts.slots.as_mut().unwrap().push(slot);
}

fn ids(found: &[Finding]) -> BTreeSet<&'static str> {
    found.iter().map(|finding| finding.id).collect()
}

fn one<'a>(found: &'a [Finding], id: &str) -> &'a Finding {
    found.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("{id} in {:?}", ids(found)))
}

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
        assert!(gone.is_subset(&BTreeSet::from(["cursor-unset", "server-version"])), "fault {number}: {gone:?}");
        let worst = expected.iter().map(|id| one(&after, id).level).max().unwrap();
        assert_eq!(worst, *level, "fault {number} for {tool}: {expected:?}");
    }
}

#[test]
fn every_check_has_a_fault_and_its_number() {
    let shown: BTreeSet<&str> = FAULTS.iter().flat_map(|fault| fault.0).copied().chain(SHOWN_ELSEWHERE).collect();
    let listed: BTreeSet<&str> = CHECKS.iter().map(|(_, id, _)| *id).collect();
    assert_eq!(shown, listed);
    assert_eq!(listed.len(), CHECKS.len(), "a name is there twice");
    assert!(CHECKS.is_sorted_by_key(|(number, ..)| *number));
}

#[test]
fn a_server_on_which_nothing_is_wrong_is_ready_for_every_tool_that_wants_nothing_of_its_own() {
    for tool in Tool::all() {
        let found = findings(&good(), &asked(&[tool]));
        let expected: &[&str] = match tool {
            Tool::Dms => &["role-superuser"],
            Tool::Fivetran => &["server-version"],
            Tool::Materialize => &["identity-full"],
            Tool::Datastream => &["sender-timeout"],
            Tool::Cursor => &["cursor-deletes"],
            _ => &[],
        };
        assert_eq!(ids(&found), expected.iter().copied().collect(), "{tool}");
    }
    let all = findings(&good(), &asked(&[]));
    assert!(all.iter().all(|finding| finding.level == Note && !finding.for_all), "{all:#?}");
}

#[test]
fn without_a_tool_by_name_what_all_need_is_an_error_and_what_some_want_is_a_note_with_their_names() {
    let mut facts = good();
    set(&mut facts, "wal_level", "replica");
    facts.tables[0].identity = "f".into();
    facts.tables[0].primary_key = false;
    let found = findings(&facts, &asked(&[]));
    assert_eq!((one(&found, "wal-level").level, one(&found, "wal-level").for_all), (Error, true));
    assert!(!one(&found, "wal-level").tools.contains_key(&Tool::Cursor));
    let key = one(&found, "table-primary-key");
    assert_eq!((key.level, key.for_all), (Note, false));
    assert_eq!(key.tools.get(&Tool::Airbyte), Some(&Error));
    assert!(!key.tools.contains_key(&Tool::Debezium));
    assert_eq!(found[0].id, "wal-level", "the worst comes first");
}

#[test]
fn from_19_on_replica_is_enough_and_before_it_is_not() {
    let level = |version: u32, level: &str, effective: Option<&str>| {
        let mut facts = good();
        facts.server.version = version;
        set(&mut facts, "wal_level", level);
        if let Some(effective) = effective {
            set(&mut facts, "effective_wal_level", effective);
        }
        let found = findings(&facts, &asked(&[Tool::Debezium]));
        found.iter().find(|finding| finding.id == "wal-level").map(|finding| finding.cures[0].sql.clone())
    };
    assert_eq!(level(190_000, "replica", Some("replica")), None);
    assert_eq!(level(190_000, "replica", Some("logical")), None);
    assert_eq!(level(190_000, "replica", None), None);
    assert_eq!(level(190_000, "minimal", Some("minimal")).unwrap(), "ALTER SYSTEM SET wal_level = 'replica';");
    assert_eq!(level(180_004, "replica", None).unwrap(), "ALTER SYSTEM SET wal_level = 'logical';");
    assert_eq!(level(120_022, "minimal", None).unwrap(), "ALTER SYSTEM SET wal_level = 'logical';");
}

#[test]
fn a_changed_setting_that_waits_for_a_restart_is_not_changed_again() {
    let mut facts = good();
    set(&mut facts, "wal_level", "replica");
    facts.settings[0].pending_restart = Some(true);
    let found = findings(&facts, &asked(&[Tool::Debezium]));
    assert!(one(&found, "wal-level").restart_pending && one(&found, "wal-level").cures.is_empty());
}

#[test]
fn settings_need_a_restart_or_a_reload_as_their_context_says_and_a_provider_has_no_alter_system() {
    let mut facts = good();
    set(&mut facts, "wal_level", "replica");
    set(&mut facts, "max_slot_wal_keep_size", "-1");
    let found = findings(&facts, &asked(&[Tool::Debezium]));
    assert_eq!(one(&found, "wal-level").cures[0].effect, Effect::Restart);
    assert_eq!(one(&found, "slot-unbounded").cures[0].effect, Effect::Reload);
    facts.server.provider_roles = vec!["rds_superuser".into()];
    let found = findings(&facts, &asked(&[Tool::Debezium]));
    let by_hand = one(&found, "wal-level").cures[0].by_hand.as_ref().unwrap();
    assert!(by_hand.contains("Amazon RDS"), "{by_hand}");
}

/// A partitioned table with two partitions instead of `orders`.
fn partitioned() -> Facts {
    let mut facts = good();
    let leaf = |name: &str| {
        let partition_of = Some(("public".to_owned(), "orders".to_owned()));
        super::Table { partition_of, ..table(name) }
    };
    facts.tables[0].kind = "p".into();
    facts.tables.extend([leaf("orders_1"), leaf("orders_2")]);
    facts.published = Some(vec![published("orders_1"), published("orders_2"), published("customers")]);
    facts
}

#[test]
fn of_a_partitioned_table_each_partition_is_looked_at() {
    let mut facts = partitioned();
    let found = findings(&facts, &asked(&[Tool::Debezium]));
    assert_eq!(ids(&found), BTreeSet::from(["partition-names"]));
    facts.tables[3].primary_key = false;
    let found = findings(&facts, &asked(&[Tool::Debezium]));
    let seen = &one(&found, "table-identity").seen;
    assert!(seen.contains("orders_2") && !seen.contains("orders_1"), "{seen}");
    drop(facts.published.as_mut().unwrap().remove(1));
    let found = findings(&facts, &asked(&[Tool::Debezium]));
    assert_eq!(one(&found, "publication-tables").level, Error);
    let full = findings(&facts, &asked(&[Tool::Materialize]));
    assert_eq!(one(&full, "identity-full").cures.len(), 3, "customers and two partitions");
    assert_eq!(one(&findings(&facts, &asked(&[Tool::Dms])), "partitioned-table").level, Error);
}

#[test]
fn tools_that_contradict_each_other_over_the_partitions_root_each_get_what_they_want() {
    let mut facts = partitioned();
    let found = findings(&facts, &asked(&[Tool::Estuary]));
    let cure = &one(&found, "publication-via-root").cures[0].sql;
    assert_eq!(cure, "ALTER PUBLICATION \"shop\" SET (publish_via_partition_root = true);");
    assert!(!ids(&findings(&facts, &asked(&[Tool::Materialize]))).contains("publication-via-root"));
    facts.publications.as_mut().unwrap()[0].via_root = Some(true);
    facts.published = Some(vec![published("orders"), published("customers")]);
    let found = findings(&facts, &asked(&[Tool::Estuary]));
    assert!(found.is_empty(), "{:?}", ids(&found));
    let found = findings(&facts, &asked(&[Tool::Estuary, Tool::Materialize]));
    let root = one(&found, "publication-via-root");
    assert_eq!((root.level, root.for_all), (Error, false));
}

#[test]
fn a_table_without_a_key_takes_its_unique_index_or_the_whole_row() {
    let mut facts = good();
    facts.tables[0].primary_key = false;
    let cure = |facts: &Facts, tools: &[Tool], id: &str| {
        one(&findings(facts, &asked(tools)), id).cures[0].sql.clone()
    };
    let identity = |sql: &str| format!("ALTER TABLE \"public\".\"orders\" REPLICA IDENTITY {sql};");
    assert_eq!(cure(&facts, &[Tool::Debezium], "table-identity"), identity("FULL"));
    facts.tables[0].unique_index = Some("by \"no\"".into());
    assert_eq!(cure(&facts, &[Tool::Debezium], "table-identity"), identity("USING INDEX \"by \"\"no\"\"\""));
    assert_eq!(cure(&facts, &[Tool::Materialize], "table-identity"), identity("FULL"));
    assert_eq!(
        cure(&facts, &[Tool::Airbyte], "table-primary-key"),
        "ALTER TABLE \"public\".\"orders\" ADD PRIMARY KEY USING INDEX \"by \"\"no\"\"\";"
    );
}

#[test]
fn the_range_of_each_tool_is_set_for_its_role_alone() {
    let sender = |tool, value: &str| {
        let mut facts = good();
        set(&mut facts, "wal_sender_timeout", value);
        let found = findings(&facts, &asked(&[tool]));
        found.iter().find(|finding| finding.id == "sender-timeout").map(|finding| finding.cures[0].sql.clone())
    };
    let cure = |value: &str| {
        format!("ALTER ROLE \"cdc\" IN DATABASE \"shop\" SET wal_sender_timeout = '{value}ms';")
    };
    assert_eq!(sender(Tool::Dms, "300000"), Some(cure("60000")));
    assert_eq!(sender(Tool::Dms, "299999"), None);
    assert_eq!(sender(Tool::Dms, "10000"), None);
    assert_eq!(sender(Tool::Dms, "0"), None);
    assert_eq!(sender(Tool::Datastream, "60000"), Some(cure("600000")));
    assert_eq!(sender(Tool::Datastream, "600000"), None);
    assert_eq!(sender(Tool::Debezium, "1"), None);
}

#[test]
fn stored_generated_columns_are_sent_from_18_on_if_the_publication_says_so() {
    let found = |version: u32, sent: Option<&str>, generated: &str| {
        let mut facts = good();
        facts.server.version = version;
        facts.publications.as_mut().unwrap()[0].generated_columns = sent.map(str::to_owned);
        facts.tables[0].columns[1].generated = generated.into();
        let found = findings(&facts, &asked(&[Tool::Debezium]));
        found.iter().find(|finding| finding.id == "generated-columns").map(|finding| finding.cures.len())
    };
    assert_eq!(found(170_010, None, "s"), Some(0));
    assert_eq!(found(180_004, Some("n"), "s"), Some(1));
    assert_eq!(found(180_004, Some("s"), "s"), None);
    assert_eq!(found(180_004, Some("s"), "v"), Some(1));
}

#[test]
fn before_16_no_tool_reads_a_standby_but_by_a_cursor() {
    let level = |version: u32, tool| {
        let mut facts = good();
        (facts.server.version, facts.server.in_recovery) = (version, true);
        one(&findings(&facts, &asked(&[tool])), "standby").level
    };
    assert_eq!(level(150_018, Tool::Debezium), Error);
    assert_eq!(level(160_014, Tool::Debezium), Note);
    assert_eq!(level(160_014, Tool::Airbyte), Error);
    assert_eq!(level(150_018, Tool::Cursor), Note);
    assert_eq!(level(150_018, Tool::Shopsim), Error);
}

#[test]
fn what_an_older_version_does_not_have_is_no_finding() {
    let mut facts = good();
    facts.server.version = 120_022;
    facts.server.now = 1_700_000_000.0;
    facts.settings.retain(|setting| {
        !["max_slot_wal_keep_size", "logical_decoding_work_mem", "transaction_timeout", "idle_session_timeout"]
            .contains(&setting.name.as_str())
    });
    let publication = &mut facts.publications.as_mut().unwrap()[0];
    publication.via_root = None;
    facts.published.as_mut().unwrap().iter_mut().for_each(|row| row.columns = None);
    let slot = &mut facts.slots.as_mut().unwrap()[0];
    (slot.wal_status, slot.failover) = (None, None);
    let found = findings(&facts, &asked(&[Tool::Debezium]));
    assert!(found.is_empty(), "{:?}", ids(&found));
}

#[test]
fn nothing_is_known_and_no_check_fails() {
    for tools in [&[][..], &[Tool::Debezium], &[Tool::Cursor], &[Tool::Shopsim]] {
        let found = findings(&Facts::default(), &asked(tools));
        assert!(!found.is_empty());
    }
}

#[test]
fn a_slot_that_holds_nothing_or_is_gone_with_its_session_is_not_told() {
    let mut facts = good();
    add(&mut facts, Slot { held: None, slot_type: "physical".into(), ..slot("b") });
    add(&mut facts, Slot { temporary: true, ..slot("c") });
    assert!(findings(&facts, &asked(&[Tool::Debezium])).is_empty());
}

#[test]
fn a_role_of_a_provider_replicates_by_membership() {
    let mut facts = good();
    let role = facts.role.as_mut().unwrap();
    (role.replication, role.rds_replication) = (false, Some(false));
    let found = findings(&facts, &asked(&[Tool::Debezium]));
    assert_eq!(one(&found, "role-replication").cures[0].sql, "GRANT rds_replication TO \"cdc\";");
    facts.role.as_mut().unwrap().rds_replication = Some(true);
    assert!(findings(&facts, &asked(&[Tool::Debezium])).is_empty());
}
