//! Italian, Italy.
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
    &people::names::<ItIt>(),
    &people::titles::<ItIt>(),
    &mail::addresses::<ItIt>(),
    &places::places::<ItIt>(),
    &numbers::numbers::<ItIt>(),
    &accounts::accounts::<ItIt>(),
    &places::current_country::<ItIt>(),
];

/// The locale.
struct ItIt;

impl Peopled for ItIt {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for ItIt {
    const PLACES: &'static Places = &PLACES;
}

impl Banked for ItIt {
    const ACCOUNTS: &'static Accounts = &identity::IT_ACCOUNTS;
}

impl Numbered for ItIt {
    const NUMBERS: &'static Numbers =
        &Numbers { phones: PHONES, plates: PLATES, identity: identity::it, suffixes: SUFFIXES, firms: FIRMS };
}

static PEOPLE: People = People {
    female: Names::of(FEMALE),
    male: Names::of(MALE),
    last: Names::of(LAST),
    titles_female: &[("Dott.", 60), ("Ing.", 20), ("Avv.", 20)],
    titles_male: &[("Dott.", 60), ("Ing.", 20), ("Avv.", 20)],
    titled: 3,
    free_domains: &["libero.it", "virgilio.it", "alice.it", "gmail.com", "hotmail.it", "tiscali.it"],
    tlds: &["it", "it", "it", "com", "net", "org"],
    ..people::PLAIN
};

static PLACES: Places = Places {
    towns: TOWNS,
    areas: &[],
    streets: &[&[
        &["Via", "Via", "Via", "Viale", "Piazza", "Corso", "Largo", "Vicolo"],
        &[
            " Roma",
            " Garibaldi",
            " Mazzini",
            " Dante Alighieri",
            " Cavour",
            " Giuseppe Verdi",
            " Guglielmo Marconi",
            " Giacomo Matteotti",
            " Vittorio Emanuele",
            " della Repubblica",
            " San Francesco",
            " Europa",
            " IV Novembre",
            " XX Settembre",
            " Leonardo da Vinci",
            " Galileo Galilei",
            " Alessandro Volta",
            " Antonio Gramsci",
            " Aldo Moro",
            " delle Rose",
        ],
    ]],
    buildings: &["%", "%#", "%#", "%##"],
    flats: &[],
    flat_separator: "",
    with_flat: 0,
    postcode_chars: 5,
    push_postcode: |number, _, out| push_number(u64::from(number), 5, out),
    street_address: &[Part::Street, Part::Text(" "), Part::Building],
    address: &[
        Part::StreetAddress,
        Part::Text("\n"),
        Part::Postcode,
        Part::Text(" "),
        Part::City,
        Part::Text(" ("),
        Part::Region,
        Part::Text(")"),
    ],
    // As the names of countries, which are en_US's.
    country: "Italy",
    country_code: "IT",
    countries: &[],
};

/// Large towns, with the span that their postal codes lie in.
#[rustfmt::skip]
static TOWNS: &[Town] = &[
    Town::of("Roma", "RM", 100, 199),
    Town::of("Milano", "MI", 20121, 20162),
    Town::of("Napoli", "NA", 80121, 80147),
    Town::of("Torino", "TO", 10121, 10156),
    Town::of("Palermo", "PA", 90121, 90151),
    Town::of("Genova", "GE", 16121, 16167),
    Town::of("Bologna", "BO", 40121, 40141),
    Town::of("Firenze", "FI", 50121, 50145),
    Town::of("Bari", "BA", 70121, 70132),
    Town::of("Catania", "CT", 95121, 95131),
    Town::of("Venezia", "VE", 30121, 30176),
    Town::of("Verona", "VR", 37121, 37142),
    Town::of("Messina", "ME", 98121, 98168),
    Town::of("Padova", "PD", 35121, 35143),
    Town::of("Trieste", "TS", 34121, 34151),
    Town::of("Brescia", "BS", 25121, 25136),
    Town::of("Parma", "PR", 43121, 43126),
    Town::of("Taranto", "TA", 74121, 74123),
    Town::of("Prato", "PO", 59100, 59100),
    Town::of("Modena", "MO", 41121, 41126),
    Town::of("Reggio Calabria", "RC", 89121, 89135),
    Town::of("Reggio Emilia", "RE", 42121, 42124),
    Town::of("Perugia", "PG", 6121, 6135),
    Town::of("Livorno", "LI", 57121, 57128),
    Town::of("Ravenna", "RA", 48121, 48125),
    Town::of("Cagliari", "CA", 9121, 9134),
    Town::of("Foggia", "FG", 71121, 71122),
    Town::of("Rimini", "RN", 47921, 47924),
    Town::of("Salerno", "SA", 84121, 84135),
    Town::of("Ferrara", "FE", 44121, 44124),
    Town::of("Sassari", "SS", 7100, 7100),
    Town::of("Siracusa", "SR", 96100, 96100),
    Town::of("Pescara", "PE", 65121, 65129),
    Town::of("Bergamo", "BG", 24121, 24129),
    Town::of("Trento", "TN", 38121, 38123),
];

static PHONES: &[&str] = &[
    "+39 3%# #######",
    "+39 02 ########",
    "+39 06 ########",
    "+39 081 #######",
    "+39 011 #######",
    "3%# #######",
    "02 ########",
    "055 #######",
];

static PLATES: &[&str] = &["?? ### ??"];

static SUFFIXES: &[&str] = &["S.p.A.", "s.r.l.", "s.n.c.", "S.a.s.", "e figli", "Group"];

static FIRMS: &[Phrase] = &[&[LAST, &[" "], SUFFIXES], &[LAST, &["-"], LAST, &[" "], SUFFIXES]];

#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "Maria", "Anna", "Giulia", "Francesca", "Sara", "Chiara", "Sofia", "Aurora", "Martina",
    "Giorgia", "Alice", "Emma", "Elena", "Laura", "Valentina", "Federica", "Silvia", "Elisa",
    "Paola", "Roberta", "Alessandra", "Simona", "Barbara", "Cristina", "Daniela", "Monica",
    "Patrizia", "Stefania", "Antonella", "Angela", "Lucia", "Rosa", "Teresa", "Giovanna", "Carla",
    "Luisa", "Caterina", "Beatrice", "Ginevra", "Vittoria", "Gaia", "Noemi", "Arianna", "Ilaria",
    "Serena", "Marta", "Margherita", "Camilla", "Bianca", "Ludovica", "Matilde", "Rebecca",
    "Greta", "Viola", "Carlotta", "Agnese", "Adele", "Benedetta", "Cecilia", "Claudia",
    "Donatella", "Eleonora", "Emanuela", "Erika", "Eva", "Fabiana", "Flavia", "Gabriella",
    "Ginevrina", "Grazia", "Ines", "Irene", "Isabella", "Letizia", "Lidia", "Lisa", "Loredana",
    "Lorenza", "Manuela", "Marina", "Michela", "Milena", "Mirella", "Nicoletta", "Ornella",
    "Raffaella",
];
#[rustfmt::skip]
static MALE: &[&str] = &[
    "Giuseppe", "Giovanni", "Antonio", "Mario", "Luigi", "Francesco", "Angelo", "Vincenzo",
    "Pietro", "Salvatore", "Marco", "Andrea", "Alessandro", "Matteo", "Lorenzo", "Leonardo",
    "Riccardo", "Gabriele", "Davide", "Simone", "Luca", "Stefano", "Roberto", "Paolo", "Fabio",
    "Massimo", "Claudio", "Carlo", "Alberto", "Enrico", "Giorgio", "Maurizio", "Michele", "Nicola",
    "Daniele", "Federico", "Filippo", "Giacomo", "Tommaso", "Edoardo", "Emanuele", "Cristian",
    "Samuele", "Diego", "Mattia", "Raffaele", "Domenico", "Sergio", "Gianluca", "Gianni", "Aldo",
    "Alfredo", "Amedeo", "Armando", "Arturo", "Bruno", "Camillo", "Cesare", "Cosimo", "Dario",
    "Donato", "Elia", "Emilio", "Enzo", "Ettore", "Eugenio", "Ezio", "Fabrizio", "Fausto",
    "Ferdinando", "Flavio", "Franco", "Gaetano", "Germano", "Gerardo", "Gino", "Giulio", "Guido",
    "Ivan", "Jacopo", "Livio", "Luciano", "Manuel", "Marcello", "Mauro", "Mirko", "Nino", "Oreste",
    "Piero", "Renato", "Rocco", "Silvio", "Ugo", "Umberto", "Valerio", "Vittorio",
];
#[rustfmt::skip]
static LAST: &[&str] = &[
    "Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci", "Marino",
    "Greco", "Bruno", "Gallo", "Conti", "De", "Costa", "Giordano", "Mancini", "Rizzo", "Lombardi",
    "Moretti", "Barbieri", "Fontana", "Santoro", "Mariani", "Rinaldi", "Caruso", "Ferrara",
    "Galli", "Martini", "Leone", "Longo", "Gentile", "Martinelli", "Vitale", "Lombardo", "Serra",
    "Coppola", "Marchetti", "Parisi", "Villa", "Conte", "Ferraro", "Ferri", "Fabbri", "Bianco",
    "Marini", "Grasso", "Valentini", "Messina", "Sala", "Gatti", "Pellegrini", "Palumbo", "Sanna",
    "Farina", "Rizzi", "Monti", "Cattaneo", "Morelli", "Amato", "Silvestri", "Mazza", "Testa",
    "Grassi", "Pellegrino", "Carbone", "Giuliani", "Benedetti", "Barone", "Rossetti", "Caputo",
    "Montanari", "Guerra", "Palmieri", "Bernardi", "Martino", "Fiore", "Ferretti", "Bellini",
    "Basile", "Riva", "Donati", "Piras", "Vitali", "Battaglia", "Sartori", "Neri", "Costantini",
    "Milani", "Pagano", "Ruggiero", "Sorrentino", "Orlando", "Damico", "Negri",
];
