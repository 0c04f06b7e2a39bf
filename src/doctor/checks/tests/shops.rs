//! What is told of the tables that shopsim fills, and of a server that it runs itself.

use std::collections::BTreeMap;

use super::{ids, one};
use crate::doctor::checks::fixtures::{asked, column, good, set};
use crate::doctor::checks::{Asked, Filled, Stamp, findings};
use crate::doctor::tools::Tool;

/// Two tables that shopsim fills, with a cursor column or without.
fn filled(updated_at: Option<Stamp>) -> Asked {
    let filled = Filled { updated_at, deleted_at: None };
    let filled = ["orders", "customers"].map(|table| (table.to_owned(), filled.clone()));
    Asked { filled: BTreeMap::from(filled), ..asked(&[Tool::Cursor]) }
}

fn touched(index: bool) -> Option<Stamp> {
    Some(Stamp { column: "touched".into(), index })
}

#[test]
fn the_column_that_shopsim_sets_is_the_cursor_whatever_its_name_and_needs_no_trigger() {
    let mut facts = good();
    for table in &mut facts.tables {
        table.columns = vec![column("id", "integer"), column("touched", "timestamp without time zone")];
        table.indexed = vec!["id".into(), "touched".into()];
        table.update_trigger = false;
    }
    assert!(ids(&findings(&facts, &asked(&[Tool::Cursor]))).contains("cursor-column"));
    let found = ids(&findings(&facts, &filled(touched(true))));
    assert_eq!(found, ["cursor-deletes"].into());
}

#[test]
fn without_an_index_the_config_keeps_the_one_that_is_created() {
    let mut facts = good();
    facts.tables[0].columns.push(column("touched", "timestamp without time zone"));
    facts.tables[1].columns.push(column("touched", "timestamp without time zone"));
    let found = findings(&facts, &filled(touched(false)));
    let index = one(&found, "cursor-index");
    assert!(index.why.contains("`index = true`"), "{}", index.why);
    assert_eq!(index.cures[0].sql, "CREATE INDEX ON \"public\".\"orders\" (\"touched\");");
    let found = findings(&facts, &filled(touched(true)));
    assert!(!one(&found, "cursor-index").why.contains("[tech_fields]"));
}

#[test]
fn a_table_without_the_column_is_cured_in_the_config_and_that_of_others_by_sql() {
    let mut facts = good();
    for table in &mut facts.tables {
        table.columns = vec![column("id", "integer"), column("created_at", "timestamp without time zone")];
    }
    let mut asked = filled(None);
    let found = findings(&facts, &asked);
    let cure = "set `updated_at` under `[tech_fields]`, then `shopsim reset`";
    assert!(one(&found, "cursor-column").why.contains(cure), "{found:#?}");
    assert!(one(&found, "cursor-column").cures.is_empty());
    asked.filled.remove("customers");
    let mixed = findings(&facts, &asked);
    assert!(one(&mixed, "cursor-column").why.contains(cure));
    assert!(one(&mixed, "cursor-column").cures[0].sql.contains("\"customers\""));
    let late = findings(&facts, &filled(touched(false)));
    assert!(one(&late, "cursor-column").why.ends_with("it counts after `shopsim reset`"));
}

#[test]
fn deletes_are_seen_of_tables_whose_rows_are_marked_first() {
    let mut facts = good();
    for table in &mut facts.tables {
        let columns = ["touched", "gone"].map(|name| column(name, "timestamp without time zone"));
        table.columns = [vec![column("id", "integer")], columns.to_vec()].concat();
        table.indexed = vec!["touched".into()];
    }
    let mut asked = filled(touched(true));
    let unmarked = findings(&facts, &asked);
    assert!(one(&unmarked, "cursor-deletes").why.ends_with(
        "set `updated_at`, `deleted_at` and `purge_after` under `[tech_fields]`, then `shopsim reset`"
    ));
    for table in asked.filled.values_mut() {
        table.deleted_at = Some("gone".into());
    }
    assert_eq!(ids(&findings(&facts, &asked)), [""; 0].into());
    // The tables are older than the config, or others fill them.
    facts.tables[1].columns.pop();
    let (name, why) = (facts.tables[1].shown(), "it counts after `shopsim reset`");
    let late = findings(&facts, &asked);
    assert!(one(&late, "cursor-deletes").seen.ends_with(&format!("no DELETE of {name}")), "{late:#?}");
    assert!(one(&late, "cursor-deletes").why.ends_with(why), "{late:#?}");
    asked.filled.clear();
    assert!(ids(&findings(&facts, &asked)).contains("cursor-deletes"));
}

#[test]
fn a_column_of_the_config_with_a_telling_name_is_no_cursor() {
    assert!(ids(&findings(&good(), &filled(None))).contains("cursor-column"));
}

#[test]
fn a_private_server_is_opened_to_others_in_the_config() {
    let mut facts = good();
    set(&mut facts, "listen_addresses", "127.0.0.1");
    let why = |private_server| {
        let asked = Asked { private_server, ..asked(&[Tool::Debezium]) };
        one(&findings(&facts, &asked), "listens-locally").why.clone()
    };
    assert!(why(true).contains("set `listen` and a `password` under `[embedded]`"));
    assert!(!why(false).contains("[embedded]"));
}
