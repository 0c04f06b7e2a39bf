//! TOML text → its tree with places, or syntax errors.
//!
//! Owns the messages for syntax errors. Must not know any key of the config.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, Error};

use super::context::Context;
use super::problem::{Problem, quote};

/// The parser's word for a key that is set twice, the one mistake that leaves the rest trustworthy.
const DUPLICATE: &str = "duplicate key";

/// Parses a text. `None` if its syntax is broken: the meaning of the rest would be guesswork. A key that is
/// set twice is reported and keeps its first value.
pub(super) fn parse<'t>(text: &'t str, context: &Context<'_>) -> Option<Spanned<DeTable<'t>>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let (duplicates, mut broken): (Vec<&Error>, Vec<&Error>) =
        errors.iter().partition(|error| error.message() == DUPLICATE);
    // After a syntax error, an apparent key may be part of a value.
    for error in duplicates.into_iter().filter(|_| broken.is_empty()) {
        let span = error.span().unwrap_or(0..0);
        let key = text.get(span.clone()).unwrap_or_default();
        context.report(
            Problem::error(&span, format!("{} is set twice", quote(key))).help("remove one of the two"),
        );
    }
    // Further errors on a line follow from its first one.
    broken.sort_by_key(|error| start(error));
    broken.dedup_by(|later, earlier| {
        !text.get(start(earlier)..start(later)).is_some_and(|between| between.contains('\n'))
    });
    for error in &broken {
        let span = place(text, start(error));
        let (message, expected) = error.message().split_once(", expected ").unwrap_or((error.message(), ""));
        let mut problem = Problem::error(&span, format!("this is not TOML: {message}"));
        if message.contains("must be quoted") {
            problem = problem.help("put the value in quotes, as in name = \"value\"");
        } else if message.contains("unquoted key") {
            problem =
                problem.help("quote a name with characters other than A-Z, a-z, 0-9, `_` and `-`: \"name\"");
        } else if !expected.is_empty() {
            problem = problem.help(format!("expected {expected}"));
        }
        context.report(problem);
    }
    broken.is_empty().then_some(document)
}

fn start(error: &Error) -> usize {
    error.span().map_or(0, |span| span.start)
}

/// The character at a byte; nothing at a line's end.
fn place(text: &str, start: usize) -> Range<usize> {
    let start = text.floor_char_boundary(start);
    let length = text[start..].chars().next().filter(|c| !c.is_control()).map_or(0, char::len_utf8);
    start..start + length
}
