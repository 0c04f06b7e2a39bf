//! The rows of a CSV file in the order of their keys, as the lines that a server would send.
//!
//! Owns the order and the escapes. Must not know what the fields mean.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use bytes::Bytes;

use super::catalog::{Column, RelationName};
use super::csv::Records;
use super::files::{Files, FilesError};
use super::mapping::{ShopRows, TableMapping};
use super::select::LONGEST;
use super::sorter::{Sorted, Sorter};

/// Bytes before a line in what is sorted: whether it has no key, which comes last, and the key.
const PREFIX: usize = 9;

/// The sorted rows of a file.
pub struct SortedFile(Sorted);

impl SortedFile {
    /// Reads and sorts the rows of a shop, with those that were set aside.
    ///
    /// # Errors
    /// If the file or a temporary file cannot be read or written.
    pub fn open(files: &Files, mapping: &TableMapping, rows: &ShopRows) -> Result<Self, FilesError> {
        let side = mapping.readable_side().map(|side| &side.relation);
        Self::of(files, mapping, rows, [&rows.relation].into_iter().chain(side))
    }

    /// Reads and sorts the rows of a shop in some tables.
    ///
    /// # Errors
    /// If a file or a temporary file cannot be read or written.
    pub fn of<'a>(
        files: &Files,
        mapping: &TableMapping,
        rows: &ShopRows,
        relations: impl Iterator<Item = &'a RelationName>,
    ) -> Result<Self, FilesError> {
        let mut sorter = Sorter::default();
        let mut last = Path::new("");
        for path in relations.filter_map(|relation| files.path(relation)) {
            let wrong = |source| FilesError { path: path.to_owned(), source };
            add(&mut sorter, path, mapping, rows).map_err(wrong)?;
            last = path;
        }
        let sorted = sorter.sorted().map_err(|source| FilesError { path: last.to_owned(), source })?;
        Ok(Self(sorted))
    }

    /// The next line; `None` after the last.
    ///
    /// # Errors
    /// If a temporary file cannot be read.
    pub fn next_line(&mut self) -> io::Result<Option<Bytes>> {
        Ok(self.0.next()?.map(|line| Bytes::from(line).slice(PREFIX..)))
    }
}

/// Adds the rows of a file.
fn add(sorter: &mut Sorter, path: &Path, mapping: &TableMapping, rows: &ShopRows) -> io::Result<()> {
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
        let number: Option<i64> = key.and_then(field).and_then(|key| key.trim().parse().ok());
        sorter.push(|line| {
            line.push(u8::from(number.is_none()));
            // Its bytes have the order of the numbers.
            line.extend_from_slice(&(number.unwrap_or(0) ^ i64::MIN).to_be_bytes());
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
