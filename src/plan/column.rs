//! A column: a generator fitted to an SQL type.
//!
//! Owns which kinds of values fill which types. Must not know which provider the generator is, nor how PostgreSQL
//! encodes the type.

use super::convert;
use super::draws::{DrawContext, Draws, Keys};
use super::in_line;
use crate::config::KeyForm;
use crate::faker::{Compiled, Draw, Facts, Generator, Kind};
use crate::suggest;
use crate::value::{SqlType, Timestamp, Values};

/// A column whose every value fits its type.
pub struct Column {
    /// Its name, as configured.
    pub name: String,
    /// Its type.
    pub sql_type: SqlType,
    /// Its provider and parameters in canonical form: `random_int(max=99, min=1)`.
    pub source: String,
    /// The columns of a table with the same group describe one person or place, and change together.
    pub group: Option<String>,
    /// Whether its values are determined by the rows' keys.
    pub by_key: bool,
    /// Whether no update changes it: by choice, or because its values are determined by the rows' keys.
    pub fixed: bool,
    /// Whether no two rows have the same value.
    pub unique: bool,
    /// How many distinct numbers its streams take, where it or another column of its group is unique.
    pub numbers: Option<u64>,
    /// The table whose ids it holds, by its place in the plan.
    pub refers_to: Option<usize>,
    /// Whether the rows that it refers to exist as long as its own.
    pub outlives: bool,
    /// Whether it has a foreign key to that table.
    pub references: bool,
    /// The share of nulls: the first out of the second.
    pub nulls: (u64, u64),
    /// The most bytes that a value takes in memory; `None`: no bound is known.
    pub most_bytes: Option<usize>,
    content: Content,
}

/// What fills a column.
enum Content {
    /// A provider.
    Drawn(Generator),
    /// A provider, once the row enters a state; until then it is null.
    DrawnOn(Entry, Generator),
    /// The states of a life: that in which rows are inserted, then by cause.
    States(Vec<String>),
    /// The time at which the row enters a state, cut to multiples of so many microseconds; until then it is null.
    EnteredAt(Entry, i64),
}

/// How rows enter a state: by the cause of a source of changes; `None`: they are inserted in it.
pub type Entry = Option<usize>;

impl Column {
    /// Fits a provider to a type, or returns what the provider gives and which types would fit, for a config error.
    pub fn fit(
        name: &str,
        sql_type: SqlType,
        source: String,
        compiled: Compiled,
    ) -> Result<Self, TypeMismatch> {
        let facts = compiled.facts();
        check(&sql_type, &facts)?;
        let most_bytes = most_bytes(&sql_type, &facts);
        Ok(Self::of(name, sql_type, source, compiled, most_bytes))
    }

    /// Fits the keys of a table's rows, which are no numbers, to a type.
    pub fn fit_keys(
        name: &str,
        sql_type: SqlType,
        source: String,
        compiled: Compiled,
        (key_type, form): (&SqlType, &KeyForm),
    ) -> Result<Self, TypeMismatch> {
        let chars = match form {
            KeyForm::Template(template) => template.most_chars(key_type),
            _ => 0,
        };
        let fits = match &sql_type {
            SqlType::Varchar(Some(length)) => *key_type != SqlType::Uuid && *length >= chars,
            SqlType::Varchar(None) | SqlType::Text => *key_type != SqlType::Uuid,
            other => other == key_type,
        };
        if !fits {
            let gives = format!("keys of type {key_type}");
            return Err(TypeMismatch {
                gives,
                help: format!("use the type {key_type}, as the key that it refers to"),
            });
        }
        Ok(Self::of(name, sql_type, source, compiled, Some(FIXED + CHAR * chars as usize)))
    }

    fn of(
        name: &str,
        sql_type: SqlType,
        source: String,
        compiled: Compiled,
        most_bytes: Option<usize>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            most_bytes,
            sql_type,
            source,
            group: None,
            by_key: compiled.fixed,
            fixed: compiled.fixed,
            unique: false,
            numbers: None,
            refers_to: compiled.refers_to,
            outlives: compiled.outlives,
            references: false,
            nulls: compiled.nulls,
            content: Content::Drawn(compiled.generator),
        }
    }

    /// A column that holds the state of its row, of these: that in which rows are inserted, then by cause.
    pub fn of_states(name: &str, sql_type: SqlType, life: &str, states: Vec<String>) -> Self {
        let most_bytes = FIXED + states.iter().map(String::len).max().unwrap_or(0);
        let source = format!("state of {}", in_line(life));
        Self::filled(name, sql_type, source, most_bytes, Content::States(states))
    }

    /// A column that holds the time at which its row has entered a state, cut to multiples of `cut` microseconds.
    pub fn of_entry(name: &str, sql_type: SqlType, state: &str, entry: Entry, cut: i64) -> Self {
        let source = format!("time of {} cut to {cut} us", in_line(state));
        Self::filled(name, sql_type, source, FIXED, Content::EnteredAt(entry, cut))
    }

    fn filled(name: &str, sql_type: SqlType, source: String, most_bytes: usize, content: Content) -> Self {
        Self {
            name: name.to_owned(),
            most_bytes: Some(most_bytes),
            sql_type,
            source,
            group: None,
            by_key: false,
            fixed: false,
            unique: false,
            numbers: None,
            refers_to: None,
            outlives: false,
            references: false,
            nulls: (0, 1),
            content,
        }
    }

    /// The same column, null until its row enters a state.
    pub fn on(mut self, state: &str, entry: Entry) -> Self {
        if let Content::Drawn(generator) = self.content {
            self.source = format!("{} on {}", self.source, in_line(state));
            self.content = Content::DrawnOn(entry, generator);
        }
        self
    }

    /// Whether random updates may change it: neither its row's key nor its state determine it.
    pub fn changes_at_random(&self) -> bool {
        !self.fixed && matches!(self.content, Content::Drawn(_))
    }

    /// Whether some of its values may be null.
    pub fn may_be_null(&self) -> bool {
        let later = matches!(self.content, Content::DrawnOn(Some(_), _) | Content::EnteredAt(Some(_), _));
        self.nulls.0 > 0 || later
    }

    /// A canonical description of everything that decides its values.
    pub fn describe(&self) -> String {
        let sql_type = match (&self.sql_type, self.sql_type.declared()) {
            (SqlType::Array(_), Some(declared)) => format!("{}[]", in_line(&declared.name)),
            (_, Some(declared)) => in_line(&declared.name).into_owned(),
            (other, None) => other.to_string(),
        };
        let mut words = vec![sql_type, self.source.clone()];
        words.extend(self.group.iter().map(|group| format!("group {}", in_line(group))));
        words.extend((self.nulls.0 > 0).then(|| format!("null {} in {}", self.nulls.0, self.nulls.1)));
        words.extend(self.unique.then(|| "unique".to_owned()));
        words.extend((self.fixed && !self.by_key).then(|| "fixed".to_owned()));
        words.extend(self.references.then(|| "references".to_owned()));
        words.join(", ")
    }

    /// Draws a value for each of the rows with these keys and appends it to `values`, which must have been made
    /// for the column's type. The first row's draw has the number `first` among all draws of the table.
    pub fn fill(
        &self,
        draws: &mut Draws,
        context: &DrawContext<'_>,
        keys: &Keys<'_>,
        first: u64,
        values: &mut Values,
    ) {
        let entry = draws.cause();
        let generator = match &self.content {
            Content::Drawn(generator) => generator,
            Content::DrawnOn(state, generator) if *state == entry => generator,
            Content::DrawnOn(..) => {
                return (0..keys.count()).for_each(|_| values.push_null());
            }
            Content::States(states) => {
                let state = states.get(entry.map_or(0, |cause| cause + 1)).map_or("", String::as_str);
                return (0..keys.count()).for_each(|_| values.push_text(state));
            }
            Content::EnteredAt(state, cut) => {
                let at = Timestamp(context.now.0.div_euclid(*cut) * cut);
                let value = (*state == entry).then_some(at);
                return (0..keys.count()).for_each(|_| values.push_time(value));
            }
        };
        let parents = self.refers_to.and_then(|place| context.keys.get(place));
        let parents = parents.filter(|parents| !parents.are_numbers());
        if let Some(stream) = draws.of_all_rows()
            && parents.is_none()
            && convert::push_all(generator, stream, context, keys, &self.sql_type, values)
        {
            return;
        }
        let mut scratch = String::new();
        for place in 0..keys.count() {
            let key = keys.at(place);
            let stream = draws.of_row(first.wrapping_add(place), key);
            let DrawContext { now, alive, outliving, .. } = *context;
            let mut draw = Draw { stream, now, key, alive, outliving };
            let pushed = match (parents, generator) {
                (Some(parents), Generator::Int(number)) => {
                    convert::push_key(&parents.key(number(&mut draw)), values)
                }
                _ => convert::push(generator, &mut draw, &self.sql_type, values, &mut scratch),
            };
            if let Err(value) = pushed {
                let Self { name, sql_type, source, .. } = self;
                unreachable!("column `{name}` of type {sql_type} drew {value:?} from {source}");
            }
            if draws.is_null(key) {
                values.make_last_null();
            }
        }
    }
}

/// A character in UTF-8.
const CHAR: usize = 4;
/// A value of any type of a fixed size, or the end position of a value of variable size.
const FIXED: usize = 32;

/// The most bytes that a value with these facts takes as one of the type.
fn most_bytes(sql_type: &SqlType, facts: &Facts) -> Option<usize> {
    let chars = match sql_type {
        SqlType::Char(length) => Some(*length),
        SqlType::Varchar(_) | SqlType::Text | SqlType::Enum(_) => facts.max_chars,
        SqlType::Json | SqlType::Jsonb | SqlType::Bytea => facts.max_chars,
        SqlType::Array(_) => None,
        // An exponent makes a short text a long number.
        SqlType::Numeric(_) => match &facts.choices {
            Some(choices) => return Some(FIXED + most_bytes_of(sql_type, choices)),
            None => Some(0),
        },
        _ => Some(0),
    };
    Some(FIXED + CHAR * chars? as usize)
}

/// The most bytes of the texts as values of the type.
fn most_bytes_of(sql_type: &SqlType, texts: &[String]) -> usize {
    let bytes = |text: &String| {
        let mut values = Values::of(sql_type);
        values.read(sql_type, text);
        values.bytes()
    };
    texts.iter().map(bytes).max().unwrap_or(0)
}

/// Why a provider cannot fill a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeMismatch {
    /// The values that the provider gives.
    pub gives: String,
    /// Which types would fit.
    pub help: String,
}

impl TypeMismatch {
    fn of(gives: String, types: &str) -> Self {
        Self { gives, help: format!("use the type {types}, or another provider") }
    }
}

/// Checks that all values, or items, with these facts fit the type.
fn check(sql_type: &SqlType, facts: &Facts) -> Result<(), TypeMismatch> {
    let unnatural = || Err(TypeMismatch::of(facts.kind.plural().to_owned(), natural_types(&facts.kind)));
    if let SqlType::Varchar(Some(limit)) | SqlType::Char(limit) = sql_type {
        let longest = facts.max_chars.unwrap_or(0);
        if longest > *limit {
            let gives = format!("values of up to {longest} characters");
            return Err(TypeMismatch { gives, help: format!("use at least varchar({longest})") });
        }
    }
    if matches!(sql_type, SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text) {
        return Ok(());
    }
    if let (Kind::List(item), SqlType::Array(element)) = (&facts.kind, sql_type) {
        let of_lists = |TypeMismatch { gives, help }: TypeMismatch| {
            let array = if let SqlType::Varchar(_) | SqlType::Char(_) = **element { "[]" } else { "" };
            TypeMismatch { gives: format!("lists of {gives}"), help: help + array }
        };
        return check(element, item).map_err(of_lists);
    }
    if facts.kind == Kind::Text {
        if facts.reads_as.contains(sql_type) {
            return Ok(());
        }
        if let Some(choices) = &facts.choices {
            let mut values = Values::of(sql_type);
            return match choices.iter().find(|choice| !values.read(sql_type, choice)) {
                None => Ok(()),
                Some(_) if facts.integers.is_some() && is_number(sql_type) => check_number(sql_type, facts),
                Some(choice) => {
                    let near = match sql_type {
                        SqlType::Enum(declared) => {
                            suggest::nearest(choice, declared.labels.iter().map(String::as_str))
                        }
                        _ => None,
                    };
                    let help = match near {
                        Some(near) => format!("did you mean {near:?}?"),
                        None => format!("expected {}", sql_type.reads()),
                    };
                    Err(TypeMismatch { gives: format!("{choice:?}"), help })
                }
            };
        }
    }
    if is_number(sql_type) {
        return check_number(sql_type, facts);
    }
    let fits = match sql_type {
        SqlType::Boolean => facts.kind == Kind::Bool,
        SqlType::Date => matches!(facts.kind, Kind::Date | Kind::Timestamp),
        SqlType::Time => matches!(facts.kind, Kind::Time | Kind::Timestamp),
        SqlType::Timestamp | SqlType::TimestampTz => matches!(facts.kind, Kind::Date | Kind::Timestamp),
        SqlType::Interval => matches!(facts.kind, Kind::Interval | Kind::Time),
        SqlType::Bytea => facts.kind == Kind::Bytes,
        SqlType::Json | SqlType::Jsonb => {
            matches!(facts.kind, Kind::List(_) | Kind::Int | Kind::Bool | Kind::Decimal { .. })
        }
        _ => false,
    };
    if fits { Ok(()) } else { unnatural() }
}

fn is_number(sql_type: &SqlType) -> bool {
    use SqlType::{Double, Money, Numeric, Real};
    sql_type.int_range().is_some() || matches!(sql_type, Real | Double | Numeric(_) | Money)
}

/// The same for numeric types; texts are accepted if all of them are decimal digits.
fn check_number(sql_type: &SqlType, facts: &Facts) -> Result<(), TypeMismatch> {
    let misfit = |gives: String, types| Err(TypeMismatch::of(gives, types));
    let (scale, range) = match (&facts.kind, &facts.integers) {
        (Kind::Decimal { scale, range }, _) => (*scale, range.clone()),
        (Kind::Text | Kind::Int, Some(range)) => (0, i128::from(*range.start())..=i128::from(*range.end())),
        (kind, _) => return misfit(kind.plural().to_owned(), natural_types(kind)),
    };
    if let Some(holds) = sql_type.int_range() {
        return match &facts.integers {
            Some(given) if holds.contains(given.start()) && holds.contains(given.end()) => Ok(()),
            Some(given) => misfit(
                format!("whole numbers from {} to {}", given.start(), given.end()),
                "bigint, varchar or text",
            ),
            None => misfit(facts.kind.plural().to_owned(), natural_types(&facts.kind)),
        };
    }
    // Digits before the point, after rounding to the scale of the type.
    let before = |most: u16| {
        let rounded = |units: i128| match u32::from(scale).checked_sub(u32::from(most)) {
            Some(cut) if facts.rounds => (units.abs() + 5 * 10i128.pow(cut) / 10) / 10i128.pow(cut),
            _ => units.abs(),
        };
        let scale = if facts.rounds { u16::from(scale).min(most) } else { scale.into() };
        let digits = |units: i128| rounded(units).checked_ilog10().map_or(1, |log| log + 1);
        digits(*range.start()).max(digits(*range.end())).saturating_sub(scale.into())
    };
    let too_fine = |most: u16| u16::from(scale) > most && !facts.rounds;
    let has = |before: u32| format!("numbers of up to {before} digits before the point and {scale} after it");
    match sql_type {
        SqlType::Numeric(Some((precision, most)))
            if too_fine(*most) || before(*most) > u32::from(precision - most) =>
        {
            misfit(has(before(*most)), "numeric with more digits")
        }
        // Its hundredths are 64 bits.
        SqlType::Money if too_fine(2) || before(2) > 16 => misfit(has(before(2)), "numeric"),
        _ => Ok(()),
    }
}

fn natural_types(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text => "varchar or text",
        Kind::Int => "int, bigint, numeric, float, varchar or text",
        Kind::Bool => "boolean, varchar or text",
        Kind::Decimal { .. } => "numeric, float, varchar or text",
        Kind::Date => "date, timestamp, varchar or text",
        Kind::Time => "time, interval, varchar or text",
        Kind::Timestamp => "timestamp, timestamptz, date, time, varchar or text",
        Kind::Interval => "interval, varchar or text",
        Kind::Bytes => "bytea, varchar or text",
        Kind::List(_) => "an array, json, jsonb or text",
    }
}

#[cfg(test)]
mod tests;
