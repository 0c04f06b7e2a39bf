//! What is said of slots and snapshots that hold the log back.
//!
//! Owns when they are worth a warning, and that each is said once, and again when it has doubled. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::pg::{Slot, Watched};

/// A slot that nobody reads may hold so much of the log.
const HELD: i64 = 1 << 30;
/// A snapshot may be held so long.
const OLD: Duration = Duration::from_mins(10);

/// What was said last.
#[derive(Debug, Default)]
pub struct SlotWarnings {
    slots: BTreeMap<String, Said>,
    /// The age at which the next old snapshot is worth a warning.
    snapshot: Option<Duration>,
}

#[derive(Debug, Default)]
struct Said {
    /// The bytes at which the next warning is due.
    held: Option<i64>,
    status: Option<String>,
}

impl SlotWarnings {
    /// The warnings that are new.
    pub fn of(&mut self, watched: &Watched) -> Vec<String> {
        self.slots.retain(|name, _| watched.slots.iter().any(|slot| slot.name == *name));
        let mut warnings: Vec<String> = watched
            .slots
            .iter()
            .flat_map(|slot| self.slots.entry(slot.name.clone()).or_default().of(slot))
            .collect();
        let age = watched.oldest_snapshot.unwrap_or_default();
        if age < OLD {
            self.snapshot = None;
        } else if self.snapshot.is_none_or(|next| age >= next) {
            self.snapshot = Some(age * 2);
            warnings.push(format!(
                "a session has held a snapshot for {}: deleted rows are kept, and slots keep the log; pg_stat_activity tells \
                 which (backend_xmin)",
                humantime::format_duration(Duration::from_secs(age.as_secs()))
            ));
        }
        warnings
    }
}

impl Said {
    fn of(&mut self, slot: &Slot) -> Vec<String> {
        let name = &slot.name;
        let mut warnings = Vec::new();
        let held = slot.held.filter(|held| !slot.active && *held >= HELD);
        match held {
            None => self.held = None,
            Some(held) if self.held.is_none_or(|next| held >= next) => {
                self.held = Some(held.saturating_mul(2));
                warnings.push(format!(
                    "nobody reads the slot {name}, and it holds {:.1} GiB of the log: start its reader, or drop it: SELECT \
                     pg_drop_replication_slot('{name}')",
                    gibibytes(held)
                ));
            }
            Some(_) => {}
        }
        let status = slot.status.as_deref().filter(|status| *status != "reserved");
        if self.status.as_deref() != status {
            self.status = status.map(str::to_owned);
            warnings.extend(status.and_then(|status| of_status(name, status)));
        }
        warnings
    }
}

/// What `wal_status` says: <https://www.postgresql.org/docs/current/view-pg-replication-slots.html>
fn of_status(name: &str, status: &str) -> Option<String> {
    let says = match status {
        "extended" => "it holds more of the log than max_wal_size",
        "unreserved" => {
            "it holds more of the log than max_slot_wal_keep_size, and the next checkpoint may remove what it needs"
        }
        "lost" => "the log that it needs is gone: drop it, and let its reader start with a new snapshot",
        _ => return None,
    };
    Some(format!("wal_status of the slot {name} is {status}: {says}"))
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn gibibytes(bytes: i64) -> f64 {
    bytes as f64 / HELD as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(active: bool, held: i64, status: &str) -> Slot {
        Slot {
            name: "s".to_owned(),
            plugin: Some("pgoutput".to_owned()),
            kind: "logical".to_owned(),
            active,
            reader: None,
            behind: Some(held),
            held: Some(held),
            status: Some(status.to_owned()),
        }
    }

    /// The number of warnings of each look.
    fn counts(looks: &[(Vec<Slot>, u64)]) -> Vec<usize> {
        let mut warnings = SlotWarnings::default();
        let look = |(slots, minutes): &(Vec<Slot>, u64)| {
            let oldest_snapshot = Some(Duration::from_mins(*minutes));
            warnings.of(&Watched { slots: slots.clone(), oldest_snapshot }).len()
        };
        looks.iter().map(look).collect()
    }

    #[test]
    fn a_slot_that_nobody_reads_is_told_of_at_a_gibibyte_and_at_each_doubling() {
        let held = |parts: i64| (vec![slot(false, HELD * parts / 4, "reserved")], 0);
        let looks = [held(3), held(4), held(5), held(7), held(8), held(15), held(20), held(1), held(4)];
        assert_eq!(counts(&looks), [0, 1, 0, 0, 1, 0, 1, 0, 1]);
        assert_eq!(counts(&[(vec![slot(true, HELD * 9, "reserved")], 0)]), [0], "somebody reads it");
    }

    #[test]
    fn a_status_is_told_when_it_changes_and_a_slot_that_was_gone_is_another() {
        let of = |status| (vec![slot(true, 0, status)], 0);
        let gone = (Vec::new(), 0);
        let looks =
            [of("extended"), of("extended"), of("unreserved"), of("lost"), of("reserved"), gone, of("lost")];
        assert_eq!(counts(&looks), [1, 0, 1, 1, 0, 0, 1]);
    }

    #[test]
    fn an_old_snapshot_is_told_of_at_ten_minutes_and_at_each_doubling() {
        let old = |minutes| (Vec::new(), minutes);
        assert_eq!(
            counts(&[old(9), old(10), old(19), old(20), old(39), old(1), old(10)]),
            [0, 1, 0, 1, 0, 0, 1]
        );
    }
}
