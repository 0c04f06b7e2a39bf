//! The replaced program's config and env files → the text of a `shops.toml`.
//!
//! Owns what each of their settings means here. What shopsim does not take is found by reading the text as a
//! run would: whatever is wrong with it is left out and told, until nothing is.

use std::path::Path;
use std::time::Duration;

use super::document::{self, Entry, Section, render};
use super::json::Json;
use crate::config::{self, ENV_NAMES, Problem, Source, Surroundings, env_lines};
use crate::plan;

/// The settings of a shop.
pub struct EnvFile {
    /// The shop's name.
    pub name: String,
    /// The file, as it was given.
    pub path: String,
    /// The file, as the output has to name it.
    pub from_output: String,
    /// What stands in it.
    pub text: String,
}

/// What became of the files.
pub struct Converted {
    /// The `shops.toml`.
    pub text: String,
    /// What could not be carried over, each with its place.
    pub left_out: Vec<String>,
    /// What else there is to say.
    pub notes: Vec<String>,
}

const HEAD: &str = "\
# A chain of shops, made by `shopsim import`. Each [[shop]] is a branch with a database of its own; all sell
# the same [tables]. `shopsim check` tells whether it is right, `shopsim run` plays it.

";

const SHOPS: &str = "\
# --- The branches. --------------------------------------------------------------------------------------
# Keys here win over those of the env file, which gives the database: POSTGRES_HOST, _PORT, _DB, _USER and
# _PASSWORD. `database = \"embedded\"` would give a shop a private server instead.
";

const TABLES: &str = "
# --- What they sell. ------------------------------------------------------------------------------------
# A table has its key first (`customer_id` for customers, counted 1, 2, 3 …), then these columns in this
# order, then the tech fields.
";

/// Converts.
pub fn convert(path: &str, config: &Json, shops: &[EnvFile]) -> Converted {
    let mut reader = Reader { path, left_out: Vec::new(), notes: Vec::new() };
    let mut sections = vec![Section { head: format!("{HEAD}{SHOPS}"), entries: Vec::new() }];
    for shop in shops {
        sections.push(Section { head: reader.shop(shop), entries: Vec::new() });
    }
    sections.extend(reader.sold(config));
    let text = loop {
        let (text, ranges) = render(&sections);
        let problems = problems(&text, shops);
        let mut settled = true;
        for problem in problems.iter().filter(|problem| problem.is_error()) {
            let start = problem.span.as_ref().map_or(usize::MAX, |span| span.start);
            let hit = ranges.iter().find(|(range, _)| range.contains(&start));
            if let Some((_, (section, entry))) = hit {
                let entry = &mut sections[*section].entries[*entry];
                if entry.left_out.is_none() {
                    let why = said(problem);
                    reader.left_out.push(format!("{}: {why}", entry.place));
                    entry.left_out = Some(why);
                    settled = false;
                }
            }
        }
        if settled {
            for problem in &problems {
                let list = if problem.is_error() { &mut reader.left_out } else { &mut reader.notes };
                list.push(said(problem));
            }
            break text;
        }
    };
    Converted { text, left_out: reader.left_out, notes: reader.notes }
}

/// What a run would say of the text.
fn problems(text: &str, shops: &[EnvFile]) -> Vec<Problem> {
    let read = |path: &Path| {
        let shop = shops.iter().find(|shop| Path::new(&shop.from_output) == path);
        shop.map(|shop| shop.text.clone().into_bytes()).ok_or(std::io::ErrorKind::NotFound.into())
    };
    let source = Source::new("shops.toml", text);
    let (config, mut problems) = config::read(&source, &Surroundings { var: &|_| None, read: &read });
    problems.extend(plan::compile(&config).1);
    config::sort(&mut problems);
    problems
}

fn said(problem: &Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}; {help}", problem.message),
        None => problem.message.clone(),
    }
}

/// Notes what is left out on the way.
struct Reader<'a> {
    path: &'a str,
    left_out: Vec<String>,
    notes: Vec<String>,
}

impl Reader<'_> {
    fn leave_out(&mut self, place: &str, why: impl std::fmt::Display) {
        self.left_out.push(format!("{}: {place}: {why}", self.path));
    }

    /// `[[shop]]` of an env file.
    fn shop(&mut self, shop: &EnvFile) -> String {
        let mut text = format!("\n[[shop]]\nname = {}\n", document::string(&shop.name));
        let mut seen: Vec<&str> = Vec::new();
        let mut keys: Vec<(usize, String)> = Vec::new();
        for line in env_lines(&shop.text) {
            let place = format!("{}:{}", shop.path, line.number);
            let Some(at) = ENV_NAMES.iter().position(|name| *name == line.name) else {
                self.notes
                    .push(format!("{place}: `{}` is none of the settings that shopsim takes", line.name));
                continue;
            };
            if seen.contains(&line.name) {
                self.left_out.push(format!("{place}: `{}` is set twice; the last one counts", line.name));
                keys.retain(|(other, _)| *other != at);
            }
            seen.push(line.name);
            // What is wrong with a value is found when the whole is read.
            let Some(value) = line.value.filter(|value| !value.is_empty()) else { continue };
            let span = || Some(Duration::from_secs(value.parse().ok()?));
            let written = |key: &str, off: &str| match span()? {
                Duration::ZERO if !off.is_empty() => Some(format!("{key} = 0  # {off}")),
                Duration::ZERO => None,
                span => Some(format!(
                    "{key} = \"{}\"",
                    humantime::format_duration(span).to_string().replace(' ', "")
                )),
            };
            let key = match line.name {
                "CITY_NAME" => Some(format!("city = {}", document::string(value))),
                "GENERATOR_SEED" => value.parse::<u64>().ok().map(|seed| format!("seed = {seed}")),
                "TICK_INTERVAL_SEC" => written("tick_interval", ""),
                "DELETE_OLDER_THAN_SEC" => written("delete_older_than", "no row is ever deleted"),
                "UPDATE_NOT_OLDER_THAN_SEC" => written("update_not_older_than", "no row is ever updated"),
                "STOP_GENERATOR_AFTER_SEC" => written("stop_after", "it never ends"),
                _ => None,
            };
            keys.extend(key.map(|key| (at, key)));
        }
        for (_, key) in keys {
            text += &key;
            text.push('\n');
        }
        text + &format!("env_file = {}\n", document::string(&shop.from_output))
    }

    /// `[tech_fields]` and `[tables]`.
    fn sold(&mut self, config: &Json) -> Vec<Section> {
        let mut sections = vec![Section { head: TABLES.to_owned(), entries: Vec::new() }];
        for (name, value) in self.members("the file", config) {
            match name.as_str() {
                "tech_fields" => {
                    let entries =
                        self.members("tech_fields", &value).into_iter().filter_map(|(field, sql_type)| {
                            let place = format!("{}: tech_fields.{field}", self.path);
                            let line =
                                format!("{} = {}", document::key(&field), document::inline(&sql_type)?);
                            Some(Entry { place, line, left_out: None })
                        });
                    let entries = entries.collect();
                    let head = "\n# Filled by shopsim itself: the time of the tick that inserted the row, UTC.\n[tech_fields]\n";
                    sections.push(Section { head: head.to_owned(), entries });
                }
                "tables" => {
                    for (table, value) in self.members("tables", &value) {
                        let section = self.table(&table, &value);
                        sections.push(section);
                    }
                }
                other => self.leave_out(other, "shopsim takes `tech_fields` and `tables`"),
            }
        }
        sections
    }

    fn table(&mut self, name: &str, table: &Json) -> Section {
        let place = format!("tables.{name}");
        let (mut rates, mut columns) = (String::new(), Vec::new());
        for (key, value) in self.members(&place, table) {
            match key.as_str() {
                "columns" => columns = self.members(&format!("{place}.columns"), &value),
                "params" => {
                    for (param, value) in self.members(&format!("{place}.params"), &value) {
                        let place = format!("{place}.params.{param}");
                        let known = matches!(param.as_str(), "insert_rows_per_tick" | "update_rows_per_tick");
                        match value {
                            Json::Int(rows) if known => rates += &format!("{param} = {rows}\n"),
                            value if known => self.leave_out(
                                &place,
                                format!("expected a whole number, found {}", value.kind()),
                            ),
                            _ => self.leave_out(
                                &place,
                                "a table takes `insert_rows_per_tick` and `update_rows_per_tick`",
                            ),
                        }
                    }
                }
                other => self.leave_out(&format!("{place}.{other}"), "a table takes `columns` and `params`"),
            }
        }
        if !rates.contains("insert_rows_per_tick") {
            rates.insert_str(0, "insert_rows_per_tick = 0  # the table had no such setting\n");
        }
        let name = document::key(name);
        let head = format!("\n[tables.{name}]\n{rates}\n[tables.{name}.columns]\n");
        let entries = columns.iter().map(|(column, value)| self.column(&place, column, value)).collect();
        Section { head, entries }
    }

    /// `name = { type = …, faker = …, params = { … } }`.
    fn column(&mut self, table: &str, name: &str, column: &Json) -> Entry {
        let place = format!("{table}.columns.{name}");
        let mut members = Vec::new();
        let mut left_out = None;
        for (key, value) in self.members(&place, column) {
            let within = format!("{place}.{key}");
            let value = match (key.as_str(), value) {
                ("type" | "faker", value @ Json::Text(_)) => value,
                ("type" | "faker", other) => {
                    left_out = Some(format!("`{key}` must be a string, found {}", other.kind()));
                    continue;
                }
                ("params", Json::Null) => continue,
                ("params", Json::Object(params)) => {
                    // Python's None: as if it were not given.
                    let (nulls, given): (Vec<_>, Vec<_>) =
                        params.into_iter().partition(|(_, value)| *value == Json::Null);
                    for (param, _) in nulls {
                        self.notes.push(format!("{}: {within}.{param}: null counts as not given", self.path));
                    }
                    self.twice(&within, &given);
                    if given.is_empty() {
                        continue;
                    }
                    Json::Object(given)
                }
                ("params", other) => {
                    left_out = Some(format!("`params` must be an object, found {}", other.kind()));
                    continue;
                }
                (_, _) => {
                    self.leave_out(&within, "a column takes `type`, `faker` and `params`");
                    continue;
                }
            };
            match document::inline(&value) {
                Some(value) => members.push((key, value)),
                None => left_out = Some(format!("`{key}` holds a null, for which TOML has no value")),
            }
        }
        let place = format!("{}: {place}", self.path);
        if let Some(why) = &left_out {
            self.left_out.push(format!("{place}: {why}"));
        }
        Entry { place, line: document::column(name, &members), left_out }
    }

    /// The members of an object, each name once.
    fn members(&mut self, place: &str, value: &Json) -> Vec<(String, Json)> {
        let Json::Object(members) = value else {
            self.leave_out(place, format!("expected an object, found {}", value.kind()));
            return Vec::new();
        };
        self.twice(place, members);
        let last = |at: usize| !members[at + 1..].iter().any(|(name, _)| *name == members[at].0);
        members.iter().enumerate().filter(|(at, _)| last(*at)).map(|(_, member)| member.clone()).collect()
    }

    /// Tells names that come more than once.
    fn twice(&mut self, place: &str, members: &[(String, Json)]) {
        for (at, (name, _)) in members.iter().enumerate() {
            if members[at + 1..].iter().any(|(other, _)| other == name) {
                self.leave_out(place, format!("`{name}` is there twice; the last one counts"));
            }
        }
    }
}
