//! Portuguese, Brazil.
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
    &people::names::<PtBr>(),
    &people::titles::<PtBr>(),
    &mail::addresses::<PtBr>(),
    &places::places::<PtBr>(),
    &numbers::numbers::<PtBr>(),
    &accounts::accounts::<PtBr>(),
    &places::current_country::<PtBr>(),
    &places::flats::<PtBr>(),
];

/// The locale.
struct PtBr;

impl Peopled for PtBr {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for PtBr {
    const PLACES: &'static Places = &PLACES;
}

impl Banked for PtBr {
    const ACCOUNTS: &'static Accounts = &identity::BR_ACCOUNTS;
}

impl Numbered for PtBr {
    const NUMBERS: &'static Numbers =
        &Numbers { phones: PHONES, plates: PLATES, identity: identity::br, suffixes: SUFFIXES, firms: FIRMS };
}

static PEOPLE: People = People {
    female: Names::of(FEMALE),
    male: Names::of(MALE),
    last: Names::of(LAST),
    titles_female: &[("Dra.", 50), ("Sra.", 50)],
    titles_male: &[("Dr.", 50), ("Sr.", 50)],
    titled: 3,
    free_domains: &["gmail.com", "hotmail.com", "uol.com.br", "bol.com.br", "ig.com.br", "yahoo.com.br"],
    tlds: &["com.br", "com.br", "com.br", "com", "net", "org"],
    ..people::PLAIN
};

static PLACES: Places = Places {
    towns: TOWNS,
    areas: &[],
    streets: &[&[
        &["Rua", "Rua", "Rua", "Avenida", "Travessa", "Praça", "Alameda"],
        &[
            " das Flores",
            " Sete de Setembro",
            " Quinze de Novembro",
            " São João",
            " Santos Dumont",
            " Tiradentes",
            " Dom Pedro II",
            " Getúlio Vargas",
            " Rio Branco",
            " da Independência",
            " Santo Antônio",
            " Marechal Deodoro",
            " Castro Alves",
            " Rui Barbosa",
            " das Palmeiras",
            " dos Andradas",
            " Duque de Caxias",
            " Princesa Isabel",
            " José Bonifácio",
            " Bela Vista",
        ],
    ]],
    buildings: &["%", "%#", "%##", "%##", "%###"],
    flats: &["Apto %#", "Apto %##", "Casa %"],
    flat_separator: ", ",
    with_flat: 40,
    postcode_chars: 9,
    push_postcode: |number, _, out| {
        push_number(u64::from(number / 1_000), 5, out);
        out.push('-');
        push_number(u64::from(number % 1_000), 3, out);
    },
    street_address: &[Part::Street, Part::Text(", "), Part::Building, Part::Flat],
    address: &[
        Part::StreetAddress,
        Part::Text("\n"),
        Part::Postcode,
        Part::Text(" "),
        Part::City,
        Part::Text(" / "),
        Part::Region,
    ],
    // As the names of countries, which are en_US's.
    country: "Brazil",
    country_code: "BR",
    countries: &[],
};

/// Large towns, with the span that their postal codes lie in.
#[rustfmt::skip]
static TOWNS: &[Town] = &[
    Town::of("São Paulo", "SP", 1000000, 5999999),
    Town::of("Rio de Janeiro", "RJ", 20000000, 23799999),
    Town::of("Brasília", "DF", 70000000, 72799999),
    Town::of("Salvador", "BA", 40000000, 42599999),
    Town::of("Fortaleza", "CE", 60000000, 61599999),
    Town::of("Belo Horizonte", "MG", 30000000, 31999999),
    Town::of("Manaus", "AM", 69000000, 69099999),
    Town::of("Curitiba", "PR", 80000000, 82999999),
    Town::of("Recife", "PE", 50000000, 52999999),
    Town::of("Goiânia", "GO", 74000000, 74899999),
    Town::of("Belém", "PA", 66000000, 66999999),
    Town::of("Porto Alegre", "RS", 90000000, 91999999),
    Town::of("Guarulhos", "SP", 7000000, 7399999),
    Town::of("Campinas", "SP", 13000000, 13139999),
    Town::of("São Luís", "MA", 65000000, 65109999),
    Town::of("Maceió", "AL", 57000000, 57099999),
    Town::of("Campo Grande", "MS", 79000000, 79124999),
    Town::of("Natal", "RN", 59000000, 59139999),
    Town::of("Teresina", "PI", 64000000, 64099999),
    Town::of("João Pessoa", "PB", 58000000, 58099999),
    Town::of("Santo André", "SP", 9000000, 9299999),
    Town::of("Osasco", "SP", 6000000, 6299999),
    Town::of("Uberlândia", "MG", 38400000, 38415999),
    Town::of("Sorocaba", "SP", 18000000, 18109999),
    Town::of("Aracaju", "SE", 49000000, 49099999),
    Town::of("Cuiabá", "MT", 78000000, 78109999),
    Town::of("Florianópolis", "SC", 88000000, 88099999),
    Town::of("Joinville", "SC", 89200000, 89239999),
    Town::of("Londrina", "PR", 86000000, 86099999),
    Town::of("Juiz de Fora", "MG", 36000000, 36107999),
    Town::of("Porto Velho", "RO", 76800000, 76834999),
    Town::of("Vitória", "ES", 29000000, 29099999),
    Town::of("Macapá", "AP", 68900000, 68911999),
    Town::of("Rio Branco", "AC", 69900000, 69924999),
    Town::of("Boa Vista", "RR", 69300000, 69339999),
    Town::of("Palmas", "TO", 77000000, 77249999),
];

static PHONES: &[&str] = &[
    "+55 11 9####-####",
    "+55 21 9####-####",
    "+55 31 9####-####",
    "+55 41 9####-####",
    "(11) 2###-####",
    "(21) 3###-####",
    "(31) 3###-####",
    "(51) 3###-####",
    "(61) 9####-####",
    "(71) 9####-####",
    "(81) 9####-####",
    "(85) 9####-####",
];

static PLATES: &[&str] = &["???-####", "???#?##"];

static SUFFIXES: &[&str] = &["S.A.", "Ltda.", "e Filhos", "- ME", "- EI", "S/A"];

static FIRMS: &[Phrase] = &[&[LAST, &[" "], SUFFIXES], &[LAST, &["-"], LAST, &[" "], SUFFIXES]];

#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "Maria", "Ana", "Júlia", "Beatriz", "Larissa", "Mariana", "Fernanda", "Camila", "Amanda",
    "Letícia", "Gabriela", "Isabela", "Sophia", "Helena", "Alice", "Laura", "Manuela", "Luiza",
    "Valentina", "Giovanna", "Heloísa", "Lívia", "Lorena", "Yasmin", "Rafaela", "Bruna",
    "Carolina", "Patrícia", "Aline", "Juliana", "Vanessa", "Adriana", "Márcia", "Cláudia",
    "Luciana", "Simone", "Sandra", "Cristina", "Renata", "Raquel", "Débora", "Daniela", "Priscila",
    "Tatiane", "Viviane", "Elaine", "Rosângela", "Francisca", "Antônia", "Aparecida", "Cecília",
    "Clarice", "Eduarda", "Emanuelly", "Esther", "Evelyn", "Fabiana", "Flávia", "Graziela",
    "Ingrid", "Isadora", "Jaqueline", "Joana", "Josefa", "Kelly", "Lavínia", "Lúcia", "Luana",
    "Mônica", "Melissa", "Milena", "Mirella", "Natália", "Nicole", "Olívia", "Pietra", "Rebeca",
    "Regina", "Sabrina", "Sarah", "Sueli", "Teresa", "Vitória",
];
#[rustfmt::skip]
static MALE: &[&str] = &[
    "José", "João", "Antônio", "Francisco", "Carlos", "Paulo", "Pedro", "Lucas", "Luiz", "Marcos",
    "Gabriel", "Rafael", "Daniel", "Marcelo", "Bruno", "Eduardo", "Felipe", "Rodrigo", "Manoel",
    "Mateus", "Miguel", "Arthur", "Heitor", "Bernardo", "Davi", "Théo", "Lorenzo", "Enzo",
    "Guilherme", "Gustavo", "Leonardo", "Vinícius", "Thiago", "Diego", "André", "Fernando",
    "Fábio", "Ricardo", "Roberto", "Sérgio", "Jorge", "Márcio", "Alexandre", "Anderson", "Leandro",
    "Renato", "Caio", "Igor", "Vitor", "Henrique", "Breno", "Benjamin", "Alan", "Alberto",
    "Alessandro", "Augusto", "Calebe", "Cauã", "César", "Cláudio", "Cristiano", "Danilo", "Edson",
    "Elias", "Emanuel", "Erick", "Fabrício", "Flávio", "Geraldo", "Gilberto", "Hugo", "Isaac",
    "Ivan", "Joaquim", "Júlio", "Kaique", "Luan", "Luciano", "Murilo", "Mário", "Nathan", "Nelson",
    "Nicolas", "Otávio", "Raimundo", "Raul", "Robson", "Rogério", "Ryan", "Samuel", "Sebastião",
    "Severino", "Silvio", "Tiago", "Valdir", "Wagner", "Wellington", "Yuri",
];
#[rustfmt::skip]
static LAST: &[&str] = &[
    "Silva", "Santos", "Oliveira", "Souza", "Rodrigues", "Ferreira", "Alves", "Pereira", "Lima",
    "Gomes", "Costa", "Ribeiro", "Martins", "Carvalho", "Almeida", "Lopes", "Soares", "Fernandes",
    "Vieira", "Barbosa", "Rocha", "Dias", "Nascimento", "Andrade", "Moreira", "Nunes", "Marques",
    "Machado", "Mendes", "Freitas", "Cardoso", "Ramos", "Gonçalves", "Santana", "Teixeira",
    "Araújo", "Pinto", "Correia", "Cavalcanti", "Moura", "Campos", "Azevedo", "Castro", "Monteiro",
    "Melo", "Duarte", "Peixoto", "Farias", "Rezende", "Viana", "Moraes", "Novaes", "Porto",
    "Sales", "Barros", "Caldeira", "Cunha", "Fogaça", "Jesus", "Luz", "Mota", "Pires", "Sousa",
    "Bezerra", "Borges", "Brito", "Cabral", "Cordeiro", "Coelho", "Dantas", "Dutra", "Esteves",
    "Figueiredo", "Fonseca", "Franco", "Guimarães", "Leal", "Leite", "Macedo", "Magalhães",
    "Medeiros", "Miranda", "Morais", "Neves", "Pacheco", "Paiva", "Queiroz", "Reis", "Sampaio",
    "Siqueira", "Tavares", "Toledo", "Torres", "Vargas", "Vasconcelos", "Xavier",
];
