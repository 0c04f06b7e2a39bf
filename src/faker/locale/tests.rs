//! What holds for the data files of every locale, and for the lists beside the locales.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::data::Data;
use super::*;
use crate::faker::texts::entries;

/// A folder below `src/faker`.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/faker").join(name)
}

/// The names in a folder, in order.
fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
}

/// Fails unless a list of words is tidy.
fn check(path: &Path) {
    let shown = path.display();
    let text = fs::read_to_string(path).expect("a file of UTF-8");
    assert!(text.ends_with('\n') && !text.contains('\r'), "{shown}: its lines end with \\n");
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines {
        assert!(!line.is_empty(), "{shown}: an empty line");
        for column in line.split('\t') {
            assert_eq!(column.trim(), column, "{shown}: blanks around {line:?}");
            // A letter and its mark are one character, as PostgreSQL's `normalize` makes them.
            let marks = ('\u{300}'..='\u{36f}').chain(['\u{a0}', '\u{200b}', '\u{feff}']);
            let bad =
                column.chars().find(|char| char.is_control() || marks.clone().any(|mark| mark == *char));
            assert_eq!(bad, None, "{shown}: {line:?}");
        }
    }
    let different: BTreeSet<&&str> = lines.iter().collect();
    let twice = lines.iter().find(|line| lines.iter().filter(|other| other == line).count() > 1);
    assert!(different.len() == lines.len(), "{shown}: {twice:?} is there twice");
    assert!(lines.len() > lines.iter().filter(|line| line.starts_with("# ")).count(), "{shown}: no entry");
}

#[test]
fn each_folder_is_a_locale_and_each_file_of_it_is_listed() {
    let codes = Locale::ALL.map(|locale| locale.code().to_owned());
    let readme = ["README.md".to_owned()];
    assert_eq!(names_in(&folder("locale/data")), codes.into_iter().chain(readme).collect());
    for locale in Locale::ALL {
        let lists = locale.folder().lists.0.iter().map(|(name, _)| format!("{name}.txt"));
        let files: BTreeSet<String> = lists.chain(["locale.toml".to_owned()]).collect();
        assert_eq!(names_in(&folder("locale/data").join(locale.code())), files, "{locale}");
    }
}

#[test]
fn lists_have_an_entry_a_line_and_none_twice() {
    let locales = Locale::ALL.map(|locale| folder("locale/data").join(locale.code()));
    for folder in locales.into_iter().chain([folder("data")]) {
        for name in names_in(&folder).iter().filter(|name| name.ends_with(".txt")) {
            check(&folder.join(name));
        }
    }
}

#[test]
fn each_locale_is_complete() {
    for locale in Locale::ALL {
        let Data { people, places, numbers, .. } =
            Data::read(locale.folder()).expect("files without mistakes");
        for names in [people.female, people.male, people.last] {
            assert!(names.written.len() >= 40, "{locale}: {} names", names.written.len());
            assert!(names.latin.is_empty() || names.latin.iter().all(|name| !name.is_empty()), "{locale}");
        }
        for (women, men) in [
            (people.middle_female.len(), people.middle_male.len()),
            (people.titles_female.len(), people.titles_male.len()),
        ] {
            assert_eq!(women > 0, men > 0, "{locale}: of one gender only");
        }
        let last_female = people.last_female.written.len();
        assert!([0, people.last.written.len()].contains(&last_female), "{locale}: {last_female} last names");
        for names in [people.female, people.male, people.last, people.last_female] {
            let latin = if names.latin.is_empty() { names.written } else { names.latin };
            for name in latin {
                let letters = ascii::folded(name, people.letters);
                // A letter that the address lacks must be a sign such as ь, an apostrophe or a blank.
                let left_out = name.chars().filter(|char| char.is_alphabetic()).count();
                assert!(letters.len() + 2 >= left_out && !letters.is_empty(), "{locale}: {name}: {letters}");
            }
        }
        let cities: BTreeSet<&str> = places.towns.iter().map(|town| town.city).collect();
        assert!(cities.len() >= 30, "{locale}: {} cities", cities.len());
        assert!(
            places.towns.iter().all(|town| !town.region.is_empty() && town.postcodes.0 <= town.postcodes.1)
        );
        if locale == Locale::EnUs {
            continue;
        }
        assert!(!people.free_domains.is_empty() && !people.tlds.is_empty(), "{locale}: no domains");
        assert!(!places.streets.is_empty() && !places.buildings.is_empty(), "{locale}: no streets");
        assert!(!places.address.is_empty() && !places.country.is_empty(), "{locale}: no address");
        assert!(!numbers.phones.is_empty(), "{locale}: no phones");
        assert!(numbers.plates.is_known() && numbers.identity.is_known(), "{locale}: no numbers");
        assert!(!numbers.companies.is_empty() && !numbers.company_suffixes.is_empty(), "{locale}: no firms");
        let data = locale.data();
        assert!(
            [0, 7].contains(&data.days.len()) && [0, 12].contains(&data.months.len()),
            "{locale}: calendar"
        );
        assert_eq!(data.days.is_empty(), data.months.is_empty(), "{locale}: calendar");
    }
}

#[test]
fn a_second_column_of_words_is_a_weight() {
    let with_columns =
        |name: &str| name.contains("_names_") || ["last_names", "cities", "areas_of_cities"].contains(&name);
    for locale in Locale::ALL {
        for (name, file) in locale.folder().lists.0.iter().filter(|(name, _)| !with_columns(name)) {
            for (_, weight) in entries(file).filter_map(|line| line.split_once('\t')) {
                assert!(
                    weight.parse::<u64>().is_ok_and(|weight| weight > 1),
                    "{locale}: {name}.txt: {weight:?}"
                );
            }
        }
    }
}

#[test]
fn each_area_is_of_a_city() {
    for locale in Locale::ALL {
        let areas = locale.folder().lists.0.iter().find(|(name, _)| *name == "areas_of_cities");
        let listed = areas.map_or(0, |(_, file)| entries(file).count());
        let known: usize = locale.data().places.towns.iter().map(|town| town.areas.len()).sum();
        assert_eq!(known, listed, "{locale}: areas whose city and district are not in cities.txt");
    }
}
