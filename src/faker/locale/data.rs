//! What a locale has of its own, as its folder says.
//!
//! Owns the form of `locale.toml`, which `data/README.md` describes for translators. What is wrong with a file is
//! found by the tests, which read all of them.

use serde::Deserialize;

use super::super::Provider;
use super::super::texts::{Texts, Weighted};
use super::accounts::{self, Accounts};
use super::folder::{Folder, Lists};
use super::numbers::{self, Form, Numbers};
use super::people::{self, People, name_form};
use super::phrases::{Phrase, phrase};
use super::places::{self, Places, Town, address_parts};
use super::postcode::Postcode;
use super::{banks, en_us, mail, words};

/// What a locale has of its own.
pub struct Data {
    /// Words for the language and the country, in English and in lower case.
    pub called: Texts,
    /// The first and the last prefix that GS1 gives to the country's companies.
    pub ean_prefixes: (u32, u32),
    /// Digits of each of them.
    pub ean_digits: usize,
    /// The days' names, from Monday on.
    pub days: Texts,
    /// The months' names.
    pub months: Texts,
    /// Names of colours.
    pub colors: Texts,
    /// Occupations.
    pub jobs: Texts,
    /// Its people.
    pub people: People,
    /// Its places.
    pub places: Places,
    /// Its phones, numbers and firms.
    pub numbers: Numbers,
    /// Its bank accounts, British ones if it has none.
    pub accounts: &'static Accounts,
    /// Its own providers, family by family.
    pub own: Vec<&'static [Provider]>,
}

/// A `locale.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    called: Vec<String>,
    ean_prefixes: (String, String),
    #[serde(default)]
    days: Vec<String>,
    #[serde(default)]
    months: Vec<String>,
    #[serde(default)]
    colors: Vec<String>,
    #[serde(default)]
    people: PeopleTable,
    #[serde(default)]
    places: PlacesTable,
    #[serde(default)]
    numbers: NumbersTable,
    #[serde(default)]
    companies: CompaniesTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PeopleTable {
    names: Vec<String>,
    second_last_name: u64,
    titles_female: Vec<(String, u64)>,
    titles_male: Vec<(String, u64)>,
    titled: u64,
    letters: toml::Table,
    free_domains: Vec<String>,
    tlds: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PlacesTable {
    country: String,
    postcode: String,
    postcode_letters: String,
    streets: Vec<String>,
    buildings: Vec<String>,
    flats: Vec<String>,
    flat_separator: String,
    with_flat: u64,
    street_address: String,
    address: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NumbersTable {
    phones: Vec<String>,
    phones_at_home: Vec<String>,
    plates: Vec<String>,
    identity: Vec<String>,
    accounts: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CompaniesTable {
    names: Vec<String>,
}

/// Texts that live as long as the program, as a locale's do.
fn leaked(texts: Vec<String>) -> Texts {
    texts.into_iter().map(|text| &*text.leak()).collect::<Vec<_>>().leak()
}

fn weighted(texts: Vec<(String, u64)>) -> Weighted {
    texts.into_iter().map(|(text, weight)| (&*text.leak(), weight)).collect::<Vec<_>>().leak()
}

/// The letters that become others in an e-mail address.
fn letters(table: toml::Table) -> Result<&'static [(char, &'static str)], String> {
    let pair = |(letter, latin): (String, toml::Value)| {
        let mut letters = letter.chars();
        match (letters.next(), letters.next(), latin) {
            (Some(letter), None, toml::Value::String(latin)) => Ok((letter, &*latin.leak())),
            (.., latin) => Err(format!("letters: {letter} = {latin} is not a letter and a string")),
        }
    };
    Ok(table.into_iter().map(pair).collect::<Result<Vec<_>, _>>()?.leak())
}

impl PeopleTable {
    fn read(self, lists: Lists) -> Result<People, String> {
        let forms = leaked(self.names).iter().map(|form| name_form(form));
        let forms: Vec<_> = forms.collect::<Result<_, _>>()?;
        Ok(People {
            female: lists.names("first_names_female"),
            male: lists.names("first_names_male"),
            middle_female: lists.texts("middle_names_female"),
            middle_male: lists.texts("middle_names_male"),
            last: lists.names("last_names"),
            last_female: lists.names("last_names_female"),
            forms: if forms.is_empty() { &[people::FIRST_LAST] } else { forms.leak() },
            second_last: self.second_last_name,
            titles_female: weighted(self.titles_female),
            titles_male: weighted(self.titles_male),
            titled: self.titled,
            suffixes_female: &[],
            suffixes_male: &[],
            suffixed: 0,
            letters: letters(self.letters)?,
            free_domains: leaked(self.free_domains),
            tlds: leaked(self.tlds),
        })
    }
}

impl PlacesTable {
    fn read(self, folder: Folder) -> Result<Places, String> {
        let lists = folder.lists;
        Ok(Places {
            towns: lists.towns()?,
            areas: lists.texts("areas"),
            streets: phrases(self.streets, |name| lists.words(name))?,
            buildings: leaked(self.buildings),
            flats: leaked(self.flats),
            flat_separator: self.flat_separator.leak(),
            with_flat: self.with_flat,
            postcode: Postcode::of(self.postcode.leak(), self.postcode_letters.leak()),
            street_address: address_parts(self.street_address.leak())?,
            address: address_parts(self.address.leak())?,
            country: self.country.leak(),
            country_code: folder.country(),
            countries: lists.texts("countries"),
        })
    }
}

fn phrases(
    templates: Vec<String>,
    list: impl Fn(&str) -> Option<Texts>,
) -> Result<&'static [Phrase], String> {
    let phrases = leaked(templates).iter().map(|template| phrase(template, &list));
    Ok(phrases.collect::<Result<Vec<_>, _>>()?.leak())
}

impl Data {
    /// Reads the files of a locale's folder.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read(folder: Folder) -> Result<Self, String> {
        let Folder { lists, national, .. } = folder;
        let file: File = toml::from_str(folder.file).map_err(|error| format!("locale.toml: {error}"))?;
        let (first, last) = file.ean_prefixes;
        let prefix = |text: &str| text.parse().map_err(|_| format!("locale.toml: `{text}` is no prefix"));
        let (people, places) = if folder.code == en_us::CODE {
            (en_us::people(lists), en_us::places(lists.towns()?))
        } else {
            (file.people.read(lists)?, file.places.read(folder)?)
        };
        let of_firms = |name: &str| match name {
            "last_names" => Some(people.last.written),
            other => lists.words(other),
        };
        let numbers = Numbers {
            phones: leaked(file.numbers.phones),
            phones_at_home: leaked(file.numbers.phones_at_home),
            plates: Form::of(national.plates, leaked(file.numbers.plates)),
            identity: Form::of(national.identity, leaked(file.numbers.identity)),
            company_suffixes: lists.texts("company_suffixes"),
            companies: phrases(file.companies.names, of_firms)?,
        };
        let of_pattern = |pattern: String| -> &'static Accounts {
            Box::leak(Box::new(Accounts::of_pattern(folder.country(), pattern.leak())))
        };
        let accounts = national.accounts.or_else(|| file.numbers.accounts.map(of_pattern));
        let mut data = Self {
            called: leaked(file.called),
            ean_prefixes: (prefix(&first)?, prefix(&last)?),
            ean_digits: first.len(),
            days: leaked(file.days),
            months: leaked(file.months),
            colors: leaked(file.colors),
            jobs: lists.texts("jobs"),
            people,
            places,
            numbers,
            accounts: accounts.unwrap_or(&banks::GB),
            own: Vec::new(),
        };
        if folder.code != en_us::CODE {
            data.own = data.families(accounts.is_some());
        }
        Ok(data)
    }

    /// The families of providers that the locale has something for.
    fn families(&self, accounts: bool) -> Vec<&'static [Provider]> {
        let Self { people, places, numbers, .. } = self;
        let towns_have = |name: fn(&Town) -> &str| places.towns.iter().any(|town| !name(town).is_empty());
        let families = [
            (people::NAMES, true),
            (people::MIDDLE_NAMES, !people.middle_female.is_empty()),
            (people::TITLES, !people.titles_female.is_empty()),
            (mail::ADDRESSES, true),
            (places::PLACES, true),
            (places::COUNTRIES, !places.countries.is_empty()),
            (places::DISTRICTS, towns_have(|town| town.district)),
            (places::REGION_CODES, towns_have(|town| town.region_code)),
            (numbers::PHONES, true),
            (numbers::PHONES_AT_HOME, !numbers.phones_at_home.is_empty()),
            (numbers::IDENTITY, numbers.identity.is_known()),
            (numbers::PLATES, numbers.plates.is_known()),
            (numbers::COMPANIES, true),
            (accounts::ACCOUNTS, accounts),
            (places::CURRENT_COUNTRY, true),
            (places::FLATS, !places.flats.is_empty()),
            (words::JOBS, !self.jobs.is_empty()),
            (words::CALENDAR, !self.days.is_empty()),
            (words::COLORS, !self.colors.is_empty()),
        ];
        families.into_iter().filter(|(_, has)| *has).map(|(family, _)| family).collect()
    }
}
