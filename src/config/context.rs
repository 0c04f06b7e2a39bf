//! The state of reading a config: the problems found so far, and access to the files that the config names.
//!
//! Must not know any key of the config, nor that it is TOML.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::problem::{Problem, TOO_LARGE, cannot_read, quote};
use super::{InvalidValue, MAX_FILE_BYTES, Surroundings};

/// The state of reading a config: its surroundings, and the problems found.
pub(super) struct Context<'a> {
    pub(super) surroundings: &'a Surroundings<'a>,
    /// The folder of the config file, which relative paths are resolved against.
    folder: &'a Path,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(surroundings: &'a Surroundings<'a>, folder: &'a Path) -> Self {
        Self { surroundings, folder, problems: RefCell::default() }
    }

    pub(super) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Reports a mistake at a place.
    pub(super) fn report_invalid(&self, span: &Range<usize>, wrong: InvalidValue) {
        self.report(Problem { help: wrong.help, ..Problem::error(span, wrong.message) });
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// The bytes of a file that the config names.
    pub(super) fn read_file(&self, path: &str) -> Result<Vec<u8>, InvalidValue> {
        let wrong = |why: String| {
            InvalidValue::new(format!("{}: {why}", quote(path)))
                .help("a relative path is resolved against the folder of the config file")
        };
        if path.is_empty() || path.contains('\0') {
            return Err(InvalidValue::new("this is not a file path"));
        }
        let path: PathBuf = self.folder.join(path);
        let bytes = (self.surroundings.read)(&path).map_err(|error| wrong(cannot_read(&error)))?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(wrong(TOO_LARGE.to_owned()));
        }
        Ok(bytes)
    }

    /// The text of such a file.
    pub(super) fn read_text_file(&self, path: &str) -> Result<String, InvalidValue> {
        String::from_utf8(self.read_file(path)?).map_err(|error| {
            let line =
                error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|&&b| b == b'\n').count()
                    + 1;
            InvalidValue::new(format!("{}: line {line} is not UTF-8", quote(path)))
                .help("save the file as UTF-8")
        })
    }
}
