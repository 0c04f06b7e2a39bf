//! French, France.
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
    &people::names::<FrFr>(),
    &mail::addresses::<FrFr>(),
    &places::places::<FrFr>(),
    &numbers::numbers::<FrFr>(),
    &accounts::accounts::<FrFr>(),
    &places::current_country::<FrFr>(),
];

/// The locale.
struct FrFr;

impl Peopled for FrFr {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for FrFr {
    const PLACES: &'static Places = &PLACES;
}

impl Banked for FrFr {
    const ACCOUNTS: &'static Accounts = &identity::FR_ACCOUNTS;
}

impl Numbered for FrFr {
    const NUMBERS: &'static Numbers =
        &Numbers { phones: PHONES, plates: PLATES, identity: identity::fr, suffixes: SUFFIXES, firms: FIRMS };
}

static PEOPLE: People = People {
    female: Names::of(FEMALE),
    male: Names::of(MALE),
    last: Names::of(LAST),
    free_domains: &["orange.fr", "free.fr", "laposte.net", "sfr.fr", "wanadoo.fr", "gmail.com", "hotmail.fr"],
    tlds: &["fr", "fr", "fr", "com", "net", "org"],
    ..people::PLAIN
};

static PLACES: Places = Places {
    towns: TOWNS,
    areas: &[],
    streets: &[&[
        &["rue", "rue", "avenue", "boulevard", "place", "chemin", "impasse"],
        &[
            " de la République",
            " Victor Hugo",
            " Jean Jaurès",
            " de la Gare",
            " du Moulin",
            " des Écoles",
            " de l’Église",
            " Pasteur",
            " du Général de Gaulle",
            " Gambetta",
            " des Lilas",
            " de Verdun",
            " Émile Zola",
            " du Château",
            " Jules Ferry",
            " Voltaire",
            " Saint-Michel",
            " des Tilleuls",
            " de la Fontaine",
            " Carnot",
        ],
    ]],
    buildings: &["%", "%#", "%#", "%##", "%# bis"],
    flats: &[],
    flat_separator: "",
    with_flat: 0,
    postcode_chars: 5,
    push_postcode: |number, _, out| push_number(u64::from(number), 5, out),
    street_address: &[Part::Building, Part::Text(", "), Part::Street],
    address: &[Part::StreetAddress, Part::Text("\n"), Part::Postcode, Part::Text(" "), Part::City],
    // As the names of countries, which are en_US's.
    country: "France",
    country_code: "FR",
    countries: &[],
};

/// Large towns, with the span that their postal codes lie in.
#[rustfmt::skip]
static TOWNS: &[Town] = &[
    Town::of("Paris", "Île-de-France", 75001, 75020),
    Town::of("Marseille", "Provence-Alpes-Côte d’Azur", 13001, 13016),
    Town::of("Lyon", "Auvergne-Rhône-Alpes", 69001, 69009),
    Town::of("Toulouse", "Occitanie", 31000, 31500),
    Town::of("Nice", "Provence-Alpes-Côte d’Azur", 6000, 6300),
    Town::of("Nantes", "Pays de la Loire", 44000, 44300),
    Town::of("Montpellier", "Occitanie", 34000, 34090),
    Town::of("Strasbourg", "Grand Est", 67000, 67200),
    Town::of("Bordeaux", "Nouvelle-Aquitaine", 33000, 33300),
    Town::of("Lille", "Hauts-de-France", 59000, 59800),
    Town::of("Rennes", "Bretagne", 35000, 35700),
    Town::of("Reims", "Grand Est", 51100, 51100),
    Town::of("Saint-Étienne", "Auvergne-Rhône-Alpes", 42000, 42100),
    Town::of("Le Havre", "Normandie", 76600, 76620),
    Town::of("Toulon", "Provence-Alpes-Côte d’Azur", 83000, 83200),
    Town::of("Grenoble", "Auvergne-Rhône-Alpes", 38000, 38100),
    Town::of("Dijon", "Bourgogne-Franche-Comté", 21000, 21000),
    Town::of("Angers", "Pays de la Loire", 49000, 49100),
    Town::of("Nîmes", "Occitanie", 30000, 30900),
    Town::of("Clermont-Ferrand", "Auvergne-Rhône-Alpes", 63000, 63100),
    Town::of("Le Mans", "Pays de la Loire", 72000, 72100),
    Town::of("Aix-en-Provence", "Provence-Alpes-Côte d’Azur", 13080, 13100),
    Town::of("Brest", "Bretagne", 29200, 29200),
    Town::of("Tours", "Centre-Val de Loire", 37000, 37200),
    Town::of("Amiens", "Hauts-de-France", 80000, 80090),
    Town::of("Limoges", "Nouvelle-Aquitaine", 87000, 87280),
    Town::of("Metz", "Grand Est", 57000, 57070),
    Town::of("Besançon", "Bourgogne-Franche-Comté", 25000, 25000),
    Town::of("Orléans", "Centre-Val de Loire", 45000, 45100),
    Town::of("Rouen", "Normandie", 76000, 76100),
    Town::of("Mulhouse", "Grand Est", 68100, 68200),
    Town::of("Caen", "Normandie", 14000, 14000),
    Town::of("Nancy", "Grand Est", 54000, 54100),
    Town::of("Perpignan", "Occitanie", 66000, 66100),
    Town::of("Poitiers", "Nouvelle-Aquitaine", 86000, 86000),
];

static PHONES: &[&str] = &[
    "+33 1 ## ## ## ##",
    "+33 4 ## ## ## ##",
    "+33 6 ## ## ## ##",
    "+33 7 ## ## ## ##",
    "01 ## ## ## ##",
    "02 ## ## ## ##",
    "03 ## ## ## ##",
    "04 ## ## ## ##",
    "05 ## ## ## ##",
    "06 ## ## ## ##",
    "07 ## ## ## ##",
];

static PLATES: &[&str] = &["??-###-??"];

static SUFFIXES: &[&str] = &["SA", "SARL", "SAS", "et Fils", "S.A.R.L.", "SNC"];

static FIRMS: &[Phrase] =
    &[&[LAST, &[" "], SUFFIXES], &[LAST, &[" "], SUFFIXES], &[LAST, &[" & "], LAST, &[" "], SUFFIXES]];

#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "Marie", "Jeanne", "Camille", "Léa", "Manon", "Chloé", "Emma", "Inès", "Jade", "Louise",
    "Alice", "Juliette", "Zoé", "Anaïs", "Margaux", "Clara", "Sarah", "Lucie", "Pauline",
    "Mathilde", "Charlotte", "Élise", "Hélène", "Sophie", "Céline", "Aurélie", "Émilie", "Julie",
    "Claire", "Anne", "Isabelle", "Nathalie", "Catherine", "Sylvie", "Martine", "Françoise",
    "Monique", "Nicole", "Brigitte", "Christine", "Valérie", "Sandrine", "Stéphanie", "Virginie",
    "Delphine", "Caroline", "Laurence", "Agnès", "Alexandrie", "Amélie", "Astrid", "Aurore",
    "Bénédicte", "Capucine", "Célestine", "Constance", "Édith", "Éléonore", "Élodie", "Eugénie",
    "Frédérique", "Gabrielle", "Geneviève", "Henriette", "Joséphine", "Laetitia", "Lorraine",
    "Lucienne", "Madeleine", "Marguerite", "Noémie", "Odette", "Patricia", "Philippine", "Renée",
    "Simone", "Suzanne", "Thérèse", "Véronique", "Victoire", "Yvette",
];
#[rustfmt::skip]
static MALE: &[&str] = &[
    "Jean", "Pierre", "Michel", "André", "Philippe", "Alain", "Bernard", "Jacques", "Daniel",
    "Patrick", "Louis", "Nicolas", "Thomas", "Hugo", "Lucas", "Théo", "Antoine", "Maxime",
    "Alexandre", "Julien", "Romain", "Guillaume", "François", "Laurent", "Christophe", "Frédéric",
    "Olivier", "Stéphane", "Sébastien", "Éric", "Pascal", "Thierry", "Gilles", "Bruno", "Marc",
    "Vincent", "David", "Arthur", "Paul", "Jules", "Gabriel", "Raphaël", "Léo", "Nathan", "Mathis",
    "Étienne", "Benoît", "Grégoire", "Xavier", "Yves", "Adrien", "Alfred", "Auguste", "Aimé",
    "Alphonse", "Augustin", "Charles", "Clément", "Denis", "Édouard", "Émile", "Emmanuel",
    "Eugène", "Fabien", "Georges", "Gérard", "Grégory", "Gustave", "Guy", "Henri", "Honoré",
    "Isaac", "Jérôme", "Joseph", "Luc", "Marcel", "Martin", "Matthieu", "Noël", "Patrice", "Rémy",
    "René", "Richard", "Robert", "Roger", "Roland", "Simon", "Timothée", "Tristan", "Victor",
    "William", "Yann",
];
#[rustfmt::skip]
static LAST: &[&str] = &[
    "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau",
    "Laurent", "Simon", "Michel", "Lefebvre", "Leroy", "Roux", "David", "Bertrand", "Morel",
    "Fournier", "Girard", "Bonnet", "Dupont", "Lambert", "Fontaine", "Rousseau", "Vincent",
    "Muller", "Lefèvre", "Faure", "André", "Mercier", "Blanc", "Guérin", "Boyer", "Garnier",
    "Chevalier", "François", "Legrand", "Gauthier", "Garcia", "Perrin", "Robin", "Clément",
    "Morin", "Nicolas", "Henry", "Roussel", "Mathieu", "Gautier", "Masson", "Marchand", "Duval",
    "Denis", "Dumont", "Marie", "Lemaire", "Noël", "Meyer", "Dufour", "Meunier", "Brun",
    "Blanchard", "Giraud", "Joly", "Rivière", "Lucas", "Brunet", "Gaillard", "Barbier", "Arnaud",
    "Martinez", "Gérard", "Roche", "Renard", "Schmitt", "Roy", "Leroux", "Colin", "Vidal", "Caron",
    "Picard", "Roger", "Fabre", "Aubert", "Lemoine", "Renaud", "Dumas", "Lacroix", "Olivier",
    "Philippe", "Bourgeois", "Pierre", "Benoît", "Rey", "Leclerc", "Payet", "Rolland", "Leclercq",
    "Guillaume", "Lecomte",
];
