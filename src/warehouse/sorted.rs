//! The rows of a CSV file in the order of their keys, as the lines that a server would send.
//!
//! Owns the external merge sort: memory is bounded, whatever the size of the file. Must not know what the fields mean.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use thiserror::Error;

use super::mapping::{LoadsFrom, ShopRows, TableMapping};
use crate::suggest::nearest;

/// Bytes of lines that are sorted in memory.
const RUN: usize = 64 << 20;

/// A file that cannot be read.
#[derive(Debug, Error)]
pub enum FileError {
    /// It cannot be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// It is not CSV.
    #[error("cannot read {} as CSV: {source}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// The parser's error, with the place.
        source: csv::Error,
    },
    /// A column that the mapping names is missing.
    #[error("{} has no column `{column}`{}", path.display(), near.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?")))]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The nearest name.
        near: Option<String>,
    },
    /// The temporary file cannot be written or read.
    #[error("cannot use a temporary file: {0}; set TMPDIR to a folder with more room")]
    Temporary(#[from] io::Error),
}

/// A line with what it is sorted by: rows without a key come last.
type Entry = (bool, i64, Vec<u8>);

/// The sorted rows of a file.
pub struct SortedFiles {
    /// The next entry of each sorted run, with the number of the run.
    next: BinaryHeap<Reverse<(Entry, usize)>>,
    runs: Vec<BufReader<File>>,
    /// The last run stays in memory, in descending order.
    memory: Vec<Entry>,
}

impl SortedFiles {
    /// Reads and sorts the rows of a shop.
    pub fn open(folder: &Path, mapping: &TableMapping, rows: &ShopRows) -> Result<Self, FileError> {
        let path = path(folder, rows);
        let csv_error = |source| FileError::Csv { path: path.clone(), source };
        let file = File::open(&path).map_err(|source| FileError::Read { path: path.clone(), source })?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(BufReader::new(file));
        let header = reader.byte_headers().map_err(csv_error)?.clone();
        let names: Vec<String> =
            header.iter().map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).collect();
        let place = |name: &str| {
            names.iter().position(|there| there == name).ok_or_else(|| FileError::NoColumn {
                path: path.clone(),
                column: name.to_owned(),
                near: nearest(name, names.iter().map(String::as_str)).map(str::to_owned),
            })
        };
        let optional = |name: Option<&String>| name.map(|name| place(name)).transpose();
        let stamp = match &mapping.loads {
            LoadsFrom::Stamp(column) => Some(&column.name),
            _ => None,
        };
        let key = place(&mapping.key.name)?;
        let mut fields = vec![
            Some(key),
            optional(mapping.valid_from.as_ref().map(|column| &column.name))?,
            optional(mapping.valid_to.as_ref().map(|column| &column.name))?,
            optional(mapping.current.as_ref().map(|column| &column.name))?,
            optional(mapping.deleted.as_ref().map(|deleted| &deleted.column.name))?,
            optional(stamp)?,
            optional(mapping.order.as_ref().map(|column| &column.name))?,
        ];
        for (_, column) in &mapping.columns {
            fields.push(Some(place(&column.name)?));
        }
        let shop = match (&mapping.shop_column, &rows.value) {
            (Some(column), Some(value)) => Some((place(column)?, value)),
            _ => None,
        };
        let ghosts = match &mapping.ghosts {
            Some((column, texts)) => Some((place(column)?, texts)),
            None => None,
        };
        let mut sorted = Self { next: BinaryHeap::new(), runs: Vec::new(), memory: Vec::new() };
        let (mut record, mut bytes) = (csv::ByteRecord::new(), 0);
        while reader.read_byte_record(&mut record).map_err(csv_error)? {
            let is = |place: usize, text: &String| record.get(place) == Some(text.as_bytes());
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
                push(place.and_then(|place| record.get(place)).unwrap_or_default(), &mut line);
            }
            let number = record.get(key).and_then(|key| std::str::from_utf8(key).ok()?.trim().parse().ok());
            bytes += line.len() + size_of::<Entry>();
            sorted.memory.push((number.is_none(), number.unwrap_or(0), line));
            if bytes >= RUN {
                sorted.spill()?;
                bytes = 0;
            }
        }
        sorted.memory.sort_unstable_by(|one, other| other.cmp(one));
        for run in 0..=sorted.runs.len() {
            sorted.refill(run)?;
        }
        Ok(sorted)
    }

    /// The next line; `None` after the last.
    pub fn next(&mut self) -> Result<Option<Bytes>, FileError> {
        let Some(Reverse(((_, _, line), run))) = self.next.pop() else { return Ok(None) };
        self.refill(run)?;
        Ok(Some(line.into()))
    }

    /// Writes the lines in memory as a sorted run.
    fn spill(&mut self) -> io::Result<()> {
        self.memory.sort_unstable();
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

/// The file of a relation: the schema is a subfolder.
fn path(folder: &Path, rows: &ShopRows) -> PathBuf {
    let name = &rows.relation;
    let folder = if name.schema.is_empty() { folder.to_owned() } else { folder.join(&name.schema) };
    folder.join(format!("{}.csv", name.name))
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

/// Appends a field as `COPY` writes it. CSV does not tell an empty text from NULL.
fn push(field: &[u8], line: &mut Vec<u8>) {
    if field.is_empty() {
        return line.extend_from_slice(b"\\N");
    }
    for byte in field {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\t' => line.extend_from_slice(b"\\t"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            8 => line.extend_from_slice(b"\\b"),
            11 => line.extend_from_slice(b"\\v"),
            12 => line.extend_from_slice(b"\\f"),
            other => line.push(*other),
        }
    }
}
