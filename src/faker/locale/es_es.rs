//! Spanish, Spain.
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
    &people::names::<EsEs>(),
    &mail::addresses::<EsEs>(),
    &places::places::<EsEs>(),
    &numbers::numbers::<EsEs>(),
    &accounts::accounts::<EsEs>(),
    &places::current_country::<EsEs>(),
    &places::flats::<EsEs>(),
];

/// The locale.
struct EsEs;

impl Peopled for EsEs {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for EsEs {
    const PLACES: &'static Places = &PLACES;
}

impl Banked for EsEs {
    const ACCOUNTS: &'static Accounts = &identity::ES_ACCOUNTS;
}

impl Numbered for EsEs {
    const NUMBERS: &'static Numbers =
        &Numbers { phones: PHONES, plates: PLATES, identity: identity::es, suffixes: SUFFIXES, firms: FIRMS };
}

static PEOPLE: People = People {
    female: Names::of(FEMALE),
    male: Names::of(MALE),
    last: Names::of(LAST),
    second_last: 90,
    free_domains: &["gmail.com", "hotmail.es", "yahoo.es", "outlook.es", "telefonica.net"],
    tlds: &["es", "es", "es", "com", "net", "org"],
    ..people::PLAIN
};

static PLACES: Places = Places {
    towns: TOWNS,
    areas: &[],
    streets: &[&[
        &["Calle", "Calle", "Avenida", "Plaza", "Paseo", "Camino", "Ronda"],
        &[
            " Mayor",
            " de la Constitución",
            " Real",
            " de Cervantes",
            " del Sol",
            " de la Iglesia",
            " Nueva",
            " de Goya",
            " de Velázquez",
            " de San Juan",
            " de San Antonio",
            " de Andalucía",
            " de Castilla",
            " del Pilar",
            " de la Paz",
            " de Colón",
            " de Alfonso XIII",
            " de la Estación",
            " de las Flores",
            " de Santa María",
        ],
    ]],
    buildings: &["%", "%#", "%#", "%##"],
    flats: &["%º A", "%º B", "%º C", "%º Izq.", "%º Dcha.", "Bajo %"],
    flat_separator: ", ",
    with_flat: 40,
    postcode_chars: 5,
    push_postcode: |number, _, out| push_number(u64::from(number), 5, out),
    street_address: &[Part::Street, Part::Text(", "), Part::Building, Part::Flat],
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
    country: "Spain",
    country_code: "ES",
    countries: &[],
};

/// Large towns, with the span that their postal codes lie in.
#[rustfmt::skip]
static TOWNS: &[Town] = &[
    Town::of("Madrid", "Madrid", 28001, 28055),
    Town::of("Barcelona", "Barcelona", 8001, 8042),
    Town::of("Valencia", "Valencia", 46001, 46026),
    Town::of("Sevilla", "Sevilla", 41001, 41020),
    Town::of("Zaragoza", "Zaragoza", 50001, 50022),
    Town::of("Málaga", "Málaga", 29001, 29018),
    Town::of("Murcia", "Murcia", 30001, 30012),
    Town::of("Palma", "Baleares", 7001, 7015),
    Town::of("Las Palmas de Gran Canaria", "Las Palmas", 35001, 35020),
    Town::of("Bilbao", "Bizkaia", 48001, 48015),
    Town::of("Alicante", "Alicante", 3001, 3016),
    Town::of("Córdoba", "Córdoba", 14001, 14014),
    Town::of("Valladolid", "Valladolid", 47001, 47016),
    Town::of("Vigo", "Pontevedra", 36201, 36216),
    Town::of("Gijón", "Asturias", 33201, 33213),
    Town::of("Vitoria-Gasteiz", "Álava", 1001, 1015),
    Town::of("Granada", "Granada", 18001, 18015),
    Town::of("Oviedo", "Asturias", 33001, 33013),
    Town::of("Cartagena", "Murcia", 30201, 30205),
    Town::of("Pamplona", "Navarra", 31001, 31016),
    Town::of("Almería", "Almería", 4001, 4009),
    Town::of("San Sebastián", "Gipuzkoa", 20001, 20018),
    Town::of("Burgos", "Burgos", 9001, 9007),
    Town::of("Santander", "Cantabria", 39001, 39012),
    Town::of("Albacete", "Albacete", 2001, 2008),
    Town::of("Castellón de la Plana", "Castellón", 12001, 12006),
    Town::of("Logroño", "La Rioja", 26001, 26009),
    Town::of("Badajoz", "Badajoz", 6001, 6012),
    Town::of("Salamanca", "Salamanca", 37001, 37009),
    Town::of("Huelva", "Huelva", 21001, 21007),
    Town::of("Lleida", "Lleida", 25001, 25008),
    Town::of("Tarragona", "Tarragona", 43001, 43008),
    Town::of("León", "León", 24001, 24010),
    Town::of("Cádiz", "Cádiz", 11001, 11012),
    Town::of("Jaén", "Jaén", 23001, 23009),
];

static PHONES: &[&str] = &[
    "+34 6## ### ###",
    "+34 7%# ### ###",
    "+34 91# ### ###",
    "+34 93# ### ###",
    "+34 95# ### ###",
    "6## ### ###",
    "91 ### ## ##",
    "93 ### ## ##",
];

static PLATES: &[&str] = &["#### ???"];

static SUFFIXES: &[&str] = &["S.A.", "S.L.", "S.L.U.", "S.Coop.", "y Asociados S.L."];

static FIRMS: &[Phrase] = &[&[LAST, &[" "], SUFFIXES], &[LAST, &["-"], LAST, &[" "], SUFFIXES]];

#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "María", "Carmen", "Ana", "Isabel", "Laura", "Cristina", "Marta", "Lucía", "Elena", "Paula",
    "Sara", "Pilar", "Teresa", "Rosa", "Raquel", "Patricia", "Silvia", "Beatriz", "Rocío", "Julia",
    "Irene", "Mónica", "Alba", "Nuria", "Claudia", "Sofía", "Martina", "Valeria", "Daniela",
    "Carla", "Inés", "Aitana", "Noa", "Candela", "Vega", "Alma", "Lola", "Blanca", "Clara", "Eva",
    "Gloria", "Esther", "Yolanda", "Sonia", "Sandra", "Susana", "Verónica", "Mercedes", "Dolores",
    "Encarnación", "Concepción", "Asunción", "Remedios", "Consuelo", "Amparo", "Begoña", "Leire",
    "Ainhoa", "Nerea", "Amaia", "Montserrat", "Núria", "Aurora", "Catalina", "Celia", "Emilia",
    "Estefanía", "Fátima", "Guadalupe", "Inmaculada", "Josefa", "Juana", "Leonor", "Lorena",
    "Luisa", "Magdalena", "Manuela", "Margarita", "Matilde", "Micaela", "Milagros", "Natalia",
    "Noelia", "Olga", "Rebeca", "Soledad", "Virginia",
];
#[rustfmt::skip]
static MALE: &[&str] = &[
    "Antonio", "Manuel", "José", "Francisco", "David", "Juan", "Javier", "Daniel", "Carlos",
    "Jesús", "Alejandro", "Miguel", "Rafael", "Pedro", "Pablo", "Ángel", "Sergio", "Fernando",
    "Jorge", "Luis", "Alberto", "Álvaro", "Adrián", "Diego", "Raúl", "Iván", "Rubén", "Enrique",
    "Óscar", "Ramón", "Vicente", "Andrés", "Joaquín", "Santiago", "Eduardo", "Víctor", "Mario",
    "Roberto", "Jaime", "Marcos", "Ignacio", "Alfonso", "Hugo", "Martín", "Lucas", "Mateo", "Leo",
    "Nicolás", "Gonzalo", "Rodrigo", "Íñigo", "Aitor", "Asier", "Jordi", "Xavier", "Agustín",
    "Alonso", "Arturo", "Baltasar", "Benito", "Bernardo", "Borja", "Bruno", "César", "Cristóbal",
    "Domingo", "Emilio", "Esteban", "Felipe", "Félix", "Gabriel", "Gerardo", "Germán", "Gregorio",
    "Guillermo", "Héctor", "Ismael", "Jacobo", "Joel", "Julián", "Julio", "Lorenzo", "Mariano",
    "Marcelo", "Mauricio", "Nacho", "Samuel", "Saúl", "Sebastián", "Simón", "Tomás",
];
#[rustfmt::skip]
static LAST: &[&str] = &[
    "García", "Rodríguez", "González", "Fernández", "López", "Martínez", "Sánchez", "Pérez",
    "Gómez", "Martín", "Jiménez", "Ruiz", "Hernández", "Díaz", "Moreno", "Muñoz", "Álvarez",
    "Romero", "Alonso", "Gutiérrez", "Navarro", "Torres", "Domínguez", "Vázquez", "Ramos", "Gil",
    "Ramírez", "Serrano", "Blanco", "Molina", "Morales", "Suárez", "Ortega", "Delgado", "Castro",
    "Ortiz", "Rubio", "Marín", "Sanz", "Núñez", "Iglesias", "Medina", "Garrido", "Cortés",
    "Castillo", "Santos", "Lozano", "Guerrero", "Cano", "Prieto", "Méndez", "Cruz", "Calvo",
    "Gallego", "Vidal", "León", "Márquez", "Herrera", "Peña", "Flores", "Cabrera", "Campos",
    "Vega", "Fuentes", "Carrasco", "Diez", "Caballero", "Reyes", "Nieto", "Aguilar", "Pascual",
    "Santana", "Herrero", "Lorenzo", "Montero", "Hidalgo", "Giménez", "Ibáñez", "Ferrer", "Durán",
    "Santiago", "Benítez", "Mora", "Vicente", "Vargas", "Arias", "Carmona", "Crespo", "Román",
    "Pastor", "Soto", "Sáez", "Velasco", "Moya", "Soler", "Parra", "Esteban", "Bravo", "Gallardo",
    "Rojas",
];
