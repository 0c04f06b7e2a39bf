//! Faker's `currency` module.
//!
//! The currencies in use are a data file; amounts and prices are other providers' numbers.

use std::sync::LazyLock;

use super::choices::Choices;
use super::texts::{List, chars, column, rows};
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider, pattern};
use crate::value::SqlType;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "cryptocurrency_code",
        summary: "the ticker symbol of a cryptocurrency, such as BTC",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&CRYPTO_CODES)),
    },
    Provider {
        name: "cryptocurrency_name",
        summary: "the name of a cryptocurrency, such as Bitcoin",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&CRYPTO_NAMES)),
    },
    Provider {
        name: "currency_name",
        summary: "the English name of a currency in use",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&NAMES)),
    },
    Provider {
        name: "pricetag",
        summary: "a price in dollars, such as $1,234.56",
        params: &[],
        compile: pricetag,
    },
    Provider {
        name: "currency_symbol",
        summary: "the sign of a currency in use, such as $",
        params: &[Param {
            name: "code",
            expects: "the ISO 4217 code of a currency",
            default: Preset::Absent,
        }],
        compile: currency_symbol,
    },
    Provider {
        name: "currency_code",
        summary: "the ISO 4217 code of a currency in use, such as USD",
        params: &[],
        compile: currency_code,
    },
];

/// ISO 4217 alphabetic codes in use in 2026: national currencies, the CFA and CFP francs, the East
/// Caribbean dollar and the IMF's XDR; no funds, metals or test codes.
///
/// Faker 22.2.0's list also has what ISO 4217 never had (GGP, IMP, JEP, NIS, SPL, TVD) or has withdrawn
/// (ANG, BGN, BYR, CUC, HRK, LTL, MRO, SLL, STD, VEF, ZWD), and lacks their successors.
static CURRENCIES: LazyLock<Vec<[&str; 3]>> = LazyLock::new(|| rows(include_str!("data/currencies.txt")));

/// A column of [`CURRENCIES`].
static CODES: List = LazyLock::new(|| column(&CURRENCIES, 0));
/// English names.
static NAMES: List = LazyLock::new(|| column(&CURRENCIES, 1));
/// Signs or usual abbreviations.
static SYMBOLS: List = LazyLock::new(|| column(&CURRENCIES, 2));

/// Ticker symbols of cryptocurrencies, and their names.
static CRYPTO: LazyLock<Vec<[&str; 2]>> = LazyLock::new(|| rows(include_str!("data/cryptocurrencies.txt")));
static CRYPTO_CODES: List = LazyLock::new(|| column(&CRYPTO, 0));
static CRYPTO_NAMES: List = LazyLock::new(|| column(&CRYPTO, 1));

/// `currency_code()`: each code equally likely.
fn currency_code(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let codes = Choices::of(&CODES);
    Ok(Compiled::text(3, move |draw, out| codes.push_one(draw.stream, out)))
}

/// `currency_symbol(code=None)`: of any currency, each equally likely, or of one.
fn currency_symbol(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    if !args.is_given("code") {
        return Ok(Compiled::one_of(&SYMBOLS));
    }
    let code = args.text("code")?;
    match CODES.binary_search(&code.as_str()) {
        Ok(at) => Ok(Compiled::one_of(&SYMBOLS[at..=at])),
        Err(_) => {
            let help = "expected the ISO 4217 code of a currency in use, such as \"USD\"";
            Err(args.problem("code", format!("`code` cannot be `{code}`"), help))
        }
    }
}

/// `pricetag()`: dollars and cents, as likely with one digit before the point as with five. Not zero
/// dollars, but where there is one digit.
fn pricetag(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const FORMS: [&str; 5] = ["#.##", "%#.##", "%##.##", "%,###.##", "%#,###.##"];
    Ok(Compiled::text(chars("$12,345.67"), |draw, out| {
        // The sign would be a placeholder of the pattern.
        out.push('$');
        pattern::fill_one(&FORMS, &[], draw.stream, out);
    })
    .reading_as(&[SqlType::Money]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_sorted_and_listed_once() {
        assert!(CODES.is_sorted_by(|before, after| before < after));
    }
}
