//! Configs in pieces, and the ticks of their shops as plain maps.
//!
//! Owns the form in which the tests of this folder compare ticks; must not know what they promise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shopsim::clock::{Pause, Timeline};
use shopsim::config::{self, Config, Problem, Source, Start, Surroundings};
use shopsim::plan::{self, ShopPlan};
use shopsim::tick::{self, Operation, UpdateCause};
use shopsim::value::Timestamp;

/// 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp(1_767_225_600_000_000);

pub const SHOP_1: &str = "[[shop]]\nname = \"shop-1\"\nseed = 4321\n";
/// Its seed derives from the chain's.
pub const SHOP_2: &str = "[[shop]]\nname = \"shop-2\"\n";
pub const SHOP_3: &str = "[[shop]]\nname = \"shop-3\"\n";

const DEFAULTS: &str = "\
seed = 99
[defaults]
tick_interval = \"10s\"
delete_older_than = \"45s\"
update_not_older_than = \"25s\"
stop_after = \"10m\"
";

pub const NAME: &str = "full_name = { type = \"varchar\", faker = \"name\" }";
pub const BIRTH: &str = "birth_date = { type = \"date\", faker = \"passport_dob\" }";
pub const PHONE: &str = "phone = { type = \"varchar\", faker = \"phone_number\" }";
pub const AMOUNT: &str = "amount = { type = \"float\", faker = \"random_int\" }";
pub const STATUS: &str = "status = { type = \"text\", faker = \"random_element\" }";
pub const ORDERED: &str = "ordered = { type = \"timestamp\", faker = \"past_datetime\" }";

/// `[tables.NAME]`, its rows inserted and updated per tick, and its columns.
pub fn table(name: &str, rows: (u64, u64), columns: &[&str]) -> String {
    let (insert, update, columns) = (rows.0, rows.1, columns.join("\n"));
    format!(
        "[tables.{name}]\ninsert_rows_per_tick = {insert}\nupdate_rows_per_tick = {update}\n\
         [tables.{name}.columns]\n{columns}\n"
    )
}

pub fn customers() -> String {
    table("customers", (3, 2), &[NAME, BIRTH, PHONE])
}

pub fn orders() -> String {
    table("orders", (7, 5), &[AMOUNT, STATUS, ORDERED])
}

pub fn products() -> String {
    table("products", (2, 1), &[NAME, AMOUNT])
}

/// `[tech_fields]` with soft deletes; nothing where rows are purged after 0.
pub fn purged_after(span: &str) -> String {
    match span.trim_end_matches(char::is_alphabetic) {
        "0" => String::new(),
        _ => format!("[tech_fields]\ndeleted_at = \"timestamp\"\npurge_after = \"{span}\"\n"),
    }
}

/// A chain of these shops and tables, in this order.
pub fn chain(shops: &[&str], tables: &[String]) -> Chain {
    Chain::read(&format!("{DEFAULTS}{}{}", shops.concat(), tables.concat()))
}

/// A chain of `shop-1` and one table.
pub fn one_table(table: String) -> Shop {
    chain(&[SHOP_1], &[table]).shop("shop-1")
}

/// Plans, compiled from a text without errors.
pub struct Chain {
    pub config: Config,
    pub plans: Vec<Arc<ShopPlan>>,
}

impl Chain {
    pub fn read(text: &str) -> Self {
        let source = Source::new("shops.toml", text);
        let surroundings = Surroundings {
            var: &|_| None,
            read: &|path| panic!("a config of these tests names the file {}", path.display()),
        };
        let (mut config, mut problems) = config::read(&source, &surroundings);
        config.shops.iter_mut().for_each(|shop| shop.start.value = Start::At(START));
        let (plans, more) = plan::compile(&config);
        problems.extend(more);
        problems.retain(Problem::is_error);
        assert!(problems.is_empty(), "{}", source.render_all(&problems, false));
        Self { config, plans }
    }

    pub fn shop(&self, name: &str) -> Shop {
        self.shop_with_pauses(name, &[])
    }

    pub fn shop_with_pauses(&self, name: &str, pauses: &[Pause]) -> Shop {
        let plan = self.plans.iter().find(|plan| plan.name == name).unwrap().clone();
        let timeline = Timeline::new(START, plan.interval, pauses);
        Shop { plan, timeline }
    }
}

/// What the ticks of one shop are a function of.
pub struct Shop {
    pub plan: Arc<ShopPlan>,
    pub timeline: Timeline,
}

/// One tick: for each table what it does to it.
pub type Tick = BTreeMap<String, TableTick>;

/// A row's values as text, by column.
pub type Row = BTreeMap<String, String>;

/// What one tick does to one table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableTick {
    pub deleted: Vec<i64>,
    pub soft_deleted: Vec<i64>,
    /// In the order in which they are written.
    pub updated: Vec<Update>,
    /// In the order in which they are written.
    pub inserted: Vec<(i64, Row)>,
    pub created_at: Timestamp,
}

/// One row that a tick updates.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub id: i64,
    pub changed: BTreeSet<String>,
    /// A new value for each column, those that stay as they are included.
    pub drawn: Row,
}

impl Update {
    /// The new values of the columns that change.
    pub fn values(&self) -> impl Iterator<Item = (&String, &String)> {
        self.drawn.iter().filter(|(column, _)| self.changed.contains(*column))
    }
}

impl Shop {
    /// The whole of one tick.
    pub fn tick(&self, number: u64) -> Tick {
        let planned = tick::Tick::new(&self.plan, &self.timeline, number);
        assert_eq!((planned.tick, planned.at), (number, self.timeline.at(number)));
        let created_at = planned.at.floor_second();
        let mut tick = Tick::new();
        for (table, mut operations) in self.plan.tables.iter().zip(planned.tables) {
            let (mut deleted, mut soft_deleted) = (Vec::new(), Vec::new());
            let (mut updated, mut inserted) = (Vec::new(), Vec::new());
            let columns: Vec<&String> = table.columns.iter().map(|column| &column.name).collect();
            while let Some(operation) = operations.next(table) {
                match operation {
                    Operation::Delete(ids) => {
                        assert!(soft_deleted.is_empty(), "rows are purged first");
                        deleted.extend(ids.iter().map(|(_, id)| id));
                    }
                    Operation::Update(rows) if rows.are_soft_deleted() => {
                        assert!(rows.iter().all(|row| row.cause() == UpdateCause::SoftDelete));
                        let unchanged = |row: tick::UpdatedRow<'_>| {
                            (0..columns.len()).all(|column| row.new_value(column).is_none())
                        };
                        assert!(rows.iter().all(unchanged));
                        assert!(updated.is_empty() && inserted.is_empty(), "soft deletes come first");
                        soft_deleted.extend(rows.iter().map(tick::UpdatedRow::id));
                    }
                    Operation::Update(rows) => updated.extend(rows.iter().map(|row| {
                        let columns = || columns.iter().enumerate();
                        let changes = columns().filter(|(place, _)| row.changes(*place));
                        let drawn = columns()
                            .map(|(place, name)| ((*name).clone(), row.drawn_value(place).to_string()));
                        Update {
                            id: row.id(),
                            changed: changes.map(|(_, name)| (*name).clone()).collect(),
                            drawn: drawn.collect(),
                        }
                    })),
                    Operation::Insert(rows) => inserted.extend(rows.ids.iter().map(|(row, id)| {
                        assert_eq!(rows.stamps(row).created_at.floor_second(), created_at);
                        let values = columns.iter().zip(&rows.columns);
                        (id, values.map(|(name, v)| ((*name).clone(), v.get(row).to_string())).collect())
                    })),
                }
            }
            tick.insert(
                table.name.clone(),
                TableTick { deleted, soft_deleted, updated, inserted, created_at },
            );
        }
        tick
    }

    /// The first ticks.
    pub fn ticks(&self, count: u64) -> Vec<Tick> {
        (0..count).map(|number| self.tick(number)).collect()
    }
}

/// Ends the test at the first tick and table in which `is` and `was` differ, and names them. Tables that
/// one of them has not are passed over.
pub fn assert_same(was: &[Tick], is: &[Tick], why: &str) {
    assert_eq!(was.len(), is.len());
    for (number, (was, is)) in was.iter().zip(is).enumerate() {
        for (name, was) in was {
            let Some(is) = is.get(name) else { continue };
            assert!(was == is, "{why}, but `{name}` differs at tick {number}:\nwas {was:#?}\nis {is:#?}");
        }
    }
}
