//! Checks of settings: bounds, timeouts, memory, and when commits reach the log.
//!
//! Owns the values that are good. Pure.

use std::ops::RangeInclusive;

use super::{Case, Check, bytes, few, log, seconds};
use crate::doctor::finding::{Cure, Finding, Level, Step};
use crate::doctor::tools::Tool;
use crate::quoting::{literal, quote};

pub(super) const CHECKS: &[Check] = &[
    unbounded,
    bound_small,
    idle_slots,
    sender_timeout,
    statement_timeout,
    idle_timeout,
    decoding_memory,
    late_commits,
    read_only,
];

/// How long a reader may be away at the measured rate before its slot is lost, in seconds: a night.
const AWAY: f64 = 8.0 * 3_600.0;

/// A slot that is away for less is not idle: a weekend.
const IDLE: i64 = 2 * 86_400_000;

/// 13 and later.
fn unbounded(case: &Case<'_>) -> Vec<Finding> {
    if case.facts.base("max_slot_wal_keep_size") != Some(-1) {
        return vec![];
    }
    let why =
        "one slot that nobody reads fills the disk, and the server stops; a bound costs that slot instead";
    let seen = "max_slot_wal_keep_size is -1: a slot keeps any amount of the log";
    let found = case.finding("slot-unbounded", log(Level::Warning), seen, why);
    // At the rate of now for a night, and never little.
    let rate = case.facts.log_rate.unwrap_or(0.0);
    let gigabytes = (rate * AWAY / f64::from(1 << 30)).ceil().clamp(10.0, 1_000.0);
    let cure = Cure::setting(case.facts, "max_slot_wal_keep_size", &format!("{gigabytes}GB"));
    found.map(|found| found.cure(cure)).into_iter().collect()
}

/// Small against what a tool advises, or against the rate at which the log grows.
fn bound_small(case: &Case<'_>) -> Vec<Finding> {
    let Some(bound) = case.facts.base("max_slot_wal_keep_size").filter(|bound| *bound >= 0) else {
        return vec![];
    };
    // No number of bytes that matters here exceeds what a float holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let lasts = case.facts.log_rate.filter(|rate| *rate > 0.0).map(|rate| bound as f64 / rate);
    let is_short = lasts.is_some_and(|lasts| lasts < 3_600.0);
    let wanted = |tool: Tool| tool.wants().keep_size.filter(|wanted| bound < *wanted);
    let level = |tool: Tool| match tool.wants().reads_log {
        true => (is_short || wanted(tool).is_some()).then_some(Level::Warning),
        false => None,
    };
    let lasts = match lasts.filter(|_| is_short) {
        Some(lasts) => format!("; at the rate of now, it is written in {}", seconds(lasts)),
        None => String::new(),
    };
    let seen = format!("max_slot_wal_keep_size is {}{lasts}", bytes(bound));
    let why = "a reader that is away for longer loses its slot, and loads everything anew (Materialize advises 5 to 10 GB)";
    let found = case.finding("slot-bound-small", level, seen, why);
    let rate = case.facts.log_rate.unwrap_or(0.0);
    let gigabytes = (rate * AWAY / f64::from(1 << 30)).ceil().clamp(10.0, 1_000.0);
    let cure = Cure::setting(case.facts, "max_slot_wal_keep_size", &format!("{gigabytes}GB"));
    found.map(|found| found.cure(cure)).into_iter().collect()
}

/// 18 and later; 0 is off.
fn idle_slots(case: &Case<'_>) -> Vec<Finding> {
    const NAME: &str = "idle_replication_slot_timeout";
    let Some(timeout) = case.facts.base(NAME) else { return vec![] };
    let (level, seen, why, value) = match timeout {
        0 => (
            Level::Note,
            format!("{NAME} is 0: slots that nobody reads stay"),
            "PostgreSQL 18 and later can drop a slot that nobody has read for so long, before it fills the disk",
            "7d",
        ),
        IDLE.. => return vec![],
        #[expect(clippy::cast_precision_loss, reason = "a span to be shown")]
        _ => (
            Level::Warning,
            format!("{NAME} is {}", seconds(timeout as f64 / 1_000.0)),
            "a tool that is paused for longer loses its slot, and loads everything anew",
            "7d",
        ),
    };
    let found = case.finding("idle-slot-timeout", log(level), seen, why);
    found.map(|found| found.cure(Cure::setting(case.facts, NAME, value))).into_iter().collect()
}

/// The tools' ranges exclude each other, but the setting may be the role's own.
fn sender_timeout(case: &Case<'_>) -> Vec<Finding> {
    let Some(timeout) = case.facts.base_for_role("wal_sender_timeout").filter(|timeout| *timeout > 0) else {
        return vec![];
    };
    let level = |tool: Tool| {
        let range = tool.wants().sender_timeout.as_ref()?;
        match range.contains(&timeout) {
            true => None,
            false if timeout < 10_000 => Some(Level::Error),
            false => Some(Level::Warning),
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "a span to be shown")]
    let seen = format!("wal_sender_timeout is {}", seconds(timeout as f64 / 1_000.0));
    let why = "AWS DMS wants 0 or at least 10 seconds, and less than 5 minutes; Datastream wants 0 or at least 10 minutes: \
               the connection of a tool that is silent for longer is closed";
    let found = case.finding("sender-timeout", level, seen, why);
    let ranges = |tools: &[Tool]| -> Vec<_> {
        tools.iter().filter_map(|tool| tool.wants().sender_timeout.as_ref()).collect()
    };
    let value = |range: &RangeInclusive<i64>| if range.contains(&60_000) { 60_000 } else { *range.start() };
    let wanted: Vec<i64> = match case.asked.tools.is_empty() {
        true => {
            let wrong: Vec<Tool> = case.tools.iter().copied().filter(|tool| level(*tool).is_some()).collect();
            ranges(&wrong).into_iter().map(value).collect()
        }
        // Together they get a value that suits all; without a timeout all are content.
        false => {
            let named = ranges(&case.tools);
            let suits = |value: &i64| named.iter().all(|range| range.contains(value));
            vec![named.iter().map(|range| value(range)).find(suits).unwrap_or(0)]
        }
    };
    let cures =
        wanted.into_iter().map(|value| set_for_role(case, "wal_sender_timeout", &format!("{value}ms")));
    let cures: Vec<Cure> = cures.collect();
    found.map(|found| found.cures(cures)).into_iter().collect()
}

/// A setting of the role in this database, which outdoes all others.
fn set_for_role(case: &Case<'_>, name: &str, value: &str) -> Cure {
    let (role, database) = (quote(case.role_name()), quote(&case.facts.server.database));
    let sql = format!("ALTER ROLE {role} IN DATABASE {database} SET {name} = {};", literal(value));
    Cure::now(Step::Roles, format!("{name} of {role}"), sql)
}

/// A timeout that cuts the first copy short.
fn timeout(case: &Case<'_>, id: &'static str, setting: &'static [&'static str], why: &str) -> Vec<Finding> {
    let set = setting.iter().filter_map(|name| {
        let timeout = case.facts.base_for_role(name).filter(|timeout| *timeout > 0)?;
        Some((*name, timeout))
    });
    let set: Vec<(&str, i64)> = set.collect();
    if set.is_empty() {
        return vec![];
    }
    #[expect(clippy::cast_precision_loss, reason = "a span to be shown")]
    let shown = set.iter().map(|(name, timeout)| format!("{name} is {}", seconds(*timeout as f64 / 1_000.0)));
    let seen = format!("for the role {}, {}", case.role_name(), few(shown));
    let found = case.finding(id, |tool| (tool != Tool::Shopsim).then_some(Level::Warning), seen, why);
    let cures: Vec<Cure> = set.iter().map(|(name, _)| set_for_role(case, name, "0")).collect();
    found.map(|found| found.cures(cures)).into_iter().collect()
}

fn statement_timeout(case: &Case<'_>) -> Vec<Finding> {
    // 17 and later: transaction_timeout.
    let names = &["statement_timeout", "transaction_timeout"];
    timeout(case, "statement-timeout", names, "the first copy of a large table takes longer, and starts anew")
}

fn idle_timeout(case: &Case<'_>) -> Vec<Finding> {
    // 14 and later: idle_session_timeout.
    let names = &["idle_in_transaction_session_timeout", "idle_session_timeout"];
    let why = "a tool keeps the snapshot of its first copy in a transaction that is idle for long, and waits between changes";
    timeout(case, "idle-timeout", names, why)
}

/// 13 and later.
fn decoding_memory(case: &Case<'_>) -> Vec<Finding> {
    let Some(memory) = case.facts.base("logical_decoding_work_mem") else { return vec![] };
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate")]
    let tick: i64 = case
        .facts
        .stored_tables()
        .filter_map(|table| Some(*case.asked.rows_per_tick.get(&table.name)? as f64 * table.row_bytes?))
        .sum::<f64>() as i64;
    let spilled = case.facts.activity.spilled.filter(|spilled| *spilled > 0);
    let seen = match spilled {
        _ if tick > memory => {
            format!("logical_decoding_work_mem is {}, and a tick writes about {}", bytes(memory), bytes(tick))
        }
        Some(spilled) => {
            format!(
                "logical_decoding_work_mem is {}, and {} were spilled to disk",
                bytes(memory),
                bytes(spilled)
            )
        }
        None => return vec![],
    };
    let why = "a transaction that does not fit is written to disk while it is decoded, and read again at its commit";
    let found = case.finding("decoding-memory", log(Level::Note), seen, why);
    let megabytes = (tick.max(memory) >> 20).saturating_mul(2).clamp(64, 1_024);
    let cure = Cure::setting(case.facts, "logical_decoding_work_mem", &format!("{megabytes}MB"));
    found.map(|found| found.cure(cure)).into_iter().collect()
}

fn late_commits(case: &Case<'_>) -> Vec<Finding> {
    let Some(delay) = case.facts.base("wal_writer_delay").filter(|delay| *delay > 10) else { return vec![] };
    let server = case.facts.text("synchronous_commit") == Some("off");
    let seen = match (server, case.asked.commits_without_waiting) {
        (true, _) => format!("synchronous_commit is off, and wal_writer_delay is {delay} ms"),
        (false, Some(true)) => {
            format!("the shop commits with synchronous_commit = off, and wal_writer_delay is {delay} ms")
        }
        (false, _) => return vec![],
    };
    let why = "what was committed so is decoded only after the log is flushed, up to twice that delay later (measured: a median \
               of 90 ms at 200 ms, 1.6 ms at 10 ms)";
    let found = case.finding("late-commits", log(Level::Note), seen, why);
    let cure = Cure::setting(case.facts, "wal_writer_delay", "10ms");
    found.map(|found| found.cure(cure)).into_iter().collect()
}

fn read_only(case: &Case<'_>) -> Vec<Finding> {
    const NAME: &str = "default_transaction_read_only";
    if case.facts.text_for_role(NAME) != Some("on") {
        return vec![];
    }
    let seen = format!("{NAME} is on for the role {}", case.role_name());
    let level = |tool| (tool == Tool::Shopsim).then_some(Level::Error);
    let found = case.finding("read-only", level, seen, "shopsim waits until it may write");
    found.map(|found| found.cure(set_for_role(case, NAME, "off"))).into_iter().collect()
}
