//! The folder of a locale below `data`: its files, and how its lists are read.
//!
//! Owns the form of the lists, which `data/README.md` describes for translators.

use super::super::texts::{Texts, entries, list};
use super::national::National;
use super::people::Names;
use super::places::{Area, Town};

/// What the list of locales says of one.
#[derive(Clone, Copy)]
pub struct Folder {
    /// Faker's name of the locale, which is the folder's.
    pub code: &'static str,
    /// The rules of the country's numbers.
    pub national: &'static National,
    /// Its `locale.toml`.
    pub file: &'static str,
    /// Its lists.
    pub lists: Lists,
}

impl Folder {
    /// The country's ISO 3166-1 code of two letters.
    pub const fn country(self) -> &'static str {
        self.code.split_at(self.code.len() - 2).1
    }
}

/// The lists of a locale's folder: names of files without `.txt`, and what they hold.
#[derive(Clone, Copy)]
pub struct Lists(pub &'static [(&'static str, &'static str)]);

impl Lists {
    fn file(self, name: &str) -> Option<&'static str> {
        self.0.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
    }

    /// The list of this name; none of none.
    pub fn texts(self, name: &str) -> Texts {
        self.file(name).map_or(&[], list)
    }

    /// Names, with a column of Latin letters if their own are others.
    pub fn names(self, name: &str) -> Names {
        let lines: Vec<&str> = self.file(name).map_or_else(Vec::new, |file| entries(file).collect());
        let columns = |line: &'static str| line.split_once('\t').unwrap_or((line, ""));
        let (written, latin): (Vec<_>, Vec<_>) = lines.into_iter().map(columns).unzip();
        let latin = if latin.iter().all(|name| name.is_empty()) { &[] } else { &*latin.leak() };
        Names { written: written.leak(), latin }
    }

    /// Words, each so often as a second column says.
    pub fn words(self, name: &str) -> Option<Texts> {
        let copies = |line: &'static str| match line.split_once('\t') {
            Some((word, weight)) => std::iter::repeat_n(word, weight.parse().unwrap_or(0)),
            None => std::iter::repeat_n(line, 1),
        };
        Some(entries(self.file(name)?).flat_map(copies).collect::<Vec<_>>().leak())
    }

    /// The towns of `cities.txt`, with the parts that `areas_of_cities.txt` has of them.
    pub fn towns(self) -> Result<&'static [Town], String> {
        let areas = self.file("areas_of_cities").map_or_else(Vec::new, |file| entries(file).collect());
        let areas = areas.into_iter().map(area).collect::<Result<Vec<_>, _>>()?;
        let cities = self.file("cities").map_or_else(Vec::new, |file| entries(file).collect());
        let towns = cities.into_iter().map(|line| {
            let mut town = town(line)?;
            let own =
                areas.iter().filter(|(city, district, _)| (*city, *district) == (town.city, town.district));
            town.areas = own.map(|(_, _, area)| *area).collect::<Vec<_>>().leak();
            Ok(town)
        });
        Ok(towns.collect::<Result<Vec<_>, String>>()?.leak())
    }
}

/// A line of `cities.txt`: city, region, postal codes, and perhaps the region's abbreviation and a district.
fn town(line: &'static str) -> Result<Town, String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let ([city, region, codes], rest) = columns.split_first_chunk().ok_or(format!("cities.txt: `{line}`"))?;
    let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
    let digits = first.find(|letter: char| letter.is_ascii_digit()).unwrap_or(first.len());
    let (letters, first) = first.split_at(digits);
    let number = |text: &str| text.parse().map_err(|_| format!("cities.txt: `{codes}` are no postal codes"));
    let last =
        last.strip_prefix(letters).ok_or(format!("cities.txt: `{codes}` begin with different letters"))?;
    Ok(Town {
        city,
        district: rest.get(1).copied().unwrap_or(""),
        region,
        region_code: rest.first().copied().unwrap_or(""),
        postcode_letters: letters,
        postcodes: (number(first)?, number(last)?),
        areas: &[],
    })
}

/// A line of `areas_of_cities.txt`: city, district, area and its postal code.
fn area(line: &'static str) -> Result<(&'static str, &'static str, Area), String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let wrong = || format!("areas_of_cities.txt: `{line}`");
    let &[city, district, area, postcode] = &*columns else { return Err(wrong()) };
    Ok((city, district, (area, postcode.parse().map_err(|_| wrong())?)))
}
