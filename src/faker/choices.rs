//! Lists of texts in the form from which one is copied fastest.
//!
//! Owns the form; which texts there are is the providers' business.

use crate::stream::Stream;

/// Bytes that are copied of each text, whatever its length.
const WIDTH: usize = 32;
/// Of fewer texts the processor foresees well enough how long the next one is.
const MANY: usize = 16;

/// A place in a list of `count` items, each equally likely.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "below `count`")]
pub fn place(count: usize, stream: &mut Stream) -> usize {
    stream.below(count as u64) as usize
}

/// Texts to choose from.
pub struct Choices(Form);

enum Form {
    /// Each as it is.
    Plain(Vec<Box<str>>),
    /// Each in [`WIDTH`] bytes, one behind the other, with the lengths: a copy of one size needs no choice by the
    /// size of the text, which of many texts of many sizes no processor foresees.
    Padded { texts: String, lengths: Vec<u8> },
}

impl Choices {
    /// Texts that are chosen by their places in the list.
    pub fn of<T: AsRef<str>>(list: &[T]) -> Self {
        let list: Vec<&str> = list.iter().map(AsRef::as_ref).collect();
        let even = list.windows(2).all(|pair| pair[0].len() == pair[1].len());
        if even || list.len() < MANY || list.iter().any(|text| text.len() > WIDTH) {
            return Self(Form::Plain(list.into_iter().map(Box::from).collect()));
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most `WIDTH`")]
        let lengths = list.iter().map(|text| text.len() as u8).collect();
        let mut texts = String::with_capacity(WIDTH * list.len());
        for text in list {
            texts.push_str(text);
            texts.extend(std::iter::repeat_n(' ', WIDTH - text.len()));
        }
        Self(Form::Padded { texts, lengths })
    }

    /// The same texts with their ASCII letters in lower case.
    pub fn lower(list: &[&str]) -> Self {
        Self::of(&list.iter().map(|text| text.to_ascii_lowercase()).collect::<Vec<_>>())
    }

    /// Appends the text at this place of the list.
    #[inline]
    pub fn push(&self, place: usize, out: &mut String) {
        match &self.0 {
            Form::Plain(texts) => out.push_str(&texts[place]),
            Form::Padded { texts, lengths } => {
                let end = out.len() + usize::from(lengths[place]);
                out.push_str(&texts[place * WIDTH..place * WIDTH + WIDTH]);
                out.truncate(end);
            }
        }
    }

    /// Appends one of the texts, each equally likely.
    #[inline]
    pub fn push_one(&self, stream: &mut Stream, out: &mut String) {
        let count = match &self.0 {
            Form::Plain(texts) => texts.len(),
            Form::Padded { lengths, .. } => lengths.len(),
        };
        self.push(place(count, stream), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(list: &[String]) -> String {
        let choices = Choices::of(list);
        let mut out = String::from("é");
        (0..list.len()).for_each(|place| choices.push(place, &mut out));
        out
    }

    #[test]
    fn texts_are_what_they_were_in_each_form() {
        let grown: Vec<String> = (0..=WIDTH / 2).map(|length| "é".repeat(length)).collect();
        let longer: Vec<String> = (0..=WIDTH + 1).map(|length| "x".repeat(length)).collect();
        let even = vec!["EUR".to_owned(); 2 * MANY];
        for (list, padded) in [(&grown[..], true), (&longer, false), (&even, false), (&grown[..5], false)] {
            assert_eq!(matches!(Choices::of(list), Choices(Form::Padded { .. })), padded, "{list:?}");
            assert_eq!(all(list), format!("é{}", list.concat()));
        }
    }

    #[test]
    fn only_ascii_letters_become_lower_case() {
        let mut out = String::new();
        Choices::lower(&["ÜnAL", "X"]).push(0, &mut out);
        assert_eq!(out, "Ünal");
    }
}
