//! The words of `warehouse.toml` for the conventions of a table.
//!
//! Owns which word means which. Which words there are is `config::warehouse`'s.

use crate::grade::{Capture, Deletes, Kind, Starts};

/// The meaning of a word of `kind`.
pub(super) fn kind(word: &str) -> Option<Kind> {
    [Kind::History, Kind::Current, Kind::Append, Kind::Log].into_iter().find(|kind| kind_word(*kind) == word)
}

/// The word of a kind.
pub(super) fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::History => "history",
        Kind::Current => "current",
        Kind::Append => "append",
        Kind::Log => "log",
    }
}

/// The meaning of a word of `capture`.
pub(super) fn capture(word: &str) -> Option<Capture> {
    [Capture::Snapshot, Capture::EveryChange].into_iter().find(|capture| capture_word(*capture) == word)
}

/// The word of a capture.
pub(super) fn capture_word(capture: Capture) -> &'static str {
    match capture {
        Capture::Snapshot => "snapshot",
        Capture::EveryChange => "every-change",
    }
}

/// The meaning of a word of `deletes`.
pub(super) fn deletes(word: &str) -> Option<Deletes> {
    let all = [Deletes::Close, Deletes::Flag, Deletes::NewRecord, Deletes::Remove, Deletes::Keep];
    all.into_iter().find(|deletes| deletes_word(*deletes) == word)
}

/// The word of what becomes of deleted rows.
pub(super) fn deletes_word(deletes: Deletes) -> &'static str {
    match deletes {
        Deletes::Close => "close",
        Deletes::Flag => "flag",
        Deletes::NewRecord => "new-record",
        Deletes::Remove => "remove",
        Deletes::Keep => "keep",
    }
}

/// The meaning of a word of `starts_mean`.
pub(super) fn starts(word: &str) -> Option<Starts> {
    let all = [Starts::Load, Starts::Event, Starts::CreatedThenLoad, Starts::Nothing];
    all.into_iter().find(|starts| starts_word(*starts) == Some(word))
}

/// The word of what a start means; `None`: a fixed moment comes first, which is no word.
pub(super) fn starts_word(starts: Starts) -> Option<&'static str> {
    match starts {
        Starts::Load => Some("load"),
        Starts::Event => Some("event"),
        Starts::CreatedThenLoad => Some("created-then-load"),
        Starts::Nothing => Some("nothing"),
        Starts::FixedThenLoad(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::warehouse::{CAPTURES, DELETES, KINDS, STARTS};

    #[test]
    fn every_word_of_the_file_has_its_meaning() {
        assert!(KINDS.into_iter().all(|word| kind(word).map(kind_word) == Some(word)));
        assert!(CAPTURES.into_iter().all(|word| capture(word).map(capture_word) == Some(word)));
        assert!(DELETES.into_iter().all(|word| deletes(word).map(deletes_word) == Some(word)));
        assert!(STARTS.into_iter().all(|word| starts(word).and_then(starts_word) == Some(word)));
    }
}
