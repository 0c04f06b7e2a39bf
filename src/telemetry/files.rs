//! The log files of the shops: `<dir>/<shop>/info.log` and `debug.log`, rotated by size, few of each.
//!
//! Owns files and their rotation, behind one writer thread for all shops. A folder that cannot be written
//! is said once and costs the run nothing else. (tracing-appender's own files rotate by time only, which
//! bounds no disk: at full speed a shop writes gigabytes an hour.)

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::config::Logs;

/// Which of a shop's two files a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// `info.log`.
    Info,
    /// `debug.log`.
    Debug,
}

/// Wraps lines so that the writer thread knows where it belongs: the writer sees bytes only.
pub fn address(buffer: &mut Vec<u8>, shop: &str, detail: Detail, lines: &str) {
    buffer.clear();
    buffer.push(if detail == Detail::Info { b'i' } else { b'd' });
    buffer.extend_from_slice(&(shop.len() as u16).to_le_bytes());
    buffer.extend_from_slice(shop.as_bytes());
    buffer.extend_from_slice(lines.as_bytes());
}

/// Writes addressed lines into the files of their shops.
pub struct ShopFiles {
    settings: Logs,
    files: BTreeMap<(String, Detail), RotatingFile>,
    complained: bool,
}

impl ShopFiles {
    /// Files below `settings.dir`, made when their first line comes.
    pub fn new(settings: Logs) -> Self {
        Self { settings, files: BTreeMap::new(), complained: false }
    }

    fn write_line(&mut self, shop: &str, detail: Detail, line: &[u8]) -> io::Result<()> {
        // `get_mut` first: the key would have to be owned for `entry`.
        let key = (shop.to_owned(), detail);
        let file = match self.files.get_mut(&key) {
            Some(file) => file,
            None => {
                let name = if detail == Detail::Info { "info.log" } else { "debug.log" };
                let path = self.settings.dir.join(shop).join(name);
                let file = RotatingFile::open(path, self.settings.max_file_bytes, self.settings.max_files)?;
                self.files.entry(key).or_insert(file)
            }
        };
        file.write(line)
    }

    fn complain(&mut self, result: io::Result<()>) {
        if let Err(error) = result
            && !self.complained
        {
            self.complained = true;
            let dir = self.settings.dir.display();
            // Of no shop, so that it goes to the terminal and does not come back here.
            tracing::warn!(
                "cannot write log files below {dir}: {error}; the run goes on without what is lost"
            );
        }
    }
}

impl Write for ShopFiles {
    fn write(&mut self, message: &[u8]) -> io::Result<usize> {
        let parts = message.split_first_chunk::<3>().and_then(|(head, rest)| {
            let (shop, line) = rest.split_at_checked(u16::from_le_bytes([head[1], head[2]]).into())?;
            let detail = if head[0] == b'i' { Detail::Info } else { Detail::Debug };
            Some((std::str::from_utf8(shop).ok()?, detail, line))
        });
        if let Some((shop, detail, line)) = parts {
            let result = self.write_line(shop, detail, line);
            self.complain(result);
        }
        Ok(message.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.files.values_mut().try_for_each(|file| file.file.flush());
        self.complain(result);
        Ok(())
    }
}

/// A file that is moved to `<name>.1` when it is full, and so on up to a number of files.
struct RotatingFile {
    path: PathBuf,
    file: BufWriter<File>,
    written: u64,
    max_bytes: u64,
    max_files: usize,
}

impl RotatingFile {
    fn open(path: PathBuf, max_bytes: u64, max_files: usize) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let written = file.metadata()?.len();
        Ok(Self { path, file: BufWriter::new(file), written, max_bytes, max_files })
    }

    /// Writes whole lines, into a new file from the first one on that this one has no room for.
    fn write(&mut self, mut lines: &[u8]) -> io::Result<()> {
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
            self.written += fitting as u64;
            self.file.write_all(&lines[..fitting])?;
            lines = &lines[fitting..];
        }
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.file.flush()?;
        for number in (1..self.max_files).rev() {
            let (from, to) = (numbered(&self.path, number - 1), numbered(&self.path, number));
            match fs::rename(from, to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let fresh = OpenOptions::new().create(true).write(true).truncate(true).open(&self.path)?;
        self.file = BufWriter::new(fresh);
        self.written = 0;
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

    fn write(files: &mut ShopFiles, shop: &str, detail: Detail, lines: &str) {
        let mut message = Vec::new();
        address(&mut message, shop, detail, lines);
        files.write_all(&message).unwrap();
    }

    fn settings(dir: &Path) -> Logs {
        Logs { dir: dir.to_owned(), max_file_bytes: 10, max_files: 3, ..Logs::default() }
    }

    #[test]
    fn lines_reach_the_file_of_their_shop_and_full_files_are_rotated_and_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(dir.path());
        let mut files = ShopFiles::new(settings);
        // A file has room for one of them.
        write(&mut files, "a", Detail::Info, "line 1\n");
        write(&mut files, "a", Detail::Info, "line 2\nline 3\nline 4\nline 5\n");
        write(&mut files, "b", Detail::Debug, "other\n");
        files.flush().unwrap();
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).ok();
        assert_eq!(read("a/info.log").as_deref(), Some("line 5\n"));
        assert_eq!(read("a/info.log.1").as_deref(), Some("line 4\n"));
        assert_eq!(read("a/info.log.2").as_deref(), Some("line 3\n"));
        assert_eq!(read("a/info.log.3"), None);
        assert_eq!(read("b/debug.log").as_deref(), Some("other\n"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_stops_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let blocked = dir.path().join("file");
        fs::write(&blocked, "").unwrap();
        let mut files = ShopFiles::new(settings(&blocked));
        write(&mut files, "a", Detail::Info, "lost\n");
        files.flush().unwrap();
        assert!(files.complained);
    }
}
