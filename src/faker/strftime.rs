//! Date formats of Python's `strftime`, parsed once, written without allocating.
//!
//! Owns which directives there are and how long they get; chrono does the writing. Must not know which
//! provider has a format.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use chrono::format::{Item, Numeric, Pad, StrftimeItems};
use chrono::{DateTime, Datelike, Timelike};

use super::pattern::push_number;
use crate::value::Timestamp;

/// Directive, chrono's spelling, most characters, whether these are always digits. Those of Python's
/// documentation and the common ones of glibc, in the C locale, for a time without a zone.
const DIRECTIVES: [(char, &str, u32, bool); 34] = [
    ('a', "%a", 3, false),
    ('A', "%A", 9, false),
    ('b', "%b", 3, false),
    ('B', "%B", 9, false),
    ('c', "%c", 24, false),
    ('C', "%C", 2, true),
    ('d', "%d", 2, true),
    ('D', "%D", 8, false),
    ('e', "%e", 2, false),
    ('f', "%6f", 6, true),
    ('F', "%F", 10, false),
    ('G', "%G", 4, true),
    ('h', "%h", 3, false),
    ('H', "%H", 2, true),
    ('I', "%I", 2, true),
    ('j', "%j", 3, true),
    ('m', "%m", 2, true),
    ('M', "%M", 2, true),
    ('p', "%p", 2, false),
    ('R', "%R", 5, false),
    ('S', "%S", 2, true),
    ('T', "%T", 8, false),
    ('u', "%u", 1, true),
    ('U', "%U", 2, true),
    ('V', "%V", 2, true),
    ('w', "%w", 1, true),
    ('W', "%W", 2, true),
    ('x', "%x", 8, false),
    ('X', "%X", 8, false),
    ('y', "%y", 2, true),
    ('Y', "%Y", 4, true),
    ('%', "%%", 1, false),
    // Python writes nothing for the zone of a time that has none.
    ('z', "", 0, true),
    ('Z', "", 0, true),
];

/// A format that was checked.
pub struct Format {
    items: Vec<Item<'static>>,
    /// Most characters of a time in the years 1 to 9999.
    pub max_chars: u32,
    /// The range of the numbers, if all texts are digits that a `bigint` holds.
    pub integers: Option<RangeInclusive<i64>>,
}

impl Format {
    /// Reads a format.
    ///
    /// # Errors
    /// The first unknown directive, with its `%`. Faker passes it through.
    pub fn parse(format: &str) -> Result<Self, String> {
        let (mut spelled, mut max_chars, mut digits) = (String::new(), 0u32, true);
        let mut chars = format.chars();
        while let Some(char) = chars.next() {
            if char != '%' {
                (max_chars, digits) = (max_chars.saturating_add(1), digits && char.is_ascii_digit());
                spelled.push(char);
                continue;
            }
            let name = chars.next();
            let known = DIRECTIVES.iter().find(|(known, ..)| name == Some(*known));
            let Some((_, spelling, width, is_digits)) = known else {
                return Err(name.map_or("%".to_owned(), |name| format!("%{name}")));
            };
            (max_chars, digits) = (max_chars.saturating_add(*width), digits && *is_digits);
            spelled.push_str(spelling);
        }
        let items = StrftimeItems::new(&spelled).parse_to_owned().map_err(|_| format.to_owned())?;
        // With up to 18 digits each number fits an i64.
        let integers = (digits && (1..=18).contains(&max_chars)).then(|| 0..=10i64.pow(max_chars) - 1);
        Ok(Self { items, max_chars, integers })
    }

    /// Appends the time, which lies in the years 1 to 9999, in this format.
    pub fn write(&self, at: Timestamp, out: &mut String) {
        let Some(time) = DateTime::from_timestamp_micros(at.0) else { return };
        let time = time.naive_utc();
        for item in &self.items {
            // The plain numbers, which most formats are made of, without chrono's allocation for each time.
            let (number, width) = match item {
                Item::Numeric(Numeric::Year, Pad::Zero) => (time.year().unsigned_abs(), 4),
                Item::Numeric(Numeric::YearMod100, Pad::Zero) => (time.year().unsigned_abs() % 100, 2),
                Item::Numeric(Numeric::Month, Pad::Zero) => (time.month(), 2),
                Item::Numeric(Numeric::Day, Pad::Zero) => (time.day(), 2),
                Item::Numeric(Numeric::Hour, Pad::Zero) => (time.hour(), 2),
                Item::Numeric(Numeric::Minute, Pad::Zero) => (time.minute(), 2),
                Item::Numeric(Numeric::Second, Pad::Zero) => (time.second(), 2),
                Item::Literal(text) | Item::Space(text) => {
                    out.push_str(text);
                    continue;
                }
                Item::OwnedLiteral(text) | Item::OwnedSpace(text) => {
                    out.push_str(text);
                    continue;
                }
                other => {
                    // Writing to a String cannot fail, nor can an item that chrono parsed and that needs no zone.
                    let _ = write!(out, "{}", time.format_with_items(std::iter::once(other)));
                    continue;
                }
            };
            push_number(number.into(), width, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: &str, time: &str) -> String {
        let mut out = String::new();
        Format::parse(format).unwrap().write(Timestamp::parse_rfc3339(time).unwrap(), &mut out);
        out
    }

    #[test]
    fn directives_write_what_python_writes() {
        let time = "2026-02-03T14:05:06.789Z";
        assert_eq!(written("%m/%y", time), "02/26");
        assert_eq!(written("%d.%m.%Y 100%% %f|%z|", time), "03.02.2026 100% 789000||");
        assert_eq!(written("%c", time), "Tue Feb  3 14:05:06 2026");
        assert_eq!(
            written("%x %X %I%p %j %U %W %G-W%V-%u %w", time),
            "02/03/26 14:05:06 02PM 034 05 05 2026-W06-2 2"
        );
    }

    #[test]
    fn no_directive_writes_more_than_it_says() {
        for (name, _, width, digits) in DIRECTIVES {
            let format = format!("%{name}");
            for month in 1..=12 {
                for day in [5, 16, 30 - 2 * u32::from(month == 2)] {
                    let text = written(&format, &format!("9999-{month:02}-{day:02}T23:59:59.999999Z"));
                    assert!(text.chars().count() <= width as usize, "{format}: {text}");
                    assert!(!digits || text.bytes().all(|byte| byte.is_ascii_digit()), "{format}: {text}");
                }
            }
        }
    }

    #[test]
    fn unknown_directives_are_named() {
        let wrong = |format| Format::parse(format).err();
        assert_eq!(wrong("%m-%Q"), Some("%Q".to_owned()));
        assert_eq!(wrong("%m%"), Some("%".to_owned()));
        assert_eq!(wrong("%-d"), Some("%-".to_owned()));
    }

    #[test]
    fn formats_of_digits_alone_are_numbers() {
        assert_eq!(Format::parse("%Y%m").unwrap().integers, Some(0..=999_999));
        assert_eq!(Format::parse("%m/%y").unwrap().integers, None);
    }
}
