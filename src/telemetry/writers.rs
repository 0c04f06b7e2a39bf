//! The threads that write logs: few, and more of them while some hang.
//!
//! Each takes a log that has something to write and gives it a turn. A write that hangs blocks its thread; others are
//! added, so that no other log waits for it. Owns the threads, and which log is next. Must not know what is written.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::sink::Sink;

/// Threads while none hangs: one draws and formats while another one waits for the disk.
const FEW: usize = 2;
/// Threads at most: if this many logs hang, the others get no turn.
const MOST: usize = 512;
/// For a write that takes longer another thread is added.
const SLOW: Duration = Duration::from_millis(50);

/// The threads.
#[derive(Clone, Default)]
pub struct Writers(Arc<Shared>);

#[derive(Default)]
struct Shared {
    work: Mutex<Work>,
    /// Notified when a log waits for its turn.
    called: Condvar,
    /// Notified when a log waits and no thread is free.
    crowded: Condvar,
}

#[derive(Default)]
struct Work {
    /// Logs that wait for their turn.
    waiting: VecDeque<Arc<Sink>>,
    /// Logs that have it.
    at_work: Vec<Arc<Sink>>,
    threads: usize,
    free: usize,
}

impl Shared {
    fn work(&self) -> MutexGuard<'_, Work> {
        // No holder can panic halfway through a change.
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writers {
    /// Begins the first threads; the others come when they are needed.
    pub fn begin() -> Self {
        let writers = Self::default();
        let watching = writers.0.clone();
        spawn(move || watch(&watching));
        add_threads(&writers.0, &mut writers.0.work(), FEW);
        writers
    }

    /// Gives a log its turn, after those that wait already. It must not be waiting or at work already.
    pub fn call(&self, sink: Arc<Sink>) {
        let mut work = self.0.work();
        work.waiting.push_back(sink);
        match work.free {
            0 => self.0.crowded.notify_one(),
            _ => self.0.called.notify_one(),
        }
    }
}

/// Starts a thread; false if the operating system refuses.
fn spawn(run: impl FnOnce() + Send + 'static) -> bool {
    // Without it, lines are dropped and counted as for any slow log.
    thread::Builder::new().name("logs".to_owned()).spawn(run).is_ok()
}

fn add_threads(shared: &Arc<Shared>, work: &mut Work, wanted: usize) {
    while work.threads < wanted {
        let own = shared.clone();
        if !spawn(move || write(&own)) {
            return;
        }
        work.threads += 1;
    }
}

/// A thread that writes.
fn write(shared: &Shared) {
    let mut work = shared.work();
    loop {
        let Some(sink) = work.waiting.pop_front() else {
            if work.threads > FEW {
                work.threads -= 1;
                return;
            }
            work.free += 1;
            work = shared.called.wait(work).unwrap_or_else(PoisonError::into_inner);
            work.free -= 1;
            continue;
        };
        work.at_work.push(sink.clone());
        if !work.waiting.is_empty() {
            // This one may hang, and the others need a thread.
            shared.crowded.notify_one();
        }
        drop(work);
        // A panic, which the hook logs, loses the current entry, not the log.
        let more = catch_unwind(AssertUnwindSafe(|| sink.work())).unwrap_or(true);
        work = shared.work();
        work.at_work.retain(|other| !Arc::ptr_eq(other, &sink));
        if more {
            work.waiting.push_back(sink);
        }
    }
}

/// The thread that adds others while some hang and logs wait.
fn watch(shared: &Arc<Shared>) {
    let mut work = shared.work();
    loop {
        if work.waiting.is_empty() {
            work = shared.crowded.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
        drop(work);
        thread::sleep(SLOW);
        work = shared.work();
        if !work.waiting.is_empty() {
            let hanging = work.at_work.iter().filter(|sink| sink.writes_for(SLOW)).count();
            // Twice as many, so that hundreds that hang are all found within a second.
            let wanted = (FEW + 2 * hanging).min(MOST);
            add_threads(shared, &mut work, wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use nix::sys::stat::Mode;
    use tokio::time::Instant;

    use super::super::files::RotatingFile;
    use super::super::line::{Format, Style};
    use super::super::queue::{Entry, Taken};
    use super::super::sink::{Out, Parts};
    use super::*;
    use crate::value::Timestamp;

    fn sink(path: &Path) -> Arc<Sink> {
        Arc::new(Sink::new(Parts {
            name: path.display().to_string(),
            style: Style { format: Format::Text, colour: false },
            rows: true,
            share: 1 << 20,
            wall: Arc::new(|| Timestamp(0)),
            dropped: Arc::default(),
            reported: Arc::new(AtomicBool::new(false)),
            out: Out::File(RotatingFile::new(path.to_owned(), 1 << 20, 2)),
        }))
    }

    #[test]
    fn a_hundred_files_that_block_keep_no_other_file_from_being_written() {
        let dir = tempfile::tempdir().unwrap();
        let writers = Writers::begin();
        let push = |sink: &Arc<Sink>| {
            if sink.push(Entry::Lines("line\n".to_owned(), 1)) == Taken::Waits(true) {
                writers.call(sink.clone());
            }
        };
        let blocked: Vec<_> = (0..100).map(|number| dir.path().join(format!("{number}.fifo"))).collect();
        for path in &blocked {
            nix::unistd::mkfifo(path, Mode::from_bits_truncate(0o600)).unwrap();
            push(&sink(path));
        }
        let path = dir.path().join("file");
        let file = sink(&path);
        let began = Instant::now();
        for line in 1..=20 {
            push(&file);
            while file.queue().pending().is_some() {
                assert!(began.elapsed() < Duration::from_secs(60), "line {line} is not written");
                thread::sleep(Duration::from_millis(1));
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "line\n".repeat(line));
        }
    }
}
