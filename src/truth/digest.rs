//! The digest of a table as it must stand: one line that can be compared across machines.
//!
//! Owns what is hashed: SHA-256 over the table's rows by number in the form of [`super::push_line`]. Rows are drawn,
//! written and hashed by threads of their own, each in the order of the keys.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use sha2::{Digest as _, Sha256};

use super::{Chunk, TableRows, push_line};
use crate::clock::Timeline;
use crate::plan::{RowKeys, ShopPlan, TablePlan};
use crate::text::hex;
use crate::tick::{CHUNK_BYTES, CHUNK_ROWS};

/// Threads that write rows as text, which takes longer than drawing or hashing them. They take turns.
const WRITERS: usize = 2;

/// The digest of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The number of rows.
    pub rows: u64,
    /// The SHA-256 of all of them, 64 hexadecimal digits.
    pub sha256: String,
}

/// The digest of the table at a place of the plan after tick `tick`.
pub fn digest(plan: &ShopPlan, timeline: &Timeline, place: usize, tick: u64) -> Digest {
    let (table, mut truth) = (&plan.tables[place], TableRows::at(plan, timeline, place, tick));
    let keys = &RowKeys::of(plan.seed, table, timeline);
    let (mut hash, mut rows) = (Sha256::new(), 0);
    thread::scope(|scope| {
        let writers = || {
            // Short queues bound the memory.
            let ((chunks, to_write), (texts, written)) = (sync_channel(1), sync_channel(1));
            scope.spawn(move || {
                // An error means that the other end has panicked.
                to_write
                    .into_iter()
                    .map(|some: Vec<Chunk>| write(table, keys, &some))
                    .all(|text| texts.send(text).is_ok())
            });
            (chunks, written)
        };
        let (chunks, written): (Vec<_>, Vec<Receiver<(u64, String)>>) =
            std::iter::repeat_with(writers).take(WRITERS).unzip();
        scope.spawn(move || {
            let some = || {
                let (mut chunks, mut rows, mut bytes) = (Vec::new(), 0, 0);
                while rows < CHUNK_ROWS
                    && bytes < CHUNK_BYTES
                    && let Some(chunk) = truth.next_chunk()
                {
                    rows += chunk.count();
                    bytes += chunk.bytes();
                    chunks.push(chunk);
                }
                (!chunks.is_empty()).then_some(chunks)
            };
            let _ = std::iter::from_fn(some)
                .zip(chunks.iter().cycle())
                .try_for_each(|(some, writer)| writer.send(some));
        });
        // The first writer without more text is the one whose turn comes after the end.
        for writer in written.iter().cycle() {
            let Ok((count, text)) = writer.recv() else { break };
            rows += count;
            hash.update(text);
        }
    });
    Digest { rows, sha256: hex(&hash.finalize()) }
}

/// The number of rows, and their text.
fn write(table: &TablePlan, keys: &RowKeys, chunks: &[Chunk]) -> (u64, String) {
    let (mut rows, mut text) = (0, String::new());
    for chunk in chunks {
        chunk.rows().for_each(|row| push_line(table, keys, row, &mut text));
        rows += chunk.count() as u64;
    }
    (rows, text)
}
