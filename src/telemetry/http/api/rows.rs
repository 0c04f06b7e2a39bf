//! `GET /api/v1/shops/{shop}/rows`: the rows that a tick changed, with old and new values.
//!
//! All is drawn anew from the plan: neither the shop nor its database is asked. Owns the keys of the answer and how many
//! rows it lists.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value as Json, json};

use super::super::record::Recorder;
use super::drawing::{Drawing, MOST_BYTES, MOST_DRAWS, Reader, Ticks, text};
use super::query::{self, Query, Refusal};
use crate::config::TechKind;
use crate::plan::{RowKeys, TablePlan};
use crate::tick::{Operation, TableTick, UpdateCause};
use crate::truth::{Ended, TableRows, Version, draws};
use crate::value::Timestamp;

/// Rows per table and operation.
const LIMIT: usize = 20;
const MOST_ROWS: usize = 100;
/// Updates of a table in one tick, all of which must be chosen before the first is known.
const MOST_UPDATES: u64 = 2_000_000;

/// The rows of a tick.
pub async fn rows(
    shop: Path<String>,
    request: HttpRequest,
    recorder: Data<Recorder>,
    drawing: Data<Drawing>,
) -> Result<HttpResponse, Refusal> {
    let shop = query::shop(&recorder, &shop)?;
    let asked = Query::of(&request, &["tick", "table", "limit"])?;
    let tick = asked.number("tick", 0..=u64::MAX)?;
    let limit = asked.number("limit", 1..=MOST_ROWS)?.unwrap_or(LIMIT);
    let table = asked.text("table").map(|name| query::table(&shop.facts.plan, name)).transpose()?;
    let ticks = Ticks::of(&shop)?;
    let tick = tick.unwrap_or(ticks.last);
    let (name, last, first) = (&ticks.plan.name, ticks.last, ticks.timeline.first());
    if tick > last {
        return Err(Refusal::NotFound(format!("`{name}` has no tick {tick} yet: its last one is {last}")));
    }
    if tick < first {
        return Err(Refusal::NotFound(format!(
            "`{name}` skipped tick {tick}: its history begins with tick {first}"
        )));
    }
    if let Some(why) = ticks.forgotten(tick) {
        return Err(Refusal::NotFound(format!(
            "tick {tick} cannot be drawn: {why}; `shopsim sample --database --only {name} --tick {tick}` draws it"
        )));
    }
    let answer = drawing.draw(move |reader| tick_json(&ticks, tick, table, limit, reader)).await?;
    Ok(HttpResponse::Ok().json(answer))
}

/// The rows of a tick in all tables, or in one.
fn tick_json(ticks: &Ticks, tick: u64, only: Option<usize>, limit: usize, reader: &Reader) -> Json {
    let places = (0..ticks.plan.tables.len()).filter(|place| only.is_none_or(|only| only == *place));
    let mut room = Room { draws: MOST_DRAWS, bytes: MOST_BYTES };
    let tables: Vec<Json> = places
        .take_while(|_| !reader.is_gone())
        .map(|place| TableChanges { ticks, tick, place }.json(limit, &mut room))
        .collect();
    json!({ "tick": tick, "at": ticks.timeline.at(tick).to_rfc3339(), "tables": tables })
}

/// What one answer may still take.
struct Room {
    draws: u64,
    bytes: usize,
}

impl Room {
    fn take(&mut self, row: &ChangedRow) {
        let values = row.values.iter().flat_map(|(_, old, new)| [old, new]).flatten();
        self.bytes = self.bytes.saturating_sub(values.map(String::len).sum());
    }

    fn is_used_up(&self) -> bool {
        self.draws == 0 || self.bytes == 0
    }
}

/// The changes of a tick in one table.
struct TableChanges<'a> {
    ticks: &'a Ticks,
    tick: u64,
    place: usize,
}

/// A row that a tick changed.
struct ChangedRow {
    change: Change,
    id: i64,
    created_at: Option<Timestamp>,
    /// The place of each column that is shown, with its old and its new value.
    values: Vec<(usize, Option<String>, Option<String>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Insert,
    Update(UpdateCause),
    /// Whether the same tick has inserted it.
    Delete {
        is_new: bool,
    },
}

impl Change {
    /// Whether it ended a version of a row.
    fn ended(self, version: &Version<'_>, tick: u64) -> bool {
        match (self, version.to) {
            (Self::Update(cause), Some((at, ended))) => at == tick && ended == Ended::Updated(cause),
            (Self::Delete { .. }, Some((at, ended))) => at == tick && ended.is_delete(),
            _ => false,
        }
    }
}

impl TableChanges<'_> {
    fn table(&self) -> &TablePlan {
        &self.ticks.plan.tables[self.place]
    }

    fn json(&self, limit: usize, room: &mut Room) -> Json {
        let table = self.table();
        let mut changes = TableTick::new(&self.ticks.plan, &self.ticks.timeline, self.tick, self.place);
        let counts = changes.counts();
        let (mut rows, omitted) = match counts.updated > MOST_UPDATES {
            true => (Vec::new(), Some("omitted: there are too many to choose from")),
            false => self.new_values(&mut changes, limit, room),
        };
        // Deleted rows are far older than updated ones: read together, all between them would be in the way.
        let (mut updated, mut soft_deleted, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
        for row in &mut rows {
            match row.change {
                Change::Insert => {}
                Change::Update(UpdateCause::SoftDelete) => soft_deleted.push(row),
                Change::Update(_) => updated.push(row),
                Change::Delete { .. } => deleted.push(row),
            }
        }
        let old_values = [updated, soft_deleted, deleted].map(|rows| self.add_old_values(rows, room));
        let old_values = old_values.into_iter().flatten().next();
        let keys = RowKeys::of(self.ticks.plan.seed, table, &self.ticks.timeline);
        json!({
            "table": table.name, "key": table.key,
            "inserted": counts.inserted, "updated": counts.updated, "deleted": counts.deleted,
            "rows": rows.into_iter().map(|row| self.row(row, &keys)).collect::<Vec<_>>(),
            "omitted": omitted, "old_values": old_values,
        })
    }

    /// The first rows of each operation, with their new values, and why there are fewer than the limit allows. Rows are
    /// drawn only as far as they are listed.
    fn new_values(
        &self,
        changes: &mut TableTick,
        limit: usize,
        room: &mut Room,
    ) -> (Vec<ChangedRow>, Option<&'static str>) {
        let table = self.table();
        let columns = 0..table.columns.len();
        changes.in_chunks_of(limit);
        let (mut inserted, mut updated, mut soft_deleted, mut deleted) = (0, 0, 0, 0);
        let mut rows: Vec<ChangedRow> = Vec::new();
        while let Some(operation) = changes.next(table) {
            let first = rows.len();
            let is_full = match operation {
                Operation::Delete(ids) => {
                    let change = Change::Delete { is_new: inserted > 0 };
                    rows.extend(ids.iter().take(limit - deleted).map(|(_, id)| ChangedRow {
                        change,
                        id,
                        created_at: None,
                        values: Vec::new(),
                    }));
                    deleted += rows.len() - first;
                    deleted == limit
                }
                Operation::Update(chunk) => {
                    let listed = if chunk.are_soft_deleted() { &mut soft_deleted } else { &mut updated };
                    rows.extend(chunk.iter().take(limit - *listed).map(|row| {
                        let changed = columns.clone().filter(|column| row.changes(*column));
                        let values = changed.map(|column| (column, None, text(row.drawn_value(column))));
                        let tech = table.shown_places().skip(columns.len()).map(|place| {
                            let tech = table.tech_at(place);
                            (place, None, tech.and_then(|tech| text(row.tech_value(tech)?)))
                        });
                        let (change, values) = (Change::Update(row.cause()), values.chain(tech).collect());
                        ChangedRow { change, id: row.id(), created_at: None, values }
                    }));
                    *listed += rows.len() - first;
                    *listed == limit
                }
                Operation::Insert(chunk) => {
                    rows.extend(chunk.ids.iter().take(limit - inserted).map(|(place, id)| {
                        let values = columns.clone().zip(&chunk.columns);
                        let values = values.map(|(column, values)| (column, None, text(values.get(place))));
                        let stamps = chunk.stamps(place);
                        let tech = table.shown_places().skip(columns.len()).map(|place| {
                            let value = table.tech_at(place).and_then(|tech| text(tech.value(&stamps)));
                            (place, None, value)
                        });
                        let values = values.chain(tech);
                        let (values, created_at) = (values.collect(), Some(stamps.created_at.floor_second()));
                        ChangedRow { change: Change::Insert, id, created_at, values }
                    }));
                    inserted += rows.len() - first;
                    inserted == limit
                }
            };
            let draws = (rows.len() - first) * columns.len();
            room.draws = room.draws.saturating_sub(draws as u64);
            rows[first..].iter().for_each(|row| room.take(row));
            if room.is_used_up() {
                return (rows, Some("omitted: further rows would be too much for one answer"));
            }
            if is_full {
                changes.skip();
            }
        }
        (rows, None)
    }

    /// Adds the old values of updated or of deleted rows, or tells why not.
    fn add_old_values(&self, rows: Vec<&mut ChangedRow>, room: &mut Room) -> Option<String> {
        let Self { ticks, tick, place } = *self;
        let (plan, timeline, table) = (&ticks.plan, &ticks.timeline, self.table());
        let mut by_key: BTreeMap<i64, Vec<&mut ChangedRow>> = BTreeMap::new();
        for row in rows {
            by_key.entry(row.id).or_default().push(row);
        }
        let keys: Vec<i64> = by_key.keys().copied().collect();
        let first = self.table().cohorts(timeline).tick_of(*keys.first()?)?;
        if let Some(why) = ticks.forgotten(first) {
            return Some(format!("omitted: {why}"));
        }
        let cost = draws(plan, timeline, place, &keys, tick, room.draws);
        if cost > room.draws {
            return Some("omitted: too many other rows and updates would have to be drawn".to_owned());
        }
        room.draws -= cost;
        let mut before = TableRows::inserted_by(plan, timeline, place, first..tick + 1, tick);
        for (key, changed) in by_key {
            if room.bytes == 0 {
                return Some("omitted: further old values would be too much for one answer".to_owned());
            }
            let Some(chunk) = before.seek(key) else { continue };
            let Some(row) = chunk.row(0) else { continue };
            for changed in changed {
                let mut ended = row.versions().filter(|version| changed.change.ended(version, tick));
                let version = match changed.change {
                    Change::Delete { is_new: true } => ended.last(),
                    _ => ended.next(),
                };
                let Some(version) = version else { continue };
                changed.created_at = Some(version.stamps().created_at.floor_second());
                if let Change::Delete { .. } = changed.change {
                    changed.values = table.shown_places().map(|column| (column, None, None)).collect();
                }
                let (is_update, next) =
                    (matches!(changed.change, Change::Update(_)), version.stamps().version + 1);
                for (column, old, new) in &mut changed.values {
                    *old = text(version.value_at(table, *column));
                    // The server computes it: it is not drawn.
                    let is_version =
                        || table.tech_at(*column).is_some_and(|tech| tech.kind == TechKind::Version);
                    if is_update && is_version() {
                        *new = Some(next.to_string());
                    }
                }
                room.take(changed);
            }
        }
        None
    }

    fn row(&self, row: ChangedRow, keys: &RowKeys) -> Json {
        let table = self.table();
        let (op, cause) = match row.change {
            Change::Insert => ("insert", None),
            Change::Update(cause) => ("update", cause.name(table)),
            Change::Delete { .. } => ("delete", None),
        };
        let values = row
            .values
            .into_iter()
            .map(|(column, old, new)| json!({ "column": table.name_at(column), "old": old, "new": new }));
        json!({
            "op": op, "key": keys.key(row.id), "cause": cause,
            "created_at": row.created_at.map(Timestamp::to_rfc3339),
            "values": values.collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests;
