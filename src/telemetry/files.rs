//! The log files of the shops: `<dir>/<shop>/info.log` and `debug.log`, rotated by size.
//!
//! Owns files and their rotation: by size, because rotation by time does not bound disk usage (at full speed a shop
//! writes gigabytes per hour). Everything here may block forever; must not know whose thread that is.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A file that is moved to `<name>.1` when it is full, and so on up to a number of files. It is opened, and its folder
/// created, for its first line, and again after it was removed or moved away or could not be written.
pub struct RotatingFile {
    path: PathBuf,
    file: Option<Open>,
    written: u64,
    /// Whether it had contents when it was opened.
    had_contents: bool,
    /// Whether the last line is incomplete, because a write failed.
    torn: bool,
    max_bytes: u64,
    max_files: usize,
}

/// A file and its identity: device and inode.
struct Open {
    file: File,
    id: (u64, u64),
}

fn id(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

impl RotatingFile {
    /// A log of at most `max_files` files of `max_bytes` each.
    pub fn new(path: PathBuf, max_bytes: u64, max_files: usize) -> Self {
        Self { path, file: None, written: 0, had_contents: false, torn: false, max_bytes, max_files }
    }

    fn open(&mut self) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        let found = file.metadata()?;
        self.written = found.len();
        self.had_contents = found.len() > 0;
        self.torn &= self.written > 0;
        self.file = Some(Open { file, id: id(&found) });
        Ok(())
    }

    /// Whether the open file is still the one at the path.
    fn is_there(&self) -> bool {
        self.file
            .as_ref()
            .is_some_and(|open| fs::metadata(&self.path).is_ok_and(|found| id(&found) == open.id))
    }

    /// Begins a new file if the existing one has lines of another process.
    pub fn begin(&mut self) -> io::Result<()> {
        if !self.is_there() {
            self.open()?;
        }
        if self.had_contents { self.rotate().inspect_err(|_| self.file = None) } else { Ok(()) }
    }

    /// Writes whole lines, rotating when a line does not fit.
    pub fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        // Each time: otherwise lines would be lost, uncounted, in a deleted file.
        if !self.is_there() {
            self.open()?;
        }
        // After any error the next write reopens the file.
        self.write_rotating(lines).inspect_err(|_| self.file = None)
    }

    fn write_rotating(&mut self, mut lines: &[u8]) -> io::Result<()> {
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
                // A line that is longer than a file gets a file of its own.
                fitting = lines.iter().position(is_end).map_or(lines.len(), |at| at + 1);
            }
            self.append(&lines[..fitting])?;
            lines = &lines[fitting..];
        }
        Ok(())
    }

    /// Appends whole lines without rotating.
    fn append(&mut self, mut lines: &[u8]) -> io::Result<()> {
        // Ends an incomplete line, so that the next one is on a line of its own.
        let mut end: &[u8] = if self.torn { b"\n" } else { b"" };
        while !lines.is_empty() {
            let rest = if end.is_empty() { &mut lines } else { &mut end };
            let open = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
            match open.file.write(rest) {
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
        if self.max_files == 1 {
            // Not truncated: it may be a link to another file.
            or_absent(fs::remove_file(&self.path))?;
        }
        for number in (1..self.max_files).rev() {
            or_absent(fs::rename(numbered(&self.path, number - 1), numbered(&self.path, number)))?;
        }
        self.open()
    }
}

fn or_absent(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
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

    #[test]
    fn a_folder_that_is_removed_is_made_again_and_no_line_after_it_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let shop = dir.path().join("shop");
        let mut file = RotatingFile::new(shop.join("info.log"), 10, 3);
        file.write(b"line 1\n").unwrap();
        fs::remove_dir_all(&shop).unwrap();
        // One that had room in the old file, and ones that had not.
        for lines in ["2\n", "line 3\n", "line 4\nline 5\n"] {
            file.write(lines.as_bytes()).unwrap();
        }
        assert_eq!(read(&shop, "info.log").as_deref(), Some("line 5\n"));
        assert_eq!(read(&shop, "info.log.1").as_deref(), Some("line 4\n"));
        assert_eq!(read(&shop, "info.log.2").as_deref(), Some("2\nline 3\n"));
    }

    #[test]
    fn a_new_file_begins_where_another_process_has_written_into_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = RotatingFile::new(dir.path().join("info.log"), 1_000, 3);
        file.write(b"line 1\n").unwrap();
        file.begin().unwrap();
        // As another process finds it.
        let mut file = RotatingFile::new(dir.path().join("info.log"), 1_000, 3);
        file.begin().unwrap();
        file.begin().unwrap();
        file.write(b"line 2\n").unwrap();
        assert_eq!(read(dir.path(), "info.log").as_deref(), Some("line 2\n"));
        assert_eq!(read(dir.path(), "info.log.1").as_deref(), Some("line 1\n"));
        assert_eq!(read(dir.path(), "info.log.2"), None);
    }

    #[test]
    fn a_file_that_somebody_else_has_moved_away_gets_no_further_lines() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = RotatingFile::new(dir.path().join("info.log"), 1_000, 3);
        file.write(b"line 1\nli").unwrap();
        fs::rename(dir.path().join("info.log"), dir.path().join("info.log-20261127")).unwrap();
        file.write(b"line 3\n").unwrap();
        assert_eq!(read(dir.path(), "info.log-20261127").as_deref(), Some("line 1\nli"));
        assert_eq!(read(dir.path(), "info.log").as_deref(), Some("line 3\n"));
    }

    #[test]
    fn after_a_rotation_that_failed_lines_are_written_once_it_can_be_done() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = RotatingFile::new(dir.path().join("info.log"), 10, 2);
        file.write(b"line 1\n").unwrap();
        // A folder with something in it stands where the full file would go.
        fs::create_dir_all(dir.path().join("info.log.1/full")).unwrap();
        assert!(file.write(b"line 2\n").is_err());
        fs::remove_dir_all(dir.path().join("info.log.1")).unwrap();
        file.write(b"line 3\n").unwrap();
        assert_eq!(read(dir.path(), "info.log").as_deref(), Some("line 3\n"));
        assert_eq!(read(dir.path(), "info.log.1").as_deref(), Some("line 1\n"));
    }

    #[test]
    fn a_rotation_never_empties_what_a_link_leads_to() {
        for max_files in 1..=3 {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join("precious"), "old\n").unwrap();
            std::os::unix::fs::symlink("precious", dir.path().join("info.log")).unwrap();
            let mut file = RotatingFile::new(dir.path().join("info.log"), 10, max_files);
            file.write(b"line 1\nline 2\n").unwrap();
            assert!(read(dir.path(), "precious").unwrap().starts_with("old\n"), "{max_files}");
            assert_eq!(read(dir.path(), "info.log").as_deref(), Some("line 2\n"), "{max_files}");
        }
    }
}
