//! Whether a config, or a part of one, passes `shopsim check`.
//!
//! Owns what a part is put into: a chain of one shop with the tables of the shipped one.

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

/// What `check` has against a block.
pub fn complaints(place: &Place, page: &Page, block: &Block) -> Vec<String> {
    let shop = |text: &str| format!("[[shop]]\n{text}");
    let configs = match block.mark {
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
