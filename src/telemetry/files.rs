//! The log files of the shops: `<dir>/<shop>/info.log` and `debug.log`, rotated by size, few of each.
//!
//! Owns files and their rotation: by size, since by time no disk is bounded (at full speed a shop writes
//! gigabytes an hour). Everything here may block for ever; must not know whose thread that is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that is moved to `<name>.1` when it is full, and so on up to a number of files. It is opened, and its
/// folder made, when its first line comes.
pub struct RotatingFile {
    path: PathBuf,
    file: Option<File>,
    written: u64,
    /// Whether the last line is not whole, since it could not be written to its end.
    torn: bool,
    max_bytes: u64,
    max_files: usize,
}

impl RotatingFile {
    /// A file of so many bytes, and so many of them.
    pub fn new(path: PathBuf, max_bytes: u64, max_files: usize) -> Self {
        Self { path, file: None, written: 0, torn: false, max_bytes, max_files }
    }

    fn open(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder)?;
            }
            let file = OpenOptions::new().create(true).append(true).open(&self.path)?;
            self.written = file.metadata()?.len();
            self.file = Some(file);
        }
        Ok(())
    }

    /// Writes whole lines, into a new file from the first one on that this one has no room for.
    pub fn write(&mut self, mut lines: &[u8]) -> io::Result<()> {
        self.open()?;
        let is_end = |byte: &u8| *byte == b'\n';
        while !lines.is_empty() {
            let room = usize::try_from(self.max_bytes.saturating_sub(self.written)).unwrap_or(usize::MAX);
            let mut fitting = match lines.get(..room) {
                Some(first) => first.iter().rposition(is_end).map_or(0, |at| at + 1),
                None => lines.len(),
            };
            if fitting == 0 && self.written > 0 {
                self.rotate()?;
                continue;
            }
            if fitting == 0 {
                // A line that is longer than any file has one of its own.
                fitting = lines.iter().position(is_end).map_or(lines.len(), |at| at + 1);
            }
            self.append(&lines[..fitting])?;
            lines = &lines[fitting..];
        }
        Ok(())
    }

    /// Appends whole lines to the file as it is.
    fn append(&mut self, mut lines: &[u8]) -> io::Result<()> {
        // What was torn ends here, so that the next line is whole.
        let mut end: &[u8] = if self.torn { b"\n" } else { b"" };
        while !lines.is_empty() {
            let rest = if end.is_empty() { &mut lines } else { &mut end };
            let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
            match file.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(bytes) => {
                    self.torn = rest[bytes - 1] != b'\n';
                    self.written += bytes as u64;
                    *rest = &rest[bytes..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        for number in (1..self.max_files).rev() {
            let (from, to) = (numbered(&self.path, number - 1), numbered(&self.path, number));
            match fs::rename(from, to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let fresh = OpenOptions::new().create(true).write(true).truncate(true).open(&self.path)?;
        (self.file, self.written, self.torn) = (Some(fresh), 0, false);
        Ok(())
    }
}

/// `info.log` for 0, `info.log.1` for 1.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    if number > 0 {
        name.push(format!(".{number}"));
    }
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dir: &Path, name: &str) -> Option<String> {
        fs::read_to_string(dir.join(name)).ok()
    }

    #[test]
    fn full_files_are_rotated_between_lines_and_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = RotatingFile::new(dir.path().join("a/info.log"), 10, 3);
        assert!(!dir.path().join("a").exists(), "nothing is made before the first line");
        // A file has room for one of them.
        file.write(b"line 1\n").unwrap();
        file.write(b"line 2\nline 3\nline 4\nline 5\n").unwrap();
        assert_eq!(read(dir.path(), "a/info.log").as_deref(), Some("line 5\n"));
        assert_eq!(read(dir.path(), "a/info.log.1").as_deref(), Some("line 4\n"));
        assert_eq!(read(dir.path(), "a/info.log.2").as_deref(), Some("line 3\n"));
        assert_eq!(read(dir.path(), "a/info.log.3"), None);
    }

    #[test]
    fn a_line_that_was_torn_ends_before_the_next_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("info.log");
        let mut file = RotatingFile::new(path.clone(), 1_000, 3);
        file.write(b"line 1\nli").unwrap();
        file.write(b"line 3\n").unwrap();
        assert_eq!(read(dir.path(), "info.log").as_deref(), Some("line 1\nli\nline 3\n"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_and_tried_again() {
        let dir = tempfile::tempdir().unwrap();
        let blocked = dir.path().join("file");
        fs::write(&blocked, "").unwrap();
        let mut file = RotatingFile::new(blocked.join("info.log"), 1_000, 3);
        assert!(file.write(b"lost\n").is_err());
        fs::remove_file(&blocked).unwrap();
        file.write(b"there\n").unwrap();
        assert_eq!(read(&blocked, "info.log").as_deref(), Some("there\n"));
    }
}
