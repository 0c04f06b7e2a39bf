//! Whether what `[cdc]` asks for can be made in a database, read before anything is written.
//!
//! Owns the rules: who must not be touched, and what server and role must allow. [`problems`] is pure.

use std::collections::BTreeSet;

use super::sql;
use super::wanted::Wanted;
use crate::pg::connect::Connection;
use crate::pg::error::PgError;
use crate::pg::recorded;
use crate::plan::Capture;
use crate::quoting::{literal, quote};

/// What a database has of what is asked for.
#[derive(Debug, Default)]
pub struct Found {
    /// Whether the tables of change capture exist.
    pub has_state: bool,
    /// Publications with the name that is asked for or the shop's mark: name, whether it has the mark, whether its options
    /// are as asked for.
    pub publications: Vec<(String, bool, bool)>,
    /// Slots that shopsim has recorded: shop, name, plugin.
    pub recorded: Vec<[String; 3]>,
    /// Slots with names that are asked for or recorded.
    pub slots: Vec<FoundSlot>,
    /// The server, if it was asked.
    pub server: Option<Server>,
}

/// A slot with a name that matters.
#[derive(Debug)]
pub struct FoundSlot {
    /// Its name.
    pub name: String,
    /// Its output plugin; empty: it is physical.
    pub plugin: String,
    /// Whether it belongs to this database.
    pub is_here: bool,
    /// The database that it belongs to.
    pub database: Option<String>,
}

/// What server and role allow.
#[derive(Clone, Debug)]
pub struct Server {
    wal_level: String,
    decodes: bool,
    may_replicate: bool,
    may_create: bool,
    free_slots: i64,
    /// `max_slot_wal_keep_size`.
    pub keeps: Option<String>,
    role: String,
    database: String,
}

impl Found {
    /// The plugin that the shop's slot of a name was recorded with.
    pub fn recorded(&self, shop: &str, name: &str) -> Option<&str> {
        let mut recorded = self.recorded.iter();
        recorded.find(|[of, found, _]| of == shop && found == name).map(|[.., plugin]| plugin.as_str())
    }

    /// The slot of a name, if it belongs to this database.
    pub fn here(&self, name: &str) -> Option<&FoundSlot> {
        self.slots.iter().find(|slot| slot.name == name && slot.is_here)
    }
}

/// Reads it.
pub async fn read(connection: &Connection, wanted: Wanted<'_>) -> Result<Found, PgError> {
    let (plan, capture) = (wanted.plan, wanted.capture);
    let doing = "look at publications and slots";
    let mark = recorded::mark(plan);
    let state = connection.query_one(doing, &sql::find_state(&plan.state_schema), &[&mark]).await?;
    let mut found = Found { has_state: state.get(0), ..Found::default() };
    if capture.publication.is_some() || state.get(1) {
        let rows = connection
            .query(doing, sql::READ_PUBLICATIONS, &[&capture.publication, &mark, &capture.via_root])
            .await?;
        found.publications = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    }
    if found.has_state {
        let rows = connection.query(doing, &sql::read_recorded(&plan.state_schema), &[]).await?;
        found.recorded = rows.iter().map(|row| [row.get(0), row.get(1), row.get(2)]).collect();
    }
    let wanted = capture.slots.iter().map(|slot| slot.name.as_str());
    let recorded = found.recorded.iter().map(|[_, name, _]| name.as_str());
    let names: Vec<&str> = wanted.chain(recorded).collect();
    if !names.is_empty() {
        let rows = connection.query(doing, sql::READ_NAMED_SLOTS, &[&names]).await?;
        let slot = |row: &tokio_postgres::Row| FoundSlot {
            name: row.get(0),
            plugin: row.get(1),
            is_here: row.get(2),
            database: row.get(3),
        };
        found.slots = rows.iter().map(slot).collect();
    }
    if capture.publication.is_some() || !capture.slots.is_empty() {
        let row = connection.query_one(doing, sql::READ_SERVER, &[]).await?;
        found.server = Some(Server {
            wal_level: row.get(0),
            decodes: row.get(1),
            may_replicate: row.get(2),
            may_create: row.get(3),
            free_slots: row.get(4),
            keeps: row.get(5),
            role: row.get(6),
            database: row.get(7),
        });
    }
    Ok(found)
}

/// Refuses what cannot be made, or would be somebody else's.
pub fn check(connection: &Connection, wanted: Wanted<'_>, found: &Found) -> Result<(), PgError> {
    let problems = problems(&wanted.plan.name, wanted.capture, found);
    match problems.is_empty() {
        true => Ok(()),
        false => Err(PgError::Capture {
            shop: wanted.plan.name.clone(),
            address: connection.address.clone(),
            problems,
        }),
    }
}

/// All that is in the way, each with its cure.
fn problems(shop: &str, capture: &Capture, found: &Found) -> Vec<String> {
    let mut problems = Vec::new();
    let publication = capture.publication.as_deref();
    let there = found.publications.iter().find(|(name, ..)| Some(name.as_str()) == publication);
    if let Some((name, false, _)) = there {
        problems.push(format!(
            "the publication {} exists and was not made by shopsim for this shop: set another `publication` in [cdc] or \
             [shop.cdc], or drop it: DROP PUBLICATION {0}",
            quote(name)
        ));
    }
    let mut missing = BTreeSet::new();
    for slot in &capture.slots {
        let Some(there) = found.slots.iter().find(|there| there.name == slot.name) else {
            missing.insert(&slot.name);
            continue;
        };
        let recorded = found.recorded(shop, &slot.name).filter(|_| there.is_here);
        let drop = format!("SELECT pg_drop_replication_slot({})", literal(&slot.name));
        match recorded {
            None => {
                let place = match &there.database {
                    Some(database) if !there.is_here => format!(" in the database {database}"),
                    _ => String::new(),
                };
                problems.push(format!(
                    "the slot {} exists{place} and was not made by shopsim for this shop: choose another name in `slots` of [cdc] \
                     or [shop.cdc], or drop it: {drop}",
                    slot.name
                ));
            }
            Some(_) if there.plugin != slot.plugin => problems.push(format!(
                "the slot {} was made with the plugin {}, and `slots` says {}: change it back, or drop the slot, which the next \
                 start makes anew: {drop}",
                slot.name, there.plugin, slot.plugin
            )),
            Some(_) => {}
        }
    }
    let Some(server) = &found.server else { return problems };
    let Server { role, database, wal_level, .. } = server;
    if !server.decodes && !capture.slots.is_empty() {
        problems.push(format!(
            "wal_level is {wal_level}, and slots need logical: ALTER SYSTEM SET wal_level = 'logical', then restart the server"
        ));
    }
    if publication.is_some() && there.is_none() && !server.may_create {
        problems.push(format!(
            "the role {role} must not create a publication: GRANT CREATE ON DATABASE {} TO {}",
            quote(database),
            quote(role)
        ));
    }
    if missing.is_empty() {
        return problems;
    }
    if !server.may_replicate {
        problems
            .push(format!("the role {role} must not create slots: ALTER ROLE {} REPLICATION", quote(role)));
    }
    let count = i64::try_from(missing.len()).unwrap_or(i64::MAX);
    if server.free_slots < count {
        problems.push(format!(
            "{count} slots are to be made, and {} are free: drop those that nobody reads (pg_replication_slots), or raise \
             max_replication_slots and restart the server",
            server.free_slots.max(0)
        ));
    }
    problems
}
