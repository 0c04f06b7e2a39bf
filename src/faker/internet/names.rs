//! Names of domains and machines, and the handles of registries.
//!
//! Owns how a made-up company becomes a domain.

use std::sync::LazyLock;

use super::super::choices::Choices;
use super::super::pattern::{self, push_digits, push_one};
use super::super::person::last_names;
use super::super::texts::{bound, chars, longest};
use super::{Arguments, Compiled, InvalidArgument, TLDS};
use crate::stream::Stream;

/// Last names in lower case.
pub(super) static LAST: LazyLock<Choices> = LazyLock::new(|| Choices::lower(last_names()));

/// What a machine's name begins with.
static MACHINES: [&str; 7] = ["db", "srv", "desktop", "laptop", "lt", "email", "web"];
/// Labels of a domain that the 255 octets of RFC 1035 have room for.
const LEVELS_MAX: i64 = 127;
/// The longest label there, in octets.
const LABEL_MAX: i64 = 63;

/// Characters of the longest domain word: two last names and a hyphen.
fn word_max_chars() -> u32 {
    2 * longest(last_names()) + 1
}

/// Appends the first word of a company's name in lower case: of Faker's three kinds of names two begin
/// with a last name and one with two of them.
fn push_word(stream: &mut Stream, out: &mut String) {
    let double = stream.chance(1, 3);
    LAST.push_one(stream, out);
    if double {
        out.push('-');
        LAST.push_one(stream, out);
    }
}

/// Characters of the longest domain with that many words.
pub(super) fn domain_max_chars(levels: i64) -> u32 {
    bound(levels) * (word_max_chars() + 1) + longest(&TLDS)
}

/// Appends a domain with that many words before its last part.
pub(super) fn push_domain(levels: i64, stream: &mut Stream, out: &mut String) {
    for _ in 0..levels {
        push_word(stream, out);
        out.push('.');
    }
    push_one(&TLDS, stream, out);
}

/// `domain_word()`.
pub(super) fn domain_word(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(word_max_chars(), |draw, out| push_word(draw.stream, out)))
}

/// `domain_name(levels=1)`.
pub(super) fn domain_name(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let levels = args.int_between("levels", 1, LEVELS_MAX)?;
    Ok(Compiled::text(domain_max_chars(levels), move |draw, out| push_domain(levels, draw.stream, out)))
}

/// `hostname(levels=1)`: with 0 the machine's own name alone.
pub(super) fn hostname(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let levels = args.int_between("levels", 0, LEVELS_MAX)?;
    let domain = if levels > 0 { 1 + domain_max_chars(levels) } else { 0 };
    Ok(Compiled::text(longest(&MACHINES) + 3 + domain, move |draw, out| {
        push_one(&MACHINES, draw.stream, out);
        out.push('-');
        push_digits(2, draw.stream, out);
        if levels > 0 {
            out.push('.');
            push_domain(levels, draw.stream, out);
        }
    }))
}

/// A number that is drawn unless it is given.
fn drawn_unless_given(
    args: &mut Arguments<'_>,
    name: &'static str,
    least: i64,
    most: i64,
    drawn: (i64, i64),
) -> Result<(i64, i64), InvalidArgument> {
    if !args.is_given(name) {
        return Ok(drawn);
    }
    args.int_between(name, least, most).map(|given| (given, given))
}

/// `dga(year=None, month=None, day=None, tld=None, length=None)`: the letters follow from the date by the
/// steps that Faker 22.2.0 has (<https://en.wikipedia.org/wiki/Domain_generation_algorithm>).
pub(super) fn dga(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let year = drawn_unless_given(args, "year", 1, 9_999, (1, 9_999));
    let month = drawn_unless_given(args, "month", 1, 12, (1, 12));
    let day = drawn_unless_given(args, "day", 1, 31, (1, 30));
    let tld = if args.is_given("tld") { args.text("tld").map(Some) } else { Ok(None) };
    let length = drawn_unless_given(args, "length", 1, LABEL_MAX, (2, LABEL_MAX));
    let (year, month, day, tld, length) = (year?, month?, day?, tld?, length?);
    let tld_max_chars = tld.as_ref().map_or(longest(&TLDS), |tld| chars(tld));
    Ok(Compiled::text(bound(length.1) + 1 + tld_max_chars, move |draw, out| {
        let mut number = |(low, high)| draw.stream.between(low, high).unsigned_abs();
        let (mut year, mut month, mut day) = (number(year), number(month), number(day));
        for _ in 0..number(length) {
            // No step leaves 64 bits: each keeps 32 bits of its number before it shifts them up.
            year = ((year ^ (8 * year)) >> 11) ^ ((year & 0xFFFF_FFF0) << 17);
            month = ((month ^ (4 * month)) >> 25) ^ (16 * (month & 0xFFFF_FFF8));
            day = ((day ^ (day << 13)) >> 19) ^ ((day & 0xFFFF_FFFE) << 12);
            out.push(char::from(b'a' + ((year ^ month ^ day) % 25) as u8));
        }
        out.push('.');
        match &tld {
            Some(tld) => out.push_str(tld),
            None => push_one(&TLDS, draw.stream, out),
        }
    }))
}

/// `iana_id()`.
pub(super) fn iana_id(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const LARGEST: i64 = 8_888_888;
    let texts = Compiled::text(7, |draw, out| {
        let number = draw.stream.between(1, LARGEST);
        pattern::push_number(number.unsigned_abs(), 1 + number.ilog10() as usize, out);
    });
    Ok(texts.with_integers(Some(1..=LARGEST)))
}

/// Appends two to four capitals and one to five digits from 1.
fn push_handle(stream: &mut Stream, out: &mut String) {
    pattern::fill_one(&["??", "???", "????"], pattern::UPPER, stream, out);
    pattern::fill_one(&["%", "%%", "%%%", "%%%%", "%%%%%"], pattern::UPPER, stream, out);
}

/// `ripe_id()`.
pub(super) fn ripe_id(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(chars("ORG-ABCD12345-RIPE"), |draw, out| {
        out.push_str("ORG-");
        push_handle(draw.stream, out);
        out.push_str("-RIPE");
    }))
}

/// `nic_handle(suffix="FAKE")`: as in Faker a `?` in the suffix stands for a capital, a `#` for a digit
/// and so on, and all is upper case.
pub(super) fn nic_handle(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let suffix = args.text("suffix")?.to_uppercase();
    let suffix_chars = chars(&suffix);
    if suffix_chars < 2 {
        return Err(args.problem("suffix", "`suffix` is too short", "expected two characters or more"));
    }
    Ok(Compiled::text(chars("ABCD12345-") + suffix_chars, move |draw, out| {
        push_handle(draw.stream, out);
        out.push('-');
        pattern::fill(&suffix, pattern::UPPER, draw.stream, out);
    }))
}
