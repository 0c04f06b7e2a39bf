//! `shopsim check` of configs that may run: its summary as bytes.
//!
//! Each folder of `tests/cli/check/` is a config with what is told on stdout and stderr.
//! `UPDATE_GOLDEN=1 cargo test --test cli` writes them anew.

use std::path::Path;

use super::program::{Program, assert_golden};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/check"))
}

#[test]
fn the_shipped_chain_may_run_and_is_told_on_stdout_alone() {
    let shipped = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/shops.toml")).unwrap();
    let program = Program::with(shipped);
    let ended = program.run("check");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_golden(&folder().join("shipped.txt"), &ended.stdout);
    assert_eq!(program.files(), ["shops.toml"], "check touches nothing");
}

#[test]
fn the_summary_tells_ticks_rows_a_day_and_when_ids_run_out_at_the_pace() {
    let config = std::fs::read(folder().join("paces.toml")).unwrap();
    let program = Program::with(config);
    let ended = program.run("check");
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_golden(&folder().join("paces.txt"), &ended.stdout);
    assert_golden(&folder().join("paces.stderr.txt"), &ended.stderr);
    assert_eq!(program.files(), ["shops.toml"], "check touches nothing");
}

#[test]
fn what_cdc_makes_is_told_with_what_slots_cost() {
    let config = std::fs::read(folder().join("cdc.toml")).unwrap();
    let ended = Program::with(config).run("check");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_golden(&folder().join("cdc.txt"), &ended.stdout);
}

#[test]
fn a_database_of_the_environment_is_shown_without_its_password() {
    let shipped = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/shops.toml")).unwrap();
    let ended = Program::with(shipped)
        .variable("SHOP_1_DATABASE", "postgres://us%40er:p%40ss%2Fword@db.example.org:6543/shop")
        .run("check");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert!(
        ended.stdout.contains("  database  postgresql://us%40er@db.example.org:6543/shop, schema public\n"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("word"), "{}", ended.stdout);
}

#[test]
fn check_tells_what_the_windows_make_of_references() {
    let config = |retention: &str| {
        format!(
            "[[shop]]\nname = \"a\"\ntick_interval = \"5s\"\ndelete_older_than = \"{retention}\"\n\
             [tables.customers]\ninsert_rows_per_tick = 1\n[tables.orders]\ninsert_rows_per_tick = 1\n\
             [tables.orders.columns]\ncustomer_id = {{ type = \"int\", faker = \"ref\", params = {{ table = \"customers\" }} }}\n"
        )
    };
    let told = |retention: &str| Program::with(config(retention).into_bytes()).run("check").stdout;
    let note =
        "about half of the rows of `orders` have a `customer_id` that refers to a deleted row of `customers`";
    assert!(told("10m").contains(note), "{}", told("10m"));
    assert!(!told("0").contains("deleted already"), "nothing is ever deleted");
}

#[test]
fn only_the_shops_that_are_named_are_told_of() {
    let shipped = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/shops.toml")).unwrap();
    let program = Program::with(shipped);
    for command in ["check --only shop-2", "check --shop shop-2"] {
        let ended = program.run(command);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{command}");
        assert!(ended.stdout.starts_with("shop-2 (Istanbul)\n"), "{}", ended.stdout);
        assert!(ended.stdout.ends_with("1 shop, no errors, no warnings\n"), "{}", ended.stdout);
    }
    assert!(program.refuses("check --only shop-3").contains("shop-3"));
}

#[test]
fn names_neither_break_a_line_nor_turn_it_around() {
    let config = |column: &str| {
        format!(
            "[[shop]]\nname = \"a\"\ncity = \"Ban\\u202Ekok\"\ntick_interval = \"5s\"\n\
             [tables.\"ord\\u202Eers\\n\\u009B2J\"]\ninsert_rows_per_tick = 1\n\
             [tables.\"ord\\u202Eers\\n\\u009B2J\".columns]\n\"qu\\u2028a\" = {{ {column} }}\n# \u{202e}\n"
        )
    };
    let right = Program::with(config("type = \"int\", faker = \"random_int\"").into_bytes()).run("check");
    assert_eq!((right.code, right.stderr.as_str()), (Some(0), ""));
    let wrong = Program::with(config("type = \"int\u{202e}\", fake = \"r\"").into_bytes()).run("check");
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(2), ""));
    for told in [right.stdout, wrong.stderr] {
        let harmful = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{2028}'));
        assert!(!told.contains(harmful), "{told:?}");
        assert!(!told.contains('\u{fffd}'), "{told:?}");
    }
}
