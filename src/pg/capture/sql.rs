//! The statements of change capture.
//!
//! Owns the SQL, under the rules of [`crate::pg::sql`]. Must not know when they are run.

use crate::pg::sql::{literal, qualified, quote};
use crate::pg::state;

/// The table of the heartbeat, in the schema of shopsim's own state.
pub const HEARTBEAT: &str = "heartbeat";

/// Creates the tables of change capture in the schema of shopsim's own state.
pub fn create_state(schema: &str) -> String {
    let create = "CREATE TABLE IF NOT EXISTS {state}.slot (
    shop text NOT NULL,
    name text NOT NULL,
    plugin text NOT NULL,
    PRIMARY KEY (shop, name)
);
COMMENT ON TABLE {state}.slot IS 'replication slots that shopsim makes and drops; written before a slot is made';
CREATE TABLE IF NOT EXISTS {state}.heartbeat (
    shop text PRIMARY KEY,
    beats bigint NOT NULL,
    at timestamptz NOT NULL
) WITH (fillfactor = 10);
COMMENT ON TABLE {state}.heartbeat IS 'changes at regular intervals, so that readers of the log always get some'";
    state::within(schema, create)
}

/// Whether the tables exist in a schema, and whether a publication has the shop's mark (`$1`): what is left to look at where
/// nothing is asked for.
pub fn find_state(schema: &str) -> String {
    let table = |name: &str| literal(&qualified(schema, name));
    format!(
        "SELECT pg_catalog.to_regclass({}) IS NOT NULL
           AND pg_catalog.to_regclass({}) IS NOT NULL,
       EXISTS (SELECT FROM pg_catalog.pg_publication p
               WHERE pg_catalog.obj_description(p.oid, 'pg_publication') = $1)",
        table("slot"),
        table(HEARTBEAT)
    )
}

/// What decides whether publications and slots can be made: `wal_level`, whether that suffices, whether the role may
/// replicate and may create publications, free slots, `max_slot_wal_keep_size`, role, and database.
pub const READ_SERVER: &str = "
SELECT w.wal_level,
       w.wal_level = 'logical' OR w.version >= 190000 AND w.wal_level = 'replica',
       r.rolsuper OR r.rolreplication OR EXISTS (
           SELECT FROM pg_catalog.pg_roles g
           WHERE g.rolname = 'rds_replication' AND pg_catalog.pg_has_role(r.oid, g.oid, 'MEMBER')),
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
       pg_catalog.current_setting('max_replication_slots')::bigint
           - (SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots),
       pg_catalog.current_setting('max_slot_wal_keep_size', true),
       r.rolname::text, pg_catalog.current_database()::text
FROM pg_catalog.pg_roles r,
     (SELECT pg_catalog.current_setting('wal_level') AS wal_level,
             pg_catalog.current_setting('server_version_num')::integer AS version) w
WHERE r.rolname = current_user";

/// The publications with a name (`$1`) or the shop's mark (`$2`): name, whether they have the mark, and whether they
/// publish all operations, not all tables, and via the root as asked for (`$3`).
pub const READ_PUBLICATIONS: &str = "
SELECT p.pubname::text, coalesce(pg_catalog.obj_description(p.oid, 'pg_publication') = $2, false),
       p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate AND NOT p.puballtables AND p.pubviaroot = $3
FROM pg_catalog.pg_publication p
WHERE p.pubname = $1 OR pg_catalog.obj_description(p.oid, 'pg_publication') = $2
ORDER BY 1";

/// The tables of a publication: schema, name, and whether rows or columns are left out.
pub const READ_PUBLISHED: &str = "
SELECT n.nspname::text, c.relname::text,
       coalesce(pg_catalog.to_jsonb(r) ->> 'prqual'::text, pg_catalog.to_jsonb(r) ->> 'prattrs'::text) IS NOT NULL
FROM pg_catalog.pg_publication p
JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE p.pubname = $1
ORDER BY 1, 2";

/// The replica identities of the tables of a schema (`$1`) with some names (`$2`): table, identity, the index of the
/// primary key, and whether that is the identity.
pub const READ_IDENTITIES: &str = "
SELECT c.relname::text, c.relreplident::text, x.relname::text, coalesce(i.indisreplident, false)
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
LEFT JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relname = ANY($2)
  AND c.relkind IN ('r', 'p')
ORDER BY 1";

/// The slots with some names: name, plugin, whether they belong to this database, and that which they belong to.
pub const READ_NAMED_SLOTS: &str = "
SELECT s.slot_name::text, coalesce(s.plugin::text, ''),
       coalesce(s.database = pg_catalog.current_database(), false), s.database::text
FROM pg_catalog.pg_replication_slots s
WHERE s.slot_name = ANY($1)";

/// The slots of this database: name, plugin, and who reads them.
pub const READ_LOGICAL_SLOTS: &str = "
SELECT s.slot_name::text, s.plugin::text,
       CASE WHEN s.active THEN pg_catalog.format('%s (pid %s)',
            coalesce(nullif(a.application_name, ''), a.usename::text, 'a session'), s.active_pid) END
FROM pg_catalog.pg_replication_slots s
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = s.active_pid
WHERE s.database = pg_catalog.current_database() AND NOT s.temporary
ORDER BY 1";

/// The publications that hold some tables (schemas `$1`, names `$2`) and have not the shop's mark (`$3`): name, schema and
/// table.
pub const READ_LOSING: &str = "
SELECT p.pubname::text, n.nspname::text, c.relname::text
FROM (SELECT DISTINCT * FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) AS v)
    AS w(schema, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
JOIN pg_catalog.pg_publication_rel r ON r.prrelid = c.oid
JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
WHERE pg_catalog.obj_description(p.oid, 'pg_publication') IS DISTINCT FROM $3
ORDER BY 1, 2, 3";

/// The publications with the shop's mark.
pub const READ_MADE_PUBLICATIONS: &str = "
SELECT p.pubname::text FROM pg_catalog.pg_publication p
WHERE pg_catalog.obj_description(p.oid, 'pg_publication') = $1
ORDER BY 1";

/// All slots that are recorded in a schema: shop, name, plugin.
pub fn read_recorded(schema: &str) -> String {
    state::within(schema, "SELECT shop, name, plugin FROM {state}.slot ORDER BY 1, 2")
}

/// Records the intention to make a slot, so that it outlives a crash of the server.
pub fn record_slot(schema: &str, shop: &str, name: &str, plugin: &str) -> String {
    format!(
        "BEGIN; SET LOCAL synchronous_commit = on; \
         INSERT INTO {} (shop, name, plugin) VALUES ({}, {}, {}); COMMIT",
        qualified(schema, "slot"),
        literal(shop),
        literal(name),
        literal(plugin)
    )
}

/// Forgets a slot.
pub fn forget_slot(schema: &str) -> String {
    state::within(schema, "DELETE FROM {state}.slot WHERE shop = $1 AND name = $2")
}

/// Forgets a shop.
pub fn forget_shop(schema: &str) -> [String; 2] {
    ["slot", HEARTBEAT].map(|table| format!("DELETE FROM {} WHERE shop = $1", qualified(schema, table)))
}

/// Makes a slot.
pub const CREATE_SLOT: &str = "SELECT pg_catalog.pg_create_logical_replication_slot($1, $2)";

/// Drops a slot of this database, if it is there.
pub const DROP_SLOT: &str = "
SELECT pg_catalog.pg_drop_replication_slot(s.slot_name) FROM pg_catalog.pg_replication_slots s
WHERE s.slot_name = $1 AND s.database = pg_catalog.current_database()";

/// The transactions that have written and are open, which a new slot waits for.
pub const READ_WRITERS: &str = "
SELECT pg_catalog.string_agg(
    pg_catalog.format('pid %s (%s, since %s)', a.pid,
        coalesce(nullif(a.application_name, ''), a.usename::text, 'another role'),
        coalesce(a.xact_start::text, 'an unknown time')), ', ' ORDER BY a.xact_start)
FROM pg_catalog.pg_stat_activity a
WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()";

/// Seconds since which the oldest snapshot of another session of the database is held.
pub const READ_OLDEST_SNAPSHOT: &str = "
SELECT pg_catalog.date_part('epoch', pg_catalog.max(pg_catalog.clock_timestamp() - a.xact_start))
FROM pg_catalog.pg_stat_activity a
WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()
  AND a.datname = pg_catalog.current_database()";

/// `publish_via_partition_root` and the operations, which later versions of PostgreSQL may extend.
fn options(via_root: bool) -> String {
    format!("(publish = 'insert, update, delete, truncate', publish_via_partition_root = {via_root})")
}

/// Creates a publication of some tables, marked.
pub fn create_publication(name: &str, tables: &[(String, String)], via_root: bool, mark: &str) -> String {
    let (name, tables, options) = (quote(name), list(tables), options(via_root));
    format!(
        "CREATE PUBLICATION {name} FOR TABLE {tables} WITH {options}; COMMENT ON PUBLICATION {name} IS {}",
        literal(mark)
    )
}

/// Gives a publication exactly some tables.
pub fn alter_publication(name: &str, tables: &[(String, String)], via_root: bool) -> String {
    let (name, tables, options) = (quote(name), list(tables), options(via_root));
    format!("ALTER PUBLICATION {name} SET TABLE {tables}; ALTER PUBLICATION {name} SET {options}")
}

/// `"public"."orders", "public"."products"`.
pub fn list(tables: &[(String, String)]) -> String {
    let names = tables.iter().map(|(schema, name)| qualified(schema, name));
    names.collect::<Vec<_>>().join(", ")
}

/// Updates the shop's row of the heartbeat table. In one message, which is one transaction: it waits for no lock longer
/// than some milliseconds.
pub fn beat(schema: &str, shop: &str, milliseconds: u128) -> String {
    format!(
        "SET LOCAL lock_timeout = {milliseconds};
INSERT INTO {} AS h (shop, beats, at) VALUES ({}, 1, pg_catalog.statement_timestamp())
ON CONFLICT (shop) DO UPDATE SET beats = h.beats + 1::bigint, at = EXCLUDED.at",
        qualified(schema, HEARTBEAT),
        literal(shop)
    )
}
