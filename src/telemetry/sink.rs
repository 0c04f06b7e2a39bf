//! One log: the queue before it, and the file or terminal that its lines go to.
//!
//! Owns the way of a line from its sender, which never blocks, to its writer, which may block forever. Must not know
//! which threads write.

use std::cell::RefCell;
use std::io::Write as _;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::MultiProgress;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tracing::Level;

use super::files::RotatingFile;
use super::line::Style;
use super::progress::Progress;
use super::queue::{Entry, Queue, Taken};
use super::ticks::{self, Block};
use crate::supervise::{ShopStatus, WallClock};

/// After this many bytes another log gets its turn.
const TURN_BYTES: usize = 256 * 1024;

/// Where lines go.
pub enum Out {
    /// A file of a shop.
    File(RotatingFile),
    /// stderr, with progress lines, which log lines must not disrupt.
    Terminal(MultiProgress, Option<Progress>),
}

/// One log.
pub struct Sink {
    /// Its name in messages.
    pub name: String,
    style: Style,
    /// Whether each row of a commit is logged.
    rows: bool,
    wall: WallClock,
    /// Lines lost by write errors.
    dropped: Arc<AtomicU64>,
    /// Whether a write error was reported: once for all files.
    reported: Arc<AtomicBool>,
    /// Never held during a write.
    queue: Mutex<Queue>,
    room: Notify,
    /// Held by the writer, during writes.
    out: Mutex<Out>,
}

/// The parts of a sink.
pub struct Parts {
    /// Its name in messages.
    pub name: String,
    /// The style of its lines.
    pub style: Style,
    /// Whether each row of a commit is logged.
    pub rows: bool,
    /// Bytes that may be queued.
    pub share: usize,
    /// Stamps commits.
    pub wall: WallClock,
    /// Counts lines lost by write errors.
    pub dropped: Arc<AtomicU64>,
    /// Whether a write error was reported.
    pub reported: Arc<AtomicBool>,
    /// Where its lines go.
    pub out: Out,
}

impl Sink {
    /// A sink with an empty queue.
    pub fn new(parts: Parts) -> Self {
        let Parts { name, style, rows, share, wall, dropped, reported, out } = parts;
        let queue = Mutex::new(Queue::new(share, rows, Instant::now()));
        Self { name, style, rows, wall, dropped, reported, queue, room: Notify::new(), out: Mutex::new(out) }
    }

    /// Locks the queue.
    pub fn queue(&self) -> MutexGuard<'_, Queue> {
        // No holder can panic halfway through a change.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an entry, or drops it if there is no room. Never blocks.
    pub fn push(&self, entry: Entry) -> Taken {
        let gap = |lines| {
            let time = (self.wall)().to_rfc3339_millis();
            let mut line = String::new();
            let text = format!("{lines} lines are missing here: they could not be written fast enough");
            self.style.frame(&time, Level::WARN, None, &[]).push(&mut line, &text);
            line
        };
        self.queue().push(entry, Instant::now(), gap)
    }

    /// Resolves once there is room, or there will be none.
    pub async fn room(&self) {
        loop {
            let mut freed = pin!(self.room.notified());
            freed.as_mut().enable();
            let Some(patience) = self.queue().patience(Instant::now()) else { return };
            // In either case the queue is checked again.
            let _ = timeout(patience, freed).await;
        }
    }

    /// Whether the current write has taken this long.
    pub fn writes_for(&self, span: Duration) -> bool {
        self.queue().writing_for(Instant::now()) >= span
    }

    /// Writes some of the queue; returns whether there is more. May block forever.
    pub fn work(&self) -> bool {
        let out = RefCell::new(self.out.lock().unwrap_or_else(PoisonError::into_inner));
        let mut write = |text: &str, lines: u64| self.write(&mut out.borrow_mut(), text, lines);
        let mut block = Block::new(&mut write);
        while block.written() < TURN_BYTES {
            let Some(entry) = self.queue().pop() else { break };
            match &entry {
                Entry::Lines(text, lines) => block.push(text, *lines),
                Entry::Commit(commit, at) => {
                    ticks::write(commit, &at.to_rfc3339_millis(), self.rows, self.style, &mut block);
                }
                Entry::Progress(shops) => {
                    block.flush();
                    self.show(&mut out.borrow_mut(), shops.as_deref());
                }
                Entry::NewFile => {
                    block.flush();
                    self.begin_file(&mut out.borrow_mut());
                }
            }
            self.queue().done(&entry, Instant::now());
            self.room.notify_waiters();
        }
        block.flush();
        !self.queue().end()
    }

    fn begin_file(&self, out: &mut Out) {
        let Out::File(file) = out else { return };
        self.queue().write_begins(Instant::now());
        let begun = file.begin();
        self.queue().write_ended(0, Instant::now());
        self.report_error(begun);
    }

    fn write(&self, out: &mut Out, text: &str, lines: u64) {
        self.queue().write_begins(Instant::now());
        let written = match out {
            Out::File(file) => file.write(text.as_bytes()),
            Out::Terminal(bars, _) => {
                // A closed terminal cannot be reported.
                bars.suspend(|| drop(std::io::stderr().write_all(text.as_bytes())));
                Ok(())
            }
        };
        self.queue().write_ended(lines, Instant::now());
        if written.is_err() {
            self.dropped.fetch_add(lines, Ordering::Relaxed);
        }
        self.report_error(written);
    }

    fn report_error(&self, written: std::io::Result<()>) {
        if let Err(error) = written
            && !self.reported.swap(true, Ordering::Relaxed)
        {
            // Without a shop, so that it goes to the terminal and not to this file.
            tracing::warn!(
                "cannot write log files such as {}: {error}; the run continues without them",
                self.name
            );
        }
    }

    fn show(&self, out: &mut Out, shops: Option<&[ShopStatus]>) {
        let Out::Terminal(bars, progress) = out else { return };
        self.queue().write_begins(Instant::now());
        match shops {
            Some(shops) => progress.get_or_insert_with(|| Progress::new(bars, shops)).show(shops),
            None => drop(progress.take().inspect(Progress::end)),
        }
        self.queue().write_ended(0, Instant::now());
    }
}
