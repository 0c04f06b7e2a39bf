//! Slots, sessions and transactions.
//!
//! Owns their form. Pure.

use serde::Deserialize;

/// A replication slot.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Slot {
    /// Its name.
    #[serde(rename = "slot_name")]
    pub name: String,
    /// `logical` or `physical`.
    pub slot_type: String,
    /// Its database.
    #[serde(default)]
    pub database: Option<String>,
    /// Gone with its session.
    pub temporary: bool,
    /// Whether somebody reads it.
    pub active: bool,
    /// Bytes of write-ahead log since its restart position; `None`: it holds none.
    #[serde(default)]
    pub held: Option<i64>,
    /// `reserved`, `extended`, `unreserved`, `lost`; 13 and later.
    #[serde(default)]
    pub wal_status: Option<String>,
    /// Bytes that may still be written before it is lost; 13 and later.
    #[serde(default)]
    pub safe_wal_size: Option<i64>,
    /// Why it is of no more use; 17 and later.
    #[serde(default)]
    pub invalidation_reason: Option<String>,
    /// Since when nobody reads it, in seconds; 17 and later.
    #[serde(default)]
    pub inactive_seconds: Option<f64>,
    /// Whether standbys get it; 17 and later.
    #[serde(default)]
    pub failover: Option<bool>,
}

/// Sessions, transactions and traffic.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Activity {
    /// Sessions of clients.
    #[serde(default)]
    pub clients: Option<i64>,
    /// Replication connections.
    #[serde(default)]
    pub senders: Option<i64>,
    /// Standbys: connections and slots of physical replication.
    #[serde(default)]
    pub standbys: Option<i64>,
    /// Open transactions, the oldest first.
    #[serde(default)]
    pub transactions: Vec<Transaction>,
    /// Prepared transactions, the oldest first.
    #[serde(default)]
    pub prepared: Option<Vec<Prepared>>,
    /// Rows that were written in this database since the statistics began.
    #[serde(default)]
    pub written_here: Option<i64>,
    /// Rows that were written in all others.
    #[serde(default)]
    pub written_elsewhere: Option<i64>,
    /// Bytes that logical decoding has spilled to disk; 14 and later.
    #[serde(default)]
    pub spilled: Option<i64>,
}

/// An open transaction.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Transaction {
    /// Its process.
    pub pid: i32,
    /// Its role.
    #[serde(default)]
    pub role: Option<String>,
    /// Its program.
    #[serde(default)]
    pub application: Option<String>,
    /// How long it is open, in seconds.
    pub seconds: f64,
}

/// A prepared transaction.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Prepared {
    /// Its name.
    pub gid: String,
    /// Its database.
    pub database: String,
    /// How long ago it was prepared, in seconds.
    pub seconds: f64,
}
