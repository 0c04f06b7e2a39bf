//! What `warehouse.toml` consists of: words, spans, zones, lists of texts and tables of names.
//!
//! Must not know which key has which of them.

use std::str::FromStr;

use toml::de::DeValue;

use crate::config::item::{Item, choose};
use crate::config::problem::quote;
use crate::config::{InvalidValue, Spanned};
use crate::value::Timestamp;

/// A setting that may be left to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auto<T> {
    /// `auto`.
    Found,
    /// As told.
    Told(T),
}

impl<T> Auto<T> {
    /// What is told.
    pub fn told(self) -> Option<T> {
        if let Self::Told(value) = self { Some(value) } else { None }
    }
}

/// One of several words.
pub(super) fn word(item: &Item<'_>, words: &[&'static str]) -> Option<&'static str> {
    let choices: Vec<(&str, &'static str)> = words.iter().map(|word| (*word, *word)).collect();
    item.parse(|text| choose(&item.key, text, &choices))
}

/// One of several words, or `auto`.
pub(super) fn word_or_auto(item: &Item<'_>, words: &[&'static str]) -> Option<Auto<&'static str>> {
    let with_auto: Vec<&'static str> = ["auto"].iter().chain(words).copied().collect();
    let word = word(item, &with_auto)?;
    Some(if word == "auto" { Auto::Found } else { Auto::Told(word) })
}

/// A span of time of 0 or more, in microseconds.
pub(super) fn span(item: &Item<'_>) -> Option<i64> {
    let span = item.span_or_off()?.unwrap_or_default();
    Some(i64::try_from(span.as_micros()).unwrap_or(i64::MAX))
}

/// A moment: an RFC 3339 time, in quotes or not.
pub(super) fn moment(item: &Item<'_>) -> Option<i64> {
    let read = |text: &str| match Timestamp::parse_rfc3339(text) {
        Some(at) => Ok(at.0),
        None => Err(InvalidValue::new(format!("{} is not a time", quote(text)))
            .help("write a time with its zone, such as \"2026-01-01T00:00:00Z\"")),
    };
    match item.datetime() {
        Some(text) => read(&text).map_or_else(|wrong| item.invalid(wrong), Some),
        None => item.parse(read),
    }
}

/// Reads the offset of a zone from UTC, in microseconds: `UTC`, `Z`, `+03:00`, `-0530`, `UTC+3`.
pub fn zone(text: &str) -> Result<i64, InvalidValue> {
    const MINUTE: i64 = 60_000_000;
    let wrong = || {
        InvalidValue::new(format!("{} is not a zone", quote(text))).help(
            "write \"UTC\", or the offset of the times as they are stored, such as \"+03:00\"; names of places \
             have no fixed offset",
        )
    };
    let offset = text.trim();
    let offset = ["UTC", "utc", "GMT"].iter().find_map(|zone| offset.strip_prefix(zone)).unwrap_or(offset);
    let (sign, rest) = match offset.split_at_checked(1) {
        None if !text.trim().is_empty() => return Ok(0),
        Some(("Z", "")) => return Ok(0),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let (hours, minutes) = match (rest.split_once(':'), rest.len()) {
        (Some(parts), _) => parts,
        (None, 4) if rest.is_ascii() => rest.split_at(2),
        (None, _) => (rest, "0"),
    };
    let number = |digits: &str, most: i64| {
        let fits = (1..=2).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
        i64::from_str(digits).ok().filter(|number| fits && *number <= most)
    };
    let (hours, minutes) = number(hours, 15).zip(number(minutes, 59)).ok_or_else(wrong)?;
    Ok(sign * (hours * 60 + minutes) * MINUTE)
}

/// The elements of an array; any other value is its only element.
pub(super) fn elements<'a>(item: &Item<'a>) -> Vec<Item<'a>> {
    let of = |span, value| Item {
        context: item.context,
        key: item.key.clone(),
        key_span: item.key_span.clone(),
        span,
        value,
    };
    match item.value {
        DeValue::Array(array) => array.iter().map(|value| of(value.span(), value.get_ref())).collect(),
        value => vec![of(item.span.clone(), value)],
    }
}

/// A list of texts, or a single one.
pub(super) fn texts(item: &Item<'_>) -> Option<Vec<Spanned<String>>> {
    let text = |element: &Item<'_>| {
        let value = element.string()?;
        Some(Spanned { value, span: element.span.clone() })
    };
    let all: Vec<_> = elements(item).iter().map(text).collect();
    all.into_iter().collect()
}

/// A table of names, each with a text that is not empty.
pub(super) fn names(item: &Item<'_>, name: &str) -> Vec<(Spanned<String>, Spanned<String>)> {
    let Some(table) = item.table(name) else { return Vec::new() };
    let pair = |entry: Item<'_>| {
        let value = entry.nonempty()?;
        let key = Spanned { value: entry.key.clone(), span: entry.key_span.clone() };
        Some((key, Spanned { value, span: entry.span.clone() }))
    };
    table.entries().filter_map(pair).collect()
}
