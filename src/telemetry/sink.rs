//! One log: the queue before it, and the file or terminal that its lines go to.
//!
//! Owns the way of a line from who tells it, who never waits, to who writes it, which may take for ever. Must not
//! know which threads write.

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

/// After so many bytes another log gets its turn.
const TURN_BYTES: usize = 256 * 1024;

/// Where lines go.
pub enum Out {
    /// A file of a shop.
    File(RotatingFile),
    /// stderr, with the progress lines that others must not tear.
    Terminal(MultiProgress, Option<Progress>),
}

/// One log.
pub struct Sink {
    /// What people call it.
    pub name: String,
    style: Style,
    /// Whether commits are told with each of their rows.
    rows: bool,
    wall: WallClock,
    /// Lines that errors have cost.
    dropped: Arc<AtomicU64>,
    /// Whether it was told that files cannot be written, which one line for all of them does.
    complained: Arc<AtomicBool>,
    /// Held for moments only.
    queue: Mutex<Queue>,
    room: Notify,
    /// Held by the one who writes, for as long as that takes.
    out: Mutex<Out>,
}

/// What a sink is made of.
pub struct Parts {
    /// What people call it.
    pub name: String,
    /// The form of its lines.
    pub style: Style,
    /// Whether commits are told with each of their rows.
    pub rows: bool,
    /// Bytes that may wait.
    pub share: usize,
    /// Stamps commits.
    pub wall: WallClock,
    /// Counts lines that errors cost.
    pub dropped: Arc<AtomicU64>,
    /// Whether it was told that files cannot be written.
    pub complained: Arc<AtomicBool>,
    /// Where its lines go.
    pub out: Out,
}

impl Sink {
    /// A sink of which nobody has told anything yet.
    pub fn new(parts: Parts) -> Self {
        let Parts { name, style, rows, share, wall, dropped, complained, out } = parts;
        let queue = Mutex::new(Queue::new(share, rows, Instant::now()));
        Self {
            name,
            style,
            rows,
            wall,
            dropped,
            complained,
            queue,
            room: Notify::new(),
            out: Mutex::new(out),
        }
    }

    /// The queue, for a moment.
    pub fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that holds it can panic halfway through a change.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an entry, or drops it where there is no room. Never waits.
    pub fn push(&self, entry: Entry) -> Taken {
        let gap = |lines| {
            let time = (self.wall)().to_rfc3339_millis();
            let mut line = String::new();
            let text = format!("{lines} lines are missing here: they came faster than they could be written");
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
            // Whichever comes first, it is looked again.
            let _ = timeout(patience, freed).await;
        }
    }

    /// Whether a write takes longer already.
    pub fn writes_for(&self, span: Duration) -> bool {
        self.queue().writing_for(Instant::now()) >= span
    }

    /// Writes some of what waits; whether more does. May take for ever.
    pub fn work(&self) -> bool {
        let out = RefCell::new(self.out.lock().unwrap_or_else(PoisonError::into_inner));
        let mut write = |text: &str, lines: u64| self.write(&mut out.borrow_mut(), text, lines);
        let mut block = Block::new(&mut write);
        while block.handed_on() < TURN_BYTES {
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
        self.complain(begun);
    }

    fn write(&self, out: &mut Out, text: &str, lines: u64) {
        self.queue().write_begins(Instant::now());
        let written = match out {
            Out::File(file) => file.write(text.as_bytes()),
            Out::Terminal(bars, _) => {
                // Nobody could be told that the terminal is gone.
                bars.suspend(|| drop(std::io::stderr().write_all(text.as_bytes())));
                Ok(())
            }
        };
        self.queue().write_ended(lines, Instant::now());
        if written.is_err() {
            self.dropped.fetch_add(lines, Ordering::Relaxed);
        }
        self.complain(written);
    }

    fn complain(&self, written: std::io::Result<()>) {
        if let Err(error) = written
            && !self.complained.swap(true, Ordering::Relaxed)
        {
            // Of no shop, so that it goes to the terminal and does not come back here.
            tracing::warn!(
                "cannot write log files such as {}: {error}; the run goes on without what is lost",
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
