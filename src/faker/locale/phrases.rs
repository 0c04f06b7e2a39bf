//! Names that are put together of lists of words, such as streets' and firms'.
//!
//! Owns the putting together; the words are the locales'.

use super::super::Compiled;
use super::super::pattern::push_one;
use super::super::person::longest;
use crate::stream::Stream;

/// Lists of texts; one of each, with nothing between them, makes a name.
pub type Phrase = &'static [&'static [&'static str]];

/// Appends a name of one of the phrases, each equally likely.
pub fn push_phrase(phrases: &[Phrase], stream: &mut Stream, out: &mut String) {
    let phrase: Phrase = stream.pick::<Phrase>(phrases);
    for words in phrase {
        push_one(words, stream, out);
    }
}

/// Characters of the longest name.
pub fn longest_phrase(phrases: &[Phrase]) -> u32 {
    let chars = |phrase: &Phrase| phrase.iter().map(|words| longest(words)).sum();
    phrases.iter().map(chars).max().unwrap_or(0)
}

/// Names of one of the phrases, each equally likely.
pub fn phrases(phrases: &'static [Phrase]) -> Compiled {
    Compiled::text(longest_phrase(phrases), |draw, out| push_phrase(phrases, draw.stream, out))
}
