//! Faker's `barcode` module: the numbers under the bars of EAN and UPC.
//!
//! Owns lengths, prefixes and the zero suppression of UPC-E; the check digit is the ISBN's.

use std::collections::BTreeSet;

use super::isbn::check_of_thirteen;
use super::texts::bound;
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider, Scope, pattern};
use crate::stream::Stream;
use crate::value::Literal;

const LENGTH: Param = Param { name: "length", expects: "8 or 13", default: Preset::Int(13) };
const PREFIXES: Param =
    Param { name: "prefixes", expects: "an array of strings of digits", default: Preset::Texts(&[]) };
const BASE: Param = Param { name: "base", expects: "a string of six digits", default: Preset::Absent };
const NUMBER_SYSTEM: Param =
    Param { name: "number_system_digit", expects: "0 or 1", default: Preset::Absent };

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "ean",
        summary: "an EAN-13 or EAN-8 with a valid check digit",
        params: &[LENGTH, PREFIXES],
        compile: |args| {
            let length = length(args);
            let prefixes = prefixes(args, *length.as_ref().unwrap_or(&13))?;
            Ok(ean(length?, prefixes))
        },
    },
    Provider {
        name: "ean8",
        summary: "an EAN-8 with a valid check digit",
        params: &[PREFIXES],
        compile: |args| Ok(ean(8, prefixes(args, 8)?)),
    },
    Provider {
        name: "ean13",
        summary: "an EAN-13 with a valid check digit",
        params: &[
            PREFIXES,
            Param { name: "leading_zero", expects: "true or false", default: Preset::Absent },
        ],
        compile: ean13,
    },
    Provider {
        name: "localized_ean",
        summary: "an EAN-13 or EAN-8 with a prefix of the locale's country",
        params: &[LENGTH],
        compile: |args| Ok(ean(length(args)?, local(args.scope()))),
    },
    Provider {
        name: "localized_ean8",
        summary: "an EAN-8 with a prefix of the locale's country",
        params: &[],
        compile: |args| Ok(ean(8, local(args.scope()))),
    },
    Provider {
        name: "localized_ean13",
        summary: "an EAN-13 with a prefix of the locale's country",
        params: &[],
        compile: |args| Ok(ean(13, local(args.scope()))),
    },
    Provider {
        name: "upc_a",
        summary: "a UPC-A of twelve digits with a valid check digit",
        params: &[
            Param { name: "upc_ae_mode", expects: "true or false", default: Preset::Bool(false) },
            BASE,
            NUMBER_SYSTEM,
        ],
        compile: upc_a,
    },
    Provider {
        name: "upc_e",
        summary: "a UPC-E of eight digits with a valid check digit",
        params: &[
            BASE,
            NUMBER_SYSTEM,
            Param { name: "safe_mode", expects: "true or false", default: Preset::Bool(true) },
        ],
        compile: upc_e,
    },
];

fn length(args: &mut Arguments<'_>) -> Result<usize, InvalidArgument> {
    match args.int("length")? {
        8 => Ok(8),
        13 => Ok(13),
        other => Err(args.problem("length", format!("`length` cannot be {other}"), "expected 8 or 13")),
    }
}

/// What a number may begin with: strings of digits that leave room for the check digit. (Faker makes
/// a number too long of a prefix that does not.)
fn prefixes(args: &mut Arguments<'_>, length: usize) -> Result<Vec<String>, InvalidArgument> {
    let list = match args.value("prefixes")? {
        Literal::List(list) => list,
        other => return Err(args.wrong_type("prefixes", &other)),
    };
    let mut prefixes = Vec::with_capacity(list.len());
    for item in list {
        match item {
            Literal::Text(prefix)
                if prefix.len() < length && prefix.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                prefixes.push(prefix);
            }
            Literal::Text(prefix) => {
                let help = format!("expected at most {} digits", length - 1);
                return Err(args.problem("prefixes", format!("`prefixes` cannot hold `{prefix}`"), help));
            }
            other => {
                let help = "expected an array of strings of digits, such as [\"45\", \"49\"]";
                let message = format!("`prefixes` cannot hold {}", super::arguments::type_name(&other));
                return Err(args.problem("prefixes", message, help));
            }
        }
    }
    Ok(prefixes)
}

/// The prefixes that GS1 gives to companies of the locale's country.
fn local(scope: Scope<'_>) -> Vec<String> {
    let (prefixes, width) = scope.locale.ean_prefixes();
    prefixes.map(|prefix| format!("{prefix:0width$}")).collect()
}

/// `ean(length=13, prefixes=[])` and its kin: one of the prefixes, random digits, the check digit.
fn ean(length: usize, prefixes: Vec<String>) -> Compiled {
    let drawn = |prefix: usize| pattern::POWERS[length - 1 - prefix];
    let alike = prefixes.iter().all(|prefix| prefix.len() == prefixes[0].len());
    let different = BTreeSet::from_iter(&prefixes).len() == prefixes.len();
    let distinct = match prefixes.first() {
        None => Some(drawn(0)),
        Some(first) => (alike && different).then(|| prefixes.len() as u64 * drawn(first.len())),
    };
    let max_chars = bound(length);
    let numbers = Compiled::text(max_chars, move |draw, out| {
        let start = out.len();
        if !prefixes.is_empty() {
            out.push_str(draw.stream.pick::<String>(&prefixes));
        }
        pattern::push_digits(length - 1 - (out.len() - start), draw.stream, out);
        push_check(start, out);
    });
    Compiled { distinct, ..numbers.with_integers(Some(0..=10i64.pow(max_chars) - 1)) }
}

/// Appends the check digit of the digits from `start` on.
fn push_check(start: usize, out: &mut String) {
    let digits = out.as_bytes()[start..].iter().fold(0, |number, byte| number * 10 + u64::from(byte - b'0'));
    pattern::push_number(check_of_thirteen(digits), 1, out);
}

/// `ean13(prefixes=[], leading_zero=None)`: with prefixes `leading_zero` says nothing, as in Faker.
/// (Faker draws the first digit of `leading_zero=False` with the rest, so it differs from row to row.)
fn ean13(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let prefixes = prefixes(args, 13);
    let zero = if args.is_given("leading_zero") { Some(args.boolean("leading_zero")?) } else { None };
    let prefixes = prefixes?;
    Ok(match zero {
        Some(zero) if prefixes.is_empty() => ean(
            13,
            if zero { vec!["0".to_owned()] } else { (1..10).map(|first| first.to_string()).collect() },
        ),
        _ => ean(13, prefixes),
    })
}

/// What a UPC-E is made of where the config says so: six digits, and a number system of 0 or 1.
#[derive(Clone, Copy)]
struct Base {
    digits: Option<u64>,
    system: Option<u64>,
}

impl Base {
    /// Reads both. (Faker ignores what is neither; here it is a problem.)
    fn read(args: &mut Arguments<'_>) -> Result<Self, InvalidArgument> {
        let digits = if args.is_given("base") {
            let base = args.text("base")?;
            match base.parse() {
                Ok(number) if base.len() == 6 && base.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Some(number)
                }
                _ => {
                    let help = "expected a string of six digits, such as \"123456\"";
                    return Err(args.problem("base", format!("`base` cannot be `{base}`"), help));
                }
            }
        } else {
            None
        };
        let system = if args.is_given("number_system_digit") {
            match args.int("number_system_digit")? {
                system @ (0 | 1) => Some(system.unsigned_abs()),
                other => {
                    let message = format!("`number_system_digit` cannot be {other}");
                    return Err(args.problem("number_system_digit", message, "expected 0 or 1"));
                }
            }
        } else {
            None
        };
        Ok(Self { digits, system })
    }

    /// Number system, six digits, and the first eleven digits of the UPC-A that they stand for.
    fn draw(self, stream: &mut Stream) -> (u64, u64, u64) {
        let digits = self.digits.unwrap_or_else(|| stream.below(1_000_000));
        let system = self.system.unwrap_or_else(|| stream.below(2));
        (system, digits, system * 10_000_000_000 + expanded(digits))
    }
}

/// The ten digits that the six of a UPC-E stand for (GS1 General Specifications, section 5.2.2.4: zero
/// suppression): the last of the six says where the zeros were left out.
fn expanded(six: u64) -> u64 {
    let (five, last) = (six / 10, six % 10);
    match last {
        0..=2 => (five / 1_000 * 10 + last) * 10_000_000 + five % 1_000,
        3 => five / 100 * 10_000_000 + five % 100,
        4 => five / 10 * 1_000_000 + five % 10,
        _ => five * 100_000 + last,
    }
}

/// The six digits that a UPC-E writes for the same ten digits: the first of the four forms that fits, so
/// that there is one only.
fn suppressed(six: u64) -> u64 {
    let ten = expanded(six);
    let (maker, product) = (ten / 100_000, ten % 100_000);
    if maker % 1_000 <= 200 && maker % 100 == 0 && product < 1_000 {
        (maker / 1_000 * 1_000 + product) * 10 + maker / 100 % 10
    } else if maker % 100 == 0 && product < 100 {
        (maker / 100 * 100 + product) * 10 + 3
    } else if maker % 10 == 0 && product < 10 {
        (maker / 10 * 10 + product) * 10 + 4
    } else {
        six
    }
}

/// `upc_a(upc_ae_mode=False, base=None, number_system_digit=None)`: any number, or in `upc_ae_mode` one
/// that has a UPC-E; elsewhere the other two say nothing, as in Faker.
fn upc_a(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (short, base) = (args.boolean("upc_ae_mode"), Base::read(args));
    let (short, base) = (short?, base?);
    let numbers = Compiled::text(12, move |draw, out| {
        let digits = if short { base.draw(draw.stream).2 } else { draw.stream.below(100_000_000_000) };
        pattern::push_number(digits, 11, out);
        pattern::push_number(check_of_thirteen(digits), 1, out);
    });
    Ok(numbers.with_integers(Some(0..=999_999_999_999)))
}

/// `upc_e(base=None, number_system_digit=None, safe_mode=True)`: in `safe_mode` the number to which its
/// UPC-A leads back; otherwise the six digits as they are. (Faker leaves them out where none are given
/// and `safe_mode` is off; here they are drawn.)
fn upc_e(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (base, safe) = (Base::read(args), args.boolean("safe_mode"));
    let (base, safe) = (base?, safe?);
    let numbers = Compiled::text(8, move |draw, out| {
        let (system, six, long) = base.draw(draw.stream);
        pattern::push_number(system, 1, out);
        pattern::push_number(if safe { suppressed(six) } else { six }, 6, out);
        pattern::push_number(check_of_thirteen(long), 1, out);
    });
    Ok(numbers.with_integers(Some(0..=19_999_999)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_stand_for_ten_and_come_back() {
        // Faker's own examples of numbers that share a UPC-A.
        assert_eq!([120_000, 120_003, 120_004].map(suppressed), [120_000; 3]);
        assert_eq!(expanded(123_456), 1_234_500_006);
        assert_eq!(expanded(425_261), 4_210_000_526);
        for six in 0..1_000_000 {
            assert_eq!(expanded(suppressed(six)), expanded(six), "{six}");
            assert_eq!(suppressed(suppressed(six)), suppressed(six), "{six}");
        }
    }
}
