//! The times and marks of a found row, from the fields before its graded columns.
//!
//! Owns what an open end, a current row and a deleted row look like. Must not know what they mean for the row.

use crate::grade::OPEN;
use crate::grade::cell::{Moment, TargetType, is_open, parse_moment};
use crate::warehouse::{Line, TableMapping};

/// The places of the fields in a line.
const START: usize = 1;
const END: usize = 2;
const CURRENT: usize = 3;
const DELETED: usize = 4;
const STAMP: usize = 5;
const ORDER: usize = 6;

/// What says that a row is current.
const CURRENT_WORDS: [&str; 8] = ["t", "true", "1", "y", "yes", "current", "active", "a"];

/// Reads times and marks.
pub struct Moments<'a> {
    mapping: &'a TableMapping,
    /// Ends that are far after it are open, in microseconds since 1970.
    horizon: i64,
    start: Memo,
    end: Memo,
    stamp: Memo,
    /// The last text of an end, and what it means.
    ended: (Vec<u8>, i64),
    /// Rows whose start, end or stamp is no time: their number, and one of the texts.
    pub unreadable: (u64, Option<String>),
    /// Rows whose start is NULL or no time.
    pub without_start: u64,
}

/// The type of a column, and its last value: neighbouring rows mostly share it.
struct Memo {
    target: TargetType,
    text: Vec<u8>,
    moment: Option<i64>,
}

impl<'a> Moments<'a> {
    /// Reads the fields of a table's rows; `horizon` is the last moment of the run.
    pub fn new(mapping: &'a TableMapping, horizon: i64) -> Self {
        let memo = |sql_type: Option<&str>| Memo {
            target: TargetType::parse(sql_type.unwrap_or_default()),
            text: Vec::new(),
            moment: None,
        };
        let stamp = mapping.stamp().map(|column| column.sql_type.as_str());
        Self {
            mapping,
            horizon,
            start: memo(mapping.valid_from.as_ref().map(|column| column.sql_type.as_str())),
            end: memo(mapping.valid_to.as_ref().map(|column| column.sql_type.as_str())),
            stamp: memo(stamp),
            ended: (b"\\N".to_vec(), OPEN),
            unreadable: (0, None),
            without_start: 0,
        }
    }

    /// Where the row's validity starts; `None`: there is no such column. A start that is no time is before all others.
    pub fn start(&mut self, line: &Line<'_>) -> Option<i64> {
        self.mapping.valid_from.as_ref()?;
        let start = self.read(START, line);
        self.without_start += u64::from(start.is_none());
        Some(start.unwrap_or(i64::MIN))
    }

    /// Where it ends, or [`OPEN`].
    pub fn end(&mut self, line: &Line<'_>) -> i64 {
        if self.ended.0 != line.fields[END] {
            let is_open_text =
                line.field(END).is_none_or(|text| self.mapping.open.iter().any(|open| *open == text));
            self.ended.1 = match is_open_text {
                true => OPEN,
                false => match self.read(END, line) {
                    Some(end) if is_open(Some(end), self.horizon) => OPEN,
                    Some(end) => end,
                    None => i64::MIN,
                },
            };
            self.ended.0.clear();
            self.ended.0.extend_from_slice(line.fields[END]);
        }
        self.ended.1
    }

    /// The load that wrote it.
    pub fn stamp(&mut self, line: &Line<'_>) -> Option<i64> {
        match line.fields[STAMP] {
            b"\\N" => None,
            _ => self.read(STAMP, line),
        }
    }

    /// The flag of current versions, if there is one.
    pub fn is_current(&self, line: &Line<'_>) -> Option<bool> {
        self.mapping.current.as_ref()?;
        let text = line.field(CURRENT).unwrap_or_default();
        Some(CURRENT_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)))
    }

    /// Whether the row is marked as deleted.
    pub fn is_deleted(&self, line: &Line<'_>) -> bool {
        let Some(deleted) = &self.mapping.deleted else { return false };
        let Some(text) = line.field(DELETED) else { return false };
        deleted.values.is_empty() || deleted.values.iter().any(|value| value.eq_ignore_ascii_case(&text))
    }

    /// What orders the changes of a key that have the same start.
    pub fn order(&self, line: &Line<'_>) -> i64 {
        if self.mapping.order.is_none() {
            return 0;
        }
        line.field(ORDER).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    fn read(&mut self, place: usize, line: &Line<'_>) -> Option<i64> {
        let field = line.fields[place];
        let memo = match place {
            START => &mut self.start,
            END => &mut self.end,
            _ => &mut self.stamp,
        };
        if memo.text != field {
            memo.text.clear();
            memo.text.extend_from_slice(field);
            let text = line.field(place);
            let moment = text.as_deref().map(|text| parse_moment(text, &memo.target, self.mapping.zone));
            memo.moment = moment.and_then(Result::ok).map(|moment| match moment {
                Moment::At(micros) | Moment::Sequence(micros) => micros,
            });
            if let (Some(text), None) = (&text, memo.moment) {
                self.unreadable.0 += 1;
                self.unreadable.1.get_or_insert_with(|| text.clone().into_owned());
            }
        }
        memo.moment
    }
}
