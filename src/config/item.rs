//! One value of a parsed TOML document, read as the expected type.
//!
//! Owns the messages for wrong types and ranges, and which values a string with `${NAME}` may hold.
//! Must not know any key of the config.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::context::Context;
use super::interpolate::interpolate;
use super::problem::{did_you_mean, list, quote};
use super::{InvalidValue, duration};
use crate::value::Literal;

/// A string with its variables replaced.
pub(super) struct Text {
    pub(super) value: String,
    /// The variables it was made from.
    pub(super) variables: Vec<String>,
}

impl Text {
    /// Adds the variables of the text to an error.
    fn with_variables(&self, wrong: InvalidValue) -> InvalidValue {
        match self.variables.as_slice() {
            [] => wrong,
            names => {
                let names: Vec<String> = names.iter().map(|name| format!("${{{name}}}")).collect();
                InvalidValue {
                    message: format!("{} (from {})", wrong.message, list(names.iter().map(String::as_str))),
                    ..wrong
                }
            }
        }
    }
}

/// One entry of a table (or one element of an array).
pub(super) struct Item<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    /// The value's place.
    pub(super) span: Range<usize>,
    pub(super) value: &'a DeValue<'a>,
}

impl<'a> Item<'a> {
    /// Reports a mistake about the value.
    pub(super) fn invalid<T>(&self, wrong: InvalidValue) -> Option<T> {
        self.context.report_invalid(&self.span, wrong);
        None
    }

    /// Reports that the value has the wrong type.
    pub(super) fn wrong_type<T>(&self, expected: &str, help: Option<String>) -> Option<T> {
        let message = format!("{} must be {expected}, found {}", quote(&self.key), self.found());
        self.invalid(InvalidValue { message, help })
    }

    fn found(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        }
    }

    /// A string, its variables replaced.
    pub(super) fn text(&self) -> Option<Text> {
        let DeValue::String(text) = self.value else {
            return self.wrong_type("a string", Some("put the value in quotes".to_owned()));
        };
        self.replaced(text)
    }

    fn replaced(&self, text: &str) -> Option<Text> {
        match interpolate(text, self.context.surroundings.var) {
            Ok(done) => {
                let text = Text { value: done.text, variables: done.variables };
                match no_nul(&self.key, &text.value) {
                    Ok(()) => Some(text),
                    Err(wrong) => self.invalid(text.with_variables(wrong)),
                }
            }
            Err(wrong) => self.invalid(wrong),
        }
    }

    /// A string of any content.
    pub(super) fn string(&self) -> Option<String> {
        self.text().map(|text| text.value)
    }

    /// A string that is not empty.
    pub(super) fn nonempty(&self) -> Option<String> {
        self.parse(|text| match text {
            "" => Err(InvalidValue::new(format!("{} is empty", quote(&self.key)))),
            _ => Ok(text.to_owned()),
        })
    }

    /// A string that `parse` understands.
    pub(super) fn parse<T>(&self, parse: impl FnOnce(&str) -> Result<T, InvalidValue>) -> Option<T> {
        let text = self.text()?;
        match parse(&text.value) {
            Ok(value) => Some(value),
            Err(wrong) => self.invalid(text.with_variables(wrong)),
        }
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        self.parse(|text| choose(&self.key, text, choices))
    }

    /// A whole number of a range; also as a string with a variable in it.
    pub(super) fn integer<T>(&self, range: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i64> + From<u8> + PartialOrd + fmt::Display,
    {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let number = match self.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            DeValue::String(written) => {
                let text = self.replaced(written)?;
                match text.value.trim().parse::<i64>() {
                    Ok(_) if text.variables.is_empty() => {
                        let help = format!("drop the quotes: `{} = {}`", self.key, text.value.trim());
                        return self.wrong_type(&expected, Some(help));
                    }
                    Ok(number) => Some(number),
                    Err(_) if text.variables.is_empty() => return self.wrong_type(&expected, None),
                    Err(_) => {
                        let wrong = InvalidValue::new(format!("{} must be {expected}", quote(&self.key)));
                        return self.invalid(text.with_variables(wrong));
                    }
                }
            }
            _ => return self.wrong_type(&expected, None),
        };
        let fitting =
            number.and_then(|number| T::try_from(number).ok()).filter(|number| range.contains(number));
        match number {
            _ if fitting.is_some() => fitting,
            Some(..0) if *range.start() >= T::from(0) => self.invalid(
                InvalidValue::new(format!("{} must not be negative", quote(&self.key)))
                    .help(format!("expected {expected}")),
            ),
            _ => self.invalid(
                InvalidValue::new(format!("{} is out of range", quote(&self.key)))
                    .help(format!("expected {expected}")),
            ),
        }
    }

    /// A boolean; also as a string with a variable in it.
    pub(super) fn boolean(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(value) => Some(*value),
            DeValue::String(written) => {
                let text = self.replaced(written)?;
                let value = text.value.trim().parse::<bool>();
                match value {
                    Ok(value) if text.variables.is_empty() => self.wrong_type(
                        "true or false",
                        Some(format!("drop the quotes: `{} = {value}`", self.key)),
                    ),
                    Ok(value) => Some(value),
                    Err(_) if text.variables.is_empty() => self.wrong_type("true or false", None),
                    Err(_) => self.invalid(text.with_variables(InvalidValue::new(format!(
                        "{} must be true or false",
                        quote(&self.key)
                    )))),
                }
            }
            _ => self.wrong_type("true or false", None),
        }
    }

    /// A span of time of 0 or more; 0, which stands for "off", is `None`.
    #[expect(clippy::option_option, reason = "invalid, off, or a span")]
    pub(super) fn span_or_off(&self) -> Option<Option<Duration>> {
        match self.value {
            DeValue::Integer(number) if number.as_str().trim_start_matches(['+', '-']) == "0" => Some(None),
            DeValue::Integer(number) if number.as_str().starts_with('-') => self.invalid(
                InvalidValue::new(format!("{} must not be negative", quote(&self.key)))
                    .help(format!("write {}, or 0 to turn it off", duration::EXPECTED)),
            ),
            DeValue::Integer(number) if number.radix() == 10 => {
                let help = format!("write the unit: `{} = \"{}s\"` for seconds", self.key, number.as_str());
                self.wrong_type(duration::EXPECTED, Some(help))
            }
            DeValue::String(_) => {
                self.parse(duration::parse_span).map(|span| Some(span).filter(|span| !span.is_zero()))
            }
            _ => self.wrong_type(duration::EXPECTED, None),
        }
    }

    /// A span of time of more than 0.
    pub(super) fn positive_span(&self) -> Option<Duration> {
        let span = self.span_or_off()?;
        if span.is_none() {
            return self.invalid(
                InvalidValue::new(format!("{} must be more than 0", quote(&self.key)))
                    .help(format!("write {}", duration::EXPECTED)),
            );
        }
        span
    }

    /// A span of time of a range.
    pub(super) fn span_within(&self, range: &RangeInclusive<Duration>) -> Option<Duration> {
        let span = self.positive_span()?;
        if !range.contains(&span) {
            let [least, most] = [range.start(), range.end()].map(|end| humantime::format_duration(*end));
            return self.invalid(
                InvalidValue::new(format!("{} is out of range", quote(&self.key)))
                    .help(format!("expected a span of time from {least} to {most}")),
            );
        }
        Some(span)
    }

    /// The text of an unquoted TOML date and time, if the value is one.
    pub(super) fn datetime(&self) -> Option<String> {
        if let DeValue::Datetime(datetime) = self.value { Some(datetime.to_string()) } else { None }
    }

    /// The elements, if it is an array.
    pub(super) fn elements(&self) -> Option<Vec<Item<'a>>> {
        let element = |element: &'a toml::Spanned<DeValue<'a>>| Item {
            context: self.context,
            key: self.key.clone(),
            key_span: self.key_span.clone(),
            span: element.span(),
            value: element.get_ref(),
        };
        Some(self.value.as_array()?.iter().map(element).collect())
    }

    /// Whether it is a string with a variable in it.
    pub(super) fn has_variable(&self) -> bool {
        self.value.as_str().is_some_and(|text| text.contains("${"))
    }

    pub(super) fn is_string(&self) -> bool {
        self.value.is_str()
    }

    pub(super) fn is_empty_table(&self) -> bool {
        self.value.as_table().is_some_and(DeTable::is_empty)
    }

    pub(super) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// Any value, as a provider's parameter.
    pub(super) fn literal(&self) -> Option<Literal> {
        let inner = |key: &str, span: Range<usize>, value: &'a DeValue<'a>| {
            Item { context: self.context, key: key.to_owned(), key_span: self.key_span.clone(), span, value }
                .literal()
        };
        Some(match self.value {
            DeValue::String(_) => Literal::Text(self.string()?),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Literal::Int(number),
                Err(_) => {
                    return self.invalid(
                        InvalidValue::new(format!("{} is out of range", quote(&self.key))).help(format!(
                            "expected a whole number from {} to {}",
                            i64::MIN,
                            i64::MAX
                        )),
                    );
                }
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Literal::Float(number),
                _ => {
                    return self
                        .invalid(InvalidValue::new(format!("{} must be a finite number", quote(&self.key))));
                }
            },
            DeValue::Boolean(value) => Literal::Bool(*value),
            // Providers take dates as text.
            DeValue::Datetime(datetime) => Literal::Text(datetime.to_string()),
            DeValue::Array(array) => {
                let all: Vec<_> =
                    array.iter().map(|element| inner(&self.key, element.span(), element.get_ref())).collect();
                Literal::List(all.into_iter().collect::<Option<_>>()?)
            }
            DeValue::Table(table) => {
                let all: Vec<_> = table
                    .iter()
                    .map(|(key, value)| {
                        if let Err(wrong) = no_nul(&self.key, key.get_ref()) {
                            self.context.report_invalid(&key.span(), wrong);
                            return None;
                        }
                        Some((
                            key.get_ref().to_string(),
                            inner(key.get_ref(), value.span(), value.get_ref())?,
                        ))
                    })
                    .collect();
                Literal::Table(all.into_iter().collect::<Option<_>>()?)
            }
        })
    }
}

/// Checks that PostgreSQL can store a text: <https://www.postgresql.org/docs/current/datatype-character.html>
fn no_nul(key: &str, text: &str) -> Result<(), InvalidValue> {
    match text.contains('\0') {
        true => Err(InvalidValue::new(format!("{} contains a NUL character", quote(key)))
            .help("PostgreSQL allows it in neither texts nor names: remove it")),
        false => Ok(()),
    }
}

/// One of several words, or an error that lists them.
pub(super) fn choose<T: Copy>(
    key: &str,
    text: &str,
    choices: &[(&'static str, T)],
) -> Result<T, InvalidValue> {
    match choices.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => Ok(*value),
        None => {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            Err(InvalidValue::new(format!("{} is not a value of {}", quote(text), quote(key)))
                .help(did_you_mean(text, &words)))
        }
    }
}
