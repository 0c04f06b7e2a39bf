//! The tables of a parsed TOML document, read key by key: every mistake is reported and reading goes on.
//!
//! Owns the messages for missing and unknown keys. Must not know any key of the config; reading a value is
//! `item`'s.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::Spanned;
use super::context::Context;
use super::item::Item;
use super::problem::{Problem, did_you_mean, quote};
use crate::suggest::is_slip;

/// The value of a key: an invalid one is distinguished from an absent one, so that one mistake gives one message.
#[derive(Clone, Debug, Default)]
pub(super) enum Field<T> {
    /// Not set.
    #[default]
    Absent,
    /// Set to something invalid, which has been reported.
    Invalid,
    /// Set.
    Set(Spanned<T>),
}

impl<T> Field<T> {
    /// This if it is set, even to something invalid; otherwise the other.
    pub(super) fn or(self, other: Self) -> Self {
        if self.is_absent() { other } else { self }
    }

    /// The value where there is one; invalid ones have been reported and count as none.
    pub(super) fn get(self) -> Option<Spanned<T>> {
        if let Self::Set(value) = self { Some(value) } else { None }
    }

    pub(super) fn value(self) -> Option<T> {
        self.get().map(|spanned| spanned.value)
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// One table of the document; keeps track of the keys that were asked for.
pub(super) struct TableReader<'a> {
    pub(super) context: &'a Context<'a>,
    /// Its name in messages: `[supervisor]`.
    pub(super) name: String,
    /// Its header, or the table itself if it is an inline one.
    pub(super) span: Range<usize>,
    table: &'a DeTable<'a>,
    known: Vec<&'static str>,
}

impl<'a> TableReader<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        name: impl Into<String>,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        Self { context, name: name.into(), span, table, known: Vec::new() }
    }

    /// The entry of a key, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Item<'a>> {
        self.known.push(key);
        let (found, value) = self.table.iter().find(|(found, _)| found.get_ref() == key)?;
        Some(Item {
            context: self.context,
            key: key.to_owned(),
            key_span: found.span(),
            span: value.span(),
            value: value.get_ref(),
        })
    }

    /// The value of a key, if it is there, as `read` understands it.
    pub(super) fn field<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Item<'a>) -> Option<T>,
    ) -> Field<T> {
        match self.take(key) {
            None => Field::Absent,
            Some(item) => match read(&item) {
                None => Field::Invalid,
                Some(value) => Field::Set(Spanned { value, span: item.span }),
            },
        }
    }

    /// The value of a key that must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&Item<'a>) -> Option<T>,
    ) -> Field<T> {
        let field = self.field(key, read);
        if field.is_absent() {
            self.missing(key, example);
            return Field::Invalid;
        }
        field
    }

    /// Reports that a key is missing, unless it is misspelt, which is reported anyway.
    fn missing(&self, key: &str, example: &str) {
        if !self.misspells(key) {
            let message = format!("{} has no `{key}`", self.name);
            self.context.report(Problem::error(&self.span, message).help(format!("add `{key} = {example}`")));
        }
    }

    /// Whether the table has a misspelling of the key.
    pub(super) fn misspells(&self, key: &str) -> bool {
        self.table.iter().any(|(found, _)| is_slip(found.get_ref(), key))
    }

    /// Reports a known key that is not allowed here.
    pub(super) fn forbid(&mut self, key: &'static str, why: &str) {
        if let Some(item) = self.take(key) {
            self.context.report(
                Problem::error(&item.key_span, format!("`{key}` is not allowed in {}", self.name)).help(why),
            );
        }
        // Not to be suggested.
        self.known.pop();
    }

    /// All entries, for tables whose keys are the user's own names.
    pub(super) fn entries(&self) -> impl Iterator<Item = Item<'a>> + use<'a> {
        let context = self.context;
        self.table.iter().map(move |(key, value)| Item {
            context,
            key: key.get_ref().to_string(),
            key_span: key.span(),
            span: value.span(),
            value: value.get_ref(),
        })
    }

    /// Reports every unknown key, except those that `forbid` has reported.
    pub(super) fn finish(self, reported: &[&str]) {
        self.finish_with(reported, |_| None);
    }

    /// The same, with a help of their own for some unknown keys.
    pub(super) fn finish_with(self, reported: &[&str], hint: impl Fn(&str) -> Option<String>) {
        for item in self.entries() {
            if !self.known.contains(&item.key.as_str()) && !reported.contains(&item.key.as_str()) {
                self.context.report(
                    Problem::error(
                        &item.key_span,
                        format!("unknown key {} in {}", quote(&item.key), self.name),
                    )
                    .help(hint(&item.key).unwrap_or_else(|| did_you_mean(&item.key, &self.known))),
                );
            }
        }
    }
}

impl<'a> Item<'a> {
    /// A table, called `name` in messages.
    pub(super) fn table(&self, name: impl Into<String>) -> Option<TableReader<'a>> {
        match self.value {
            DeValue::Table(table) => Some(TableReader::new(self.context, name, table, self.span.clone())),
            _ => self.wrong_type("a table", None),
        }
    }

    /// The tables of `[[name]]`.
    pub(super) fn tables(&self, name: &str) -> Option<Vec<TableReader<'a>>> {
        let Some(elements) = self.elements() else {
            return self.wrong_type(
                &format!("an array of tables, each under `[[{name}]]`"),
                Some(format!("write `[[{name}]]` with two brackets")),
            );
        };
        let tables = elements.iter().filter_map(|element| element.table(format!("[[{name}]]")));
        Some(tables.collect())
    }
}
