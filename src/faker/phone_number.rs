//! Faker's `phone_number` module, for numbers of North America.
//!
//! Owns the ways in which such a number is written.

use std::sync::LazyLock;

use super::texts::{List, list};
use super::{Arguments, Compiled, InvalidArgument, Provider};

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "basic_phone_number",
        summary: "a phone number of North America without extension",
        params: &[],
        compile: |args| {
            let formats = &["$##$######", "$##-$##-####", "($##)$##-####"];
            Ok(Compiled::patterned_in(args.scope(), formats))
        },
    },
    Provider {
        name: "country_calling_code",
        summary: "the calling code of a country, such as +49",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&CALLING_CODES)),
    },
    Provider {
        name: "msisdn",
        summary: "thirteen digits, as of a mobile subscriber's number",
        params: &[],
        compile: msisdn,
    },
    Provider {
        name: "phone_number",
        summary: "a phone number of North America, in one of 25 notations",
        params: &[],
        compile: |args| Ok(Compiled::patterned_in(args.scope(), &FORMATS)),
    },
];

/// The notations of Faker 22.2.0 (`phone_number.en_US`); those that stand twice are drawn twice as often.
/// Area and exchange codes begin with 2 to 9, as the North American Numbering Plan has them.
static FORMATS: [&str; 25] = [
    "$##$######",
    "$##$######",
    "$##-$##-####",
    "$##-$##-####",
    "($##)$##-####",
    "($##)$##-####",
    "$##.$##.####",
    "$##.$##.####",
    "$##-$##-####x###",
    "$##-$##-####x####",
    "$##-$##-####x#####",
    "($##)$##-####x###",
    "($##)$##-####x####",
    "($##)$##-####x#####",
    "$##.$##.####x###",
    "$##.$##.####x####",
    "$##.$##.####x#####",
    "+1-$##-$##-####",
    "001-$##-$##-####",
    "+1-$##-$##-####x###",
    "+1-$##-$##-####x####",
    "+1-$##-$##-####x#####",
    "001-$##-$##-####x###",
    "001-$##-$##-####x####",
    "001-$##-$##-####x#####",
];

/// Country codes of ITU-T E.164 that countries have, and the area codes of the countries and territories
/// that share +1 with others, in Faker's notation.
static CALLING_CODES: List = LazyLock::new(|| list(include_str!("data/calling_codes.txt")));

/// `msisdn()`: thirteen digits, each equally likely.
fn msisdn(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::patterned_in(args.scope(), &["#############"]).with_integers(Some(0..=9_999_999_999_999)))
}
