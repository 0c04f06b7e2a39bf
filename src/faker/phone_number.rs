//! Faker's `phone_number` module, for numbers of North America.
//!
//! Owns the ways in which such a number is written.

use super::{Arguments, Compiled, Noted, Provider};

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
        compile: |_| Ok(Compiled::one_of(CALLING_CODES)),
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
#[rustfmt::skip]
static CALLING_CODES: &[&str] = &[
    "+1", "+7", "+20", "+27", "+30", "+31", "+32", "+33", "+34", "+36", "+39", "+40", "+41", "+43",
    "+44", "+45", "+46", "+47", "+48", "+49", "+51", "+52", "+53", "+54", "+55", "+56", "+57",
    "+58", "+60", "+61", "+62", "+63", "+64", "+65", "+66", "+81", "+82", "+84", "+86", "+90",
    "+91", "+92", "+93", "+94", "+95", "+98", "+211", "+212", "+213", "+216", "+218", "+220",
    "+221", "+222", "+223", "+224", "+225", "+226", "+227", "+228", "+229", "+230", "+231", "+232",
    "+233", "+234", "+235", "+236", "+237", "+238", "+239", "+240", "+241", "+242", "+243", "+244",
    "+245", "+246", "+247", "+248", "+249", "+250", "+251", "+252", "+253", "+254", "+255", "+256",
    "+257", "+258", "+260", "+261", "+262", "+263", "+264", "+265", "+266", "+267", "+268", "+269",
    "+290", "+291", "+297", "+298", "+299", "+350", "+351", "+352", "+353", "+354", "+355", "+356",
    "+357", "+358", "+359", "+370", "+371", "+372", "+373", "+374", "+375", "+376", "+377", "+378",
    "+380", "+381", "+382", "+383", "+385", "+386", "+387", "+389", "+420", "+421", "+423", "+500",
    "+501", "+502", "+503", "+504", "+505", "+506", "+507", "+508", "+509", "+590", "+591", "+592",
    "+593", "+594", "+595", "+596", "+597", "+598", "+599", "+670", "+672", "+673", "+674", "+675",
    "+676", "+677", "+678", "+679", "+680", "+681", "+682", "+683", "+685", "+686", "+687", "+688",
    "+689", "+690", "+691", "+692", "+850", "+852", "+853", "+855", "+856", "+880", "+886", "+960",
    "+961", "+962", "+963", "+964", "+965", "+966", "+967", "+968", "+970", "+971", "+972", "+973",
    "+974", "+975", "+976", "+977", "+992", "+993", "+994", "+995", "+996", "+998", "+1 242", "+1 246", "+1 264", "+1 268", "+1 284", "+1 340", "+1 345", "+1 441", "+1 473", "+1 649", "+1 658",
    "+1 664", "+1 670", "+1 671", "+1 684", "+1 721", "+1 758", "+1 767", "+1 784", "+1 787", "+1 809", "+1 829", "+1 849", "+1 868", "+1 869", "+1 876", "+1 939"
];

/// `msisdn()`: thirteen digits, each equally likely.
fn msisdn(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    Ok(Compiled::patterned_in(args.scope(), &["#############"]).with_integers(Some(0..=9_999_999_999_999)))
}
