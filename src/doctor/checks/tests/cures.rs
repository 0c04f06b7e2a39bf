//! A cure that is run unasked works, and hurts no tool that was named.

use super::{one, partitioned};
use crate::doctor::checks::fixtures::{asked, good, set};
use crate::doctor::checks::{Asked, findings};
use crate::doctor::facts::{Facts, Heartbeat};
use crate::doctor::tools::Tool;

/// The cures of a finding that are run unasked.
fn unasked(facts: &Facts, tools: &[Tool], id: &str) -> Vec<String> {
    let found = findings(facts, &asked(tools));
    let cures = one(&found, id).cures.iter().filter(|cure| cure.by_hand.is_none());
    cures.map(|cure| cure.sql.clone()).collect()
}

#[test]
fn what_one_named_tool_wants_and_another_forbids_is_not_run() {
    let facts = partitioned();
    assert_eq!(unasked(&facts, &[Tool::Estuary], "publication-via-root").len(), 1);
    let both = [Tool::Estuary, Tool::Materialize];
    assert!(unasked(&facts, &both, "publication-via-root").is_empty());
}

#[test]
fn named_tools_get_one_sender_timeout_that_suits_all() {
    let mut facts = good();
    set(&mut facts, "wal_sender_timeout", "60000");
    let cure = "ALTER ROLE \"cdc\" IN DATABASE \"shop\" SET wal_sender_timeout = '0ms';";
    assert_eq!(unasked(&facts, &[Tool::Dms, Tool::Datastream], "sender-timeout"), [cure]);
}

#[test]
fn a_publication_is_not_made_under_a_name_that_is_taken() {
    let mut facts = good();
    facts.publications.as_mut().unwrap()[0].name = "cdc".into();
    facts.published = Some(vec![]);
    let sql = unasked(&facts, &[Tool::Airbyte], "publication-missing");
    assert!(sql[0].starts_with("CREATE PUBLICATION \"cdc_2\" FOR TABLE"), "{sql:?}");
}

#[test]
fn on_a_standby_nothing_is_made() {
    let mut facts = good();
    facts.server.in_recovery = true;
    facts.publications = Some(vec![]);
    assert!(unasked(&facts, &[Tool::Airbyte], "publication-missing").is_empty());
}

#[test]
fn a_partitioned_table_without_partitions_has_its_publication() {
    let mut facts = partitioned();
    facts.tables.retain(|table| table.name == "orders");
    facts.published.as_mut().unwrap()[0].table = "orders".into();
    let found = findings(&facts, &asked(&[Tool::Airbyte]));
    assert!(!found.iter().any(|finding| finding.id == "publication-missing"), "{found:#?}");
}

#[test]
fn a_heartbeat_in_a_schema_of_its_own_needs_that_schema_too() {
    let mut facts = good();
    let (schema, name) = ("beat".into(), "heartbeat".into());
    facts.heartbeats.push(Heartbeat { schema, name, write: Some(false) });
    let sql = unasked(&facts, &[Tool::Debezium], "heartbeat-table");
    assert!(sql.contains(&"GRANT USAGE ON SCHEMA \"beat\" TO \"cdc\";".to_owned()), "{sql:?}");
}

#[test]
fn a_table_that_is_named_with_its_schema_is_told_how_the_schema_is_named() {
    let asked = Asked { tables: Some(vec!["public.orders".into()]), ..asked(&[Tool::Debezium]) };
    let found = findings(&good(), &asked);
    assert!(one(&found, "table-missing").why.ends_with("that of --schema"), "{found:#?}");
}
