//! Faker's `phone_number` module, for numbers of North America.
//!
//! Owns the ways in which such a number is written.

use super::{Arguments, Compiled, Noted, Provider, pattern};

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[Provider {
    name: "phone_number",
    summary: "a phone number of North America, in one of 25 notations",
    params: &[],
    compile: phone_number,
}];

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

/// `phone_number()`: each notation equally likely.
fn phone_number(_: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let longest = FORMATS.iter().map(|format| format.len()).max().unwrap_or(0);
    Ok(Compiled::text(longest as u32, |draw, out| {
        pattern::fill_one(&FORMATS, &[], draw.stream, out);
    }))
}
