//! A problem of a config: place, message, help.
//!
//! Owns the form and the order of messages; must not know any rule of the config. How a message is
//! shown beside its line is `source`'s.

use std::ops::Range;

use super::secrets::has_user;
use crate::text::harmless;

/// The severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The config is rejected.
    Error,
    /// The config is accepted, but probably not as intended.
    Warning,
}

/// One problem of a config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// Where, in bytes of the source; `None`: the file as a whole.
    pub span: Option<Range<usize>>,
    /// What is wrong, lower case, no full stop, without the shops.
    pub message: String,
    /// The shops that have it; empty if it concerns all of them.
    pub shops: Vec<String>,
    /// What was expected, or what to do; "did you mean `x`?".
    pub help: Option<String>,
}

impl Problem {
    /// An error at a place.
    pub fn error(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, span: Some(span.clone()), ..Self::of_file(message) }
    }

    /// A warning at a place.
    pub fn warning(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(span, message) }
    }

    /// An error of the file as a whole.
    pub fn of_file(message: impl Into<String>) -> Self {
        let (severity, message, shops) = (Severity::Error, message.into(), Vec::new());
        Self { severity, span: None, message, shops, help: None }
    }

    /// The error of a config file that is larger than [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES).
    pub fn too_large() -> Self {
        Self::of_file(TOO_LARGE)
            .help("name the config of the chain, as in `--shops shops.toml`; such files have a few kB")
    }

    /// The error of a config file that cannot be read.
    pub fn unreadable(error: &std::io::Error) -> Self {
        Self::of_file(cannot_read(error)).help("name the file with `--shops FILE`")
    }

    /// The same problem with what was expected or what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same problem as one of a shop. The same problem in several shops is reported once.
    pub fn of_shop(self, shop: &str) -> Self {
        Self { shops: vec![shop.to_owned()], ..self }
    }

    /// What is wrong, with the shops.
    pub fn text(&self) -> String {
        /// The most shops to name.
        const NAMES: usize = 3;
        let (named, others) = self.shops.split_at(self.shops.len().min(NAMES));
        let named = list(named.iter().map(String::as_str));
        match (self.shops.len(), others.len()) {
            (0, _) => self.message.clone(),
            (1, _) => format!("{} (shop {named})", self.message),
            (_, 0) => format!("{} (shops {named})", self.message),
            (_, others) => format!("{} (shops {named} and {others} more)", self.message),
        }
    }

    /// Whether the config is rejected because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What is wrong, without its place.
impl From<&Problem> for super::InvalidValue {
    fn from(problem: &Problem) -> Self {
        Self { message: problem.message.clone(), help: problem.help.clone() }
    }
}

impl Severity {
    /// `error` or `warning`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The message for a file that is too large, after its name.
pub(super) const TOO_LARGE: &str = "the file is larger than 4 MiB";

/// Puts problems in the order of their places (those of the whole file first, errors before warnings
/// at one place), drops repetitions, and makes one of those that only differ in their shops.
pub fn sort(problems: &mut Vec<Problem>) {
    problems.sort_by(|a, b| {
        let place = |p: &Problem| p.span.as_ref().map(|span| (span.start, span.end));
        (place(a), a.severity, &a.message, &a.help).cmp(&(place(b), b.severity, &b.message, &b.help))
    });
    problems.dedup_by(|later, first| {
        let is_same = (later.severity, &later.span, &later.message, &later.help)
            == (first.severity, &first.span, &first.message, &first.help);
        if is_same {
            let mut shops = std::mem::take(&mut later.shops);
            shops.retain(|shop| !first.shops.contains(shop));
            first.shops.append(&mut shops);
        }
        is_same
    });
}

/// A name or value from the config for a message: in backquotes, control characters escaped, cut to a
/// readable length.
///
/// A URL with a user in it is not shown: it may hold a password, wherever it was written.
pub fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    if has_user(text) {
        return "`…`".to_owned();
    }
    match text.char_indices().nth(LONGEST) {
        None => format!("`{}`", harmless(text)),
        Some((end, _)) => format!("`{}…`", harmless(&text[..end])),
    }
}

/// `a`, `b`, `c`: names for a message.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(", ")
}

/// "did you mean `x`?", or all valid names where none is similar.
pub fn did_you_mean(word: &str, names: &[&str]) -> String {
    match crate::suggest::nearest(word, names.iter().copied()) {
        Some(name) => format!("did you mean {}?", quote(name)),
        None if names.is_empty() => "there are none".to_owned(),
        None => format!("expected one of {}", list(names.iter().copied())),
    }
}

/// Why a file could not be read, in words that do not depend on the platform for the usual reasons.
pub(super) fn cannot_read(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "no permission to read the file".to_owned(),
        std::io::ErrorKind::IsADirectory => "this is a folder, not a file".to_owned(),
        _ => format!("the file cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_stand_in_the_order_of_their_places_once_each() {
        let mut problems = vec![
            Problem::warning(&(5..6), "w"),
            Problem::error(&(5..6), "z"),
            Problem::error(&(1..2), "y"),
            Problem::error(&(5..6), "z"),
            Problem::of_file("x"),
        ];
        sort(&mut problems);
        let order: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(order, ["x", "y", "z", "w"]);
    }

    #[test]
    fn what_several_shops_have_alike_is_reported_once_with_their_names() {
        let texts = |shops: &[&str]| {
            let of = |shop: &&str| Problem::warning(&(5..6), "too short").of_shop(shop);
            let mut problems: Vec<Problem> = shops.iter().map(of).collect();
            sort(&mut problems);
            problems.iter().map(Problem::text).collect::<Vec<_>>()
        };
        assert_eq!(texts(&["b"]), ["too short (shop `b`)"]);
        assert_eq!(texts(&["b", "a", "b"]), ["too short (shops `b`, `a`)"]);
        assert_eq!(texts(&["a", "b", "c", "d", "e"]), ["too short (shops `a`, `b`, `c` and 2 more)"]);
    }

    #[test]
    fn long_and_hostile_names_are_tamed_in_messages() {
        assert_eq!(quote("a\u{1b}[31m"), "`a\\u{1b}[31m`");
        assert_eq!(quote(&"x".repeat(1000)).chars().count(), 63);
    }
}
