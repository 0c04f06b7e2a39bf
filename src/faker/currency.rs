//! Faker's `currency` module.
//!
//! Owns the list of currencies in use; amounts and prices are other providers' numbers.

mod lists;

use self::lists::{CRYPTO_CODES, CRYPTO_NAMES, NAMES, SYMBOLS};
use super::choices::Choices;
use super::{Arguments, Compiled, Noted, Param, Preset, Provider, pattern};
use crate::value::SqlType;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "cryptocurrency_code",
        summary: "the ticker symbol of a cryptocurrency, such as BTC",
        params: &[],
        compile: |_| Ok(Compiled::one_of(CRYPTO_CODES)),
    },
    Provider {
        name: "cryptocurrency_name",
        summary: "the name of a cryptocurrency, such as Bitcoin",
        params: &[],
        compile: |_| Ok(Compiled::one_of(CRYPTO_NAMES)),
    },
    Provider {
        name: "currency_name",
        summary: "the English name of a currency in use",
        params: &[],
        compile: |_| Ok(Compiled::one_of(NAMES)),
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
#[rustfmt::skip]
static CODES: [&str; 155] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD",
    "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF",
    "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN",
    "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD",
    "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES",
    "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL",
    "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN",
    "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP",
    "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK",
    "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT",
    "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND",
    "VUV", "WST", "XAF", "XCD", "XCG", "XDR", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// `currency_code()`: each code equally likely.
fn currency_code(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let codes = Choices::of(&CODES);
    Ok(Compiled::text(3, move |draw, out| codes.push_one(draw.stream, out)))
}

/// `currency_symbol(code=None)`: of any currency, each equally likely, or of one.
fn currency_symbol(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    if !args.is_given("code") {
        return Ok(Compiled::one_of(SYMBOLS));
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
fn pricetag(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    const FORMS: [&str; 5] = ["#.##", "%#.##", "%##.##", "%,###.##", "%#,###.##"];
    Ok(Compiled::text("$12,345.67".len() as u32, |draw, out| {
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
        assert_eq!((NAMES.len(), SYMBOLS.len()), (CODES.len(), CODES.len()));
    }
}
