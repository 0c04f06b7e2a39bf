//! What grading keeps of a key after its rows were compared: a life, the found rows, and cells that differ.
//!
//! Owns the compact form in which records rest between the passes. Neighbouring keys with the same life and the same
//! rows share a record: most keys of most warehouses do. Must not know where records are stored.

use crate::grade::{FoundRow, Life, NEVER, Span};

/// One key, or several consecutive ones that do not differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The first key.
    pub first: i64,
    /// The number of keys.
    pub count: u64,
    /// The truth about each.
    pub life: Life,
    /// The rows that were found of each.
    pub rows: Vec<FoundRow>,
    /// Rows beyond those that are kept, of a key with very many.
    pub surplus: u64,
    /// Whether it may have been set aside, and has no row: what it refers to is not in the warehouse.
    pub unresolved: bool,
    /// The cells of rows that are no version.
    pub differences: Vec<Difference>,
}

/// How a row differs from the version that it is nearest to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The place of the row.
    pub row: u64,
    /// The place of the version.
    pub version: u64,
    /// The cells: the place of the graded column, the expected text, and the text that was found; `None` is NULL.
    pub cells: Vec<(u64, Option<String>, Option<String>)>,
}

impl Record {
    /// Makes it that of one key, without rows; what it has allocated is used again.
    pub fn restart(&mut self, key: i64, surplus: u64) {
        (self.first, self.count, self.surplus) = (key, 1, surplus);
        self.unresolved = false;
        self.rows.clear();
        self.differences.clear();
        let life = &mut self.life;
        (life.deleted, life.created_at) = (NEVER, 0);
        life.versions.clear();
        life.operations.clear();
        life.cells.clear();
    }

    /// Whether the next key can join: it follows the last one, and differs in nothing.
    pub fn takes(&self, next: &Self) -> bool {
        self.first.checked_add_unsigned(self.count) == Some(next.first)
            && self.differences.is_empty()
            && next.differences.is_empty()
            && self.surplus == 0
            && next.surplus == 0
            && self.unresolved == next.unresolved
            && self.life.deleted == next.life.deleted
            && self.life.created_at == next.life.created_at
            && alike(&self.life.operations, &next.life.operations)
            && alike(&self.life.versions, &next.life.versions)
            && alike(&self.rows, &next.rows)
            && alike(&self.life.cells, &next.life.cells)
    }

    /// Appends the record.
    pub fn write(&self, out: &mut Vec<u8>) {
        signed(self.first, out);
        unsigned(self.count, out);
        let life = &self.life;
        unsigned(life.versions.len() as u64, out);
        for version in &life.versions {
            signed(version.from, out);
            unsigned(version.class.into(), out);
        }
        unsigned(life.operations.len() as u64, out);
        life.operations.iter().for_each(|tick| signed(*tick, out));
        signed(life.deleted, out);
        signed(life.created_at, out);
        unsigned(life.cells.len() as u64, out);
        for cells in &life.cells {
            unsigned(cells.len() as u64, out);
            cells.iter().for_each(|class| unsigned((*class).into(), out));
        }
        unsigned(self.rows.len() as u64, out);
        for row in &self.rows {
            signed(row.start, out);
            signed(row.end, out);
            unsigned(row.class.into(), out);
            out.push(u8::from(row.deleted) | u8::from(row.stamp.is_some()) << 1);
            row.stamp.iter().for_each(|stamp| signed(*stamp, out));
            unsigned(row.differing.len() as u64, out);
            row.differing.iter().for_each(|cells| unsigned((*cells).into(), out));
            unsigned(row.cells.into(), out);
        }
        unsigned(self.surplus, out);
        out.push(u8::from(self.unresolved));
        unsigned(self.differences.len() as u64, out);
        for difference in &self.differences {
            unsigned(difference.row, out);
            unsigned(difference.version, out);
            unsigned(difference.cells.len() as u64, out);
            for (column, expected, found) in &difference.cells {
                unsigned(*column, out);
                text(expected.as_deref(), out);
                text(found.as_deref(), out);
            }
        }
    }

    /// Reads a record from the front of some bytes, which were written by [`Record::write`].
    pub fn read(from: &mut &[u8]) -> Option<Self> {
        let (first, count) = (read_signed(from)?, read_unsigned(from)?);
        let versions = list(from, |from| Some(Span { from: read_signed(from)?, class: number(from)? }))?;
        let operations = list(from, read_signed)?;
        let (deleted, created_at) = (read_signed(from)?, read_signed(from)?);
        let cells = list(from, |from| Some(list(from, number)?.into_boxed_slice()))?;
        let life = Life { versions, operations, deleted, created_at, cells };
        let rows = list(from, |from| {
            let (start, end, class) = (read_signed(from)?, read_signed(from)?, number(from)?);
            let (flags, rest) = from.split_first()?;
            *from = rest;
            let stamp = if flags & 2 == 0 { None } else { Some(read_signed(from)?) };
            let differing = list(from, number)?;
            Some(FoundRow {
                start,
                end,
                class,
                deleted: flags & 1 == 1,
                stamp,
                differing,
                cells: number(from)?,
            })
        })?;
        let surplus = read_unsigned(from)?;
        let unresolved = number::<u8>(from)? == 1;
        let differences = list(from, |from| {
            let (row, version) = (read_unsigned(from)?, read_unsigned(from)?);
            let cells = list(from, |from| Some((read_unsigned(from)?, read_text(from)?, read_text(from)?)))?;
            Some(Difference { row, version, cells })
        })?;
        Some(Self { first, count, life, rows, surplus, unresolved, differences })
    }
}

/// Whether two short lists are the same: comparing their bytes as a whole takes longer.
fn alike<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one == other)
}

/// Seven bits a byte, the lowest first (LEB128).
fn unsigned(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(0x80 | (number & 0x7f).to_le_bytes()[0]);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Small magnitudes are short, whatever their sign.
fn signed(number: i64, out: &mut Vec<u8>) {
    unsigned((number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned(), out);
}

/// A length that is one more than that of the text; 0 is NULL.
fn text(text: Option<&str>, out: &mut Vec<u8>) {
    unsigned(text.map_or(0, |text| text.len() as u64 + 1), out);
    out.extend_from_slice(text.unwrap_or_default().as_bytes());
}

fn read_unsigned(from: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
        shift += 7;
    }
}

fn read_signed(from: &mut &[u8]) -> Option<i64> {
    let number = read_unsigned(from)?;
    Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
}

fn number<N: TryFrom<u64>>(from: &mut &[u8]) -> Option<N> {
    read_unsigned(from)?.try_into().ok()
}

#[expect(clippy::option_option, reason = "the outer one is the end of the bytes, the inner one NULL")]
fn read_text(from: &mut &[u8]) -> Option<Option<String>> {
    let Some(length) = number::<usize>(from)?.checked_sub(1) else { return Some(None) };
    let (text, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(Some(String::from_utf8(text.to_vec()).ok()?))
}

fn list<T>(from: &mut &[u8], mut one: impl FnMut(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    let length: usize = number(from)?;
    (0..length).map(|_| one(from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::OPEN;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    prop_compose! {
        fn record()(
            first in any::<i64>(), count in any::<u64>(), deleted in any::<i64>(), created_at in any::<i64>(),
            versions in vec((any::<i64>(), any::<u32>()), 0..4), operations in vec(any::<i64>(), 0..4),
            cells in vec(vec(any::<u32>(), 0..3), 0..3), surplus in any::<u64>(),
            rows in vec((any::<i64>(), any::<u32>(), any::<bool>(), option::of(any::<i64>()), vec(any::<u16>(), 0..3)), 0..3),
            texts in vec((any::<u64>(), option::of(".*"), option::of(".*")), 0..3),
            unresolved in any::<bool>(),
        ) -> Record {
            let versions = versions.into_iter().map(|(from, class)| Span { from, class }).collect();
            let cells = cells.into_iter().map(Vec::into_boxed_slice).collect();
            let row = |(start, class, deleted, stamp, differing)| {
                FoundRow { start, end: OPEN, class, deleted, stamp, differing, cells: 7 }
            };
            let differences = vec![Difference { row: 1, version: 2, cells: texts }];
            let life = Life { versions, operations, deleted, created_at, cells };
            let rows = rows.into_iter().map(row).collect();
            Record { first, count, life, rows, surplus, unresolved, differences }
        }
    }

    proptest! {
        #[test]
        fn a_record_is_read_as_it_was_written(one in record(), two in record()) {
            let mut bytes = Vec::new();
            one.write(&mut bytes);
            two.write(&mut bytes);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(Record::read(&mut rest), Some(one));
            prop_assert_eq!(Record::read(&mut rest), Some(two));
            prop_assert!(rest.is_empty());
        }
    }

    #[test]
    fn keys_that_follow_each_other_and_do_not_differ_share_a_record() {
        let life = Life { deleted: NEVER, ..Life::default() };
        let one = Record { first: 1, count: 2, life, ..Record::default() };
        let next = Record { first: 3, count: 1, ..one.clone() };
        assert!(one.takes(&next));
        assert!(!one.takes(&Record { first: 4, ..next.clone() }), "there is a hole before it");
        assert!(!one.takes(&Record { surplus: 1, ..next.clone() }), "it has more rows");
        assert!(!one.takes(&Record { unresolved: true, ..next.clone() }), "it refers to nothing");
        assert!(
            !one.takes(&Record { life: Life { deleted: 5, ..Life::default() }, ..next }),
            "it was deleted"
        );
    }
}
