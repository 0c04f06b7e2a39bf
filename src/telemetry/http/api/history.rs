//! `GET /api/v1/shops/{shop}/history`: every version of one row, by its key, as of the last committed tick.
//!
//! The versions are those of [`crate::truth`]: neither the shop nor its database is asked. Owns the keys of the answer, and
//! what is left out where all versions would be too much.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value as Json, json};

use super::super::record::Recorder;
use super::drawing::{MOST_BYTES, MOST_DRAWS, Ticks, draw, text};
use super::problem::Problem;
use super::query::{self, Query};
use crate::text::harmless;
use crate::truth::{TableRows, Version, draws, why_absent};

/// The versions of a row that are listed, the last ones.
const MOST_VERSIONS: usize = 200;

/// The history of a row.
pub async fn history(shop: Path<String>, request: HttpRequest, recorder: Data<Recorder>) -> HttpResponse {
    match answer(&shop, &request, &recorder).await {
        Ok(answer) => HttpResponse::Ok().json(answer),
        Err(problem) => problem,
    }
}

async fn answer(shop: &str, request: &HttpRequest, recorder: &Recorder) -> Result<Json, HttpResponse> {
    let shop = query::shop(recorder, shop)?;
    let asked = Query::of(request, &["table", "key"])?;
    let place = query::table(&shop.facts.plan, asked.required("table")?)?;
    asked.required("key")?;
    let ticks = Ticks::of(&shop)?;
    let key = asked.number("key", i64::MIN..=i64::MAX)?.unwrap_or_default();
    let missing = {
        let table = &ticks.plan.tables[place];
        let (key_name, name) = (harmless(&table.key), harmless(&table.name));
        let place = format!("`{}` has no {key_name} {key} in `{name}`", ticks.plan.name);
        move |why: &str| Problem::not_found(format!("{place}: {why}"))
    };
    if let Some(why) = why_absent(&ticks.plan.tables[place], &ticks.timeline, key, ticks.last) {
        return Err(missing(&why));
    }
    let history = draw(move |_| RowHistory { ticks: &ticks, place, key }.json()).await?;
    history.ok_or_else(|| missing("it has not been inserted"))
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
                    (0..table.columns.len()).map(|column| text(version.value(column))).collect();
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
        let cut = cut.map(|cut| {
            let (shop, table) = (&ticks.plan.name, harmless(&table.name));
            format!("{cut}; `shopsim history --database --only {shop} --table {table} --key {key}` has all")
        });
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        Some(json!({
            "table": table.name, "key": table.key, "id": key, "as_of_tick": until.unwrap_or(ticks.last),
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
        let changed = version.changed();
        let changed: Vec<&str> = changed.iter().map(|column| table.columns[*column].name.as_str()).collect();
        let ended_by = version.to.map(|(_, ended)| if ended.is_delete() { "delete" } else { "update" });
        json!({
            "from_tick": version.from, "from": timeline.at(version.from).to_rfc3339(),
            "to_tick": version.to.map(|(tick, _)| tick),
            "to": version.to.map(|(tick, _)| timeline.at(tick).to_rfc3339()),
            "ended_by": ended_by, "cause": version.cause().and_then(|cause| cause.name(table)),
            "created_at": version.created_at().to_rfc3339(),
            "values": values, "changed": changed,
        })
    }
}
