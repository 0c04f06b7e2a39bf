//! `shopsim check`: is the config right, and what would run?
//!
//! Owns the summary's text. Changes nothing. Problems and warnings are reported on stderr before it.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::{Only, ShopsFile};
use crate::chain::{Chain, Shop};
use crate::clients::Endpoint;
use crate::clock::{History, Origin};
use crate::config::{Database, Pace, ReplicaIdentity, Start};
use crate::plan::{Capture, Column, TablePlan};
use crate::text::{columns, harmless};
use crate::tick::UnderWay;
use crate::value::{DAY, SECOND, Timestamp};

const AFTER_HELP: &str = "\
Reports all mistakes at once on stderr, each with its file, line and column. Prints the summary of a valid \
config to stdout. Changes neither a database nor a file.

Exit codes: 0 valid, 2 invalid; with --database also 2 if a run would be refused because a database was created \
with a different config, and 3 if a database cannot be reached.";

/// `shopsim check`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// Also check the shops' databases: would a run resume, start anew, or be refused?
    #[arg(long)]
    pub(crate) database: bool,
}

/// What a checked chain would run.
pub fn summary(chain: &Chain, wall: Timestamp) -> String {
    let mut text = String::new();
    for shop in &chain.shops {
        // Writing to a String cannot fail.
        let _ = describe(&mut text, shop, wall);
    }
    let (shops, warnings) = (
        counted(chain.shops.len(), "shop"),
        counted(chain.warnings.len() + ends_in_the_past(chain, wall).len(), "warning"),
    );
    let _ = writeln!(text, "{}: {shops}, no errors, {warnings}", chain.path.display());
    text
}

/// `1 shop`, `2 shops`, `no shops`.
fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

fn describe(text: &mut String, shop: &Shop, wall: Timestamp) -> fmt::Result {
    let (plan, config, pace) = (&shop.plan, &shop.config, shop.config.pace);
    let city = config.city.as_deref().map_or(String::new(), |city| format!(" ({})", harmless(city)));
    writeln!(text, "{}{city}", plan.name)?;
    let database = match &config.database.value {
        Database::Embedded { port } => format!("private server on port {port}"),
        Database::Server(server) => Endpoint::of(server).url(),
    };
    writeln!(text, "  database  {database}, schema {}", harmless(&plan.schema))?;
    for line in of_capture(shop) {
        writeln!(text, "  cdc       {line}")?;
    }
    writeln!(text, "  content   seed {}, fingerprint {}", plan.seed, &plan.fingerprint()[..12])?;
    writeln!(text, "  time      from {}, pace {pace}", config.start.value)?;
    let interval = humantime::format_duration(config.tick_interval.value);
    let ticks = shop.schedule.ticks(plan.interval);
    match config.stop_after.filter(|_| ticks.is_some()) {
        Some(span) => {
            let (count, span) = (ticks.unwrap_or_default(), humantime::format_duration(span));
            writeln!(text, "  ticks     {count}, one every {interval} for {span}")?;
        }
        None => writeln!(text, "  ticks     one every {interval}, without end")?,
    }
    if let Some(past) = past(shop, wall) {
        writeln!(text, "  history   {past}")?;
    }
    let day = if pace == Pace::Unlimited { "a simulated day" } else { "a day" };
    let history = config.history();
    let start = Origin::fix(config.start.value, wall).start;
    let UnderWay { ticks: counted, counts, rows, states } = UnderWay::of(plan, start, ticks);
    let span = plan.interval.saturating_mul(i64::try_from(counted).unwrap_or(i64::MAX));
    let head = ["table", "inserted", "updated", "deleted", "kept", "ids"].map(str::to_owned);
    let lines = plan.tables.iter().zip(counts).zip(rows).map(|((table, counts), rows)| {
        let of_day = |rows| per_day(rows, span, pace).to_string();
        [
            table.name.clone(),
            of_day(counts.inserted),
            of_day(counts.updated),
            of_day(counts.deleted),
            if counts.deleted < counts.inserted { "all".to_owned() } else { rows.to_string() },
            ids(table, ticks, plan.interval, history, pace),
        ]
    });
    let lines: Vec<[String; 6]> = std::iter::once(head).chain(lines).collect();
    writeln!(text, "  rows {day}, once the run is under way")?;
    for line in columns(&lines, 1..5).lines() {
        writeln!(text, "    {line}")?;
    }
    for (table, rows) in plan.tables.iter().zip(states) {
        let names = table.changes.iter().flat_map(|changes| changes.states());
        let states = names.zip(rows).map(|(name, rows)| format!("{} {rows}", harmless(name)));
        let states: Vec<String> = states.collect();
        if !states.is_empty() {
            writeln!(text, "    {} by state: {}", harmless(&table.name), states.join(", "))?;
        }
    }
    for note in deleted_under_references(shop) {
        writeln!(text, "    {note}")?;
    }
    for note in nullable(shop) {
        writeln!(text, "    {note}")?;
    }
    Ok(())
}

/// The columns that are left out where a table's columns are to be NOT NULL.
fn nullable(shop: &Shop) -> Vec<String> {
    let of_table = |table: &TablePlan| {
        let nullable = table.columns.iter().filter(|column| table.not_null && column.may_be_null());
        let names: Vec<String> = nullable.map(|column| format!("`{}`", harmless(&column.name))).collect();
        let (table, names) = (harmless(&table.name), names.join(", "));
        (!names.is_empty()).then(|| format!("the columns of `{table}` are NOT NULL except {names}, which have a `null_ratio` or a provider that gives nulls, or are null until a state"))
    };
    shop.plan.tables.iter().filter_map(of_table).collect()
}

/// What `[cdc]` makes.
fn of_capture(shop: &Shop) -> Vec<String> {
    let Capture { publication, via_root, identities, heartbeat, slots } = &*shop.capture;
    let mut lines = Vec::new();
    if let Some(name) = publication {
        let root = if *via_root { ", via the partition root" } else { "" };
        let heartbeat = if heartbeat.is_some() { " and the heartbeat" } else { "" };
        let tables = counted(shop.plan.tables.len(), "table");
        lines.push(format!("publication {} of {tables}{heartbeat}{root}", harmless(name)));
    }
    for (name, identity) in [
        ("default", ReplicaIdentity::Default),
        ("full", ReplicaIdentity::Full),
        ("index", ReplicaIdentity::Index),
    ] {
        let tables = identities.iter().filter(|(_, of)| *of == identity).map(|(table, _)| harmless(table));
        let tables: Vec<_> = tables.collect();
        if !tables.is_empty() {
            lines.push(format!("replica identity {name}: {}", tables.join(", ")));
        }
    }
    if let Some(every) = heartbeat {
        lines.push(format!("heartbeat every {}", humantime::format_duration(*every)));
    }
    if !slots.is_empty() {
        let named = slots.iter().map(|slot| format!("{} ({})", slot.name, slot.plugin));
        let bound = match shop.config.database.value {
            Database::Embedded { .. } => "each keeps up to 2 GB of the log until it is read",
            Database::Server(_) => {
                "each keeps the log until it is read: bound it by the server's max_slot_wal_keep_size"
            }
        };
        lines.push(format!(
            "{}: {}; {bound}",
            counted(slots.len(), "slot"),
            named.collect::<Vec<_>>().join(", ")
        ));
    }
    lines
}

/// References that the windows turn into orphans.
///
/// A new row refers to any existing row with equal probability. If rows live for `keeps` and the rows that they refer to
/// for `target_keeps`, the share of rows whose target is deleted is, over all ages, `keeps / 2 target_keeps`, or
/// `1 - target_keeps / 2 keeps` if they live longer than their targets. Both exist for longer by `purge_after`, in which no row is
/// referred to anew: the share is the smaller by `keeps / (keeps + purge_after)`.
fn deleted_under_references(shop: &Shop) -> Vec<String> {
    let plan = &shop.plan;
    if shop.ticks().is_some_and(|ticks| ticks <= plan.reach()) {
        return Vec::new();
    }
    let tables = plan.tables.iter();
    let references = tables.flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let note = |(table, column): (&TablePlan, &Column)| {
        let target = plan.tables.get(column.refers_to.filter(|_| !column.outlives)?)?;
        let (keeps, target_keeps) = (table.windows.delete_older_than, target.windows.delete_older_than?);
        let purge_after = table.windows.purge_after;
        // An update draws a row that is there at the time.
        let bound = if table.updates_per_tick() > 0 && !column.fixed { "up to " } else { "" };
        let (table, column, target) = (harmless(&table.name), harmless(&column.name), harmless(&target.name));
        let orphans = |share: &str, why: &str| {
            format!(
                "{share} of the rows of `{table}` have a `{column}` that refers to a deleted row of `{target}`: {why}"
            )
        };
        let Some(keeps) = keeps else {
            return Some(orphans(
                &format!("in the long run, {bound}most"),
                &format!("only rows of `{target}` are ever deleted"),
            ));
        };
        if keeps == target_keeps && purge_after.is_none() {
            return Some(orphans(&format!("{bound}about half"), "both have the same `delete_older_than`"));
        }
        let share = |part: i64, whole: i64| i128::from(part) * 50 / i128::from(whole.max(1));
        let percent = match keeps < target_keeps {
            true => share(keeps, target_keeps),
            false => 100 - share(target_keeps, keeps),
        };
        let kept = i128::from(keeps) + i128::from(purge_after.unwrap_or(0));
        let percent = percent * i128::from(keeps) / kept.max(1);
        let age = |micros: i64| humantime::format_duration(Duration::from_micros(micros.unsigned_abs()));
        let mut why = format!(
            "`delete_older_than` is {} for `{target}`, {} for `{table}`",
            age(target_keeps),
            age(keeps)
        );
        if let Some(after) = purge_after {
            why = format!("{why}, `purge_after` {}", age(after));
        }
        Some(orphans(&format!("{bound}about {} %", percent.clamp(1, 99)), &why))
    };
    references.filter_map(note).collect()
}

/// The history that a shop generates before it is live.
fn past(shop: &Shop, wall: Timestamp) -> Option<String> {
    let plan = &shop.plan;
    let origin = Origin::fix(shop.config.start.value, wall);
    let History { ticks, from, to, ends_run } = shop.schedule.history(&origin, plan.interval)?;
    let then = if ends_run { "; the run ends there and never goes live" } else { ", then live" };
    let (from, to) = (when(shop, from, wall), when(shop, to, wall));
    Some(format!("{} ticks at once, from {from} to {to}{then}", ticks.end))
}

/// A simulated time in the past: the time itself, or how long ago if `start` is a span.
fn when(shop: &Shop, at: Timestamp, wall: Timestamp) -> String {
    if !matches!(shop.config.start.value, Start::Offset(_)) {
        return at.to_rfc3339();
    }
    match wall.floor_second().0.saturating_sub(at.0) {
        ..SECOND => "now".to_owned(),
        ago => {
            let ago = Duration::from_micros(ago.unsigned_abs());
            format!("{} ago", humantime::format_duration(ago))
        }
    }
}

/// Warnings about shops whose run ends before it is live.
pub fn ends_in_the_past(chain: &Chain, wall: Timestamp) -> Vec<String> {
    let ends = |shop: &Shop| {
        let origin = Origin::fix(shop.config.start.value, wall);
        let history =
            shop.schedule.history(&origin, shop.plan.interval).filter(|history| history.ends_run)?;
        Some(format!(
            "the run of `{}` ends in the past, {}: `stop_after` counts from `start`; set stop_after = \"0\" for a run \
             without end",
            shop.plan.name,
            when(shop, history.to, wall)
        ))
    };
    chain.shops.iter().filter_map(ends).collect()
}

/// Rows per day of wall time, or of simulated time if the pace is unlimited.
fn per_day(rows: u64, interval: i64, pace: Pace) -> u128 {
    let (numerator, denominator) = factor(pace);
    u128::from(rows) * unsigned(DAY) * numerator / (unsigned(interval.max(1)) * denominator)
}

/// When a table runs out of ids: in wall time at the pace, without the history, which runs at full speed; in simulated
/// time if the pace is unlimited.
fn ids(table: &TablePlan, ticks: Option<u64>, interval: i64, history: u64, pace: Pace) -> String {
    let Some(lasting) = table.ticks_of_ids() else { return "none needed".to_owned() };
    if ticks.is_some_and(|ticks| ticks <= lasting) {
        return "enough for this run".to_owned();
    }
    let (numerator, denominator) = factor(pace);
    let simulated = (u128::from(lasting) * unsigned(interval.max(1))).saturating_sub(history.into());
    let micros = simulated * denominator / numerator;
    let simulated = if pace == Pace::Unlimited { " of simulated time" } else { "" };
    match roughly(micros) {
        Some(span) => format!("run out after {span}{simulated}"),
        None => "last more than 10000 years".to_owned(),
    }
}

/// A span that is never negative, for products that exceed 64 bits.
fn unsigned(micros: i64) -> u128 {
    micros.unsigned_abs().into()
}

fn factor(pace: Pace) -> (u128, u128) {
    match pace {
        Pace::Unlimited => (1, 1),
        Pace::Factor { numerator, denominator } => (numerator.into(), denominator.into()),
    }
}

/// A span in the largest unit that it holds at least two of: `47 years`, `500 days`; `None` above 9999 years.
fn roughly(micros: u128) -> Option<String> {
    const UNITS: [(i64, &str); 5] = [
        (365 * DAY, "years"),
        (DAY, "days"),
        (3600 * SECOND, "hours"),
        (60 * SECOND, "minutes"),
        (SECOND, "seconds"),
    ];
    let held = |(unit, name): (i64, &'static str)| (micros / unsigned(unit), name);
    match UNITS.into_iter().map(held).find(|(count, _)| *count >= 2) {
        Some((count, "years")) if count > 9999 => None,
        Some((count, name)) => Some(format!("{count} {name}")),
        None => Some("a second".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_shown_in_the_largest_unit_that_it_holds_two_of() {
        let day = unsigned(DAY);
        let spans = [0, 1_999_999, 2_000_000, 119_999_999, 2 * day - 1, 729 * day, 730 * day];
        let expected =
            ["a second", "a second", "2 seconds", "119 seconds", "47 hours", "729 days", "2 years"];
        assert_eq!(spans.map(|micros| roughly(micros).unwrap()), expected);
        assert_eq!(roughly(5_000_000 * day), None);
    }

    #[test]
    fn rows_a_day_follow_the_pace() {
        let quarter = 15 * SECOND;
        let pace = |numerator, denominator| Pace::Factor { numerator, denominator };
        assert_eq!(per_day(10, quarter, pace(1, 1)), 57_600);
        assert_eq!(per_day(10, quarter, pace(60, 1)), 60 * 57_600);
        assert_eq!(per_day(10, quarter, pace(5, 10)), 28_800);
        assert_eq!(per_day(10, quarter, Pace::Unlimited), 57_600);
        assert_eq!(per_day(1_000_000_000, 1, pace(999_999_999, 1)), 86_399_999_913_600_000_000_000_000_000);
    }
}
