//! The fingerprint by which a database knows the plan that made it: no two plans have the same.

use std::collections::BTreeMap;

use super::chain::Chain;

/// A shop with a type and a table of one column, by their names.
fn config(
    schema: &str,
    label: &str,
    table: &str,
    key: &str,
    column: &str,
    group: &str,
    more: &str,
) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let [schema, label, table, key, column, group] = [schema, label, table, key, column, group].map(quoted);
    format!(
        "[types]\n{label} = [\"l\"]\n[[shop]]\nname = \"s\"\nseed = 1\ntick_interval = \"1s\"\nschema = {schema}\n\
         [tables.{table}]\nkey = {key}\ninsert_rows_per_tick = 1\nupdate_rows_per_tick = 1\n[tables.{table}.columns]\n\
         {column} = {{ type = \"text\", faker = \"name\", group = {group}{more} }}\n\
         l = {{ type = {label}, faker = \"random_element\", params = {{ elements = [\"l\"] }} }}\n"
    )
}

#[test]
fn no_two_plans_have_the_same_fingerprint_whatever_their_names_hold() {
    // Names that spell what stands around them in the lines.
    let names = [
        "a",
        "a = b",
        "a.key",
        "a.columns.b",
        "b.key = c",
        "x = 1: text, name(), group g",
        "g",
        "g = 1: text, name(), group g",
        "g, unique",
        "g, null 1 in 2",
        "a\nb",
        "a\nb.insert_rows_per_tick = 1",
        "\"a\"",
        "\"a = b\"",
        "a\\nb",
    ];
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut count = 0;
    let mut add = |config: String| {
        let plan = Chain::read(&config).plans.remove(0);
        if let Some(other) = seen.insert(plan.fingerprint(), config.clone()) {
            assert_eq!(config, other, "both have the fingerprint {}", plan.fingerprint());
        }
        count += 1;
    };
    for one in names {
        for other in names {
            add(config("public", "e", "t", "k", one, other, ""));
            add(config("public", "e", one, other, "c", "g", ""));
            add(config("public", "e", "t", one, "c", other, ""));
            add(config(one, &format!("e{other}"), "t", "k", "c", "g", ""));
        }
        add(config("public", "e", "t", "k", "c", one, ", null_ratio = 0.5"));
        add(config("public", "e", one, "k", "c", "g", ", null_ratio = 0.5"));
    }
    assert!(count > 900, "{count}");
}

#[test]
fn every_line_of_a_plan_is_one_line() {
    let plan = Chain::read(&config("s\n", "e\nf", "t\n", "k\n", "c\n", "g\r\n", "")).plans.remove(0);
    for line in plan.describe() {
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}

#[test]
fn windows_count_as_they_hold_for_each_table_however_the_config_sets_them() {
    let plan = |shop: &str, a: &str, b: &str| {
        let table = |name: &str, more: &str| {
            format!(
                "[tables.{name}]\ninsert_rows_per_tick = 1\n{more}\n[tables.{name}.columns]\n\
                 c = {{ type = \"text\", faker = \"name\" }}\n"
            )
        };
        let shop = format!("[[shop]]\nname = \"s\"\nseed = 1\ntick_interval = \"1s\"\n{shop}\n");
        Chain::read(&format!("{shop}{}{}", table("a", a), table("b", b))).plans.remove(0)
    };
    let (ten, twenty) = ("delete_older_than = \"10s\"", "delete_older_than = \"20s\"");
    let differing = |one: &[String], other: &[String]| -> Vec<String> {
        one.iter().filter(|line| !other.contains(line)).cloned().collect()
    };
    // The shop's, the tables' own, and one of each.
    assert_eq!(plan(ten, "", "").describe(), plan(twenty, ten, ten).describe());
    assert_eq!(plan(ten, twenty, "").describe(), plan("", twenty, ten).describe());
    let (was, is) = (plan(ten, twenty, "").describe(), plan("", twenty, "").describe());
    assert_eq!(differing(&was, &is), ["b.delete_older_than = 10s"], "only the table whose window changes");
}
