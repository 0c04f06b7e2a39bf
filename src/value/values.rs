//! The values of one column over many rows, in one reusable buffer.
//!
//! Owns the storage; must not know how the values are drawn, nor how they are converted. A column without
//! nulls has no overhead for them.

use super::array::{Items, Shapes};
use super::numeric::Numbers;
use super::{Date, Decimal, Interval, Money, Network, SqlType, TimeOfDay, Timestamp, Value};

/// The values of one column, row after row.
#[derive(Clone, Debug)]
pub struct Values {
    pub(crate) store: Store,
    /// A bit per row, up to the last null; rows past the end are not null.
    nulls: Vec<u64>,
}

/// The values of one kind. Types of the same kind are distinguished only by the column.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    Text(Texts),
    Json(Texts),
    Int(Vec<i64>),
    Real(Vec<f32>),
    Float(Vec<f64>),
    Decimal(Numbers),
    Money(Vec<Money>),
    Bool(Vec<bool>),
    Date(Vec<Date>),
    Time(Vec<TimeOfDay>),
    Timestamp(Vec<Timestamp>),
    TimestampTz(Vec<Timestamp>),
    Interval(Vec<Interval>),
    Uuid(Vec<[u8; 16]>),
    Bytes(Vec<u8>, Vec<usize>),
    Inet(Vec<Network>),
    Cidr(Vec<Network>),
    MacAddr(Vec<[u8; 6]>),
    /// All items of all rows, the end of each row, and the shapes of rows that are not one-dimensional.
    Array(Box<Values>, Vec<usize>, Shapes),
}

/// Evaluates an expression on the vector of any kind that is a plain vector of values.
macro_rules! on_vector {
    ($store:expr, $vector:ident => $do:expr, $($other:tt)*) => {
        match $store {
            Store::Int($vector) => $do,
            Store::Real($vector) => $do,
            Store::Float($vector) => $do,
            Store::Money($vector) => $do,
            Store::Bool($vector) => $do,
            Store::Date($vector) => $do,
            Store::Time($vector) => $do,
            Store::Timestamp($vector) | Store::TimestampTz($vector) => $do,
            Store::Interval($vector) => $do,
            Store::Uuid($vector) => $do,
            Store::Inet($vector) | Store::Cidr($vector) => $do,
            Store::MacAddr($vector) => $do,
            $($other)*
        }
    };
}

impl Values {
    /// An empty buffer for a column of a type.
    pub fn of(sql_type: &SqlType) -> Self {
        let store = match sql_type {
            SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text | SqlType::Enum(_) => {
                Store::Text(Texts::default())
            }
            SqlType::Json | SqlType::Jsonb => Store::Json(Texts::default()),
            SqlType::SmallInt | SqlType::Int | SqlType::BigInt => Store::Int(Vec::new()),
            SqlType::Real => Store::Real(Vec::new()),
            SqlType::Double => Store::Float(Vec::new()),
            SqlType::Numeric(_) => Store::Decimal(Numbers::default()),
            SqlType::Money => Store::Money(Vec::new()),
            SqlType::Boolean => Store::Bool(Vec::new()),
            SqlType::Date => Store::Date(Vec::new()),
            SqlType::Time => Store::Time(Vec::new()),
            SqlType::Timestamp => Store::Timestamp(Vec::new()),
            SqlType::TimestampTz => Store::TimestampTz(Vec::new()),
            SqlType::Interval => Store::Interval(Vec::new()),
            SqlType::Uuid => Store::Uuid(Vec::new()),
            SqlType::Bytea => Store::Bytes(Vec::new(), Vec::new()),
            SqlType::Inet => Store::Inet(Vec::new()),
            SqlType::Cidr => Store::Cidr(Vec::new()),
            SqlType::MacAddr => Store::MacAddr(Vec::new()),
            SqlType::Array(element) => {
                Store::Array(Box::new(Self::of(element)), Vec::new(), Shapes::default())
            }
        };
        Self { store, nulls: Vec::new() }
    }

    /// Forgets the values and keeps the memory.
    pub fn clear(&mut self) {
        self.nulls.clear();
        on_vector!(&mut self.store, vector => vector.clear(),
            Store::Text(texts) | Store::Json(texts) => texts.clear(),
            Store::Decimal(numbers) => numbers.clear(),
            Store::Bytes(bytes, ends) => {
                bytes.clear();
                ends.clear();
            }
            Store::Array(items, ends, shapes) => {
                items.clear();
                ends.clear();
                shapes.clear();
            }
        );
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        on_vector!(&self.store, vector => vector.len(),
            Store::Text(texts) | Store::Json(texts) => texts.len(),
            Store::Decimal(numbers) => numbers.len(),
            Store::Bytes(_, ends) | Store::Array(_, ends, _) => ends.len(),
        )
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the values take.
    pub fn bytes(&self) -> usize {
        on_vector!(&self.store, vector => size_of_val(vector.as_slice()),
            Store::Text(texts) | Store::Json(texts) => texts.size(),
            Store::Decimal(numbers) => numbers.bytes(),
            Store::Bytes(bytes, ends) => bytes.len() + size_of_val(ends.as_slice()),
            Store::Array(items, ends, shapes) => {
                items.bytes() + size_of_val(ends.as_slice()) + shapes.bytes()
            }
        )
    }

    /// Bytes of the allocated memory.
    pub fn capacity(&self) -> usize {
        fn size<T>(vector: &Vec<T>) -> usize {
            vector.capacity() * size_of::<T>()
        }
        on_vector!(&self.store, vector => size(vector),
            Store::Text(texts) | Store::Json(texts) => texts.capacity(),
            Store::Decimal(numbers) => numbers.capacity(),
            Store::Bytes(bytes, ends) => bytes.capacity() + size(ends),
            Store::Array(items, ends, shapes) => items.capacity() + size(ends) + shapes.bytes(),
        )
    }

    /// Adds a row that is NULL.
    pub fn push_null(&mut self) {
        self.mark_null(self.len());
        match &mut self.store {
            Store::Text(texts) | Store::Json(texts) => texts.push_with(|_| ()),
            Store::Int(vector) => vector.push(0),
            Store::Real(vector) => vector.push(0.0),
            Store::Float(vector) => vector.push(0.0),
            Store::Decimal(numbers) => numbers.push(Decimal { units: 0, scale: 0 }),
            Store::Money(vector) => vector.push(Money(0)),
            Store::Bool(vector) => vector.push(false),
            Store::Date(vector) => vector.push(Date(0)),
            Store::Time(vector) => vector.push(TimeOfDay(0)),
            Store::Timestamp(vector) | Store::TimestampTz(vector) => vector.push(Timestamp(0)),
            Store::Interval(vector) => vector.push(Interval::default()),
            Store::Uuid(vector) => vector.push([0; 16]),
            Store::Bytes(bytes, ends) => ends.push(bytes.len()),
            Store::Inet(vector) | Store::Cidr(vector) => {
                vector.push(Network { address: std::net::Ipv4Addr::UNSPECIFIED.into(), prefix: 0 });
            }
            Store::MacAddr(vector) => vector.push([0; 6]),
            Store::Array(items, ends, _) => ends.push(items.len()),
        }
    }

    /// Adds an instant, or NULL, to a column of timestamps.
    pub(crate) fn push_time(&mut self, at: Option<Timestamp>) {
        match (&mut self.store, at) {
            (Store::Timestamp(times) | Store::TimestampTz(times), Some(at)) => times.push(at),
            _ => self.push_null(),
        }
    }

    /// Makes the last row NULL, whatever it was.
    ///
    /// # Panics
    /// If there is no row.
    pub fn make_last_null(&mut self) {
        self.mark_null(self.len() - 1);
    }

    fn mark_null(&mut self, row: usize) {
        if self.nulls.len() <= row / 64 {
            self.nulls.resize(row / 64 + 1, 0);
        }
        self.nulls[row / 64] |= 1 << (row % 64);
    }

    /// Adds an array, of the items that `push` adds.
    ///
    /// # Panics
    /// If the column is not an array.
    pub fn push_items(&mut self, push: impl FnOnce(&mut Values)) {
        let Store::Array(items, ends, _) = &mut self.store else { unreachable!("only arrays have items") };
        push(items);
        ends.push(items.len());
    }

    /// Adds a text.
    ///
    /// # Panics
    /// If the column holds no texts.
    pub fn push_text(&mut self, text: &str) {
        let Store::Text(texts) = &mut self.store else { unreachable!("only texts hold texts") };
        texts.push_with(|buffer| buffer.push_str(text));
    }

    /// The store, if no row is NULL.
    pub(crate) fn without_nulls(&self) -> Option<&Store> {
        self.nulls.is_empty().then_some(&self.store)
    }

    /// The value of a row, counted from 0.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn get(&self, row: usize) -> Value<'_> {
        if !self.nulls.is_empty() && self.nulls.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1)
        {
            return Value::Null;
        }
        match &self.store {
            Store::Text(texts) => Value::Text(texts.get(row)),
            Store::Json(texts) => Value::Json(texts.get(row)),
            Store::Int(values) => Value::Int(values[row]),
            Store::Real(values) => Value::Real(values[row]),
            Store::Float(values) => Value::Float(values[row]),
            Store::Decimal(numbers) => numbers.get(row),
            Store::Money(values) => Value::Money(values[row]),
            Store::Bool(values) => Value::Bool(values[row]),
            Store::Date(values) => Value::Date(values[row]),
            Store::Time(values) => Value::Time(values[row]),
            Store::Timestamp(values) => Value::Timestamp(values[row]),
            Store::TimestampTz(values) => Value::TimestampTz(values[row]),
            Store::Interval(values) => Value::Interval(values[row]),
            Store::Uuid(values) => Value::Uuid(values[row]),
            Store::Bytes(bytes, ends) => Value::Bytes(&bytes[start(ends, row)..ends[row]]),
            Store::Inet(values) => Value::Inet(values[row]),
            Store::Cidr(values) => Value::Cidr(values[row]),
            Store::MacAddr(values) => Value::MacAddr(values[row]),
            Store::Array(items, ends, shapes) => {
                Value::Array(Items::new(items, start(ends, row)..ends[row], shapes.get(row)))
            }
        }
    }
}

/// The start of a row, given the ends of all rows.
fn start(ends: &[usize], row: usize) -> usize {
    row.checked_sub(1).map_or(0, |before| ends[before])
}

/// Concatenated texts in one buffer.
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

    /// Pads the text from `start` with spaces to `chars` characters.
    pub(crate) fn pad(buffer: &mut String, start: usize, chars: u32) {
        let there = buffer[start..].chars().count();
        buffer.extend(std::iter::repeat_n(' ', (chars as usize).saturating_sub(there)));
    }

    pub(super) fn clear(&mut self) {
        self.buffer.clear();
        self.ends.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes that the texts take.
    pub(super) fn size(&self) -> usize {
        self.buffer.len() + size_of_val(self.ends.as_slice())
    }

    /// Bytes of the allocated memory.
    pub(super) fn capacity(&self) -> usize {
        self.buffer.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    pub(super) fn get(&self, row: usize) -> &str {
        &self.buffer[start(&self.ends, row)..self.ends[row]]
    }

    /// The text of a row as bytes, without a check of character boundaries.
    pub(crate) fn bytes(&self, row: usize) -> &[u8] {
        &self.buffer.as_bytes()[start(&self.ends, row)..self.ends[row]]
    }
}
