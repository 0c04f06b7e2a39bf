//! `warehouse.toml`: which tables of a pipeline's warehouse hold what, as far as it is told and not found.
//!
//! From text to [`WarehouseConfig`], every mistake reported with its place, as for `shops.toml`: `server` reads where it is,
//! `table` what belongs to one table, `loads` where the loads are known from, `values` what they consist of. Owns the words of the
//! file. Names of tables and columns are only texts here: whether they exist is found where the warehouse is known.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::item::Item;
use super::problem::{Problem, sort};
use super::reader::TableReader;
use super::{ConnectionParameters, Source, Spanned, Surroundings, syntax};

mod loads;
mod server;
mod table;
#[cfg(test)]
mod tests;
mod values;

pub use loads::{Loads, LoadsTable};
pub use server::connection;
pub use table::{From, Marked, StartsMean, TableConfig};
pub use values::{Auto, zone};

/// The words of `preset`, in the order of the documentation.
pub const PRESETS: [&str; 21] = [
    "auto",
    "dbt",
    "dlt",
    "airbyte",
    "debezium",
    "meltano",
    "fivetran",
    "sqlmesh",
    "datavault",
    "lakeflow",
    "shopsim",
    "course",
    "course-g0",
    "course-g1",
    "course-g2",
    "course-g3",
    "course-g4",
    "history",
    "mirror",
    "append",
    "custom",
];
/// The words of `kind`.
pub const KINDS: [&str; 4] = ["history", "current", "append", "log"];
/// The words of `capture`.
pub const CAPTURES: [&str; 2] = ["snapshot", "every-change"];
/// The words of `deletes`, besides `auto`.
pub const DELETES: [&str; 5] = ["close", "flag", "new-record", "remove", "keep"];
/// The words of `starts_mean`, besides `auto`.
pub const STARTS: [&str; 4] = ["load", "event", "created-then-load", "nothing"];

/// A `warehouse.toml`.
#[derive(Clone, Debug, Default)]
pub struct WarehouseConfig {
    /// `database`, or the `POSTGRES_…` of `env_file`: the server.
    pub database: Option<Box<ConnectionParameters>>,
    /// `files`: a folder of CSV files, relative to the folder of the config.
    pub files: Option<Spanned<PathBuf>>,
    /// `preset`: one of [`PRESETS`].
    pub preset: Option<Spanned<&'static str>>,
    /// `max_lag`, in microseconds.
    pub max_lag: Option<i64>,
    /// `shops`: values of shop columns, and the name of the shop that each stands for.
    pub shops: Vec<(Spanned<String>, Spanned<String>)>,
    /// What holds for each table that does not set it itself.
    pub settings: Settings,
    /// `[tables.NAME]`, in the order of the file.
    pub tables: Vec<TableConfig>,
}

/// The keys that the file and its tables share.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `timezone` of times without one: the offset from UTC in microseconds.
    pub timezone: Option<i64>,
    /// `capture`: one of [`CAPTURES`].
    pub capture: Option<&'static str>,
    /// `tolerance`, in microseconds.
    pub tolerance: Option<i64>,
    /// `loads`.
    pub loads: Option<Spanned<Loads>>,
}

impl Settings {
    fn read(table: &mut TableReader<'_>) -> Self {
        Self {
            timezone: table.field("timezone", |item| item.parse(values::zone)).value(),
            capture: table.field("capture", |item| values::word(item, &CAPTURES)).value(),
            tolerance: table.field("tolerance", values::span).value(),
            loads: table.field("loads", loads::read).get(),
        }
    }

    /// These where they are set, otherwise the others.
    #[must_use]
    pub fn or(&self, wider: &Self) -> Self {
        Self {
            timezone: self.timezone.or(wider.timezone),
            capture: self.capture.or(wider.capture),
            tolerance: self.tolerance.or(wider.tolerance),
            loads: self.loads.clone().or_else(|| wider.loads.clone()),
        }
    }
}

/// Reads a `warehouse.toml`, and returns its problems in the order of the text. If one of them is an error, the config
/// is only good for finding further problems.
pub fn read(source: &Source, surroundings: &Surroundings<'_>) -> (WarehouseConfig, Vec<Problem>) {
    let folder = source.path.parent().unwrap_or(Path::new(""));
    let context = Context::new(surroundings, folder);
    let config = match syntax::parse(&source.text, &context) {
        None => WarehouseConfig::default(),
        Some(document) => {
            let top = TableReader::new(&context, "the file", document.get_ref(), 0..0);
            file(top, folder)
        }
    };
    let mut problems = context.into_problems();
    sort(&mut problems);
    (config, problems)
}

fn file(mut top: TableReader<'_>, folder: &Path) -> WarehouseConfig {
    let (database, key) = server::read(&mut top);
    let files = top.field("files", Item::nonempty).get();
    if let (Some(key), Some(files)) = (key, &files) {
        top.context.report(
            Problem::error(&files.span, format!("both `{key}` and `files` are set"))
                .help("leave one of them out"),
        );
    }
    let read = WarehouseConfig {
        database: database.map(Box::new),
        files: files.map(|Spanned { value, span }| Spanned { value: folder.join(value), span }),
        preset: top.field("preset", |item| values::word(item, &PRESETS)).get(),
        max_lag: top.field("max_lag", values::span).value(),
        shops: top.take("shops").map(|item| values::names(&item, "`shops`")).unwrap_or_default(),
        settings: Settings::read(&mut top),
        tables: top.take("tables").map(|item| table::tables(&item)).unwrap_or_default(),
    };
    top.finish(&[]);
    read
}
