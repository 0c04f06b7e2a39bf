//! Common English words, by part of speech.
//!
//! Owns which lists there are; the words are data files. Many words are more than one part of speech; each list holds those that are
//! often used as its own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::super::texts::{List, list};

/// The parts of speech that can be asked for by Faker's names.
pub const PARTS: [(&str, &List); 4] =
    [("verb", &VERBS), ("noun", &NOUNS), ("adverb", &ADVERBS), ("adjective", &ADJECTIVES)];

/// Each word of all lists once, in order.
pub fn all() -> impl Iterator<Item = &'static str> {
    static ALL: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let lists = [&VERBS, &NOUNS, &ADVERBS, &ADJECTIVES, &OTHERS];
        lists.into_iter().flat_map(|words| words.iter().copied()).collect()
    });
    ALL.iter().copied()
}

/// Those of lower-case letters alone.
pub fn plain() -> &'static [&'static str] {
    static PLAIN: LazyLock<Vec<&str>> =
        LazyLock::new(|| all().filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())).collect());
    &PLAIN
}

/// Verbs.
static VERBS: List = LazyLock::new(|| list(include_str!("../data/verbs.txt")));

/// Nouns.
static NOUNS: List = LazyLock::new(|| list(include_str!("../data/nouns.txt")));

/// Adjectives.
static ADJECTIVES: List = LazyLock::new(|| list(include_str!("../data/adjectives.txt")));

/// Adverbs.
static ADVERBS: List = LazyLock::new(|| list(include_str!("../data/adverbs.txt")));

/// Pronouns, prepositions, conjunctions and numbers.
static OTHERS: List = LazyLock::new(|| list(include_str!("../data/other_words.txt")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_many_words_of_letters_alone() {
        assert!(all().count() > 700);
        assert!(all().all(|word| (1..=14).contains(&word.len())));
        assert!(all().all(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic())));
    }
}
