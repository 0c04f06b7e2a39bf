//! The queue of one log: bounded, and given up when writing has stalled.
//!
//! Owns the bounds and the timeouts. Pure: the time is always an argument. Must not know where it is written.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::ticks;
use crate::supervise::{Commit, ShopStatus};
use crate::value::Timestamp;

/// A write that takes longer hangs: a pipe without a reader, a mount whose server is down. Longer than a busy disk
/// takes.
const HANGS: Duration = Duration::from_secs(1);
/// A log that waits longer for its turn will not get one: too many others hang.
const STARVES: Duration = Duration::from_secs(10);

/// An entry of a queue.
pub enum Entry {
    /// Whole lines, and their number.
    Lines(String, u64),
    /// A commit, and when it was recorded.
    Commit(Arc<Commit>, Timestamp),
    /// The progress lines of a terminal; `None` removes them.
    Progress(Option<Vec<ShopStatus>>),
    /// The following entries belong into a new file.
    NewFile,
}

impl Entry {
    /// The number of its lines.
    fn lines(&self, rows: bool) -> u64 {
        match self {
            Self::Lines(_, lines) => *lines,
            Self::Commit(commit, _) => ticks::lines(commit, rows),
            Self::Progress(_) | Self::NewFile => 0,
        }
    }

    /// Its weight in the queue: its bytes, and two per line that it will become, so that flushing at the end of a run takes
    /// a second and not an hour.
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

/// The result of [`Queue::push`].
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is queued. `true`: no writer is at work on the log, and one must be called.
    Waits(bool),
    /// It is dropped, because there is no room. `first`: none was dropped before.
    Dropped { lines: u64, first: bool },
}

/// The entries of one log.
pub struct Queue {
    entries: VecDeque<Entry>,
    weight: usize,
    /// Entries are taken while the weight is less than this.
    share: usize,
    /// Whether each row of a commit is logged.
    rows: bool,
    /// Lines that are not written yet.
    unwritten: u64,
    /// Whether a writer is at work on it, or was called.
    called: bool,
    /// When the current write began.
    writing: Option<Instant>,
    /// When there was a write last, or a writer was called.
    moved: Instant,
    /// Lines dropped since the last entry that was taken.
    lost: u64,
    /// Whether lines were dropped since the queue was last empty.
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

    /// Takes an entry if there is room. `gap` makes the line that replaces dropped lines.
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

    /// The next entry to write.
    pub fn pop(&mut self) -> Option<Entry> {
        self.entries.pop_front()
    }

    /// A popped entry is written.
    pub fn done(&mut self, entry: &Entry, now: Instant) {
        self.weight -= entry.weight(self.rows);
        self.moved = now;
    }

    /// A write begins.
    pub fn write_begins(&mut self, now: Instant) {
        self.writing = Some(now);
    }

    /// The write of these lines has ended, successfully or not.
    pub fn write_ended(&mut self, lines: u64, now: Instant) {
        (self.writing, self.moved) = (None, now);
        self.unwritten = self.unwritten.saturating_sub(lines);
    }

    /// Ends the work if the queue is empty; returns whether it is.
    pub fn end(&mut self) -> bool {
        if self.entries.is_empty() {
            (self.called, self.dropping, self.unwritten) = (false, false, 0);
        }
        self.entries.is_empty()
    }

    /// How long the current write has taken so far.
    pub fn writing_for(&self, now: Instant) -> Duration {
        self.writing.map_or(Duration::ZERO, |began| now - began)
    }

    /// How much longer to wait for room; `None`: there is room, or there will be none.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        let (since, most) = match self.writing {
            Some(began) => (began, HANGS),
            None => (self.moved, STARVES),
        };
        let rest = most.saturating_sub(now - since);
        (self.weight >= self.share && !rest.is_zero()).then_some(rest)
    }

    /// When there was progress last, if the queue is not empty.
    pub fn pending(&self) -> Option<Instant> {
        self.called.then_some(self.moved)
    }

    /// Drops all entries; returns the number of their lines.
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
            "reported once"
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
    fn after_all_is_written_the_next_loss_is_reported_again() {
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
