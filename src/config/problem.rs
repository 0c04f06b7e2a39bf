//! What is wrong with a config, and how it is shown: place, line, caret, what was expected.
//!
//! Owns the form of a message; must not know any rule of the config.

use std::ops::Range;

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing runs.
    Error,
    /// It runs, but probably not as meant.
    Warning,
}

/// One thing that is wrong with a config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// Where, in bytes of the source; `None`: the file as a whole.
    pub span: Option<Range<usize>>,
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// What was expected, or what to do; "did you mean `x`?".
    pub help: Option<String>,
}

impl Problem {
    /// An error at a place.
    pub fn error(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, span: Some(span.clone()), message: message.into(), help: None }
    }

    /// A warning at a place.
    pub fn warning(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, span: Some(span.clone()), message: message.into(), help: None }
    }

    /// The same problem with what was expected or what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
