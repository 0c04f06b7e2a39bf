//! Dutch, Netherlands.
//!
//! Owns the lists, which are selections of our own, and how an address is written; the check digits of the
//! numbers are `identity`'s and `accounts`'.

use super::super::Provider;
use super::super::pattern::{self, push_number};
use super::accounts::{self, Accounts, Banked};
use super::identity;
use super::mail;
use super::numbers::{self, Numbered, Numbers};
use super::people::{self, Names, People, Peopled};
use super::phrases::Phrase;
use super::places::{self, Part, Placed, Places, Town};

/// The locale's own providers, family by family.
pub const FAMILIES: &[&[Provider]] = &[
    &people::names::<NlNl>(),
    &mail::addresses::<NlNl>(),
    &places::places::<NlNl>(),
    &numbers::numbers::<NlNl>(),
    &accounts::accounts::<NlNl>(),
    &places::current_country::<NlNl>(),
];

/// The locale.
struct NlNl;

impl Peopled for NlNl {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for NlNl {
    const PLACES: &'static Places = &PLACES;
}

impl Banked for NlNl {
    const ACCOUNTS: &'static Accounts = &identity::NL_ACCOUNTS;
}

impl Numbered for NlNl {
    const NUMBERS: &'static Numbers =
        &Numbers { phones: PHONES, plates: PLATES, identity: identity::nl, suffixes: SUFFIXES, firms: FIRMS };
}

static PEOPLE: People = People {
    female: Names::of(FEMALE),
    male: Names::of(MALE),
    last: Names::of(LAST),
    free_domains: &["gmail.com", "hotmail.nl", "ziggo.nl", "kpnmail.nl", "xs4all.nl", "live.nl"],
    tlds: &["nl", "nl", "nl", "com", "net", "org"],
    ..people::PLAIN
};

static PLACES: Places = Places {
    towns: TOWNS,
    areas: &[],
    streets: &[
        &[
            &[
                "Kerk",
                "School",
                "Dorps",
                "Molen",
                "Stations",
                "Nieuw",
                "Wilhelmina",
                "Juliana",
                "Beatrix",
                "Emma",
                "Prins Hendrik",
                "Markt",
                "Haven",
                "Burgemeester",
                "Beuken",
                "Eiken",
                "Linden",
                "Kastanje",
            ],
            &["straat", "straat", "laan", "weg"],
        ],
        &[&["Kerk", "Raadhuis", "Stations", "Markt", "Wilhelmina", "Oranje"], &["plein"]],
    ],
    buildings: &["%", "%#", "%#", "%##", "%# A"],
    flats: &[],
    flat_separator: "",
    with_flat: 0,
    postcode_chars: 7,
    push_postcode: |number, stream, out| {
        push_number(u64::from(number), 4, out);
        pattern::fill(" ??", pattern::UPPER, stream, out);
    },
    street_address: &[Part::Street, Part::Text(" "), Part::Building],
    address: &[Part::StreetAddress, Part::Text("\n"), Part::Postcode, Part::Text("  "), Part::City],
    // As the names of countries, which are en_US's.
    country: "Netherlands",
    country_code: "NL",
    countries: &[],
};

/// Large towns, with the span that their postal codes lie in.
#[rustfmt::skip]
static TOWNS: &[Town] = &[
    Town::of("Amsterdam", "Noord-Holland", 1011, 1109),
    Town::of("Rotterdam", "Zuid-Holland", 3011, 3089),
    Town::of("Den Haag", "Zuid-Holland", 2491, 2597),
    Town::of("Utrecht", "Utrecht", 3511, 3585),
    Town::of("Eindhoven", "Noord-Brabant", 5611, 5658),
    Town::of("Groningen", "Groningen", 9711, 9747),
    Town::of("Tilburg", "Noord-Brabant", 5011, 5049),
    Town::of("Almere", "Flevoland", 1311, 1364),
    Town::of("Breda", "Noord-Brabant", 4811, 4839),
    Town::of("Nijmegen", "Gelderland", 6511, 6546),
    Town::of("Enschede", "Overijssel", 7511, 7548),
    Town::of("Apeldoorn", "Gelderland", 7311, 7339),
    Town::of("Haarlem", "Noord-Holland", 2011, 2037),
    Town::of("Arnhem", "Gelderland", 6811, 6846),
    Town::of("Zaanstad", "Noord-Holland", 1501, 1509),
    Town::of("Amersfoort", "Utrecht", 3811, 3829),
    Town::of("Den Bosch", "Noord-Brabant", 5211, 5237),
    Town::of("Zwolle", "Overijssel", 8011, 8045),
    Town::of("Leiden", "Zuid-Holland", 2311, 2334),
    Town::of("Maastricht", "Limburg", 6211, 6229),
    Town::of("Dordrecht", "Zuid-Holland", 3311, 3329),
    Town::of("Zoetermeer", "Zuid-Holland", 2711, 2729),
    Town::of("Deventer", "Overijssel", 7411, 7437),
    Town::of("Delft", "Zuid-Holland", 2611, 2629),
    Town::of("Alkmaar", "Noord-Holland", 1811, 1827),
    Town::of("Leeuwarden", "Friesland", 8911, 8941),
    Town::of("Venlo", "Limburg", 5911, 5928),
    Town::of("Heerlen", "Limburg", 6411, 6422),
    Town::of("Hilversum", "Noord-Holland", 1211, 1223),
    Town::of("Assen", "Drenthe", 9401, 9408),
    Town::of("Middelburg", "Zeeland", 4331, 4339),
    Town::of("Emmen", "Drenthe", 7811, 7828),
    Town::of("Lelystad", "Flevoland", 8211, 8245),
    Town::of("Gouda", "Zuid-Holland", 2801, 2809),
];

static PHONES: &[&str] = &[
    "+31 6 %#######",
    "+31 20 ### ####",
    "+31 10 ### ####",
    "+31 30 ### ####",
    "06-%#######",
    "020-#######",
    "010-#######",
    "070-#######",
    "030-#######",
];

static PLATES: &[&str] = &["??-###-?", "?-###-??", "##-???-#", "%-???-##"];

static SUFFIXES: &[&str] = &["B.V.", "N.V.", "V.O.F.", "en Zonen", "Holding B.V."];

static FIRMS: &[Phrase] =
    &[&[LAST, &[" "], SUFFIXES], &[LAST, &[" "], SUFFIXES], &[LAST, &[" & "], LAST, &[" "], SUFFIXES]];

#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "Emma", "Julia", "Mila", "Sophie", "Zoë", "Sara", "Anna", "Eva", "Lotte", "Fleur", "Tess",
    "Lieke", "Isa", "Noor", "Saar", "Nora", "Evi", "Maud", "Roos", "Sanne", "Anouk", "Femke",
    "Iris", "Lisa", "Manon", "Naomi", "Romy", "Vera", "Yara", "Linda", "Esther", "Monique",
    "Ingrid", "Petra", "Marieke", "Saskia", "Wendy", "Mirjam", "Hanneke", "Annemarie", "Margriet",
    "Johanna", "Maria", "Cornelia", "Wilhelmina", "Hendrika", "Elisabeth", "Jacoba", "Adriana",
    "Geertruida", "Anneke", "Astrid", "Bianca", "Carolien", "Claudia", "Daphne", "Diana", "Elise",
    "Ellen", "Floor", "Gerda", "Heleen", "Ilse", "Jasmijn", "Jolanda", "Judith", "Karin", "Laura",
    "Liesbeth", "Lisanne", "Loes", "Lucia", "Madelief", "Marloes", "Marjolein", "Merel", "Myrthe",
    "Nienke", "Nina", "Renske", "Rianne", "Rosalie", "Suze", "Tineke", "Trijntje", "Yvonne",
];
#[rustfmt::skip]
static MALE: &[&str] = &[
    "Daan", "Sem", "Lucas", "Levi", "Finn", "Noah", "Luuk", "Milan", "Bram", "Thijs", "Jesse",
    "Lars", "Thomas", "Tim", "Ruben", "Julian", "Sven", "Stijn", "Max", "Jayden", "Gijs", "Mees",
    "Teun", "Tijn", "Hugo", "Floris", "Niels", "Jeroen", "Bas", "Wouter", "Martijn", "Mark",
    "Peter", "Jan", "Johannes", "Cornelis", "Hendrik", "Willem", "Pieter", "Dirk", "Gerrit",
    "Jacob", "Klaas", "Kees", "Henk", "Frank", "Erik", "Rob", "Marco", "Sander", "Aart", "Ad",
    "Albert", "Alexander", "Arend", "Arie", "Arjan", "Arnoud", "Bart", "Bernard", "Casper",
    "Christiaan", "Dennis", "Diederik", "Edwin", "Egbert", "Evert", "Frits", "Geert", "Gerard",
    "Guus", "Hans", "Harm", "Herman", "Jaap", "Jelle", "Joep", "Joost", "Joris", "Jurgen",
    "Kasper", "Koen", "Leendert", "Maarten", "Marcel", "Michiel", "Nico", "Olivier", "Onno",
    "Paul", "Rens", "Roel", "Ronald", "Rutger", "Siebe", "Sietse", "Sjoerd", "Stefan", "Teunis",
    "Tjeerd", "Vincent", "Wim",
];
#[rustfmt::skip]
static LAST: &[&str] = &[
    "Jansen", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters", "Hendriks",
    "Dekker", "Brouwer", "Dijkstra", "Smits", "Kok", "Jacobs", "Schouten", "Willems", "Hoekstra",
    "Koster", "Prins", "Huisman", "Peeters", "Kuipers", "Veenstra", "Kramer", "Postma", "Martens",
    "Janssen", "Driessen", "Verhoeven", "Verbeek", "Scholten", "Willemsen", "Wolters", "Sanders",
    "Gerritsen", "Timmermans", "Groen", "Bosman", "Molenaar", "Vermeer", "Schipper", "Bosch",
    "Boer", "Kuiper", "Maas", "Vink", "Evers", "Jonker", "Boon", "Blom", "Groot", "Sluis",
    "Timmer", "Hermans", "Hofman", "Goossens", "Hoekman", "Bouwman", "Veldman", "Zijlstra",
    "Koning", "Hendriksen", "Ketelaar", "Kamphuis", "Vonk", "Wagenaar", "Veen", "Terpstra",
    "Schuurman", "Lammers", "Brink", "Boersma", "Zwart", "Ruiter", "Romijn", "Poort", "Pronk",
    "Otten", "Nijland", "Nijhuis", "Mol", "Mensink", "Luijten", "Leeuwen", "Lange", "Kroon",
    "Korte", "Klein", "Keizer", "Jong", "Haan", "Graaf", "Franssen", "Dam", "Claassen", "Buijs",
];
