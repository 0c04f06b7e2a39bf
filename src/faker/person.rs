//! Faker's `person` module, with the names of the crate `fake` (locale EN).
//!
//! Owns the lists of names, which addresses and e-mails draw from too, and how a full name is written.

mod genders;

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use self::genders::{FEMALE, MALE, NONBINARY, full_name, one_weighted};
use super::choices::Choices;
use super::pattern::push_one;
use super::texts::{List, list, longest, longest_weighted, weighted};
use super::{Arguments, Compiled, InvalidArgument, Provider};

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "name",
        summary: "a person's full name, now and then with a title or a suffix",
        params: &[],
        compile: name,
    },
    Provider {
        name: "first_name",
        summary: "a first name",
        params: &[],
        compile: |_| Ok(Compiled::one_of(FIRST)),
    },
    Provider {
        name: "first_name_female",
        summary: "a first name of women",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&FIRST_FEMALE)),
    },
    Provider {
        name: "first_name_male",
        summary: "a first name of men",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&FIRST_MALE)),
    },
    Provider {
        name: "first_name_nonbinary",
        summary: "a first name of any gender",
        params: &[],
        compile: |_| Ok(Compiled::one_of(FIRST)),
    },
    Provider {
        name: "language_name",
        summary: "the English name of a language",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&LANGUAGES)),
    },
    Provider {
        name: "last_name",
        summary: "a last name",
        params: &[],
        compile: |_| Ok(Compiled::one_of(last_names())),
    },
    Provider {
        name: "last_name_female",
        summary: "a last name",
        params: &[],
        compile: |_| Ok(Compiled::one_of(last_names())),
    },
    Provider {
        name: "last_name_male",
        summary: "a last name",
        params: &[],
        compile: |_| Ok(Compiled::one_of(last_names())),
    },
    Provider {
        name: "last_name_nonbinary",
        summary: "a last name",
        params: &[],
        compile: |_| Ok(Compiled::one_of(last_names())),
    },
    Provider {
        name: "name_female",
        summary: "the full name of a woman",
        params: &[],
        compile: |_| Ok(full_name(FEMALE)),
    },
    Provider {
        name: "name_male",
        summary: "the full name of a man",
        params: &[],
        compile: |_| Ok(full_name(MALE)),
    },
    Provider {
        name: "name_nonbinary",
        summary: "the full name of a person of neither gender",
        params: &[],
        compile: |_| Ok(full_name(NONBINARY)),
    },
    Provider {
        name: "prefix",
        summary: "a title such as Dr. or Miss",
        params: &[],
        compile: |_| Ok(one_weighted(genders::PREFIXES)),
    },
    Provider {
        name: "suffix",
        summary: "a suffix of names, such as PhD",
        params: &[],
        compile: |_| Ok(one_weighted(MALE.suffixes)),
    },
    Provider {
        name: "prefix_female",
        summary: "a title, as Faker gives it to women",
        params: &[],
        compile: |_| Ok(one_weighted(FEMALE.prefixes)),
    },
    Provider {
        name: "prefix_male",
        summary: "a title, as Faker gives it to men",
        params: &[],
        compile: |_| Ok(one_weighted(MALE.prefixes)),
    },
    Provider {
        name: "prefix_nonbinary",
        summary: "a title, as Faker gives it to those of neither gender",
        params: &[],
        compile: |_| Ok(one_weighted(NONBINARY.prefixes)),
    },
    Provider {
        name: "suffix_female",
        summary: "a suffix of names, as Faker gives it to women",
        params: &[],
        compile: |_| Ok(one_weighted(FEMALE.suffixes)),
    },
    Provider {
        name: "suffix_male",
        summary: "a suffix of names, as Faker gives it to men",
        params: &[],
        compile: |_| Ok(one_weighted(MALE.suffixes)),
    },
    Provider {
        name: "suffix_nonbinary",
        summary: "a suffix of names, as Faker gives it to those of neither gender",
        params: &[],
        compile: |_| Ok(one_weighted(NONBINARY.suffixes)),
    },
];

/// In alphabetical order.
static LANGUAGES: List = LazyLock::new(|| list(include_str!("data/languages.txt")));

/// First names, each `[A-Z][a-z]+`.
pub(super) static FIRST: &[&str] = <EN as Data>::NAME_FIRST_NAME;

/// Last names of the shape that Faker's have, `[A-Z][A-Za-z]+`: those of `fake` less the seven with an
/// apostrophe.
pub(super) fn last_names() -> &'static [&'static str] {
    static LAST: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphabetic());
        <EN as Data>::NAME_LAST_NAME.iter().copied().filter(plain).collect()
    });
    &LAST
}

/// [`FIRST`] to choose from.
pub(super) static FIRST_CHOICES: LazyLock<Choices> = LazyLock::new(|| Choices::of(FIRST));
/// [`last_names`] to choose from.
pub(super) static LAST_CHOICES: LazyLock<Choices> = LazyLock::new(|| Choices::of(last_names()));

/// First names from which a title or a suffix of one gender is set apart: `fake` does not say of whom a
/// name is, so these are the ones of its list that are among the commonest of one gender in the records
/// of the Social Security Administration, and hardly of the other.
#[rustfmt::skip]
static FIRST_FEMALE: [&str; 81] = [
    "Abigail", "Alice", "Amanda", "Amber", "Amy", "Angela", "Anna", "Barbara", "Betty", "Beverly",
    "Brenda", "Brittany", "Carol", "Carolyn", "Catherine", "Charlotte", "Christina", "Christine",
    "Cynthia", "Danielle", "Deborah", "Diana", "Donna", "Doris", "Dorothy", "Elizabeth", "Emily",
    "Emma", "Evelyn", "Frances", "Gloria", "Grace", "Hannah", "Heather", "Helen", "Isabella",
    "Janet", "Janice", "Jennifer", "Jessica", "Joan", "Joyce", "Judy", "Julia", "Julie", "Karen",
    "Katherine", "Kathleen", "Kathryn", "Kayla", "Kimberly", "Laura", "Lauren", "Linda", "Lisa",
    "Lori", "Margaret", "Maria", "Marie", "Mary", "Melissa", "Michelle", "Natalie", "Nicole",
    "Pamela", "Patricia", "Rachel", "Rebecca", "Ruth", "Samantha", "Sandra", "Sarah", "Sharon",
    "Shirley", "Sophia", "Stephanie", "Susan", "Teresa", "Theresa", "Victoria", "Virginia",
];
/// As [`FIRST_FEMALE`].
#[rustfmt::skip]
static FIRST_MALE: [&str; 78] = [
    "Aaron", "Adam", "Alan", "Albert", "Alexander", "Andrew", "Anthony", "Arthur", "Austin",
    "Benjamin", "Bobby", "Bradley", "Brandon", "Brian", "Bruce", "Caleb", "Charles", "Christopher",
    "David", "Dennis", "Donald", "Douglas", "Edward", "Elijah", "Eric", "Ethan", "Frank", "Gabriel",
    "George", "Gerald", "Gregory", "Harold", "Henry", "Jack", "Jason", "Jeffrey", "Jeremy", "Jerry",
    "Joe", "John", "Jonathan", "Jose", "Joseph", "Joshua", "Keith", "Kenneth", "Kevin", "Kyle",
    "Larry", "Lawrence", "Liam", "Lucas", "Mark", "Michael", "Nathan", "Nicholas", "Noah",
    "Patrick", "Paul", "Peter", "Randy", "Raymond", "Richard", "Robert", "Roger", "Roy", "Russell",
    "Ryan", "Sean", "Stephen", "Thomas", "Timothy", "Vincent", "Walter", "Wayne", "William",
    "Willie", "Zachary",
];

/// Titles and their weights in Faker 22.2.0 (`person.en_US`).
pub(super) const PREFIXES_FEMALE: [(&str, u64); 4] = [("Mrs.", 50), ("Ms.", 10), ("Miss", 10), ("Dr.", 30)];
/// As [`PREFIXES_FEMALE`].
pub(super) const PREFIXES_MALE: [(&str, u64); 2] = [("Mr.", 70), ("Dr.", 30)];
/// Suffixes and their weights, there too.
pub(super) const SUFFIXES_FEMALE: [(&str, u64); 4] = [("MD", 50), ("DDS", 30), ("PhD", 10), ("DVM", 20)];
/// As [`SUFFIXES_FEMALE`].
pub(super) const SUFFIXES_MALE: [(&str, u64); 9] = [
    ("Jr.", 200),
    ("II", 50),
    ("III", 30),
    ("IV", 15),
    ("V", 5),
    ("MD", 300),
    ("DDS", 200),
    ("PhD", 100),
    ("DVM", 100),
];

/// `name()`: of 1,010 names 970 are first and last name, 15 have a title, 20 a suffix, 5 both: Faker's
/// proportions. Titles and suffixes go with names of their gender.
fn name(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let last = last_names();
    let prefix = longest_weighted(&PREFIXES_FEMALE).max(longest_weighted(&PREFIXES_MALE));
    let suffix = longest_weighted(&SUFFIXES_FEMALE).max(longest_weighted(&SUFFIXES_MALE));
    let max_chars = prefix + 1 + longest(FIRST) + 1 + longest(last) + 1 + suffix;
    Ok(Compiled::text(max_chars, move |draw, out| {
        let stream = &mut *draw.stream;
        let (titled, suffixed) = match stream.below(1_010) {
            0..970 => (false, false),
            970..985 => (true, false),
            985..1_005 => (false, true),
            _ => (true, true),
        };
        if !titled && !suffixed {
            FIRST_CHOICES.push_one(stream, out);
            out.push(' ');
            LAST_CHOICES.push_one(stream, out);
            return;
        }
        let (prefixes, first, suffixes): (&[_], &[&str], &[_]) = if stream.chance(1, 2) {
            (&PREFIXES_FEMALE, &FIRST_FEMALE, &SUFFIXES_FEMALE)
        } else {
            (&PREFIXES_MALE, &FIRST_MALE, &SUFFIXES_MALE)
        };
        if titled {
            out.push_str(weighted(stream, prefixes));
            out.push(' ');
        }
        push_one(first, stream, out);
        out.push(' ');
        push_one(last, stream, out);
        if suffixed {
            out.push(' ');
            out.push_str(weighted(stream, suffixes));
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_have_the_shapes_that_are_relied_on() {
        assert!(FIRST.len() > 3_000 && last_names().len() > 450);
        for name in FIRST {
            assert!(name.bytes().skip(1).all(|byte| byte.is_ascii_lowercase()), "{name}");
        }
        for name in FIRST.iter().chain(last_names()) {
            assert!(name.len() > 1 && name.starts_with(|first: char| first.is_ascii_uppercase()), "{name}");
        }
        assert!(FIRST_FEMALE.iter().chain(&FIRST_MALE).all(|name| FIRST.contains(name)));
        assert!(!FIRST_FEMALE.iter().any(|name| FIRST_MALE.contains(name)));
    }
}
