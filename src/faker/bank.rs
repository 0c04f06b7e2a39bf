//! Faker's `bank` module: account and bank numbers.
//!
//! Owns the check digit of the American routing number and the forms of British numbers. As in Faker, whose locale en_US
//! has no banks of its own but for the routing number, the accounts are British.

use super::locale::{accounts, banks};
use super::{Arguments, Compiled, InvalidArgument, Locale, Param, Preset, Provider, Scope, pattern};
use crate::stream::Stream;

const DATASET: Param = Param { name: "use_dataset", expects: "true or false", default: Preset::Bool(false) };
const PRIMARY: Param = Param { name: "primary", expects: "true or false", default: Preset::Bool(false) };

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "aba",
        summary: "a routing number of the American Bankers Association with a valid check digit",
        params: &[],
        compile: aba,
    },
    Provider {
        name: "bank_country",
        summary: "the country of the accounts: always GB",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&["GB"])),
    },
    Provider {
        name: "bban",
        summary: "a British account number: four letters, fourteen digits",
        params: &[],
        compile: |_| Ok(Compiled::patterned(&["????##############"])),
    },
    Provider {
        name: "iban",
        summary: "a British account number with valid check digits",
        params: &[],
        compile: |_| Ok(accounts::iban(&banks::GB)),
    },
    Provider {
        name: "swift",
        summary: "the SWIFT code of a bank of the locale's country, of Great Britain for en_US",
        params: &[Param { name: "length", expects: "8 or 11", default: Preset::Absent }, PRIMARY, DATASET],
        compile: |args| {
            let length = if args.is_given("length") {
                match args.int("length")? {
                    8 => Some(8),
                    11 => Some(11),
                    other => {
                        let message = format!("`length` cannot be {other}");
                        return Err(args.problem("length", message, "expected 8 or 11"));
                    }
                }
            } else {
                None
            };
            let primary = args.boolean("primary");
            args.boolean("use_dataset")?;
            Ok(swift(args.scope(), length, primary?))
        },
    },
    Provider {
        name: "swift11",
        summary: "the SWIFT code of a branch of a bank",
        params: &[PRIMARY, DATASET],
        compile: |args| {
            let primary = args.boolean("primary");
            args.boolean("use_dataset")?;
            Ok(swift(args.scope(), Some(11), primary?))
        },
    },
    Provider {
        name: "swift8",
        summary: "the SWIFT code of a bank's head office",
        params: &[DATASET],
        compile: |args| {
            args.boolean("use_dataset")?;
            Ok(swift(args.scope(), Some(8), false))
        },
    },
];

/// `aba()`: a Federal Reserve district (01 to 12), six digits, the check digit: the digits times 3, 7, 1,
/// 3, 7, 1, 3, 7, 1 add up to a multiple of ten (ANSI X9.100-160).
fn aba(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let numbers = Compiled::text(9, |draw, out| {
        let body = (1 + draw.stream.below(12)) * 1_000_000 + draw.stream.below(1_000_000);
        let number = body * 10;
        let mut sum = 0;
        let mut left = body;
        // From the right: the eighth digit counts 7, the seventh 3, the sixth 1.
        for weight in [7, 3, 1, 7, 3, 1, 7, 3] {
            sum += left % 10 * weight;
            left /= 10;
        }
        pattern::push_number(number + (10 - sum % 10) % 10, 9, out);
    });
    Ok(numbers.with_integers(Some(10_000_000..=129_999_999)))
}

/// `swift(length=None, primary=False, use_dataset=False)`: four letters of the bank, the country, two
/// places of the location; half of the numbers without a length, and those of length 11, have three of the
/// branch, XXX for the head office (ISO 9362).
///
/// Faker's en_US has no data set of banks, so `use_dataset` changes nothing, as there.
fn swift(scope: Scope<'_>, length: Option<u32>, primary: bool) -> Compiled {
    let country = if scope.locale == Locale::EnUs { "GB" } else { scope.locale.country() };
    Compiled::text(length.unwrap_or(11), move |draw, out| {
        let stream = &mut *draw.stream;
        let long = length.map_or_else(|| stream.chance(1, 2), |length| length == 11);
        pattern::fill("????", pattern::UPPER, stream, out);
        out.push_str(country);
        push_places(2, stream, out);
        if long && primary {
            out.push_str("XXX");
        } else if long {
            push_places(3, stream, out);
        }
    })
}

/// Appends `count` letters or digits.
fn push_places(count: usize, stream: &mut Stream, out: &mut String) {
    const PLACES: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for _ in 0..count {
        out.push(char::from(*stream.pick(PLACES)));
    }
}
