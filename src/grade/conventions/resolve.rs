//! What follows from the counts of a table.
//!
//! Owns the choice of conventions where they are not told: the one that explains all rows, if one does.

use super::Conventions;
use crate::grade::delta::{DELTAS, tick_at};
use crate::grade::evidence::Unread;
use crate::grade::load::{Load, Loads, UNSTAMPED};
use crate::grade::reads::Reads;
use crate::grade::shape::{Capture, Deletes, Kind, Shape, Starts};

/// What should be said about the conventions that were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// All starts are shifted by so many microseconds: a time zone, most probably.
    Shifted(i64),
    /// Neighbours disagree on how far an end is before the next start: so many pairs follow the convention, so many another.
    MixedEnds(u64, u64),
    /// Too many different stamps to be those of loads.
    TooManyStamps,
}

/// The conventions of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What it keeps.
    pub shape: Shape,
    /// How far an end is before the next start, in microseconds, as pairs of rows tell, or as the closings of deleted rows
    /// tell; `None`: not known.
    pub delta: Option<i64>,
    /// The same, as pairs of rows tell it.
    pub delta_of_pairs: Option<i64>,
    /// All starts and ends are shifted by so many microseconds. If it is not 0, take it off the rows with
    /// [`unshift`](Self::unshift) and count them again.
    pub shift: i64,
    /// The loads that left stamps, or the span of changes: what [`Evidence`](crate::grade::Evidence) is collected for.
    pub unread: Unread,
    /// What should be said.
    pub notes: Vec<Note>,
}

/// How the loads of a table become known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// They are known.
    Known(Reads),
    /// Collect evidence.
    Collect(Unread),
}

impl Resolved {
    /// How the loads become known, and the delta to be used with them.
    pub fn plan(&self, loads: &Loads) -> (Plan, Option<i64>) {
        if self.shape.capture == Capture::EveryChange {
            return (Plan::Collect(self.unread.clone()), self.delta);
        }
        let known = |loads: &Vec<_>, unlisted| Plan::Known(Reads::snapshots(loads.clone(), unlisted));
        match loads {
            Loads::FromContent => (Plan::Collect(self.unread.clone()), self.delta),
            Loads::Stamped(loads) => (Plan::Collect(Unread::Within(loads.clone())), self.delta_of_pairs),
            Loads::Complete(loads) => (known(loads, false), self.delta_of_pairs),
            Loads::Scheduled(loads) => (known(&self.with_later(loads), true), self.delta_of_pairs),
        }
    }

    /// Loads that may be followed by others. Of one row per key only the last load is left, so that nothing could be said
    /// if it were not one of these.
    fn with_later(&self, loads: &[Load]) -> Vec<Load> {
        let mut loads = loads.to_vec();
        if let Some(last) = loads.last().filter(|_| self.shape.kind != Kind::Current) {
            loads.push(Load { lo: last.lo, hi: i64::MAX - 1, stamp: UNSTAMPED });
        }
        loads
    }

    /// Takes the shift off rows.
    pub fn unshift(&self, rows: &mut [crate::grade::FoundRow]) {
        for row in rows {
            row.start = row.start.saturating_sub(self.shift);
            if row.end != crate::grade::OPEN {
                row.end = row.end.saturating_sub(self.shift);
            }
        }
    }
}

impl Conventions<'_> {
    /// The conventions of the table; `seen_to` is the last tick that its last load surely saw, if that is known.
    pub fn resolve(&self, seen_to: Option<i64>) -> Resolved {
        let given = &self.given;
        let mut notes = Vec::new();
        let (starts, shift) = self.starts.resolve(given);
        if shift != 0 {
            notes.push(Note::Shifted(shift));
        }
        let deletes = given.deletes.unwrap_or_else(|| self.deletions.resolve(seen_to));
        let shape =
            Shape { kind: given.kind, capture: given.capture, starts, deletes, tolerance: given.tolerance };
        let delta_of_pairs = self.delta_of_pairs(&mut notes);
        let (unread, delta) = match given.capture {
            Capture::EveryChange => (self.span(), delta_of_pairs),
            Capture::Snapshot => self.loads(&shape, delta_of_pairs, &mut notes),
        };
        Resolved { shape, delta, delta_of_pairs, shift, unread, notes }
    }

    /// What becomes of deleted rows, as the rows show it.
    pub fn shown_deletes(&self) -> Deletes {
        self.deletions.resolve(None)
    }

    /// The delta of most pairs, the smallest of several.
    fn delta_of_pairs(&self, notes: &mut Vec<Note>) -> Option<i64> {
        if self.given.kind != Kind::History {
            return Some(0);
        }
        let all: u64 = self.deltas.iter().sum();
        let most = self.deltas.iter().max().copied().filter(|most| *most > 0)?;
        if most < all {
            notes.push(Note::MixedEnds(most, all - most));
        }
        self.deltas.iter().position(|count| *count == most).map(|at| DELTAS[at])
    }

    /// The stamps of loads, and the delta.
    fn loads(&self, shape: &Shape, delta: Option<i64>, notes: &mut Vec<Note>) -> (Unread, Option<i64>) {
        if shape.kind == Kind::Current {
            return (Unread::Stamps(vec![UNSTAMPED]), delta);
        }
        let starts = match shape.kind {
            Kind::Append if shape.starts != Starts::Nothing => Starts::Load,
            _ => shape.starts,
        };
        let (mut stamps, mut without, too_many) = self.stamps.of(starts, self.starts.are_stamps());
        if too_many {
            notes.push(Note::TooManyStamps);
        }
        let mut told = delta;
        let is_history = matches!(shape.kind, Kind::History | Kind::Log);
        if is_history && shape.deletes == Deletes::Close {
            let closings = self.closings.resolve(delta, starts, |moment| stamps.contains_key(&moment));
            told = closings.delta;
            without |= closings.without;
            for stamp in closings.stamps {
                stamps.entry(stamp).or_default();
            }
        }
        let mut stamps: Vec<i64> = stamps.into_keys().collect();
        let silent = matches!(shape.deletes, Deletes::Remove | Deletes::Flag) || without;
        if (is_history && silent) || (shape.kind == Kind::Append && starts == Starts::Nothing) {
            // Later loads may have left no stamp.
            stamps.push(UNSTAMPED);
        }
        (Unread::Stamps(stamps), told)
    }

    /// The ticks of the first and of the last moment that a row tells of.
    fn span(&self) -> Unread {
        let (first, last) = self.told.unwrap_or((i64::MIN, i64::MIN));
        let tick = |moment| tick_at(self.timeline, moment, self.last_tick);
        Unread::Changes { first: tick(first), last: tick(last) }
    }
}
