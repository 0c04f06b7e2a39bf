//! Arrays: their items, their shape, and their text.
//!
//! Owns PostgreSQL's array literals in both directions
//! (<https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO>); items are read and printed by their type.

use std::fmt::{self, Write as _};
use std::ops::Range;

use super::{SqlType, Value, Values};

/// The most dimensions of an array, PostgreSQL's `MAXDIM`.
const MOST_DIMENSIONS: usize = 6;
/// The whitespace that PostgreSQL skips between items; other whitespace belongs to them (`array_isspace` in its
/// `arrayfuncs.c`).
const BLANKS: [char; 6] = [' ', '\t', '\n', '\r', '\x0b', '\x0c'];

/// One dimension of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// The index of its first item, which is 1 unless a literal says otherwise.
    pub first: i32,
    /// How many items it has.
    pub length: usize,
}

/// The shapes of the rows that are not one-dimensional from index 1 on, in the order of the rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shapes(Vec<(usize, Box<[Dimension]>)>);

impl Shapes {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn bytes(&self) -> usize {
        let of = |(_, shape): &(usize, Box<[Dimension]>)| size_of_val(&**shape);
        size_of_val(self.0.as_slice()) + self.0.iter().map(of).sum::<usize>()
    }

    /// Adds the shape of a row after all others.
    pub(super) fn push(&mut self, row: usize, shape: Vec<Dimension>) {
        if !matches!(shape[..], [] | [Dimension { first: 1, .. }]) {
            self.0.push((row, shape.into()));
        }
    }

    /// The shape of a row; empty where it is the usual one.
    pub(super) fn get(&self, row: usize) -> &[Dimension] {
        self.0.binary_search_by_key(&row, |(row, _)| *row).map_or(&[], |at| &self.0[at].1)
    }
}

/// The items of one array.
#[derive(Clone, Copy, Debug)]
pub struct Items<'a> {
    values: &'a Values,
    start: usize,
    end: usize,
    shape: &'a [Dimension],
}

impl<'a> Items<'a> {
    pub(super) fn new(values: &'a Values, rows: Range<usize>, shape: &'a [Dimension]) -> Self {
        Self { values, start: rows.start, end: rows.end, shape }
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The items in their order, the last dimension's index varying fastest.
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let values = self.values;
        (self.start..self.end).map(|row| values.get(row))
    }

    /// The dimensions; none for an empty array.
    pub fn dimensions(&self) -> impl ExactSizeIterator<Item = Dimension> + use<'a> {
        let usual =
            (self.shape.is_empty() && !self.is_empty()).then_some(Dimension { first: 1, length: self.len() });
        let shape: Vec<Dimension> = usual.into_iter().chain(self.shape.iter().copied()).collect();
        shape.into_iter()
    }

    /// Appends the items, each dimension in brackets of its own.
    pub(super) fn write_nested(
        &self,
        out: &mut String,
        brackets: &Brackets,
        write: &mut dyn FnMut(Value<'a>, &mut String),
    ) {
        let lengths: Vec<usize> = self.dimensions().map(|dimension| dimension.length).collect();
        let mut rows = self.iter();
        brackets.write(lengths.get(..).filter(|all| !all.is_empty()).unwrap_or(&[0]), &mut rows, out, write);
    }
}

impl PartialEq for Items<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.iter().eq(other.iter())
    }
}

/// The text around the items of an array and between them.
pub(super) struct Brackets {
    pub open: &'static str,
    pub between: &'static str,
    pub close: &'static str,
}

impl Brackets {
    fn write<'a>(
        &self,
        lengths: &[usize],
        items: &mut dyn Iterator<Item = Value<'a>>,
        out: &mut String,
        write: &mut dyn FnMut(Value<'a>, &mut String),
    ) {
        let Some((length, inner)) = lengths.split_first() else {
            return items.next().into_iter().for_each(|item| write(item, out));
        };
        out.push_str(self.open);
        for place in 0..*length {
            out.push_str(if place > 0 { self.between } else { "" });
            self.write(inner, items, out, write);
        }
        out.push_str(self.close);
    }
}

/// `{a,"b c",NULL}`, `{{1,2},{3,4}}`, `[0:1]={1,2}`: items are quoted if they are empty, the word NULL, or contain
/// special characters.
pub(super) fn print(f: &mut fmt::Formatter<'_>, items: &Items<'_>) -> fmt::Result {
    let mut out = String::new();
    if items.dimensions().any(|dimension| dimension.first != 1) {
        for Dimension { first, length } in items.dimensions() {
            write!(out, "[{first}:{}]", i64::from(first).saturating_add_unsigned(length as u64) - 1)?;
        }
        out.push('=');
    }
    let alternate = f.alternate();
    let brackets = Brackets { open: "{", between: ",", close: "}" };
    let mut text = String::new();
    items.write_nested(&mut out, &brackets, &mut |item, out| {
        text.clear();
        // Writing to a String cannot fail.
        let _ = if alternate { write!(text, "{item:#}") } else { write!(text, "{item}") };
        let special = |c: char| matches!(c, '{' | '}' | ',' | '"' | '\\' | ' ' | '\t'..='\r');
        let plain = item == Value::Null
            || !text.is_empty() && !text.contains(special) && !text.eq_ignore_ascii_case("null");
        if plain {
            return out.push_str(&text);
        }
        out.push('"');
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push('"');
    });
    f.write_str(&out)
}

/// Reads a literal: adds its items to `items` and returns its dimensions. `None`, perhaps with some items added, if it
/// is invalid.
pub(super) fn read(items: &mut Values, element: &SqlType, text: &str) -> Option<Vec<Dimension>> {
    let (bounds, rest) = bounds(text.trim_matches(BLANKS))?;
    let mut reader = Reader { rest, element, items, lengths: Vec::new(), depth: None };
    reader.dimension(0)?;
    let lengths = reader.lengths;
    if !reader.rest.is_empty() {
        return None;
    }
    // An array without items has no dimensions; this is its only form.
    if lengths == [0] {
        return bounds.is_empty().then(Vec::new);
    }
    if bounds.is_empty() {
        return Some(lengths.into_iter().map(|length| Dimension { first: 1, length }).collect());
    }
    bounds.iter().map(|bound| bound.length).eq(lengths).then_some(bounds)
}

/// The dimensions that a literal names before its items, and the items: `[0:1][1:2]={{1,2},{3,4}}`.
fn bounds(text: &str) -> Option<(Vec<Dimension>, &str)> {
    let (mut named, mut rest) = (Vec::new(), text);
    while let Some(inside) = rest.strip_prefix('[') {
        let (dimension, after) = inside.split_once(']')?;
        let (first, last) = dimension.split_once(':').unwrap_or(("1", dimension));
        let (first, last): (i32, i32) = (first.parse().ok()?, last.parse().ok()?);
        let length = i64::from(last) - i64::from(first) + 1;
        named.push(Dimension { first, length: usize::try_from(length).ok().filter(|length| *length > 0)? });
        rest = after.trim_start_matches(BLANKS);
    }
    if named.is_empty() {
        return Some((named, rest));
    }
    Some((named, rest.strip_prefix('=')?.trim_start_matches(BLANKS)))
}

/// A position in a literal.
struct Reader<'a> {
    rest: &'a str,
    element: &'a SqlType,
    items: &'a mut Values,
    /// How many items each dimension has, the outermost first, taken from its first occurrence.
    lengths: Vec<usize>,
    /// The nesting depth of items.
    depth: Option<usize>,
}

impl Reader<'_> {
    fn take(&mut self, mark: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(mark)?.trim_start_matches(BLANKS);
        Some(())
    }

    /// The items of one dimension, which are arrays themselves, or values.
    fn dimension(&mut self, depth: usize) -> Option<()> {
        self.take('{')?;
        if depth == MOST_DIMENSIONS {
            return None;
        }
        let first_time = self.lengths.len() == depth;
        if first_time {
            self.lengths.push(0);
        }
        let mut length = 0;
        // Only an array as a whole may be empty.
        if !(depth == 0 && self.take('}').is_some()) {
            loop {
                if self.rest.starts_with('{') {
                    self.dimension(depth + 1)?;
                } else {
                    if *self.depth.get_or_insert(depth) != depth {
                        return None;
                    }
                    self.item()?;
                }
                length += 1;
                if self.take(',').is_none() {
                    break;
                }
            }
            self.take('}')?;
        }
        if first_time {
            self.lengths[depth] = length;
        }
        (self.lengths[depth] == length && self.depth.is_none_or(|of_items| of_items >= depth)).then_some(())
    }

    /// One value.
    fn item(&mut self) -> Option<()> {
        let mut item = String::new();
        let quoted = self.rest.starts_with('"');
        let mut end = None;
        if quoted {
            let mut chars = self.rest.char_indices().skip(1);
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
        } else {
            let at = self.rest.find([',', '}'])?;
            item.push_str(self.rest[..at].trim_end_matches(BLANKS));
            if item.is_empty() || item.contains(['{', '"', '\\']) {
                return None;
            }
            end = Some(at);
        }
        self.rest = self.rest[end?..].trim_start_matches(BLANKS);
        if !quoted && item.eq_ignore_ascii_case("null") {
            self.items.push_null();
            return Some(());
        }
        self.items.read(self.element, &item).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(sql_type: &str, text: &str) -> Option<String> {
        let sql_type = SqlType::parse(sql_type).unwrap();
        let mut values = Values::of(&sql_type);
        values.read(&sql_type, text).then(|| values.get(0).to_string())
    }

    #[test]
    fn arrays_quote_what_would_be_read_otherwise() {
        let mut values = Values::of(&SqlType::Array(Box::new(SqlType::Text)));
        values.push_items(|items| {
            for text in ["a", "b c", "", "null", "say \"\\\""] {
                items.push_text(text);
            }
            items.push_null();
        });
        assert_eq!(values.get(0).to_string(), r#"{a,"b c","","null","say \"\\\"",NULL}"#);
    }

    #[test]
    fn dimensions_are_kept_and_must_be_of_one_length() {
        for (text, expected) in [
            ("{{1,2},{3,4}}", Some("{{1,2},{3,4}}")),
            (" { { 1 , NULL } , {3,4} } ", Some("{{1,NULL},{3,4}}")),
            ("{{{1}}}", Some("{{{1}}}")),
            ("[0:1]={1,2}", Some("[0:1]={1,2}")),
            ("[1:2]={1,2}", Some("{1,2}")),
            ("[-1:0][2:3]={{1,2},{3,4}}", Some("[-1:0][2:3]={{1,2},{3,4}}")),
            ("{}", Some("{}")),
            ("{{1,2},{3}}", None),
            ("{{1},2}", None),
            ("{1,{2}}", None),
            ("{{},{}}", None),
            ("{{{{{{{1}}}}}}}", None),
            ("[0:2]={1,2}", None),
            ("[1:2]={}", None),
            ("{1,2", None),
            ("{1}}", None),
            ("{1,}", None),
        ] {
            assert_eq!(there_and_back("int[]", text).as_deref(), expected, "{text}");
        }
    }
}
