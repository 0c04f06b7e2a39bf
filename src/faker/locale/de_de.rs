//! German, Germany.
//!
//! Owns the lists, which are selections of our own, and how an address is written; the check digits of the
//! numbers are `identity`'s and `accounts`'.

use super::super::Provider;
use super::super::pattern::push_number;
use super::accounts::{self, Accounts, Banked};
use super::identity;
use super::mail;
use super::numbers::{self, Numbered, Numbers};
use super::people::{self, Names, People, Peopled};
use super::phrases::Phrase;
use super::places::{self, Part, Placed, Places, Town};

/// The locale's own providers, family by family.
pub const FAMILIES: &[&[Provider]] = &[
    &people::names::<DeDe>(),
    &people::titles::<DeDe>(),
    &mail::addresses::<DeDe>(),
    &places::places::<DeDe>(),
    &numbers::numbers::<DeDe>(),
    &accounts::accounts::<DeDe>(),
    &places::current_country::<DeDe>(),
];

/// The locale.
struct DeDe;

impl Peopled for DeDe {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for DeDe {
    const PLACES: &'static Places = &PLACES;
}

impl Banked for DeDe {
    const ACCOUNTS: &'static Accounts = &identity::DE_ACCOUNTS;
}

impl Numbered for DeDe {
    const NUMBERS: &'static Numbers =
        &Numbers { phones: PHONES, plates: PLATES, identity: identity::de, suffixes: SUFFIXES, firms: FIRMS };
}

static PEOPLE: People = People {
    female: Names::of(FEMALE),
    male: Names::of(MALE),
    last: Names::of(LAST),
    titles_female: &[("Dr.", 80), ("Prof. Dr.", 20)],
    titles_male: &[("Dr.", 80), ("Prof. Dr.", 20)],
    titled: 3,
    letters: &[('ä', "ae"), ('ö', "oe"), ('ü', "ue")],
    free_domains: &["gmx.de", "web.de", "t-online.de", "gmail.com", "freenet.de", "posteo.de", "outlook.de"],
    tlds: &["de", "de", "de", "com", "net", "org"],
    ..people::PLAIN
};

static PLACES: Places = Places {
    towns: TOWNS,
    areas: &[],
    streets: &[
        &[
            &[
                "Haupt",
                "Bahnhof",
                "Schul",
                "Garten",
                "Dorf",
                "Berg",
                "Linden",
                "Kirch",
                "Wald",
                "Ring",
                "Wiesen",
                "Mühlen",
                "Rosen",
                "Goethe",
                "Schiller",
                "Friedrich",
                "Bismarck",
                "Kaiser",
                "Post",
                "Industrie",
            ],
            &["straße"],
        ],
        &[
            &[
                "Linden",
                "Buchen",
                "Birken",
                "Ahorn",
                "Amsel",
                "Finken",
                "Lerchen",
                "Tannen",
                "Kastanien",
                "Wiesen",
                "Feld",
                "Mühlen",
            ],
            &["weg"],
        ],
        &[&["Markt", "Rathaus", "Schloss", "Kirch", "Bahnhofs"], &["platz"]],
    ],
    buildings: &["%", "%#", "%#", "%##", "%#a"],
    flats: &[],
    flat_separator: "",
    with_flat: 0,
    postcode_chars: 5,
    push_postcode: |number, _, out| push_number(u64::from(number), 5, out),
    street_address: &[Part::Street, Part::Text(" "), Part::Building],
    address: &[Part::StreetAddress, Part::Text("\n"), Part::Postcode, Part::Text(" "), Part::City],
    // As the names of countries, which are en_US's.
    country: "Germany",
    country_code: "DE",
    countries: &[],
};

/// Large towns, with the span that their postal codes lie in.
#[rustfmt::skip]
static TOWNS: &[Town] = &[
    Town::of("Berlin", "Berlin", 10115, 14199),
    Town::of("Hamburg", "Hamburg", 20095, 22769),
    Town::of("München", "Bayern", 80331, 81929),
    Town::of("Köln", "Nordrhein-Westfalen", 50667, 51149),
    Town::of("Frankfurt am Main", "Hessen", 60308, 60599),
    Town::of("Stuttgart", "Baden-Württemberg", 70173, 70629),
    Town::of("Düsseldorf", "Nordrhein-Westfalen", 40210, 40629),
    Town::of("Leipzig", "Sachsen", 4103, 4357),
    Town::of("Dortmund", "Nordrhein-Westfalen", 44135, 44388),
    Town::of("Essen", "Nordrhein-Westfalen", 45127, 45359),
    Town::of("Bremen", "Bremen", 28195, 28779),
    Town::of("Dresden", "Sachsen", 1067, 1328),
    Town::of("Hannover", "Niedersachsen", 30159, 30669),
    Town::of("Nürnberg", "Bayern", 90402, 90491),
    Town::of("Duisburg", "Nordrhein-Westfalen", 47051, 47279),
    Town::of("Bochum", "Nordrhein-Westfalen", 44787, 44894),
    Town::of("Wuppertal", "Nordrhein-Westfalen", 42103, 42399),
    Town::of("Bielefeld", "Nordrhein-Westfalen", 33602, 33739),
    Town::of("Bonn", "Nordrhein-Westfalen", 53111, 53229),
    Town::of("Münster", "Nordrhein-Westfalen", 48143, 48167),
    Town::of("Karlsruhe", "Baden-Württemberg", 76131, 76229),
    Town::of("Mannheim", "Baden-Württemberg", 68159, 68309),
    Town::of("Augsburg", "Bayern", 86150, 86199),
    Town::of("Wiesbaden", "Hessen", 65183, 65207),
    Town::of("Kiel", "Schleswig-Holstein", 24103, 24159),
    Town::of("Aachen", "Nordrhein-Westfalen", 52062, 52080),
    Town::of("Magdeburg", "Sachsen-Anhalt", 39104, 39130),
    Town::of("Freiburg im Breisgau", "Baden-Württemberg", 79098, 79117),
    Town::of("Lübeck", "Schleswig-Holstein", 23552, 23570),
    Town::of("Erfurt", "Thüringen", 99084, 99099),
    Town::of("Mainz", "Rheinland-Pfalz", 55116, 55131),
    Town::of("Rostock", "Mecklenburg-Vorpommern", 18055, 18147),
    Town::of("Kassel", "Hessen", 34117, 34134),
    Town::of("Saarbrücken", "Saarland", 66111, 66133),
    Town::of("Potsdam", "Brandenburg", 14467, 14482),
];

static PHONES: &[&str] = &[
    "+49 30 %#######",
    "+49 40 %######",
    "+49 89 %######",
    "+49 221 %######",
    "+49 69 %######",
    "+49 151 %#######",
    "+49 160 %######",
    "+49 170 %######",
    "+49 175 %######",
    "030 %#######",
    "0711 %######",
    "0351 %######",
];

static PLATES: &[&str] = &[
    "B-?? %###",
    "HH-?? %###",
    "M-?? %###",
    "K-?? %###",
    "F-?? %###",
    "S-?? %###",
    "D-?? %###",
    "L-?? %###",
    "HB-?? %##",
    "DD-?? %##",
    "H-?? %###",
    "N-?? %###",
];

static SUFFIXES: &[&str] = &["GmbH", "AG", "GmbH & Co. KG", "KG", "OHG", "e.K."];

static FIRMS: &[Phrase] =
    &[&[LAST, &[" "], SUFFIXES], &[LAST, &[" "], SUFFIXES], &[LAST, &[" & "], LAST, &[" "], SUFFIXES]];

#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "Anna", "Lea", "Emma", "Mia", "Hannah", "Sophie", "Marie", "Lena", "Laura", "Julia", "Sarah",
    "Lisa", "Katharina", "Johanna", "Clara", "Charlotte", "Emilia", "Luisa", "Frieda", "Ida",
    "Greta", "Mathilda", "Paula", "Nele", "Merle", "Antonia", "Theresa", "Magdalena", "Franziska",
    "Helena", "Isabell", "Jana", "Jasmin", "Jessica", "Judith", "Karin", "Kerstin", "Kirsten",
    "Klara", "Larissa", "Leonie", "Lilli", "Lotte", "Luise", "Maike", "Manuela", "Maren",
    "Margarete", "Marlene", "Martina", "Melanie", "Michaela", "Miriam", "Monika", "Nadine",
    "Natalie", "Nicole", "Nina", "Petra", "Pia", "Renate", "Ronja", "Rosa", "Sabine", "Sandra",
    "Silke", "Simone", "Stefanie", "Susanne", "Svenja", "Tanja", "Ulrike", "Ursula", "Vanessa",
    "Verena", "Wiebke", "Yvonne",
];
#[rustfmt::skip]
static MALE: &[&str] = &[
    "Paul", "Jonas", "Leon", "Finn", "Elias", "Lukas", "Felix", "Maximilian", "Noah", "Luis",
    "Ben", "Jakob", "Moritz", "Emil", "Anton", "Theo", "Oskar", "Karl", "Friedrich", "Johann",
    "Jan", "Tim", "Tom", "Niklas", "Philipp", "Julian", "Fabian", "Florian", "Sebastian", "Tobias",
    "Markus", "Matthias", "Stefan", "Andreas", "Thomas", "Michael", "Christian", "Daniel",
    "Alexander", "Benjamin", "Dennis", "Dirk", "Erik", "Frank", "Georg", "Gerd", "Günter",
    "Hannes", "Hans", "Harald", "Heiko", "Heinrich", "Helmut", "Henrik", "Holger", "Ingo", "Jens",
    "Joachim", "Jochen", "Jörg", "Jürgen", "Kai", "Klaus", "Konrad", "Kurt", "Lars", "Lennard",
    "Manfred", "Mario", "Marvin", "Mirko", "Norbert", "Olaf", "Oliver", "Patrick", "Peter", "Ralf",
    "Rainer", "Robert", "Rolf", "Sven", "Torsten", "Uwe", "Volker", "Werner", "Wolfgang",
];
#[rustfmt::skip]
static LAST: &[&str] = &[
    "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz",
    "Hoffmann", "Schäfer", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann",
    "Schwarz", "Zimmermann", "Braun", "Krüger", "Hofmann", "Hartmann", "Lange", "Schmitt",
    "Werner", "Schmitz", "Krause", "Meier", "Lehmann", "Schmid", "Schulze", "Maier", "Köhler",
    "Herrmann", "König", "Walter", "Mayer", "Huber", "Kaiser", "Fuchs", "Peters", "Lang", "Scholz",
    "Möller", "Weiß", "Jung", "Hahn", "Schubert", "Vogel", "Friedrich", "Keller", "Günther",
    "Frank", "Berger", "Winkler", "Roth", "Beck", "Lorenz", "Baumann", "Franke", "Albrecht",
    "Schuster", "Simon", "Ludwig", "Böhm", "Winter", "Kraus", "Martin", "Schumacher", "Krämer",
    "Vogt", "Stein", "Jäger", "Otto", "Sommer", "Groß", "Seidel", "Heinrich", "Brandt", "Haas",
    "Schreiber", "Graf", "Schulte", "Dietrich", "Ziegler", "Kuhn", "Kühn", "Pohl", "Engel", "Horn",
    "Busch", "Bergmann", "Thomas", "Voigt", "Sauer", "Arnold", "Wolff", "Pfeiffer",
];
