//! Names, titles and suffixes of one gender.
//!
//! Owns what goes together; the lists of women's and men's names are its parent's.

use super::super::Compiled;
use super::super::pattern::push_one;
use super::super::texts::{Weighted, longest, longest_weighted, weighted};
use super::{
    FIRST, FIRST_FEMALE, FIRST_MALE, PREFIXES_FEMALE, PREFIXES_MALE, SUFFIXES_FEMALE, SUFFIXES_MALE,
    last_names,
};

/// What Faker's providers of one gender draw from.
#[derive(Clone, Copy)]
pub struct Gender {
    first: &'static [&'static str],
    pub prefixes: Weighted,
    pub suffixes: Weighted,
}

/// Women.
pub const FEMALE: Gender =
    Gender { first: &FIRST_FEMALE, prefixes: &PREFIXES_FEMALE, suffixes: &SUFFIXES_FEMALE };
/// Men.
pub const MALE: Gender = Gender { first: &FIRST_MALE, prefixes: &PREFIXES_MALE, suffixes: &SUFFIXES_MALE };
/// Those of neither gender: the titles and weights of Faker 22.2.0 (`person.en_US`).
pub const NONBINARY: Gender = Gender {
    first: FIRST,
    prefixes: &[("Mx.", 50), ("Ind.", 10), ("Misc.", 10), ("Dr.", 30)],
    suffixes: &SUFFIXES_MALE,
};

/// `name_female()` and its kin, in the proportions of `name()`: of 1,010 names 970 are first and last name,
/// 15 have a title, 20 a suffix, 5 both.
pub fn full_name(gender: Gender) -> Compiled {
    let last = last_names();
    let max_chars = longest_weighted(gender.prefixes)
        + 1
        + longest(gender.first)
        + 1
        + longest(last)
        + 1
        + longest_weighted(gender.suffixes);
    Compiled::text(max_chars, move |draw, out| {
        let stream = &mut *draw.stream;
        let form = stream.below(1_010);
        if matches!(form, 970..985 | 1_005..) {
            out.push_str(weighted(stream, gender.prefixes));
            out.push(' ');
        }
        push_one(gender.first, stream, out);
        out.push(' ');
        push_one(last, stream, out);
        if form >= 985 {
            out.push(' ');
            out.push_str(weighted(stream, gender.suffixes));
        }
    })
}

/// Titles of anyone: Faker adds the lists of all genders up, and a text of several of them has the last one's weight. Of
/// suffixes the sum is the list of men.
pub const PREFIXES: Weighted = &[
    ("Mrs.", 50),
    ("Ms.", 10),
    ("Miss", 10),
    ("Dr.", 30),
    ("Mr.", 70),
    ("Mx.", 50),
    ("Ind.", 10),
    ("Misc.", 10),
];

/// `prefix()`, `suffix()` and their kin: one of the texts by its weight.
pub fn one_weighted(texts: Weighted) -> Compiled {
    Compiled::text(longest_weighted(texts), move |draw, out| out.push_str(weighted(draw.stream, texts)))
}
