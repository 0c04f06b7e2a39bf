//! The people of a locale: who a row tells of, and how a name is written.
//!
//! Owns the draw of a person, which is the first of whatever tells of one, so that columns whose streams
//! begin alike tell of the same person. The names are the locales'; e-mail addresses are `mail`'s.

use std::collections::BTreeSet;

use super::super::pattern::push_one;
use super::super::person::longest;
use super::super::{Arguments, Compiled, Noted, Provider, Scope};
use crate::stream::Stream;

/// Texts, each with a weight.
pub type Weighted = &'static [(&'static str, u64)];

/// Names as they are written, and as an e-mail address has them.
#[derive(Clone, Copy)]
pub struct Names {
    /// As they are written.
    pub written: &'static [&'static str],
    /// The same ones in lower-case ASCII letters; empty where the letters are Latin, so that
    /// [`super::ascii`] can tell.
    pub latin: &'static [&'static str],
}

impl Names {
    /// Names in Latin letters.
    pub const fn of(written: &'static [&'static str]) -> Self {
        Self { written, latin: &[] }
    }

    fn len(self) -> u64 {
        self.written.len() as u64
    }
}

/// The people of a locale.
pub struct People {
    /// First names of women, none of them twice.
    pub female: Names,
    /// First names of men, none of them twice and none of them a woman's.
    pub male: Names,
    /// Last names, none of them twice.
    pub last: Names,
    /// Whether the last name stands first, as in Japan.
    pub last_first: bool,
    /// What stands between first and last name.
    pub separator: &'static str,
    /// So many full names of 100 have a second last name, after a space.
    pub second_last: u64,
    /// Titles of women, before the name.
    pub titles_female: Weighted,
    /// Titles of men.
    pub titles_male: Weighted,
    /// So many full names of 100 have a title.
    pub titled: u64,
    /// What may follow the name of a woman.
    pub suffixes_female: Weighted,
    /// What may follow the name of a man.
    pub suffixes_male: Weighted,
    /// So many full names of 100 have a suffix.
    pub suffixed: u64,
    /// Letters that become others in an e-mail address than elsewhere.
    pub letters: &'static [(char, &'static str)],
    /// The domains of free e-mail providers that are usual there.
    pub free_domains: &'static [&'static str],
    /// The last parts of domains that are usual there, without a dot before them; a text that stands twice
    /// is drawn twice as often.
    pub tlds: &'static [&'static str],
}

/// People of whom little is said: names in the order and with the separator of most languages, neither
/// titles nor suffixes.
pub const PLAIN: People = People {
    female: Names::of(&[]),
    male: Names::of(&[]),
    last: Names::of(&[]),
    last_first: false,
    separator: " ",
    second_last: 0,
    titles_female: &[],
    titles_male: &[],
    titled: 0,
    suffixes_female: &[],
    suffixes_male: &[],
    suffixed: 0,
    letters: &[],
    free_domains: &[],
    tlds: &[],
};

/// A locale with people of its own.
pub trait Peopled {
    /// They.
    const PEOPLE: &'static People;
}

/// Whom a provider tells of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A woman or a man, equally likely.
    Anyone,
    /// A woman.
    Women,
    /// A man.
    Men,
}

/// One person: places in the lists of names.
#[derive(Clone, Copy)]
pub struct Person {
    /// Whether it is a woman.
    pub female: bool,
    /// The place in the first names of that gender.
    pub first: usize,
    /// The place in the last names.
    pub last: usize,
}

impl People {
    /// Draws a person: gender, first name, last name, in this order and with these bounds whatever it is
    /// for. Who asks for one gender outside a group needs no draw for it.
    pub fn draw(&self, who: Who, grouped: bool, stream: &mut Stream) -> Person {
        let drawn = (who == Who::Anyone || grouped) && stream.chance(1, 2);
        let female = if who == Who::Anyone { drawn } else { who == Who::Women };
        let first = stream.below(self.first(female).len()) as usize;
        let last = stream.below(self.last.len()) as usize;
        Person { female, first, last }
    }

    /// The first names of a gender.
    pub fn first(&self, female: bool) -> Names {
        if female { self.female } else { self.male }
    }

    /// So many persons numbers tell apart at least: the product of the bounds of [`Self::draw`]. `None`
    /// where a draw goes unused.
    pub fn count(&self, who: Who, grouped: bool) -> Option<u64> {
        let first = match who {
            Who::Anyone => 2 * self.female.len().min(self.male.len()),
            Who::Women if !grouped => self.female.len(),
            Who::Men if !grouped => self.male.len(),
            Who::Women | Who::Men => return None,
        };
        Some(first * self.last.len())
    }

    /// Characters of the longest first name.
    pub fn longest_first(&self) -> u32 {
        longest(self.female.written).max(longest(self.male.written))
    }

    /// A title and a suffix of that gender. The full name and the providers of its parts draw them alike,
    /// so that those of a group fit.
    fn extras(&self, female: bool, stream: &mut Stream) -> (&'static str, &'static str) {
        let (titles, suffixes) = if female {
            (self.titles_female, self.suffixes_female)
        } else {
            (self.titles_male, self.suffixes_male)
        };
        (weighted(stream, titles), weighted(stream, suffixes))
    }

    /// Characters of the longest title and of the longest suffix.
    fn longest_extras(&self) -> (u32, u32) {
        let longest = |women, men| longest_of(women).max(longest_of(men));
        (longest(self.titles_female, self.titles_male), longest(self.suffixes_female, self.suffixes_male))
    }

    /// Whether no two first names, and no two last names, are the same text.
    fn names_differ(&self) -> bool {
        let differ = |names: &[&'static str]| BTreeSet::from_iter(names).len() == names.len();
        differ(&[self.female.written, self.male.written].concat()) && differ(self.last.written)
    }

    /// Whether first and last name can be told apart in a full name.
    fn parts_show(&self) -> bool {
        let first = [self.female.written, self.male.written].concat();
        let (before, after) =
            if self.last_first { (self.last.written, &*first) } else { (&*first, self.last.written) };
        if self.separator.is_empty() {
            // What one name begins with is no other one: that one's letters end the name before.
            let mut sorted = before.to_vec();
            sorted.sort_unstable();
            return sorted.windows(2).all(|pair| !pair[1].starts_with(pair[0]));
        }
        let without = |names: &[&str]| names.iter().all(|name| !name.contains(self.separator));
        without(before) || without(after)
    }
}

/// One of the texts, as likely as its share of the weights; none of none.
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

/// Characters of the longest of the texts.
pub fn longest_of(texts: &[(&str, u64)]) -> u32 {
    texts.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0) as u32
}

/// The values tell of a person.
fn coherent(compiled: Compiled, distinct: Option<u64>) -> Compiled {
    Compiled { coherent: true, distinct, ..compiled }
}

/// `name()` and its kin. Where no two may be the same, a name is first and last name alone.
pub fn full_name(people: &'static People, scope: Scope<'_>, who: Who) -> Compiled {
    let Scope { grouped, unique, .. } = scope;
    let (titles, suffixes) = people.longest_extras();
    let last = longest(people.last.written);
    let name = people.longest_first() + people.separator.chars().count() as u32 + last;
    let extra = titles + 1 + 1 + last + 1 + suffixes;
    let max_chars = name + if unique { 0 } else { extra };
    let full = Compiled::text(max_chars, move |draw, out| {
        let stream = &mut *draw.stream;
        let person = people.draw(who, grouped, stream);
        let first = people.first(person.female).written[person.first];
        let last = people.last.written[person.last];
        let (title, suffix) = people.extras(person.female, stream);
        if !unique && stream.chance(people.titled, 100) && !title.is_empty() {
            out.push_str(title);
            out.push(' ');
        }
        let (before, after) = if people.last_first { (last, first) } else { (first, last) };
        out.push_str(before);
        out.push_str(people.separator);
        out.push_str(after);
        if !unique && stream.chance(people.second_last, 100) {
            out.push(' ');
            push_one(people.last.written, stream, out);
        }
        if !unique && stream.chance(people.suffixed, 100) && !suffix.is_empty() {
            out.push(' ');
            out.push_str(suffix);
        }
    });
    let told_apart = unique && people.names_differ() && people.parts_show();
    coherent(full, people.count(who, grouped).filter(|_| told_apart))
}

/// `first_name()` and its kin.
pub fn first_name(people: &'static People, scope: Scope<'_>, who: Who) -> Compiled {
    let grouped = scope.grouped;
    let first = Compiled::text(people.longest_first(), move |draw, out| {
        let person = people.draw(who, grouped, draw.stream);
        out.push_str(people.first(person.female).written[person.first]);
    });
    let told_apart = scope.unique && people.names_differ();
    let count = people.count(who, grouped).filter(|_| told_apart);
    coherent(first, count.map(|count| count / people.last.len()))
}

/// `last_name()` and its kin. Outside a group it is the only draw.
pub fn last_name(people: &'static People, scope: Scope<'_>) -> Compiled {
    if !scope.grouped {
        return Compiled { coherent: true, ..Compiled::one_of(people.last.written) };
    }
    let last = Compiled::text(longest(people.last.written), |draw, out| {
        out.push_str(people.last.written[people.draw(Who::Anyone, true, draw.stream).last]);
    });
    coherent(last, None)
}

/// `prefix()` and its kin: the title goes with the gender of the person.
pub fn prefix(people: &'static People, scope: Scope<'_>, who: Who) -> Compiled {
    let grouped = scope.grouped;
    let titles = Compiled::text(people.longest_extras().0, move |draw, out| {
        let person = people.draw(who, grouped, draw.stream);
        out.push_str(people.extras(person.female, draw.stream).0);
    });
    coherent(titles, None)
}

/// `suffix()` and its kin.
pub fn suffix(people: &'static People, scope: Scope<'_>, who: Who) -> Compiled {
    let grouped = scope.grouped;
    let suffixes = Compiled::text(people.longest_extras().1, move |draw, out| {
        let person = people.draw(who, grouped, draw.stream);
        out.push_str(people.extras(person.female, draw.stream).1);
    });
    coherent(suffixes, None)
}

const fn of_people(
    name: &'static str,
    summary: &'static str,
    compile: fn(&mut Arguments<'_>) -> Result<Compiled, Noted>,
) -> Provider {
    Provider { name, summary, params: &[], compile }
}

/// The providers of names.
pub const fn names<P: Peopled>() -> [Provider; 12] {
    use Who::{Anyone, Men, Women};
    [
        of_people("name", "a person's full name", |args| Ok(full_name(P::PEOPLE, args.scope(), Anyone))),
        of_people("name_female", "the full name of a woman", |args| {
            Ok(full_name(P::PEOPLE, args.scope(), Women))
        }),
        of_people("name_male", "the full name of a man", |args| Ok(full_name(P::PEOPLE, args.scope(), Men))),
        of_people("name_nonbinary", "a full name of any gender", |args| {
            Ok(full_name(P::PEOPLE, args.scope(), Anyone))
        }),
        of_people("first_name", "a first name", |args| Ok(first_name(P::PEOPLE, args.scope(), Anyone))),
        of_people("first_name_female", "a first name of women", |args| {
            Ok(first_name(P::PEOPLE, args.scope(), Women))
        }),
        of_people("first_name_male", "a first name of men", |args| {
            Ok(first_name(P::PEOPLE, args.scope(), Men))
        }),
        of_people("first_name_nonbinary", "a first name of any gender", |args| {
            Ok(first_name(P::PEOPLE, args.scope(), Anyone))
        }),
        of_people("last_name", "a last name", |args| Ok(last_name(P::PEOPLE, args.scope()))),
        of_people("last_name_female", "a last name", |args| Ok(last_name(P::PEOPLE, args.scope()))),
        of_people("last_name_male", "a last name", |args| Ok(last_name(P::PEOPLE, args.scope()))),
        of_people("last_name_nonbinary", "a last name", |args| Ok(last_name(P::PEOPLE, args.scope()))),
    ]
}

/// The providers of titles, for a locale that has some of both genders.
pub const fn titles<P: Peopled>() -> [Provider; 4] {
    use Who::{Anyone, Men, Women};
    [
        of_people("prefix", "a title", |args| Ok(prefix(P::PEOPLE, args.scope(), Anyone))),
        of_people("prefix_female", "a title of women", |args| Ok(prefix(P::PEOPLE, args.scope(), Women))),
        of_people("prefix_male", "a title of men", |args| Ok(prefix(P::PEOPLE, args.scope(), Men))),
        of_people("prefix_nonbinary", "a title", |args| Ok(prefix(P::PEOPLE, args.scope(), Anyone))),
    ]
}

/// The providers of suffixes, for a locale that has some.
pub const fn suffixes<P: Peopled>() -> [Provider; 4] {
    use Who::{Anyone, Men, Women};
    const SUMMARY: &str = "what may follow a name";
    [
        of_people("suffix", SUMMARY, |args| Ok(suffix(P::PEOPLE, args.scope(), Anyone))),
        of_people("suffix_female", SUMMARY, |args| Ok(suffix(P::PEOPLE, args.scope(), Women))),
        of_people("suffix_male", SUMMARY, |args| Ok(suffix(P::PEOPLE, args.scope(), Men))),
        of_people("suffix_nonbinary", SUMMARY, |args| Ok(suffix(P::PEOPLE, args.scope(), Anyone))),
    ]
}
