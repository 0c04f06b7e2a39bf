//! `[tables.NAME]`: what a table of the warehouse holds.
//!
//! Owns its keys. Which columns there are is not known here.

use std::ops::Range;

use super::values::{self, Auto};
use super::{DELETES, KINDS, PRESETS, STARTS, Settings};
use crate::config::Spanned;
use crate::config::item::Item;

/// `[tables.NAME]`.
#[derive(Clone, Debug)]
pub struct TableConfig {
    /// The name of the chain's table.
    pub name: Spanned<String>,
    /// The table of the file, for what concerns it as a whole.
    pub span: Range<usize>,
    /// `from`.
    pub from: Option<From>,
    /// `preset`: one of [`PRESETS`].
    pub preset: Option<Spanned<&'static str>>,
    /// `key`: the column of the key.
    pub key: Option<Spanned<String>>,
    /// `shop`: the column of the shop.
    pub shop: Option<Spanned<String>>,
    /// `kind`: one of [`KINDS`].
    pub kind: Option<Spanned<&'static str>>,
    /// `valid_from`.
    pub valid_from: Option<Spanned<String>>,
    /// `valid_to`.
    pub valid_to: Option<Spanned<String>>,
    /// `current`.
    pub current: Option<Spanned<String>>,
    /// `deleted`.
    pub deleted: Option<Marked>,
    /// `order`.
    pub order: Option<Spanned<String>>,
    /// `starts_mean`.
    pub starts_mean: Option<Auto<StartsMean>>,
    /// `ends`: start minus end of neighbours, in microseconds.
    pub ends: Option<Auto<i64>>,
    /// `open`, without `auto`.
    pub open: Option<Vec<String>>,
    /// `deletes`: one of [`DELETES`].
    pub deletes: Option<Auto<&'static str>>,
    /// `columns`: columns of the chain's table, and their names in the warehouse.
    pub columns: Vec<(Spanned<String>, Spanned<String>)>,
    /// `ignore`: columns of the chain's table that are not graded.
    pub ignore: Vec<Spanned<String>>,
    /// `side`: the table for rows whose references are not there yet.
    pub side: Option<Spanned<String>>,
    /// `refers`: columns of the chain's table, and the tables that they refer to; `None`: not set.
    pub refers: Option<Vec<(Spanned<String>, Spanned<String>)>>,
    /// `ghosts`: the mark of rows that are none of the source's.
    pub ghosts: Option<Marked>,
    /// The keys that the file has, too.
    pub settings: Settings,
}

/// `from`.
#[derive(Clone, Debug, PartialEq)]
pub enum From {
    /// One table for all shops.
    One(Spanned<String>),
    /// A table a shop.
    Each(Vec<(Spanned<String>, Spanned<String>)>),
}

/// Rows that a column marks.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// The column.
    pub column: Spanned<String>,
    /// The texts that mark; empty: any value but null.
    pub is: Vec<String>,
}

/// `starts_mean`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartsMean {
    /// One of [`STARTS`].
    Word(&'static str),
    /// `{ first = "1970-01-01T00:00:00Z" }`: a fixed moment, in microseconds since 1970, then the load.
    First(i64),
}

pub(super) fn tables(item: &Item<'_>) -> Vec<TableConfig> {
    let Some(tables) = item.table("[tables]") else { return Vec::new() };
    tables.entries().filter_map(|item| table(&item)).collect()
}

fn table(item: &Item<'_>) -> Option<TableConfig> {
    let mut keys = item.table(format!("[tables.{}]", item.key))?;
    let column = Item::nonempty;
    let strings = |texts: Vec<Spanned<String>>| texts.into_iter().map(|text| text.value).collect::<Vec<_>>();
    let read = TableConfig {
        name: Spanned { value: item.key.clone(), span: item.key_span.clone() },
        span: keys.span.clone(),
        from: keys.field("from", from).value(),
        preset: keys.field("preset", |item| values::word(item, &PRESETS)).get(),
        key: keys.field("key", column).get(),
        shop: keys.field("shop", column).get(),
        kind: keys.field("kind", |item| values::word(item, &KINDS)).get(),
        valid_from: keys.field("valid_from", column).get(),
        valid_to: keys.field("valid_to", column).get(),
        current: keys.field("current", column).get(),
        deleted: keys.field("deleted", marked).value(),
        order: keys.field("order", column).get(),
        starts_mean: keys.field("starts_mean", starts_mean).value(),
        ends: keys.field("ends", ends).value(),
        open: keys
            .field("open", values::texts)
            .value()
            .map(|texts| strings(texts).into_iter().filter(|text| text != "auto").collect()),
        deletes: keys.field("deletes", |item| values::word_or_auto(item, &DELETES)).value(),
        columns: keys.take("columns").map(|item| values::names(&item, "`columns`")).unwrap_or_default(),
        ignore: keys.field("ignore", values::texts).value().unwrap_or_default(),
        side: keys.field("side", column).get(),
        refers: keys.take("refers").map(|item| values::names(&item, "`refers`")),
        ghosts: keys.field("ghosts", marked).value(),
        settings: Settings::read(&mut keys),
    };
    keys.finish(&[]);
    Some(read)
}

fn from(item: &Item<'_>) -> Option<From> {
    if item.is_table() {
        return Some(From::Each(values::names(item, "`from`")));
    }
    if !item.is_string() {
        let help = "write \"dds.orders\", or { shop-1 = \"raw_1.orders\", shop-2 = \"raw_2.orders\" }";
        return item.wrong_type("the name of a table, or one for each shop", Some(help.to_owned()));
    }
    let value = item.nonempty()?;
    Some(From::One(Spanned { value, span: item.span.clone() }))
}

/// A column, or `{ column = "…", is = "…" }`.
fn marked(item: &Item<'_>) -> Option<Marked> {
    if !item.is_table() {
        let value = item.nonempty()?;
        return Some(Marked { column: Spanned { value, span: item.span.clone() }, is: Vec::new() });
    }
    let mut keys = item.table(format!("`{}`", item.key))?;
    let column = keys.required("column", "\"deleted\"", Item::nonempty);
    let is = keys.field("is", values::texts).value().unwrap_or_default();
    keys.finish(&[]);
    Some(Marked { column: column.get()?, is: is.into_iter().map(|text| text.value).collect() })
}

fn starts_mean(item: &Item<'_>) -> Option<Auto<StartsMean>> {
    if !item.is_table() {
        return Some(match values::word_or_auto(item, &STARTS)? {
            Auto::Found => Auto::Found,
            Auto::Told(word) => Auto::Told(StartsMean::Word(word)),
        });
    }
    let mut keys = item.table("`starts_mean`")?;
    let first = keys.required("first", "\"1970-01-01T00:00:00Z\"", values::moment);
    keys.finish(&[]);
    first.value().map(|first| Auto::Told(StartsMean::First(first)))
}

fn ends(item: &Item<'_>) -> Option<Auto<i64>> {
    if item.value.as_str() == Some("auto") {
        return Some(Auto::Found);
    }
    values::span(item).map(Auto::Told)
}
