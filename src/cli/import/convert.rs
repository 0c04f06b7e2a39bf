//! The replaced program's config and env files → the text of a `shops.toml`.
//!
//! Owns that the text is right: it is read as a run would read it, and whatever is wrong with it gives way or is left
//! out and told, until nothing is. What each of their settings means here is `branch`'s and `sold`'s.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;

use super::branch;
use super::document::{Entry, Fate, Section, render, string};
use super::files::{EnvFile, Environment, ImportReport};
use super::json::Json;
use super::sold;
use crate::config::{self, Config, Database, InvalidValue, Problem, Source, Surroundings};
use crate::plan;

/// What became of the files.
#[derive(Debug)]
pub struct Converted {
    /// The `shops.toml`.
    pub text: String,
    /// What it is made of.
    pub config: Config,
    /// What there is to say of it.
    pub told: ImportReport,
    /// What is wrong with the text, whatever was left out: there is nothing in it to run.
    pub wrong: Vec<String>,
}

const HEAD: &str = "\
# A chain of shops, made by `shopsim import`. Each [[shop]] is a branch with a database of its own; all sell
# the same [tables]. `shopsim check` tells whether it is right, `shopsim run` plays it.

# --- The branches. --------------------------------------------------------------------------------------
# Keys here win over those of the env file, which gives the database: POSTGRES_HOST, _PORT, _DB, _USER and
# _PASSWORD. `database = \"embedded\"` would give a shop a private server instead.
";

/// Converts.
pub fn convert(path: &str, config: Json, shops: &[EnvFile], environment: &Environment<'_>) -> Converted {
    let mut told = ImportReport::default();
    let mut sections = vec![Section::new("", HEAD, Vec::new())];
    let mut databases = BTreeSet::new();
    for shop in shops {
        let (mut section, database) = branch::branch(shop, environment, &mut told);
        if !database.is_none_or(|database| databases.insert(database)) {
            let place = format!("{}: POSTGRES_DB", shop.path);
            told.changed.push(format!(
                "{place}: it is the database of another shop, too; the tables of `{}` get a schema of their own",
                shop.name
            ));
            section.entries.push(Entry::new(place, format!("schema = {}", string(&shop.name))));
        }
        sections.push(section);
    }
    sections.extend(sold::sold(path, config, &mut told));
    loop {
        let (text, extents) = render(&sections);
        let (config, problems) = read(&text, shops, environment);
        let hit = |problem: &Problem| {
            let start = problem.span.as_ref()?.start;
            extents.iter().find(|(extent, _)| extent.contains(&start)).map(|(_, hit)| *hit)
        };
        let (wrong, warnings): (Vec<_>, Vec<_>) = problems.iter().partition(|problem| problem.is_error());
        let mut settled = true;
        // Once a round for each line: what else is wrong with it may be so no more.
        let mut hits = BTreeSet::new();
        for problem in &wrong {
            if let Some(hit) = hit(problem).filter(|hit| hits.insert(*hit)) {
                settled &= !give_way(&mut sections, hit, problem);
            }
        }
        if settled {
            let mut places: Vec<&str> = Vec::new();
            for section in &sections {
                // A table of two sections is left out once.
                if section.left_out.is_none() || !places.contains(&section.place.as_str()) {
                    tell(section, &mut told);
                }
                places.push(&section.place);
            }
            told.notes.extend(warnings.into_iter().map(|problem| {
                let place = hit(problem).map(|(section, entry)| {
                    let section = &sections[section];
                    entry.map_or(&section.place, |entry| &section.entries[entry].place)
                });
                let said = InvalidValue::from(problem);
                place.map_or_else(|| said.to_string(), |place| format!("{place}: {said}"))
            }));
            told.notes.extend(containers(&config));
            let wrong = wrong.into_iter().map(|problem| InvalidValue::from(problem).to_string()).collect();
            return Converted { text, config, told, wrong };
        }
    }
}

/// Changes or leaves out what is wrong; false if nothing is left to be done.
fn give_way(sections: &mut [Section], (section, entry): (usize, Option<usize>), problem: &Problem) -> bool {
    let wrong = InvalidValue::from(problem);
    if let Some(entry) = entry {
        return sections[section].entries[entry].give_way(wrong);
    }
    let place = sections[section].place.clone();
    let mut done = false;
    for section in sections.iter_mut().filter(|section| section.place == place && !place.is_empty()) {
        done |= section.left_out.replace(wrong.clone()).is_none();
    }
    done
}

/// Tells what has become of a section.
fn tell(section: &Section, told: &mut ImportReport) {
    if let Some(wrong) = &section.left_out {
        told.left_out.push(format!("{}: {wrong}", section.place));
        return;
    }
    for entry in &section.entries {
        let place = &entry.place;
        match entry.fate() {
            Fate::Written => {}
            Fate::Changed(wrong, meaning) => {
                told.changed.push(format!("{place}: {}; {meaning}", wrong.message));
            }
            Fate::Lost(wrong, Some(meaning)) => {
                told.left_out.push(format!("{place}: {}; {meaning}", wrong.message));
            }
            Fate::Lost(wrong, None) => told.left_out.push(format!("{place}: {wrong}")),
        }
    }
}

/// What a run would make and say of the text.
fn read(text: &str, shops: &[EnvFile], environment: &Environment<'_>) -> (Config, Vec<Problem>) {
    let file = |path: &Path| {
        let shop = shops.iter().find(|shop| Path::new(&shop.from_output) == path);
        shop.map(|shop| shop.text.clone().into_bytes()).ok_or(std::io::ErrorKind::NotFound.into())
    };
    let source = Source::new("shops.toml", text);
    let (config, mut problems) = config::read(&source, &Surroundings { var: environment, read: &file });
    problems.extend(plan::compile(&config).1);
    config::sort(&mut problems);
    (config, problems)
}

/// What is to be done where the databases are containers, and nobody has any.
fn containers(config: &Config) -> Option<String> {
    let hosts: BTreeSet<&str> = config
        .shops
        .iter()
        .filter_map(|shop| match &shop.database.value {
            Database::Server(server) => Some(server.host.as_str()),
            Database::Embedded { .. } => None,
        })
        .filter(|host| {
            let is_name = !host.contains(['.', '/']) && host.parse::<IpAddr>().is_err();
            is_name && !host.eq_ignore_ascii_case("localhost")
        })
        .collect();
    if hosts.is_empty() {
        return None;
    }
    let hosts: Vec<String> = hosts.into_iter().map(|host| format!("`{host}`")).collect();
    let (names, them) = if hosts.len() == 1 {
        ("looks like the name of a container", "it")
    } else {
        ("look like names of containers", "them")
    };
    Some(format!(
        "{} {names}: without {them}, write `database = \"embedded\"` under each [[shop]], and it runs on a private server",
        hosts.join(", ")
    ))
}
