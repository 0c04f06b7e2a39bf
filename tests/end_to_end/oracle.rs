//! What the tables must hold: the pure engine's ticks played into memory, as `COPY … TO STDOUT` prints them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use shopsim::clock::{Pause, Timeline};
use shopsim::config::TechKind;
use shopsim::config::{self, Source, Surroundings};
use shopsim::plan::{self, RowKeys, ShopPlan, TablePlan};
use shopsim::quoting::{qualified, quote};
use shopsim::tick::{Operation, Tick};
use shopsim::value::{Timestamp, Value};
use tokio_postgres::Client;

use super::harness::Place;
use super::server::{Server, copy};

/// The text of each table, by name.
pub type Tables = BTreeMap<String, String>;

/// How far a shop has come, as its checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Ticks that were committed.
    pub ticks: u64,
    /// Their times.
    pub timeline: Timeline,
    /// Every recorded pause.
    pub pauses: Vec<Pause>,
}

/// The plan of a shop of a config.
pub fn plan(config: &str, shop: &str) -> Arc<ShopPlan> {
    compile(Path::new("shops.toml"), config, shop)
}

/// The plan of a shop of the place's config, which may name files of the place.
pub fn plan_in(place: &Place, shop: &str) -> Arc<ShopPlan> {
    compile(&place.path("shops.toml"), &place.read("shops.toml"), shop)
}

fn compile(path: &Path, config: &str, shop: &str) -> Arc<ShopPlan> {
    let source = Source::from_bytes(path, config.as_bytes().to_vec()).unwrap();
    let surroundings = Surroundings { var: &|_| None, read: &|path| std::fs::read(path) };
    let (config, problems) = config::read(&source, &surroundings);
    assert!(!problems.iter().any(config::Problem::is_error), "{}", source.render_all(&problems, false));
    let (plans, _) = plan::compile(&config);
    plans.into_iter().find(|plan| plan.name == shop).unwrap_or_else(|| panic!("there is no shop {shop}"))
}

/// The tables after the first ticks of a run.
pub fn replay(plan: &ShopPlan, timeline: &Timeline, ticks: u64) -> Tables {
    let mut tables: Vec<BTreeMap<i64, Vec<String>>> = vec![BTreeMap::new(); plan.tables.len()];
    for tick in 0..ticks {
        let operations = Tick::new(plan, timeline, tick).tables;
        for ((rows, mut operations), table) in tables.iter_mut().zip(operations).zip(&plan.tables[..]) {
            let name = &table.name;
            while let Some(operation) = operations.next(table) {
                match operation {
                    Operation::Delete(ids) => {
                        for (_, id) in ids.iter() {
                            let gone = rows.remove(&id).is_some();
                            assert!(gone, "tick {tick} deletes {id} of {name}, which is not there");
                        }
                    }
                    Operation::Update(updated) => {
                        for update in updated.iter() {
                            let row = rows.get_mut(&update.id()).expect("an updated row is there");
                            for (column, text) in row.iter_mut().enumerate().take(table.columns.len()) {
                                if let Some(value) = update.new_value(column) {
                                    *text = escaped(value);
                                }
                            }
                            for (text, tech) in row[table.columns.len()..].iter_mut().zip(&*table.tech) {
                                if tech.kind == TechKind::Version {
                                    *text = (text.parse::<i64>().unwrap() + 1).to_string();
                                } else if let Some(value) = update.tech_value(tech) {
                                    *text = escaped(value);
                                }
                            }
                        }
                    }
                    Operation::Insert(inserted) => {
                        for (place, id) in inserted.ids.iter() {
                            let values = inserted.columns.iter().map(|values| escaped(values.get(place)));
                            let tech = table.tech_values(inserted.stamps(place));
                            let row = values.chain(tech.map(|(_, value)| escaped(value))).collect();
                            let new = rows.insert(id, row).is_none();
                            assert!(new, "tick {tick} inserts {id} of {name} twice");
                        }
                    }
                }
            }
        }
    }
    let text = |(table, rows): (&TablePlan, &BTreeMap<i64, Vec<String>>)| {
        let keys = RowKeys::of(plan.seed, table, timeline);
        let line = |(id, row): (&i64, &Vec<String>)| {
            format!("{}\t{}\n", escaped(keys.key(*id).value()), row.join("\t"))
        };
        let mut lines: Vec<String> = rows.iter().map(line).collect();
        if !keys.are_numbers() {
            lines.sort_unstable();
        }
        (table.name.clone(), lines.concat())
    };
    plan.tables.iter().zip(&tables).map(text).collect()
}

/// A value as COPY's text format writes it.
fn escaped(value: Value<'_>) -> String {
    if value == Value::Null {
        return "\\N".to_owned();
    }
    let mut text = String::new();
    for char in value.to_string().chars() {
        match char {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            char => text.push(char),
        }
    }
    text
}

/// A shop's table without the rows that others inserted, ordered by key; those whose keys are no numbers with them.
fn own_rows(plan: &ShopPlan, table: &TablePlan) -> String {
    let (name, key) = (qualified(&plan.schema, &table.name), quote(&table.key));
    if !table.key_form.is_number() {
        return format!("SELECT * FROM {name} ORDER BY {key}::text COLLATE \"C\"");
    }
    format!("SELECT * FROM {name} WHERE {key} < {} ORDER BY {key}", table.reserved_from())
}

/// The tables as they stand, `COPY (SELECT … ORDER BY key) TO STDOUT` of each.
pub async fn tables(client: &Client, plan: &ShopPlan) -> Tables {
    let mut tables = Tables::new();
    for table in &plan.tables[..] {
        tables.insert(table.name.clone(), copy(client, &own_rows(plan, table)).await);
    }
    tables
}

/// How far a shop has come.
pub async fn standing(client: &Client, plan: &ShopPlan) -> Standing {
    let query = "SELECT last_tick, start FROM shopsim.checkpoint WHERE shop = $1";
    let row = client.query_one(query, &[&plan.name]).await.unwrap();
    let (last, start): (Option<i64>, Option<Timestamp>) = (row.get(0), row.get(1));
    let query = "SELECT before_tick, microseconds FROM shopsim.pause WHERE shop = $1 ORDER BY before_tick";
    let pauses = client.query(query, &[&plan.name]).await.unwrap();
    let pause =
        |row: &tokio_postgres::Row| Pause { before_tick: row.get::<_, i64>(0) as u64, micros: row.get(1) };
    let pauses: Vec<Pause> = pauses.iter().map(pause).collect();
    let timeline = Timeline::new(start.expect("a tick was committed"), plan.interval, &pauses);
    Standing { ticks: last.map_or(0, |last| last as u64 + 1), timeline, pauses }
}

/// Checks every row and column of a shop against the engine.
pub async fn assert_engine_agrees(client: &Client, plan: &ShopPlan) -> Standing {
    let standing = standing(client, plan).await;
    let expected = replay(plan, &standing.timeline, standing.ticks);
    assert_same(&plan.name, &tables(client, plan).await, &expected);
    standing
}

/// Checks a shop that ran on a private server, which is started to be looked into.
pub async fn assert_shop_agrees(place: &Place, config: &str, shop: &str) -> Standing {
    let server = Server::of_shop(place, shop).await;
    let standing = assert_engine_agrees(&server.client("shop").await, &plan(config, shop)).await;
    server.stop().await;
    standing
}

/// Compares tables as bytes and shows the first line that differs.
pub fn assert_same(shop: &str, found: &Tables, expected: &Tables) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "tables of {shop}");
    for (name, expected) in expected {
        let found = &found[name];
        if found != expected {
            let lines = (found.lines(), expected.lines());
            let differs = lines.0.clone().zip(lines.1.clone()).find(|(found, expected)| found != expected);
            let (many, few) = (lines.0.count(), lines.1.count());
            panic!("{name} of {shop}: {many} rows found, {few} expected; first difference: {differs:#?}");
        }
    }
}
