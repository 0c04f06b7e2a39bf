//! An external merge sort of byte strings: memory is bounded, however many there are.
//!
//! Owns the temporary file, which has no name, so that nothing is left behind by a crash. Must not know what is sorted.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::os::unix::fs::FileExt;

/// Bytes that are sorted in memory.
const RUN: usize = 32 << 20;

/// Bytes of a sorted run that are read at a time.
const BLOCK: u64 = 1 << 16;

/// Collects byte strings.
pub struct Sorter {
    memory: Memory,
    file: Option<File>,
    /// Where each sorted run ends in the file.
    ends: Vec<u64>,
    limit: usize,
}

/// Byte strings in memory, one after the other.
#[derive(Default)]
struct Memory {
    bytes: Vec<u8>,
    /// Where each begins and ends.
    places: Vec<(usize, usize)>,
}

impl Default for Sorter {
    fn default() -> Self {
        Self { memory: Memory::default(), file: None, ends: Vec::new(), limit: RUN }
    }
}

impl Sorter {
    /// Adds a byte string, which is appended to the end of the given bytes.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub fn push(&mut self, append: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let Memory { bytes, places } = &mut self.memory;
        let start = bytes.len();
        append(bytes);
        places.push((start, bytes.len()));
        match bytes.len() + size_of_val(&places[..]) >= self.limit {
            true => self.spill(),
            false => Ok(()),
        }
    }

    /// Writes what is in memory as a sorted run.
    fn spill(&mut self) -> io::Result<()> {
        self.memory.sort();
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        let mut out = BufWriter::with_capacity(1 << 16, &mut *file);
        for (start, end) in &self.memory.places {
            out.write_all(&(end - start).to_le_bytes())?;
            out.write_all(&self.memory.bytes[*start..*end])?;
        }
        out.flush()?;
        drop(out);
        self.ends.push(file.stream_position()?);
        self.memory.bytes.clear();
        self.memory.places.clear();
        Ok(())
    }

    /// All byte strings, ascending.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn sorted(mut self) -> io::Result<Sorted> {
        self.memory.sort();
        let mut start = 0;
        let run = |end: &u64| Run {
            at: std::mem::replace(&mut start, *end),
            end: *end,
            block: Vec::new(),
            read: 0,
        };
        let runs = self.ends.iter().map(run).collect();
        let mut sorted =
            Sorted { next: BinaryHeap::new(), runs, file: self.file, memory: self.memory, taken: 0 };
        for run in 0..=sorted.runs.len() {
            sorted.refill(run)?;
        }
        Ok(sorted)
    }
}

impl Memory {
    fn sort(&mut self) {
        let bytes = &self.bytes;
        self.places.sort_unstable_by(|one, other| bytes[one.0..one.1].cmp(&bytes[other.0..other.1]));
    }
}

/// A sorted run in the file.
struct Run {
    /// What has not been read of it.
    at: u64,
    end: u64,
    block: Vec<u8>,
    /// How much of the block has been taken.
    read: usize,
}

impl Run {
    /// So many of its next bytes; `None` at its end.
    fn take(&mut self, count: usize, file: &File) -> io::Result<Option<&[u8]>> {
        if self.block.len() - self.read < count {
            self.block.drain(..self.read);
            self.read = 0;
            let missing = (count - self.block.len()) as u64;
            let more = missing.max(BLOCK).min(self.end - self.at);
            if more < missing {
                return Ok(None);
            }
            let start = self.block.len();
            self.block.resize(start + usize::try_from(more).map_err(io::Error::other)?, 0);
            file.read_exact_at(&mut self.block[start..], self.at)?;
            self.at += more;
        }
        self.read += count;
        Ok(Some(&self.block[self.read - count..self.read]))
    }

    fn next(&mut self, file: &File) -> io::Result<Option<Vec<u8>>> {
        let Some(length) = self.take(size_of::<usize>(), file)? else { return Ok(None) };
        let length = length.try_into().map(usize::from_le_bytes).map_err(io::Error::other)?;
        Ok(self.take(length, file)?.map(<[u8]>::to_vec))
    }
}

/// The byte strings of a [`Sorter`], ascending.
pub struct Sorted {
    /// The next one of each run, with the number of the run.
    next: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    runs: Vec<Run>,
    file: Option<File>,
    /// The last run stays in memory.
    memory: Memory,
    /// How many of its byte strings have been taken.
    taken: usize,
}

impl Sorted {
    /// The next one; `None` after the last.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(Reverse((bytes, run))) = self.next.pop() else { return Ok(None) };
        self.refill(run)?;
        Ok(Some(bytes))
    }

    /// Makes the next byte string of a run a candidate.
    fn refill(&mut self, run: usize) -> io::Result<()> {
        let next = match (self.runs.get_mut(run), &self.file) {
            (Some(run), Some(file)) => run.next(file)?,
            _ => {
                let place = self.memory.places.get(self.taken);
                self.taken += 1;
                place.map(|(start, end)| self.memory.bytes[*start..*end].to_vec())
            }
        };
        self.next.extend(next.map(|bytes| Reverse((bytes, run))));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_come_back_in_their_order_however_little_fits_into_memory(
            strings in vec(vec(any::<u8>(), 0..6), 0..60), limit in 1_usize..400,
        ) {
            let mut sorter = Sorter { limit, ..Sorter::default() };
            for string in &strings {
                sorter.push(|out| out.extend_from_slice(string)).unwrap();
            }
            let mut sorted = sorter.sorted().unwrap();
            let found: Vec<Vec<u8>> = std::iter::from_fn(|| sorted.next().unwrap()).collect();
            let mut strings = strings;
            strings.sort();
            prop_assert_eq!(found, strings);
        }
    }

    #[test]
    fn strings_that_are_longer_than_a_block_come_back() {
        let mut sorter = Sorter { limit: 1000, ..Sorter::default() };
        let long = |letter: u8| vec![letter; 3 << 16];
        for letter in [3, 1, 2] {
            sorter.push(|out| out.extend(long(letter))).unwrap();
        }
        let mut sorted = sorter.sorted().unwrap();
        for letter in 1..=3 {
            assert_eq!(sorted.next().unwrap(), Some(long(letter)));
        }
        assert_eq!(sorted.next().unwrap(), None);
    }
}
