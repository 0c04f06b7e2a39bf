//! Whether two texts mean the same value.
//!
//! Owns the equality of each type. Must not know what makes two values differ.

use super::reading::{Stamp, base64, plain_number, read, stamp, truth};
use super::target::TargetType;
use crate::value::json::canonical;
use crate::value::{DAY, Interval, Items, Money, Network, SqlType, Timestamp, Value};

/// The column in the source and in the warehouse.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub source: &'a SqlType,
    pub target: &'a TargetType,
    /// The offset from UTC of times without a zone in the warehouse, in microseconds.
    pub zone: i64,
}

/// From this scale on, a `numeric` may hold a floating number rounded to it.
pub(super) const FINE_SCALE: u16 = 9;

/// Whether a text means the expected value, neither being NULL.
pub(super) fn is_same(sides: &Sides<'_>, expected: Value<'_>, found: &str) -> bool {
    match expected {
        Value::Null => false,
        Value::Text(text) if matches!(sides.source, SqlType::Char(_)) => {
            text.trim_end_matches(' ') == found.trim_end_matches(' ')
        }
        // The expected text may be that of another form, such as `character(n)`.
        Value::Text(text) => text == found,
        Value::Int(int) => is_number(sides, &int.to_string(), found),
        Value::Decimal(decimal) => is_number(sides, &decimal.to_string(), found),
        Value::Numeric(text) => is_number(sides, text, found),
        Value::Money(amount) => {
            let with_currency = found.contains('$') && Money::parse(found) == Some(amount);
            with_currency || is_number(sides, &amount.to_decimal().to_string(), found)
        }
        Value::Real(real) => is_real(real, found) || is_rounded(sides, real.into(), found),
        Value::Float(float) => is_double(float, found) || is_rounded(sides, float, found),
        Value::Bool(bool) => truth(found) == Some(bool),
        Value::Date(date) => {
            is_counted(sides, [Some(date.0.into())], found) || is_instant(sides, date.midnight(), found)
        }
        // Debezium's MicroTimestamp and Timestamp.
        Value::Timestamp(at) | Value::TimestampTz(at) => {
            is_counted(sides, [Some(at.0), millis(at.0)], found) || is_instant(sides, at, found)
        }
        // Debezium's MicroTime and Time.
        Value::Time(time) => {
            is_counted(sides, [Some(time.0), millis(time.0)], found)
                || read(sides.source, found).is_some_and(|values| values.get(0) == expected)
        }
        Value::Uuid(_) | Value::MacAddr(_) => {
            read(sides.source, found).is_some_and(|values| values.get(0) == expected)
        }
        Value::Interval(interval) => is_interval(interval, found),
        Value::Inet(network) | Value::Cidr(network) => {
            [Network::inet(found), Network::cidr(found)].contains(&Some(network))
        }
        Value::Json(text) => is_document(text, found),
        Value::Bytes(bytes) => is_bytes(sides, bytes, found),
        Value::Array(items) => is_array(sides, &items, found),
    }
}

/// A number that is exact, in any form; also one of a floating type that has exactly this value.
fn is_number(sides: &Sides<'_>, expected: &str, found: &str) -> bool {
    let bare = if sides.target.sql_type() == Some(&SqlType::Money) && found.contains('$') {
        Money::parse(found).and_then(|amount| plain_number(&amount.to_decimal().to_string()))
    } else {
        plain_number(found)
    };
    let (Some(plain), Some(expected)) = (bare, plain_number(expected)) else { return false };
    if plain == expected {
        return true;
    }
    // The shortest text of a floating number has fewer digits than its exact value.
    let floating = match sides.target.sql_type() {
        Some(SqlType::Real) => expected.parse::<f32>().ok().map(|real| (f64::from(real), format!("{real}"))),
        Some(SqlType::Double) => expected.parse::<f64>().ok().map(|double| (double, format!("{double}"))),
        _ if sides.target.is_text() && found.contains(['e', 'E', '.']) => {
            expected.parse::<f64>().ok().map(|double| (double, format!("{double}")))
        }
        _ => None,
    };
    floating.is_some_and(|(value, shortest)| {
        plain_number(&format!("{value:.0}")).as_ref() == Some(&expected) && shortest == plain
    })
}

/// Any text that reads as the same `real`, also one of its exact value.
#[expect(clippy::cast_possible_truncation, reason = "the nearest real is what is compared")]
fn is_real(expected: f32, found: &str) -> bool {
    let same = |found: f32| found == expected || found.is_nan() && expected.is_nan();
    let word = found.trim();
    word.parse().is_ok_and(same) || word.parse().is_ok_and(|double: f64| same(double as f32))
}

/// Any text that reads as the same `double precision`.
fn is_double(expected: f64, found: &str) -> bool {
    found.trim().parse().is_ok_and(|found: f64| found == expected || found.is_nan() && expected.is_nan())
}

/// A floating number in a `numeric` that cannot hold all its digits but nine after the point at least; or cast to one
/// by PostgreSQL, which keeps 15 digits.
fn is_rounded(sides: &Sides<'_>, expected: f64, found: &str) -> bool {
    let Some(SqlType::Numeric(limits)) = sides.target.sql_type() else { return false };
    let Ok(found) = found.parse::<f64>() else { return false };
    let by_cast = format!("{expected:.14e}") == format!("{found:.14e}");
    let by_scale = limits
        .filter(|(_, scale)| *scale >= FINE_SCALE)
        .is_some_and(|(_, scale)| (expected - found).abs() < 10_f64.powi(-i32::from(scale)));
    by_cast || by_scale
}

/// One of these numbers of units since 1970 or midnight, in a column of integers.
fn is_counted<const N: usize>(sides: &Sides<'_>, counts: [Option<i64>; N], found: &str) -> bool {
    let count = if sides.target.is_integer() { found.parse().ok() } else { None };
    count.is_some() && counts.contains(&count)
}

/// Whole milliseconds.
fn millis(micros: i64) -> Option<i64> {
    (micros % 1_000 == 0).then_some(micros / 1_000)
}

/// The same instant: in UTC, or converted by the zone of times without one.
fn is_instant(sides: &Sides<'_>, expected: Timestamp, found: &str) -> bool {
    let Some(Stamp { micros, zoned }) = stamp(found) else { return false };
    let zoned = zoned || sides.target.sql_type() == Some(&SqlType::TimestampTz);
    let converted =
        if zoned { expected.0.checked_sub(sides.zone) } else { expected.0.checked_add(sides.zone) };
    let finite = !matches!(expected, Timestamp::MIN | Timestamp::MAX);
    micros == expected.0 || finite && Some(micros) == converted
}

/// Equal as PostgreSQL has it, a month being 30 days and a day 24 hours; also as Python prints it, `1 day, 2:00:00`.
fn is_interval(expected: Interval, found: &str) -> bool {
    let total = |interval: Interval| {
        let days = i128::from(interval.months) * 30 + i128::from(interval.days);
        days * i128::from(DAY) + i128::from(interval.micros)
    };
    let values =
        read(&SqlType::Interval, found).or_else(|| read(&SqlType::Interval, &found.replace(", ", " ")));
    match values.as_ref().map(|values| values.get(0)) {
        Some(Value::Interval(interval)) => total(interval) == total(expected),
        _ => false,
    }
}

/// In hexadecimal digits, in PostgreSQL's escapes, or in Base64 as JSON has it.
fn is_bytes(sides: &Sides<'_>, expected: &[u8], found: &str) -> bool {
    let by_postgresql = |text: &str| {
        read(&SqlType::Bytea, text).is_some_and(|values| values.get(0) == Value::Bytes(expected))
    };
    by_postgresql(found)
        || sides.target.is_text() && (by_postgresql(&format!("\\x{found}")) || base64(expected) == found)
}

/// The same document: keys in any order, any blanks, numbers with any zeros.
fn is_document(expected: &str, found: &str) -> bool {
    let (Some(expected), Some(found)) = (canonical(expected), canonical(found)) else { return false };
    expected == found || {
        let (mut expected, mut found) = (Tokens(&expected), Tokens(&found));
        loop {
            match (expected.next(), found.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if one == other => {}
                (Some(one), Some(other)) => {
                    let number = plain_number;
                    if number(one).is_none() || number(one) != number(other) {
                        return false;
                    }
                }
                _ => return false,
            }
        }
    }
}

/// The strings, numbers and marks of a document in its normal form.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.0.as_bytes();
        let is_of_number =
            |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = match bytes.first()? {
            b'"' => {
                let mut escaped = false;
                let inside = bytes[1..].iter().take_while(|byte| {
                    let ends = **byte == b'"' && !escaped;
                    escaped = **byte == b'\\' && !escaped;
                    !ends
                });
                (inside.count() + 2).min(bytes.len())
            }
            first if is_of_number(first) => bytes.iter().take_while(|byte| is_of_number(byte)).count(),
            _ => 1,
        };
        let (token, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(token)
    }
}

/// The same items in the same shape, as PostgreSQL's literal or as a JSON array.
fn is_array(sides: &Sides<'_>, expected: &Items<'_>, found: &str) -> bool {
    let SqlType::Array(element) = sides.source else { return false };
    let target = match sides.target {
        TargetType::Sql { sql_type: SqlType::Array(element), second_digits } => {
            TargetType::Sql { sql_type: (**element).clone(), second_digits: *second_digits }
        }
        _ => TargetType::Sql { sql_type: SqlType::Text, second_digits: None },
    };
    let sides = Sides { source: element, target: &target, zone: sides.zone };
    let is_item = |expected: Value<'_>, found: Option<&str>| match (expected, found) {
        (Value::Null, None) => true,
        (Value::Null, Some(_)) | (_, None) => false,
        (expected, Some(found)) => {
            let text = expected.to_string();
            text == found || is_same(&sides, expected, found)
        }
    };
    if let Some(texts) = read(&SqlType::Text.array(), found)
        && let Value::Array(items) = texts.get(0)
    {
        let text = |item| if let Value::Text(text) = item { Some(text) } else { None };
        return items.dimensions().eq(expected.dimensions())
            && expected.iter().zip(items.iter()).all(|(expected, item)| is_item(expected, text(item)));
    }
    let mut json = String::new();
    Value::Array(*expected).write_json(&mut json);
    if is_document(&json, found) {
        return true;
    }
    let Ok(document) = serde_json::from_str::<serde_json::Value>(found) else { return false };
    let lengths: Vec<usize> = expected.dimensions().map(|dimension| dimension.length).collect();
    let mut items = Vec::new();
    flatten(&document, &lengths, &mut items)
        && items.len() == expected.len()
        && expected.iter().zip(&items).all(|(expected, item)| is_item(expected, item.as_deref()))
}

/// Adds the items of nested arrays of these lengths, as texts; `false` if the shape is another.
fn flatten(document: &serde_json::Value, lengths: &[usize], items: &mut Vec<Option<String>>) -> bool {
    match (document, lengths) {
        (serde_json::Value::Array(inner), [length, lengths @ ..]) => {
            inner.len() == *length && inner.iter().all(|item| flatten(item, lengths, items))
        }
        (serde_json::Value::Array(inner), []) => inner.is_empty() && items.is_empty(),
        (_, [_, ..]) => false,
        (serde_json::Value::Null, []) => {
            items.push(None);
            true
        }
        (serde_json::Value::String(text), []) => {
            items.push(Some(text.clone()));
            true
        }
        (other, []) => {
            items.push(Some(other.to_string()));
            true
        }
    }
}
