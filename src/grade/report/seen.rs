//! What the loads of a key's time line have seen of it.
//!
//! Owns the phases of a row's life as a time line shows them. Must not know how they are drawn.

use super::{KeyTimeline, LoadReport};

impl KeyTimeline {
    /// The ticks of a version: the one that began it, and the one that ended it.
    pub(super) fn span(&self, version: usize) -> Option<(i64, Option<i64>)> {
        let from = self.versions.get(version)?.from.0;
        let next = self.versions.get(version + 1).map(|next| next.from.0);
        Some((from, next.or(self.deleted.map(|deleted| deleted.0))))
    }

    /// What a load has seen: `version 2`, or `version 2 or the deletion` where its bracket does not tell.
    pub(super) fn seen_by(&self, load: &LoadReport) -> String {
        let (first, last) = (self.phase(load.lo), self.phase(load.hi));
        match last.saturating_sub(first) {
            0 => self.phase_in_words(first),
            1 => format!("{} or {}", self.phase_in_words(first), self.phase_in_words(last)),
            _ => format!("one of {} to {}", self.phase_in_words(first), self.phase_in_words(last)),
        }
    }

    /// Nothing, a version counted from 1, or one more than there are: the deletion.
    fn phase(&self, tick: i64) -> usize {
        match self.deleted {
            Some((deleted, _)) if deleted <= tick => self.versions.len() + 1,
            _ => self.versions.iter().take_while(|version| version.from.0 <= tick).count(),
        }
    }

    fn phase_in_words(&self, phase: usize) -> String {
        match phase {
            0 => "nothing".to_owned(),
            phase if phase <= self.versions.len() => format!("version {phase}"),
            _ => "the deletion".to_owned(),
        }
    }

    /// The value of a column before a version changed it.
    pub(super) fn before(&self, version: usize, column: &str) -> Option<&str> {
        let earlier = self.versions.get(..version)?.iter().rev();
        let mut values = earlier.flat_map(|version| &version.values);
        values.find(|(name, _)| name == column).map(|(_, value)| value.as_str())
    }
}
