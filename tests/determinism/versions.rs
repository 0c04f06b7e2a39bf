//! What `shopsim history` prints, against the tables as they stand after each tick, and against what the ticks do.

use std::collections::BTreeMap;

use clap::Parser;
use proptest::prelude::*;
use serde_json::{Map, Value as Json};
use shopsim::chain::{self, Overrides};
use shopsim::cli::times::Times;
use shopsim::cli::{history, sample};
use shopsim::clock::{Pause, Timeline};
use shopsim::plan::RowKeys;
use shopsim::truth::{TableRows, push_line};

use super::chain::{AMOUNT, NAME, ORDERED, SHOP_1, START, table};

const TICKS: u64 = 30;

/// As `shopsim` reads them.
#[derive(Parser)]
struct HistoryArguments {
    #[command(flatten)]
    history: history::Arguments,
}

#[derive(Parser)]
struct SampleArguments {
    #[command(flatten)]
    sample: sample::Arguments,
}

/// The loaded chain of one shop, and the times of its ticks.
struct Loaded {
    chain: chain::Chain,
    timeline: Timeline,
}

type Object = Map<String, Json>;

impl Loaded {
    fn new(config: &str, pauses: &[Pause]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shops.toml");
        std::fs::write(&path, config).unwrap();
        let chain = chain::load(&path, &Overrides::default()).unwrap();
        let timeline = Timeline::new(START, chain.shops[0].plan.interval, pauses);
        Self { chain, timeline }
    }

    fn print(&self, arguments: &str) -> String {
        let arguments = ["history"].into_iter().chain(arguments.split_whitespace());
        let arguments = HistoryArguments::parse_from(arguments).history;
        let times = Times { timeline: self.timeline.clone(), last_tick: Some(TICKS - 1) };
        let choice =
            history::choose(&arguments, &self.chain, vec![times]).map_err(|all| all.join("\n")).unwrap();
        let mut printed = Vec::new();
        history::history(&arguments, &choice, &self.chain.shops, &mut printed).unwrap();
        String::from_utf8(printed).unwrap()
    }

    fn lines(&self, arguments: &str) -> Vec<Object> {
        self.print(arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn sample(&self) -> Vec<Object> {
        let arguments = ["sample", "--format", "jsonl", "--ticks", &TICKS.to_string()].map(str::to_owned);
        let arguments = SampleArguments::parse_from(arguments).sample;
        let mut printed = Vec::new();
        let timelines = std::slice::from_ref(&self.timeline);
        sample::sample(&arguments, &self.chain.shops, timelines, &mut printed).unwrap();
        let printed = String::from_utf8(printed).unwrap();
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn number(object: &Object, name: &str) -> Option<u64> {
    object[name].as_u64()
}

fn id(object: &Object) -> u64 {
    object["key"]["t_id"].as_u64().unwrap()
}

/// The values by key that stood after a tick.
fn standing(versions: &[Object], tick: u64) -> BTreeMap<u64, Json> {
    let stands = |version: &&Object| {
        number(version, "from_tick").unwrap() <= tick && number(version, "to_tick").is_none_or(|to| to > tick)
    };
    versions.iter().filter(stands).map(|version| (id(version), version["values"].clone())).collect()
}

/// The operations of all ticks, by tick and key, as `sample` prints them, told from versions alone.
fn operations(versions: &[Object]) -> BTreeMap<(u64, u64), (String, Json)> {
    let mut all = BTreeMap::new();
    for version in versions {
        let (from, values) = (number(version, "from_tick").unwrap(), &version["values"]);
        let values = match version["operation"].as_str().unwrap() {
            "insert" => values.clone(),
            _ => {
                let changed =
                    version["changed"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                Json::Object(changed.map(|name| (name.to_owned(), values[name].clone())).collect())
            }
        };
        let operation = version["operation"].as_str().unwrap().to_owned();
        assert!(all.insert((from, id(version)), (operation, values)).is_none());
        if version["ended_by"] == "delete" {
            let to = number(version, "to_tick").unwrap();
            all.insert((to, id(version)), ("delete".to_owned(), Json::Object(Map::new())));
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn history_is_what_stood_after_each_tick_and_what_each_tick_did(
        interval in 1u64..20,
        delete in 0u64..120,
        update in 0u64..120,
        rows in (0u64..5, 0u64..9),
        columns in 1usize..=3,
        pauses in proptest::collection::btree_map(0..TICKS, 1_000i64..100_000_000, 0..3),
        from in 0..TICKS,
        to in 0..TICKS,
    ) {
        let config = format!(
            "[defaults]\ntick_interval = \"{interval}s\"\ndelete_older_than = \"{delete}s\"\n\
             update_not_older_than = \"{update}s\"\nstop_after = \"0\"\n{SHOP_1}{}",
            table("t", rows, &[NAME, AMOUNT, ORDERED][..columns]),
        );
        let pauses: Vec<Pause> =
            pauses.into_iter().map(|(before_tick, micros)| Pause { before_tick, micros }).collect();
        let shop = Loaded::new(&config, &pauses);
        let all = shop.lines("");
        let keys: Vec<(u64, u64)> =
            all.iter().map(|version| (id(version), number(version, "version").unwrap())).collect();
        prop_assert!(keys.is_sorted_by(|one, next| one < next), "by key, each version once");

        // After each tick: as `--as-of-tick` prints the tables, which are the rows of the truth.
        for tick in 0..TICKS {
            let as_of = shop.lines(&format!("--as-of-tick {tick}"));
            let rows: BTreeMap<u64, Json> = as_of.iter().map(|row| (id(row), row["values"].clone())).collect();
            prop_assert_eq!(&standing(&all, tick), &rows, "after tick {}", tick);
            let plan = &shop.chain.shops[0].plan;
            let mut truth = TableRows::at(plan, &shop.timeline, 0, tick);
            let keys = RowKeys::of(plan.seed, &plan.tables[0], &shop.timeline);
            let mut text = String::new();
            while let Some(chunk) = truth.next_chunk() {
                chunk.rows().for_each(|row| push_line(&plan.tables[0], &keys, row, &mut text));
            }
            let names: Vec<&str> = plan.tables[0].all_columns().skip(1).map(|(name, _)| name).collect();
            for (line, row) in text.lines().zip(&as_of) {
                let shown = |name: &&str| match &row["values"][*name] {
                    Json::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let fields = [id(row).to_string()].into_iter().chain(names.iter().map(shown));
                prop_assert_eq!(line, fields.collect::<Vec<_>>().join("\t"));
            }
            prop_assert_eq!(text.lines().count(), as_of.len());
        }

        // What the ticks do; an update that draws the values that a row had is one there and none here.
        let mut told = operations(&all);
        let mut before: BTreeMap<u64, Json> = BTreeMap::new();
        for operation in shop.sample() {
            let (tick, key) = (number(&operation, "tick").unwrap(), id(&operation));
            let mut values = operation["values"].as_object().unwrap().clone();
            let row = before.entry(key).or_insert(Json::Null);
            if operation["operation"] == "update" {
                values.retain(|name, value| row[name.as_str()] != *value);
                values.iter().for_each(|(name, value)| row[name.as_str()] = value.clone());
            } else {
                *row = operation["values"].clone();
            }
            let expected = (operation["operation"].as_str().unwrap().to_owned(), Json::Object(values));
            prop_assert_eq!(told.remove(&(tick, key)), Some(expected), "tick {} of {}", tick, key);
        }
        prop_assert_eq!(told, BTreeMap::new());

        // A part of the ticks is the versions that stood in them, with their ends as far as they are known.
        let (from, to) = (from.min(to), from.max(to));
        let part = shop.lines(&format!("--from-tick {from} --to-tick {to}"));
        let expected = all.iter().filter_map(|version| {
            let mut version = version.clone();
            if number(&version, "to_tick").is_some_and(|tick| tick > to) {
                ["to_tick", "ended_by", "valid_to"].iter().for_each(|name| version[*name] = Json::Null);
            }
            let ended = number(&version, "to_tick").is_some_and(|tick| tick <= from);
            (number(&version, "from_tick")? <= to && !ended).then_some(version)
        });
        prop_assert_eq!(&part, &expected.collect::<Vec<_>>());

        // A row by its key is its part of all.
        for wanted in all.iter().map(id).step_by(7) {
            let of_row: Vec<Object> = all.iter().filter(|version| id(version) == wanted).cloned().collect();
            prop_assert_eq!(shop.lines(&format!("--key {wanted}")), of_row);
            let cohort = number(all.iter().find(|version| id(version) == wanted).unwrap(), "from_tick").unwrap();
            let as_of = shop.lines(&format!("--key {wanted} --as-of-tick {}", to.max(cohort)));
            prop_assert_eq!(as_of.len(), usize::from(standing(&all, to.max(cohort)).contains_key(&wanted)));
        }
    }
}
