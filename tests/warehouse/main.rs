//! What is found in a warehouse: each folder of `presets` is a catalog as a tool makes it and the mapping that is
//! found, each folder of `errors` is one in which something is wrong or ambiguous and the exact text of all problems.
//! `UPDATE_GOLDEN=1 cargo test --test warehouse` writes the texts anew.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::path::{Path, PathBuf};

use shopsim::chain::{self, Overrides};
use shopsim::config::warehouse::{self as settings, WarehouseConfig};
use shopsim::config::{Problem, Source, Surroundings};
use shopsim::warehouse::{Answers, Chain, Mapping, Request, Settled, print, settle};

mod case;

use case::Case;

/// The shipped chain.
fn shipped() -> Chain {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("shops.toml");
    let chain = chain::load(&path, &Overrides::default()).unwrap();
    Chain {
        tables: chain.shops[0].plan.tables.iter().map(Into::into).collect(),
        shops: chain.config.shops.iter().map(Into::into).collect(),
    }
}

/// The folders of a kind of cases.
fn cases(kind: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/warehouse").join(kind);
    let mut cases: Vec<PathBuf> = root.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

/// Reads a `warehouse.toml`.
fn read(text: &str) -> (Source, WarehouseConfig, Vec<Problem>) {
    let source = Source::new("warehouse.toml", text);
    let none = |_: &str| None;
    let file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let (config, problems) = settings::read(&source, &Surroundings { var: &none, read: &file });
    (source, config, problems)
}

/// Settles a mapping, answering its questions as the case does.
fn settled(case: &Case, chain: &Chain, config: Option<&WarehouseConfig>) -> Result<Mapping, Vec<Problem>> {
    let request = Request { catalog: &case.catalog, chain, config, preset: case.preset.as_deref() };
    let mut answers = Answers::new();
    for _ in 0..5 {
        match settle(&request, &answers)? {
            Settled::Mapping(mapping) => return Ok(mapping),
            Settled::Ask(questions) => {
                for question in questions {
                    let answer = case.answer(&question);
                    assert!(answers.insert(question, answer).is_none(), "the same question twice");
                }
            }
        }
    }
    panic!("questions without end")
}

/// Compares a text with a file, or writes it.
fn golden(expected: &Path, shown: &str) -> Option<String> {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(expected, shown).unwrap();
    }
    let same = std::fs::read_to_string(expected).unwrap_or_default() == shown;
    (!same).then(|| format!("{} is not:\n{shown}", expected.display()))
}

#[test]
fn every_preset_is_found_with_its_conventions() {
    let chain = shipped();
    let mut differing = Vec::new();
    for folder in cases("presets") {
        let case = Case::read(&folder);
        let config = case.config.as_ref().map(|text| {
            let (source, config, problems) = read(text);
            assert!(problems.is_empty(), "{}", source.render_all(&problems, false));
            config
        });
        let mapping = settled(&case, &chain, config.as_ref());
        let mapping = mapping.unwrap_or_else(|problems| panic!("{}: {problems:#?}", folder.display()));
        differing.extend(golden(&folder.join("expected.toml"), &print(&mapping, &chain)));
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn what_is_printed_is_read_as_the_same_mapping() {
    let chain = shipped();
    for folder in cases("presets") {
        let mut case = Case::read(&folder);
        let config = case.config.as_ref().map(|text| read(text).1);
        let mapping = settled(&case, &chain, config.as_ref()).unwrap();
        let printed = print(&mapping, &chain);
        let (source, config, problems) = read(&printed);
        assert!(problems.is_empty(), "{}:\n{}", folder.display(), source.render_all(&problems, false));
        case.preset = None;
        let again = settled(&case, &chain, Some(&config));
        let again = again.unwrap_or_else(|problems| panic!("{}", source.render_all(&problems, false)));
        assert_eq!(again, mapping, "{}:\n{printed}", folder.display());
    }
}

#[test]
fn every_mistake_gets_its_exact_message() {
    let chain = shipped();
    let mut differing = Vec::new();
    for folder in cases("errors") {
        let case = Case::read(&folder);
        let (source, config, mut problems) = read(case.config.as_deref().unwrap_or_default());
        if !problems.iter().any(Problem::is_error) {
            let config = case.config.is_some().then_some(&config);
            problems.extend(settled(&case, &chain, config).err().unwrap_or_default());
        }
        assert!(problems.iter().any(Problem::is_error), "{}: nothing is wrong", folder.display());
        differing.extend(golden(&folder.join("expected.txt"), &source.render_all(&problems, false)));
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
