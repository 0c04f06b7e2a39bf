//! Values of one kind into columns of another type.
//!
//! Owns the conversion of each value; which pairs of kind and type are allowed is decided by `column`'s
//! check. Must not know which provider drew the value, nor how PostgreSQL encodes the type.

use std::ops::Range;

use super::draws::{DrawContext, Keys};
use super::row_keys::RowKey;
use crate::faker::{Draw, Generator, push_text};
use crate::stream::Stream;
use crate::value::{DAY, Decimal, Interval, Money, Numeric, SqlType, Store, Texts, TimeOfDay, Value, Values};

/// The same as [`push`] for many rows that draw from one stream, where the kind of the values is that of the
/// column, as is usual: a loop without a decision per row. Returns false, having done nothing, for other kinds.
pub(super) fn push_all(
    generator: &Generator,
    stream: &mut Stream,
    context: &DrawContext<'_>,
    keys: &Keys<'_>,
    sql_type: &SqlType,
    values: &mut Values,
) -> bool {
    let (Keys::Range(keys), count) = (keys.clone(), keys.count()) else { return false };
    let DrawContext { now, alive, outliving, .. } = *context;
    let mut draw = Draw { stream, now, key: 0, alive, outliving };
    match (generator, &mut values.store, sql_type) {
        (_, _, SqlType::Char(_)) => return false,
        (Generator::Text(from), Store::Text(texts), _) => from.fill(&mut draw, keys, texts),
        (Generator::Int(next), Store::Int(ints), _) => each(&mut draw, keys, next, |int| ints.push(int)),
        #[expect(clippy::cast_precision_loss, reason = "the nearest number, as PostgreSQL casts")]
        (Generator::Int(next), Store::Float(floats), _) => {
            each(&mut draw, keys, next, |int| floats.push(int as f64));
        }
        (Generator::Date(days), Store::Date(dates), _) => days.fill(&mut draw, count, dates),
        (Generator::Timestamp(instants), Store::Timestamp(times), _) => {
            instants.fill(&mut draw, count, times);
        }
        _ => return false,
    }
    true
}

/// Draws one value for each of the rows.
fn each<T>(
    draw: &mut Draw<'_>,
    keys: Range<i64>,
    next: impl Fn(&mut Draw<'_>) -> T,
    mut push: impl FnMut(T),
) {
    for key in keys {
        draw.key = key;
        push(next(draw));
    }
}

/// Draws one value and appends it to a buffer that was made for the type. `scratch` is overwritten:
/// it only keeps its memory from row to row.
///
/// # Errors
/// The value, if it does not fit, which `column`'s check rules out unless the provider has a bug.
pub(super) fn push(
    generator: &Generator,
    draw: &mut Draw<'_>,
    sql_type: &SqlType,
    values: &mut Values,
    scratch: &mut String,
) -> Result<(), String> {
    match (generator, &mut values.store, sql_type) {
        (_, Store::Text(texts), SqlType::Char(length)) => texts.push_with(|buffer| {
            let start = buffer.len();
            generator.write(draw, buffer);
            Texts::pad(buffer, start, *length);
        }),
        (_, Store::Text(texts), _) => texts.push_with(|buffer| generator.write(draw, buffer)),
        (Generator::Text(_) | Generator::List { .. }, Store::Json(_), _) => {
            scratch.clear();
            generator.write(draw, scratch);
            return put(values, sql_type, Value::Json(scratch));
        }
        (_, Store::Json(texts), _) => {
            texts.push_with(|buffer| generator.hand_over(draw, &mut |value| value.write_json(buffer)));
        }
        (Generator::Text(texts), store, _) => {
            scratch.clear();
            texts.write(draw, scratch);
            // The usual case, plain digits, needs no full `read`.
            if let (Store::Int(ints), Some(range)) = (store, sql_type.int_range())
                && let Ok(int) = scratch.parse()
                && range.contains(&int)
            {
                ints.push(int);
                return Ok(());
            }
            return put(values, sql_type, Value::Text(scratch));
        }
        (Generator::Bytes(write), Store::Bytes(bytes, ends), _) => {
            write(draw, bytes);
            ends.push(bytes.len());
        }
        (Generator::List { write, .. }, Store::Array(items, ends, _), SqlType::Array(element)) => {
            let mut done = Ok(());
            write(draw, &mut |item| {
                if done.is_ok() {
                    done = put(items, element, item);
                }
            });
            ends.push(items.len());
            return done;
        }
        (Generator::Int(next), ..) => return put(values, sql_type, Value::Int(next(draw))),
        (Generator::Bool(next), ..) => return put(values, sql_type, Value::Bool(next(draw))),
        (Generator::Decimal { draw: next, .. }, ..) => {
            return put(values, sql_type, Value::Decimal(next(draw)));
        }
        (Generator::Date(next), ..) => return put(values, sql_type, Value::Date(next.draw(draw))),
        (Generator::Time(next), ..) => return put(values, sql_type, Value::Time(next(draw))),
        (Generator::Timestamp(next), ..) => return put(values, sql_type, Value::Timestamp(next.draw(draw))),
        (Generator::Interval(next), ..) => return put(values, sql_type, Value::Interval(next(draw))),
        (Generator::Bytes(_) | Generator::List { .. }, ..) => {
            return Err(generator.kind().plural().to_owned());
        }
    }
    Ok(())
}

/// Appends the key of a row.
///
/// # Errors
/// As of [`push`].
pub(super) fn push_key(key: &RowKey, values: &mut Values) -> Result<(), String> {
    match (&mut values.store, key) {
        (Store::Uuid(uuids), RowKey::Uuid(uuid)) => uuids.push(*uuid),
        (Store::Text(texts), RowKey::Text(key)) => texts.push_with(|buffer| buffer.push_str(key)),
        (_, key) => return Err(key.value().to_string()),
    }
    Ok(())
}

/// Converts a value to the type and appends it.
fn put(values: &mut Values, sql_type: &SqlType, value: Value<'_>) -> Result<(), String> {
    match (&mut values.store, value) {
        (_, Value::Null) => values.push_null(),
        (Store::Text(texts), value) => texts.push_with(|buffer| {
            let start = buffer.len();
            push_text(value, buffer);
            if let SqlType::Char(length) = sql_type {
                Texts::pad(buffer, start, *length);
            }
        }),
        (Store::Json(_), Value::Text(text) | Value::Json(text)) | (_, Value::Text(text)) => {
            if !values.read(sql_type, text) {
                return Err(text.to_owned());
            }
        }
        (Store::Json(texts), value) => texts.push_with(|buffer| value.write_json(buffer)),
        (Store::Int(ints), Value::Int(int)) => ints.push(int),
        // `check` admits only whole numbers.
        (Store::Int(ints), Value::Decimal(decimal)) => ints.push(decimal.units),
        #[expect(clippy::cast_precision_loss, reason = "the nearest number, as PostgreSQL casts")]
        (Store::Real(floats), Value::Int(int)) => floats.push(int as f32),
        #[expect(clippy::cast_possible_truncation, reason = "the nearest number, as PostgreSQL casts")]
        (Store::Real(floats), Value::Decimal(decimal)) => floats.push(decimal.to_f64() as f32),
        #[expect(clippy::cast_precision_loss, reason = "the nearest number, as PostgreSQL casts")]
        (Store::Float(floats), Value::Int(int)) => floats.push(int as f64),
        (Store::Float(floats), Value::Decimal(decimal)) => floats.push(decimal.to_f64()),
        (Store::Decimal(numbers), value @ (Value::Int(_) | Value::Decimal(_))) => {
            let decimal = decimal(value);
            let limits = if let SqlType::Numeric(limits) = sql_type { *limits } else { None };
            let Some((precision, scale)) = limits else {
                numbers.push(decimal);
                return Ok(());
            };
            match u8::try_from(scale).ok().and_then(|scale| decimal.with_scale(scale)) {
                Some(decimal) => numbers.push(decimal),
                None => {
                    let text = decimal.to_string();
                    numbers.push_numeric(Numeric::read(&text, Some((precision, scale))).ok_or(text)?);
                }
            }
        }
        (Store::Money(amounts), value @ (Value::Int(_) | Value::Decimal(_))) => {
            let text = value.to_string();
            amounts.push(Money::parse(&text).ok_or(text)?);
        }
        (Store::Bool(bools), Value::Bool(bool)) => bools.push(bool),
        (Store::Date(dates), Value::Date(date)) => dates.push(date),
        (Store::Date(dates), Value::Timestamp(at)) => dates.push(at.date()),
        (Store::Time(times), Value::Time(time)) => times.push(time),
        (Store::Time(times), Value::Timestamp(at)) => times.push(TimeOfDay(at.0.rem_euclid(DAY))),
        (Store::Timestamp(times) | Store::TimestampTz(times), Value::Date(date)) => {
            times.push(date.midnight());
        }
        (Store::Timestamp(times) | Store::TimestampTz(times), Value::Timestamp(at)) => times.push(at),
        (Store::Interval(spans), Value::Interval(span)) => spans.push(span),
        (Store::Interval(spans), Value::Time(time)) => {
            spans.push(Interval { micros: time.0, ..Default::default() });
        }
        (Store::Bytes(bytes, ends), Value::Bytes(value)) => {
            bytes.extend_from_slice(value);
            ends.push(bytes.len());
        }
        (_, value) => return Err(value.to_string()),
    }
    Ok(())
}

/// A number as a decimal.
fn decimal(value: Value<'_>) -> Decimal {
    match value {
        Value::Int(units) => Decimal { units, scale: 0 },
        Value::Decimal(decimal) => decimal,
        value => unreachable!("{value:?} is no number"),
    }
}
