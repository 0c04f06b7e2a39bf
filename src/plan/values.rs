//! The values of one column over many rows, in one buffer that is used again and again.
//!
//! Owns the storage; must not know how the values are drawn.

use crate::value::{Date, Decimal, SqlType, Timestamp, Value};

/// The values of one column, row after row.
#[derive(Clone, Debug)]
pub enum Values {
    /// All texts in one buffer.
    Text(Texts),
    /// Whole numbers.
    Int(Vec<i64>),
    /// Numbers of a floating type.
    Float(Vec<f64>),
    /// Numbers with digits after the point.
    Decimal(Vec<Decimal>),
    /// Truth values.
    Bool(Vec<bool>),
    /// Days.
    Date(Vec<Date>),
    /// Instants.
    Timestamp(Vec<Timestamp>),
}

impl Values {
    /// An empty buffer for a column of a type.
    pub fn of(sql_type: SqlType) -> Self {
        match sql_type {
            SqlType::Varchar(_) | SqlType::Text => Self::Text(Texts::default()),
            SqlType::SmallInt | SqlType::Int | SqlType::BigInt => Self::Int(Vec::new()),
            SqlType::Real | SqlType::Double => Self::Float(Vec::new()),
            SqlType::Numeric(_) => Self::Decimal(Vec::new()),
            SqlType::Boolean => Self::Bool(Vec::new()),
            SqlType::Date => Self::Date(Vec::new()),
            SqlType::Timestamp | SqlType::TimestampTz => Self::Timestamp(Vec::new()),
        }
    }

    /// Forgets the values and keeps the memory.
    pub fn clear(&mut self) {
        match self {
            Self::Text(texts) => {
                texts.buffer.clear();
                texts.ends.clear();
            }
            Self::Int(values) => values.clear(),
            Self::Float(values) => values.clear(),
            Self::Decimal(values) => values.clear(),
            Self::Bool(values) => values.clear(),
            Self::Date(values) => values.clear(),
            Self::Timestamp(values) => values.clear(),
        }
    }

    /// The value of a row, counted from 0.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn get(&self, row: usize) -> Value<'_> {
        match self {
            Self::Text(texts) => Value::Text(texts.get(row)),
            Self::Int(values) => Value::Int(values[row]),
            Self::Float(values) => Value::Float(values[row]),
            Self::Decimal(values) => Value::Decimal(values[row]),
            Self::Bool(values) => Value::Bool(values[row]),
            Self::Date(values) => Value::Date(values[row]),
            Self::Timestamp(values) => Value::Timestamp(values[row]),
        }
    }
}

/// Texts one behind the other in one buffer.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    buffer: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Adds the text that `write` appends to the buffer.
    pub fn push_with(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.buffer);
        self.ends.push(self.buffer.len());
    }

    fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.buffer[start..self.ends[row]]
    }
}
