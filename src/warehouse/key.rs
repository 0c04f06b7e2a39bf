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
    use super::*;
    use crate::clock::Timeline;
    use crate::config::{self, Source, Surroundings};
    use crate::value::Timestamp;
    use crate::warehouse::KeySorter;

    /// The keys of a table.
    fn keys(key: &str) -> RowKeys {
        let text = format!(
            "[[shop]]\nname = \"a\"\nseed = 7\ntick_interval = \"1s\"\n[tables.t]\ninsert_rows_per_tick = 1\n{key}\n"
        );
        let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
        let (config, _) = config::read(&Source::new("shops.toml", &text), &surroundings);
        let plan = crate::plan::compile(&config).0.remove(0);
        RowKeys::of(plan.seed, &plan.tables[0], &Timeline::new(Timestamp(0), plan.interval, &[]))
    }

    const UUID: &str = "key_type = \"uuid\"";
    const TEXT: &str = "key_type = \"text\"\nkey_template = \"A {id:03}\"";

    fn unknown(text: &str) -> FoundKey {
        FoundKey::Unknown(text.to_owned())
    }

    #[test]
    fn a_number_is_read_whatever_wrote_it() {
        let keys = keys("");
        for (text, number) in [("7", 7), (" -7 ", -7), ("57.0", 57), ("57.", 57)] {
            assert_eq!(FoundKey::read(Some(text), &keys), FoundKey::Row(number), "{text:?}");
        }
        for text in ["57.5", "\\N", "", "x", "1e3", "."] {
            assert_eq!(FoundKey::read(Some(text), &keys), FoundKey::Null, "{text:?}");
        }
    }

    #[test]
    fn a_uuid_is_read_in_any_form_and_another_one_is_unknown() {
        let keys = keys(UUID);
        let usual = keys.key(12).to_string();
        let upper = usual.to_uppercase();
        for text in [usual.clone(), upper.clone(), upper.replace('-', ""), format!(" {usual} ")] {
            let key = FoundKey::read(Some(&text), &keys);
            assert_eq!(key, FoundKey::Row(12), "{text:?}");
            assert_eq!(key.row_key(&keys).map(|key| key.to_string()), Some(usual.clone()));
        }
        for text in ["00000000-0000-4000-8000-000000000000", "12", "of no shop"] {
            let key = FoundKey::read(Some(text), &keys);
            assert_eq!(key, unknown(text));
            assert_eq!(key.row_key(&keys), Some(RowKey::Text(text.to_owned())));
        }
    }

    #[test]
    fn a_text_is_read_as_the_template_writes_it_with_or_without_blanks_after_it() {
        let keys = keys(TEXT);
        for text in ["A 012", "A 012  "] {
            assert_eq!(FoundKey::read(Some(text), &keys), FoundKey::Row(12), "{text:?}");
        }
        for text in ["A 12", "a 012", " A 012", "A 000", "12"] {
            assert_eq!(FoundKey::read(Some(text), &keys), unknown(text), "{text:?}");
        }
        assert_eq!(FoundKey::read(Some("  "), &keys), FoundKey::Null);
        assert_eq!(FoundKey::read(None, &keys), FoundKey::Null);
        let long = "ü".repeat(1_000_000);
        assert_eq!(FoundKey::read(Some(&long), &keys), unknown(&"ü".repeat(LONGEST)));
    }

    #[test]
    fn lines_are_sorted_by_the_numbers_of_their_rows_then_come_unknown_keys_then_none() {
        let keys = keys(UUID);
        let mut sorter = KeySorter::new(&keys);
        let line = |key: &str| format!("{key}\tx");
        let numbers = [70, 3, 300, 1];
        for number in numbers {
            sorter.push(line(&keys.key(number).to_string()).as_bytes()).unwrap();
        }
        for key in ["\\N", "y\\tz", "b"] {
            sorter.push(line(key).as_bytes()).unwrap();
        }
        let mut sorted = sorter.sorted().unwrap();
        let found: Vec<_> = std::iter::from_fn(|| sorted.next_line().unwrap()).collect();
        let row = |number| (FoundKey::Row(number), line(&keys.key(number).to_string()).into());
        let others = [(unknown("b"), "b\tx"), (unknown("y\tz"), "y\\tz\tx"), (FoundKey::Null, "\\N\tx")];
        let others = others.map(|(key, line)| (key, line.into()));
        assert_eq!(found, [[1, 3, 70, 300].map(row).to_vec(), others.to_vec()].concat());
    }
}
