//! The documentation does what it says: commands run, configs pass `check`, links lead somewhere.
//!
//! Owns which pages there are and what is asked of each. What marks a page may have is `page`'s, how a page is played
//! is `play`'s; CONTRIBUTING.md describes the marks for those who write.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

mod config;
mod output;
mod page;
mod place;
mod play;

use page::Page;
use place::Place;

/// The files that are documentation.
fn pages() -> Vec<Page> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "logs/README.md"]
        .iter()
        .map(|name| top.join(name))
        .collect();
    let mut folders = vec![top.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found.iter().map(|path| Page::read(top, path)).collect()
}

/// Fails with all complaints at once.
fn no_complaints(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_command_runs_as_its_page_says() {
    let mut place = Place::new();
    let mut complaints = Vec::new();
    // One after the other: they wait less for themselves than they would for each other's servers.
    for page in pages().iter().filter(|page| play::has_commands(page)) {
        complaints.extend(play::page(page, &place));
        place = place.next();
    }
    no_complaints(&complaints);
}

#[test]
fn every_config_passes_check() {
    let place = Place::new();
    let complaints: Vec<String> = pages()
        .iter()
        .flat_map(|page| page.blocks().map(move |block| (page, block)))
        .filter(|(_, block)| block.language == "toml")
        .flat_map(|(page, block)| config::complaints(&place, page, block))
        .collect();
    no_complaints(&complaints);
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let complaints: Vec<String> = pages.iter().flat_map(|page| page.broken_links(&pages)).collect();
    no_complaints(&complaints);
}

/// The flags of a command, by its help.
fn flags(place: &Place, command: &str) -> BTreeSet<String> {
    let help = place.bash(&format!("shopsim {command} --help")).output;
    let flag = Regex::new("--[a-z][a-z-]*").unwrap();
    flag.find_iter(&help).map(|found| found.as_str().to_owned()).collect()
}

#[test]
fn every_mention_of_a_command_names_one_with_its_flags() {
    let place = Place::new();
    let help = place.bash("shopsim --help").output;
    let commands = help.split_once("Commands:\n").unwrap().1;
    let commands: Vec<&str> =
        commands.lines().map_while(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    let mention = Regex::new(r"\bshopsim ([a-z]+)((?: [^`|>\n]*)?)").unwrap();
    let flag = Regex::new("--[a-z][a-z-]*").unwrap();
    let mut complaints = Vec::new();
    for page in pages() {
        for code in page.code() {
            for found in mention.captures_iter(&code) {
                let (command, rest) = (&found[1], &found[2]);
                if !commands.contains(&command) {
                    complaints.push(format!("{}: there is no command `shopsim {command}`", page.name));
                    continue;
                }
                let known = flags(&place, command);
                let unknown = flag.find_iter(rest).filter(|flag| !known.contains(flag.as_str()));
                complaints.extend(
                    unknown.map(|flag| format!("{}: `{command}` has no {}", page.name, flag.as_str())),
                );
            }
        }
    }
    no_complaints(&complaints);
}

/// The text of one page.
fn text_of(name: &str) -> String {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(top.join(name)).unwrap()
}

#[test]
fn the_page_of_commands_has_every_flag() {
    let place = Place::new();
    let page = text_of("docs/cli.md");
    let commands = [
        "run",
        "serve",
        "check",
        "sample",
        "verify",
        "reset",
        "digest",
        "history",
        "origin",
        "grade",
        "grade explain",
        "doctor",
        "connect",
        "healthcheck",
        "import",
        "providers",
    ];
    for command in commands {
        for flag in flags(&place, command) {
            assert!(flag == "--help" || page.contains(&flag), "docs/cli.md has no {flag} of `{command}`");
        }
    }
}

#[test]
fn the_page_of_the_doctor_has_every_check_and_every_tool() {
    let page = text_of("docs/doctor.md");
    let ids = shopsim::doctor::CHECKS.map(|(_, id, _)| id.to_owned());
    for name in ids.into_iter().chain(shopsim::doctor::Tool::all().map(|tool| tool.to_string())) {
        assert!(page.contains(&format!("| `{name}`")), "docs/doctor.md has no row of `{name}`");
    }
}

#[test]
fn the_page_of_keys_has_every_key_of_the_shipped_config() {
    let page = text_of("docs/config.md");
    let key = Regex::new(r"(?m)^(?:# )?([a-z_]+) += ").unwrap();
    let shipped = text_of("shops.toml");
    let (settings, rest) = shipped.split_once("\n# --- What they sell.").unwrap();
    let (_, process) = rest.split_once("\n# --- How the process runs.").unwrap();
    for found in key.captures_iter(&format!("{settings}\n{process}")) {
        assert!(page.contains(&format!("`{}`", &found[1])), "docs/config.md has no `{}`", &found[1]);
    }
}

#[test]
fn the_page_of_a_mapping_has_every_key_and_preset() {
    let page = text_of("docs/warehouse.md");
    let keys = config::keys_of_warehouse();
    for expected in ["shops", "valid_from", "every"] {
        assert!(keys.iter().any(|key| key == expected), "{expected} of {keys:?}");
    }
    for word in keys.iter().map(String::as_str).chain(shopsim::config::warehouse::PRESETS) {
        let is_there = page.contains(&format!("`{word}`")) || page.contains(&format!("{{ {word} = "));
        let is_there = is_there || page.contains(&format!(", {word} = "));
        assert!(is_there, "docs/warehouse.md has no `{word}`");
    }
}

#[test]
fn the_page_of_grading_has_every_class_of_findings_and_every_cause() {
    let page = text_of("docs/grading.md");
    for class in shopsim::grade::Class::ALL {
        assert!(page.contains(&format!("`{}`", class.name())), "docs/grading.md has no `{}`", class.name());
    }
    for cause in shopsim::grade::cause::Id::ALL {
        let row = format!("| {cause} | {} | {} |", cause.says(), cause.cure());
        assert!(page.contains(&row), "docs/grading.md lacks: {row}");
    }
}

#[test]
fn the_page_of_categories_has_every_provider_once() {
    let listed = Place::new().bash("shopsim providers --format json").output;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let page = text_of("docs/providers-by-category.md");
    for provider in listed.as_array().unwrap() {
        let name = provider["name"].as_str().unwrap();
        let rows = page.matches(&format!("\n| `{name}` |")).count();
        assert_eq!(rows, 1, "rows of `{name}` in docs/providers-by-category.md");
    }
}
