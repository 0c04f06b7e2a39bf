//! Lists of texts: how they are read from data files, which is the longest, and one of them by weight.
//!
//! Owns the form of the data files; which texts there are is the business of those that name a file.
//!
//! A data file has an entry a line. A line that begins with `# ` is a comment. Where an entry has more than
//! one column, a tab stands between them.

use std::sync::LazyLock;

use crate::stream::Stream;

/// A list of texts.
pub type Texts = &'static [&'static str];

/// A list that is read from its file when it is first used.
pub type List = LazyLock<Texts>;

/// Texts, each with a weight.
pub type Weighted = &'static [(&'static str, u64)];

/// The entries of a data file.
pub fn entries(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with("# "))
}

/// The texts of a data file of one column. They live as long as the program, so read each file once.
pub fn list(file: &'static str) -> Texts {
    entries(file).collect::<Vec<_>>().leak()
}

/// The entries of a data file of `COLUMNS` columns.
///
/// # Panics
/// If one has more or fewer, which the tests rule out.
pub fn rows<const COLUMNS: usize>(file: &'static str) -> Vec<[&'static str; COLUMNS]> {
    let row = |line: &'static str| {
        let columns: Vec<&str> = line.split('\t').collect();
        columns.try_into().unwrap_or_else(|_| panic!("`{line}` has not {COLUMNS} columns"))
    };
    entries(file).map(row).collect()
}

/// A column of rows, by its place.
pub fn column<const COLUMNS: usize>(rows: &[[&'static str; COLUMNS]], at: usize) -> Texts {
    rows.iter().map(|row| row[at]).collect::<Vec<_>>().leak()
}

/// The entries of a data file whose lines have any number of columns.
pub fn groups(file: &'static str) -> Vec<Texts> {
    entries(file).map(|line| -> Texts { line.split('\t').collect::<Vec<_>>().leak() }).collect()
}

/// A number of characters, as the bound of a text; `u32::MAX` if it is greater.
pub fn bound(count: impl TryInto<u32>) -> u32 {
    count.try_into().unwrap_or(u32::MAX)
}

/// Characters of a text.
pub fn chars(text: &str) -> u32 {
    bound(text.chars().count())
}

/// Characters of the longest of the texts.
pub fn longest(texts: &[impl AsRef<str>]) -> u32 {
    texts.iter().map(|text| chars(text.as_ref())).max().unwrap_or(0)
}

/// Characters of the longest of the texts.
pub fn longest_weighted(texts: &[(&str, u64)]) -> u32 {
    texts.iter().map(|(text, _)| chars(text)).max().unwrap_or(0)
}

/// One of the texts, as likely as its share of the weights; none of none.
#[inline]
pub fn weighted(stream: &mut Stream, texts: &[(&'static str, u64)]) -> &'static str {
    let mut point = stream.below(texts.iter().map(|(_, weight)| weight).sum());
    for (text, weight) in texts {
        if point < *weight {
            return text;
        }
        point -= weight;
    }
    ""
}
