//! Whether a config, or a part of one, passes `shopsim check`.
//!
//! Owns what a part is put into: a chain of one shop with the tables of the shipped one.

use std::path::Path;

use shopsim::config::{Source, Surroundings, warehouse};
use toml::{Table, Value};

use super::page::{Block, Mark, Page};
use super::place::Place;

/// What parts of a config are put into.
const AROUND: &str = r#"
[[shop]]
name = "shop-1"
tick_interval = "15s"

[tables.customers]
insert_rows_per_tick = 10

[tables.orders]
insert_rows_per_tick = 10

[tables.products]
insert_rows_per_tick = 10
"#;

/// What is wrong with a block that is a `warehouse.toml`.
fn complaints_of_warehouse(page: &Page, block: &Block) -> Option<String> {
    let variable = |_: &str| Some("postgres://dwh@localhost/dwh".into());
    // The files that it names are those of the stack.
    let file = |path: &Path| std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(path));
    let source = Source::new("warehouse.toml", block.text.clone());
    let problems = warehouse::read(&source, &Surroundings { var: &variable, read: &file }).1;
    let wrong = || format!("{}:{}: {}", page.name, block.line, source.render_all(&problems, false));
    (!problems.is_empty()).then(wrong)
}

/// The keys of a `warehouse.toml`, as it names them to who writes another.
pub fn keys_of_warehouse() -> Vec<String> {
    let text = "zzzzzzzzzzzz = 1\n[tables.orders]\nzzzzzzzzzzzz = 1\nloads = { zzzzzzzzzzzz = 1 }\n";
    let none = |_: &str| None;
    let file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let source = Source::new("warehouse.toml", text);
    let problems = warehouse::read(&source, &Surroundings { var: &none, read: &file }).1;
    let unknown = problems.iter().filter(|problem| problem.message.starts_with("unknown key"));
    let listed = unknown.filter_map(|problem| problem.help.as_deref()?.strip_prefix("expected one of "));
    let keys = listed.flat_map(|keys| keys.split(", ")).map(|key| key.trim_matches('`').to_owned());
    // The page describes it as `[tables.NAME]`.
    keys.filter(|key| key != "tables").collect()
}

/// What `check` has against a block.
pub fn complaints(place: &Place, page: &Page, block: &Block) -> Vec<String> {
    let shop = |text: &str| format!("[[shop]]\n{text}");
    let configs = match block.mark {
        Some(Mark::Warehouse) => return complaints_of_warehouse(page, block).into_iter().collect(),
        Some(Mark::Fragment) => vec![inserted(&block.text)],
        Some(Mark::ShopFragment) => vec![inserted(&shop(&block.text))],
        Some(Mark::ShopLines) => block.text.lines().map(|line| inserted(&shop(line))).collect(),
        _ => vec![block.text.clone()],
    };
    for name in ["shop.pw", "shop-1.pw"] {
        place.write(name, "a password\n");
    }
    let authority = rcgen::generate_simple_self_signed(vec!["ca.example.com".to_owned()]).unwrap();
    place.write("ca.pem", &authority.cert.pem());
    let mut complaints = Vec::new();
    for config in configs {
        place.write("checked.toml", &config);
        let ended = place.bash("shopsim check --shops checked.toml");
        if ended.code != Some(0) {
            complaints.push(format!("{}:{}: {}\n{config}", page.name, block.line, ended.output));
        }
    }
    complaints
}

/// A whole config with this part in it.
fn inserted(part: &str) -> String {
    let mut whole: Table = AROUND.parse().unwrap();
    let part: Table = part.parse().unwrap_or_else(|error| panic!("{error}\n{part}"));
    merge(&mut whole, part);
    toml::to_string(&whole).unwrap()
}

/// The part's values win; the shops of both are merged in their order.
fn merge(whole: &mut Table, part: Table) {
    for (key, value) in part {
        match (whole.get_mut(&key), value) {
            (Some(Value::Table(whole)), Value::Table(part)) => merge(whole, part),
            (Some(Value::Array(whole)), Value::Array(part)) => {
                for (place, value) in part.into_iter().enumerate() {
                    match (whole.get_mut(place), value) {
                        (Some(Value::Table(whole)), Value::Table(part)) => merge(whole, part),
                        (Some(there), value) => *there = value,
                        (None, value) => whole.push(value),
                    }
                }
            }
            (_, value) => {
                whole.insert(key, value);
            }
        }
    }
}
