//! A source of changes that only this file knows: rows that come late, change at an age, are deleted, come again, and
//! rows that live for one tick alone. All that reads ticks must treat them right: PostgreSQL, the log, `sample`, the
//! truth, `verify`, and a model that plays the operations one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use shopsim::chain::{self, Overrides};
use shopsim::cli::{history, sample, times::Times};
use shopsim::clock::Timeline;
use shopsim::config::Pace;
use shopsim::pg::{self, CheckpointUpdate, Claim, Sessions, TableReport, Verdict};
use shopsim::plan::{Cause, ChangeSource, Cohorts, RowChange, RowEvent, ShopPlan, TablePlan};
use shopsim::supervise::Commit;
use shopsim::telemetry::{Format, Style, ticks};
use shopsim::tick::{Counts, Operation, Tick, Transaction, UpdateCause};
use shopsim::truth::{Ended, TableRows};

use super::harness::{Place, edit};
use super::oracle;
use super::server::Server;

const TICKS: u64 = 40;
/// No row has an event when it is older, in ticks.
const OLDEST: u64 = 6;

const CONFIG: &str = r#"
[supervisor]
[defaults]
tick_interval = "1s"
start = "2026-01-01T00:00:00Z"
delete_older_than = "12s"
update_not_older_than = "8s"
[[shop]]
name = "one"
seed = 7
[tables.parcels]
key_type = "bigint"
insert_rows_per_tick = 30
update_rows_per_tick = 20
[tables.parcels.columns]
label = { type = "varchar", faker = "name" }
state = { type = "text", faker = "word" }
weight = { type = "int", faker = "random_int" }
note = { type = "text", faker = "word", null_ratio = 0.3 }
[tables.notes]
insert_rows_per_tick = 3
update_rows_per_tick = 2
[tables.notes.columns]
text = { type = "text", faker = "sentence" }
"#;

/// What becomes of a row follows from its id.
struct Lives {
    causes: Vec<Cause>,
}

impl Lives {
    fn new() -> Self {
        let cause =
            |name: &str, columns: &[usize]| Cause { name: name.to_owned(), columns: columns.to_vec() };
        Self { causes: vec![cause("sent", &[1]), cause("weighed", &[1, 2])] }
    }
}

impl ChangeSource for Lives {
    fn describe(&self) -> String {
        "lives of parcels".to_owned()
    }

    fn causes(&self) -> &[Cause] {
        &self.causes
    }

    fn comes_with_cohort(&self, id: i64, _: u64) -> bool {
        id % 13 != 5
    }

    fn may_change_at_random(&self, _: Option<usize>) -> bool {
        true
    }

    fn of_row(&self, _: u64, cohorts: &Cohorts, id: i64, events: &mut Vec<RowEvent>) {
        let cohort = cohorts.tick_of(id).unwrap();
        use RowChange::{Delete, Insert, Update};
        let life: &[(u64, RowChange)] = match id {
            // Two ticks late, with the time of its cohort.
            id if id % 13 == 5 => &[(2, Insert { dated: cohort })],
            // There within its own tick alone.
            id if id % 7 == 0 => &[(0, Update { cause: 0 }), (0, Delete)],
            // Sent, weighed, deleted and back in one tick, with the time of that.
            id if id % 11 == 3 => &[
                (1, Update { cause: 0 }),
                (3, Update { cause: 1 }),
                (5, Delete),
                (5, Insert { dated: cohort + 5 }),
                (6, Update { cause: 0 }),
            ],
            id if id % 11 == 4 => &[(4, Delete)],
            _ => &[],
        };
        events.extend(life.iter().map(|(age, change)| RowEvent { tick: cohort + age, id, change: *change }));
    }

    fn of_tick(&self, seed: u64, cohorts: &Cohorts, tick: u64, events: &mut Vec<RowEvent>) {
        let mut of_row = Vec::new();
        for cohort in tick.saturating_sub(OLDEST)..=tick {
            for id in cohorts.ids(cohort..cohort + 1) {
                self.of_row(seed, cohorts, id, &mut of_row);
                events.extend(of_row.drain(..).filter(|event| event.tick == tick));
            }
        }
    }
}

/// A chain of one shop, one of whose tables has the source.
fn with_lives(place: &Place) -> chain::Chain {
    let overrides = Overrides { until_tick: Some(TICKS), ..Overrides::default() };
    let mut chain = chain::load(&place.path("shops.toml"), &overrides).expect("it is sound");
    let shop = &mut chain.shops[0];
    let mut tables = shop.plan.tables.to_vec();
    tables[0].changes = Some(Arc::new(Lives::new()));
    shop.plan = Arc::new(ShopPlan {
        name: shop.plan.name.clone(),
        seed: shop.plan.seed,
        schema: shop.plan.schema.clone(),
        state_schema: shop.plan.state_schema.clone(),
        interval: shop.plan.interval,
        tables: tables.into(),
    });
    chain
}

fn timeline(chain: &chain::Chain) -> Timeline {
    let start = shopsim::clock::Origin::fix(chain.shops[0].config.start.value, chain::wall_now()).start;
    Timeline::new(start, chain.shops[0].plan.interval, &[])
}

/// What is to become of a row, straight from its events and its age: ticks of its insertions and deletions.
#[derive(Debug, Default, PartialEq)]
struct Fate {
    inserted: Vec<u64>,
    updated: Vec<(u64, usize)>,
    deleted: Vec<u64>,
}

fn fates(table: &TablePlan, timeline: &Timeline) -> BTreeMap<i64, Fate> {
    let (cohorts, lives) = (table.cohorts(timeline), Lives::new());
    let mut fates = BTreeMap::new();
    for cohort in 0..TICKS {
        // Rows of 12 seconds are deleted, a tick a second.
        let old = cohort + 12;
        for id in cohorts.ids(cohort..cohort + 1) {
            let mut fate = Fate::default();
            if lives.comes_with_cohort(id, cohort) {
                fate.inserted.push(cohort);
            }
            let mut events = Vec::new();
            lives.of_row(0, &cohorts, id, &mut events);
            for RowEvent { tick, change, .. } in events.into_iter().filter(|event| event.tick < TICKS) {
                match change {
                    RowChange::Insert { .. } => fate.inserted.push(tick),
                    RowChange::Update { cause } => fate.updated.push((tick, cause)),
                    RowChange::Delete => fate.deleted.push(tick),
                }
            }
            if old < TICKS && fate.inserted.len() > fate.deleted.len() {
                fate.deleted.push(old);
            }
            if !fate.inserted.is_empty() {
                fates.insert(id, fate);
            }
        }
    }
    fates
}

#[test]
fn the_stream_of_operations_is_what_the_source_and_the_age_of_rows_decide() {
    let place = Place::new(CONFIG);
    let chain = with_lives(&place);
    let (plan, timeline) = (&chain.shops[0].plan, timeline(&chain));
    let mut seen: BTreeMap<i64, Fate> = BTreeMap::new();
    let mut random = 0;
    for tick in 0..TICKS {
        let mut stream = Transaction::new(vec![Tick::new(plan, &timeline, tick)]);
        let planned = stream.counts()[0];
        let mut counts = Counts::default();
        while let Some((table, operation)) = stream.next(plan) {
            if table != 0 {
                continue;
            }
            match operation {
                Operation::Delete(ids) => ids.iter().for_each(|(_, id)| {
                    counts.deleted += 1;
                    let fate = seen.get_mut(&id).unwrap();
                    assert!(fate.inserted.len() > fate.deleted.len(), "{id} is not there to be deleted");
                    fate.deleted.push(tick);
                }),
                Operation::Update(rows) => {
                    let mut ids = BTreeSet::new();
                    for row in rows.iter() {
                        counts.updated += 1;
                        let fate = seen.get_mut(&row.id()).unwrap();
                        assert!(fate.inserted.len() > fate.deleted.len() && ids.insert(row.id()));
                        match row.cause() {
                            UpdateCause::Random => random += 1,
                            UpdateCause::Source(cause) => fate.updated.push((tick, cause)),
                            UpdateCause::SoftDelete => panic!("the table has no soft deletes"),
                        }
                    }
                }
                Operation::Insert(rows) => rows.ids.iter().for_each(|(_, id)| {
                    counts.inserted += 1;
                    let fate = seen.entry(id).or_default();
                    assert_eq!(fate.inserted.len(), fate.deleted.len(), "{id} is there already");
                    fate.inserted.push(tick);
                }),
            }
        }
        assert_eq!(counts, planned, "tick {tick} does what it says that it will");
    }
    assert_eq!(seen, fates(&plan.tables[0], &timeline));
    // Of 20 chosen each tick some are not there, or have an event.
    assert!((TICKS * 10..TICKS * 20).contains(&random), "{random}");
}

#[test]
fn the_truth_knows_every_version_and_what_ended_it() {
    let place = Place::new(CONFIG);
    let chain = with_lives(&place);
    let (plan, timeline) = (&chain.shops[0].plan, timeline(&chain));
    let mut seen: BTreeMap<i64, Fate> = BTreeMap::new();
    let mut rows = TableRows::inserted_by(plan, &timeline, 0, 0..TICKS, TICKS - 1);
    while let Some(chunk) = rows.next_chunk() {
        for row in chunk.rows() {
            let mut fate = Fate::default();
            let mut stands = None;
            for version in row.versions() {
                if stands != Some(version.from) {
                    fate.inserted.push(version.from);
                }
                stands = None;
                match version.to {
                    Some((tick, Ended::Updated(cause))) => {
                        stands = Some(tick);
                        if let UpdateCause::Source(cause) = cause {
                            fate.updated.push((tick, cause));
                        }
                    }
                    Some((tick, Ended::DeletedByAge | Ended::DeletedBySource)) => fate.deleted.push(tick),
                    None => {}
                }
            }
            assert!(seen.insert(row.id(), fate).is_none());
        }
    }
    assert_eq!(seen, fates(&plan.tables[0], &timeline));
}

/// As `shopsim` reads them.
#[derive(Parser)]
struct HistoryArguments {
    #[command(flatten)]
    history: history::Arguments,
}

/// What `shopsim history` prints of the parcels, as JSON.
fn history(chain: &chain::Chain, more: &[&str]) -> Vec<serde_json::Value> {
    let arguments = ["history", "--table", "parcels"].iter().chain(more);
    let arguments = HistoryArguments::parse_from(arguments).history;
    let times = Times { timeline: timeline(chain), last_tick: Some(TICKS - 1) };
    let choice = history::choose(&arguments, chain, vec![times]).map_err(|all| all.join("\n")).unwrap();
    let mut printed = Vec::new();
    history::history(&arguments, &choice, &chain.shops, &mut printed).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn history_prints_every_version_with_its_cause_and_its_end() {
    let place = Place::new(CONFIG);
    let chain = with_lives(&place);
    let (table, timeline) = (&chain.shops[0].plan.tables[0], timeline(&chain));
    let versions = history(&chain, &[]);
    let mut seen: BTreeMap<i64, Fate> = BTreeMap::new();
    for version in &versions {
        let fate = seen.entry(version["key"]["parcel_id"].as_i64().unwrap()).or_default();
        let from = version["from_tick"].as_u64().unwrap();
        match (version["operation"].as_str().unwrap(), version["cause"].as_str()) {
            ("insert", None) => fate.inserted.push(from),
            ("update", Some("sent")) => fate.updated.push((from, 0)),
            ("update", Some("weighed")) => fate.updated.push((from, 1)),
            ("update", None) => {}
            other => panic!("a version begins by {other:?}"),
        }
        if version["ended_by"] == "delete" {
            fate.deleted.push(version["to_tick"].as_u64().unwrap());
        }
    }
    assert_eq!(seen, fates(table, &timeline));

    // After each tick stands what `--as-of-tick` prints: values and `created_at` of rows that came late or again, too.
    for tick in 0..TICKS {
        let stands = |version: &&serde_json::Value| {
            version["from_tick"].as_u64().unwrap() <= tick
                && version["to_tick"].as_u64().is_none_or(|to| to > tick)
        };
        let content = |row: &serde_json::Value| (row["key"].clone(), row["values"].clone());
        let expected: Vec<_> = versions.iter().filter(stands).map(content).collect();
        let as_of: Vec<_> =
            history(&chain, &["--as-of-tick", &tick.to_string()]).iter().map(content).collect();
        assert_eq!(as_of, expected, "after tick {tick}");
    }
}

/// As `shopsim` reads them.
#[derive(Parser)]
struct SampleArguments {
    #[command(flatten)]
    sample: sample::Arguments,
}

#[test]
fn sample_and_log_print_one_line_for_each_row_of_each_operation() {
    let place = Place::new(CONFIG);
    let chain = with_lives(&place);
    let (plan, timeline) = (&chain.shops[0].plan, timeline(&chain));
    let arguments = ["sample", "--format", "jsonl", "--ticks", &TICKS.to_string()].map(str::to_owned);
    let arguments = SampleArguments::parse_from(arguments).sample;
    let mut printed = Vec::new();
    sample::sample(&arguments, &chain.shops, std::slice::from_ref(&timeline), &mut printed).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    let lines = |text: &str, parts: &[&str]| {
        text.lines().filter(|line| parts.iter().all(|part| line.contains(part))).count()
    };

    let mut log = String::new();
    let mut write = |text: &str, _: u64| log.push_str(text);
    let mut block = ticks::Block::new(&mut write);
    for tick in 0..TICKS {
        let counts = Transaction::new(vec![Tick::new(plan, &timeline, tick)]).counts();
        let (plan, timeline) = (plan.clone(), Arc::new(timeline.clone()));
        let commit = Commit { plan, timeline, ticks: tick..tick + 1, counts, is_history: false };
        ticks::write(&commit, "", true, Style { format: Format::Text, colour: false }, &mut block);
    }
    block.flush();

    let all = fates(&plan.tables[0], &timeline);
    let sum = |of: fn(&Fate) -> usize| all.values().map(of).sum::<usize>();
    let caused = |cause: usize| {
        all.values().flat_map(|fate| &fate.updated).filter(|(_, other)| *other == cause).count()
    };
    let parcels = "\"table\":\"parcels\"";
    for (operation, expected) in
        [("insert", sum(|fate| fate.inserted.len())), ("delete", sum(|fate| fate.deleted.len()))]
    {
        assert_eq!(lines(&printed, &[parcels, &format!("\"operation\":\"{operation}\"")]), expected);
        assert_eq!(lines(&log, &[&format!(" {operation} parcel_id=")]), expected);
    }
    for (place, cause) in ["sent", "weighed"].into_iter().enumerate() {
        assert_eq!(lines(&printed, &[parcels, &format!("\"cause\":\"{cause}\"")]), caused(place));
        assert_eq!(lines(&log, &[&format!(" update ({cause}) parcel_id=")]), caused(place));
    }
}

/// A claim on the shop's database.
fn claim(chain: &chain::Chain) -> Claim {
    Claim {
        plan: chain.shops[0].plan.clone(),
        start: chain.shops[0].config.start.value,
        start_by_name: false,
        reset: false,
        run: "test".to_owned(),
        capture: chain.shops[0].capture.clone(),
    }
}

async fn verify(server: &Server, chain: &chain::Chain) -> (Option<u64>, Vec<TableReport>) {
    let connection = server.connection("parcels");
    match pg::verify(&connection, &claim(chain), Duration::from_secs(30), 1).await.unwrap() {
        Verdict::Compared { tick, tables } => (tick, tables),
        verdict => panic!("there is a run to compare: {verdict:?}"),
    }
}

/// Some ticks on a server, held against the model, and all of them against the truth.
async fn apply(place: &Place, ticks: u64) -> (Server, chain::Chain) {
    let server = Server::new(place, "own").await;
    server.create_databases(&["parcels"]).await;
    let chain = with_lives(place);
    let (plan, timeline) = (chain.shops[0].plan.clone(), timeline(&chain));
    let sessions = Sessions::new(server.connection("parcels"), claim(&chain), Duration::from_secs(30), false);
    let (mut session, _) = sessions.open().await.unwrap();
    let client = server.client("parcels").await;
    for tick in 0..ticks {
        let mut transaction = Transaction::new(vec![Tick::new(&plan, &timeline, tick)]);
        let planned = transaction.counts();
        let checkpoint = CheckpointUpdate {
            last_tick: tick.checked_sub(1),
            tick,
            origin: shopsim::clock::Origin::fix(chain.shops[0].config.start.value, timeline.at(0)),
            pace: Pace::Unlimited,
            live: false,
            pause: None,
        };
        let applied = session.apply(&mut transaction, &checkpoint).await.unwrap();
        assert_eq!(applied.rows, planned, "the server counts at tick {tick} what was planned");
        if tick % 13 == 12 || tick == ticks - 1 {
            let expected = oracle::replay(&plan, &timeline, tick + 1);
            assert_eq!(oracle::tables(&client, &plan).await, expected, "after tick {tick}");
        }
    }
    drop(session);
    let (tick, tables) = verify(&server, &chain).await;
    assert_eq!(tick, Some(ticks - 1));
    let differing: Vec<_> = tables.iter().filter(|table| !table.is_same()).collect();
    assert!(differing.is_empty() && tables.iter().all(|table| table.same > 0), "{differing:?}");
    (server, chain)
}

#[tokio::test]
async fn postgresql_holds_what_the_model_and_the_truth_hold() {
    let place = Place::new(CONFIG);
    let (server, chain) = apply(&place, TICKS).await;
    let (plan, timeline) = (&chain.shops[0].plan, timeline(&chain));
    let client = server.client("parcels").await;

    // One wrong value of a row that came late, and one that should be gone, are seen.
    let late = "UPDATE parcels SET label = 'x' WHERE parcel_id = (SELECT max(parcel_id) FROM parcels WHERE parcel_id % 13 = 5)";
    client.batch_execute(late).await.unwrap();
    let mut all = fates(&plan.tables[0], &timeline).into_iter();
    let gone = |(id, fate): &(i64, Fate)| id % 7 == 0 && fate.deleted.len() == fate.inserted.len();
    let (gone, _) = all.rfind(gone).unwrap();
    let again = format!("INSERT INTO parcels (parcel_id, label, state, weight) VALUES ({gone}, 'x', 'x', 1)");
    client.batch_execute(&again).await.unwrap();
    let (_, tables) = verify(&server, &chain).await;
    assert_eq!((tables[0].different, tables[0].unexpected, tables[0].missing), (1, 1, 0));
}

#[tokio::test]
async fn so_it_does_where_rows_come_by_copy() {
    let config = edit(CONFIG, "insert_rows_per_tick = 30", "insert_rows_per_tick = 5000");
    apply(&Place::new(&config), 14).await;
}
