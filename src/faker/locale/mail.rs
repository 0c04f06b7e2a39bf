//! User names and e-mail addresses of a locale's people.
//!
//! Owns how a user name is made of a person's names, and how user names that may not repeat are kept distinct.
//! All is lower-case ASCII, so Faker's `ascii_…` providers are the same as the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::pattern::{push_number, push_one};
use super::super::texts::{Texts, bound, chars, longest};
use super::super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider, Scope};
use super::ascii::folded;
use super::people::{Names, People, Person, Who};
use crate::stream::Stream;

/// The domains that RFC 2606 keeps for examples.
pub static SAFE_DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

/// How many numbers may follow each person's name where user names may not repeat.
const NUMBERS: u64 = 1_000_000;

/// A name in the letters of an address, and how many names before it have the same letters.
struct Handle {
    letters: String,
    twin: u64,
}

/// The names of a locale's people in the letters of an address.
struct Handles {
    people: &'static People,
    female: Vec<Handle>,
    male: Vec<Handle>,
    last: Vec<Handle>,
    /// Last names of women, where they are others.
    last_female: Vec<Handle>,
    /// One more than the largest twin of first names, and of last names.
    twins: (u64, u64),
}

impl Handles {
    fn new(people: &'static People) -> Arc<Self> {
        let mut seen = BTreeMap::new();
        let handles = |names: Names, seen: &mut BTreeMap<String, u64>| -> Vec<Handle> {
            debug_assert!(names.latin.is_empty() || names.latin.len() == names.written.len());
            let letters = |(at, name): (usize, &&str)| match names.latin.get(at) {
                Some(latin) => (*latin).to_owned(),
                None => folded(name, people.letters),
            };
            let handle = |letters: String| {
                let count = seen.entry(letters.clone()).or_default();
                *count += 1;
                Handle { letters, twin: *count - 1 }
            };
            names.written.iter().enumerate().map(letters).map(handle).collect()
        };
        // A name of both genders is two names here.
        let female = handles(people.female, &mut seen);
        let male = handles(people.male, &mut seen);
        let last = handles(people.last, &mut BTreeMap::new());
        let last_female = handles(people.last_female, &mut BTreeMap::new());
        let most = |handles: &[Handle]| handles.iter().map(|handle| handle.twin + 1).max().unwrap_or(1);
        let twins = (most(&female).max(most(&male)), most(&last).max(most(&last_female)));
        Arc::new(Self { people, female, male, last, last_female, twins })
    }

    fn first(&self, person: Person) -> &Handle {
        if person.female { &self.female[person.first] } else { &self.male[person.first] }
    }

    fn last(&self, person: Person) -> &Handle {
        let female = person.female && !self.last_female.is_empty();
        if female { &self.last_female[person.last] } else { &self.last[person.last] }
    }

    /// Characters of the longest user name: a dot and a number with the names.
    fn max_chars(&self) -> u32 {
        let longest = |names: &[Handle]| names.iter().map(|handle| handle.letters.len()).max().unwrap_or(0);
        let first = longest(&self.female).max(longest(&self.male));
        let number = NUMBERS * self.twins.0 * self.twins.1 - 1;
        bound(first + 1 + longest(&self.last).max(longest(&self.last_female))) + 1 + number.ilog10()
    }

    /// Characters of the longest domain word.
    fn longest_last(&self) -> u32 {
        bound(self.last.iter().map(|handle| handle.letters.len()).max().unwrap_or(0))
    }

    /// Appends a user name with a person's first and last name in it, in one of five forms.
    fn push_any(&self, stream: &mut Stream, out: &mut String) {
        let person = self.people.draw(Who::Anyone, true, stream);
        let (first, last) = (&self.first(person).letters, &self.last(person).letters);
        let form = stream.below(5);
        let (before, between, after) = match form {
            0 | 1 => (first, ".", last),
            2 => (first, "", last),
            3 => (first, "_", last),
            _ => (last, ".", first),
        };
        out.push_str(before);
        out.push_str(between);
        out.push_str(after);
        if form == 1 {
            push_number(stream.below(100), 2, out);
        }
    }

    /// Appends a user name from which the draws can be read: both names and a number that also says which
    /// of the names with these letters are meant.
    fn push_only(&self, stream: &mut Stream, out: &mut String) {
        let person = self.people.draw(Who::Anyone, true, stream);
        let (first, last) = (self.first(person), self.last(person));
        out.push_str(&first.letters);
        out.push('.');
        out.push_str(&last.letters);
        let number = (stream.below(NUMBERS) * self.twins.0 + first.twin) * self.twins.1 + last.twin;
        push_number(number, 1 + number.checked_ilog10().unwrap_or(0) as usize, out);
    }
}

/// The people of the locale.
fn of(scope: Scope<'_>) -> &'static People {
    &scope.locale.data().people
}

/// Texts that begin with a user name and go on with what the function appends.
fn users(
    scope: Scope<'_>,
    rest_max_chars: impl FnOnce(&Handles) -> u32,
    push_rest: impl Fn(&Handles, &mut Stream, &mut String) + Send + Sync + 'static,
) -> Compiled {
    let people = of(scope);
    let handles = Handles::new(people);
    let max_chars = handles.max_chars() + rest_max_chars(&handles);
    let unique = scope.unique;
    let texts = Compiled::text(max_chars, move |draw, out| {
        if unique {
            handles.push_only(draw.stream, out);
        } else {
            handles.push_any(draw.stream, out);
        }
        push_rest(&handles, draw.stream, out);
    });
    let count = people.count(Who::Anyone, true).filter(|_| unique);
    Compiled { coherent: true, distinct: count.map(|count| count * NUMBERS), ..texts }
}

/// `user_name()`.
fn user_name(scope: Scope<'_>) -> Compiled {
    users(scope, |_| 0, |_, _, _| {})
}

/// `safe_email()`, `free_email()`: at one of the domains, each equally likely.
fn at_one_of(scope: Scope<'_>, domains: Texts) -> Compiled {
    users(
        scope,
        |_| 1 + longest(domains),
        |_, stream, out| {
            out.push('@');
            push_one(domains, stream, out);
        },
    )
}

/// Appends `@` and the domain of a firm that is called like a person.
fn push_firm(handles: &Handles, stream: &mut Stream, out: &mut String) {
    out.push('@');
    out.push_str(&stream.pick(&handles.last).letters);
    out.push('.');
    push_one(handles.people.tlds, stream, out);
}

/// `company_email()`.
fn company_email(scope: Scope<'_>) -> Compiled {
    let people = of(scope);
    users(scope, |handles| 1 + handles.longest_last() + 1 + longest(people.tlds), push_firm)
}

/// `ascii_email()`: half at a made-up company, half at a free provider.
fn any_email(scope: Scope<'_>) -> Compiled {
    let people = of(scope);
    let firm = |handles: &Handles| handles.longest_last() + 1 + longest(people.tlds);
    users(
        scope,
        |handles| 1 + firm(handles).max(longest(people.free_domains)),
        |handles, stream, out| {
            if stream.chance(1, 2) {
                push_firm(handles, stream, out);
            } else {
                out.push('@');
                push_one(handles.people.free_domains, stream, out);
            }
        },
    )
}

/// `email(safe=True, domain=None)`, as en_US's.
fn email(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let scope = args.scope();
    let safe = args.boolean("safe");
    let domain = if args.is_given("domain") { args.text("domain") } else { Ok(String::new()) };
    let (safe, domain) = (safe?, domain?.to_lowercase());
    if !domain.is_empty() {
        let domain_chars = chars(&domain);
        return Ok(users(
            scope,
            |_| 1 + domain_chars,
            move |_, _, out| {
                out.push('@');
                out.push_str(&domain);
            },
        ));
    }
    Ok(if safe { at_one_of(scope, &SAFE_DOMAINS) } else { any_email(scope) })
}

const fn of_mail(
    name: &'static str,
    summary: &'static str,
    compile: fn(&mut Arguments<'_>) -> Result<Compiled, InvalidArgument>,
) -> Provider {
    Provider { name, summary, params: &[], compile }
}

const SAFE: &str = "an e-mail address at example.com, example.org or example.net";
const FREE: &str = "an e-mail address at a free provider";
const FIRM: &str = "an e-mail address at a made-up company";

/// `free_email()`.
fn free_email(scope: Scope<'_>) -> Compiled {
    at_one_of(scope, of(scope).free_domains)
}

/// The providers of user names and e-mail addresses.
pub const ADDRESSES: &[Provider] = &[
    of_mail("user_name", "a user name made of a person's names", |args| Ok(user_name(args.scope()))),
    Provider {
        name: "email",
        summary: "an e-mail address, at example.com, example.org or example.net unless `safe` is false",
        params: &[
            Param { name: "safe", expects: "true or false", default: Preset::Bool(true) },
            Param { name: "domain", expects: "the domain after the @", default: Preset::Absent },
        ],
        compile: email,
    },
    of_mail("safe_email", SAFE, |args| Ok(at_one_of(args.scope(), &SAFE_DOMAINS))),
    of_mail("ascii_safe_email", SAFE, |args| Ok(at_one_of(args.scope(), &SAFE_DOMAINS))),
    of_mail("free_email", FREE, |args| Ok(free_email(args.scope()))),
    of_mail("ascii_free_email", FREE, |args| Ok(free_email(args.scope()))),
    of_mail("company_email", FIRM, |args| Ok(company_email(args.scope()))),
    of_mail("ascii_company_email", FIRM, |args| Ok(company_email(args.scope()))),
    of_mail("ascii_email", "an e-mail address at a made-up company or a free provider", |args| {
        Ok(any_email(args.scope()))
    }),
    of_mail("free_email_domain", "the domain of a free e-mail provider", |args| {
        Ok(Compiled::one_of(of(args.scope()).free_domains))
    }),
    of_mail("tld", "a top-level domain", |args| Ok(Compiled::one_of(of(args.scope()).tlds))),
];
