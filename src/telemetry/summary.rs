//! Summaries of a run: a table at its end, and a periodic line for many shops.
//!
//! Owns the format of both.

use std::time::Duration;

use crate::clock::micros;
use crate::supervise::{Phase, ShopStatus};
use crate::text::columns;
use crate::value::Timestamp;

/// A tick that is overdue by no more is on time, however short the interval is.
const LATE: Duration = Duration::from_secs(5);

/// The number of shops in each phase and of late ones, and their total progress, in one line.
pub fn line(shops: &[ShopStatus], wall: Timestamp) -> String {
    use Phase::*;
    let phases = [Live, History, Starting, Waiting, BackingOff, Refused, GivenUp, Stopped, Finished];
    let count = |phase| shops.iter().filter(|shop| shop.phase == phase).count();
    let counts: Vec<String> = phases
        .iter()
        .map(|phase| (phase, count(*phase)))
        .filter(|(_, count)| *count > 0)
        .map(|(phase, count)| format!("{count} {phase}"))
        .collect();
    let late = |shop: &&ShopStatus| {
        let overdue = shop.overdue(wall).is_some_and(|overdue| overdue > micros(shop.spacing.max(LATE)));
        overdue && !shop.phase.is_final()
    };
    let late = shops.iter().filter(late).count();
    let ticks: u64 = shops.iter().map(|shop| shop.ticks_here).sum();
    let rows: u64 = shops
        .iter()
        .map(|shop| {
            let rows = shop.rows();
            rows.inserted + rows.updated + rows.deleted
        })
        .sum();
    let restarts: u32 = shops.iter().map(|shop| shop.restarts.after_failures()).sum();
    format!(
        "{} shops: {}; {late} late; {ticks} ticks, {rows} rows and {restarts} restarts so far",
        shops.len(),
        counts.join(", ")
    )
}

/// The table of a run's outcome, with a heading.
pub fn table(shops: &[ShopStatus]) -> String {
    let heading = ["shop", "state", "last tick", "ticks", "inserted", "updated", "deleted", "restarts", "at"];
    let mut lines = vec![heading.map(str::to_owned)];
    lines.extend(shops.iter().map(|shop| {
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        [
            shop.name.to_string(),
            shop.phase.to_string(),
            or_dash(shop.last_tick.map(|tick| tick.to_string())),
            shop.ticks_here.to_string(),
            shop.rows().inserted.to_string(),
            shop.rows().updated.to_string(),
            shop.rows().deleted.to_string(),
            shop.restarts.after_failures().to_string(),
            or_dash(shop.at.map(Timestamp::to_rfc3339)),
        ]
    }));
    columns(&lines, 2..8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervise::{Durations, Restarts, TableCounts};
    use crate::tick::Counts;
    use crate::value::SECOND;

    fn shops() -> [ShopStatus; 2] {
        let rows = Counts { deleted: 1, updated: 22, inserted: 20_000 };
        let shop = ShopStatus {
            name: "shop-1".into(),
            thread: None,
            since: Timestamp(0),
            retry_at: None,
            recent_failures: 0,
            phase: Phase::Finished,
            open: false,
            last_tick: Some(199),
            at: Some(Timestamp(0)),
            ticks: Some(200),
            ticks_here: 200,
            ticks_failed: 0,
            tables: vec![TableCounts { table: "orders".into(), rows, events: Vec::new() }],
            durations: Durations::default(),
            lag: 0,
            due: None,
            spacing: Default::default(),
            restarts: Restarts { transient: 0, panic: 0, waiting: 3 },
            watched: None,
            last_error: None,
            log_lines_dropped: 0,
        };
        let other =
            ShopStatus { name: "b".into(), last_tick: None, at: None, phase: Phase::GivenUp, ..shop.clone() };
        [shop, other]
    }

    #[test]
    fn many_shops_are_a_line() {
        let [mut shop, other] = shops();
        (shop.phase, shop.due) = (Phase::Live, Some(Timestamp(0)));
        let line = |seconds| line(&[shop.clone(), shop.clone(), other.clone()], Timestamp(seconds * SECOND));
        let (head, tail) = ("3 shops: 2 live, 1 given up", "600 ticks, 60069 rows and 0 restarts so far");
        assert_eq!(line(5), format!("{head}; 0 late; {tail}"));
        assert_eq!(line(6), format!("{head}; 2 late; {tail}"));
    }

    #[test]
    fn the_table_has_a_line_a_shop() {
        let expected = "\
shop    state     last tick  ticks  inserted  updated  deleted  restarts  at
shop-1  finished        199    200     20000       22        1         0  1970-01-01T00:00:00Z
b       given up          -    200     20000       22        1         0  -
";
        assert_eq!(table(&shops()), expected);
    }
}
