//! Faker's `ssn` module, for the taxpayer identification numbers of the United States.
//!
//! Owns which numbers the Social Security Administration and the IRS give out, and which they do not.

use super::pattern::{push_digits, push_short};
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider};
use crate::stream::Stream;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "ein",
        summary: "an employer's identification number",
        params: &[],
        compile: |_| Ok(numbers(Kind::Employers)),
    },
    Provider {
        name: "invalid_ssn",
        summary: "a social security number that was never issued",
        params: &[],
        compile: |_| Ok(numbers(Kind::Invalid)),
    },
    Provider {
        name: "itin",
        summary: "an individual taxpayer's identification number",
        params: &[],
        compile: |_| Ok(numbers(Kind::Individuals)),
    },
    Provider {
        name: "ssn",
        summary: "a taxpayer identification number of the United States",
        params: &[Param {
            name: "taxpayer_identification_number_type",
            expects: "\"SSN\", \"EIN\", \"ITIN\" or \"INVALID_SSN\"",
            default: Preset::Text("SSN"),
        }],
        compile: ssn,
    },
];

/// A kind of numbers.
#[derive(Clone, Copy)]
enum Kind {
    Persons,
    Employers,
    Individuals,
    Invalid,
}

/// `ssn(taxpayer_identification_number_type="SSN")`.
fn ssn(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let kinds = [
        ("SSN", Kind::Persons),
        ("EIN", Kind::Employers),
        ("ITIN", Kind::Individuals),
        ("INVALID_SSN", Kind::Invalid),
    ];
    args.one_of("taxpayer_identification_number_type", &kinds).map(numbers)
}

/// Numbers of one kind. Where different draws always make different numbers, `distinct` is the product of the
/// draws' bounds.
fn numbers(kind: Kind) -> Compiled {
    match kind {
        Kind::Persons => texts(11, social_security).with_distinct(898 * 99 * 9_999),
        Kind::Employers => texts(10, employer).with_distinct(83 * 10_000_000),
        Kind::Individuals => texts(11, individual).with_distinct(100 * 28 * 10_000),
        Kind::Invalid => texts(11, invalid),
    }
}

fn texts(chars: u32, push: impl Fn(&mut Stream, &mut String) + Send + Sync + 'static) -> Compiled {
    Compiled::text(chars, move |draw, out| push(draw.stream, out))
}

/// `AAA-GG-SSSS`.
fn push(area: u64, group: u64, serial: u64, out: &mut String) {
    push_short::<3>(area, out);
    out.push('-');
    push_short::<2>(group, out);
    out.push('-');
    push_short::<4>(serial, out);
}

/// A valid number: area 001 to 899 but for 666, group 01 to 99, serial 0001 to 9999, each equally
/// likely. (Faker 22.2.0 draws the area 667 twice as often, in place of 666.)
fn social_security(stream: &mut Stream, out: &mut String) {
    let area = 1 + stream.below(898);
    push(area + u64::from(area >= 666), 1 + stream.below(99), 1 + stream.below(9_999), out);
}

/// An employer's number: one of the prefixes that the IRS has assigned, seven digits.
fn employer(stream: &mut Stream, out: &mut String) {
    /// First and last of each run of prefixes (IRS, "valid EINs").
    const PREFIXES: [(u64, u64); 9] =
        [(1, 6), (10, 16), (20, 27), (30, 48), (50, 68), (71, 77), (80, 88), (90, 95), (98, 99)];
    let mut index = stream.below(PREFIXES.iter().map(|(first, last)| last - first + 1).sum());
    let mut prefix = 0;
    for (first, last) in PREFIXES {
        prefix = first + index;
        if prefix <= last {
            break;
        }
        index = prefix - last - 1;
    }
    push_short::<2>(prefix, out);
    out.push('-');
    push_digits(7, stream, out);
}

/// An individual taxpayer's number: area 900 to 999, group 70 to 99 but for 89 and 93 (IRS).
fn individual(stream: &mut Stream, out: &mut String) {
    let group = 70 + stream.below(28);
    let group = group + u64::from(group >= 89);
    let group = group + u64::from(group >= 93);
    push(900 + stream.below(100), group, stream.below(10_000), out);
}

/// A number that was never given out, neither as SSN nor as ITIN: an area of 000, 666 or 9xx, or else
/// group 00 or serial 0000, half each.
fn invalid(stream: &mut Stream, out: &mut String) {
    match stream.below(1_000) {
        area @ (0 | 666) => push(area, stream.below(100), stream.below(10_000), out),
        area @ 900.. => {
            // The groups that no ITIN has: 00 to 69, 89 and 93.
            let group = match stream.below(72) {
                70 => 89,
                71 => 93,
                group => group,
            };
            push(area, group, stream.below(10_000), out);
        }
        area if stream.chance(1, 2) => push(area, 0, stream.below(10_000), out),
        area => push(area, stream.below(100), 0, out),
    }
}
