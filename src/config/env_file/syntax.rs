//! The text of an env file → its lines, as Docker Compose reads them:
//! <https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax>
//!
//! Owns quotes, escapes and comments, so that a database's container and shopsim read one password from one file.
//! Must not know what a name means, but that one is of a secret.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::super::InvalidValue;
use super::super::interpolate::variable;
use super::PASSWORD;
use super::expand::Expansion;

/// A line of an env file that says something. Without a debug form, as it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvLine {
    /// Its number in the file, from 1.
    pub number: usize,
    /// The name that it sets.
    pub name: String,
    /// The value, without quotes and comment, its variables replaced; a name alone has the value that the
    /// environment gives it, if any.
    pub value: Result<Option<String>, InvalidValue>,
    /// What of the value may be meant otherwise.
    pub doubts: Vec<InvalidValue>,
}

/// The lines of an env file that say something, known names or not. Variables are those of the environment, else
/// those that the file sets above.
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
            Err(InvalidValue::new("there is no `=` behind the name").help(format!("write `{name}=value`")))
        };
        if let Ok(Some(value)) = &value {
            above.insert(name.to_owned(), value.clone());
        }
        lines.push(EnvLine { number, name: name.to_owned(), value, doubts });
        number += rest[..rest.len() - below.len()].matches('\n').count();
        rest = below;
    }
}

/// What is said of a value that looks like a comment.
fn no_comment() -> InvalidValue {
    InvalidValue::new("what begins with the `#` is the value, as Docker Compose reads it, and no comment")
        .help("if that is meant, write it in single quotes; else leave the comment out")
}

/// Whether a character is white and ends no line.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() && letter != '\n'
}

/// What stands behind `export `.
fn exported(line: &str) -> &str {
    match line.strip_prefix("export") {
        Some(rest) if rest.starts_with(is_blank) => rest.trim_start_matches(is_blank),
        _ => line,
    }
}

/// A value without its quotes.
enum Raw {
    /// As it is: it stood in single quotes.
    Literal(String),
    /// With variables to replace.
    Expanded(String),
}

/// The value that a text begins with, and what comes behind its last line.
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
        let help = format!("within the quotes a `{quote}` is written `\\{quote}`");
        (Err(InvalidValue::new(format!("{message} `{quote}`")).help(help)), &start[first..])
    };
    let Some((inner, end)) = quoted(start, quote) else { return wrong("there is no closing quote") };
    let (behind, after) = start[end..].split_at(line_end(end) - end);
    if !nothing(behind) {
        // In a line below it rather opens another value.
        let closed = end <= first;
        return wrong(if closed {
            "something stands behind the closing quote"
        } else {
            "there is no closing quote"
        });
    }
    let value = if quote == '"' { Raw::Expanded(unescaped(&inner)) } else { Raw::Literal(inner) };
    (Ok(value), after)
}

/// What stands between the quote that a text begins with and the next one that is not escaped, and where that one
/// ends. Of escapes, that of the quote alone is undone.
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

/// A text of double quotes with its escapes undone, as far as they are ones of the shell. `\$` becomes `$$`, of which
/// [`Expansion`] makes a `$`.
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
