//! Records of a CSV file, as PostgreSQL's `COPY … WITH CSV` and Python's `csv` write them (RFC 4180).
//!
//! Owns the syntax: commas, quotes, line breaks within quotes. Must not know what a field means.

use std::io::{self, BufRead, ErrorKind, Read};

/// The longest record, in bytes: more is no CSV file, or a quote that is never closed.
const LONGEST: usize = 16 << 20;

/// The records of a file, one after the other, the header first. A field without quotes and without characters is null.
pub struct Records<R> {
    reader: R,
    /// The number of the line that the next record begins at.
    line: u64,
}

impl<R: BufRead> Records<R> {
    /// Reads from the beginning of a file.
    pub fn new(reader: R) -> Self {
        Self { reader, line: 1 }
    }

    /// The next record; `None` at the end. Empty lines are none.
    ///
    /// # Errors
    /// If the file cannot be read, is not UTF-8, or a quote is not closed.
    pub fn next_record(&mut self) -> io::Result<Option<Vec<Option<String>>>> {
        loop {
            let began = self.line;
            let mut bytes = Vec::new();
            let mut open = false;
            loop {
                let before = bytes.len();
                let room = (LONGEST + 1).saturating_sub(before) as u64;
                (&mut self.reader).take(room).read_until(b'\n', &mut bytes)?;
                let read = bytes.len() > before;
                self.line += u64::from(read);
                open ^= bytes[before..].iter().filter(|byte| **byte == b'"').count() % 2 == 1;
                let wrong =
                    |what: &str| io::Error::new(ErrorKind::InvalidData, format!("line {began}: {what}"));
                if open && (!read || bytes.len() > LONGEST) {
                    return Err(wrong("a quote is not closed"));
                }
                if bytes.len() > LONGEST {
                    return Err(wrong("this is longer than 16 MiB"));
                }
                if !open {
                    if !read && bytes.is_empty() {
                        return Ok(None);
                    }
                    let text = String::from_utf8(bytes).map_err(|_| wrong("this is not UTF-8"))?;
                    let text = if began == 1 { text.trim_start_matches('\u{feff}') } else { &text };
                    let text = text.strip_suffix('\n').unwrap_or(text);
                    let text = text.strip_suffix('\r').unwrap_or(text);
                    if text.is_empty() {
                        break;
                    }
                    return Ok(Some(fields(text)));
                }
            }
        }
    }
}

/// The fields of a record.
fn fields(text: &str) -> Vec<Option<String>> {
    let (mut fields, mut field) = (Vec::new(), String::new());
    let (mut quoted, mut within) = (false, false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if within => match characters.next_if_eq(&'"') {
                Some(_) => field.push('"'),
                None => within = false,
            },
            '"' => (quoted, within) = (true, true),
            ',' if !within => {
                let done = std::mem::take(&mut field);
                fields.push(Some(done).filter(|done| quoted || !done.is_empty()));
                quoted = false;
            }
            c => field.push(c),
        }
    }
    fields.push(Some(field).filter(|field| quoted || !field.is_empty()));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> io::Result<Vec<Vec<Option<String>>>> {
        let mut records = Records::new(text.as_bytes());
        std::iter::from_fn(|| records.next_record().transpose()).collect()
    }

    fn field(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn quotes_hold_commas_quotes_and_line_breaks() {
        let records = all("\u{feff}a,b\r\n\"x,\"\"y\"\"\nz\",2\n\n,\"\"\n").unwrap();
        assert_eq!(records[0], [field("a"), field("b")]);
        assert_eq!(records[1], [field("x,\"y\"\nz"), field("2")]);
        assert_eq!(records[2], [None, field("")], "null and the empty text differ");
        assert_eq!(records.len(), 3);
    }

    #[test]
    fn a_file_without_a_last_line_break_is_read_to_its_end() {
        assert_eq!(all("a,b\n1,2").unwrap()[1], [field("1"), field("2")]);
        assert!(all("").unwrap().is_empty());
    }

    #[test]
    fn a_record_without_an_end_is_not_read_to_its_end() {
        let endless = || Records::new(io::BufReader::new(io::repeat(b'x')));
        assert_eq!(endless().next_record().unwrap_err().to_string(), "line 1: this is longer than 16 MiB");
        let quoted = io::BufReader::new(b"\"".chain(io::repeat(b'\n')));
        let error = Records::new(quoted).next_record().unwrap_err();
        assert_eq!(error.to_string(), "line 1: a quote is not closed");
    }

    #[test]
    fn a_broken_file_is_named_by_its_line() {
        assert_eq!(all("a\n\"x\ny\n").unwrap_err().to_string(), "line 2: a quote is not closed");
        let mut records = Records::new(&b"a\n\xff\n"[..]);
        records.next_record().unwrap();
        assert_eq!(records.next_record().unwrap_err().to_string(), "line 2: this is not UTF-8");
    }
}
