//! A column: a generator fitted to an SQL type.
//!
//! Owns which kinds of values fill which types, and the conversion between them. Must not know which
//! provider the generator is, nor how PostgreSQL encodes the type.

use super::draws::{Draws, Moment, Row};
use super::values::Values;
use crate::faker::{Compiled, Draw, Generator};
use crate::value::{Decimal, SqlType};

/// A column whose every value fits its type.
pub struct Column {
    /// Its name, as configured.
    pub name: String,
    /// Its type.
    pub sql_type: SqlType,
    /// What fills it, in canonical words: `random_int(max=99, min=1)`.
    pub source: String,
    /// The columns of a table with the same group tell of one person or place, and change together.
    pub group: Option<String>,
    /// Whether its values follow from the rows' keys, so that no update changes them.
    pub fixed: bool,
    /// Whether no two rows have the same value.
    pub unique: bool,
    /// How many numbers its streams tell apart, where it or another column of its group is unique.
    pub numbers: Option<u64>,
    /// The table whose ids it holds, by its place in the plan.
    pub refers_to: Option<usize>,
    /// So many values in so many are null.
    pub nulls: (u64, u64),
    generator: Generator,
}

impl Column {
    /// Fits a provider to a type; else what the provider gives and what would do, for a config error.
    pub fn fit(name: &str, sql_type: SqlType, source: String, compiled: Compiled) -> Result<Self, Misfit> {
        check(sql_type, &compiled)?;
        Ok(Self {
            name: name.to_owned(),
            sql_type,
            source,
            group: None,
            fixed: compiled.fixed,
            unique: false,
            numbers: None,
            refers_to: compiled.refers_to,
            nulls: compiled.nulls,
            generator: compiled.generator,
        })
    }

    /// All that decides its values, in canonical words.
    pub fn describe(&self) -> String {
        let mut words = vec![self.sql_type.to_string(), self.source.clone()];
        words.extend(self.group.iter().map(|group| format!("group {group}")));
        words.extend((self.nulls.0 > 0).then(|| format!("null {} in {}", self.nulls.0, self.nulls.1)));
        words.extend(self.unique.then(|| "unique".to_owned()));
        words.join(", ")
    }

    /// Draws a value for each of the rows and appends it to `values`, which must have been made for the
    /// column's type.
    pub fn fill(
        &self,
        draws: &mut Draws,
        moment: &Moment<'_>,
        rows: impl Iterator<Item = Row>,
        values: &mut Values,
    ) {
        let mut text = String::new();
        for row in rows {
            let stream = draws.of_row(row);
            let mut draw = Draw { stream, now: moment.now, key: row.key, alive: moment.alive };
            match (&self.generator, &mut *values) {
                (Generator::Text(next), Values::Text(texts)) => {
                    texts.push_with(|buffer| next(&mut draw, buffer))
                }
                (Generator::Text(next), Values::Int(ints)) => {
                    text.clear();
                    next(&mut draw, &mut text);
                    ints.push(text.parse().expect("`check` admits texts of digits in range only"));
                }
                (Generator::Int(next), Values::Int(ints)) => ints.push(next(&mut draw)),
                (Generator::Int(next), Values::Float(floats)) => floats.push(next(&mut draw) as f64),
                (Generator::Int(next), Values::Decimal(decimals)) => {
                    decimals.push(Decimal { units: next(&mut draw), scale: 0 });
                }
                (Generator::Decimal { draw: next, scale, .. }, Values::Decimal(decimals)) => {
                    decimals.push(Decimal { units: next(&mut draw), scale: *scale });
                }
                (Generator::Decimal { draw: next, scale, .. }, Values::Float(floats)) => {
                    floats.push(Decimal { units: next(&mut draw), scale: *scale }.to_f64());
                }
                // `check` admits no other than whole numbers.
                (Generator::Decimal { draw: next, .. }, Values::Int(ints)) => ints.push(next(&mut draw)),
                (Generator::Bool(next), Values::Bool(bools)) => bools.push(next(&mut draw)),
                (Generator::Date(next), Values::Date(dates)) => dates.push(next(&mut draw)),
                (Generator::Date(next), Values::Timestamp(times)) => times.push(next(&mut draw).midnight()),
                (Generator::Timestamp(next), Values::Timestamp(times)) => times.push(next(&mut draw)),
                (Generator::Timestamp(next), Values::Date(dates)) => dates.push(next(&mut draw).date()),
                (generator, Values::Text(texts)) => {
                    texts.push_with(|buffer| generator.write(&mut draw, buffer));
                }
                _ => unreachable!("`check` admits no other pair"),
            }
        }
    }
}

/// Why a provider cannot fill a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What the provider gives.
    pub gives: String,
    /// Types that would hold it.
    pub try_instead: &'static str,
}

fn check(sql_type: SqlType, compiled: &Compiled) -> Result<(), Misfit> {
    let misfit = |gives: String, try_instead| Err(Misfit { gives, try_instead });
    if let SqlType::Varchar(Some(limit)) = sql_type {
        let longest = compiled.max_chars.unwrap_or(0);
        if longest > limit {
            return misfit(format!("values of up to {longest} characters"), "varchar or text");
        }
    }
    if matches!(sql_type, SqlType::Varchar(_) | SqlType::Text) {
        return Ok(());
    }
    let kind = compiled.generator.kind();
    if let SqlType::Numeric(limits) = sql_type {
        let (scale, range) = match (&compiled.generator, &compiled.integers) {
            (Generator::Decimal { scale, range, .. }, _) => (*scale, range.clone()),
            (Generator::Int(_), Some(range)) => (0, range.clone()),
            _ => return misfit(kind.to_owned(), natural_types(&compiled.generator)),
        };
        let digits = |units: i64| units.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
        let before = digits(*range.start()).max(digits(*range.end())).saturating_sub(scale.into());
        return match limits {
            Some((precision, most)) if u16::from(scale) > most || before > u32::from(precision - most) => {
                misfit(
                    format!("numbers of up to {before} digits before the point and {scale} after it"),
                    "numeric with more digits",
                )
            }
            _ => Ok(()),
        };
    }
    if let Some(holds) = sql_type.int_range() {
        return match &compiled.integers {
            Some(given) if holds.contains(given.start()) && holds.contains(given.end()) => Ok(()),
            Some(given) => misfit(
                format!("whole numbers from {} to {}", given.start(), given.end()),
                "bigint, varchar or text",
            ),
            None => misfit(kind.to_owned(), natural_types(&compiled.generator)),
        };
    }
    let fits = matches!(
        (&compiled.generator, sql_type),
        (Generator::Int(_) | Generator::Decimal { .. }, SqlType::Real | SqlType::Double)
            | (Generator::Bool(_), SqlType::Boolean)
            | (
                Generator::Date(_) | Generator::Timestamp(_),
                SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz
            )
    );
    if fits { Ok(()) } else { misfit(kind.to_owned(), natural_types(&compiled.generator)) }
}

fn natural_types(generator: &Generator) -> &'static str {
    match generator {
        Generator::Text(_) => "varchar or text",
        Generator::Int(_) => "int, bigint, numeric, float, varchar or text",
        Generator::Bool(_) => "boolean, varchar or text",
        Generator::Decimal { .. } => "numeric, float, varchar or text",
        Generator::Date(_) => "date, timestamp, varchar or text",
        Generator::Timestamp(_) => "timestamp, timestamptz, date, varchar or text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::draws::Operation;
    use crate::value::{Date, Timestamp, Value};

    fn fit(sql_type: SqlType, generator: Generator, integers: Option<(i64, i64)>) -> Result<Column, Misfit> {
        let integers = integers.map(|(low, high)| low..=high);
        let compiled = Compiled { max_chars: Some(12), integers, ..Compiled::of(generator) };
        Column::fit("c", sql_type, String::new(), compiled)
    }

    fn first(column: &Column) -> String {
        let mut values = Values::of(column.sql_type);
        let rows = (0..2).map(|number| Row { key: 1 + number as i64, number });
        let moment = Moment { now: Timestamp(0), alive: &[] };
        column.fill(&mut Draws::new(column, 1, "t", Operation::Insert, 0), &moment, rows, &mut values);
        assert_eq!(values.get(0), values.get(1));
        values.get(0).to_string()
    }

    #[test]
    fn what_fits_is_converted() {
        let digits = || Generator::Text(Box::new(|_, buffer| buffer.push_str("4111")));
        let five = || Generator::Int(Box::new(|_| 5));
        let day = || Generator::Date(Box::new(|_| Date(1)));
        let time = || Generator::Timestamp(Box::new(|_| Timestamp(90_000_000_000)));
        let cases = [
            (SqlType::BigInt, digits(), Some((0, 9999)), "4111"),
            (SqlType::Varchar(Some(12)), digits(), None, "4111"),
            (SqlType::Double, five(), Some((5, 5)), "5"),
            (SqlType::SmallInt, five(), Some((5, 5)), "5"),
            (SqlType::Text, five(), Some((5, 5)), "5"),
            (SqlType::Timestamp, day(), None, "1970-01-02 00:00:00"),
            (SqlType::Text, day(), None, "1970-01-02"),
            (SqlType::Date, time(), None, "1970-01-02"),
            (SqlType::TimestampTz, time(), None, "1970-01-02 01:00:00"),
            (SqlType::Varchar(None), time(), None, "1970-01-02 01:00:00"),
        ];
        for (sql_type, generator, integers, expected) in cases {
            assert_eq!(first(&fit(sql_type, generator, integers).unwrap()), expected, "{sql_type}");
        }
    }

    #[test]
    fn what_does_not_fit_is_told_with_what_would() {
        let text = || Generator::Text(Box::new(|_, _| ()));
        let int = || Generator::Int(Box::new(|_| 0));
        let gives = |result: Result<Column, Misfit>| result.err().map(|misfit| misfit.gives).unwrap();
        assert_eq!(gives(fit(SqlType::Date, text(), None)), "text");
        assert_eq!(gives(fit(SqlType::BigInt, text(), None)), "text");
        assert_eq!(gives(fit(SqlType::SmallInt, int(), Some((0, 40_000)))), "whole numbers from 0 to 40000");
        assert_eq!(gives(fit(SqlType::Timestamp, int(), Some((0, 1)))), "whole numbers");
        assert_eq!(gives(fit(SqlType::Varchar(Some(10)), text(), None)), "values of up to 12 characters");
    }

    #[test]
    fn values_are_kept_row_by_row() {
        let mut values = Values::of(SqlType::Text);
        if let Values::Text(texts) = &mut values {
            ["a", "", "bc"].iter().for_each(|text| texts.push_with(|buffer| buffer.push_str(text)));
        }
        assert_eq!(
            [0, 1, 2].map(|row| values.get(row)),
            [Value::Text("a"), Value::Text(""), Value::Text("bc")]
        );
    }
}
