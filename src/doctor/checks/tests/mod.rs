//! Every check finds what it is for, and nothing on a server on which nothing is wrong.

mod cures;
mod faults;
mod shops;

use std::collections::BTreeSet;

use super::findings;
use super::fixtures::{asked, good, published, set, slot, table};
use crate::doctor::facts::{Facts, Slot, Table};
use crate::doctor::finding::Level::{Error, Note};
use crate::doctor::finding::{Effect, Finding};
use crate::doctor::tools::Tool;

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
    assert_eq!(
        level(190_000, "minimal", Some("minimal")).unwrap(),
        "ALTER SYSTEM SET wal_level = 'replica';"
    );
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
        Table { partition_of, ..table(name) }
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
    assert!(one(&found, "publication-tables").seen.ends_with("public.orders"));
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
    assert!(cure(&facts, &[Tool::Airbyte], "table-primary-key").contains("(…)"), "it may be a constraint's");
    facts.tables[0].key_index = Some("by \"no\"".into());
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
        found
            .iter()
            .find(|finding| finding.id == "sender-timeout")
            .map(|finding| finding.cures[0].sql.clone())
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
        ![
            "max_slot_wal_keep_size",
            "logical_decoding_work_mem",
            "transaction_timeout",
            "idle_session_timeout",
        ]
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
fn where_a_tool_only_makes_the_publication_one_that_is_made_by_hand_cures_that_its_role_owns_no_table() {
    let mut facts = good();
    facts.publications = Some(vec![]);
    facts.tables.iter_mut().for_each(|table| table.owned = Some(false));
    let unasked = |tool| {
        let found = findings(&facts, &asked(&[tool]));
        let cures = one(&found, "table-owner").cures.iter().filter(|cure| cure.by_hand.is_none());
        cures.map(|cure| cure.sql.clone()).collect::<Vec<_>>()
    };
    let made = "CREATE PUBLICATION \"cdc\" FOR TABLE \"public\".\"orders\", \"public\".\"customers\";";
    assert_eq!(unasked(Tool::Debezium), [made]);
    assert!(unasked(Tool::Dlt).is_empty(), "it adds the tables itself");
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
