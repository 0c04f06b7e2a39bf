//! The variables in a value of an env file, as Docker Compose replaces them:
//! <https://docs.docker.com/reference/compose-file/interpolation/>
//!
//! Owns the grammar of `$NAME` and `${NAME…}`; the values are handed in.

use super::super::InvalidValue;
use super::super::interpolate::name_at;
use super::super::problem::quote;

/// The deepest nesting of variables in defaults of variables.
const DEEPEST: usize = 32;
/// The longest value, in bytes, that variables may make: values of values double from line to line.
const LONGEST: usize = 1 << 16;

/// The value of a variable, if it has one.
pub(super) type Lookup<'a> = dyn Fn(&str) -> Result<Option<String>, InvalidValue> + 'a;

/// Replaces variables.
pub(super) struct Expansion<'a> {
    value_of: &'a Lookup<'a>,
    secret: bool,
    doubts: &'a mut Vec<InvalidValue>,
    depth: usize,
}

impl<'a> Expansion<'a> {
    /// No message may contain any part of a `secret` text, not even the name of a variable. `doubts` receives a
    /// warning for each `$` that may not be meant as a variable, and for each variable without a value.
    pub(super) fn new(value_of: &'a Lookup<'a>, secret: bool, doubts: &'a mut Vec<InvalidValue>) -> Self {
        Self { value_of, secret, doubts, depth: 0 }
    }

    /// The text with its variables replaced.
    pub(super) fn expand(&mut self, text: &str) -> Result<String, InvalidValue> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(malformed("variables are nested too deeply"));
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out += before;
            if let Some(behind) = after.strip_prefix('$') {
                out.push('$');
                rest = behind;
            } else if let Some(inner) = after.strip_prefix('{') {
                let end = closing_brace(inner).ok_or_else(|| malformed("a `${` is not closed"))?;
                out += &self.braced(&inner[..end])?;
                rest = &inner[end + 1..];
            } else {
                let name = name_at(after);
                if name.is_empty() {
                    out.push('$');
                } else {
                    let value = self.value(name)?;
                    self.doubts.push(looks_like_a_name(value.is_some()));
                    out += &value.unwrap_or_default();
                }
                rest = &after[name.len()..];
            }
            if out.len() > LONGEST {
                return Err(malformed("the value is too long once its variables are replaced"));
            }
        }
        out += rest;
        self.depth -= 1;
        Ok(out)
    }

    /// Replaces the text between `${` and `}`.
    fn braced(&mut self, inner: &str) -> Result<String, InvalidValue> {
        const NO_NAME: &str = "`${…}` does not contain the name of a variable";
        let name = name_at(inner);
        if name.is_empty() {
            return Err(malformed(NO_NAME));
        }
        let value = self.value(name)?;
        let operator = &inner[name.len()..];
        if operator.is_empty() {
            if value.is_none() {
                let called = self.called(name);
                self.doubts.push(
                    InvalidValue::new(format!("{called} is not set and is replaced with an empty string"))
                        .help(format!("set it, or give a default: `${{NAME:-default}}`; {LITERAL}")),
                );
            }
            return Ok(value.unwrap_or_default());
        }
        // With a colon, an empty value counts as none.
        let value = value.filter(|value| !(operator.starts_with(':') && value.is_empty()));
        let operator = operator.strip_prefix(':').unwrap_or(operator);
        let Some((operator, word)) = operator.split_at_checked(1) else { return Err(malformed(NO_NAME)) };
        match (operator, value) {
            ("-" | "?", Some(value)) => Ok(value),
            ("-", None) | ("+", Some(_)) => self.expand(word),
            ("+", None) => Ok(String::new()),
            ("?", None) => {
                let why = Some(self.expand(word)?).filter(|why| !self.secret && !why.is_empty());
                let why = why.unwrap_or_else(|| "it has no value".to_owned());
                Err(InvalidValue::new(format!("{} is required: {why}", self.called(name)))
                    .help("set it in the environment, or earlier in the file"))
            }
            _ => Err(malformed(NO_NAME)),
        }
    }

    fn value(&self, name: &str) -> Result<Option<String>, InvalidValue> {
        (self.value_of)(name).map_err(|wrong| match self.secret {
            true => InvalidValue { message: format!("{} is not UTF-8", self.called(name)), ..wrong },
            false => wrong,
        })
    }

    fn called(&self, name: &str) -> String {
        if self.secret { "a variable in it".to_owned() } else { format!("the variable {}", quote(name)) }
    }
}

/// The position of the `}` that closes a `${`.
fn closing_brace(inner: &str) -> Option<usize> {
    let mut open = 1;
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' if inner[..at].ends_with('$') => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

const LITERAL: &str = "in single quotes `$` is literal";

fn malformed(message: &str) -> InvalidValue {
    InvalidValue::new(message).help(format!("write `${{NAME}}` or `${{NAME:-default}}`; {LITERAL}"))
}

fn looks_like_a_name(is_set: bool) -> InvalidValue {
    let end = if is_set { "" } else { ", which is not set and is replaced with an empty string" };
    InvalidValue::new(format!("a `$` in it starts a variable, as in Docker Compose{end}"))
        .help(format!("if intended, write `${{NAME}}`; {LITERAL}"))
}
