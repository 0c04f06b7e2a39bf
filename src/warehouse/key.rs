//! Which row of the shop a key of the warehouse belongs to.
//!
//! Owns how keys are read, and their order: that of the rows' numbers. Must not know which rows there are.

use crate::plan::{RowKey, RowKeys};

/// Characters that are read of a key: more than any key of a shop has.
pub(super) const LONGEST: usize = 256;

/// The key of a row of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundKey {
    /// That of the row with this number, if there is one.
    Row(i64),
    /// One that shopsim gives no row, in a table whose keys are no numbers.
    Unknown(String),
    /// None: NULL, blank, or no number in a table whose keys are numbers.
    Null,
}

impl FoundKey {
    /// Reads a key from its text; `None` is NULL.
    pub fn read(text: Option<&str>, keys: &RowKeys) -> Self {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Self::Null };
        if keys.are_numbers() {
            return whole(text).map_or(Self::Null, Self::Row);
        }
        // Files keep the blanks to which `character(n)` pads.
        match keys.parse(text).or_else(|| keys.parse(text.trim_end_matches(' '))) {
            Some(number) => Self::Row(number),
            None => Self::unknown(text),
        }
    }

    /// A key that shopsim gives no row.
    pub(super) fn unknown(text: &str) -> Self {
        Self::Unknown(beginning(text))
    }

    /// The number of the row.
    pub fn number(&self) -> Option<i64> {
        if let Self::Row(number) = self { Some(*number) } else { None }
    }

    /// The key as the warehouse has it, in its usual form; `None`: there is none.
    pub fn row_key(&self, keys: &RowKeys) -> Option<RowKey> {
        match self {
            Self::Row(number) => Some(keys.key(*number)),
            Self::Unknown(text) => Some(RowKey::Text(text.clone())),
            Self::Null => None,
        }
    }
}

/// A text as a whole number. Files may have a fraction of zeros: pandas writes whole numbers so where some are missing.
fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    let without_zeros = || {
        let (whole, rest) = text.split_once('.')?;
        rest.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok())?
    };
    text.parse().ok().or_else(without_zeros)
}

/// The beginning of a text that may be long.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn a_key_is_a_whole_number_whatever_wrote_it() {
        let read = ["7", " -7 ", "57.0", "57.5", "\\N", "", "x", "1e3"].map(whole);
        assert_eq!(read, [Some(7), Some(-7), Some(57), None, None, None, None, None]);
    }
}
