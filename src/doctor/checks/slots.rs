//! Checks of slots, replication connections and open transactions: what keeps the log, and what loses it.
//!
//! Owns when a slot is in danger; settings that bound it are in `settings`. Pure.

use super::{Case, Check, bytes, few, log, seconds};
use crate::doctor::facts::{Probe, Published, Slot};
use crate::doctor::finding::{Cure, Finding, Level, Step};
use crate::doctor::tools::Tool;
use crate::quoting::{literal, qualified, quote};

pub(super) const CHECKS: &[Check] = &[
    free_slots,
    free_senders,
    lost,
    losing,
    inactive,
    behind,
    long_transaction,
    prepared,
    quiet_database,
    heartbeat,
    probe,
];

/// Bytes that a reader may be behind before it is told of.
const BEHIND: i64 = 1 << 30;
/// Seconds that a transaction may be open before it is told of.
const LONG: f64 = 300.0;
/// A database is quiet if the others write so many times as much, and so much at all.
const QUIET: (i64, i64) = (100, 100_000);

/// Slots and connections of which too few are free, or too few there at all.
fn free(
    case: &Case<'_>,
    (id, setting, why): (&'static str, &str, &str),
    used: Option<i64>,
    wanted: impl Fn(Tool) -> (i64, i64),
) -> Vec<Finding> {
    let (Some(most), Some(used)) = (case.facts.number(setting), used) else { return vec![] };
    let is_enough = |(total, free): (i64, i64)| most >= total && most - used >= free;
    let level = |tool: Tool| {
        let wanted = wanted(tool);
        (tool.wants().reads_log && !is_enough(wanted)).then(|| {
            // One that starts at all, and lacks room for more.
            if most - used >= 1 { Level::Warning } else { Level::Error }
        })
    };
    let short: Vec<(i64, i64)> =
        case.tools.iter().filter(|tool| level(**tool).is_some()).map(|tool| wanted(*tool)).collect();
    let value = short.iter().map(|(total, free)| (*total).max(used + free)).max().unwrap_or(most);
    let seen = format!("{setting} is {most}, and {used} are in use");
    let found = case.finding(id, level, seen, why);
    // Some more for the next tool.
    let cure = Cure::setting(case.facts, setting, &value.max(10).max(used + 4).to_string());
    found.map(|found| found.cure(cure)).into_iter().collect()
}

fn free_slots(case: &Case<'_>) -> Vec<Finding> {
    let used = case.facts.slots.as_ref().map(|slots| i64::try_from(slots.len()).unwrap_or(i64::MAX));
    let why = "each tool takes a slot of its own";
    free(case, ("free-slots", "max_replication_slots", why), used, |tool| tool.wants().slots)
}

fn free_senders(case: &Case<'_>) -> Vec<Finding> {
    let why = "each tool reads its slot through a replication connection of its own";
    let of = |tool: Tool| (if tool == Tool::Dms { 2 } else { 1 }, 1);
    free(case, ("free-senders", "max_wal_senders", why), case.facts.activity.senders, of)
}

/// Slots for which something holds, and that hold the log.
fn slots<'a>(case: &'a Case<'_>, holds: impl Fn(&Slot) -> bool) -> Vec<&'a Slot> {
    let slots = case.facts.slots.iter().flatten();
    slots.filter(|slot| !slot.temporary && holds(slot)).collect()
}

fn is_lost(slot: &Slot) -> bool {
    slot.wal_status.as_deref() == Some("lost") || slot.invalidation_reason.is_some()
}

fn is_losing(slot: &Slot) -> bool {
    slot.wal_status.as_deref() == Some("unreserved") && !is_lost(slot)
}

fn is_inactive(slot: &Slot) -> bool {
    !slot.active && !is_lost(slot) && slot.held.is_some()
}

fn drop_slot(slot: &Slot) -> Cure {
    let sql = format!("SELECT pg_drop_replication_slot({});", literal(&slot.name));
    Cure::now(Step::Sessions, format!("slot {}", slot.name), sql)
}

fn shown(slot: &Slot) -> String {
    let held = slot.held.map(|held| format!("holds {}", bytes(held)));
    let since = slot.inactive_seconds.map(|since| format!("for {}", seconds(since)));
    let reason = slot.invalidation_reason.as_ref().map(|reason| format!("invalidated: {reason}"));
    let left =
        slot.safe_wal_size.filter(|_| is_losing(slot)).map(|left| format!("{} left", bytes(left.max(0))));
    let of = slot.database.as_ref().map(|database| format!("database {database}"));
    let facts: Vec<String> = [of, held, since, reason, left].into_iter().flatten().collect();
    if facts.is_empty() { slot.name.clone() } else { format!("{} ({})", slot.name, facts.join(", ")) }
}

fn lost(case: &Case<'_>) -> Vec<Finding> {
    let slots = slots(case, is_lost);
    if slots.is_empty() {
        return vec![];
    }
    let seen = format!("lost: {}", few(slots.iter().map(|slot| shown(slot))));
    let why =
        "the log that the reader had not read is gone: the tool must load everything anew, into a new slot";
    let cures: Vec<Cure> = slots.iter().map(|slot| drop_slot(slot)).collect();
    let found = case.finding("slot-lost", log(Level::Error), seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn losing(case: &Case<'_>) -> Vec<Finding> {
    let slots = slots(case, is_losing);
    if slots.is_empty() {
        return vec![];
    }
    let seen = format!("about to be lost: {}", few(slots.iter().map(|slot| shown(slot))));
    let why = "it holds more than max_slot_wal_keep_size, and the next checkpoint takes its log away: start its reader now, or \
               raise the bound";
    case.finding("slot-losing", log(Level::Error), seen, why).into_iter().collect()
}

fn inactive(case: &Case<'_>) -> Vec<Finding> {
    let waits = |slot: &Slot| {
        case.asked.waiting_slots.contains(&slot.name) && slot.held.is_some_and(|held| held <= BEHIND)
    };
    let slots = slots(case, |slot| is_inactive(slot) && !waits(slot));
    if slots.is_empty() {
        return vec![];
    }
    let seen = format!("nobody reads {}", few(slots.iter().map(|slot| shown(slot))));
    let why = "a slot that nobody reads keeps the log until the disk is full, or until it is lost; it also keeps VACUUM from \
               removing rows of the catalog";
    let by_hand = "only if its reader will not come back: it would have to load everything anew";
    let cures: Vec<Cure> = slots.iter().map(|slot| drop_slot(slot).by_hand(by_hand)).collect();
    let found = case.finding("slot-inactive", log(Level::Warning), seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn behind(case: &Case<'_>) -> Vec<Finding> {
    let is_behind = |slot: &Slot| slot.active && slot.held.is_some_and(|held| held > BEHIND);
    let slots = slots(case, |slot| is_behind(slot) && !is_losing(slot) && !is_lost(slot));
    if slots.is_empty() {
        return vec![];
    }
    let seen = format!("behind: {}", few(slots.iter().map(|slot| shown(slot))));
    let why = "its reader is slower than the writers, or a transaction is open that it must wait for";
    case.finding("slot-behind", log(Level::Warning), seen, why).into_iter().collect()
}

fn long_transaction(case: &Case<'_>) -> Vec<Finding> {
    let long = case.facts.activity.transactions.iter().filter(|open| open.seconds > LONG);
    let long: Vec<_> = long.collect();
    if long.is_empty() {
        return vec![];
    }
    let shown = long.iter().map(|open| {
        let role = open.role.as_deref().unwrap_or("?");
        let application = open.application.as_deref().filter(|name| !name.is_empty());
        let application = application.map_or(String::new(), |name| format!(" by {name}"));
        format!("process {} of {role}{application}, for {}", open.pid, seconds(open.seconds))
    });
    let seen = format!("open transactions: {}", few(shown));
    let why = "a slot cannot be made until all of them have ended, and existing slots keep the log since the oldest began";
    let end = |pid: i32| {
        let sql = format!("SELECT pg_terminate_backend({pid});");
        Cure::now(Step::Sessions, format!("process {pid}"), sql).by_hand("its work is rolled back")
    };
    let cures: Vec<Cure> = long.iter().map(|open| end(open.pid)).collect();
    let found = case.finding("long-transaction", |_| Some(Level::Warning), seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn prepared(case: &Case<'_>) -> Vec<Finding> {
    let prepared: Vec<_> = case.facts.activity.prepared.iter().flatten().collect();
    let Some(oldest) = prepared.iter().map(|one| one.seconds).reduce(f64::max) else { return vec![] };
    let level = if oldest > LONG { Level::Warning } else { Level::Note };
    let shown =
        prepared.iter().map(|one| format!("{} in {}, for {}", one.gid, one.database, seconds(one.seconds)));
    let seen = format!("prepared transactions: {}", few(shown));
    let why = "one that is never finished holds its locks and the log for ever, also through a restart";
    let roll_back = |gid: &str| {
        let sql = format!("ROLLBACK PREPARED {};", literal(gid));
        let cure = Cure::now(Step::Sessions, format!("prepared {gid}"), sql);
        cure.by_hand("in its own database, and only if its manager has forgotten it")
    };
    let cures: Vec<Cure> = prepared.iter().map(|one| roll_back(&one.gid)).collect();
    let found = case.finding("prepared-transaction", |_| Some(level), seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

/// A slot moves only with changes of its own database.
fn quiet_database(case: &Case<'_>) -> Vec<Finding> {
    let activity = &case.facts.activity;
    let (Some(here), Some(elsewhere)) = (activity.written_here, activity.written_elsewhere) else {
        return vec![];
    };
    let (times, least) = QUIET;
    if elsewhere < least || here.saturating_mul(times) >= elsewhere || !case.facts.heartbeats.is_empty() {
        return vec![];
    }
    let level = |tool: Tool| tool.wants().heartbeat.then_some(Level::Warning);
    let seen = format!("{here} rows were written in this database, {elsewhere} in the others of the server");
    let why = "the log of all databases is kept until this one changes: let the tool write a heartbeat (Debezium: \
               heartbeat.interval.ms with heartbeat.action.query) into a table that is published";
    case.finding("quiet-database", level, seen, why).into_iter().collect()
}

fn heartbeat(case: &Case<'_>) -> Vec<Finding> {
    let Some(publication) = case.publication().filter(|_| case.knows_publications()) else { return vec![] };
    let is_published = |schema: &str, name: &str| {
        let mut rows = case.facts.published.iter().flatten();
        let of = |row: &Published| row.publication == publication.name;
        publication.all_tables || rows.any(|row| of(row) && row.schema == schema && row.table == name)
    };
    let mut cures = Vec::new();
    let wrong: Vec<String> = case
        .facts
        .heartbeats
        .iter()
        .filter_map(|table| {
            let name = qualified(&table.schema, &table.name);
            let published = is_published(&table.schema, &table.name);
            if !published {
                let sql = format!("ALTER PUBLICATION {} ADD TABLE {name};", quote(&publication.name));
                cures.push(Cure::now(Step::Publications, format!("heartbeat {name}"), sql));
            }
            if table.write == Some(false) {
                let role = quote(case.role_name());
                let schema = quote(&table.schema);
                let sql = format!("GRANT USAGE ON SCHEMA {schema} TO {role};");
                cures.push(Cure::now(Step::Roles, format!("heartbeat {schema} {role}"), sql));
                let sql = format!("GRANT SELECT, INSERT, UPDATE ON {name} TO {role};");
                cures.push(Cure::now(Step::Roles, format!("heartbeat {name} {role}"), sql));
            }
            let what = match (published, table.write) {
                (false, Some(false)) => "not published, and not writable",
                (false, _) => "not published",
                (true, Some(false)) => "not writable",
                (true, _) => return None,
            };
            Some(format!("{}.{} ({what})", table.schema, table.name))
        })
        .collect();
    if wrong.is_empty() {
        return vec![];
    }
    let level = |tool: Tool| {
        let wants = tool.wants();
        (wants.heartbeat || tool == Tool::Estuary).then_some(Level::Warning)
    };
    let seen = format!("a heartbeat's table: {}", few(wrong));
    let why = "a heartbeat moves the slot only if the tool may write it, and its change comes through the publication";
    let found = case.finding("heartbeat-table", level, seen, why);
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn probe(case: &Case<'_>) -> Vec<Finding> {
    let (level, seen) = match &case.facts.probe {
        None => return vec![],
        Some(Probe::Decoded { messages: 0, publication }) => (
            Level::Error,
            format!("a temporary slot was made, and the publication {publication} gave nothing of a message in the log"),
        ),
        Some(Probe::Decoded { messages, publication }) => (
            Level::Note,
            format!(
                "decoding works: a temporary slot was made, gave {messages} messages through the publication {publication}, \
                 and is gone"
            ),
        ),
        Some(Probe::Made) => (
            Level::Note,
            "decoding works: a temporary slot was made and moved on, and is gone; there was no publication to read it \
             through"
                .to_owned(),
        ),
        Some(Probe::Blocked(reason)) => (Level::Warning, format!("decoding was tried, and has to wait: {reason}")),
        Some(Probe::Failed(reason)) => (Level::Error, format!("decoding was tried, and failed: {reason}")),
    };
    let why =
        "the proof: what a tool does at its start was done with a slot that belongs to the session alone";
    case.finding("probe", log(level), seen, why).into_iter().collect()
}
