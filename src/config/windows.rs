//! `delete_older_than` and `update_not_older_than`: set by a shop, by a table, or by a shop for one table.
//!
//! Owns which of them takes effect, and the warnings for windows that do not nest. Must not know what a tick is.

use std::time::Duration;

use super::context::Context;
use super::item::Item;
use super::problem::{Problem, quote};
use super::reader::{Field, TableReader};
use super::{Override, Shop, Spanned, Table};

/// A window where it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// `0`: nothing is deleted, or nothing is updated.
    Off,
    /// Up to this age.
    Age(Duration),
}

impl Window {
    fn age(self) -> Option<Duration> {
        match self {
            Self::Off => None,
            Self::Age(age) => Some(age),
        }
    }
}

/// The windows of a table or of a shop's override of one; `None` where the next wider scope applies.
#[derive(Clone, Debug, Default)]
pub struct Windows {
    /// Rows of this age are deleted.
    pub delete_older_than: Option<Spanned<Window>>,
    /// Rows up to this age are updated.
    pub update_not_older_than: Option<Spanned<Window>>,
}

impl Windows {
    /// Reads both keys of a table.
    pub(super) fn read(table: &mut TableReader<'_>) -> Self {
        Self {
            delete_older_than: window(table, "delete_older_than"),
            update_not_older_than: window(table, "update_not_older_than"),
        }
    }

    /// These where they are set, otherwise the others.
    fn or(&self, wider: &Self) -> Self {
        Self {
            delete_older_than: self.delete_older_than.clone().or(wider.delete_older_than.clone()),
            update_not_older_than: self.update_not_older_than.clone().or(wider.update_not_older_than.clone()),
        }
    }
}

fn window(table: &mut TableReader<'_>, key: &'static str) -> Option<Spanned<Window>> {
    match table.field(key, Item::span_or_off) {
        Field::Absent => None,
        // The intended value is unknown: it counts as off, as in a shop, so that no warning follows.
        Field::Invalid => Some(Spanned { value: Window::Off, span: table.span.clone() }),
        Field::Set(Spanned { value, span }) => {
            Some(Spanned { value: value.map_or(Window::Off, Window::Age), span })
        }
    }
}

impl Shop {
    /// The age at which the shop's rows of a table are deleted; `None`: never.
    pub fn delete_older_than(&self, table: &Table) -> Option<Duration> {
        let set = of_table(table, &self.overrides).delete_older_than;
        set.map_or(self.delete_older_than, |window| window.value.age())
    }

    /// The age up to which the shop's rows of a table are updated; `None`: never.
    pub fn update_not_older_than(&self, table: &Table) -> Option<Duration> {
        let set = of_table(table, &self.overrides).update_not_older_than;
        set.map_or(self.update_not_older_than, |window| window.value.age())
    }
}

/// The windows set for a table: by the shop's override, otherwise by the table.
fn of_table(table: &Table, overrides: &[Override]) -> Windows {
    match overrides.iter().find(|own| own.table.value == table.name.value) {
        Some(own) => own.windows.or(&table.windows),
        None => table.windows.clone(),
    }
}

/// The spans of a shop that should nest, where they are set.
pub(super) struct Nesting {
    /// The shop's name, for messages.
    pub(super) shop: String,
    pub(super) stop_after: Option<Spanned<Duration>>,
    pub(super) delete_older_than: Option<Spanned<Duration>>,
    pub(super) update_not_older_than: Option<Spanned<Duration>>,
    pub(super) tick_interval: Option<Spanned<Duration>>,
}

/// Warns where `stop_after > delete_older_than > update_not_older_than >= tick_interval` does not hold, for those
/// that are set, in the shop or any of its tables.
pub(super) fn check_nesting(
    spans: &Nesting,
    overrides: &[Override],
    tables: &[Table],
    context: &Context<'_>,
) {
    let (own, inheriting): (Vec<_>, Vec<_>) = tables
        .iter()
        .map(|table| (table.name.value.as_str(), of_table(table, overrides)))
        .partition(|(_, set)| set.delete_older_than.is_some() || set.update_not_older_than.is_some());
    // Tables that inherit both windows have the shop's warnings in common.
    if own.is_empty() || !inheriting.is_empty() {
        nest(spans, "", Windows::default(), context);
    }
    for (table, set) in own {
        nest(spans, table, set, context);
    }
}

fn nest(spans: &Nesting, table: &str, set: Windows, context: &Context<'_>) {
    let of_shop =
        |key: &'static str, span: &Option<Spanned<Duration>>| Some((key, quote(key), span.clone()?));
    let window = |key, set: Option<Spanned<Window>>, inherited| match set {
        None => of_shop(key, inherited),
        Some(Spanned { value, span }) => {
            let label = format!("{} of {}", quote(key), quote(table));
            Some((key, label, Spanned { value: value.age()?, span }))
        }
    };
    let longest_first = [
        of_shop("stop_after", &spans.stop_after),
        window("delete_older_than", set.delete_older_than, &spans.delete_older_than),
        window("update_not_older_than", set.update_not_older_than, &spans.update_not_older_than),
        of_shop("tick_interval", &spans.tick_interval),
    ];
    let set: Vec<_> = longest_first.into_iter().flatten().collect();
    for pair in set.windows(2) {
        let [(longer, longer_label, long), (shorter, shorter_label, short)] = pair else { continue };
        if long.value > short.value {
            continue;
        }
        let why = match (*longer, *shorter) {
            ("stop_after", "delete_older_than") => "the run ends before a row is deleted",
            ("delete_older_than", "update_not_older_than") => {
                "rows are deleted before the update window ends"
            }
            // A row of just that age is updated.
            ("update_not_older_than", _) if long.value == short.value => continue,
            ("update_not_older_than", _) => "no row is young enough to be updated",
            ("stop_after", "tick_interval") => "the run ends after its first tick",
            (_, "tick_interval") => "no row is left from one tick to the next",
            _ => "the run ends before the update window is full",
        };
        let text = |span| humantime::format_duration(span).to_string();
        context.report(
            Problem::warning(
                &long.span,
                format!(
                    "{longer_label} ({}) is not longer than {shorter_label} ({}): {why}",
                    text(long.value),
                    text(short.value)
                ),
            )
            .help("expected stop_after > delete_older_than > update_not_older_than >= tick_interval")
            .of_shop(&spans.shop),
        );
    }
}
