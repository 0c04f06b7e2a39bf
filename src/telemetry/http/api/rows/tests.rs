use std::sync::Arc;

use super::*;
use crate::clock::Timeline;
use crate::config::{self, Source, Surroundings};
use crate::plan::{Cause, ChangeSource, Cohorts, RowChange, RowEvent, ShopPlan};
use crate::truth::Row;

/// A shop with one table, whose windows reach back so many ticks of a second.
fn plan(rows: u64, updates: u64, delete_after: u64, update_for: u64) -> ShopPlan {
    let text = format!(
        "[[shop]]\nname = \"a\"\nseed = 7\ntick_interval = \"1s\"\ndelete_older_than = \"{delete_after}s\"\n\
         update_not_older_than = \"{update_for}s\"\n[tables.t]\ninsert_rows_per_tick = {rows}\n\
         update_rows_per_tick = {updates}\nkey_type = \"bigint\"\n[tables.t.columns]\n\
         name = {{ type = \"text\", faker = \"name\", null_ratio = 0.2 }}\n\
         number = {{ type = \"int\", faker = \"random_int\" }}\nword = {{ type = \"text\", faker = \"word\" }}\n"
    );
    compiled(&text)
}

fn compiled(text: &str) -> ShopPlan {
    let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
    let (config, problems) = config::read(&Source::new("shops.toml", text), &surroundings);
    assert!(!problems.iter().any(config::Problem::is_error), "{problems:?}");
    let plan = crate::plan::compile(&config).0.remove(0);
    Arc::try_unwrap(plan).unwrap_or_else(|_| unreachable!("it is not shared"))
}

fn ticks(plan: ShopPlan, last: u64) -> Ticks {
    let timeline = Arc::new(Timeline::new(Timestamp(1_767_225_600_000_000), plan.interval, &[]));
    Ticks { plan: Arc::new(plan), timeline, last }
}

fn table(ticks: &Ticks, tick: u64, limit: usize) -> Json {
    let mut room = Room { draws: MOST_DRAWS, bytes: MOST_BYTES };
    TableChanges { ticks, tick, place: 0 }.json(limit, &mut room)
}

/// The rows of the table after a tick, by key: each column's text.
fn after(ticks: &Ticks, tick: u64) -> BTreeMap<i64, Vec<Option<String>>> {
    let (mut rows, mut all) = (TableRows::at(&ticks.plan, &ticks.timeline, 0, tick), BTreeMap::new());
    while let Some(chunk) = rows.next_chunk() {
        let values = |row: Row<'_>| (0..3).map(|column| text(row.value(column))).collect();
        all.extend(chunk.rows().map(|row| (row.id(), values(row))));
    }
    all
}

/// Plays the changes of a tick on the rows before it; every old value must be the one that is there.
fn play(ticks: &Ticks, tick: u64, rows: &mut BTreeMap<i64, Vec<Option<String>>>) -> BTreeMap<String, u64> {
    let columns = ["name", "number", "word"];
    let (answer, mut seen) = (table(ticks, tick, MOST_ROWS), BTreeMap::new());
    assert_eq!((&answer["omitted"], &answer["old_values"]), (&Json::Null, &Json::Null), "{answer}");
    for row in answer["rows"].as_array().unwrap() {
        let (op, key) = (row["op"].as_str().unwrap(), row["key"].as_i64().unwrap());
        *seen.entry(format!("{op} {}", row["cause"].as_str().unwrap_or("-"))).or_default() += 1;
        assert!(row["created_at"].is_string(), "{row}");
        let there = rows.entry(key).or_insert_with(|| vec![None; 3]);
        let values = row["values"].as_array().unwrap();
        assert!(op == "update" || values.len() == 3, "{row}");
        for value in values {
            let column = columns.iter().position(|column| value["column"] == *column).unwrap();
            let side = |side: &str| value[side].as_str().map(str::to_owned);
            assert_eq!(side("old"), there[column], "{op} {key} of tick {tick}: {value}");
            there[column] = side("new");
        }
        if op == "delete" {
            rows.remove(&key);
        }
    }
    seen
}

#[test]
fn the_changes_of_a_tick_lead_from_the_rows_before_it_to_those_after_it() {
    let ticks = ticks(plan(9, 11, 12, 5), 30);
    let mut rows = after(&ticks, 2);
    for tick in 3..=30 {
        let seen = play(&ticks, tick, &mut rows);
        assert_eq!(rows, after(&ticks, tick), "tick {tick}");
        let deleted = if tick < 12 { None } else { Some(&9) };
        assert_eq!(
            (seen.get("insert -"), seen.get("update -"), seen.get("delete -")),
            (Some(&9), Some(&11), deleted)
        );
    }
}

/// Rows that are changed in the tick that inserts them, and rows that come again.
struct Lives(Vec<Cause>);

impl ChangeSource for Lives {
    fn describe(&self) -> String {
        "lives".to_owned()
    }

    fn causes(&self) -> &[Cause] {
        &self.0
    }

    fn comes_with_cohort(&self, _: i64, _: u64) -> bool {
        true
    }

    fn may_change_at_random(&self, _: Option<usize>) -> bool {
        true
    }

    fn of_row(&self, _: u64, cohorts: &Cohorts, id: i64, events: &mut Vec<RowEvent>) {
        let cohort = cohorts.tick_of(id).unwrap();
        let event = |after: u64, change| RowEvent { tick: cohort + after, id, change };
        let (sent, lost) = (RowChange::Update { cause: 0 }, RowChange::Update { cause: 1 });
        match id % 5 {
            0 => events.extend([event(0, sent), event(0, RowChange::Delete)]),
            1 => events.extend([
                event(1, sent),
                event(1, lost),
                event(2, RowChange::Delete),
                event(4, RowChange::Insert { dated: cohort + 3 }),
            ]),
            2 => events.extend([event(0, lost), event(3, sent)]),
            _ => {}
        }
    }

    fn of_tick(&self, seed: u64, cohorts: &Cohorts, tick: u64, events: &mut Vec<RowEvent>) {
        for id in cohorts.ids(tick.saturating_sub(4)..tick + 1) {
            let mut of_row = Vec::new();
            self.of_row(seed, cohorts, id, &mut of_row);
            events.extend(of_row.into_iter().filter(|event| event.tick == tick));
        }
    }
}

/// A shop whose table has a source of changes.
fn with_a_source(delete_after: u64, purge_after: Option<i64>) -> Ticks {
    let mut plan = plan(10, 3, delete_after, 8);
    let mut tables = plan.tables.to_vec();
    let cause = |name: &str, columns: &[usize]| Cause { name: name.to_owned(), columns: columns.to_vec() };
    tables[0].changes = Some(Arc::new(Lives(vec![cause("sent", &[1]), cause("lost", &[1, 2])])));
    tables[0].windows.purge_after = purge_after;
    plan.tables = tables.into();
    ticks(plan, 30)
}

#[test]
fn a_row_that_is_deleted_softly_has_no_further_events_and_one_that_was_gone_is_not_purged() {
    let ticks = with_a_source(3, Some(3 * crate::value::SECOND));
    let mut rows = after(&ticks, 2);
    for tick in 3..=30 {
        let seen = play(&ticks, tick, &mut rows);
        assert_eq!(rows, after(&ticks, tick), "tick {tick}: {seen:?}");
        if tick >= 6 {
            // Of ten rows the source deletes four before, and would insert two of them again after.
            assert_eq!((seen["update sent"], seen["update lost"]), (4, 4), "{seen:?}");
            assert_eq!((seen["update soft-deleted"], seen["delete -"]), (6, 6 + 4), "{seen:?}");
            assert_eq!(seen["insert -"], 10, "{seen:?}");
        }
    }
}

#[test]
fn rows_that_a_source_changes_have_their_old_values_and_causes() {
    let ticks = with_a_source(12, None);
    let mut rows = after(&ticks, 2);
    for tick in 3..=30 {
        let seen = play(&ticks, tick, &mut rows);
        assert_eq!(rows, after(&ticks, tick), "tick {tick}: {seen:?}");
        assert_eq!((seen["update sent"], seen["update lost"]), (6, 4), "{seen:?}");
    }
}

#[test]
fn no_more_is_drawn_than_is_listed() {
    let ticks = ticks(plan(1_000_000, 1_000, 86_400, 2), 100_000);
    let began = tokio::time::Instant::now();
    let answer = table(&ticks, 100_000, 2);
    let took = began.elapsed();
    assert_eq!((&answer["inserted"], &answer["updated"]), (&json!(1_000_000), &json!(1_000)));
    let ops: Vec<&str> =
        answer["rows"].as_array().unwrap().iter().filter_map(|row| row["op"].as_str()).collect();
    assert_eq!(ops, ["delete", "delete", "update", "update", "insert", "insert"]);
    assert!(took < std::time::Duration::from_secs(10), "{took:?} for six rows of a million");
}

#[test]
fn old_values_that_cost_too_much_are_left_out_and_that_is_told() {
    // A row of the tick before is amid a million of others.
    let ticks = ticks(plan(10_000_000, 2, 86_400, 2), 1_000);
    let answer = table(&ticks, 1_000, 2);
    let told = "omitted: too many other rows and updates would have to be drawn";
    assert_eq!(answer["old_values"], told, "{answer}");
    let update = &answer["rows"][0];
    assert_eq!((&update["op"], &update["created_at"]), (&json!("update"), &Json::Null));
    assert!(update["values"][0]["old"].is_null());
}

#[test]
fn long_values_leave_room_for_no_more_rows() {
    let ticks = ticks(plan(50, 0, 100, 2), 10);
    let mut room = Room { draws: MOST_DRAWS, bytes: 100 };
    let answer = TableChanges { ticks: &ticks, tick: 10, place: 0 }.json(5, &mut room);
    assert_eq!(answer["omitted"], "omitted: further rows would be too much for one answer");
    assert!(answer["rows"].as_array().unwrap().len() <= 5);
}

#[test]
fn a_soft_delete_is_an_update_with_a_cause_and_a_purge_has_what_it_wrote() {
    let plan = compiled(
        "[[shop]]\nname = \"a\"\nseed = 7\ntick_interval = \"1s\"\ndelete_older_than = \"5s\"\n\
         update_not_older_than = \"2s\"\n[tech_fields]\nversion = \"int\"\ndeleted_at = \"timestamp\"\npurge_after = \"3s\"\n\
         created_by = { elements = [\"web\"] }\nupdated_by = { elements = [\"web\"] }\n[tables.t]\ninsert_rows_per_tick = 2\nupdate_rows_per_tick = 3\n\
         [tables.t.columns]\nname = { type = \"text\", faker = \"name\" }\n",
    );
    let ticks = ticks(plan, 20);
    let rows = |tick: u64, op: &str, cause: Option<&str>| -> Vec<(i64, Json)> {
        // As many as are deleted softly: these must leave room for updates.
        let answer = table(&ticks, tick, 2);
        let of = |row: &&Json| row["op"] == op && row["cause"].as_str() == cause;
        let rows = answer["rows"].as_array().unwrap().iter().filter(of);
        rows.map(|row| (row["key"].as_i64().unwrap(), row["values"].clone())).collect()
    };
    assert_eq!(table(&ticks, 10, 2)["updated"], 2 + 3);
    let changed = |values: &Json| -> Vec<String> {
        let columns =
            values.as_array().unwrap().iter().map(|value| value["column"].as_str().unwrap().to_owned());
        columns.collect()
    };
    let updated = rows(10, "update", None);
    assert_eq!(updated.len(), 2);
    for (_, values) in &updated {
        assert_eq!(changed(values), ["name", "version", "updated_by"], "what an update writes");
    }
    let soft = rows(10, "update", Some("soft-deleted"));
    assert_eq!(soft.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [11, 12], "the rows of tick 5");
    let at = "2026-01-01 00:00:10";
    for (_, values) in &soft {
        let value = |column: &str| values.as_array().unwrap().iter().find(|value| value["column"] == column);
        assert_eq!(changed(values), ["version", "deleted_at", "updated_by"], "no other column changes");
        let deleted_at = value("deleted_at").unwrap();
        assert_eq!((&deleted_at["old"], deleted_at["new"].as_str()), (&Json::Null, Some(at)));
        let version = |side: &str| value("version").unwrap()[side].as_str().unwrap().parse::<i64>().unwrap();
        assert_eq!(version("new"), version("old") + 1);
    }
    let purged = rows(13, "delete", None);
    assert_eq!(purged.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [11, 12], "3 s later");
    let last = |values: &Json| values.as_array().unwrap().iter().any(|value| value["old"] == at);
    assert!(purged.iter().all(|(_, values)| last(values)), "{purged:?}");
}
