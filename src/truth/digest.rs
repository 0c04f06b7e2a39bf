//! The digest of a table as it must stand: one line that two machines can compare.
//!
//! Owns what is hashed: SHA-256 over the table's rows by key in the form of [`super::push_line`].

use sha2::{Digest as _, Sha256};

use super::{Rows, push_line};
use crate::clock::Timeline;
use crate::plan::ShopPlan;

/// Bytes that are collected before they are hashed.
const BLOCK: usize = 64 * 1024;

/// What a table holds, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Its rows.
    pub rows: u64,
    /// The SHA-256 of all of them, 64 hexadecimal digits.
    pub sha256: String,
}

/// The digest of the table at a place of the plan once tick `tick` is done.
pub fn digest(plan: &ShopPlan, timeline: &Timeline, place: usize, tick: u64) -> Digest {
    let (table, mut truth) = (&plan.tables[place], Rows::at(plan, timeline, place, tick));
    let (mut hash, mut rows, mut text) = (Sha256::new(), 0, String::new());
    while let Some(chunk) = truth.next_chunk() {
        let count = (chunk.ids.end - chunk.ids.start) as usize;
        rows += count as u64;
        for row in 0..count {
            push_line(table, &chunk, row, &mut text);
            if text.len() >= BLOCK {
                hash.update(&text);
                text.clear();
            }
        }
    }
    hash.update(&text);
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Digest { rows, sha256 }
}
