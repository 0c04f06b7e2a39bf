//! `loads`: where the loads of a warehouse are known from.
//!
//! Owns its forms: a table of loads, a column, a period, a list of moments, or `"content"`.

use super::values;
use crate::config::item::Item;
use crate::config::reader::Field;
use crate::config::{InvalidValue, Spanned};

/// `loads`.
#[derive(Clone, Debug, PartialEq)]
pub enum Loads {
    /// `"content"`: the rows alone.
    Content,
    /// `{ table = "stg.extraction", at = "extracted_at", shop = "shop", of = "table_name" }`.
    Table(LoadsTable),
    /// `{ column = "ingested_at" }`.
    Column(Spanned<String>),
    /// `{ every = "3m" }`, in microseconds.
    Every(i64),
    /// `{ at = ["2026-01-01T00:03:00Z"] }`, in microseconds since 1970, ascending.
    At(Vec<i64>),
}

/// A table with a row per load.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadsTable {
    /// Its name.
    pub table: Spanned<String>,
    /// The column with the moment of the extract, or of the begin of the load.
    pub at: Spanned<String>,
    /// The column with the moment by which everything was read.
    pub end: Option<Spanned<String>>,
    /// The column with the shop.
    pub shop: Option<Spanned<String>>,
    /// The column with the name of the loaded table.
    pub of: Option<Spanned<String>>,
}

/// Keys that name further columns of a table of loads.
const COLUMNS: [&str; 3] = ["end", "shop", "of"];

const FORMS: &str = "write { column = \"ingested_at\" }, { table = \"stg.loads\", at = \"loaded_at\" }, \
                     { every = \"3m\" }, { at = [\"2026-01-01T00:03:00Z\"] } or \"content\"";

pub(super) fn read(item: &Item<'_>) -> Option<Loads> {
    if !item.is_table() {
        return item.parse(|text| match text {
            "content" => Ok(Loads::Content),
            _ => Err(InvalidValue::new("`loads` must be a table or \"content\"").help(FORMS)),
        });
    }
    let mut keys = item.table("`loads`")?;
    let table = keys.field("table", Item::nonempty);
    let column = keys.field("column", Item::nonempty);
    let every = keys.field("every", Item::positive_span);
    let forms = [!table.is_absent(), !column.is_absent(), !every.is_absent()];
    let forms = forms.iter().filter(|form| **form).count();
    // Beside `table` it names a column, alone it lists moments.
    let (mut at, mut moments) = (Field::Absent, Field::Absent);
    match table.is_absent() {
        false => at = keys.required("at", "\"loaded_at\"", Item::nonempty),
        true => {
            moments = keys.field("at", |item| {
                let all: Vec<_> = values::elements(item).iter().map(values::moment).collect();
                all.into_iter().collect::<Option<Vec<i64>>>()
            });
        }
    }
    let [end, shop, of] = COLUMNS.map(|key| match table.is_absent() {
        false => keys.field(key, Item::nonempty).get(),
        true => {
            keys.forbid(key, "it names a column of a table of loads: write `table = \"…\"` beside it");
            None
        }
    });
    let forms = forms + usize::from(!moments.is_absent());
    let misspelt = ["table", "column", "every", "at"].iter().any(|key| keys.misspells(key));
    keys.finish(&COLUMNS);
    match forms {
        0 if misspelt => return None,
        0 => return item.invalid(InvalidValue::new("`loads` does not say where from").help(FORMS)),
        1 => {}
        _ => {
            let wrong = InvalidValue::new("`loads` has more than one of `table`, `column`, `every` and `at`");
            return item.invalid(wrong.help("leave one of them"));
        }
    }
    if let Some(table) = table.get() {
        return Some(Loads::Table(LoadsTable { table, at: at.get()?, end, shop, of }));
    }
    if let Some(column) = column.get() {
        return Some(Loads::Column(column));
    }
    if let Some(every) = every.value() {
        return Some(Loads::Every(i64::try_from(every.as_micros()).unwrap_or(i64::MAX)));
    }
    let mut moments = moments.value()?;
    moments.sort_unstable();
    Some(Loads::At(moments))
}
