//! The tables of a warehouse and their columns, as its catalog lists them.
//!
//! Owns only what there is. Must not know what a column means.

use std::fmt;

use crate::quoting::{qualified, quote};

/// The name of a table or view; of a CSV file the schema is that of its subfolder, often empty, and the name is the
/// file's without its ending.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationName {
    /// The schema.
    pub schema: String,
    /// The name in it.
    pub name: String,
}

/// As SQL names it.
impl fmt::Display for RelationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.schema.is_empty() {
            true => f.write_str(&quote(&self.name)),
            false => f.write_str(&qualified(&self.schema, &self.name)),
        }
    }
}

impl RelationName {
    /// As `warehouse.toml` names it: `dds.orders`, or `orders` without a schema; parts with a dot are quoted.
    pub fn shown(&self) -> String {
        let part = |name: &str| match name.is_empty() || name.contains(['.', '"']) {
            true => quote(name),
            false => name.to_owned(),
        };
        match self.schema.is_empty() {
            true => part(&self.name),
            false => format!("{}.{}", part(&self.schema), part(&self.name)),
        }
    }

    /// Reads what [`RelationName::shown`] writes: the schema, if there is one, and the name. `None`: it is neither.
    pub fn parts(text: &str) -> Option<(Option<String>, String)> {
        let mut parts = Vec::new();
        let mut rest = text;
        loop {
            let part;
            (part, rest) = next_part(rest)?;
            parts.push(part);
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None if rest.is_empty() => break,
                None => return None,
            }
        }
        let name = parts.pop()?;
        let schema = parts.pop();
        parts.is_empty().then_some((schema, name))
    }
}

/// The part of a name that a text begins with, and the rest.
fn next_part(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(['.', '"']).unwrap_or(text.len());
        return (end > 0).then(|| (text[..end].to_owned(), &text[end..]));
    };
    let mut part = String::new();
    let mut rest = quoted;
    loop {
        let end = rest.find('"')?;
        part.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => (part, rest) = (part + "\"", after),
            None => return Some((part, rest)),
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as PostgreSQL's `format_type` prints it, with its modifier: `numeric(38,9)`, `character varying(30)`,
    /// `timestamp with time zone`. Empty in a CSV file.
    pub sql_type: String,
}

/// A table or view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// Its name.
    pub name: RelationName,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The columns of its primary key or of a unique index, if there is one: the first by name of the index.
    pub unique: Vec<String>,
}

impl Relation {
    /// The column of a name: exactly, or else whatever its case is, if that is one column.
    pub fn column(&self, name: &str) -> Option<&Column> {
        only_or_exact(&self.columns, name, |column| &column.name)
    }

    /// The columns of names, if there are all of them. A name that ends with `*` stands for all that begin so.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| match name.strip_suffix('*') {
            Some(begin) => self.columns.iter().any(|column| column.name.to_lowercase().starts_with(begin)),
            None => self.column(name).is_some(),
        })
    }
}

impl Catalog {
    /// The tables that a text of `warehouse.toml` may mean: that of its schema and name, or those of its name where it
    /// has no schema. Names that only differ in case count if none is exact.
    pub fn named(&self, text: &str) -> Vec<&Relation> {
        let Some((schema, name)) = RelationName::parts(text) else { return Vec::new() };
        let same = |fold: bool, one: &str, other: &str| match fold {
            true => one.to_lowercase() == other.to_lowercase(),
            false => one == other,
        };
        let named = |fold: bool| -> Vec<&Relation> {
            let fits = |relation: &&Relation| {
                let in_schema =
                    schema.as_ref().is_none_or(|schema| same(fold, schema, &relation.name.schema));
                in_schema && same(fold, &name, &relation.name.name)
            };
            self.relations.iter().filter(fits).collect()
        };
        let exact = named(false);
        if exact.is_empty() { named(true) } else { exact }
    }
}

/// The one of a name: exactly, or else whatever its case is, if that is one.
fn only_or_exact<'a, T>(all: &'a [T], name: &str, name_of: impl Fn(&T) -> &str) -> Option<&'a T> {
    let folded = name.to_lowercase();
    let mut alike = all.iter().filter(|one| name_of(one).to_lowercase() == folded);
    let exact = all.iter().find(|one| name_of(one) == name);
    exact.or_else(|| alike.next().filter(|_| alike.next().is_none()))
}

/// All tables and views that may be read, but the system's, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// By name.
    pub relations: Vec<Relation>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_shown() {
        for (schema, name) in
            [("dds", "orders"), ("", "orders"), ("a.b", "c\"d"), ("Shop 1", "x-y"), ("s", "")]
        {
            let relation = RelationName { schema: schema.to_owned(), name: name.to_owned() };
            let read = RelationName::parts(&relation.shown()).unwrap();
            assert_eq!(read, ((!schema.is_empty()).then(|| schema.to_owned()), name.to_owned()));
        }
        for text in ["", ".", "a.", ".a", "a.b.c", "\"a", "\"a\"b", "a\"b\""] {
            assert_eq!(RelationName::parts(text), None, "{text}");
        }
    }

    #[test]
    fn case_is_folded_where_no_name_is_exact() {
        let column = |name: &str| Column { name: name.to_owned(), sql_type: String::new() };
        let relation = |columns: &[&str]| Relation {
            columns: columns.iter().map(|name| column(name)).collect(),
            ..Relation::default()
        };
        assert_eq!(relation(&["ORDER_ID"]).column("order_id").unwrap().name, "ORDER_ID");
        assert_eq!(relation(&["A", "a"]).column("a").unwrap().name, "a");
        assert!(relation(&["Aa", "aA"]).column("aa").is_none(), "which of the two?");
        assert!(relation(&["HD_orders"]).has(&["hd_*"]));
    }
}
