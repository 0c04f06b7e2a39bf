//! Rows in the order of their keys, where no server sends them so: those of CSV files, as the lines that a server would
//! send, and lines of a server whose keys are no numbers.
//!
//! Owns the order and the escapes. Must not know what the fields mean but the key.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use bytes::Bytes;

use super::catalog::{Column, RelationName};
use super::csv::Records;
use super::files::{Files, FilesError};
use super::key::FoundKey;
use super::mapping::{ShopRows, TableMapping};
use super::select::{LONGEST, Line};
use super::sorter::{Sorted, Sorter};
use crate::plan::RowKeys;

/// Bytes before a line in what is sorted: whether it has the key of a row, an unknown one or none, and the row's number.
const PREFIX: usize = 9;

/// Sorts lines by the numbers of their rows. Lines with unknown keys follow, and those without a key come last.
pub struct KeySorter<'a> {
    keys: &'a RowKeys,
    sorter: Sorter,
}

impl<'a> KeySorter<'a> {
    /// For lines of a table with these keys.
    pub fn new(keys: &'a RowKeys) -> Self {
        Self { keys, sorter: Sorter::default() }
    }

    /// Adds a line.
    ///
    /// # Errors
    /// If a temporary file cannot be written.
    pub fn push(&mut self, line: &[u8]) -> io::Result<()> {
        let key = Line::key(line);
        self.add(key.as_deref(), |out| out.extend_from_slice(line))
    }

    /// Adds a line with a key, which is appended to the given bytes.
    fn add(&mut self, key: Option<&str>, append: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let (rank, number) = match FoundKey::read(key, self.keys) {
            FoundKey::Row(number) => (0, number),
            FoundKey::Unknown(_) => (1, 0),
            FoundKey::Null => (2, 0),
        };
        self.sorter.push(|out| {
            out.push(rank);
            // Its bytes have the order of the numbers.
            out.extend_from_slice(&(number ^ i64::MIN).to_be_bytes());
            append(out);
        })
    }

    /// All lines in their order.
    ///
    /// # Errors
    /// If a temporary file cannot be read.
    pub fn sorted(self) -> io::Result<SortedLines> {
        Ok(SortedLines(self.sorter.sorted()?))
    }
}

/// Lines in the order of their keys.
pub struct SortedLines(Sorted);

impl SortedLines {
    /// The next line with its key; `None` after the last.
    ///
    /// # Errors
    /// If a temporary file cannot be read.
    pub fn next_line(&mut self) -> io::Result<Option<(FoundKey, Bytes)>> {
        let Some(bytes) = self.0.next()? else { return Ok(None) };
        let bytes = Bytes::from(bytes);
        let line = bytes.slice(PREFIX..);
        let key = match bytes.split_first_chunk::<PREFIX>() {
            Some(([0, number @ ..], _)) => FoundKey::Row(i64::from_be_bytes(*number) ^ i64::MIN),
            Some(([1, ..], _)) => Line::key(&line).map_or(FoundKey::Null, |key| FoundKey::unknown(&key)),
            _ => FoundKey::Null,
        };
        Ok(Some((key, line)))
    }
}

/// Reads and sorts the rows of a shop in some files.
///
/// # Errors
/// If a file or a temporary file cannot be read or written.
pub fn sorted_files<'a>(
    files: &Files,
    mapping: &TableMapping,
    rows: &ShopRows,
    keys: &RowKeys,
    relations: impl Iterator<Item = &'a RelationName>,
) -> Result<SortedLines, FilesError> {
    let mut sorter = KeySorter::new(keys);
    let mut last = Path::new("");
    for path in relations.filter_map(|relation| files.path(relation)) {
        let wrong = |source| FilesError { path: path.to_owned(), source };
        add(&mut sorter, path, mapping, rows).map_err(wrong)?;
        last = path;
    }
    sorter.sorted().map_err(|source| FilesError { path: last.to_owned(), source })
}

/// Adds the rows of a file.
fn add(sorter: &mut KeySorter<'_>, path: &Path, mapping: &TableMapping, rows: &ShopRows) -> io::Result<()> {
    let mut records = Records::new(BufReader::with_capacity(1 << 16, File::open(path)?));
    let header = records.next_record()?.unwrap_or_default();
    let names: Vec<&str> = header.iter().map(|name| name.as_deref().unwrap_or_default().trim()).collect();
    // The mapping names columns of the catalog, which were read from the same header.
    let place = |name: &str| names.iter().position(|there| *there == name);
    let optional = |column: Option<&Column>| column.and_then(|column| place(&column.name));
    let key = place(&mapping.key.name);
    let mut fields = vec![
        key,
        optional(mapping.valid_from.as_ref()),
        optional(mapping.valid_to.as_ref()),
        optional(mapping.current.as_ref()),
        optional(mapping.deleted.as_ref().map(|deleted| &deleted.column)),
        optional(mapping.stamp()),
        optional(mapping.order.as_ref()),
    ];
    fields.extend(mapping.columns.iter().map(|(_, column)| place(&column.name)));
    let shop = mapping.shop_column.as_deref().and_then(place).zip(rows.value.as_ref());
    let ghosts = mapping.ghosts.as_ref().and_then(|(column, texts)| Some((place(column)?, texts)));
    while let Some(record) = records.next_record()? {
        let field = |place: usize| record.get(place)?.as_deref();
        let is = |place: usize, text: &String| field(place) == Some(text.as_str());
        if shop.is_some_and(|(place, value)| !is(place, value))
            || ghosts.is_some_and(|(place, texts)| texts.iter().any(|text| is(place, text)))
        {
            continue;
        }
        sorter.add(key.and_then(field), |line| {
            for (nth, place) in fields.iter().enumerate() {
                if nth > 0 {
                    line.push(b'\t');
                }
                push(place.and_then(field), line);
            }
        })?;
    }
    Ok(())
}

/// Appends a field as `COPY` writes it.
fn push(field: Option<&str>, line: &mut Vec<u8>) {
    let Some(field) = field else { return line.extend_from_slice(b"\\N") };
    let field = match field.len() > LONGEST {
        true => field.char_indices().nth(LONGEST).map_or(field, |(end, _)| &field[..end]),
        false => field,
    };
    for byte in field.bytes() {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\t' => line.extend_from_slice(b"\\t"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            8 => line.extend_from_slice(b"\\b"),
            11 => line.extend_from_slice(b"\\v"),
            12 => line.extend_from_slice(b"\\f"),
            other => line.push(other),
        }
    }
}
