//! The text of a config file, and how a problem is shown beside its line.
//!
//! Owns places (bytes to line and column) and the form of what is printed; hiding secrets is
//! `secrets`'. Must not know any rule of the config.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::problem::{Problem, Severity};
use super::{MAX_FILE_BYTES, secrets};
use crate::text::is_harmful;

/// Most characters of a line that are shown.
const WINDOW: usize = 100;
/// Most problems that are shown.
const MOST_SHOWN: usize = 1_000;
/// Characters kept before the marked place where a line is cut.
const LEAD: usize = 30;

/// A config file in memory.
#[derive(Clone)]
pub struct Source {
    /// Its path, as typed.
    pub path: PathBuf,
    /// Its text, without a byte order mark.
    pub text: String,
    /// The byte each line begins at.
    line_starts: Vec<usize>,
    /// The bytes that must not be shown, in order; computed with the first problem.
    secrets: OnceLock<Vec<Range<usize>>>,
}

/// Leaves the text out: it may hold a password.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Source {
    /// Takes the bytes of a file, or rejects them: too many, or not UTF-8.
    pub fn from_bytes(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, Box<Rejected>> {
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(Rejected::new(Self::new(path, ""), Problem::too_large()));
        }
        let error = match String::from_utf8(bytes) {
            Ok(text) => return Ok(Self::new(path, text)),
            Err(error) => error,
        };
        let (bytes, at) = (error.as_bytes(), error.utf8_error().valid_up_to());
        let message = format!("the file is not UTF-8: invalid byte 0x{:02x}", bytes[at]);
        // Invalid bytes become U+FFFD; the text before them is unchanged, except for a dropped byte order mark.
        let text = String::from_utf8_lossy(bytes);
        let source = Self::new(path, &*text);
        let at = at - (text.len() - source.text.len());
        let place = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        Err(Rejected::new(source, Problem::error(&place, message).help("save the file as UTF-8")))
    }

    /// The error for a file that cannot be opened or read.
    pub fn unreadable(path: impl Into<PathBuf>, error: &std::io::Error) -> Box<Rejected> {
        Rejected::new(Self::new(path, ""), Problem::unreadable(error))
    }

    /// Takes a text; a byte order mark at its start is dropped.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path: path.into(), text, line_starts, secrets: OnceLock::new() }
    }

    /// The line and column of a byte, both from 1, the column in characters.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let byte = self.text.floor_char_boundary(byte);
        let line = self.line_starts.partition_point(|&start| start <= byte);
        (line, self.text[self.line_starts[line - 1]..byte].chars().count() + 1)
    }

    /// Shows a problem: `shops.toml:12:5: error: message`, the line with carets below the place, and the
    /// help. A value that may be a password is left out; long lines are cut. Ends with a line break.
    pub fn render(&self, problem: &Problem, colour: bool) -> String {
        let paint = Paint(colour);
        let hue = match problem.severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
        };
        let label = paint.with(hue, problem.severity.label());
        let message = paint.with("1", &problem.text());
        let mut out = match &problem.span {
            None => format!("{}: {label}: {message}\n", self.path.display()),
            Some(span) => {
                let (line, column) = self.place(span.start);
                let (shown, marks) = self.excerpt(line, span);
                let number = line.to_string();
                let gutter = " ".repeat(number.len());
                format!(
                    "{}:{line}:{column}: {label}: {message}\n {} {shown}\n {} {}\n",
                    self.path.display(),
                    paint.with("1;34", &format!("{number} |")),
                    paint.with("1;34", &format!("{gutter} |")),
                    paint.with(hue, &marks),
                )
            }
        };
        if let Some(help) = &problem.help {
            out.extend([&paint.with("1;36", "help"), ": ", help, "\n"]);
        }
        out
    }

    /// Shows problems one after the other, separated by blank lines. Beyond [`MOST_SHOWN`]
    /// they are only counted.
    pub fn render_all(&self, problems: &[Problem], colour: bool) -> String {
        let mut out: Vec<String> =
            problems.iter().take(MOST_SHOWN).map(|problem| self.render(problem, colour)).collect();
        if problems.len() > MOST_SHOWN {
            out.push(format!("… and {} more\n", problems.len() - MOST_SHOWN));
        }
        out.join("\n")
    }

    /// The line as it may be shown, and spaces and carets that mark the span's part of it.
    fn excerpt(&self, line: usize, span: &Range<usize>) -> (String, String) {
        let start = self.line_starts[line - 1];
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        let secrets = self.secrets.get_or_init(|| secrets::find(&self.text));
        let mut secrets = secrets[secrets.partition_point(|secret| secret.end <= start)..].iter().peekable();
        // Every character with whether it is marked; a secret is one cell.
        let mut cells: Vec<(char, bool)> = Vec::new();
        for (at, c) in self.text[start..end].char_indices() {
            let at = start + at;
            while secrets.next_if(|secret| secret.end <= at).is_some() {}
            match secrets.peek().filter(|secret| secret.contains(&at)) {
                None => cells.push((if is_harmful(c) { ' ' } else { c }, span.contains(&at))),
                Some(secret) if at == secret.start.max(start) => {
                    cells.push(('…', span.start < secret.end && span.end.max(span.start + 1) > at));
                }
                Some(_) => {}
            }
        }
        while cells.last().is_some_and(|(c, marked)| *c == ' ' && !marked) {
            cells.pop();
        }
        let first = cells.iter().position(|(_, marked)| *marked);
        let first = first.unwrap_or_else(|| {
            // An empty span, or one at the line's end: the place alone.
            let before = self.text[start..span.start.clamp(start, end)].chars().count();
            before.min(cells.len())
        });
        let from = if cells.len() <= WINDOW { 0 } else { first.saturating_sub(LEAD) };
        let to = cells.len().min(from + WINDOW);
        let (before, after) = (if from > 0 { "…" } else { "" }, if to < cells.len() { "…" } else { "" });
        let shown: String = cells[from..to].iter().map(|(c, _)| c).collect();
        let marked = cells[from..to].iter().filter(|(_, marked)| *marked).count().max(1);
        let blanks = first - from + before.chars().count();
        (format!("{before}{shown}{after}"), " ".repeat(blanks) + &"^".repeat(marked))
    }
}

/// A file that is rejected before it is parsed.
#[derive(Debug)]
pub struct Rejected {
    /// As much of it as can be shown.
    source: Source,
    problem: Problem,
}

impl Rejected {
    fn new(source: Source, problem: Problem) -> Box<Self> {
        Box::new(Self { source, problem })
    }

    /// Shows the reason, as [`Source::render`] does.
    pub fn render(&self, colour: bool) -> String {
        self.source.render(&self.problem, colour)
    }
}

/// Colours, or none.
struct Paint(bool);

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("shops.toml", text)
    }

    fn show(text: &str, part: &str) -> String {
        let at = text.find(part).unwrap();
        source(text).render(&Problem::error(&(at..at + part.len()), "wrong").help("right"), false)
    }

    #[test]
    fn a_problem_is_shown_with_place_line_caret_and_help() {
        assert_eq!(
            show("a = 1\n  seed = 2\n", "seed"),
            "shops.toml:2:3: error: wrong\n 2 |   seed = 2\n   |   ^^^^\nhelp: right\n"
        );
    }

    #[test]
    fn columns_count_characters_and_a_byte_order_mark_is_none() {
        let source = source("\u{feff}a = \"äöü\" # x\r\nb");
        assert_eq!(source.place(source.text.find('#').unwrap()), (1, 11));
        assert_eq!(source.place(source.text.len()), (2, 2));
        assert_eq!(source.place(0), (1, 1));
    }

    #[test]
    fn tabs_and_escape_sequences_become_blanks() {
        assert_eq!(
            show("\tname = \"\u{9b}31m\"\t\r\n", "name"),
            "shops.toml:1:2: error: wrong\n 1 |  name = \" 31m\"\n   |  ^^^^\nhelp: right\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("city = \"{} bad {}\"", "x".repeat(1_000_000), "y".repeat(1_000_000));
        let shown = show(&text, "bad");
        assert!(shown.len() < 400, "{}", shown.len());
        assert!(shown.contains("bad"));
        let caret = shown.lines().nth(2).unwrap().chars().position(|c| c == '^');
        let bad = shown
            .lines()
            .nth(1)
            .unwrap()
            .find("bad")
            .map(|at| shown.lines().nth(1).unwrap()[..at].chars().count());
        assert_eq!(caret, bad);
    }

    #[test]
    fn a_span_over_several_lines_is_marked_on_its_first() {
        assert_eq!(
            show("seed = [\n1,\n]", "[\n1,\n]"),
            "shops.toml:1:8: error: wrong\n 1 | seed = [\n   |        ^\nhelp: right\n"
        );
    }

    #[test]
    fn a_place_past_the_end_is_shown() {
        let problem = Problem::error(&(3..3), "wrong");
        assert_eq!(
            source("[a]").render(&problem, false),
            "shops.toml:1:4: error: wrong\n 1 | [a]\n   |    ^\n"
        );
        assert!(source("").render(&Problem::error(&(0..0), "wrong"), false).contains(":1:1:"));
        assert!(source("a\n").render(&Problem::error(&(99..100), "wrong"), false).contains(":2:1:"));
    }

    #[test]
    fn values_that_may_be_passwords_are_left_out_and_the_caret_stays_true() {
        let text = "d = { port = 1, password = \"hunter2\", prot = 1 }";
        let line = "d = { port = 1, password = …, prot = … }";
        for (part, caret) in [("prot", line.find("…, ").unwrap() + 3), ("hunter2", line.find('…').unwrap())]
        {
            let shown = show(text, part);
            assert_eq!(shown.lines().nth(1), Some(&*format!(" 1 | {line}")));
            assert_eq!(shown.lines().nth(2).unwrap().find('^'), Some(" 1 | ".len() + caret), "{shown}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_shown_at_their_place() {
        let shown = "2:10: error: the file is not UTF-8: invalid byte 0xff\n 2 | city = \"ä\u{fffd}\"\n   |          ^\n";
        for mark in ["", "\u{feff}"] {
            let bytes = [mark.as_bytes(), b"a = 1\ncity = \"\xc3\xa4\xff\""].concat();
            let text = Source::from_bytes("s.toml", bytes).unwrap_err().render(false);
            assert!(text.contains(shown), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_cut_within_a_character_is_shown_at_its_end() {
        let text = Source::from_bytes("s.toml", b"a = \"\xf0\x9f".to_vec()).unwrap_err().render(false);
        assert!(text.starts_with("s.toml:1:6: error: the file is not UTF-8"), "{text}");
    }

    #[test]
    fn more_bytes_than_a_config_may_have_are_rejected_unread() {
        let most = usize::try_from(MAX_FILE_BYTES).unwrap();
        assert!(Source::from_bytes("s.toml", vec![b'\n'; most]).is_ok());
        let text = Source::from_bytes("s.toml", vec![0xff; most + 1]).unwrap_err().render(false);
        assert!(text.starts_with("s.toml: error: the file is larger than 4 MiB\nhelp: "), "{text}");
    }

    #[test]
    fn colours_are_used_only_where_asked_for() {
        let problem = Problem::warning(&(0..1), "w");
        assert!(source("a").render(&problem, true).contains("\x1b[1;33mwarning\x1b[0m"));
        assert!(!source("a").render(&problem, false).contains('\x1b'));
    }

    #[test]
    fn debug_of_a_source_holds_no_text() {
        assert!(!format!("{:?}", source("password = 'hunter2'")).contains("hunter2"));
    }
}
