//! The statements on shopsim's own tables, as text.
//!
//! Owns their SQL, in which `{state}` stands for their schema. Pure. Must not know what follows from what is read.

use crate::quoting::quote;

/// A statement of this module on the state in a schema.
pub fn within(schema: &str, statement: &str) -> String {
    statement.replace("{state}", &quote(schema))
}

/// Creates the tables of shopsim's own state, and adds the columns that earlier versions lack.
///
/// A low fillfactor keeps new versions of a checkpoint's row in its page, because every tick writes one.
pub const CREATE: &str = "
CREATE TABLE IF NOT EXISTS {state}.checkpoint (
    shop text PRIMARY KEY,
    last_tick bigint,
    start timestamptz,
    anchor timestamptz,
    first_tick bigint NOT NULL DEFAULT 0,
    live boolean NOT NULL DEFAULT false,
    start_as_given text NOT NULL,
    seed numeric(20) NOT NULL,
    output_version integer NOT NULL,
    fingerprint text NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
ALTER TABLE {state}.checkpoint
    ADD COLUMN IF NOT EXISTS anchor_at timestamptz,
    ADD COLUMN IF NOT EXISTS pace text;
COMMENT ON TABLE {state}.checkpoint IS 'the last committed tick of each shop; written in the transaction of each tick';
CREATE TABLE IF NOT EXISTS {state}.config (
    shop text PRIMARY KEY,
    settings text[] NOT NULL,
    tables text[] NOT NULL,
    run text NOT NULL
);
COMMENT ON TABLE {state}.config IS 'the settings that created each shop''s tables, as hashed in the fingerprint of its checkpoint';
CREATE TABLE IF NOT EXISTS {state}.pause (
    shop text NOT NULL,
    before_tick bigint NOT NULL,
    microseconds bigint NOT NULL,
    PRIMARY KEY (shop, before_tick)
);
COMMENT ON TABLE {state}.pause IS 'downtimes by which the ticks of a shop were shifted';
";

/// Whether all of them exist in a quoted schema and are up to date, and the database's encoding.
pub const FIND: &str = "
SELECT pg_catalog.count(pg_catalog.to_regclass(pg_catalog.concat($1::text, '.', name))) = 3
       AND EXISTS (SELECT FROM pg_attribute
                   WHERE attrelid = pg_catalog.to_regclass(pg_catalog.concat($1::text, '.checkpoint'))::oid
                       AND attname = 'pace'),
       pg_catalog.getdatabaseencoding()::text
FROM pg_catalog.unnest(ARRAY['checkpoint', 'config', 'pause']) AS name";

/// The checkpoint of a shop and the settings that created it. Columns that an earlier version lacks are null.
pub const READ_CHECKPOINT: &str = "
SELECT last_tick, start, anchor, first_tick, live, start_as_given, seed::text, output_version, fingerprint,
       settings, tables, run, (pg_catalog.to_jsonb(c) ->> 'anchor_at'::text)::timestamptz AS anchor_at,
       pg_catalog.to_jsonb(c) ->> 'pace'::text AS pace, pg_catalog.to_jsonb(c) ? 'pace'::text AS is_current
FROM {state}.checkpoint c JOIN {state}.config USING (shop) WHERE shop = $1";

/// The downtimes of a shop; those up to a tick are summed into one.
pub const READ_PAUSES: &str = "
SELECT pg_catalog.max(before_tick), pg_catalog.sum(microseconds)::bigint FROM {state}.pause
WHERE shop = $1 AND before_tick <= $2 HAVING pg_catalog.count(*) > 0
UNION ALL
SELECT before_tick, microseconds FROM {state}.pause WHERE shop = $1 AND before_tick > $2
ORDER BY 1";

/// The schemas with a state that may be read: that of some name, and then those that this role has made. What other roles
/// have made is not believed: it would decide what a reset drops.
pub const FIND_ALL: &str = "
SELECT n.nspname::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class o ON o.relname = 'config' AND o.relnamespace = n.oid
WHERE c.relname = 'checkpoint' AND c.relkind = 'r' AND o.relkind = 'r' AND (n.nspname = $1
    OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = current_user AND r.oid = c.relowner AND r.oid = o.relowner)
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'start_as_given')
    AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = o.oid AND attname = 'settings'))
ORDER BY n.nspname <> $1, n.nspname";

/// The first of some tables that is recorded as another shop's: that shop and the table's quoted name.
pub const FIND_OTHER_OWNER: &str = "
SELECT c.shop, t.name FROM {state}.config AS c, pg_catalog.unnest(c.tables) AS t(name)
WHERE pg_catalog.arrayoverlap(c.tables, $2::text[]) AND c.shop <> $1 AND t.name = ANY($2::text[])
ORDER BY 1, 2 LIMIT 1";

/// Creates a shop's checkpoint.
pub const CREATE_CHECKPOINT: &str = "
INSERT INTO {state}.checkpoint
    (shop, start_as_given, seed, output_version, fingerprint)
VALUES ($1, $2, $3::text::numeric, $4, $5)";

/// Records the settings that a shop is created with.
pub const RECORD_CONFIG: &str =
    "INSERT INTO {state}.config (shop, settings, tables, run) VALUES ($1, $2, $3, $4)";

/// Moves a checkpoint from the previous tick; affects no row if it is at another one.
pub const MOVE_CHECKPOINT: &str = "
UPDATE {state}.checkpoint
SET last_tick = $2, start = $3, anchor = $4, first_tick = $5, live = $6, start_as_given = $7, anchor_at = $9, pace = $10
WHERE shop = $1 AND last_tick IS NOT DISTINCT FROM $8";

/// Records a downtime.
pub const RECORD_PAUSE: &str =
    "INSERT INTO {state}.pause (shop, before_tick, microseconds) VALUES ($1, $2, $3)";

/// Deletes what is recorded of a shop.
pub const FORGET: [&str; 3] = [
    "DELETE FROM {state}.pause WHERE shop = $1",
    "DELETE FROM {state}.checkpoint WHERE shop = $1",
    "DELETE FROM {state}.config WHERE shop = $1",
];
