//! Turkish, Turkey.
//!
//! Owns the list of what the locale has of its own, its people, and how an address is written; lists and
//! numbers have files of their own.

mod names;
mod numbers;
mod towns;
mod words;
mod work;

use super::super::Provider;
use super::super::pattern::push_number;
use super::calendar::{self, Dated};
use super::mail;
use super::people::{self, Names, People, Peopled, Weighted};
use super::places::{self, Part, Placed, Places};

/// The locale's own providers, family by family.
pub const FAMILIES: &[&[Provider]] = &[
    &people::names::<TrTr>(),
    &people::titles::<TrTr>(),
    &mail::addresses::<TrTr>(),
    &places::places::<TrTr>(),
    &places::countries::<TrTr>(),
    &places::current_country::<TrTr>(),
    &places::districts::<TrTr>(),
    &places::region_codes::<TrTr>(),
    &places::flats::<TrTr>(),
    numbers::PROVIDERS,
    numbers::ACCOUNTS,
    work::PROVIDERS,
    &calendar::calendar::<TrTr>(),
];

/// The locale.
struct TrTr;

impl Peopled for TrTr {
    const PEOPLE: &'static People = &PEOPLE;
}

/// Titles of both genders.
const TITLES: Weighted = &[("Dr.", 40), ("Av.", 30), ("Prof. Dr.", 10), ("Uzm. Dr.", 10), ("Doç. Dr.", 10)];

static PEOPLE: People = People {
    female: Names::of(names::FEMALE),
    male: Names::of(names::MALE),
    last: Names::of(names::LAST),
    titles_female: TITLES,
    titles_male: TITLES,
    titled: 2,
    free_domains: &["gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "yandex.com.tr"],
    tlds: &["com.tr", "com.tr", "com.tr", "com", "com", "net", "org.tr"],
    ..people::PLAIN
};

impl Dated for TrTr {
    const DAYS: &'static [&'static str; 7] =
        &["Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"];
    const MONTHS: &'static [&'static str; 12] = &[
        "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım",
        "Aralık",
    ];
}

impl Placed for TrTr {
    const PLACES: &'static Places = &PLACES;
}

/// `Caferağa Mahallesi, Lale Sokak No: 12 Daire: 5`, then `34710 Kadıköy/İstanbul`. The city is the
/// province, as Turks say where they live; its parts are the districts, and its abbreviation is the number
/// on its plates.
static PLACES: Places = Places {
    towns: &towns::TOWNS,
    areas: words::AREAS,
    streets: &[
        &[words::AVENUES, &[" Caddesi"]],
        &[words::STREETS, &[" Sokak"]],
        &[words::STREETS, &[" Sokak"]],
        &[words::AVENUES, &[" Bulvarı"]],
    ],
    buildings: &["%", "%#", "%#", "%##", "%#/A", "%#/B"],
    flats: &["Daire: %", "Daire: %", "Daire: %#"],
    flat_separator: " ",
    with_flat: 75,
    postcode_chars: 5,
    push_postcode: |number, _, out| push_number(u64::from(number), 5, out),
    street_address: &[Part::Street, Part::Text(" No: "), Part::Building, Part::Flat],
    address: &[
        Part::Area,
        Part::Text(" Mahallesi, "),
        Part::StreetAddress,
        Part::Text("\n"),
        Part::Postcode,
        Part::Text(" "),
        Part::District,
        Part::Text("/"),
        Part::City,
    ],
    country: "Türkiye",
    country_code: "TR",
    countries: words::COUNTRIES,
};
