//! What all steps of settling share: what is given, what is wanted, and the problems so far.
//!
//! Owns the form of problems about tables and columns that are not there.

use std::cell::RefCell;
use std::ops::Range;

use super::Request;
use crate::config::Spanned;
use crate::config::problem::{Problem, did_you_mean, quote};
use crate::config::warehouse::WarehouseConfig;
use crate::suggest;
use crate::warehouse::catalog::{Catalog, Column, Relation, RelationName};
use crate::warehouse::chain::{Chain, ChainShop};
use crate::warehouse::preset::{self, Grade};
use crate::warehouse::question::Known;

/// A name in backquotes.
pub(super) fn quoted(name: &str) -> String {
    quote(name)
}

/// A table in backquotes.
pub(super) fn shown(name: &RelationName) -> String {
    quote(&name.shown())
}

/// A problem at a place of the config, or at none.
pub(super) fn problem(span: Option<&Range<usize>>, message: impl Into<String>) -> Problem {
    match span {
        Some(span) => Problem::error(span, message),
        None => Problem::of_file(message),
    }
}

/// What a preset asks for.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted {
    /// The tool whose tables alone count.
    pub(super) tool: Option<&'static str>,
    /// The grade of the course.
    pub(super) grade: Option<&'static Grade>,
    /// Whether nothing but the mapping counts.
    pub(super) custom: bool,
}

impl Wanted {
    /// What a word of `preset` asks for.
    pub(super) fn of(word: Option<&str>) -> Self {
        let known = |word: &&str| crate::config::warehouse::PRESETS.into_iter().find(|known| known == word);
        match word.as_ref().and_then(known) {
            None | Some("auto") => Self::default(),
            Some("custom") => Self { custom: true, ..Self::default() },
            Some(word) => match preset::grade(word) {
                Some(grade) => Self { grade: Some(grade), ..Self::default() },
                None => Self { tool: Some(word), ..Self::default() },
            },
        }
    }
}

/// What is given, and the problems so far.
pub(super) struct State<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) chain: &'a Chain,
    pub(super) config: Option<&'a WarehouseConfig>,
    pub(super) known: &'a Known<'a>,
    /// The configured values of shop columns, and the place of the shop that each means.
    pub(super) words: Vec<(String, usize)>,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> State<'a> {
    pub(super) fn new(request: &Request<'a>, known: &'a Known<'a>) -> Self {
        let (catalog, chain, config) = (request.catalog, request.chain, request.config);
        let mut state =
            Self { catalog, chain, config, known, words: Vec::new(), problems: RefCell::default() };
        for (value, shop) in config.iter().flat_map(|config| &config.shops) {
            if let Some(place) = state.shop(shop) {
                state.words.push((value.value.clone(), place));
            }
        }
        state
    }

    pub(super) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    pub(super) fn is_right(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    pub(super) fn shops(&self) -> &'a [ChainShop] {
        &self.chain.shops
    }

    /// The place of a configured shop.
    pub(super) fn shop(&self, name: &Spanned<String>) -> Option<usize> {
        let place = self.chain.shops.iter().position(|shop| shop.name == name.value);
        if place.is_none() {
            let names: Vec<&str> = self.chain.shops.iter().map(|shop| shop.name.as_str()).collect();
            let message = format!("the chain has no shop {}", quote(&name.value));
            self.report(Problem::error(&name.span, message).help(did_you_mean(&name.value, &names)));
        }
        place
    }

    /// A configured table of the warehouse.
    pub(super) fn relation(&self, name: &Spanned<String>) -> Option<&'a Relation> {
        let found = self.catalog.named(&name.value);
        let list = |relations: &[&Relation]| {
            relations.iter().map(|relation| shown(&relation.name)).collect::<Vec<_>>().join(", ")
        };
        match found.as_slice() {
            [one] => return Some(one),
            [] => {
                let all: Vec<String> = self.catalog.relations.iter().map(|one| one.name.shown()).collect();
                let has_schema = RelationName::parts(&name.value).is_some_and(|(schema, _)| schema.is_some());
                let bare = || {
                    let near =
                        |one: &&Relation| suggest::nearest(&name.value, [one.name.name.as_str()]).is_some();
                    let near: Vec<&Relation> = self.catalog.relations.iter().filter(near).take(3).collect();
                    (!has_schema && !near.is_empty()).then(|| format!("did you mean {}?", list(&near)))
                };
                let near = suggest::nearest(&name.value, all.iter().map(String::as_str));
                let help = match (near, bare()) {
                    (Some(near), _) => format!("did you mean {}?", quote(near)),
                    (None, Some(bare)) => bare,
                    (None, None) if all.is_empty() => "it has none that may be read".to_owned(),
                    (None, None) => {
                        "write its schema and its name; only tables that may be read are known".to_owned()
                    }
                };
                let message = format!("the warehouse has no table {}", quote(&name.value));
                self.report(Problem::error(&name.span, message).help(help));
            }
            several => {
                let message = format!("the warehouse has {} tables {}", several.len(), quote(&name.value));
                let help = format!("write the schema, too: {}", list(several));
                self.report(Problem::error(&name.span, message).help(help));
            }
        }
        None
    }

    /// A configured column of a table.
    pub(super) fn column(&self, relation: &'a Relation, name: &Spanned<String>) -> Option<&'a Column> {
        let column = relation.column(&name.value);
        if column.is_none() {
            let names: Vec<&str> = relation.columns.iter().map(|column| column.name.as_str()).collect();
            let message = format!("{} has no column {}", shown(&relation.name), quote(&name.value));
            self.report(Problem::error(&name.span, message).help(did_you_mean(&name.value, &names)));
        }
        column
    }
}
