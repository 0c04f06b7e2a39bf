//! What only the rows of a warehouse can tell about its tables.
//!
//! Owns the questions and their answers. Must not know how rows are read.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::catalog::RelationName;

/// The most values of a column that are asked for. A column with more tells no shops.
pub const MOST_VALUES: usize = 10_000;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// The distinct values of a column as texts, without null, up to [`MOST_VALUES`] and one more.
    Values {
        /// The table.
        relation: RelationName,
        /// The column.
        column: String,
    },
    /// Whether two rows have the same values in all of these columns.
    Repeats {
        /// The table.
        relation: RelationName,
        /// The columns.
        columns: Vec<String>,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Question::Values`], in any order.
    Values(Vec<String>),
    /// To [`Question::Repeats`].
    Repeats(bool),
}

/// All answers so far.
pub type Answers = BTreeMap<Question, Answer>;

/// The answers, and the questions that turned out to have none yet.
pub(super) struct Known<'a> {
    answers: &'a Answers,
    open: RefCell<BTreeSet<Question>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(answers: &'a Answers) -> Self {
        Self { answers, open: RefCell::default() }
    }

    /// The distinct values of a column; `None`: not known yet.
    pub(super) fn values(&self, relation: &RelationName, column: &str) -> Option<&'a [String]> {
        let question = Question::Values { relation: relation.clone(), column: column.to_owned() };
        match self.answers.get(&question) {
            Some(Answer::Values(values)) => Some(values),
            _ => self.ask(question),
        }
    }

    /// Whether values repeat; `None`: not known yet.
    pub(super) fn repeats(&self, relation: &RelationName, columns: Vec<String>) -> Option<bool> {
        let question = Question::Repeats { relation: relation.clone(), columns };
        match self.answers.get(&question) {
            Some(Answer::Repeats(repeats)) => Some(*repeats),
            _ => self.ask(question),
        }
    }

    fn ask<T>(&self, question: Question) -> Option<T> {
        self.open.borrow_mut().insert(question);
        None
    }

    /// The questions without an answer.
    pub(super) fn open(self) -> Vec<Question> {
        self.open.into_inner().into_iter().collect()
    }
}
