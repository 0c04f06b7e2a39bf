//! English, United States: its people and places where the columns of a row describe one of them, or where
//! no two values may be the same.
//!
//! Owns which providers these are, and how names and addresses are written. First names by gender and real
//! cities with their postal codes are data files. Values drawn one by one are those of the families beside
//! this folder, with Faker's made-up cities.

use fake::locales::{Data, EN};

use super::super::Provider;
use super::super::internet::{FREE_DOMAINS, TLDS};
use super::super::person::{PREFIXES_FEMALE, PREFIXES_MALE, SUFFIXES_FEMALE, SUFFIXES_MALE};
use super::super::texts::Texts;
use super::folder::Lists;
use super::mail;
use super::people::{self, FIRST_LAST, Names, People};
use super::places::{self, Part, Places, Town};
use super::postcode::Postcode;

/// Its name.
pub const CODE: &str = "en_US";

/// The providers, family by family.
pub const COHERENT: &[&[Provider]] =
    &[people::NAMES, people::TITLES, people::SUFFIXES, mail::ADDRESSES, places::PLACES, places::FLATS];

/// The people of a group.
pub fn people(lists: Lists) -> People {
    People {
        female: lists.names("first_names_female"),
        male: lists.names("first_names_male"),
        middle_female: &[],
        middle_male: &[],
        last: Names::of(<EN as Data>::NAME_LAST_NAME),
        last_female: Names::NONE,
        forms: &[FIRST_LAST],
        second_last: 0,
        titles_female: &PREFIXES_FEMALE,
        titles_male: &PREFIXES_MALE,
        titled: 2,
        suffixes_female: &SUFFIXES_FEMALE,
        suffixes_male: &SUFFIXES_MALE,
        suffixed: 2,
        letters: &[],
        free_domains: &FREE_DOMAINS,
        tlds: &TLDS,
    }
}

/// The places of a group's addresses.
pub fn places(towns: &'static [Town]) -> Places {
    const SUFFIXES: Texts = <EN as Data>::ADDRESS_STREET_SUFFIX;
    Places {
        towns,
        areas: &[],
        streets: &[
            &[<EN as Data>::NAME_FIRST_NAME, &[" "], SUFFIXES],
            &[<EN as Data>::NAME_LAST_NAME, &[" "], SUFFIXES],
        ],
        buildings: &["%####", "%###", "%##"],
        flats: &["Apt. ###", "Suite ###"],
        flat_separator: " ",
        with_flat: 50,
        postcode: Postcode::of("00000", ""),
        street_address: &[Part::Building, Part::Text(" "), Part::Street, Part::Flat],
        address: &[
            Part::StreetAddress,
            Part::Text("\n"),
            Part::City,
            Part::Text(", "),
            Part::RegionCode,
            Part::Text(" "),
            Part::Postcode,
        ],
        country: "United States",
        country_code: "US",
        countries: &[],
    }
}
