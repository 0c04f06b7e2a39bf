//! The text of an env file → its lines, as Docker Compose reads them:
//! <https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax>
//!
//! Owns quotes, escapes and comments, so that a database's container and shopsim read one password from one file.
//! Must not know what the names mean, except which one is a secret.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::super::InvalidValue;
use super::super::interpolate::variable;
use super::PASSWORD;
use super::expand::Expansion;

/// A line of an env file that sets a name. Not `Debug`, as it may contain a password.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvLine {
    /// Its number in the file, from 1.
    pub number: usize,
    /// The name that it sets.
    pub name: String,
    /// The value, without quotes and comment, its variables replaced; a name alone has the value that the
    /// environment gives it, if any.
    pub value: Result<Option<String>, InvalidValue>,
    /// Warnings about the value.
    pub doubts: Vec<InvalidValue>,
}

/// The lines of an env file that set a name, known or not. Variables are looked up in the environment, then in the
/// lines above.
pub fn env_lines(text: &str, environment: &dyn Fn(&str) -> Option<OsString>) -> Vec<EnvLine> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut lines, mut above) = (Vec::new(), BTreeMap::new());
    let mut number = 1;
    loop {
        let blank = rest.len() - rest.trim_start().len();
        number += rest[..blank].matches('\n').count();
        rest = &rest[blank..];
        if rest.is_empty() {
            return lines;
        }
        let end = rest.find('\n').unwrap_or(rest.len());
        let (line, mut below) = rest.split_at(end);
        if line.starts_with('#') {
            rest = below;
            continue;
        }
        let start = exported(line);
        let ends = |letter| matches!(letter, '=' | ':') || is_blank(letter);
        let (name, behind) = start.split_at(start.find(ends).unwrap_or(start.len()));
        let behind = behind.trim_start_matches(is_blank);
        let mut doubts = Vec::new();
        let value = if behind.starts_with(['=', ':']) {
            let raw = &rest[line.len() - behind.len() + 1..];
            if raw.starts_with(is_blank) && raw.trim_start_matches(is_blank).starts_with('#') {
                doubts.push(no_comment());
            }
            let (raw, after) = raw_value(raw);
            below = after;
            let value_of = |name: &str| {
                let set = variable(name, environment)?;
                Ok(set.or_else(|| above.get(name).cloned()))
            };
            raw.and_then(|raw| match raw {
                Raw::Literal(text) => Ok(Some(text)),
                Raw::Expanded(text) => {
                    let mut expansion = Expansion::new(&value_of, name == PASSWORD, &mut doubts);
                    expansion.expand(&text).map(Some)
                }
            })
        } else if behind.is_empty() || behind.starts_with('#') {
            variable(name, environment)
        } else {
            Err(InvalidValue::new("there is no `=` after the name").help(format!("write `{name}=value`")))
        };
        if let Ok(Some(value)) = &value {
            above.insert(name.to_owned(), value.clone());
        }
        lines.push(EnvLine { number, name: name.to_owned(), value, doubts });
        number += rest[..rest.len() - below.len()].matches('\n').count();
        rest = below;
    }
}

/// The warning for a value that looks like a comment.
fn no_comment() -> InvalidValue {
    InvalidValue::new("the `#` starts the value, not a comment, as in Docker Compose")
        .help("if intended, put the value in single quotes; otherwise remove the comment")
}

/// Whether a character is whitespace other than a line feed.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() && letter != '\n'
}

/// The line without a leading `export `.
fn exported(line: &str) -> &str {
    match line.strip_prefix("export") {
        Some(rest) if rest.starts_with(is_blank) => rest.trim_start_matches(is_blank),
        _ => line,
    }
}

/// A value without its quotes.
enum Raw {
    /// Literal: it was in single quotes.
    Literal(String),
    /// With variables to replace.
    Expanded(String),
}

/// The value at the start of a text, and the text after its last line.
fn raw_value(text: &str) -> (Result<Raw, InvalidValue>, &str) {
    let start = text.trim_start_matches(is_blank);
    let line_end = |from: usize| start[from..].find('\n').map_or(start.len(), |at| from + at);
    let Some(quote) = start.chars().next().filter(|letter| matches!(letter, '"' | '\'')) else {
        let (line, after) = start.split_at(line_end(0));
        let value = line.split(" #").next().unwrap_or_default().trim_end();
        return (Ok(Raw::Expanded(value.to_owned())), after);
    };
    let nothing = |behind: &str| behind.trim().is_empty() || behind.trim_start().starts_with('#');
    let first = line_end(0);
    let wrong = |message: &str| {
        let help = format!("inside the quotes, write `{quote}` as `\\{quote}`");
        (Err(InvalidValue::new(format!("{message} `{quote}`")).help(help)), &start[first..])
    };
    let Some((inner, end)) = quoted(start, quote) else { return wrong("missing closing quote") };
    let (behind, after) = start[end..].split_at(line_end(end) - end);
    if !nothing(behind) {
        // A quote on a later line more likely opens another value.
        let closed = end <= first;
        return wrong(if closed {
            "unexpected text after the closing quote"
        } else {
            "missing closing quote"
        });
    }
    let value = if quote == '"' { Raw::Expanded(unescaped(&inner)) } else { Raw::Literal(inner) };
    (Ok(value), after)
}

/// The text between the opening quote and the next unescaped one, and the position after that one. Only an escaped
/// quote is unescaped.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => {
                let (_, escaped) = letters.next()?;
                if escaped != quote {
                    inner.push('\\');
                }
                inner.push(escaped);
            }
            letter if letter == quote => return Some((inner, at + 1)),
            letter => inner.push(letter),
        }
    }
    None
}

/// A double-quoted text with the escapes of the shell replaced. `\$` becomes `$$`, which
/// [`Expansion`] turns into `$`.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out += before;
        let (escaped, length) = match after.chars().next() {
            Some('a') => ("\u{7}".to_owned(), 1),
            Some('b') => ("\u{8}".to_owned(), 1),
            Some('f') => ("\u{c}".to_owned(), 1),
            Some('n') => ("\n".to_owned(), 1),
            Some('r') => ("\r".to_owned(), 1),
            Some('t') => ("\t".to_owned(), 1),
            Some('v') => ("\u{b}".to_owned(), 1),
            Some('\\') => ("\\".to_owned(), 1),
            Some('$') => ("$$".to_owned(), 1),
            Some('0') => match octal(&after[1..]) {
                Some(letter) => (letter.to_string(), 4),
                None => ("\\".to_owned(), 0),
            },
            _ => ("\\".to_owned(), 0),
        };
        out += &escaped;
        rest = &after[length..];
    }
    out + rest
}

/// The character of three octal digits.
fn octal(digits: &str) -> Option<char> {
    let digits = digits.get(..3).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
    u8::from_str_radix(digits, 8).ok().map(char::from)
}
