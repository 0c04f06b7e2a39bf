//! The parts of an address, each a provider of its own.
//!
//! Owns their parameters and bounds; how the parts are written is the parent's.

use super::super::locale::places::{self, Part};
use super::super::pattern::{push_number, push_one};
use super::super::texts::{bound, longest};
use super::super::{Arguments, Compiled, InvalidArgument, Locale, Scope};
use super::lists::{COUNTRIES, Country};
use super::{
    BUILDINGS, CITY_PREFIXES, CITY_SUFFIXES, Cities, FIRST, Region, SECONDARY, STATES, STREET_SUFFIXES,
    Streets, last_names,
};
use crate::stream::Stream;

/// `city()`.
pub fn city(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let name = longest(FIRST).max(longest(last_names()));
    let max_chars = longest(CITY_PREFIXES) + 1 + name + longest(CITY_SUFFIXES);
    let cities = Cities::new();
    Ok(Compiled::text(max_chars, move |draw, out| cities.push(draw.stream, out)))
}

/// Characters of the longest street.
fn longest_street() -> u32 {
    longest(FIRST).max(longest(last_names())) + 1 + longest(STREET_SUFFIXES)
}

/// `street_name()`: a person's name and a suffix.
pub fn street_name(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let streets = Streets::new();
    Ok(Compiled::text(longest_street(), move |draw, out| streets.push_name(draw.stream, out)))
}

/// `street_address()`: the first line of an address.
pub fn street_address(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let max_chars = longest(&BUILDINGS) + 1 + longest_street() + longest(&SECONDARY);
    let streets = Streets::new();
    Ok(Compiled::text(max_chars, move |draw, out| streets.push(draw.stream, out)))
}

/// The countries to draw from: all of ISO 3166-1; in a group, where an address stands beside the country,
/// that of the locale.
fn countries(scope: Scope<'_>) -> &'static [Country] {
    let own = |country: &Country| scope.locale.country() == country[0];
    match COUNTRIES.iter().position(own) {
        Some(at) if scope.grouped => &COUNTRIES[at..=at],
        _ => &COUNTRIES,
    }
}

/// `current_country()`: shorter than the name that ISO 3166-1 has.
pub fn current_country() -> Compiled {
    Compiled { coherent: true, ..Compiled::one_of(&["United States"]) }
}

/// `country()`: each equally likely.
pub fn country(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let scope = args.scope();
    if scope.grouped && scope.locale == Locale::EnUs {
        return Ok(current_country());
    }
    let countries = countries(scope);
    let max_chars = bound(countries.iter().map(|[_, _, name]| name.len()).max().unwrap_or(0));
    let texts = Compiled::text(max_chars, |draw, out| out.push_str(draw.stream.pick(countries)[2]));
    Ok(Compiled { coherent: true, ..texts.with_distinct(countries.len() as u64) })
}

/// `country_code(representation="alpha-2")`.
pub fn country_code(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let long = args.one_of("representation", &[("alpha-2", false), ("alpha-3", true)])?;
    let countries = countries(args.scope());
    let texts = Compiled::text(if long { 3 } else { 2 }, move |draw, out| {
        let [two, three, _] = *draw.stream.pick(countries);
        out.push_str(if long { three } else { two });
    });
    Ok(Compiled { coherent: true, ..texts.with_distinct(countries.len() as u64) })
}

/// Of [`STATES`]: the fifty states and the capital's district, the freely associated states, the rest
/// being territories.
const STATES_AND_DISTRICT: usize = 51;
const FREELY_ASSOCIATED: [&str; 3] = ["FM", "MH", "PW"];

/// `state_abbr(include_territories=True, include_freely_associated_states=True)`.
pub fn state_abbr(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let territories = args.boolean("include_territories");
    let associated = args.boolean("include_freely_associated_states");
    let (territories, associated) = (territories?, associated?);
    // The addresses of a group are of the fifty states and the district.
    if args.scope().grouped && args.scope().locale == Locale::EnUs {
        return Ok(places::parts(args.scope().locale.places(), &[Part::RegionCode]));
    }
    let wanted = |(at, (state, _, _)): (usize, &Region)| {
        let taken = at < STATES_AND_DISTRICT
            || if FREELY_ASSOCIATED.contains(state) { associated } else { territories };
        taken.then_some(*state)
    };
    let states: Vec<&str> = STATES.iter().enumerate().filter_map(wanted).collect();
    let texts = Compiled::text(2, move |draw, out| push_one(&states, draw.stream, out));
    Ok(Compiled { coherent: true, ..texts })
}

/// Appends a postal code from 00501, the lowest in use, to 99950, the highest.
fn push_postcode(stream: &mut Stream, out: &mut String) {
    push_number(501 + stream.below(99_450), 5, out);
}

/// `postcode()`: from 00501 to 99950, each equally likely, in use or not, as in Faker.
pub fn postcode(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let codes = Compiled::text(5, |draw, out| push_postcode(draw.stream, out));
    Ok(codes.with_integers(Some(501..=99_950)).with_distinct(99_450))
}

/// `zipcode_plus4()`: a postal code, and 0001 to 9999.
pub fn postcode_plus4(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let codes = Compiled::text(10, |draw, out| {
        push_postcode(draw.stream, out);
        out.push('-');
        push_number(1 + draw.stream.below(9_999), 4, out);
    });
    Ok(codes.with_distinct(99_450 * 9_999))
}

/// `postcode_in_state(state_abbr=None)`: one of the state's own; without a state, of one of the fifty or
/// the capital's district.
pub fn postcode_in_state(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let index: Vec<(&str, usize)> =
        STATES.iter().enumerate().map(|(at, (state, _, _))| (*state, at)).collect();
    let states: &'static [Region] = if args.is_given("state_abbr") {
        std::slice::from_ref(&STATES[args.one_of("state_abbr", &index)?])
    } else {
        &STATES[..STATES_AND_DISTRICT]
    };
    let least = states.iter().map(|(_, first, _)| i64::from(*first)).min().unwrap_or(0);
    let most = states.iter().map(|(_, _, last)| i64::from(*last)).max().unwrap_or(0);
    let codes = Compiled::text(5, move |draw, out| {
        let (_, first, last) = *draw.stream.pick(states);
        push_number(u64::from(first) + draw.stream.below(u64::from(last - first + 1)), 5, out);
    });
    Ok(codes.with_integers(Some(least..=most)))
}
