//! Work that takes long, on a thread of its own: the server's only worker goes on meanwhile, and name lookups, which
//! share the runtime's blocking threads, cannot hold it up.
//!
//! Owns the thread and its queue. Must not know what is done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// A thread for one kind of work, one piece after the other. It begins with the first one, and ends with this.
pub struct Background {
    name: &'static str,
    jobs: Mutex<Option<Sender<Job>>>,
}

impl Background {
    /// A thread of this name.
    pub const fn new(name: &'static str) -> Self {
        Self { name, jobs: Mutex::new(None) }
    }

    /// The result of a piece of work, which is not begun if nobody waits for it any more. `None`: it has panicked, or
    /// there can be no further thread.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (say, said) = oneshot::channel();
        let job = move || {
            if !say.is_closed() {
                // Who has gone meanwhile needs no result.
                let _ = say.send(work());
            }
        };
        self.queue(Box::new(job))?;
        said.await.ok()
    }

    fn queue(&self, job: Job) -> Option<()> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = match &*jobs {
            Some(queue) => queue,
            None => {
                let (queue, queued) = mpsc::channel::<Job>();
                let work = move || {
                    for job in queued {
                        // The hook has logged a panic; the next piece of work has nothing of this one.
                        let _ = catch_unwind(AssertUnwindSafe(job));
                    }
                };
                thread::Builder::new().name(self.name.to_owned()).spawn(work).ok()?;
                jobs.insert(queue)
            }
        };
        queue.send(job).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_done_in_turn_on_the_thread_and_a_panic_ends_only_its_own() {
        let background = Background::new("one");
        let name = || thread::current().name().map(str::to_owned);
        assert_eq!(background.run(name).await, Some(Some("one".to_owned())));
        let panicked: Option<()> = background.run(|| panic!("planted")).await;
        assert_eq!((panicked, background.run(|| 7).await), (None, Some(7)));
    }
}
