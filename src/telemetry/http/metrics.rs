//! The page of metrics: the state of the shops, with Prometheus' names and units.
//!
//! Owns name, labels and help of every metric; a test checks that `docs/metrics.md` describes them.

use std::time::Duration;

use super::exposition::{Exposition, Kind};
use super::process::ProcessMetrics;
use crate::pg::Slot;
use crate::stream::OUTPUT_VERSION;
use crate::supervise::{Phase, ShopStatus, ThreadStatus};
use crate::value::Timestamp;

/// The page at a wall time.
pub fn page(
    shops: &[ShopStatus],
    threads: &[ThreadStatus],
    wall: Timestamp,
    process: &ProcessMetrics,
    began: Timestamp,
) -> String {
    let mut page = Exposition::default();
    of_shops(&mut page, shops, wall);
    let silent = "shopsim_thread_silent_seconds";
    page.family(
        silent,
        Kind::Gauge,
        "Time since a thread that runs shops last responded; normally at most about 1.",
    );
    for thread in threads {
        page.sample(silent, &[("thread", &thread.name)], thread.silent.as_secs_f64());
    }
    of_program(&mut page, process, began);
    page.into_text()
}

fn of_shops(page: &mut Exposition, shops: &[ShopStatus], wall: Timestamp) {
    let rows = "shopsim_rows_written_total";
    page.family(rows, Kind::Counter, "Rows changed by committed ticks since the process started.");
    for shop in shops {
        for table in &shop.tables {
            let ops = [
                ("insert", table.rows.inserted),
                ("update", table.rows.updated),
                ("delete", table.rows.deleted),
            ];
            for (op, count) in ops {
                page.sample(rows, &[("shop", &shop.name), ("table", &table.table), ("op", op)], count);
            }
        }
    }
    let events = "shopsim_events_total";
    page.family(events, Kind::Counter, "Rows that committed ticks moved to a state of their life.");
    for shop in shops {
        for table in &shop.tables {
            for (event, count) in &table.events {
                let labels = [("shop", &*shop.name), ("table", &*table.table), ("event", event.as_str())];
                page.sample(events, &labels, *count);
            }
        }
    }
    let ticks = "shopsim_ticks_total";
    page.family(ticks, Kind::Counter, "Committed ticks, and failed attempts.");
    for shop in shops {
        for (result, count) in [("committed", shop.ticks_here), ("failed", shop.ticks_failed)] {
            page.sample(ticks, &[("shop", &shop.name), ("result", result)], count);
        }
    }
    let duration = "shopsim_tick_duration_seconds";
    page.family(duration, Kind::Histogram, "Time that the database took for each committed tick.");
    for shop in shops {
        let took = &shop.durations;
        let sum = took.sum().as_secs_f64();
        page.histogram(duration, &[("shop", &shop.name)], took.up_to_bounds(), took.count(), sum);
    }
    let lag = "shopsim_tick_lag_seconds";
    page.family(lag, Kind::Gauge, "Lag of the last tick, or of the next one if that is overdue by more.");
    for shop in shops {
        if let Some(behind) = behind(shop, wall) {
            page.sample(lag, &[("shop", &shop.name)], behind.as_secs_f64());
        }
    }
    let up = "shopsim_shop_up";
    page.family(up, Kind::Gauge, "1 if the shop has its database open or has finished, else 0.");
    for shop in shops {
        let is_up = shop.open || shop.phase == Phase::Finished;
        page.sample(up, &[("shop", &shop.name)], u8::from(is_up));
    }
    let restarts = "shopsim_restarts_total";
    page.family(restarts, Kind::Counter, "Restarts of the shop, by cause.");
    for shop in shops {
        for (cause, count) in shop.restarts.by_cause() {
            page.sample(restarts, &[("shop", &shop.name), ("cause", cause)], count);
        }
    }
    of_slots(page, shops);
    let dropped = "shopsim_log_lines_dropped_total";
    page.family(dropped, Kind::Counter, "Lines of the shop's logs that could not be written in time.");
    for shop in shops {
        page.sample(dropped, &[("shop", &shop.name)], shop.log_lines_dropped);
    }
}

/// What the shops have seen of the readers of their servers' logs. What a server does not tell is left out.
fn of_slots(page: &mut Exposition, shops: &[ShopStatus]) {
    type Value = fn(&Slot) -> Option<i64>;
    let families: [(&str, &str, Value); 3] = [
        ("shopsim_slot_lag_bytes", "Bytes of the log that the slot's reader has not confirmed.", |slot| {
            slot.behind
        }),
        ("shopsim_slot_wal_bytes", "Bytes of the log that the server keeps for the slot.", |slot| slot.held),
        ("shopsim_slot_active", "1 if somebody reads the slot, else 0.", |slot| Some(slot.active.into())),
    ];
    let watched = || shops.iter().filter_map(|shop| Some((&shop.name, shop.watched.as_deref()?)));
    for (name, help, value) in families {
        page.family(name, Kind::Gauge, help);
        for (shop, watched) in watched() {
            for slot in &watched.slots {
                if let Some(value) = value(slot) {
                    page.sample(name, &[("shop", shop), ("slot", &slot.name)], value);
                }
            }
        }
    }
    let snapshot = "shopsim_oldest_snapshot_seconds";
    page.family(
        snapshot,
        Kind::Gauge,
        "Age of the oldest snapshot that another session of the database holds.",
    );
    for (shop, watched) in watched() {
        let age = watched.oldest_snapshot.unwrap_or_default();
        page.sample(snapshot, &[("shop", shop)], age.as_secs_f64());
    }
}

/// The time by which a shop is behind the wall clock, 0 if it has finished; `None` until it has opened its database once.
pub fn behind(shop: &ShopStatus, wall: Timestamp) -> Option<Duration> {
    match shop.phase {
        Phase::Finished => Some(Duration::ZERO),
        _ => shop
            .overdue(wall)
            .map(|overdue| Duration::from_micros(overdue.max(shop.lag).max(0).unsigned_abs())),
    }
}

fn of_program(page: &mut Exposition, process: &ProcessMetrics, began: Timestamp) {
    let info = "shopsim_build_info";
    page.family(info, Kind::Gauge, "1; the labels are the version of the program and of its output.");
    let output_version = OUTPUT_VERSION.to_string();
    page.sample(info, &[("version", env!("CARGO_PKG_VERSION")), ("output_version", &output_version)], 1);
    let began = Some(Duration::from_micros(began.0.max(0).unsigned_abs()).as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "bytes and descriptors are below 2^53")]
    let bytes = |bytes: Option<u64>| bytes.map(|bytes| bytes as f64);
    for (name, kind, help, value) in [
        ("process_cpu_seconds_total", Kind::Counter, "CPU time, user and system.", process.cpu_seconds),
        ("process_resident_memory_bytes", Kind::Gauge, "Resident memory.", bytes(process.resident_bytes)),
        ("process_virtual_memory_bytes", Kind::Gauge, "Virtual memory.", bytes(process.virtual_bytes)),
        ("process_open_fds", Kind::Gauge, "Open file descriptors.", bytes(process.open_fds)),
        ("process_max_fds", Kind::Gauge, "Maximum number of open file descriptors.", bytes(process.max_fds)),
        ("process_start_time_seconds", Kind::Gauge, "Start time of the process since 1970.", began),
    ] {
        if let Some(value) = value {
            page.family(name, kind, help);
            page.sample(name, &[], value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::fixtures::shop;
    use super::*;
    use crate::pg::Watched;
    use crate::value::SECOND;

    /// One slot with a reader, and a physical one of which the server tells little.
    fn watched() -> Watched {
        let slot = |name: &str, active, behind, held| Slot {
            name: name.to_owned(),
            plugin: None,
            kind: "logical".to_owned(),
            active,
            reader: None,
            behind,
            held,
            status: None,
        };
        let slots = vec![slot("debezium", true, Some(0), Some(56)), slot("standby", false, None, None)];
        Watched { slots, oldest_snapshot: Some(Duration::from_millis(1_500)) }
    }

    const PROCESS: ProcessMetrics = ProcessMetrics {
        cpu_seconds: Some(1.5),
        resident_bytes: Some(12_345_678),
        virtual_bytes: Some(1 << 40),
        open_fds: Some(9),
        max_fds: Some(1024),
    };

    #[test]
    fn the_page_is_as_it_always_was() {
        let shops = [
            ShopStatus { watched: Some(Arc::new(watched())), ..shop("shop-1", Phase::Live) },
            ShopStatus { due: None, ..shop("two \"\\\n", Phase::Starting) },
            shop("three", Phase::Finished),
        ];
        let silent = Duration::from_millis(250);
        let threads = [ThreadStatus { name: "shops-0".to_owned(), silent, shops: 3 }];
        let page = page(&shops, &threads, Timestamp(29 * SECOND), &PROCESS, Timestamp(SECOND / 2));
        let version = format!("version=\"{}\"", env!("CARGO_PKG_VERSION"));
        let output = format!("output_version=\"{OUTPUT_VERSION}\"");
        let page = page.replace(&version, "version=\"V\"").replace(&output, "output_version=\"O\"");
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/metrics.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(golden, &page).unwrap();
        }
        assert_eq!(page, std::fs::read_to_string(golden).unwrap());
    }

    #[test]
    fn lag_is_that_of_the_last_tick_until_the_next_one_is_later_still() {
        let shop = shop("a", Phase::Live);
        let at = |seconds| behind(&shop, Timestamp(seconds * SECOND));
        let (late, overdue) = (Duration::from_millis(20), Duration::from_secs(7));
        assert_eq!([at(16), at(30), at(37)], [Some(late), Some(late), Some(overdue)]);
        assert_eq!(behind(&ShopStatus { due: None, ..shop.clone() }, Timestamp(0)), None);
        let finished = ShopStatus { phase: Phase::Finished, ..shop };
        assert_eq!(behind(&finished, Timestamp(99 * SECOND)), Some(Duration::ZERO));
    }

    #[test]
    fn the_document_describes_every_metric_and_no_other() {
        let page = page(&[shop("a", Phase::Live)], &[], Timestamp(0), &PROCESS, Timestamp(0));
        let mut there: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
        let document = include_str!("../../../docs/metrics.md");
        // Rows such as: | `name` | counter | …
        let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
        let mut documented: Vec<String> = rows
            .filter_map(|row| row.split_once("` | "))
            .filter(|(name, _)| name.starts_with("shopsim_") || name.starts_with("process_"))
            .map(|(name, rest)| format!("{name} {}", rest.split(' ').next().unwrap()))
            .collect();
        there.sort();
        documented.sort();
        assert_eq!(there, documented);
    }
}
