//! The people of a locale: whom a row describes, and how a name is written.
//!
//! Owns the draw of a person, which each of its providers makes first, so that columns whose streams begin
//! alike describe the same person. The names are the locales'; e-mail addresses are `mail`'s.

use std::collections::BTreeSet;

use super::super::choices::place;
use super::super::pattern::push_one;
use super::super::texts::{Texts, Weighted, chars, longest, longest_weighted, weighted};
use super::super::{Arguments, Compiled, InvalidArgument, Provider, Scope};
use super::template::{Piece, pieces};
use crate::stream::Stream;
use Who::{Anyone, Men, Women};

/// Names as they are written, and as an e-mail address has them.
#[derive(Clone, Copy)]
pub struct Names {
    /// As they are written.
    pub written: Texts,
    /// The same ones in lower-case ASCII letters; empty where the letters are Latin, which
    /// [`super::ascii`] folds.
    pub latin: Texts,
}

impl Names {
    /// None.
    pub const NONE: Self = Self::of(&[]);

    /// Names in Latin letters.
    pub const fn of(written: Texts) -> Self {
        Self { written, latin: &[] }
    }

    fn len(self) -> u64 {
        self.written.len() as u64
    }
}

/// A part of a full name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// It stands for itself.
    Text(&'static str),
    /// The first name.
    First,
    /// The middle name, such as a patronymic.
    Middle,
    /// The last name.
    Last,
}

/// How a full name is written.
pub type NameForm = &'static [NamePart];

/// The form that a template such as `{last} {first}` stands for.
///
/// # Errors
/// What is wrong with the template.
pub fn name_form(template: &'static str) -> Result<NameForm, String> {
    let part = |piece| match piece {
        Piece::Text(text) => Ok(NamePart::Text(text)),
        Piece::Name("first") => Ok(NamePart::First),
        Piece::Name("middle") => Ok(NamePart::Middle),
        Piece::Name("last") => Ok(NamePart::Last),
        Piece::Name(other) => Err(format!("`{other}` is none of first, middle, last")),
    };
    Ok(pieces(template)?.into_iter().map(part).collect::<Result<Vec<_>, _>>()?.leak())
}

/// The people of a locale.
pub struct People {
    /// First names of women, none of them twice.
    pub female: Names,
    /// First names of men, none of them twice and none of them a woman's.
    pub male: Names,
    /// Middle names of women; none where full names have none.
    pub middle_female: Texts,
    /// Middle names of men.
    pub middle_male: Texts,
    /// Last names, none of them twice; of men only, where those of women differ.
    pub last: Names,
    /// The same last names as women have them; none where they are the same.
    pub last_female: Names,
    /// How full names are written, each form equally likely; where no two may be the same, by the first one.
    pub forms: &'static [NameForm],
    /// Percentage of full names with a second last name, after a space.
    pub second_last: u64,
    /// Titles of women, before the name.
    pub titles_female: Weighted,
    /// Titles of men.
    pub titles_male: Weighted,
    /// Percentage of full names with a title.
    pub titled: u64,
    /// What may follow the name of a woman.
    pub suffixes_female: Weighted,
    /// What may follow the name of a man.
    pub suffixes_male: Weighted,
    /// Percentage of full names with a suffix.
    pub suffixed: u64,
    /// Letters that become others in an e-mail address than elsewhere.
    pub letters: &'static [(char, &'static str)],
    /// The domains of free e-mail providers that are usual there.
    pub free_domains: Texts,
    /// The last parts of domains that are usual there, without a dot before them; a text that stands twice
    /// is drawn twice as often.
    pub tlds: Texts,
}

/// The form of names in most languages.
pub const FIRST_LAST: NameForm = &[NamePart::First, NamePart::Text(" "), NamePart::Last];

/// Whom a provider describes.
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
    /// for. One gender outside a group needs no draw for it.
    #[inline]
    pub fn draw(&self, who: Who, grouped: bool, stream: &mut Stream) -> Person {
        let drawn = (who == Who::Anyone || grouped) && stream.chance(1, 2);
        let female = if who == Who::Anyone { drawn } else { who == Who::Women };
        let first = place(self.first(female).written.len(), stream);
        let last = place(self.last.written.len(), stream);
        Person { female, first, last }
    }

    /// The first names of a gender.
    pub fn first(&self, female: bool) -> Names {
        if female { self.female } else { self.male }
    }

    /// The last names of a gender.
    pub fn last(&self, female: bool) -> Names {
        if female && self.last_differs() { self.last_female } else { self.last }
    }

    /// Whether women's last names are others than men's.
    fn last_differs(&self) -> bool {
        !self.last_female.written.is_empty()
    }

    /// How many persons are certainly different: the product of the bounds of [`Self::draw`]. `None`
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

    /// Characters of the longest last name.
    fn longest_last(&self) -> u32 {
        longest(self.last.written).max(longest(self.last_female.written))
    }

    /// Characters of the longest middle name.
    fn longest_middle(&self) -> u32 {
        longest(self.middle_female).max(longest(self.middle_male))
    }

    /// Draws what goes with a name of that gender. The full name and the providers of its parts draw all of
    /// it, so that those of a group fit.
    #[inline]
    fn extras(&self, female: bool, stream: &mut Stream) -> Extras {
        let (middle, titles, suffixes) = if female {
            (self.middle_female, self.titles_female, self.suffixes_female)
        } else {
            (self.middle_male, self.titles_male, self.suffixes_male)
        };
        let middle = if middle.is_empty() { "" } else { stream.pick(middle) };
        Extras { middle, title: weighted(stream, titles), suffix: weighted(stream, suffixes) }
    }

    /// Characters of the longest title and of the longest suffix.
    fn longest_extras(&self) -> (u32, u32) {
        let longest = |women, men| longest_weighted(women).max(longest_weighted(men));
        (longest(self.titles_female, self.titles_male), longest(self.suffixes_female, self.suffixes_male))
    }

    /// Whether no two first names, and no two last names of a gender, are the same text.
    fn names_differ(&self) -> bool {
        let differ = |names: &[&'static str]| BTreeSet::from_iter(names).len() == names.len();
        differ(&[self.female.written, self.male.written].concat())
            && differ(self.last.written)
            && differ(self.last_female.written)
    }

    /// Whether first and last name can be recognized in a full name of this form.
    fn parts_show(&self, form: NameForm) -> bool {
        let names = |part: &NamePart| match part {
            NamePart::Text(_) => None,
            NamePart::First => Some([self.female.written, self.male.written].concat()),
            NamePart::Middle => Some([self.middle_female, self.middle_male].concat()),
            NamePart::Last => Some([self.last.written, self.last_female.written].concat()),
        };
        let names: Vec<Vec<&str>> = form.iter().filter_map(names).collect();
        let text = |part: &NamePart| if let NamePart::Text(text) = part { Some(*text) } else { None };
        let separators: Vec<&str> = form.iter().filter_map(text).collect();
        if separators.len() + 1 < names.len() {
            // What one name begins with is no other one: that one's letters end the name before.
            let [before, _] = &*names else { return false };
            let mut sorted = before.clone();
            sorted.sort_unstable();
            return sorted.windows(2).all(|pair| !pair[1].starts_with(pair[0]));
        }
        // One of the lists may have names with a separator in them: what is before and after it shows.
        let plain =
            |list: &&Vec<&str>| !list.iter().any(|name| separators.iter().any(|text| name.contains(text)));
        names.iter().filter(plain).count() + 1 >= names.len()
    }

    /// Appends a full name of this form.
    #[inline]
    fn push(&self, form: NameForm, person: Person, middle: &'static str, out: &mut String) {
        let first = self.first(person.female).written[person.first];
        let last = self.last(person.female).written[person.last];
        let text = |part: &NamePart| match part {
            NamePart::Text(text) => *text,
            NamePart::First => first,
            NamePart::Middle => middle,
            NamePart::Last => last,
        };
        form.iter().for_each(|part| out.push_str(text(part)));
    }

    /// Characters of the longest full name.
    fn longest_name(&self) -> u32 {
        let part_chars = |part: &NamePart| match part {
            NamePart::Text(text) => chars(text),
            NamePart::First => self.longest_first(),
            NamePart::Middle => self.longest_middle(),
            NamePart::Last => self.longest_last(),
        };
        self.forms.iter().map(|form| form.iter().map(part_chars).sum()).max().unwrap_or(0)
    }
}

/// What goes with a name; empty texts where there is none.
struct Extras {
    middle: &'static str,
    title: &'static str,
    suffix: &'static str,
}

/// The people of the locale.
fn of(scope: Scope<'_>) -> &'static People {
    &scope.locale.data().people
}

/// The values describe a person.
fn coherent(compiled: Compiled, distinct: Option<u64>) -> Compiled {
    Compiled { coherent: true, distinct, ..compiled }
}

/// `name()` and its kin. Where no two may be the same, a name has neither title nor suffix.
fn full_name(scope: Scope<'_>, who: Who) -> Compiled {
    let people = of(scope);
    let Scope { grouped, unique, .. } = scope;
    let (titles, suffixes) = people.longest_extras();
    let extra = titles + 1 + 1 + people.longest_last() + 1 + suffixes;
    let max_chars = people.longest_name() + if unique { 0 } else { extra };
    let full = Compiled::text(max_chars, move |draw, out| {
        let stream = &mut *draw.stream;
        let person = people.draw(who, grouped, stream);
        let Extras { middle, title, suffix } = people.extras(person.female, stream);
        if !unique && stream.chance(people.titled, 100) && !title.is_empty() {
            out.push_str(title);
            out.push(' ');
        }
        let form = if unique || people.forms.len() == 1 { 0 } else { place(people.forms.len(), stream) };
        people.push(people.forms[form], person, middle, out);
        if !unique && stream.chance(people.second_last, 100) {
            out.push(' ');
            push_one(people.last.written, stream, out);
        }
        if !unique && stream.chance(people.suffixed, 100) && !suffix.is_empty() {
            out.push(' ');
            out.push_str(suffix);
        }
    });
    let differs = unique && people.names_differ() && people.parts_show(people.forms[0]);
    coherent(full, people.count(who, grouped).filter(|_| differs))
}

/// `first_name()` and its kin.
fn first_name(scope: Scope<'_>, who: Who) -> Compiled {
    let (people, grouped) = (of(scope), scope.grouped);
    let first = Compiled::text(people.longest_first(), move |draw, out| {
        let person = people.draw(who, grouped, draw.stream);
        out.push_str(people.first(person.female).written[person.first]);
    });
    let differs = scope.unique && people.names_differ();
    let count = people.count(who, grouped).filter(|_| differs);
    coherent(first, count.map(|count| count / people.last.len()))
}

/// `last_name()` and its kin. Outside a group it is the only draw, unless last names depend on the gender.
fn last_name(scope: Scope<'_>, who: Who) -> Compiled {
    let people = of(scope);
    let anyone = who == Who::Anyone && people.last_differs();
    // Some last names are the same for both.
    if !scope.grouped && (scope.unique || !anyone) {
        return Compiled { coherent: true, ..Compiled::one_of(people.last(who == Who::Women).written) };
    }
    let last = Compiled::text(people.longest_last(), move |draw, out| {
        let person = people.draw(Who::Anyone, true, draw.stream);
        let female = if who == Who::Anyone { person.female } else { who == Who::Women };
        out.push_str(people.last(female).written[person.last]);
    });
    coherent(last, None)
}

/// A part of what goes with a name: it fits the gender of the person.
fn extra(scope: Scope<'_>, who: Who, max_chars: u32, part: fn(Extras) -> &'static str) -> Compiled {
    let (people, grouped) = (of(scope), scope.grouped);
    let extras = Compiled::text(max_chars, move |draw, out| {
        let person = people.draw(who, grouped, draw.stream);
        out.push_str(part(people.extras(person.female, draw.stream)));
    });
    coherent(extras, None)
}

/// `middle_name()` and its kin.
fn middle_name(scope: Scope<'_>, who: Who) -> Compiled {
    extra(scope, who, of(scope).longest_middle(), |extras| extras.middle)
}

/// `prefix()` and its kin.
fn prefix(scope: Scope<'_>, who: Who) -> Compiled {
    extra(scope, who, of(scope).longest_extras().0, |extras| extras.title)
}

/// `suffix()` and its kin.
fn suffix(scope: Scope<'_>, who: Who) -> Compiled {
    extra(scope, who, of(scope).longest_extras().1, |extras| extras.suffix)
}

const fn of_people(
    name: &'static str,
    summary: &'static str,
    compile: fn(&mut Arguments<'_>) -> Result<Compiled, InvalidArgument>,
) -> Provider {
    Provider { name, summary, params: &[], compile }
}

/// The providers of names.
pub const NAMES: &[Provider] = &[
    of_people("name", "a person's full name", |args| Ok(full_name(args.scope(), Anyone))),
    of_people("name_female", "the full name of a woman", |args| Ok(full_name(args.scope(), Women))),
    of_people("name_male", "the full name of a man", |args| Ok(full_name(args.scope(), Men))),
    of_people("name_nonbinary", "a full name of any gender", |args| Ok(full_name(args.scope(), Anyone))),
    of_people("first_name", "a first name", |args| Ok(first_name(args.scope(), Anyone))),
    of_people("first_name_female", "a first name of women", |args| Ok(first_name(args.scope(), Women))),
    of_people("first_name_male", "a first name of men", |args| Ok(first_name(args.scope(), Men))),
    of_people("first_name_nonbinary", "a first name of any gender", |args| {
        Ok(first_name(args.scope(), Anyone))
    }),
    of_people("last_name", "a last name", |args| Ok(last_name(args.scope(), Anyone))),
    of_people("last_name_female", "a last name of women", |args| Ok(last_name(args.scope(), Women))),
    of_people("last_name_male", "a last name of men", |args| Ok(last_name(args.scope(), Men))),
    of_people("last_name_nonbinary", "a last name", |args| Ok(last_name(args.scope(), Anyone))),
];

/// The providers of middle names, for a locale that has some.
pub const MIDDLE_NAMES: &[Provider] = &[
    of_people("middle_name", "a middle name", |args| Ok(middle_name(args.scope(), Anyone))),
    of_people("middle_name_female", "a middle name of women", |args| Ok(middle_name(args.scope(), Women))),
    of_people("middle_name_male", "a middle name of men", |args| Ok(middle_name(args.scope(), Men))),
];

/// The providers of titles, for a locale that has some of both genders.
pub const TITLES: &[Provider] = &[
    of_people("prefix", "a title", |args| Ok(prefix(args.scope(), Anyone))),
    of_people("prefix_female", "a title of women", |args| Ok(prefix(args.scope(), Women))),
    of_people("prefix_male", "a title of men", |args| Ok(prefix(args.scope(), Men))),
    of_people("prefix_nonbinary", "a title", |args| Ok(prefix(args.scope(), Anyone))),
];

const SUFFIX: &str = "a suffix of names";

/// The providers of suffixes, for a locale that has some.
pub const SUFFIXES: &[Provider] = &[
    of_people("suffix", SUFFIX, |args| Ok(suffix(args.scope(), Anyone))),
    of_people("suffix_female", SUFFIX, |args| Ok(suffix(args.scope(), Women))),
    of_people("suffix_male", SUFFIX, |args| Ok(suffix(args.scope(), Men))),
    of_people("suffix_nonbinary", SUFFIX, |args| Ok(suffix(args.scope(), Anyone))),
];
