//! Faker's `emoji` module.
//!
//! The list is a data file.

use std::sync::LazyLock;

use super::pattern::push_one;
use super::texts::{List, list, longest};
use super::{Compiled, Provider};

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[Provider {
    name: "emoji",
    summary: "one emoji, of up to a few code points",
    params: &[],
    compile: |_| Ok(Compiled::text(longest(&EMOJI), |draw, out| push_one(&EMOJI, draw.stream, out))),
}];

/// Common emoji of Unicode's groups, with sequences of several code points among them: a column too
/// narrow for these shows it. Faker has all 3,000 and more of them.
static EMOJI: List = LazyLock::new(|| list(include_str!("data/emoji.txt")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_emoji_is_listed_twice_and_none_is_ascii() {
        let mut sorted = EMOJI.to_vec();
        sorted.sort_unstable();
        assert!(sorted.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(EMOJI.iter().all(|emoji| emoji.chars().all(|char| !char.is_ascii_alphabetic())));
    }
}
