//! Faker's `internet` module: addresses that reach nobody.
//!
//! Owns how a user name is made of a person's names; the names are `person`'s.

use super::pattern::push_one;
use super::person::{FIRST, last_names, longest};
use super::{Arguments, Compiled, Noted, Provider, pattern};
use crate::stream::Stream;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[Provider {
    name: "safe_email",
    summary: "an e-mail address at example.com, example.org or example.net",
    params: &[],
    compile: safe_email,
}];

/// The domains that RFC 2606 keeps for examples.
static SAFE_DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

/// `safe_email()`: a user name, `@`, one of the domains kept for examples; lower-case ASCII.
///
/// The user name has one of Faker's four forms, each equally likely: last and first name, first and last
/// name, a first name and two digits, a letter and a last name. Addresses repeat, as Faker's do.
fn safe_email(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let last = last_names();
    let user = (longest(FIRST) + longest(last)).max(longest(FIRST) + 2).max(longest(last) + 1);
    Ok(Compiled::text(user + 1 + longest(&SAFE_DOMAINS), move |draw, out| {
        let stream = &mut *draw.stream;
        match stream.below(4) {
            0 => {
                push_lower(last, stream, out);
                push_lower(FIRST, stream, out);
            }
            1 => {
                push_lower(FIRST, stream, out);
                push_lower(last, stream, out);
            }
            2 => {
                push_lower(FIRST, stream, out);
                pattern::push_digits(2, stream, out);
            }
            _ => {
                pattern::fill("?", pattern::LOWER, stream, out);
                push_lower(last, stream, out);
            }
        }
        out.push('@');
        push_one(&SAFE_DOMAINS, stream, out);
    }))
}

/// Appends one of the texts, its ASCII letters in lower case.
fn push_lower(texts: &[&str], stream: &mut Stream, out: &mut String) {
    let start = out.len();
    push_one(texts, stream, out);
    out[start..].make_ascii_lowercase();
}
