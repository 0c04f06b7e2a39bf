//! Typed access to a parsed TOML document that notes every mistake and goes on.
//!
//! Owns the words for wrong types, missing and unknown keys. Must not know any key of the config.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::interpolate::interpolate;
use super::problem::{Problem, TOO_LARGE, cannot_read, did_you_mean, list, quote};
use super::{MAX_FILE_BYTES, Spanned, Surroundings, Wrong, duration};
use crate::value::Literal;

/// What a reading shares: what it may look at, and what it has found wrong.
pub(super) struct Notes<'a> {
    surroundings: &'a Surroundings<'a>,
    /// The folder of the config file, which relative paths count from.
    folder: &'a Path,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(surroundings: &'a Surroundings<'a>, folder: &'a Path) -> Self {
        Self { surroundings, folder, problems: RefCell::default() }
    }

    pub(super) fn add(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Notes a complaint at a place.
    pub(super) fn wrong(&self, span: &Range<usize>, wrong: Wrong) {
        self.add(Problem { help: wrong.help, ..Problem::error(span, wrong.message) });
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// The bytes of a file that the config names.
    pub(super) fn read_file(&self, path: &str) -> Result<Vec<u8>, Wrong> {
        let wrong = |why: String| {
            Wrong::new(format!("{}: {why}", quote(path)))
                .help("a relative path counts from the folder of the config file")
        };
        if path.is_empty() || path.contains('\0') {
            return Err(Wrong::new("this is not a path of a file"));
        }
        let path: PathBuf = self.folder.join(path);
        let bytes = (self.surroundings.read)(&path).map_err(|error| wrong(cannot_read(&error)))?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(wrong(TOO_LARGE.to_owned()));
        }
        Ok(bytes)
    }

    /// The text of such a file.
    pub(super) fn read_text_file(&self, path: &str) -> Result<String, Wrong> {
        String::from_utf8(self.read_file(path)?).map_err(|error| {
            let line =
                error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|&&b| b == b'\n').count()
                    + 1;
            Wrong::new(format!("{}: line {line} is not UTF-8", quote(path))).help("save the file as UTF-8")
        })
    }
}

/// What is known of a key: a wrong value is told apart from none, so that one mistake gives one message.
#[derive(Clone, Debug, Default)]
pub(super) enum Field<T> {
    /// Not set.
    #[default]
    Absent,
    /// Set to something wrong, which has been noted.
    Wrong,
    /// Set.
    Set(Spanned<T>),
}

impl<T> Field<T> {
    /// This if it is set in any way, else the other.
    pub(super) fn or(self, other: Self) -> Self {
        if self.is_absent() { other } else { self }
    }

    /// The value where there is one; wrong ones have been told and count as none.
    pub(super) fn get(self) -> Option<Spanned<T>> {
        if let Self::Set(value) = self { Some(value) } else { None }
    }

    pub(super) fn value(self) -> Option<T> {
        self.get().map(|spanned| spanned.value)
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// A string as it was written, its variables replaced.
pub(super) struct Text {
    pub(super) value: String,
    /// The variables it was made from.
    pub(super) variables: Vec<String>,
}

impl Text {
    /// A complaint about this text, which names the variables that it came from.
    fn complain(&self, wrong: Wrong) -> Wrong {
        match self.variables.as_slice() {
            [] => wrong,
            names => {
                let names: Vec<String> = names.iter().map(|name| format!("${{{name}}}")).collect();
                Wrong {
                    message: format!("{} (from {})", wrong.message, list(names.iter().map(String::as_str))),
                    ..wrong
                }
            }
        }
    }
}

/// One table of the document; keeps track of the keys that were asked for.
pub(super) struct TableReader<'a> {
    pub(super) notes: &'a Notes<'a>,
    /// What it is called in messages: `[supervisor]`.
    pub(super) name: String,
    /// Its header, or the table itself if it is an inline one.
    pub(super) span: Range<usize>,
    table: &'a DeTable<'a>,
    known: Vec<&'static str>,
}

impl<'a> TableReader<'a> {
    pub(super) fn new(
        notes: &'a Notes<'a>,
        name: impl Into<String>,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        Self { notes, name: name.into(), span, table, known: Vec::new() }
    }

    /// The entry of a key, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Item<'a>> {
        self.known.push(key);
        let (found, value) = self.table.iter().find(|(found, _)| found.get_ref() == key)?;
        Some(Item {
            notes: self.notes,
            key: key.to_owned(),
            key_span: found.span(),
            span: value.span(),
            value: value.get_ref(),
        })
    }

    /// The value of a key, if it is there, as `read` understands it.
    pub(super) fn field<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Item<'a>) -> Option<T>,
    ) -> Field<T> {
        match self.take(key) {
            None => Field::Absent,
            Some(item) => match read(&item) {
                None => Field::Wrong,
                Some(value) => Field::Set(Spanned { value, span: item.span }),
            },
        }
    }

    /// The value of a key that must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&Item<'a>) -> Option<T>,
    ) -> Field<T> {
        let field = self.field(key, read);
        if field.is_absent() {
            self.missing(key, example);
            return Field::Wrong;
        }
        field
    }

    /// Notes that a key is missing.
    pub(super) fn missing(&self, key: &str, example: &str) {
        self.notes.add(
            Problem::error(&self.span, format!("{} has no `{key}`", self.name))
                .help(format!("add `{key} = {example}`")),
        );
    }

    /// Notes a key that is known but has no business here.
    pub(super) fn forbid(&mut self, key: &'static str, why: &str) {
        if let Some(item) = self.take(key) {
            self.notes.add(
                Problem::error(&item.key_span, format!("`{key}` cannot stand in {}", self.name)).help(why),
            );
        }
        // Not offered as a right name.
        self.known.pop();
    }

    /// All entries, for tables whose keys are the user's own names.
    pub(super) fn entries(&self) -> impl Iterator<Item = Item<'a>> + use<'a> {
        let notes = self.notes;
        self.table.iter().map(move |(key, value)| Item {
            notes,
            key: key.get_ref().to_string(),
            key_span: key.span(),
            span: value.span(),
            value: value.get_ref(),
        })
    }

    /// Notes every key that was not asked for. `told` are those that `forbid` has told of.
    pub(super) fn finish(self, told: &[&str]) {
        for item in self.entries() {
            if !self.known.contains(&item.key.as_str()) && !told.contains(&item.key.as_str()) {
                self.notes.add(
                    Problem::error(
                        &item.key_span,
                        format!("unknown key {} in {}", quote(&item.key), self.name),
                    )
                    .help(did_you_mean(&item.key, &self.known)),
                );
            }
        }
    }
}

/// One entry of a table (or one element of an array).
pub(super) struct Item<'a> {
    pub(super) notes: &'a Notes<'a>,
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    /// The value's place.
    pub(super) span: Range<usize>,
    value: &'a DeValue<'a>,
}

impl<'a> Item<'a> {
    /// Notes a complaint about the value.
    pub(super) fn wrong<T>(&self, wrong: Wrong) -> Option<T> {
        self.notes.wrong(&self.span, wrong);
        None
    }

    /// Notes that the value has the wrong type.
    fn wrong_type<T>(&self, expected: &str, help: Option<String>) -> Option<T> {
        let message = format!("{} must be {expected}, found {}", quote(&self.key), self.found());
        self.wrong(Wrong { message, help })
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
        match interpolate(text, self.notes.surroundings.var) {
            Ok(done) => Some(Text { value: done.text, variables: done.variables }),
            Err(wrong) => self.wrong(wrong),
        }
    }

    /// A string of any content.
    pub(super) fn string(&self) -> Option<String> {
        self.text().map(|text| text.value)
    }

    /// A string that is not empty.
    pub(super) fn nonempty(&self) -> Option<String> {
        self.parse(|text| match text {
            "" => Err(Wrong::new(format!("{} is empty", quote(&self.key)))),
            _ => Ok(text.to_owned()),
        })
    }

    /// A string that `parse` understands.
    pub(super) fn parse<T>(&self, parse: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        let text = self.text()?;
        match parse(&text.value) {
            Ok(value) => Some(value),
            Err(wrong) => self.wrong(text.complain(wrong)),
        }
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        self.parse(|text| choose(&self.key, text, choices))
    }

    /// A whole number of a range; also as a string with a variable in it.
    pub(super) fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
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
                        let wrong = Wrong::new(format!("{} must be {expected}", quote(&self.key)));
                        return self.wrong(text.complain(wrong));
                    }
                }
            }
            _ => return self.wrong_type(&expected, None),
        };
        match number {
            Some(number) if range.contains(&number) => Some(number),
            Some(number) if number < 0 && *range.start() >= 0 => self.wrong(
                Wrong::new(format!("{} must not be negative", quote(&self.key)))
                    .help(format!("expected {expected}")),
            ),
            _ => self.wrong(
                Wrong::new(format!("{} is out of range", quote(&self.key)))
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
                    Err(_) => self.wrong(
                        text.complain(Wrong::new(format!("{} must be true or false", quote(&self.key)))),
                    ),
                }
            }
            _ => self.wrong_type("true or false", None),
        }
    }

    /// A span of time of 0 or more; 0, which stands for "off", is `None`.
    pub(super) fn span_or_off(&self) -> Option<Option<Duration>> {
        match self.value {
            DeValue::Integer(number) if number.as_str().trim_start_matches(['+', '-']) == "0" => Some(None),
            DeValue::Integer(number) if number.as_str().starts_with('-') => self.wrong(
                Wrong::new(format!("{} must not be negative", quote(&self.key)))
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
            return self.wrong(
                Wrong::new(format!("{} must be more than 0", quote(&self.key)))
                    .help(format!("write {}", duration::EXPECTED)),
            );
        }
        span
    }

    /// The text of an unquoted TOML date and time, if the value is one.
    pub(super) fn datetime(&self) -> Option<String> {
        if let DeValue::Datetime(datetime) = self.value { Some(datetime.to_string()) } else { None }
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

    /// A table, called `name` in messages.
    pub(super) fn table(&self, name: impl Into<String>) -> Option<TableReader<'a>> {
        match self.value {
            DeValue::Table(table) => Some(TableReader::new(self.notes, name, table, self.span.clone())),
            _ => self.wrong_type("a table", None),
        }
    }

    /// The tables of `[[name]]`.
    pub(super) fn tables(&self, name: &str) -> Option<Vec<TableReader<'a>>> {
        let DeValue::Array(array) = self.value else {
            return self.wrong_type(
                &format!("an array of tables, each under `[[{name}]]`"),
                Some(format!("write `[[{name}]]` with two brackets")),
            );
        };
        let mut tables = Vec::new();
        for element in array.iter() {
            let element = Item {
                notes: self.notes,
                key: self.key.clone(),
                key_span: self.key_span.clone(),
                span: element.span(),
                value: element.get_ref(),
            };
            tables.extend(element.table(format!("[[{name}]]")));
        }
        Some(tables)
    }

    /// Any value, as a provider's parameter.
    pub(super) fn literal(&self) -> Option<Literal> {
        let inner = |key: &str, span: Range<usize>, value: &'a DeValue<'a>| {
            Item { notes: self.notes, key: key.to_owned(), key_span: self.key_span.clone(), span, value }
                .literal()
        };
        Some(match self.value {
            DeValue::String(_) => Literal::Text(self.string()?),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Literal::Int(number),
                Err(_) => {
                    return self.wrong(
                        Wrong::new(format!("{} is out of range", quote(&self.key))).help(format!(
                            "expected a whole number from {} to {}",
                            i64::MIN,
                            i64::MAX
                        )),
                    );
                }
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Literal::Float(number),
                _ => return self.wrong(Wrong::new(format!("{} must be a finite number", quote(&self.key)))),
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

/// One of a few words, or a complaint that names them.
pub(super) fn choose<T: Copy>(key: &str, text: &str, choices: &[(&'static str, T)]) -> Result<T, Wrong> {
    match choices.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => Ok(*value),
        None => {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            Err(Wrong::new(format!("{} is no value of {}", quote(text), quote(key)))
                .help(did_you_mean(text, &words)))
        }
    }
}
