//! `GET /api/v1/shops/{shop}/history`: every version of one row, by its key, as of the last committed tick.
//!
//! The versions are those of [`crate::truth`]: neither the shop nor its database is asked. Owns the keys of the answer, and
//! what is left out where all versions would be too much.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value as Json, json};

use super::super::record::Recorder;
use super::drawing::{Drawing, MOST_BYTES, MOST_DRAWS, Ticks, text};
use super::query::{self, Query, Refusal};
use crate::plan::RowKeys;
use crate::text::harmless;
use crate::truth::{TableRows, Version, draws, why_absent};

/// The versions of a row that are listed, the last ones.
const MOST_VERSIONS: usize = 200;

/// The history of a row.
pub async fn history(
    shop: Path<String>,
    request: HttpRequest,
    recorder: Data<Recorder>,
    drawing: Data<Drawing>,
) -> Result<HttpResponse, Refusal> {
    let shop = query::shop(&recorder, &shop)?;
    let asked = Query::of(&request, &["table", "key"])?;
    let place = query::table(&shop.facts.plan, asked.required("table")?)?;
    let text = asked.required("key")?;
    let ticks = Ticks::of(&shop)?;
    let keys = RowKeys::of(ticks.plan.seed, &ticks.plan.tables[place], &ticks.timeline);
    let key = match keys.are_numbers() {
        true => asked.number("key", i64::MIN..=i64::MAX)?,
        false => keys.parse(text),
    };
    let missing = {
        let table = &ticks.plan.tables[place];
        let (key_name, name) = (harmless(&table.key), harmless(&table.name));
        let place = format!("`{}` has no {key_name} {} in `{name}`", ticks.plan.name, harmless(text));
        move |why: &str| Refusal::NotFound(format!("{place}: {why}"))
    };
    if let Some(why) = why_absent(&ticks.plan.tables[place], &ticks.timeline, key, ticks.last) {
        return Err(missing(&why));
    }
    let history = drawing.draw(move |_| RowHistory { ticks: &ticks, place, key: key? }.json()).await?;
    let history = history.ok_or_else(|| missing("it has not been inserted"))?;
    Ok(HttpResponse::Ok().json(history))
}

/// The row with a key.
struct RowHistory<'a> {
    ticks: &'a Ticks,
    place: usize,
    key: i64,
}

impl RowHistory<'_> {
    /// `None`: the row was never inserted, as far as is drawn.
    fn json(&self) -> Option<Json> {
        let Self { ticks, place, key } = *self;
        let (timeline, table) = (&ticks.timeline, &ticks.plan.tables[place]);
        let cohort = table.cohorts(timeline).tick_of(key)?;
        let (until, mut cut) = self.until(cohort);
        let mut versions = Vec::new();
        if let Some(until) = until {
            let cohorts = cohort..cohort.saturating_add(1);
            let mut rows = TableRows::inserted_by(&ticks.plan, timeline, place, cohorts, until);
            let chunk = rows.seek(key)?;
            let all: Vec<Version<'_>> = chunk.row(0)?.versions().collect();
            let mut bytes = 0;
            for version in all.iter().rev().take(MOST_VERSIONS) {
                let values: Vec<_> =
                    table.shown_places().map(|column| text(version.value_at(table, column))).collect();
                bytes += values.iter().flatten().map(String::len).sum::<usize>();
                if bytes > MOST_BYTES {
                    break;
                }
                versions.push(self.version(version, &values));
            }
            versions.reverse();
            let earlier = all.len() - versions.len();
            if earlier > 0 {
                let many = format!("{earlier} earlier versions are left out");
                cut = Some(cut.map_or(many.clone(), |cut| format!("{many}, and {cut}")));
            }
        }
        let row_key = RowKeys::of(ticks.plan.seed, table, timeline).key(key);
        let cut = cut.map(|cut| {
            let (shop, table, key) = (&ticks.plan.name, harmless(&table.name), &row_key);
            format!("{cut}; `shopsim history --database --only {shop} --table {table} --key {key}` has all")
        });
        let columns: Vec<&str> = table.shown_places().map(|column| table.name_at(column)).collect();
        Some(json!({
            "table": table.name, "key": table.key, "id": row_key, "as_of_tick": until.unwrap_or(ticks.last),
            "columns": columns, "versions": versions, "cut": cut,
        }))
    }

    /// The last tick whose versions can be drawn, and what is left out of later ones; `None` if none can.
    fn until(&self, cohort: u64) -> (Option<u64>, Option<String>) {
        let Self { ticks, place, key } = *self;
        if let Some(why) = ticks.forgotten(cohort) {
            return (None, Some(format!("all versions are left out: {why}")));
        }
        let fits =
            |until: u64| draws(&ticks.plan, &ticks.timeline, place, &[key], until, MOST_DRAWS) <= MOST_DRAWS;
        if fits(ticks.last) {
            return (Some(ticks.last), None);
        }
        if !fits(cohort) {
            let why = "all versions are left out: too many other rows would have to be drawn";
            return (None, Some(why.to_owned()));
        }
        let (mut last, mut beyond) = (cohort, ticks.last);
        while beyond - last > 1 {
            let middle = last + (beyond - last) / 2;
            *(if fits(middle) { &mut last } else { &mut beyond }) = middle;
        }
        let why = "too many other updates would have to be drawn";
        (Some(last), Some(format!("versions after tick {last} are left out: {why}")))
    }

    fn version(&self, version: &Version<'_>, values: &[Option<String>]) -> Json {
        let (timeline, table) = (&self.ticks.timeline, &self.ticks.plan.tables[self.place]);
        let changed = version.changed(table);
        let changed: Vec<&str> = changed.iter().map(|column| table.name_at(*column)).collect();
        let ended_by = version.to.map(|(_, ended)| if ended.is_delete() { "delete" } else { "update" });
        json!({
            "from_tick": version.from, "from": timeline.at(version.from).to_rfc3339(),
            "to_tick": version.to.map(|(tick, _)| tick),
            "to": version.to.map(|(tick, _)| timeline.at(tick).to_rfc3339()),
            "ended_by": ended_by, "cause": version.cause().and_then(|cause| cause.name(table)),
            "created_at": version.stamps().created_at.floor_second().to_rfc3339(),
            "values": values, "changed": changed,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::Timeline;
    use crate::config::{self, Source, Surroundings};
    use crate::value::Timestamp;

    /// A shop with one table of this many rows and updates a tick, by this tick.
    fn ticks(rows: u64, updates: u64, update_for: u64, last: u64) -> Ticks {
        let text = format!(
            "[[shop]]\nname = \"a\"\nseed = 7\ntick_interval = \"1s\"\nupdate_not_older_than = \"{update_for}s\"\n\
             delete_older_than = \"10000s\"\n[tables.t]\ninsert_rows_per_tick = {rows}\n\
             update_rows_per_tick = {updates}\nkey_type = \"bigint\"\n[tables.t.columns]\n\
             name = {{ type = \"text\", faker = \"name\" }}\nnumber = {{ type = \"int\", faker = \"random_int\" }}\n"
        );
        let surroundings = Surroundings { var: &|_| None, read: &|_| unreachable!("no file is named") };
        let (config, problems) = config::read(&Source::new("shops.toml", &text), &surroundings);
        assert!(!problems.iter().any(config::Problem::is_error), "{problems:?}");
        let plan = crate::plan::compile(&config).0.remove(0);
        let timeline = Arc::new(Timeline::new(Timestamp(0), plan.interval, &[]));
        Ticks { plan, timeline, last }
    }

    fn history(ticks: &Ticks, key: i64) -> Json {
        RowHistory { ticks, place: 0, key }.json().unwrap()
    }

    fn spans(history: &Json) -> Vec<(u64, Option<u64>)> {
        let versions = history["versions"].as_array().unwrap().iter();
        versions
            .map(|version| (version["from_tick"].as_u64().unwrap(), version["to_tick"].as_u64()))
            .collect()
    }

    #[test]
    fn each_version_is_that_of_a_reader_of_all_rows() {
        let ticks = ticks(5, 6, 8, 40);
        let mut rows = TableRows::inserted_by(&ticks.plan, &ticks.timeline, 0, 0..41, 40);
        let mut seen = 0;
        while let Some(chunk) = rows.next_chunk() {
            for row in chunk.rows() {
                let history = history(&ticks, row.id());
                let expected: Vec<_> =
                    row.versions().map(|version| (version.from, version.to.map(|(tick, _)| tick))).collect();
                assert_eq!((spans(&history), &history["cut"]), (expected, &Json::Null));
                for (shown, version) in history["versions"].as_array().unwrap().iter().zip(row.versions()) {
                    let values: Vec<_> = (0..2).map(|column| text(version.value(column))).collect();
                    assert_eq!(shown["values"], json!(values));
                }
                seen += 1;
            }
        }
        assert_eq!(seen, 41 * 5);
    }

    #[test]
    fn a_row_with_very_many_versions_has_its_last_ones() {
        let ticks = ticks(1, 300, 300, 400);
        let history = history(&ticks, 1);
        let spans = spans(&history);
        assert_eq!((spans.len(), spans.last()), (MOST_VERSIONS, Some(&(300, None))));
        assert_eq!(
            history["cut"],
            "101 earlier versions are left out; `shopsim history --database --only a --table t --key 1` has all"
        );
    }

    #[test]
    fn versions_that_would_cost_too_much_are_left_out() {
        let ticks = ticks(1_000, 1_000, 1_000, 3_000);
        let key = 500 * 1_000 + 1;
        let history = history(&ticks, key);
        let until = history["as_of_tick"].as_u64().unwrap();
        assert!((501..3_000).contains(&until), "{history}");
        let told = format!(
            "versions after tick {until} are left out: too many other updates would have to be drawn; \
             `shopsim history --database --only a --table t --key {key}` has all"
        );
        assert_eq!(history["cut"], told);
        let last = 3_000_000;
        let many = self::ticks(1_000_000, 0, 1, 3);
        let all = RowHistory { ticks: &many, place: 0, key: last }.json().unwrap();
        assert_eq!(spans(&all), []);
        assert!(all["cut"].as_str().unwrap().starts_with("all versions are left out: too many other rows"));
    }
}
