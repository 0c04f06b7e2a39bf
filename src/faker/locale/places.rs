//! The places of a locale: towns, their postal codes and streets, and how an address is written.
//!
//! Owns the draw of a place. It takes one draw of the column's stream, and each part has a stream of its
//! own: so every part can be written without the others, and columns whose streams begin alike are of
//! the same place. The towns are the locales'.

use std::collections::BTreeSet;

use super::super::pattern::{UPPER, fill_one, push_one};
use super::super::texts::{Texts, bound, chars, longest};
use super::super::{Arguments, Compiled, InvalidArgument, Provider, Scope};
use super::phrases::{Phrase, longest_phrase, push_phrase};
use super::postcode::Postcode;
use super::template::{Piece, pieces};
use crate::stream::Stream;

/// A part of a town with the one postal code that it has.
pub type Area = (&'static str, u32);

/// A town, or a district of a large one.
pub struct Town {
    /// The city's name.
    pub city: &'static str,
    /// The district of it; empty where addresses name none.
    pub district: &'static str,
    /// The state or province.
    pub region: &'static str,
    /// The usual abbreviation of the region; empty where there is none.
    pub region_code: &'static str,
    /// The letters before the numbers of its postal codes; empty where they have none.
    pub postcode_letters: &'static str,
    /// The first and the last postal code, as numbers.
    pub postcodes: (u32, u32),
    /// Parts of the town that addresses name; where there are none, those of [`Places::areas`].
    pub areas: &'static [Area],
}

/// A part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// This text.
    Text(&'static str),
    /// The part of the town.
    Area,
    /// The street's name.
    Street,
    /// The house's number.
    Building,
    /// The flat in it with [`Places::flat_separator`] before it, if the address names one.
    Flat,
    /// A flat for certain, and nothing before it.
    OnlyFlat,
    /// All of [`Places::street_address`].
    StreetAddress,
    /// The postal code.
    Postcode,
    /// The district.
    District,
    /// The city.
    City,
    /// The region.
    Region,
    /// The abbreviation of the region.
    RegionCode,
}

/// The parts that a template such as `{street} {building}` stands for.
///
/// # Errors
/// What is wrong with the template.
pub fn address_parts(template: &'static str) -> Result<&'static [Part], String> {
    let part = |piece| {
        Ok(match piece {
            Piece::Text(text) => Part::Text(text),
            Piece::Name("area") => Part::Area,
            Piece::Name("street") => Part::Street,
            Piece::Name("building") => Part::Building,
            Piece::Name("flat") => Part::Flat,
            Piece::Name("street_address") => Part::StreetAddress,
            Piece::Name("postcode") => Part::Postcode,
            Piece::Name("district") => Part::District,
            Piece::Name("city") => Part::City,
            Piece::Name("region") => Part::Region,
            Piece::Name("region_code") => Part::RegionCode,
            Piece::Name(other) => return Err(format!("`{other}` is no part of an address")),
        })
    };
    Ok(pieces(template)?.into_iter().map(part).collect::<Result<Vec<_>, String>>()?.leak())
}

/// The places of a locale.
pub struct Places {
    /// Towns and districts, each equally likely.
    pub towns: &'static [Town],
    /// Names of parts of towns that there are everywhere; empty where addresses name none.
    pub areas: Texts,
    /// Names of streets, each form equally likely.
    pub streets: &'static [Phrase],
    /// The patterns of house numbers, as `pattern::fill` reads them, each equally likely.
    pub buildings: Texts,
    /// The patterns of flats and floors, each equally likely.
    pub flats: Texts,
    /// What stands before a flat.
    pub flat_separator: &'static str,
    /// Percentage of addresses that name a flat.
    pub with_flat: u64,
    /// How postal codes are written.
    pub postcode: Postcode,
    /// The line of street and house.
    pub street_address: &'static [Part],
    /// The whole address.
    pub address: &'static [Part],
    /// The country's own name.
    pub country: &'static str,
    /// Its ISO 3166-1 code of two letters.
    pub country_code: &'static str,
    /// Names of countries in the locale's language.
    pub countries: Texts,
}

/// The places of the locale.
fn of(scope: Scope<'_>) -> &'static Places {
    &scope.locale.data().places
}

/// One place: what it is, and the streams of what is written from several draws.
struct Place {
    town: &'static Town,
    area: &'static str,
    postcode: u32,
    code: u64,
    street: u64,
    building: u64,
    flat: u64,
}

impl Places {
    /// Draws a whole place, whichever parts are used.
    fn draw(&self, stream: &mut Stream) -> Place {
        let stream = &mut Stream::from_bits(stream.bits());
        let town = stream.pick(self.towns);
        let (area, (first, last)) = if !town.areas.is_empty() {
            let (area, postcode) = *stream.pick(town.areas);
            (area, (postcode, postcode))
        } else if self.areas.is_empty() {
            ("", town.postcodes)
        } else {
            (*stream.pick::<&str>(self.areas), town.postcodes)
        };
        #[expect(clippy::cast_possible_truncation, reason = "at most `last - first`")]
        let more = stream.below(u64::from(last - first) + 1) as u32;
        let mut bits = || stream.bits();
        Place {
            town,
            area,
            postcode: first + more,
            code: bits(),
            street: bits(),
            building: bits(),
            flat: bits(),
        }
    }

    /// Appends parts of a place.
    fn push(&self, place: &Place, parts: &[Part], out: &mut String) {
        for part in parts {
            match *part {
                Part::Text(text) => out.push_str(text),
                Part::Area => out.push_str(place.area),
                Part::Street => {
                    push_phrase(self.streets, &mut Stream::from_bits(place.street), out);
                }
                Part::Building => {
                    fill_one(self.buildings, UPPER, &mut Stream::from_bits(place.building), out);
                }
                Part::Flat | Part::OnlyFlat => {
                    let stream = &mut Stream::from_bits(place.flat);
                    let named = stream.chance(self.with_flat, 100);
                    if matches!(part, Part::OnlyFlat) {
                        fill_one(self.flats, UPPER, stream, out);
                    } else if named {
                        out.push_str(self.flat_separator);
                        fill_one(self.flats, UPPER, stream, out);
                    }
                }
                Part::StreetAddress => self.push(place, self.street_address, out),
                Part::Postcode => {
                    out.push_str(place.town.postcode_letters);
                    self.postcode.push(place.postcode, &mut Stream::from_bits(place.code), out);
                }
                Part::District => out.push_str(place.town.district),
                Part::City => out.push_str(place.town.city),
                Part::Region => out.push_str(place.town.region),
                Part::RegionCode => out.push_str(place.town.region_code),
            }
        }
    }

    /// Characters of the longest postal code.
    fn longest_postcode(&self) -> u32 {
        let of_town = |town: &Town| {
            let areas = town.areas.iter().map(|(_, postcode)| *postcode);
            let largest = areas.chain([town.postcodes.1]).max().unwrap_or(0);
            bound(town.postcode_letters.len()) + self.postcode.chars(largest)
        };
        self.towns.iter().map(of_town).max().unwrap_or(0)
    }

    /// Characters of the longest text of these parts.
    fn longest(&self, parts: &[Part]) -> u32 {
        let of_towns =
            |text: fn(&Town) -> &str| self.towns.iter().map(|town| chars(text(town))).max().unwrap_or(0);
        let of_part = |part: &Part| match *part {
            Part::Text(text) => chars(text),
            Part::Area => {
                let own = self.towns.iter().flat_map(|town| town.areas);
                let own = own.map(|(area, _)| chars(area)).max().unwrap_or(0);
                own.max(longest(self.areas))
            }
            Part::Street => longest_phrase(self.streets),
            Part::Building => longest(self.buildings),
            Part::Flat => chars(self.flat_separator) + longest(self.flats),
            Part::OnlyFlat => longest(self.flats),
            Part::StreetAddress => self.longest(self.street_address),
            Part::Postcode => self.longest_postcode(),
            Part::District => of_towns(|town| town.district),
            Part::City => of_towns(|town| town.city),
            Part::Region => of_towns(|town| town.region),
            Part::RegionCode => of_towns(|town| town.region_code),
        };
        parts.iter().map(of_part).sum()
    }
}

/// Texts of these parts of a place.
pub fn parts(places: &'static Places, parts: &'static [Part]) -> Compiled {
    let texts = Compiled::text(places.longest(parts), move |draw, out| {
        let place = places.draw(draw.stream);
        places.push(&place, parts, out);
    });
    Compiled { coherent: true, ..texts }
}

/// A name that a town has, or its region. Where no two may be the same, each one there is once.
fn named(scope: Scope<'_>, part: &'static [Part], name: fn(&Town) -> &'static str) -> Compiled {
    let places = of(scope);
    if !scope.unique || scope.grouped {
        return parts(places, part);
    }
    let names: Vec<&str> = places.towns.iter().map(name).collect::<BTreeSet<_>>().into_iter().collect();
    let count = names.len() as u64;
    let texts = Compiled::text(longest(&names), move |draw, out| push_one(&names, draw.stream, out));
    texts.with_distinct(count)
}

/// A run of postal codes: their letters, the first and the last.
type Run = (&'static str, u32, u32);

/// Runs of postal codes that do not overlap.
fn runs(places: &Places) -> Vec<Run> {
    let of_town = |town: &Town| -> Vec<Run> {
        let run = |(first, last)| (town.postcode_letters, first, last);
        if town.areas.is_empty() {
            return vec![run(town.postcodes)];
        }
        town.areas.iter().map(|(_, postcode)| run((*postcode, *postcode))).collect()
    };
    let mut all: Vec<Run> = places.towns.iter().flat_map(of_town).collect();
    all.sort_unstable();
    let mut runs: Vec<Run> = Vec::new();
    for (letters, first, last) in all {
        match runs.last_mut() {
            Some(run) if run.0 == letters && first <= run.2 => run.2 = run.2.max(last),
            _ => runs.push((letters, first, last)),
        }
    }
    runs
}

/// `postcode()`. Where no two may be the same, each that there is is drawn equally often.
fn postcode(scope: Scope<'_>) -> Compiled {
    let places = of(scope);
    if !scope.unique || scope.grouped {
        return parts(places, &[Part::Postcode]);
    }
    let runs = runs(places);
    let count = runs.iter().map(|(_, first, last)| u64::from(last - first) + 1).sum();
    let texts = Compiled::text(places.longest_postcode(), move |draw, out| {
        #[expect(clippy::cast_possible_truncation, reason = "postal codes are fewer than 2^32")]
        let mut left = draw.stream.below(count) as u32;
        for (letters, first, last) in &runs {
            if left <= last - first {
                out.push_str(letters);
                return places.postcode.push(first + left, draw.stream, out);
            }
            left -= last - first + 1;
        }
    });
    texts.with_distinct(count)
}

/// One of the texts; in a group, where an address stands beside it, the text that all places share.
fn any_or_own(scope: Scope<'_>, any: Texts, own: Texts) -> Compiled {
    Compiled { coherent: true, ..Compiled::one_of(if scope.grouped { own } else { any }) }
}

const fn of_places(
    name: &'static str,
    summary: &'static str,
    compile: fn(&mut Arguments<'_>) -> Result<Compiled, InvalidArgument>,
) -> Provider {
    Provider { name, summary, params: &[], compile }
}

/// `state()`.
fn region(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(named(args.scope(), &[Part::Region], |town| town.region))
}

/// The one text that is the same for all places.
fn same(text: &'static &'static str) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled { coherent: true, ..Compiled::one_of(std::slice::from_ref(text)) })
}

/// The providers of addresses and their parts.
pub const PLACES: &[Provider] = &[
    of_places("address", "a postal address", |args| {
        let places = of(args.scope());
        Ok(parts(places, places.address))
    }),
    of_places("street_address", "a street and a house number", |args| {
        Ok(parts(of(args.scope()), &[Part::StreetAddress]))
    }),
    of_places("street_name", "the name of a street", |args| Ok(parts(of(args.scope()), &[Part::Street]))),
    of_places("building_number", "a house number", |args| Ok(parts(of(args.scope()), &[Part::Building]))),
    of_places("city", "a city", |args| Ok(named(args.scope(), &[Part::City], |town| town.city))),
    of_places("postcode", "a postal code", |args| Ok(postcode(args.scope()))),
    of_places("postalcode", "a postal code", |args| Ok(postcode(args.scope()))),
    of_places("zipcode", "a postal code", |args| Ok(postcode(args.scope()))),
    of_places("state", "a state or province", region),
    of_places("administrative_unit", "a state or province", region),
];

/// The provider of countries, for a locale that has their names.
pub const COUNTRIES: &[Provider] =
    &[of_places("country", "a country; in a group that of the addresses", |args| {
        let places = of(args.scope());
        Ok(any_or_own(args.scope(), places.countries, std::slice::from_ref(&places.country)))
    })];

/// The providers of the locale's own country.
pub const CURRENT_COUNTRY: &[Provider] = &[
    of_places("current_country", "the country of the addresses", |args| same(&of(args.scope()).country)),
    of_places("current_country_code", "the code of the addresses' country", |args| {
        same(&of(args.scope()).country_code)
    }),
];

/// The provider of districts, for a locale whose towns have some.
pub const DISTRICTS: &[Provider] = &[of_places("district", "a district of a city", |args| {
    Ok(named(args.scope(), &[Part::District], |town| town.district))
})];

/// The provider of the regions' abbreviations, for a locale that has some.
pub const REGION_CODES: &[Provider] =
    &[of_places("state_abbr", "the abbreviation of a state or province", |args| {
        Ok(named(args.scope(), &[Part::RegionCode], |town| town.region_code))
    })];

/// The provider of flats, for a locale whose addresses name them.
pub const FLATS: &[Provider] = &[of_places("secondary_address", "a flat or a floor", |args| {
    Ok(parts(of(args.scope()), &[Part::OnlyFlat]))
})];
