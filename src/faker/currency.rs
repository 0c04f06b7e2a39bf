//! Faker's `currency` module.
//!
//! Owns the list of currencies in use; amounts and prices are other providers' numbers.

use super::pattern::push_one;
use super::{Arguments, Compiled, Noted, Provider};

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[Provider {
    name: "currency_code",
    summary: "the ISO 4217 code of a currency in use, such as USD",
    params: &[],
    compile: currency_code,
}];

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
    Ok(Compiled::text(3, |draw, out| push_one(&CODES, draw.stream, out)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_sorted_and_listed_once() {
        assert!(CODES.is_sorted_by(|before, after| before < after));
    }
}
