//! Faker's `company` module, with the words of the crate `fake` (locale EN).
//!
//! Owns the names and slogans of firms; the last names in them are `person`'s.

use fake::locales::{Data, EN};

use super::pattern::push_one;
use super::person::last_names;
use super::texts::{chars, longest};
use super::{Arguments, Compiled, InvalidArgument, Provider};

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "bs",
        summary: "a verb, an adjective and a noun of business English",
        params: &[],
        compile: |_| Ok(words(BS)),
    },
    Provider {
        name: "catch_phrase",
        summary: "an adjective, a quality and a thing that a firm may sell",
        params: &[],
        compile: |_| Ok(words(CATCH_PHRASE)),
    },
    Provider { name: "company", summary: "a firm's name", params: &[], compile: company },
    Provider {
        name: "company_suffix",
        summary: "a suffix of company names, such as LLC",
        params: &[],
        compile: |_| Ok(Compiled::one_of(SUFFIXES)),
    },
];

/// Legal forms and the like of Faker 22.2.0 (`company`).
static SUFFIXES: &[&str] = &["Inc", "and Sons", "LLC", "Group", "PLC", "Ltd"];

/// One list a word.
type Words = [&'static [&'static str]; 3];
const BS: Words =
    [<EN as Data>::COMPANY_BS_VERBS, <EN as Data>::COMPANY_BS_ADJ, <EN as Data>::COMPANY_BS_NOUNS];
const CATCH_PHRASE: Words = [
    <EN as Data>::COMPANY_BUZZWORD_HEAD,
    <EN as Data>::COMPANY_BUZZWORD_MIDDLE,
    <EN as Data>::COMPANY_BUZZWORD_TAIL,
];

/// `bs()`, `catch_phrase()`: one of each list.
fn words(lists: Words) -> Compiled {
    let [first, second, third] = lists;
    Compiled::text(longest(first) + 1 + longest(second) + 1 + longest(third), move |draw, out| {
        push_one(first, draw.stream, out);
        out.push(' ');
        push_one(second, draw.stream, out);
        out.push(' ');
        push_one(third, draw.stream, out);
    })
}

/// `company()`: Smith Inc, Smith-Brown or Smith, Brown and Jones, each form equally likely.
fn company(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let last = last_names();
    // Three names are longer than a name and a suffix.
    let max_chars = 3 * longest(last) + chars(", and ") + 1;
    Ok(Compiled::text(max_chars, move |draw, out| {
        let stream = &mut *draw.stream;
        push_one(last, stream, out);
        match stream.below(3) {
            0 => {
                out.push(' ');
                push_one(SUFFIXES, stream, out);
            }
            1 => {
                out.push('-');
                push_one(last, stream, out);
            }
            _ => {
                out.push_str(", ");
                push_one(last, stream, out);
                out.push_str(" and ");
                push_one(last, stream, out);
            }
        }
    }))
}
