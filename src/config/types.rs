//! `[types]`: enums that columns can have as their type, and the type that a column's text names.
//!
//! Owns the rules for enums and the messages for unknown types. Whether a provider's values are labels of an
//! enum is `plan`'s.

use std::sync::Arc;

use super::context::Context;
use super::identifier::check_identifier;
use super::item::Item;
use super::problem::{Problem, quote};
use super::reader::TableReader;
use super::{InvalidValue, Spanned, Table};
use crate::suggest::nearest;
use crate::value::{EnumType, Literal, SqlType};

/// The types, one spelling each, for messages.
const TYPES: &str = "smallint, int, bigint, real, double precision, numeric, numeric(p,s), money, boolean, \
                     char(n), varchar, varchar(n), text, date, time, timestamp, timestamptz, interval, uuid, \
                     json, jsonb, bytea, inet, cidr, macaddr, those of [types], and arrays such as int[]";
/// PostgreSQL's longest label: <https://www.postgresql.org/docs/current/datatype-enum.html>
const MOST_LABEL_BYTES: usize = 63;
const EXAMPLE: &str = "write the labels in their order: order_status = [\"paid\", \"shipped\"]";

/// The enums of a config.
#[derive(Default)]
pub(super) struct Types {
    /// The valid ones.
    pub(super) declared: Vec<Spanned<Arc<EnumType>>>,
    /// The names of the others, whose mistake has been reported.
    broken: Vec<String>,
}

/// `[types]`.
pub(super) fn types(item: Option<Item<'_>>) -> Types {
    let mut types = Types::default();
    for entry in item.and_then(|item| item.table("[types]")).iter().flat_map(TableReader::entries) {
        match declared(&entry) {
            Some(declared) => {
                types.declared.push(Spanned { value: Arc::new(declared), span: entry.key_span.clone() });
            }
            None => types.broken.push(entry.key),
        }
    }
    types
}

fn declared(item: &Item<'_>) -> Option<EnumType> {
    let name = &item.key;
    if let Err(wrong) = check_identifier("type", name) {
        item.context.report_invalid(&item.key_span, wrong);
        return None;
    }
    if SqlType::parse(name).is_some() || SqlType::element_of(name).is_some() {
        let message = format!("{} is the name of an existing type", quote(name));
        item.context.report_invalid(&item.key_span, InvalidValue::new(message).help("rename the type"));
        return None;
    }
    let Literal::List(list) = item.literal()? else {
        return item
            .invalid(InvalidValue::new(format!("{} must be an array of labels", quote(name))).help(EXAMPLE));
    };
    let mut labels: Vec<String> = Vec::with_capacity(list.len());
    for label in list {
        let Literal::Text(label) = label else {
            return item.invalid(
                InvalidValue::new(format!("a label of {} is not a string", quote(name))).help(EXAMPLE),
            );
        };
        if let Err(wrong) = check_label(&label, &labels) {
            return item
                .invalid(InvalidValue { message: format!("{}: {}", quote(name), wrong.message), ..wrong });
        }
        labels.push(label);
    }
    if labels.is_empty() {
        return item.invalid(InvalidValue::new(format!("{} has no label", quote(name))).help(EXAMPLE));
    }
    Some(EnumType { name: name.clone(), labels })
}

fn check_label(label: &str, before: &[String]) -> Result<(), InvalidValue> {
    let limit = format!("a label has 1 to {MOST_LABEL_BYTES} bytes");
    if label.is_empty() || label.len() > MOST_LABEL_BYTES {
        return Err(
            InvalidValue::new(format!("the label {} has {} bytes", quote(label), label.len())).help(limit)
        );
    }
    if before.iter().any(|other| other == label) {
        return Err(InvalidValue::new(format!("duplicate label {}", quote(label))).help("remove one of them"));
    }
    Ok(())
}

impl Types {
    /// The type that a column's text names; `None` for one whose mistake has been reported.
    pub(super) fn resolve(&self, text: &str) -> Result<Option<SqlType>, InvalidValue> {
        if let Some(known) = SqlType::parse(text) {
            return Ok(Some(known));
        }
        let text = text.trim();
        let (name, is_array) = match SqlType::element_of(text) {
            Some(element) => (element, true),
            None => (text, false),
        };
        if self.broken.iter().any(|broken| broken == name) {
            return Ok(None);
        }
        if let Some(found) = self.declared.iter().find(|declared| declared.value.name == name) {
            let found = SqlType::Enum(found.value.clone());
            return Ok(Some(if is_array { found.array() } else { found }));
        }
        let own = self.declared.iter().map(|declared| declared.value.name.as_str());
        let near = nearest(name, SqlType::SPELLINGS.into_iter().chain(own));
        Err(InvalidValue::new(format!("{} is not a column type", quote(text))).help(match near {
            Some(near) => {
                format!("did you mean {}?", quote(&format!("{near}{}", if is_array { "[]" } else { "" })))
            }
            None => format!("the types are {TYPES}"),
        }))
    }

    /// Reports the types that have the name of a table: PostgreSQL makes a type of each table's name.
    pub(super) fn differ_from(&self, tables: &[Table], context: &Context<'_>) {
        for declared in &self.declared {
            if tables.iter().any(|table| table.name.value == declared.value.name) {
                let message = format!("the type {} has the name of a table", quote(&declared.value.name));
                context.report(Problem::error(&declared.span, message).help("rename the type"));
            }
        }
    }
}
