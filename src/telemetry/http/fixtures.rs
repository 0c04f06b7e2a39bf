//! Shops for the tests of the pages.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::{AllowedHosts, Pages, Stage};
use crate::supervise::{Durations, Phase, Restarts, ShopStatus, TableCounts};
use crate::tick::Counts;
use crate::value::{SECOND, Timestamp};

/// A shop after two ticks at 1970-01-01T00:00:15Z, the second of which was 20 ms late.
pub fn shop(name: &str, phase: Phase) -> ShopStatus {
    let mut durations = Durations::default();
    durations.observe(Duration::from_millis(2), 1);
    durations.observe(Duration::from_millis(500), 1);
    let rows = |table: &str, inserted, updated, deleted| TableCounts {
        table: table.into(),
        rows: Counts { deleted, updated, inserted },
        events: if table == "orders" { vec![("paid".to_owned(), 2)] } else { Vec::new() },
    };
    ShopStatus {
        name: name.into(),
        thread: Some(0),
        phase,
        since: Timestamp(SECOND),
        retry_at: None,
        open: matches!(phase, Phase::History | Phase::Live),
        last_tick: Some(1),
        at: Some(Timestamp(15 * SECOND)),
        ticks: Some(200),
        ticks_here: 2,
        ticks_failed: 1,
        tables: vec![rows("orders", 200, 3, 1), rows("products", 20, 0, 0)],
        durations,
        lag: SECOND / 50,
        due: Some(Timestamp(30 * SECOND)),
        spacing: Duration::from_secs(15),
        restarts: Restarts { panic: 0, transient: 1, waiting: 2 },
        recent_failures: 1,
        watched: None,
        last_error: Some("cannot connect".into()),
        log_lines_dropped: 0,
    }
}

/// The data of the pages of a run that began at 1970-01-01T00:00:01Z, at 1970-01-01T00:00:20Z.
pub fn pages(stage: Stage) -> Pages {
    Pages {
        stage: watch::channel(stage).1,
        wall: Arc::new(|| Timestamp(20 * SECOND)),
        began: Timestamp(SECOND),
        config: "shops.toml".to_owned(),
        allowed_hosts: AllowedHosts::default(),
    }
}
