//! `${NAME}` and `${NAME:-default}` in strings.
//!
//! Owns their grammar; the values are handed in. `$${` is a literal `${`; any other `$` is
//! literal, too.

use std::ffi::OsString;

use super::InvalidValue;
use super::problem::quote;

/// A text with its variables replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Interpolated {
    /// The text.
    pub text: String,
    /// The variables it was made from, in order.
    pub variables: Vec<String>,
}

/// Replaces the variables of a text. A default is used where the variable is unset or empty.
pub(super) fn interpolate(
    text: &str,
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Interpolated, InvalidValue> {
    let mut out = Interpolated { text: String::new(), variables: Vec::new() };
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            out.text += &rest[..at];
            out.text += "{";
            rest = &rest[at + 2..];
            continue;
        }
        out.text += &rest[..at];
        let inner = &rest[at + 2..];
        let Some(end) = inner.find('}') else {
            return Err(InvalidValue::new("a `${` is not closed")
                .help("write `${NAME}` or `${NAME:-default}`; for a literal `${` write `$${`"));
        };
        let (name, default) = match inner[..end].split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (&inner[..end], None),
        };
        if !is_name(name) {
            // Not shown: the text may be a password that contains `${`.
            return Err(InvalidValue::new("`${…}` does not contain the name of a variable")
                .help("write `${NAME}` or `${NAME:-default}`, with a name of letters, digits and `_`; for a literal `${` write `$${`"));
        }
        if default.is_some_and(|default| default.contains("${")) {
            return Err(InvalidValue::new(format!("the default of {} contains another `${{`", quote(name)))
                .help("variables cannot be nested; set the variable instead"));
        }
        let value = match (variable(name, environment)?, default) {
            (Some(value), None) => value,
            (Some(value), Some(_)) if !value.is_empty() => value,
            (_, Some(default)) => default.to_owned(),
            (None, None) => {
                return Err(InvalidValue::new(format!(
                    "the environment variable {} is not set",
                    quote(name)
                ))
                .help(format!("set it, or give a default: `${{{name}:-default}}`; a `$` that names no variable is written `$$`")));
            }
        };
        out.text += &value;
        out.variables.push(name.to_owned());
        rest = &inner[end + 1..];
    }
    out.text += rest;
    Ok(out)
}

/// The value of a variable of the environment, if it is set.
pub(super) fn variable(
    name: &str,
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<String>, InvalidValue> {
    environment(name).map(OsString::into_string).transpose().map_err(|_| {
        InvalidValue::new(format!("the environment variable {} is not UTF-8", quote(name)))
            .help("set it to a text in UTF-8")
    })
}

/// The name of a variable at the start of a text; empty if there is none.
pub(super) fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    if text.starts_with(|c: char| c.is_ascii_digit()) { "" } else { &text[..end] }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name_at(name) == name
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let var = |name: &str| match name {
            "HOST" => Some("db".into()),
            "EMPTY" => Some(OsString::new()),
            "DOLLAR" => Some("${HOST}".into()),
            "LATIN_1" => Some(OsString::from_vec(vec![0xe9])),
            _ => None,
        };
        interpolate(text, &var).map(|done| done.text).map_err(|wrong| wrong.message)
    }

    #[test]
    fn variables_and_defaults_are_replaced() {
        assert_eq!(read("a ${HOST} b ${NONE:-c:-d} ${NONE:-}").unwrap(), "a db b c:-d ");
        assert_eq!(read("${EMPTY}|${EMPTY:-x}").unwrap(), "|x");
    }

    #[test]
    fn a_value_is_not_read_again() {
        assert_eq!(read("${DOLLAR}").unwrap(), "${HOST}");
    }

    #[test]
    fn other_dollars_stay() {
        assert_eq!(read("Hhdsyt768sxD&^$ $HOST $$").unwrap(), "Hhdsyt768sxD&^$ $HOST $$");
        assert_eq!(read("a$${HOST}").unwrap(), "a${HOST}");
    }

    #[test]
    fn what_cannot_be_replaced_is_an_error() {
        assert_eq!(read("${NONE}").unwrap_err(), "the environment variable `NONE` is not set");
        assert_eq!(
            read("${LATIN_1:-x}").unwrap_err(),
            "the environment variable `LATIN_1` is not UTF-8",
            "which is not the same as not set"
        );
        assert_eq!(read("${HOST").unwrap_err(), "a `${` is not closed");
        assert!(read("${HO ST}").is_err());
        assert!(read("${}").is_err());
        assert!(read("${NONE:-${HOST}}").unwrap_err().contains("another"));
    }
}
