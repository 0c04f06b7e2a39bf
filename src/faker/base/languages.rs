//! `language_code` and `locale`: languages and the territories in which they are used.
//!
//! The list is a data file: languages of ISO 639 (two letters, or three where a language has no shorter code) with
//! territories of ISO 3166-1, as the locales of GNU libc pair them.

use std::sync::LazyLock;

use super::super::texts::{Texts, groups};
use super::super::{Arguments, Compiled, InvalidArgument};

/// Languages, each with its territories behind it.
static LOCALES: LazyLock<Vec<Texts>> = LazyLock::new(|| groups(include_str!("../data/locales.txt")));

/// `language_code()`: each language equally likely.
pub fn language_code(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(3, |draw, out| out.push_str(draw.stream.pick(&LOCALES)[0])))
}

/// `locale()`: a language, then one of its territories, as in Faker; so English is no likelier than Zulu.
pub fn locale(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(6, |draw, out| {
        let locale: &Texts = draw.stream.pick(&LOCALES);
        out.push_str(locale[0]);
        out.push('_');
        out.push_str(draw.stream.pick::<&str>(&locale[1..]));
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_has_the_shapes_that_are_relied_on() {
        assert!(LOCALES.windows(2).all(|pair| pair[0][0] < pair[1][0]));
        for locale in LOCALES.iter() {
            let (language, territories) = (locale[0], &locale[1..]);
            assert!((2..=3).contains(&language.len()), "{language}");
            assert!(language.bytes().all(|byte| byte.is_ascii_lowercase()), "{language}");
            assert!(!territories.is_empty(), "{language}");
            assert!(territories.iter().all(|territory| territory.len() == 2), "{language}");
        }
    }
}
