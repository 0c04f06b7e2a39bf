//! Names composed of lists of words, such as streets' and firms'.
//!
//! Owns the composition; the words are the locales'.

use super::super::Compiled;
use super::super::pattern::push_one;
use super::super::texts::{Texts, longest};
use super::template::{Piece, pieces};
use crate::stream::Stream;

/// Lists of texts; one of each, with nothing between them, makes a name.
pub type Phrase = &'static [Texts];

/// The phrase that a template stands for: a name is the list that `list` finds by it, a text a list of one.
/// A blank in front of the name, inside the braces, stands in front of each word.
///
/// # Errors
/// What is wrong with the template.
pub fn phrase(template: &'static str, list: impl Fn(&str) -> Option<Texts>) -> Result<Phrase, String> {
    let words = |piece: Piece| -> Result<Texts, String> {
        let name = match piece {
            Piece::Text(text) => return Ok(vec![text].leak()),
            Piece::Name(name) => name,
        };
        let plain = name.trim_start();
        let words = list(plain).ok_or_else(|| format!("`{template}` names `{plain}`, which is no list"))?;
        if plain == name {
            return Ok(words);
        }
        Ok(words.iter().map(|word| &*format!(" {word}").leak()).collect::<Vec<_>>().leak())
    };
    Ok(pieces(template)?.into_iter().map(words).collect::<Result<Vec<_>, _>>()?.leak())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_inside_the_braces_belongs_to_each_word() {
        let list = |name: &str| (name == "names").then_some(["Mayor", "del Sol"].as_slice() as Texts);
        let phrase = |template| phrase(template, list);
        assert_eq!(phrase("{names} 1"), Ok([["Mayor", "del Sol"].as_slice(), &[" 1"]].as_slice()));
        assert_eq!(phrase("Calle{ names}"), Ok([["Calle"].as_slice(), &[" Mayor", " del Sol"]].as_slice()));
        assert_eq!(phrase("{towns}"), Err("`{towns}` names `towns`, which is no list".to_owned()));
    }
}
