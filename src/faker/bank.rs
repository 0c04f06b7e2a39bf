//! Faker's `bank` module: account and bank numbers.
//!
//! Owns the check digits of the IBAN and of the American routing number. As in Faker, whose locale en_US
//! has no banks of its own but for the routing number, the accounts are British.

use super::{Arguments, Compiled, Noted, Param, Preset, Provider, pattern};
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
        compile: iban,
    },
    Provider {
        name: "swift",
        summary: "the SWIFT code of a British bank",
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
            Ok(swift(length, primary?))
        },
    },
    Provider {
        name: "swift11",
        summary: "the SWIFT code of a branch of a British bank",
        params: &[PRIMARY, DATASET],
        compile: |args| {
            let primary = args.boolean("primary");
            args.boolean("use_dataset")?;
            Ok(swift(Some(11), primary?))
        },
    },
    Provider {
        name: "swift8",
        summary: "the SWIFT code of a British bank's head office",
        params: &[DATASET],
        compile: |args| {
            args.boolean("use_dataset")?;
            Ok(swift(Some(8), false))
        },
    },
];

/// `aba()`: a Federal Reserve district (01 to 12), six digits, the check digit: the digits times 3, 7, 1,
/// 3, 7, 1, 3, 7, 1 add up to a multiple of ten (ANSI X9.100-160).
fn aba(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
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

/// `iban()`: two check digits before a `bban`.
fn iban(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    Ok(Compiled::text(22, |draw, out| {
        out.push_str("GB");
        let at = out.len();
        pattern::fill("????##############", pattern::UPPER, draw.stream, out);
        let remainder = mod_97(out.as_bytes()[at..].iter().chain(b"GB00"));
        let check = 98 - remainder;
        let digits = [char::from(b'0' + (check / 10) as u8), char::from(b'0' + (check % 10) as u8)];
        for digit in digits.into_iter().rev() {
            out.insert(at, digit);
        }
    }))
}

/// The number of an IBAN modulo 97, letters written as 10 to 35 (ISO 13616-1, ISO/IEC 7064).
fn mod_97<'a>(places: impl Iterator<Item = &'a u8>) -> u64 {
    places.fold(0, |number, place| match place {
        b'0'..=b'9' => (number * 10 + u64::from(place - b'0')) % 97,
        _ => (number * 100 + u64::from(place - b'A') + 10) % 97,
    })
}

/// `swift(length=None, primary=False, use_dataset=False)`: four letters of the bank, the country, two
/// places of the location; half of the numbers without a length, and those of length 11, have three of the
/// branch, XXX for the head office (ISO 9362).
///
/// Faker's en_US has no data set of banks, so `use_dataset` changes nothing, as there.
fn swift(length: Option<usize>, primary: bool) -> Compiled {
    Compiled::text(length.unwrap_or(11) as u32, move |draw, out| {
        let stream = &mut *draw.stream;
        let long = length.map_or_else(|| stream.chance(1, 2), |length| length == 11);
        pattern::fill("????GB", pattern::UPPER, stream, out);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remainder_of_a_known_account_is_one() {
        // The example of the IBAN registry for the United Kingdom, country and check digits last.
        assert_eq!(mod_97(b"NWBK60161331926819GB29".iter()), 1);
    }
}
