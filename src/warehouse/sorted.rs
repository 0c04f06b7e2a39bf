//! The rows of a CSV file in the order of their keys, as the lines that a server would send.
//!
//! Owns the external merge sort: memory is bounded, whatever the size of the file. Must not know what the fields mean.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use bytes::Bytes;

use super::catalog::{Column, RelationName};
use super::csv::Records;
use super::files::{Files, FilesError};
use super::mapping::{LoadsFrom, ShopRows, TableMapping};

/// Bytes of lines that are sorted in memory.
const RUN: usize = 64 << 20;

/// A line with what it is sorted by: rows without a key come last.
type Entry = (bool, i64, Vec<u8>);

/// The sorted rows of a file.
#[derive(Default)]
pub struct SortedFile {
    /// The next entry of each sorted run, with the number of the run.
    next: BinaryHeap<Reverse<(Entry, usize)>>,
    runs: Vec<BufReader<File>>,
    /// The last run stays in memory, in descending order.
    memory: Vec<Entry>,
    /// What the lines in memory take.
    bytes: usize,
}

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
        let mut sorted = Self::default();
        let mut last = Path::new("");
        for path in relations.filter_map(|relation| files.path(relation)) {
            let wrong = |source| FilesError { path: path.to_owned(), source };
            sorted.add(path, mapping, rows).map_err(wrong)?;
            last = path;
        }
        sorted.begin().map_err(|source| FilesError { path: last.to_owned(), source })?;
        Ok(sorted)
    }

    /// Adds the rows of a file.
    fn add(&mut self, path: &Path, mapping: &TableMapping, rows: &ShopRows) -> io::Result<()> {
        let mut records = Records::new(BufReader::with_capacity(1 << 16, File::open(path)?));
        let header = records.next_record()?.unwrap_or_default();
        let names: Vec<&str> = header.iter().map(|name| name.as_deref().unwrap_or_default().trim()).collect();
        // The mapping names columns of the catalog, which were read from the same header.
        let place = |name: &str| names.iter().position(|there| *there == name);
        let optional = |column: Option<&Column>| column.and_then(|column| place(&column.name));
        let stamp = match &mapping.loads {
            LoadsFrom::Stamp(column) => Some(column),
            _ => None,
        };
        let key = place(&mapping.key.name);
        let mut fields = vec![
            key,
            optional(mapping.valid_from.as_ref()),
            optional(mapping.valid_to.as_ref()),
            optional(mapping.current.as_ref()),
            optional(mapping.deleted.as_ref().map(|deleted| &deleted.column)),
            optional(stamp),
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
            let mut line = Vec::new();
            for (nth, place) in fields.iter().enumerate() {
                if nth > 0 {
                    line.push(b'\t');
                }
                push(place.and_then(field), &mut line);
            }
            let number: Option<i64> = key.and_then(field).and_then(|key| key.trim().parse().ok());
            self.bytes += line.len() + size_of::<Entry>();
            self.memory.push((number.is_none(), number.unwrap_or(0), line));
            if self.bytes >= RUN {
                self.spill()?;
            }
        }
        Ok(())
    }

    /// Makes the first entry of each run a candidate.
    fn begin(&mut self) -> io::Result<()> {
        self.memory.sort_unstable_by(|one, other| other.cmp(one));
        for run in 0..=self.runs.len() {
            self.refill(run)?;
        }
        Ok(())
    }

    /// The next line; `None` after the last.
    ///
    /// # Errors
    /// If a temporary file cannot be read.
    pub fn next(&mut self) -> io::Result<Option<Bytes>> {
        let Some(Reverse(((_, _, line), run))) = self.next.pop() else { return Ok(None) };
        self.refill(run)?;
        Ok(Some(line.into()))
    }

    /// Writes the lines in memory as a sorted run.
    fn spill(&mut self) -> io::Result<()> {
        self.memory.sort_unstable();
        self.bytes = 0;
        let mut file = BufWriter::new(tempfile::tempfile()?);
        for (keyless, key, line) in self.memory.drain(..) {
            file.write_all(&[u8::from(keyless)])?;
            file.write_all(&key.to_le_bytes())?;
            file.write_all(&(line.len() as u64).to_le_bytes())?;
            file.write_all(&line)?;
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(BufReader::new(file));
        Ok(())
    }

    /// Makes the next entry of a run a candidate.
    fn refill(&mut self, run: usize) -> io::Result<()> {
        let entry = match self.runs.get_mut(run) {
            None => self.memory.pop(),
            Some(file) => read_entry(file)?,
        };
        self.next.extend(entry.map(|entry| Reverse((entry, run))));
        Ok(())
    }
}

fn read_entry(file: &mut BufReader<File>) -> io::Result<Option<Entry>> {
    let mut keyless = [0];
    if file.read(&mut keyless)? == 0 {
        return Ok(None);
    }
    let (mut key, mut length) = ([0; 8], [0; 8]);
    file.read_exact(&mut key)?;
    file.read_exact(&mut length)?;
    let mut line = vec![0; usize::try_from(u64::from_le_bytes(length)).map_err(io::Error::other)?];
    file.read_exact(&mut line)?;
    Ok(Some((keyless[0] == 1, i64::from_le_bytes(key), line)))
}

/// Appends a field as `COPY` writes it.
fn push(field: Option<&str>, line: &mut Vec<u8>) {
    let Some(field) = field else { return line.extend_from_slice(b"\\N") };
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
