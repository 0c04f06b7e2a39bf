//! What a shop makes for clients of logical replication, beside its tables.
//!
//! Owns which replica identity counts for a table. No row depends on it, so it is not part of the fingerprint, and may
//! change at any time.

use std::time::Duration;

use crate::config::{LogicalSlot, ReplicaIdentity, Shop, Table};

/// `[cdc]` of a shop with its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// The publication of exactly its tables, and of the heartbeat table if there is one.
    pub publication: Option<String>,
    /// `publish_via_partition_root`.
    pub via_root: bool,
    /// The tables whose replica identity is set.
    pub identities: Vec<(String, ReplicaIdentity)>,
    /// How often the shop's row of the heartbeat table is updated.
    pub heartbeat: Option<Duration>,
    /// The slots.
    pub slots: Vec<LogicalSlot>,
}

impl Capture {
    /// That of a shop; a table's own replica identity comes first.
    pub fn of(shop: &Shop, tables: &[Table]) -> Self {
        let capture = &shop.capture;
        let identity = |table: &Table| {
            let identity = table.replica_identity.or(capture.replica_identity)?;
            Some((table.name.value.clone(), identity))
        };
        Self {
            publication: capture.publication.as_ref().map(|publication| publication.value.clone()),
            via_root: capture.via_root,
            identities: tables.iter().filter_map(identity).collect(),
            heartbeat: capture.heartbeat,
            slots: capture.slots.iter().map(|slot| slot.value.clone()).collect(),
        }
    }

    /// Whether nothing is asked for.
    pub fn is_off(&self) -> bool {
        let Self { publication, via_root: _, identities, heartbeat, slots } = self;
        publication.is_none() && identities.is_empty() && heartbeat.is_none() && slots.is_empty()
    }
}
