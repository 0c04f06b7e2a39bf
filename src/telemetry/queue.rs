//! What waits to be written to one log: bounded, and given up where nothing is written any more.
//!
//! Owns the bounds and the patience. Pure: the time is always an argument. Must not know where it is written.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::ticks;
use crate::supervise::{Commit, ShopStatus};
use crate::value::Timestamp;

/// A write that takes longer hangs: a pipe that nobody reads, a mount whose server is gone. Longer than a busy
/// disk makes a writer wait.
const HANGS: Duration = Duration::from_secs(1);
/// A log that has not had its turn for longer will have none: too many others hang.
const STARVES: Duration = Duration::from_secs(10);

/// Something to be written.
pub enum Entry {
    /// Whole lines, and how many they are.
    Lines(String, u64),
    /// The lines of a commit, and when it was told.
    Commit(Arc<Commit>, Timestamp),
    /// The progress lines of a terminal; `None` takes them away.
    Progress(Option<Vec<ShopStatus>>),
    /// What comes now belongs into a new file.
    NewFile,
}

impl Entry {
    /// How many lines are lost with it.
    fn lines(&self, rows: bool) -> u64 {
        match self {
            Self::Lines(_, lines) => *lines,
            Self::Commit(commit, _) => ticks::lines(commit, rows),
            Self::Progress(_) | Self::NewFile => 0,
        }
    }

    /// What it counts against the share: its bytes, and two a line that it will become, so that what is still to
    /// be written when a run ends takes a second and not an hour.
    fn weight(&self, rows: bool) -> usize {
        match self {
            Self::Lines(text, _) => text.len() + 64,
            Self::Commit(commit, _) => {
                let lines = usize::try_from(ticks::lines(commit, rows)).unwrap_or(usize::MAX / 4);
                256 + size_of_val(&commit.counts[..]) + 2 * lines
            }
            Self::Progress(shops) => shops.as_ref().map_or(0, |shops| size_of_val(&shops[..])),
            Self::NewFile => 0,
        }
    }
}

/// What became of an entry.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It waits. `true`: nobody is at work on the log, and somebody must be called.
    Waits(bool),
    /// So many lines were dropped, since there is no room. `first`: all was well before.
    Dropped { lines: u64, first: bool },
}

/// The entries of one log.
pub struct Queue {
    entries: VecDeque<Entry>,
    weight: usize,
    /// Entries are taken while less than this waits.
    share: usize,
    /// Whether commits are told with each of their rows.
    rows: bool,
    /// Lines that were taken and are not written yet.
    unwritten: u64,
    /// Whether somebody is at work on it, or will be.
    called: bool,
    /// When the write in hand began.
    writing: Option<Instant>,
    /// When something was written last, or somebody was called.
    moved: Instant,
    /// Lines dropped since the last that was taken.
    lost: u64,
    /// Whether lines were dropped since all was written.
    dropping: bool,
}

impl Queue {
    /// An empty queue.
    pub fn new(share: usize, rows: bool, now: Instant) -> Self {
        Self {
            entries: VecDeque::new(),
            weight: 0,
            share,
            rows,
            unwritten: 0,
            called: false,
            writing: None,
            moved: now,
            lost: 0,
            dropping: false,
        }
    }

    /// Takes an entry if there is room. `gap` makes the line that stands where lines are missing.
    pub fn push(&mut self, entry: Entry, now: Instant, gap: impl FnOnce(u64) -> String) -> Taken {
        if self.weight >= self.share {
            let lines = entry.lines(self.rows);
            self.lost += lines;
            return Taken::Dropped { lines, first: !std::mem::replace(&mut self.dropping, true) };
        }
        let lost = std::mem::take(&mut self.lost);
        let gap = (lost > 0).then(|| Entry::Lines(gap(lost), 1));
        for entry in gap.into_iter().chain([entry]) {
            self.weight += entry.weight(self.rows);
            self.unwritten += entry.lines(self.rows);
            self.entries.push_back(entry);
        }
        let call = !std::mem::replace(&mut self.called, true);
        if call {
            self.moved = now;
        }
        Taken::Waits(call)
    }

    /// The next entry for who is at work on it.
    pub fn pop(&mut self) -> Option<Entry> {
        self.entries.pop_front()
    }

    /// An entry that was popped is done.
    pub fn done(&mut self, entry: &Entry, now: Instant) {
        self.weight -= entry.weight(self.rows);
        self.moved = now;
    }

    /// A write begins.
    pub fn write_begins(&mut self, now: Instant) {
        self.writing = Some(now);
    }

    /// It has ended, with so many lines, be it well or with an error.
    pub fn write_ended(&mut self, lines: u64, now: Instant) {
        (self.writing, self.moved) = (None, now);
        self.unwritten = self.unwritten.saturating_sub(lines);
    }

    /// Ends the work if all is written; whether it is.
    pub fn end(&mut self) -> bool {
        if self.entries.is_empty() {
            (self.called, self.dropping, self.unwritten) = (false, false, 0);
        }
        self.entries.is_empty()
    }

    /// How long the write in hand takes already.
    pub fn writing_for(&self, now: Instant) -> Duration {
        self.writing.map_or(Duration::ZERO, |began| now - began)
    }

    /// How long who waits for room may wait on; `None`: there is room, or there will be none.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        let (since, most) = match self.writing {
            Some(began) => (began, HANGS),
            None => (self.moved, STARVES),
        };
        let rest = most.saturating_sub(now - since);
        (self.weight >= self.share && !rest.is_zero()).then_some(rest)
    }

    /// When it moved last, if something is still to be written.
    pub fn pending(&self) -> Option<Instant> {
        self.called.then_some(self.moved)
    }

    /// Gives up what is still to be written; how many lines.
    pub fn give_up(&mut self) -> u64 {
        self.entries.clear();
        std::mem::take(&mut self.unwritten)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Entry {
        Entry::Lines(text.to_owned(), 1)
    }

    fn gap(lines: u64) -> String {
        format!("{lines} are missing\n")
    }

    fn text(entry: &Entry) -> &str {
        match entry {
            Entry::Lines(text, _) => text,
            _ => "",
        }
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_stands_as_a_gap_where_it_is_missing() {
        let now = Instant::now();
        let mut queue = Queue::new(10, true, now);
        assert_eq!(queue.push(lines("a\n"), now, gap), Taken::Waits(true));
        assert_eq!(queue.push(lines("b\n"), now, gap), Taken::Dropped { lines: 1, first: true });
        assert_eq!(
            queue.push(lines("c\n"), now, gap),
            Taken::Dropped { lines: 1, first: false },
            "told once"
        );
        let first = queue.pop().unwrap();
        assert_eq!(
            queue.push(lines("d\n"), now, gap),
            Taken::Dropped { lines: 1, first: false },
            "it is still in hand"
        );
        queue.done(&first, now);
        assert_eq!(queue.push(lines("e\n"), now, gap), Taken::Waits(false));
        assert_eq!(text(&queue.pop().unwrap()), "3 are missing\n");
        assert_eq!(text(&queue.pop().unwrap()), "e\n");
        assert!(queue.pop().is_none() && queue.end());
    }

    #[test]
    fn after_all_is_written_the_next_loss_is_told_again() {
        let now = Instant::now();
        let mut queue = Queue::new(1, true, now);
        for _ in 0..2 {
            assert_eq!(queue.push(lines("a\n"), now, gap), Taken::Waits(true));
            assert_eq!(queue.push(lines("b\n"), now, gap), Taken::Dropped { lines: 1, first: true });
            while let Some(entry) = queue.pop() {
                queue.done(&entry, now);
            }
            assert!(queue.end());
        }
    }

    #[test]
    fn who_waits_for_room_is_patient_only_while_something_is_written() {
        let now = Instant::now();
        let later = |millis| now + Duration::from_millis(millis);
        let mut queue = Queue::new(1, true, now);
        assert_eq!(queue.patience(now), None, "there is room");
        queue.push(lines("a\n"), now, gap);
        assert_eq!(queue.patience(now), Some(STARVES), "its turn will come");
        let entry = queue.pop().unwrap();
        queue.write_begins(later(100));
        assert_eq!(queue.patience(later(200)), Some(HANGS - Duration::from_millis(100)));
        assert_eq!(queue.patience(later(1_100)), None, "it hangs");
        queue.write_ended(1, later(1_200));
        assert!(queue.patience(later(1_200)).is_some(), "it hung, and goes on");
        queue.done(&entry, later(1_200));
        assert_eq!(queue.patience(later(1_200)), None, "there is room again");
    }
}
