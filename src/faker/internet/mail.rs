//! User names and e-mail addresses.
//!
//! Owns how a user name is made of a person's names; the domains are those of the family's lists and of
//! `names`. All is lower-case ASCII, so Faker's `ascii_…` providers are the same as the others.

use std::sync::LazyLock;

use super::super::choices::Choices;
use super::super::pattern::{self, push_one};
use super::super::person::{self, last_names};
use super::super::texts::{chars, longest};
use super::names::{LAST, domain_max_chars, push_domain};
use super::{Arguments, Compiled, FREE_DOMAINS, InvalidArgument, SAFE_DOMAINS};
use crate::stream::Stream;

/// First names in lower case.
static FIRST: LazyLock<Choices> = LazyLock::new(|| Choices::lower(person::FIRST));

/// Characters of the longest user name.
fn user_max_chars() -> u32 {
    let last = longest(last_names());
    (longest(person::FIRST) + last).max(longest(person::FIRST) + 2).max(last + 1)
}

/// Appends a user name of one of Faker's four forms, each equally likely: last and first name, first and
/// last name, a first name and two digits, a letter and a last name.
fn push_user(stream: &mut Stream, out: &mut String) {
    match stream.below(4) {
        0 => {
            LAST.push_one(stream, out);
            FIRST.push_one(stream, out);
        }
        1 => {
            FIRST.push_one(stream, out);
            LAST.push_one(stream, out);
        }
        2 => {
            FIRST.push_one(stream, out);
            pattern::push_digits(2, stream, out);
        }
        _ => {
            out.push(char::from(*stream.pick(pattern::LOWER)));
            LAST.push_one(stream, out);
        }
    }
}

/// Addresses of a user at the domain that the function appends.
fn at(domain_max_chars: u32, push: impl Fn(&mut Stream, &mut String) + Send + Sync + 'static) -> Compiled {
    Compiled::text(user_max_chars() + 1 + domain_max_chars, move |draw, out| {
        push_user(draw.stream, out);
        out.push('@');
        push(draw.stream, out);
    })
}

/// `user_name()`. User names repeat, as Faker's do.
pub(super) fn user_name(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(user_max_chars(), |draw, out| push_user(draw.stream, out)))
}

/// `safe_email()`: a user name, `@`, one of the domains kept for examples.
pub(super) fn safe_email(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(at(longest(&SAFE_DOMAINS), |stream, out| push_one(&SAFE_DOMAINS, stream, out)))
}

/// `free_email()`.
pub(super) fn free_email(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(at(longest(&FREE_DOMAINS), |stream, out| push_one(&FREE_DOMAINS, stream, out)))
}

/// `company_email()`.
pub(super) fn company_email(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(at(domain_max_chars(1), |stream, out| push_domain(1, stream, out)))
}

/// `ascii_email()`: half at a made-up company, half at a free provider.
pub(super) fn any_email(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let domain = domain_max_chars(1).max(longest(&FREE_DOMAINS));
    Ok(at(domain, |stream, out| {
        if stream.chance(1, 2) {
            push_domain(1, stream, out);
        } else {
            push_one(&FREE_DOMAINS, stream, out);
        }
    }))
}

/// `email(safe=True, domain=None)`: a domain wins over `safe`; an empty one counts as none. As in Faker
/// the whole address is lower case, and what kind of text a domain is is not looked at.
pub(super) fn email(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let safe = args.boolean("safe");
    let domain = if args.is_given("domain") { args.text("domain") } else { Ok(String::new()) };
    let (safe, domain) = (safe?, domain?.to_lowercase());
    if !domain.is_empty() {
        return Ok(at(chars(&domain), move |_, out| out.push_str(&domain)));
    }
    if safe { safe_email(args) } else { any_email(args) }
}
