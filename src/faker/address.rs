//! Faker's `address` module, for the United States and their armed forces abroad.
//!
//! Owns how an address is written and which postal codes a state has; the names in it are `person`'s and
//! the crate `fake`'s (locale EN).

mod lists;
mod parts;

use fake::locales::{Data, EN};

use self::lists::STATE_NAMES;
use super::choices::Choices;
use super::pattern::{Patterns, push_one};
use super::person::{FIRST, FIRST_CHOICES, LAST_CHOICES, last_names};
use super::texts::{chars, longest};
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider, pattern};
use crate::stream::Stream;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "address",
        summary: "a postal address of the United States, in two lines",
        params: &[],
        compile: address,
    },
    Provider {
        name: "administrative_unit",
        summary: "a state of the United States",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&STATE_NAMES)),
    },
    Provider {
        name: "building_number",
        summary: "a house number of three to five digits",
        params: &[],
        compile: |_| Ok(Compiled::patterned(&BUILDINGS)),
    },
    Provider { name: "city", summary: "the name of a city", params: &[], compile: parts::city },
    Provider {
        name: "city_prefix",
        summary: "a prefix of city names",
        params: &[],
        compile: |_| Ok(Compiled::one_of(CITY_PREFIXES)),
    },
    Provider {
        name: "city_suffix",
        summary: "a suffix of city names",
        params: &[],
        compile: |_| Ok(Compiled::one_of(CITY_SUFFIXES)),
    },
    Provider {
        name: "country",
        summary: "the English name of a country",
        params: &[],
        compile: parts::country,
    },
    Provider {
        name: "country_code",
        summary: "the ISO 3166-1 code of a country",
        params: &[Param {
            name: "representation",
            expects: "\"alpha-2\" or \"alpha-3\"",
            default: Preset::Text("alpha-2"),
        }],
        compile: parts::country_code,
    },
    Provider {
        name: "current_country",
        summary: "the country of the addresses: always United States",
        params: &[],
        compile: |_| Ok(parts::current_country()),
    },
    Provider {
        name: "current_country_code",
        summary: "the code of the addresses' country: always US",
        params: &[],
        compile: |_| Ok(Compiled { coherent: true, ..Compiled::one_of(&["US"]) }),
    },
    Provider {
        name: "military_apo",
        summary: "a box of an army or air force post office",
        params: &[],
        compile: |_| Ok(Compiled::patterned(&["PSC ####, Box ####"])),
    },
    Provider {
        name: "military_dpo",
        summary: "a box of a diplomatic post office",
        params: &[],
        compile: |_| Ok(Compiled::patterned(&["Unit #### Box ####"])),
    },
    Provider {
        name: "military_ship",
        summary: "a prefix of ship names",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&["USS", "USNS", "USNV", "USCGC"])),
    },
    Provider {
        name: "military_state",
        summary: "one of the armed forces' three regions",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&["AE", "AA", "AP"])),
    },
    Provider {
        name: "postalcode",
        summary: "a postal code of five digits",
        params: &[],
        compile: parts::postcode,
    },
    Provider {
        name: "postalcode_in_state",
        summary: "a postal code of a state",
        params: STATE,
        compile: parts::postcode_in_state,
    },
    Provider {
        name: "postalcode_plus4",
        summary: "a postal code of nine digits",
        params: &[],
        compile: parts::postcode_plus4,
    },
    Provider {
        name: "postcode",
        summary: "a postal code of five digits",
        params: &[],
        compile: parts::postcode,
    },
    Provider {
        name: "postcode_in_state",
        summary: "a postal code of a state",
        params: STATE,
        compile: parts::postcode_in_state,
    },
    Provider {
        name: "secondary_address",
        summary: "an apartment or a suite",
        params: &[],
        compile: |_| Ok(Compiled::patterned(&["Apt. ###", "Suite ###"])),
    },
    Provider {
        name: "state",
        summary: "a state of the United States",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&STATE_NAMES)),
    },
    Provider {
        name: "state_abbr",
        summary: "the postal abbreviation of a state",
        params: &[
            Param { name: "include_territories", expects: "true or false", default: Preset::Bool(true) },
            Param {
                name: "include_freely_associated_states",
                expects: "true or false",
                default: Preset::Bool(true),
            },
        ],
        compile: parts::state_abbr,
    },
    Provider {
        name: "street_address",
        summary: "a house number and a street, and in half of the rows an apartment or a suite",
        params: &[],
        compile: parts::street_address,
    },
    Provider {
        name: "street_name",
        summary: "the name of a street",
        params: &[],
        compile: parts::street_name,
    },
    Provider {
        name: "street_suffix",
        summary: "a suffix of street names",
        params: &[],
        compile: |_| Ok(Compiled::one_of(STREET_SUFFIXES)),
    },
    Provider {
        name: "zipcode",
        summary: "a postal code of five digits",
        params: &[],
        compile: parts::postcode,
    },
    Provider {
        name: "zipcode_in_state",
        summary: "a postal code of a state",
        params: STATE,
        compile: parts::postcode_in_state,
    },
    Provider {
        name: "zipcode_plus4",
        summary: "a postal code of nine digits",
        params: &[],
        compile: parts::postcode_plus4,
    },
];

const STATE: &[Param] =
    &[Param { name: "state_abbr", expects: "the postal abbreviation of a state", default: Preset::Absent }];

/// A state and the first and last of its postal codes.
type Region = (&'static str, u32, u32);

/// States, the capital's district, territories and freely associated states: what Faker 22.2.0 draws as
/// `state_abbr`, with the ranges that it has for `postcode_in_state` (United States Postal Service).
static STATES: [Region; 59] = [
    ("AL", 35_004, 36_925),
    ("AK", 99_501, 99_950),
    ("AZ", 85_001, 86_556),
    ("AR", 71_601, 72_959),
    ("CA", 90_001, 96_162),
    ("CO", 80_001, 81_658),
    ("CT", 6_001, 6_389),
    ("DE", 19_701, 19_980),
    ("DC", 20_001, 20_039),
    ("FL", 32_004, 34_997),
    ("GA", 30_001, 31_999),
    ("HI", 96_701, 96_898),
    ("ID", 83_201, 83_876),
    ("IL", 60_001, 62_999),
    ("IN", 46_001, 47_997),
    ("IA", 50_001, 52_809),
    ("KS", 66_002, 67_954),
    ("KY", 40_003, 42_788),
    ("LA", 70_001, 71_232),
    ("ME", 3_901, 4_992),
    ("MD", 20_812, 21_930),
    ("MA", 1_001, 2_791),
    ("MI", 48_001, 49_971),
    ("MN", 55_001, 56_763),
    ("MS", 38_601, 39_776),
    ("MO", 63_001, 65_899),
    ("MT", 59_001, 59_937),
    ("NE", 68_001, 68_118),
    ("NV", 88_901, 89_883),
    ("NH", 3_031, 3_897),
    ("NJ", 7_001, 8_989),
    ("NM", 87_001, 88_441),
    ("NY", 10_001, 14_905),
    ("NC", 27_006, 28_909),
    ("ND", 58_001, 58_856),
    ("OH", 43_001, 45_999),
    ("OK", 73_001, 73_199),
    ("OR", 97_001, 97_920),
    ("PA", 15_001, 19_640),
    ("RI", 2_801, 2_940),
    ("SC", 29_001, 29_948),
    ("SD", 57_001, 57_799),
    ("TN", 37_010, 38_589),
    ("TX", 75_503, 79_999),
    ("UT", 84_001, 84_784),
    ("VT", 5_001, 5_495),
    ("VA", 22_001, 24_658),
    ("WA", 98_001, 99_403),
    ("WV", 24_701, 26_886),
    ("WI", 53_001, 54_990),
    ("WY", 82_001, 83_128),
    ("AS", 96_799, 96_799),
    ("FM", 96_941, 96_944),
    ("GU", 96_910, 96_932),
    ("MH", 96_960, 96_970),
    ("MP", 96_950, 96_952),
    ("PW", 96_940, 96_940),
    ("PR", 600, 799),
    ("VI", 801, 805),
];

/// The armed forces' Europe, Americas and Pacific, with the postal codes that the United States Postal
/// Service gives them.
static MILITARY: [Region; 3] = [("AE", 9_001, 9_898), ("AA", 34_001, 34_099), ("AP", 96_201, 96_698)];

static CITY_PREFIXES: &[&str] = <EN as Data>::ADDRESS_CITY_PREFIX;
static CITY_SUFFIXES: &[&str] = <EN as Data>::ADDRESS_CITY_SUFFIX;
static STREET_SUFFIXES: &[&str] = <EN as Data>::ADDRESS_STREET_SUFFIX;
/// House numbers. Faker's may begin with 0, which no house's does.
static BUILDINGS: [&str; 3] = ["%####", "%###", "%##"];
static SECONDARY: [&str; 2] = [" Apt. ###", " Suite ###"];
static SHIPS: [&str; 4] = ["USS ", "USNS ", "USNV ", "USCGC "];

/// `address()`: street and city in 25 cases of 28, else one of three military forms, as in Faker. The two
/// lines are parted by a line feed. The postal code is one of the state's own (Faker draws any).
fn address(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let last = last_names();
    let name = longest(FIRST).max(longest(last));
    let street = longest(&BUILDINGS) + 1 + name + 1 + longest(STREET_SUFFIXES) + longest(&SECONDARY);
    let city = (longest(CITY_PREFIXES) + 1 + longest(FIRST)).max(longest(last)) + longest(CITY_SUFFIXES);
    // The military forms are shorter.
    let max_chars = street + 1 + city + chars(", NY 10001");
    let (streets, cities) = (Streets::new(), Cities::new());
    Ok(Compiled::text(max_chars, move |draw, out| {
        let stream = &mut *draw.stream;
        let (place, regions): (&str, &[Region]) = match stream.below(28) {
            0 => {
                pattern::fill("PSC ####, Box ####", &[], stream, out);
                ("\nAPO ", &MILITARY)
            }
            1 => {
                push_one(&SHIPS, stream, out);
                LAST_CHOICES.push_one(stream, out);
                ("\nFPO ", &MILITARY)
            }
            2 => {
                pattern::fill("Unit #### Box ####", &[], stream, out);
                ("\nDPO ", &MILITARY)
            }
            _ => {
                streets.push(stream, out);
                out.push('\n');
                cities.push(stream, out);
                (", ", &STATES)
            }
        };
        out.push_str(place);
        let (state, first, last) = *stream.pick(regions);
        out.push_str(state);
        out.push(' ');
        pattern::push_number(u64::from(first) + stream.below(u64::from(last - first + 1)), 5, out);
    }))
}

/// The first lines of addresses.
struct Streets {
    buildings: Patterns,
    secondary: Patterns,
    suffixes: Choices,
}

impl Streets {
    fn new() -> Self {
        Self {
            buildings: Patterns::of(&BUILDINGS),
            secondary: Patterns::of(&SECONDARY),
            suffixes: Choices::of(STREET_SUFFIXES),
        }
    }

    /// A street named after a person.
    fn push_name(&self, stream: &mut Stream, out: &mut String) {
        if stream.chance(1, 2) { &FIRST_CHOICES } else { &LAST_CHOICES }.push_one(stream, out);
        out.push(' ');
        self.suffixes.push_one(stream, out);
    }

    /// A house number, a street named after a person, and in half of the cases an apartment or a suite.
    fn push(&self, stream: &mut Stream, out: &mut String) {
        self.buildings.push(stream, out);
        out.push(' ');
        self.push_name(stream, out);
        if stream.chance(1, 2) {
            self.secondary.push(stream, out);
        }
    }
}

/// The names of cities.
struct Cities {
    prefixes: Choices,
    suffixes: Choices,
}

impl Cities {
    fn new() -> Self {
        Self { prefixes: Choices::of(CITY_PREFIXES), suffixes: Choices::of(CITY_SUFFIXES) }
    }

    /// One of Faker's four forms, each equally likely: New Amystad, New Amy, Amystad, Smithstad.
    fn push(&self, stream: &mut Stream, out: &mut String) {
        let form = stream.below(4);
        if form < 2 {
            self.prefixes.push_one(stream, out);
            out.push(' ');
        }
        if form < 3 { &FIRST_CHOICES } else { &LAST_CHOICES }.push_one(stream, out);
        if form != 1 {
            self.suffixes.push_one(stream, out);
        }
    }
}
