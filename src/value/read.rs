//! A text read as a value of a type, the one place that does it.
//!
//! Owns which texts are values of which types: those that PostgreSQL reads as the same value, though not
//! every form that it takes. Must not know where the text comes from.

use super::values::Store;
use super::{DAY, Date, Decimal, Interval, Money, Network, SECOND, SqlType, Texts, TimeOfDay, Timestamp};
use super::{Values, json, network};

impl Values {
    /// Adds the value of the type, for which the buffer was made, that the text is read as; else adds nothing
    /// and tells `false`.
    pub fn read(&mut self, sql_type: &SqlType, text: &str) -> bool {
        self.read_as(sql_type, text).is_some()
    }

    fn read_as(&mut self, sql_type: &SqlType, text: &str) -> Option<()> {
        let word = text.trim();
        match (&mut self.store, sql_type) {
            (Store::Text(texts), SqlType::Char(length)) => {
                if text.chars().count() > *length as usize {
                    return None;
                }
                texts.push_with(|buffer| {
                    let start = buffer.len();
                    buffer.push_str(text);
                    Texts::pad(buffer, start, *length);
                });
            }
            (Store::Text(texts), _) => {
                let fits = match sql_type {
                    SqlType::Varchar(Some(length)) => text.chars().count() <= *length as usize,
                    SqlType::Enum(declared) => declared.labels.iter().any(|label| label == text),
                    _ => true,
                };
                if !fits {
                    return None;
                }
                texts.push_with(|buffer| buffer.push_str(text));
            }
            (Store::Json(texts), SqlType::Jsonb) => {
                let document = json::canonical(text)?;
                texts.push_with(|buffer| buffer.push_str(&document));
            }
            (Store::Json(texts), _) => {
                json::canonical(text)?;
                texts.push_with(|buffer| buffer.push_str(text));
            }
            (Store::Int(values), _) => {
                let holds = sql_type.int_range()?;
                values.push(word.parse().ok().filter(|int| holds.contains(int))?);
            }
            (Store::Real(values), _) => {
                values.push(number(word)?.parse().ok().filter(|float: &f32| float.is_finite())?);
            }
            (Store::Float(values), _) => {
                values.push(number(word)?.parse().ok().filter(|float: &f64| float.is_finite())?);
            }
            (Store::Decimal(values), _) => {
                let limits = if let SqlType::Numeric(limits) = sql_type { *limits } else { None };
                values.push(Decimal::parse(word).and_then(|decimal| fit_numeric(decimal, limits))?);
            }
            (Store::Money(values), _) => values.push(Money::parse(word)?),
            (Store::Bool(values), _) => values.push(match word.to_ascii_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "on" | "1" => true,
                "false" | "f" | "no" | "n" | "off" | "0" => false,
                _ => return None,
            }),
            (Store::Date(values), _) => values.push(date(word)?),
            (Store::Time(values), _) => values.push(time(word)?),
            // PostgreSQL leaves a zone out of account where the type has none.
            (Store::Timestamp(values), _) => values.push(timestamp(word).map(|(wall, _)| wall)?),
            (Store::TimestampTz(values), _) => {
                values.push(timestamp(word).map(|(wall, zone)| wall.plus(-zone))?);
            }
            (Store::Interval(values), _) => values.push(interval(word)?),
            (Store::Uuid(values), _) => values.push(network::parse_uuid(word)?),
            (Store::Bytes(bytes, ends), _) => {
                if text.starts_with("\\x") {
                    network::parse_bytes(text, bytes)?;
                } else if text.contains('\\') {
                    return None;
                } else {
                    bytes.extend_from_slice(text.as_bytes());
                }
                ends.push(bytes.len());
            }
            (Store::Inet(values), _) => values.push(Network::parse(word)?),
            (Store::Cidr(values), _) => {
                values.push(Network::parse(word).filter(|network| network.is_cidr())?);
            }
            (Store::MacAddr(values), _) => values.push(network::parse_mac(word)?),
            (Store::Array(items, ends), SqlType::Array(element)) => {
                let before = items.clone();
                if read_items(items, element, word).is_none() {
                    *items = before;
                    return None;
                }
                ends.push(items.len());
            }
            (Store::Array(..), _) => return None,
        }
        Some(())
    }
}

/// The number as a column of `numeric(p, s)` keeps it: with exactly s digits after the point, as far as there
/// is room for them. `None` if it has more digits on either side.
pub fn fit_numeric(decimal: Decimal, limits: Option<(u16, u16)>) -> Option<Decimal> {
    let Some((precision, scale)) = limits else { return Some(decimal) };
    if u16::from(decimal.scale) > scale && decimal.with_scale(scale as u8).is_none() {
        return None;
    }
    let before = decimal.units.unsigned_abs() / 10u64.pow(decimal.scale.into());
    if before.checked_ilog10().is_some_and(|log| log + 1 > u32::from(precision - scale)) {
        return None;
    }
    let wanted = u8::try_from(scale).ok().and_then(|scale| decimal.with_scale(scale));
    Some(wanted.unwrap_or(decimal))
}

/// A number as both languages write it; not `inf`, nor anything else that only Rust reads.
fn number(word: &str) -> Option<&str> {
    word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E')).then_some(word)
}

/// `2026-01-31`.
fn date(word: &str) -> Option<Date> {
    let mut parts = word.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let sound = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    if !sound || parts.next().is_some() {
        return None;
    }
    Date::from_ymd(digits(year)? as i32, digits(month)? as u32, digits(day)? as u32)
        .filter(|_| year != "0000")
}

/// `14:30`, `14:30:05`, `14:30:05.25`.
fn time(word: &str) -> Option<TimeOfDay> {
    let (clock, part) = clock(word)?;
    let sound = part.minutes < 60 && part.seconds < 60 && clock <= DAY;
    sound.then_some(TimeOfDay(clock))
}

/// `2026-01-31T14:30:05Z` in its two parts: wall time, and microseconds that its zone is ahead of UTC.
fn timestamp(word: &str) -> Option<(Timestamp, i64)> {
    let Some((day, rest)) = word.split_once(['T', ' ']) else {
        return Some((date(word)?.midnight(), 0));
    };
    let (clock, zone) = match rest.find(['Z', 'z', '+', '-']) {
        None => (rest, 0),
        Some(at) => (&rest[..at], zone(&rest[at..])?),
    };
    let clock = clock.trim_end();
    let of_day = time(clock)?.0;
    Some((date(day)?.midnight().plus(of_day), zone))
}

/// `Z`, `+02`, `+02:00`, `-0330`.
fn zone(word: &str) -> Option<i64> {
    if word.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if word.starts_with('-') { -1 } else { 1 };
    let offset = word[1..].replacen(':', "", 1);
    let (hours, minutes) = match offset.len() {
        2 => (digits(&offset)?, 0),
        4 => (digits(offset.get(..2)?)?, digits(offset.get(2..)?)?),
        _ => return None,
    };
    (hours < 16 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60 * SECOND)
}

struct Clock {
    minutes: i64,
    seconds: i64,
}

/// Microseconds of `H:MM[:SS[.ffffff]]`, any number of hours.
fn clock(word: &str) -> Option<(i64, Clock)> {
    let mut parts = word.split(':');
    let (hours, minutes) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let (seconds, fraction) = match parts.next() {
        None => (0, 0),
        Some(part) => {
            let (seconds, fraction) = part.split_once('.').unwrap_or((part, "0"));
            (digits(seconds)?, micros(fraction)?)
        }
    };
    if parts.next().is_some() || minutes >= 60 || seconds >= 60 || hours > 1_000_000_000 {
        return None;
    }
    let whole = hours * 3_600 + minutes * 60 + seconds;
    Some((whole * SECOND + fraction, Clock { minutes, seconds }))
}

/// Up to six digits after the point.
fn micros(fraction: &str) -> Option<i64> {
    let sound = (1..=6).contains(&fraction.len());
    digits(fraction).filter(|_| sound).map(|number| number * 10i64.pow(6 - fraction.len() as u32))
}

/// A number of digits alone.
fn digits(word: &str) -> Option<i64> {
    let sound = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    if sound { word.parse().ok() } else { None }
}

/// `1 year 2 mons -3 days +04:05:06.7`, `90 minutes`, `2 weeks ago`: numbers with their units, and one time of
/// day (<https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-INTERVAL-INPUT>). Of the
/// fractions only those of seconds.
fn interval(text: &str) -> Option<Interval> {
    let mut words = text.trim_start_matches('@').split_whitespace().peekable();
    let (mut months, mut days, mut span, mut ago) = (0i64, 0i64, 0i64, false);
    words.peek()?;
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case("ago") && words.peek().is_none() {
            ago = true;
            continue;
        }
        let sign = if word.starts_with('-') { -1 } else { 1 };
        let plain = word.strip_prefix(['-', '+']).unwrap_or(word);
        if plain.contains(':') {
            span = span.checked_add(sign * clock(plain)?.0)?;
            continue;
        }
        // The unit may stand right behind its number.
        let end = plain.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(plain.len());
        let (number, unit) = plain.split_at(end);
        let unit = if unit.is_empty() { words.next()? } else { unit };
        let unit = unit.to_ascii_lowercase();
        if let "second" | "seconds" | "sec" | "secs" | "s" = unit.as_str() {
            let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
            let seconds = digits(whole)?.checked_mul(SECOND)?.checked_add(micros(fraction)?)?;
            span = span.checked_add(sign * seconds)?;
            continue;
        }
        let number = sign * digits(number)?;
        let (part, unit) = match unit.as_str() {
            "millennium" | "millennia" | "mil" | "mils" => (&mut months, 12_000),
            "century" | "centuries" | "cent" | "c" => (&mut months, 1_200),
            "decade" | "decades" | "dec" | "decs" => (&mut months, 120),
            "year" | "years" | "y" | "yr" | "yrs" => (&mut months, 12),
            "month" | "months" | "mon" | "mons" => (&mut months, 1),
            "week" | "weeks" | "w" => (&mut days, 7),
            "day" | "days" | "d" => (&mut days, 1),
            "hour" | "hours" | "h" | "hr" | "hrs" => (&mut span, 3_600 * SECOND),
            "minute" | "minutes" | "min" | "mins" | "m" => (&mut span, 60 * SECOND),
            "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" => (&mut span, 1_000),
            "microsecond" | "microseconds" | "us" | "usec" | "usecs" => (&mut span, 1),
            _ => return None,
        };
        *part = part.checked_add(number.checked_mul(unit)?)?;
    }
    let sign = if ago { -1 } else { 1 };
    Some(Interval {
        months: i32::try_from(months * sign).ok()?,
        days: i32::try_from(days * sign).ok()?,
        micros: span * sign,
    })
}

/// The items of `{a,"b c",NULL}`. Other blanks than these belong to a text (`array_isspace` in PostgreSQL's
/// `arrayfuncs.c`).
fn read_items(items: &mut Values, element: &SqlType, text: &str) -> Option<()> {
    const BLANKS: [char; 6] = [' ', '\t', '\n', '\r', '\x0b', '\x0c'];
    let mut rest = text.strip_prefix('{')?.strip_suffix('}')?.trim_matches(BLANKS);
    if rest.is_empty() {
        return Some(());
    }
    loop {
        rest = rest.trim_start_matches(BLANKS);
        let mut item = String::new();
        let mut chars = rest.char_indices();
        let quoted = rest.starts_with('"');
        let mut end = None;
        if quoted {
            chars.next();
            while let Some((at, c)) = chars.next() {
                match c {
                    '\\' => item.push(chars.next()?.1),
                    '"' => {
                        end = Some(at + 1);
                        break;
                    }
                    c => item.push(c),
                }
            }
            end?;
        } else {
            end = rest.find(',').or(Some(rest.len()));
            item.push_str(rest[..end?].trim_end_matches(BLANKS));
            if item.is_empty() || item.contains(['{', '}', '"', '\\']) {
                return None;
            }
        }
        match !quoted && item.eq_ignore_ascii_case("null") {
            true => items.push_null(),
            false => items.read_as(element, &item)?,
        }
        rest = rest[end?..].trim_start_matches(BLANKS);
        if rest.is_empty() {
            return Some(());
        }
        rest = rest.strip_prefix(',')?;
    }
}
