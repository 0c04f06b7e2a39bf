//! `key_type` and `key_template`: the type of a table's primary key, and how a key is made from the number of its row.
//!
//! Owns their syntax. Must not know which rows there are: `plan` computes keys.

use std::sync::Arc;

use super::problem::{Problem, quote};
use super::reader::TableReader;
use super::{InvalidValue, Spanned};
use crate::value::SqlType;

/// How the key of a row is made from its number: 1, 2, 3 … in each table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// It is the number.
    Number,
    /// A UUID of version 4, all random bits.
    Uuid,
    /// A UUID of version 7: the time of the tick that inserts the row, then random bits.
    Uuid7,
    /// A text that contains the number.
    Template(Arc<KeyTemplate>),
}

/// A text with a place for a number: `ORD-{id:08}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyTemplate {
    /// The text before the number.
    before: String,
    /// The text after it.
    after: String,
    /// The digits to which the number is padded with zeros.
    width: usize,
}

/// The most digits of a number.
const MOST_DIGITS: usize = 18;
/// The fewest digits for which a key must have room, as many as an `int` has.
const FEWEST_DIGITS: usize = 9;
/// The most bytes of a template: an index entry holds 2,704.
const MOST_BYTES: usize = 200;
const EXAMPLE: &str = "\"ORD-{id:08}\"";
const TYPES: &str =
    "expected \"int\", \"bigint\", \"uuid\", \"uuid7\", or \"text\" or \"varchar(n)\" with a `key_template`";

impl KeyForm {
    /// Whether shops with different seeds have different keys.
    pub fn is_drawn(&self) -> bool {
        matches!(self, Self::Uuid | Self::Uuid7)
    }

    /// Whether keys are the numbers themselves.
    pub fn is_number(&self) -> bool {
        *self == Self::Number
    }
}

impl KeyTemplate {
    fn parse(text: &str) -> Result<Self, InvalidValue> {
        let wrong = |what: &str| {
            Err(InvalidValue::new(format!("{} {what}", quote(text))).help(format!("write such as {EXAMPLE}")))
        };
        if text.len() > MOST_BYTES {
            return wrong(&format!("is longer than {MOST_BYTES} bytes"));
        }
        if text.chars().any(char::is_control) {
            return wrong("contains a control character");
        }
        let Some((before, rest)) = text.split_once('{') else {
            return wrong("has no place for the number of the row, `{id}`");
        };
        let Some((place, after)) = rest.split_once('}') else {
            return wrong("has a `{` without its `}`");
        };
        if [before, after].iter().any(|text| text.contains(['{', '}'])) {
            return wrong("has more braces than those of one `{id}`");
        }
        let width = match place.strip_prefix("id") {
            Some("") => Some(0),
            Some(format) => format
                .strip_prefix(":0")
                .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|digits| digits.parse().ok())
                .filter(|width| (1..=MOST_DIGITS).contains(width)),
            None => None,
        };
        let Some(width) = width else {
            let what = format!(
                "has {} where only `{{id}}` or `{{id:0N}}`, with N from 1 to {MOST_DIGITS}, may be",
                { quote(&format!("{{{place}}}")) }
            );
            return wrong(&what);
        };
        Ok(Self { before: before.to_owned(), after: after.to_owned(), width })
    }

    /// The key of a number.
    pub fn key(&self, number: i64) -> String {
        let Self { before, after, width } = self;
        format!("{before}{number:0width$}{after}")
    }

    /// The number of a key; `None` if it is no key of the template.
    pub fn number(&self, key: &str) -> Option<i64> {
        let digits = key.strip_prefix(&*self.before)?.strip_suffix(&*self.after)?;
        let number = digits.parse().ok()?;
        (self.key(number) == key).then_some(number)
    }

    /// Characters beside the number.
    fn other_chars(&self) -> usize {
        self.before.chars().count() + self.after.chars().count()
    }

    /// The most digits of a number in a key of a type.
    fn digits(&self, sql_type: &SqlType) -> usize {
        match sql_type {
            SqlType::Varchar(Some(length)) => {
                (*length as usize).saturating_sub(self.other_chars()).min(MOST_DIGITS)
            }
            _ => MOST_DIGITS,
        }
    }

    /// The largest number whose key the type holds.
    pub fn last_number(&self, sql_type: &SqlType) -> i64 {
        (0..self.digits(sql_type)).fold(1, |power: i64, _| power.saturating_mul(10)) - 1
    }

    /// The most characters of a key of a type.
    pub fn most_chars(&self, sql_type: &SqlType) -> u32 {
        u32::try_from(self.other_chars() + self.digits(sql_type)).unwrap_or(u32::MAX)
    }
}

/// As it is written in a config.
impl std::fmt::Display for KeyTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { before, after, width } = self;
        match width {
            0 => write!(f, "{before}{{id}}{after}"),
            width => write!(f, "{before}{{id:0{width}}}{after}"),
        }
    }
}

/// Reads both keys of a table. What is wrong is reported, and a type assumed.
pub(super) fn read(table: &mut TableReader<'_>) -> (SqlType, KeyForm) {
    let typed = table.field("key_type", |item| {
        item.parse(|text| match (text.trim(), SqlType::parse(text)) {
            ("uuid7", _) => Ok((SqlType::Uuid, KeyForm::Uuid7, "uuid7".to_owned())),
            (_, Some(SqlType::Uuid)) => Ok((SqlType::Uuid, KeyForm::Uuid, "uuid".to_owned())),
            (_, Some(known @ (SqlType::Int | SqlType::BigInt | SqlType::Text | SqlType::Varchar(_)))) => {
                Ok((known, KeyForm::Number, text.trim().to_owned()))
            }
            _ => Err(InvalidValue::new(format!("a key cannot be of type {}", quote(text))).help(TYPES)),
        })
    });
    let template = table.field("key_template", |item| item.parse(KeyTemplate::parse));
    let (is_default, has_template) = (typed.is_absent(), !template.is_absent());
    let (typed, template) = (typed.get(), template.get());
    let is_text = |sql_type: &SqlType| matches!(sql_type, SqlType::Text | SqlType::Varchar(_));
    let Some(Spanned { value: (sql_type, _, typed), span }) =
        typed.as_ref().filter(|typed| is_text(&typed.value.0))
    else {
        let typed = typed.map(|typed| typed.value);
        if let (Some(template), true) = (&template, is_default || typed.is_some()) {
            let typed = typed.as_ref().map_or("int", |(_, _, typed)| typed);
            let message = format!(
                "`key_template` is for keys of type text or varchar, and this one is of type {typed}"
            );
            let help = "set `key_type = \"text\"`, or remove `key_template`";
            table.context.report(Problem::error(&template.span, message).help(help));
        }
        return typed.map_or((SqlType::Int, KeyForm::Number), |(sql_type, form, _)| (sql_type, form));
    };
    let assumed = || (SqlType::Text, KeyForm::Template(Arc::default()));
    let Some(Spanned { value: template, .. }) = template else {
        if !has_template && !table.misspells("key_template") {
            let message = format!("a key of type {typed} needs a `key_template`");
            let help =
                format!("add `key_template = {EXAMPLE}`, where {{id}} stands for the number of the row");
            table.context.report(Problem::error(span, message).help(help));
        }
        return assumed();
    };
    let (digits, needed) = (template.digits(sql_type), FEWEST_DIGITS.max(template.width));
    if digits < needed {
        let message =
            format!("{typed} has room for {digits} digits in `{template}`, and keys need at least {needed}");
        let help = format!("use the type text, or at least varchar({})", template.other_chars() + needed);
        table.context.report(Problem::error(span, message).help(help));
        return assumed();
    }
    (sql_type.clone(), KeyForm::Template(Arc::new(template)))
}
