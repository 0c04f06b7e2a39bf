//! Faker's `isbn` and `sbn` modules: book numbers of the English-speaking countries.
//!
//! Owns the parts of such a number and its check digits; it knows no book.

use super::choices::place;
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider, pattern};

const SEPARATOR: &[Param] =
    &[Param { name: "separator", expects: "a string such as \"-\"", default: Preset::Text("-") }];

/// The families' providers.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "isbn10",
        summary: "a book number of ten characters, as issued until 2006",
        params: SEPARATOR,
        compile: |args| compile(args, Kind::Isbn10),
    },
    Provider {
        name: "isbn13",
        summary: "a book number of thirteen digits",
        params: SEPARATOR,
        compile: |args| compile(args, Kind::Isbn13),
    },
    Provider {
        name: "sbn9",
        summary: "a book number of nine characters, as issued until 1974",
        params: SEPARATOR,
        compile: |args| compile(args, Kind::Sbn9),
    },
];

/// Which book number.
#[derive(Clone, Copy)]
enum Kind {
    Sbn9,
    Isbn10,
    Isbn13,
}

/// The last of a run of the first seven digits after the group, and how many of them the registrant has.
type Ranges = &'static [(u64, usize)];
/// The registration groups 0 and 1 of the International ISBN Agency's range message, as Faker 22.2.0 has
/// them.
const GROUPS: [Ranges; 2] = [
    &[
        (1_999_999, 2),
        (2_279_999, 3),
        (2_289_999, 4),
        (6_479_999, 3),
        (6_489_999, 7),
        (6_999_999, 3),
        (8_499_999, 4),
        (8_999_999, 5),
        (9_499_999, 6),
        (9_999_999, 7),
    ],
    &[
        (999_999, 2),
        (3_999_999, 3),
        (5_499_999, 4),
        (7_319_999, 5),
        (7_399_999, 7),
        (8_697_999, 5),
        (9_729_999, 6),
        (9_877_999, 4),
        (9_989_999, 6),
        (9_999_999, 7),
    ],
];

/// `isbn10(separator="-")`, `isbn13(separator="-")`, `sbn9(separator="-")`: any group, registrant and
/// title, each number equally likely, with the right check digit.
///
/// An SBN is the ISBN of group 0 without its group, so the registrants are those of group 0.
fn compile(args: &mut Arguments<'_>, kind: Kind) -> Result<Compiled, InvalidArgument> {
    let separator = args.text("separator")?;
    let (places, separators) = match kind {
        Kind::Sbn9 => (9, 2),
        Kind::Isbn10 => (10, 3),
        Kind::Isbn13 => (13, 4),
    };
    let plain = separator.is_empty();
    let separator_chars = u32::try_from(separator.chars().count()).unwrap_or(u32::MAX);
    let max_chars = separator_chars.saturating_mul(separators).saturating_add(places);
    let texts = Compiled::text(max_chars, move |draw, out| {
        let group = if matches!(kind, Kind::Sbn9) { 0 } else { place(GROUPS.len(), draw.stream) };
        let body = draw.stream.below(100_000_000);
        let ranges = GROUPS[group];
        // The last range ends with the greatest number there is.
        let registrant = ranges.iter().find(|(last, _)| body / 10 <= *last).map_or(7, |(_, digits)| *digits);
        let title = 8 - registrant;
        if matches!(kind, Kind::Isbn13) {
            out.push_str("978");
            out.push_str(&separator);
        }
        if !matches!(kind, Kind::Sbn9) {
            pattern::push_number(group as u64, 1, out);
            out.push_str(&separator);
        }
        let titles = pattern::POWERS[title];
        pattern::push_number(body / titles, registrant, out);
        out.push_str(&separator);
        pattern::push_number(body % titles, title, out);
        out.push_str(&separator);
        let number = group as u64 * 100_000_000 + body;
        match kind {
            Kind::Sbn9 | Kind::Isbn10 => match check_of_ten(number) {
                10 => out.push('X'),
                check => pattern::push_number(check, 1, out),
            },
            Kind::Isbn13 => pattern::push_number(check_of_thirteen(978_000_000_000 + number), 1, out),
        }
    });
    // A number of nine or ten places may end in X.
    let digits_only = plain && matches!(kind, Kind::Isbn13);
    Ok(texts.with_integers(digits_only.then_some(9_780_000_000_000..=9_781_999_999_999)))
}

/// The check digit of the nine digits of an ISBN-10: ISO 2108, annex of the first edition, weights 2, 3,
/// … from the right, modulus 11, 10 is written as X. A leading zero adds nothing, so an SBN has the same one.
fn check_of_ten(mut digits: u64) -> u64 {
    let mut sum = 0;
    let mut weight = 2;
    while digits > 0 {
        sum += digits % 10 * weight;
        digits /= 10;
        weight += 1;
    }
    (11 - sum % 11) % 11
}

/// The check digit that follows the digits of an ISBN-13, an EAN or a UPC (GS1 General Specifications,
/// section 7.9): weights 3, 1, 3, … from the right, modulus 10.
pub(super) fn check_of_thirteen(mut digits: u64) -> u64 {
    let mut sum = 0;
    let mut weight = 3;
    while digits > 0 {
        sum += digits % 10 * weight;
        digits /= 10;
        weight = 4 - weight;
    }
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digits_of_known_numbers() {
        // The example of ISO 2108's users' manual, and an SBN of its time.
        assert_eq!(check_of_ten(30_640_615), 2);
        assert_eq!(check_of_ten(80_442_957), 10);
        assert_eq!(check_of_thirteen(978_030_640_615), 7);
        assert_eq!(check_of_thirteen(3_600_029_145), 2);
    }
}
