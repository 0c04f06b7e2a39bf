//! English, United States: its people and places where the columns of a row tell of one of them, or where
//! no two values may be the same.
//!
//! Owns first names by gender, and real cities with their postal codes. Values drawn one by one are those of
//! the families beside this folder, with Faker's made-up cities.

use fake::locales::{Data, EN};

use super::super::Provider;
use super::super::internet::{FREE_DOMAINS, TLDS};
use super::super::pattern::push_number;
use super::super::person::{PREFIXES_FEMALE, PREFIXES_MALE, SUFFIXES_FEMALE, SUFFIXES_MALE};
use super::mail;
use super::people::{self, Names, People, Peopled};
use super::places::{self, Part, Placed, Places, Town};

/// The providers, family by family.
pub const COHERENT: &[&[Provider]] = &[
    &people::names::<EnUs>(),
    &people::titles::<EnUs>(),
    &people::suffixes::<EnUs>(),
    &mail::addresses::<EnUs>(),
    &places::places::<EnUs>(),
    &places::flats::<EnUs>(),
];

/// The locale.
struct EnUs;

impl Peopled for EnUs {
    const PEOPLE: &'static People = &PEOPLE;
}

impl Placed for EnUs {
    const PLACES: &'static Places = &PLACES;
}

static PEOPLE: People = People {
    female: Names::of(FEMALE),
    male: Names::of(MALE),
    last: Names::of(<EN as Data>::NAME_LAST_NAME),
    titles_female: &PREFIXES_FEMALE,
    titles_male: &PREFIXES_MALE,
    titled: 2,
    suffixes_female: &SUFFIXES_FEMALE,
    suffixes_male: &SUFFIXES_MALE,
    suffixed: 2,
    free_domains: &FREE_DOMAINS,
    tlds: &TLDS,
    ..people::PLAIN
};

/// The places of a group's addresses.
pub static PLACES: Places = Places {
    towns: &TOWNS,
    areas: &[],
    streets: &[
        &[<EN as Data>::NAME_FIRST_NAME, &[" "], <EN as Data>::ADDRESS_STREET_SUFFIX],
        &[<EN as Data>::NAME_LAST_NAME, &[" "], <EN as Data>::ADDRESS_STREET_SUFFIX],
    ],
    buildings: &["%####", "%###", "%##"],
    flats: &["Apt. ###", "Suite ###"],
    flat_separator: " ",
    with_flat: 50,
    postcode_chars: 5,
    push_postcode: |number, _, out| push_number(u64::from(number), 5, out),
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
};

const fn town(
    city: &'static str,
    region: &'static str,
    region_code: &'static str,
    first: u32,
    last: u32,
) -> Town {
    Town { city, district: "", region, region_code, postcodes: (first, last), areas: &[] }
}

/// Large cities, and the largest of the states that have none, with the range of the postal codes that
/// lie in them (United States Postal Service).
#[rustfmt::skip]
static TOWNS: [Town; 95] = [
    town("Albuquerque", "New Mexico", "NM", 87_102, 87_123),
    town("Anchorage", "Alaska", "AK", 99_501, 99_518),
    town("Atlanta", "Georgia", "GA", 30_303, 30_350),
    town("Austin", "Texas", "TX", 78_701, 78_759),
    town("Baltimore", "Maryland", "MD", 21_201, 21_239),
    town("Baton Rouge", "Louisiana", "LA", 70_801, 70_820),
    town("Billings", "Montana", "MT", 59_101, 59_106),
    town("Birmingham", "Alabama", "AL", 35_203, 35_224),
    town("Boise", "Idaho", "ID", 83_702, 83_716),
    town("Boston", "Massachusetts", "MA", 2_108, 2_136),
    town("Bridgeport", "Connecticut", "CT", 6_604, 6_610),
    town("Brooklyn", "New York", "NY", 11_201, 11_239),
    town("Buffalo", "New York", "NY", 14_201, 14_222),
    town("Burlington", "Vermont", "VT", 5_401, 5_408),
    town("Charleston", "West Virginia", "WV", 25_301, 25_315),
    town("Charlotte", "North Carolina", "NC", 28_202, 28_217),
    town("Cheyenne", "Wyoming", "WY", 82_001, 82_009),
    town("Chicago", "Illinois", "IL", 60_601, 60_661),
    town("Cincinnati", "Ohio", "OH", 45_202, 45_219),
    town("Cleveland", "Ohio", "OH", 44_102, 44_115),
    town("Colorado Springs", "Colorado", "CO", 80_903, 80_920),
    town("Columbia", "South Carolina", "SC", 29_201, 29_212),
    town("Columbus", "Ohio", "OH", 43_201, 43_235),
    town("Dallas", "Texas", "TX", 75_201, 75_254),
    town("Denver", "Colorado", "CO", 80_202, 80_239),
    town("Des Moines", "Iowa", "IA", 50_309, 50_321),
    town("Detroit", "Michigan", "MI", 48_201, 48_243),
    town("Durham", "North Carolina", "NC", 27_701, 27_713),
    town("El Paso", "Texas", "TX", 79_901, 79_938),
    town("Fargo", "North Dakota", "ND", 58_102, 58_104),
    town("Fort Worth", "Texas", "TX", 76_102, 76_140),
    town("Fresno", "California", "CA", 93_701, 93_730),
    town("Grand Rapids", "Michigan", "MI", 49_503, 49_508),
    town("Hartford", "Connecticut", "CT", 6_103, 6_120),
    town("Honolulu", "Hawaii", "HI", 96_813, 96_826),
    town("Houston", "Texas", "TX", 77_002, 77_099),
    town("Indianapolis", "Indiana", "IN", 46_201, 46_268),
    town("Jackson", "Mississippi", "MS", 39_201, 39_216),
    town("Jacksonville", "Florida", "FL", 32_202, 32_259),
    town("Kansas City", "Missouri", "MO", 64_101, 64_158),
    town("Knoxville", "Tennessee", "TN", 37_902, 37_924),
    town("Las Vegas", "Nevada", "NV", 89_101, 89_149),
    town("Lexington", "Kentucky", "KY", 40_502, 40_517),
    town("Lincoln", "Nebraska", "NE", 68_502, 68_532),
    town("Little Rock", "Arkansas", "AR", 72_201, 72_212),
    town("Long Beach", "California", "CA", 90_802, 90_815),
    town("Los Angeles", "California", "CA", 90_001, 90_068),
    town("Louisville", "Kentucky", "KY", 40_202, 40_272),
    town("Madison", "Wisconsin", "WI", 53_703, 53_719),
    town("Manchester", "New Hampshire", "NH", 3_101, 3_109),
    town("Memphis", "Tennessee", "TN", 38_103, 38_141),
    town("Mesa", "Arizona", "AZ", 85_201, 85_215),
    town("Miami", "Florida", "FL", 33_125, 33_189),
    town("Milwaukee", "Wisconsin", "WI", 53_202, 53_228),
    town("Minneapolis", "Minnesota", "MN", 55_401, 55_419),
    town("Mobile", "Alabama", "AL", 36_602, 36_619),
    town("Nashville", "Tennessee", "TN", 37_201, 37_221),
    town("New Orleans", "Louisiana", "LA", 70_112, 70_131),
    town("New York", "New York", "NY", 10_001, 10_040),
    town("Newark", "New Jersey", "NJ", 7_102, 7_114),
    town("Oakland", "California", "CA", 94_601, 94_621),
    town("Oklahoma City", "Oklahoma", "OK", 73_102, 73_173),
    town("Omaha", "Nebraska", "NE", 68_102, 68_144),
    town("Orlando", "Florida", "FL", 32_801, 32_839),
    town("Philadelphia", "Pennsylvania", "PA", 19_102, 19_154),
    town("Phoenix", "Arizona", "AZ", 85_003, 85_054),
    town("Pittsburgh", "Pennsylvania", "PA", 15_201, 15_238),
    town("Portland", "Maine", "ME", 4_101, 4_103),
    town("Portland", "Oregon", "OR", 97_201, 97_239),
    town("Providence", "Rhode Island", "RI", 2_903, 2_909),
    town("Raleigh", "North Carolina", "NC", 27_601, 27_617),
    town("Reno", "Nevada", "NV", 89_501, 89_512),
    town("Richmond", "Virginia", "VA", 23_219, 23_236),
    town("Rochester", "New York", "NY", 14_604, 14_624),
    town("Sacramento", "California", "CA", 95_811, 95_838),
    town("Saint Louis", "Missouri", "MO", 63_101, 63_147),
    town("Salt Lake City", "Utah", "UT", 84_101, 84_124),
    town("San Antonio", "Texas", "TX", 78_201, 78_261),
    town("San Diego", "California", "CA", 92_101, 92_154),
    town("San Francisco", "California", "CA", 94_102, 94_134),
    town("San Jose", "California", "CA", 95_110, 95_139),
    town("Santa Fe", "New Mexico", "NM", 87_501, 87_508),
    town("Savannah", "Georgia", "GA", 31_401, 31_411),
    town("Seattle", "Washington", "WA", 98_101, 98_199),
    town("Sioux Falls", "South Dakota", "SD", 57_103, 57_108),
    town("Spokane", "Washington", "WA", 99_201, 99_208),
    town("Springfield", "Illinois", "IL", 62_701, 62_707),
    town("Tampa", "Florida", "FL", 33_602, 33_647),
    town("Tucson", "Arizona", "AZ", 85_701, 85_757),
    town("Tulsa", "Oklahoma", "OK", 74_103, 74_137),
    town("Virginia Beach", "Virginia", "VA", 23_451, 23_464),
    town("Washington", "District of Columbia", "DC", 20_001, 20_020),
    town("Wichita", "Kansas", "KS", 67_202, 67_235),
    town("Wilmington", "Delaware", "DE", 19_801, 19_810),
    town("Worcester", "Massachusetts", "MA", 1_602, 1_610),
];

/// First names that are common among women and hardly among men, a selection of our own.
#[rustfmt::skip]
static FEMALE: &[&str] = &[
    "Abigail", "Adriana", "Agnes", "Alexandra", "Alexis", "Alice", "Alicia", "Alison", "Allison",
    "Alma", "Alyssa", "Amanda", "Amber", "Amelia", "Amy", "Ana", "Andrea", "Angela", "Angelica",
    "Angelina", "Anita", "Ann", "Anna", "Anne", "Annette", "Annie", "April", "Ariana", "Ashley",
    "Audrey", "Autumn", "Ava", "Barbara", "Beatrice", "Bernice", "Bertha", "Bethany", "Betty",
    "Beverly", "Bonnie", "Brenda", "Briana", "Bridget", "Brittany", "Brooke", "Caitlin", "Camille",
    "Candice", "Carla", "Carmen", "Carol", "Caroline", "Carolyn", "Carrie", "Cassandra",
    "Catherine", "Cecilia", "Charlotte", "Chelsea", "Cheryl", "Chloe", "Christina", "Christine",
    "Cindy", "Claire", "Clara", "Claudia", "Colleen", "Connie", "Courtney", "Cristina", "Crystal",
    "Cynthia", "Daisy", "Danielle", "Dawn", "Debbie", "Deborah", "Debra", "Delia", "Denise",
    "Desiree", "Diana", "Diane", "Dolores", "Donna", "Doris", "Dorothy", "Edith", "Edna", "Eileen",
    "Elaine", "Eleanor", "Elena", "Elizabeth", "Ella", "Ellen", "Eloise", "Elsie", "Emily", "Emma",
    "Erica", "Erika", "Erin", "Esther", "Ethel", "Eunice", "Eva", "Evelyn", "Faith", "Faye",
    "Felicia", "Fiona", "Florence", "Frances", "Gabriela", "Gabrielle", "Genevieve", "Georgia",
    "Geraldine", "Gertrude", "Gina", "Gladys", "Glenda", "Gloria", "Grace", "Gretchen", "Gwendolyn",
    "Hannah", "Harriet", "Hazel", "Heather", "Heidi", "Helen", "Holly", "Hope", "Ida", "Irene",
    "Iris", "Isabel", "Isabella", "Ivy", "Jackie", "Jacqueline", "Jane", "Janet", "Janice",
    "Jasmine", "Jean", "Jeanette", "Jeanne", "Jenna", "Jennifer", "Jenny", "Jessica", "Jill",
    "Joan", "Joann", "Joanna", "Joanne", "Josephine", "Joy", "Joyce", "Juanita", "Judith", "Judy",
    "Julia", "Juliana", "Julie", "June", "Karen", "Kari", "Karla", "Kate", "Katelyn", "Katherine",
    "Kathleen", "Kathryn", "Kathy", "Katie", "Katrina", "Kayla", "Kelly", "Kelsey", "Kendra",
    "Kimberly", "Kristen", "Kristin", "Kristina", "Kristy", "Krystal", "Latoya", "Laura", "Lauren",
    "Leah", "Lena", "Leslie", "Lillian", "Lillie", "Lily", "Linda", "Lisa", "Lois", "Lola",
    "Loretta", "Lori", "Lorraine", "Louise", "Lucia", "Lucille", "Lucy", "Lydia", "Lynn", "Mabel",
    "Mackenzie", "Madeline", "Madison", "Makayla", "Marcella", "Marcia", "Margaret", "Margarita",
    "Maria", "Marian", "Marie", "Marilyn", "Marissa", "Marjorie", "Marlene", "Marsha", "Martha",
    "Mary", "Maureen", "Maxine", "Maya", "Megan", "Melanie", "Melinda", "Melissa", "Melody",
    "Mercedes", "Meredith", "Michele", "Michelle", "Mildred", "Mindy", "Miranda", "Miriam", "Molly",
    "Monica", "Monique", "Muriel", "Myra", "Myrtle", "Nadine", "Nancy", "Naomi", "Natalie",
    "Natasha", "Nellie", "Nicole", "Nina", "Nora", "Norma", "Olga", "Olive", "Olivia", "Opal",
    "Pamela", "Patricia", "Patty", "Paula", "Pauline", "Pearl", "Peggy", "Penny", "Phyllis",
    "Priscilla", "Rachel", "Ramona", "Rebecca", "Regina", "Renee", "Rhonda", "Rita", "Roberta",
    "Robyn", "Rosa", "Rosalie", "Rose", "Rosemary", "Roxanne", "Ruby", "Ruth", "Sabrina", "Sadie",
    "Sally", "Samantha", "Sandra", "Sara", "Sarah", "Savannah", "Selena", "Serena", "Shannon",
    "Sharon", "Sheila", "Shelby", "Shelly", "Sheri", "Sherry", "Shirley", "Sierra", "Silvia",
    "Sofia", "Sonia", "Sonya", "Sophia", "Sophie", "Stacy", "Stella", "Stephanie", "Sue", "Summer",
    "Susan", "Suzanne", "Sylvia", "Tabitha", "Tamara", "Tammy", "Tanya", "Tara", "Tasha", "Teresa",
    "Teri", "Theresa", "Tiffany", "Tina", "Toni", "Tracy", "Tricia", "Vanessa", "Vera", "Veronica",
    "Vicki", "Victoria", "Viola", "Violet", "Virginia", "Vivian", "Wanda", "Wendy", "Whitney",
    "Wilma", "Yolanda", "Yvette", "Yvonne", "Zoe",
];

/// First names that are common among men and hardly among women, a selection of our own.
#[rustfmt::skip]
static MALE: &[&str] = &[
    "Aaron", "Abraham", "Adam", "Adrian", "Alan", "Albert", "Alberto", "Alejandro", "Alex",
    "Alexander", "Alfonso", "Alfred", "Alfredo", "Allan", "Allen", "Alvin", "Andre", "Andres",
    "Andrew", "Andy", "Angelo", "Anthony", "Antonio", "Armando", "Arnold", "Arthur", "Arturo",
    "Austin", "Barry", "Ben", "Benjamin", "Bernard", "Bill", "Billy", "Blake", "Bob", "Bobby",
    "Brad", "Bradley", "Brandon", "Brendan", "Brent", "Brett", "Brian", "Bruce", "Bryan", "Byron",
    "Caleb", "Calvin", "Carl", "Carlos", "Cesar", "Chad", "Charles", "Charlie", "Chester", "Chris",
    "Christian", "Christopher", "Clarence", "Claude", "Clayton", "Clifford", "Clifton", "Clinton",
    "Clyde", "Cody", "Colin", "Connor", "Corey", "Craig", "Curtis", "Dale", "Damon", "Dan",
    "Daniel", "Danny", "Darrell", "Darren", "Darryl", "Dave", "David", "Dean", "Dennis", "Derek",
    "Derrick", "Devin", "Diego", "Dominic", "Don", "Donald", "Douglas", "Duane", "Dustin", "Dwayne",
    "Dwight", "Dylan", "Earl", "Eddie", "Edgar", "Eduardo", "Edward", "Edwin", "Eli", "Elias",
    "Elijah", "Elmer", "Enrique", "Eric", "Erik", "Ernest", "Ernesto", "Ethan", "Eugene", "Evan",
    "Felix", "Fernando", "Floyd", "Francisco", "Frank", "Franklin", "Fred", "Freddie", "Frederick",
    "Gabriel", "Garrett", "Gary", "Gavin", "Gene", "Geoffrey", "George", "Gerald", "Gerard",
    "Gilbert", "Glen", "Glenn", "Gordon", "Grant", "Greg", "Gregory", "Guy", "Harold", "Harry",
    "Harvey", "Hector", "Henry", "Herbert", "Herman", "Howard", "Hugh", "Ian", "Ignacio", "Isaac",
    "Isaiah", "Ivan", "Jack", "Jacob", "Jaime", "Jake", "James", "Jared", "Jason", "Javier", "Jay",
    "Jeff", "Jeffery", "Jeffrey", "Jeremiah", "Jeremy", "Jerome", "Jerry", "Jesse", "Jesus", "Jim",
    "Jimmy", "Joe", "Joel", "John", "Johnny", "Jon", "Jonathan", "Jorge", "Jose", "Joseph",
    "Joshua", "Juan", "Julian", "Julio", "Justin", "Karl", "Keith", "Ken", "Kenneth", "Kent",
    "Kevin", "Kirk", "Kurt", "Kyle", "Lance", "Larry", "Lawrence", "Leo", "Leon", "Leonard",
    "Leroy", "Lester", "Levi", "Lewis", "Liam", "Lloyd", "Logan", "Lonnie", "Louis", "Lucas",
    "Luis", "Luke", "Luther", "Manuel", "Marc", "Marco", "Marcus", "Mario", "Mark", "Marshall",
    "Martin", "Marvin", "Mason", "Mathew", "Matt", "Matthew", "Maurice", "Max", "Melvin", "Michael",
    "Miguel", "Mike", "Milton", "Mitchell", "Morris", "Nathan", "Nathaniel", "Neil", "Nelson",
    "Nicholas", "Noah", "Noel", "Norman", "Oliver", "Omar", "Oscar", "Owen", "Patrick", "Paul",
    "Pedro", "Perry", "Peter", "Phil", "Philip", "Phillip", "Rafael", "Ralph", "Ramon", "Randall",
    "Randy", "Raul", "Ray", "Raymond", "Reginald", "Rene", "Ricardo", "Richard", "Rick", "Ricky",
    "Robert", "Roberto", "Rodney", "Roger", "Roland", "Ron", "Ronald", "Ronnie", "Ross", "Roy",
    "Ruben", "Russell", "Ryan", "Salvador", "Sam", "Samuel", "Scott", "Sean", "Sebastian", "Sergio",
    "Seth", "Shane", "Shaun", "Shawn", "Sidney", "Spencer", "Stanley", "Stephen", "Steve", "Steven",
    "Stuart", "Ted", "Terrance", "Terrence", "Theodore", "Thomas", "Tim", "Timothy", "Todd", "Tom",
    "Tommy", "Tony", "Travis", "Trevor", "Troy", "Tyler", "Vernon", "Victor", "Vincent", "Virgil",
    "Wade", "Wallace", "Walter", "Warren", "Wayne", "Wesley", "William", "Willie", "Zachary",
];
