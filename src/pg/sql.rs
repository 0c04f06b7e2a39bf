//! The statements of a shop, as text.
//!
//! Owns the SQL. Pure: every identifier is quoted, every value is a parameter. Functions are qualified with their schema,
//! and operators get operands of exactly their types: otherwise one that another user has created in a schema of the
//! search path might match better, and would run with our privileges.

use crate::config::TechKind;
use crate::plan::{ShopPlan, TablePlan, TechColumn};
use crate::value::{EnumType, SqlType};

use super::encode::element_type;
use super::parameters::MASK_BITS;

pub use crate::quoting::{literal, parts, qualified, quote};

/// The schema of shopsim's own state.
pub const STATE_SCHEMA: &str = "shopsim";

/// Creates the tables of shopsim's own state, and adds the columns that earlier versions lack.
///
/// A low fillfactor keeps new versions of a checkpoint's row in its page, because every tick writes one.
pub const CREATE_STATE: &str = "
CREATE TABLE IF NOT EXISTS shopsim.checkpoint (
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
ALTER TABLE shopsim.checkpoint
    ADD COLUMN IF NOT EXISTS anchor_at timestamptz,
    ADD COLUMN IF NOT EXISTS pace text;
COMMENT ON TABLE shopsim.checkpoint IS 'the last committed tick of each shop; written in the transaction of each tick';
CREATE TABLE IF NOT EXISTS shopsim.config (
    shop text PRIMARY KEY,
    settings text[] NOT NULL,
    tables text[] NOT NULL,
    run text NOT NULL
);
COMMENT ON TABLE shopsim.config IS 'the settings that created each shop''s tables, as hashed in the fingerprint of its checkpoint';
CREATE TABLE IF NOT EXISTS shopsim.pause (
    shop text NOT NULL,
    before_tick bigint NOT NULL,
    microseconds bigint NOT NULL,
    PRIMARY KEY (shop, before_tick)
);
COMMENT ON TABLE shopsim.pause IS 'downtimes by which the ticks of a shop were shifted';
";

/// Whether all of them exist and are up to date, and the database's encoding.
pub const FIND_STATE: &str = "
SELECT pg_catalog.count(pg_catalog.to_regclass(pg_catalog.concat('shopsim.', name))) = 3
       AND EXISTS (SELECT FROM pg_attribute
                   WHERE attrelid = pg_catalog.to_regclass('shopsim.checkpoint')::oid AND attname = 'pace'),
       pg_catalog.getdatabaseencoding()::text
FROM pg_catalog.unnest(ARRAY['checkpoint', 'config', 'pause']) AS name";

/// The checkpoint of a shop and the settings that created it. Columns that an earlier version lacks are null.
pub const READ_CHECKPOINT: &str = "
SELECT last_tick, start, anchor, first_tick, live, start_as_given, seed::text, output_version, fingerprint,
       settings, tables, run, (pg_catalog.to_jsonb(c) ->> 'anchor_at'::text)::timestamptz AS anchor_at,
       pg_catalog.to_jsonb(c) ->> 'pace'::text AS pace, pg_catalog.to_jsonb(c) ? 'pace'::text AS is_current
FROM shopsim.checkpoint c JOIN shopsim.config USING (shop) WHERE shop = $1";

/// The downtimes of a shop; those up to a tick are summed into one.
pub const READ_PAUSES: &str = "
SELECT pg_catalog.max(before_tick), pg_catalog.sum(microseconds)::bigint FROM shopsim.pause
WHERE shop = $1 AND before_tick <= $2 HAVING pg_catalog.count(*) > 0
UNION ALL
SELECT before_tick, microseconds FROM shopsim.pause WHERE shop = $1 AND before_tick > $2
ORDER BY 1";

/// The first of some tables that is recorded as another shop's: that shop and the table's quoted name.
pub const FIND_OTHER_OWNER: &str = "
SELECT c.shop, t.name FROM shopsim.config AS c, pg_catalog.unnest(c.tables) AS t(name)
WHERE pg_catalog.arrayoverlap(c.tables, $2::text[]) AND c.shop <> $1 AND t.name = ANY($2::text[])
ORDER BY 1, 2 LIMIT 1";

/// Creates a shop's checkpoint.
pub const CREATE_CHECKPOINT: &str = "
INSERT INTO shopsim.checkpoint
    (shop, start_as_given, seed, output_version, fingerprint)
VALUES ($1, $2, $3::text::numeric, $4, $5)";

/// Records the settings that a shop is created with.
pub const RECORD_CONFIG: &str =
    "INSERT INTO shopsim.config (shop, settings, tables, run) VALUES ($1, $2, $3, $4)";

/// Moves a checkpoint from the previous tick; affects no row if it is at another one.
pub const MOVE_CHECKPOINT: &str = "
UPDATE shopsim.checkpoint
SET last_tick = $2, start = $3, anchor = $4, first_tick = $5, live = $6, start_as_given = $7, anchor_at = $9, pace = $10
WHERE shop = $1 AND last_tick IS NOT DISTINCT FROM $8";

/// Records a downtime.
pub const RECORD_PAUSE: &str =
    "INSERT INTO shopsim.pause (shop, before_tick, microseconds) VALUES ($1, $2, $3)";

/// The columns of some tables of a schema: table, column, type, whether the column is the whole primary key, type OID and
/// modifier, table OID, and column number. Each session runs it once, with cold catalog caches: every joined relation
/// costs more than its rows.
pub const READ_COLUMNS: &str = "
SELECT c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
       coalesce(i.indnkeyatts = 1 AND i.indkey[0] = a.attnum, false), a.atttypid, a.atttypmod, c.oid, a.attnum
FROM pg_class c
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = $1) AND c.relname = ANY($2)
ORDER BY c.relname, a.attnum";

/// Those of some types that are enums or arrays of enums, qualified with their schema, whatever the search path.
pub const NAME_ENUMS: &str = "
SELECT t.oid, pg_catalog.concat(n.nspname, '.', e.typname, CASE WHEN e.oid <> t.oid THEN '[]' END)
FROM pg_type t
JOIN pg_type e ON e.oid = CASE WHEN t.typtype = 'e' THEN t.oid ELSE t.typelem END
JOIN pg_namespace n ON n.oid = e.typnamespace
WHERE t.oid = ANY($1) AND e.typtype = 'e'";

/// A row for each of some tables that still has its name, and for each of some columns that still has its name and
/// type. Run in every tick: each row is one index lookup in a catalog.
pub const FIND_COLUMNS: &str = "
SELECT FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::oid[])) AS e(name, relation)
WHERE e.name::regclass::oid = e.relation
UNION ALL
SELECT FROM ROWS FROM (pg_catalog.unnest($3::oid[]), pg_catalog.unnest($4::int2[]), pg_catalog.unnest($5::text[]),
                       pg_catalog.unnest($6::oid[]), pg_catalog.unnest($7::int[]))
    AS e(relation, number, name, type, modifier)
JOIN pg_attribute a ON a.attrelid = e.relation AND a.attnum = e.number
WHERE a.attname = e.name::name AND a.atttypid = e.type AND a.atttypmod = e.modifier";

/// Begins a tick. Its statements would take the same locks anyway; taken first, they protect the definitions of the
/// tables for the whole tick. A pooler may lead to another backend than the one that holds the shop's lock, where our
/// statement names may belong to another client: then it fails at once, with the SQLSTATE [`OTHER_BACKEND`].
pub fn begin_tick(plan: &ShopPlan, backend: i32) -> String {
    let tables: Vec<String> = plan.tables.iter().map(|table| qualified(&plan.schema, &table.name)).collect();
    let same = format!("pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) {backend}");
    format!(
        "BEGIN; SELECT 1 OPERATOR(pg_catalog./) ({same})::integer; LOCK TABLE {} IN ROW EXCLUSIVE MODE",
        tables.join(", ")
    )
}

/// Division by zero.
pub const OTHER_BACKEND: &str = "22012";

/// The types of a schema with some names: name, OID, and labels, none if it is not an enum.
pub const READ_ENUMS: &str = "
SELECT t.typname::text, t.oid,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = $1 AND t.typname = ANY($2)";

/// The schemas and names of the enums with a certain comment.
pub const READ_MADE_TYPES: &str = "
SELECT n.nspname::text, t.typname::text
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND pg_catalog.obj_description(t.oid, 'pg_type') = $1
ORDER BY 1, 2";

/// The ordinary and partitioned tables among those with some schemas and names.
pub const FIND_TABLES: &str = "
SELECT n.nspname::text, c.relname::text
FROM (SELECT DISTINCT * FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) AS v) AS w(schema, name)
JOIN pg_namespace n ON n.nspname = w.schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
WHERE c.relkind IN ('r', 'p')
ORDER BY 1, 2";

/// Creates a shop's table. Rows that others insert get ids from a sequence above the range that shopsim assigns.
pub fn create_table(schema: &str, table: &TablePlan) -> String {
    let reserved = table.reserved_from();
    let identity = format!("GENERATED BY DEFAULT AS IDENTITY (MINVALUE {reserved} START WITH {reserved})");
    let mut lines = vec![format!("{} {} {identity} PRIMARY KEY", quote(&table.key), table.key_type)];
    lines.extend(table.columns.iter().map(|column| {
        let unique = if column.unique { " UNIQUE" } else { "" };
        format!("{} {}{unique}", quote(&column.name), type_name(schema, &column.sql_type))
    }));
    lines.extend(
        table.tech.iter().map(|tech| {
            format!("{} {} NOT NULL DEFAULT {}", quote(&tech.name), tech.sql_type, default(tech))
        }),
    );
    let (name, fillfactor) = (qualified(schema, &table.name), fillfactor(table));
    format!(
        "CREATE TABLE {name} (\n    {}\n) WITH (fillfactor = {fillfactor}, {AUTOVACUUM})",
        lines.join(",\n    ")
    )
}

/// The value of a tech column in rows that others insert.
fn default(tech: &TechColumn) -> String {
    if tech.kind == TechKind::Version {
        return "1".to_owned();
    }
    let now = match tech.sql_type {
        SqlType::TimestampTz => "pg_catalog.now()",
        _ => "pg_catalog.now() AT TIME ZONE 'UTC'",
    };
    let unit = match tech.cut {
        1 => "microseconds",
        1_000 => "milliseconds",
        _ => "second",
    };
    format!("pg_catalog.date_trunc('{unit}', {now})")
}

/// Creates the indexes of a shop's table, besides that of its key.
pub fn create_indexes(schema: &str, table: &TablePlan) -> Vec<String> {
    let indexed = table.tech.iter().filter(|tech| tech.index);
    let create = |tech: &TechColumn| {
        format!("CREATE INDEX ON {} ({})", qualified(schema, &table.name), quote(&tech.name))
    };
    indexed.map(create).collect()
}

/// Runs autovacuum earlier than by default, and without delays, so that the space of deleted rows is soon reused.
const AUTOVACUUM: &str = "autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0";

/// The percentage of a page that inserts fill, so that it has room for new versions of its rows: an update within the
/// page does not touch the indexes (<https://www.postgresql.org/docs/current/storage-hot.html>).
fn fillfactor(table: &TablePlan) -> u64 {
    let census = table.changes.as_ref().and_then(|changes| changes.census(u64::MAX, 0));
    let by_life =
        census.map_or(0, |census| census.updates.saturating_mul(table.insert_rows) / census.rows.max(1));
    let versions = table.draws_per_tick().saturating_add(by_life).max(1);
    // Rows that change more than once reuse the space of pruned versions.
    (u128::from(table.insert_rows) * 100 / u128::from(versions)).clamp(50, 100) as u64
}

/// Deletes the rows of a half-open range of keys.
pub fn delete(schema: &str, table: &TablePlan) -> String {
    let key = quote(&table.key);
    let key_type = &table.key_type;
    format!(
        "DELETE FROM {} WHERE {key} >= $1::bigint::{key_type} AND {key} < $2::bigint::{key_type}",
        qualified(schema, &table.name)
    )
}

/// Deletes the rows with the keys of an array.
pub fn delete_listed(schema: &str, table: &TablePlan) -> String {
    format!(
        "DELETE FROM {} WHERE {} = ANY ($1::{}[])",
        qualified(schema, &table.name),
        quote(&table.key),
        table.key_type
    )
}

/// Updates the marked columns of many rows. Parameters: an array of keys, the change masks, an array for each column,
/// and `updated_at`.
pub fn update(schema: &str, table: &TablePlan) -> String {
    let masks = table.columns.len().div_ceil(MASK_BITS);
    let array =
        |parameter: usize, sql_type: &SqlType| format!("${}::{}[]", parameter + 1, element_type(sql_type));
    let mut arrays = vec![array(0, &table.key_type)];
    let mut names = vec!["k".to_owned()];
    for mask in 0..masks {
        arrays.push(array(1 + mask, &SqlType::BigInt));
        names.push(format!("m{mask}"));
    }
    let mut assignments = Vec::with_capacity(table.columns.len());
    for (place, column) in table.columns.iter().enumerate() {
        arrays.push(array(1 + masks + place, &column.sql_type));
        names.push(format!("c{place}"));
        let (mask, bit) = (place / MASK_BITS, place % MASK_BITS);
        let name = quote(&column.name);
        let cast = cast(schema, &column.sql_type);
        assignments.push(format!(
            "{name} = CASE WHEN (d.m{mask} >> {bit}) & 1::bigint = 1 THEN d.c{place}{cast} ELSE t.{name} END"
        ));
    }
    for tech in &*table.tech {
        let name = quote(&tech.name);
        match tech.kind {
            TechKind::CreatedAt => {}
            TechKind::UpdatedAt => {
                arrays.push(array(arrays.len(), &tech.sql_type));
                names.push("u".to_owned());
                assignments.push(format!("{name} = d.u"));
            }
            TechKind::Version => {
                assignments.push(format!("{name} = t.{name} OPERATOR(pg_catalog.+) 1::{}", tech.sql_type));
            }
        }
    }
    format!(
        "UPDATE {} AS t SET\n    {}\nFROM {} AS d({}) WHERE t.{} = d.k",
        qualified(schema, &table.name),
        assignments.join(",\n    "),
        side_by_side(&arrays),
        names.join(", "),
        quote(&table.key),
    )
}

/// Unnests arrays as the columns of rows.
fn side_by_side(arrays: &[String]) -> String {
    let unnested: Vec<String> = arrays.iter().map(|array| format!("pg_catalog.unnest({array})")).collect();
    format!("ROWS FROM ({})", unnested.join(", "))
}

/// Inserts a few rows. Parameters: an array of keys, one for each column, and the tech columns of all.
pub fn insert(schema: &str, table: &TablePlan) -> String {
    let array =
        |parameter: usize, sql_type: &SqlType| format!("${}::{}[]", parameter + 1, element_type(sql_type));
    let mut arrays = vec![array(0, &table.key_type)];
    let (mut names, mut values) = (vec!["k".to_owned()], vec!["d.k".to_owned()]);
    for (place, column) in table.columns.iter().enumerate() {
        arrays.push(array(1 + place, &column.sql_type));
        names.push(format!("c{place}"));
        values.push(format!("d.c{place}{}", cast(schema, &column.sql_type)));
    }
    for (parameter, tech) in (1 + arrays.len()..).zip(&*table.tech) {
        // Late rows have a `created_at` of their own.
        if tech.kind == TechKind::CreatedAt && table.changes.is_some() {
            arrays.push(array(parameter - 1, &tech.sql_type));
            names.push("at".to_owned());
            values.push("d.at".to_owned());
        } else {
            values.push(format!("${parameter}::{}", tech.sql_type));
        }
    }
    format!(
        "INSERT INTO {} ({}) SELECT {} FROM {} AS d({})",
        qualified(schema, &table.name),
        columns(table),
        values.join(", "),
        side_by_side(&arrays),
        names.join(", "),
    )
}

/// Reads the rows with keys that shopsim assigns, in binary form, ordered by key, all columns in the table's order.
pub fn read_rows(schema: &str, table: &TablePlan) -> String {
    format!(
        "COPY (SELECT {} FROM {} WHERE {key} < {} ORDER BY {key}) TO STDOUT (FORMAT BINARY)",
        columns(table),
        qualified(schema, &table.name),
        table.reserved_from(),
        key = quote(&table.key),
    )
}

/// Finds the lowest existing key of each table that a later tick assigns: the table's index and the key. `$1`, `$2`, …
/// are the tables' next keys.
pub fn find_id_conflicts(schema: &str, tables: &[TablePlan]) -> String {
    let least = |(place, table): (usize, &TablePlan)| {
        let (key, name) = (quote(&table.key), qualified(schema, &table.name));
        let (parameter, key_type, reserved) = (place + 1, &table.key_type, table.reserved_from());
        format!(
            "SELECT {place} AS place, (SELECT {key}::bigint FROM {name} \
             WHERE {key} >= ${parameter}::bigint::{key_type} AND {key} < {reserved}::{key_type} ORDER BY {key} LIMIT 1) AS id"
        )
    };
    let each: Vec<String> = tables.iter().enumerate().map(least).collect();
    format!("SELECT place, id FROM ({}) AS f WHERE id IS NOT NULL", each.join(" UNION ALL "))
}

/// Counts the rows with keys that shopsim never assigns.
pub fn count_user_rows(schema: &str, table: &TablePlan) -> String {
    let (key, reserved) = (quote(&table.key), table.reserved_from());
    format!("SELECT pg_catalog.count(*) FROM {} WHERE {key} >= {reserved}", qualified(schema, &table.name))
}

/// All columns of a table in its order.
fn columns(table: &TablePlan) -> String {
    let names = table.all_columns().map(|(name, _)| name);
    names.map(quote).collect::<Vec<_>>().join(", ")
}

/// The cast from the type of a parameter's element to the column's. Limits of length and digits are left to the
/// assignment, because a cast would truncate the value instead of rejecting it.
fn cast(schema: &str, sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Enum(_) => format!("::{}", type_name(schema, sql_type)),
        SqlType::Array(element) => match &**element {
            SqlType::Char(_) => "::bpchar[]".to_owned(),
            SqlType::Varchar(_) => "::varchar[]".to_owned(),
            SqlType::Numeric(_) => "::numeric[]".to_owned(),
            // Amounts are plain numbers, whatever the server's currency.
            SqlType::Money => "::numeric[]::money[]".to_owned(),
            _ => format!("::{}", type_name(schema, sql_type)),
        },
        _ => String::new(),
    }
}

/// The SQL name of a type; types that the config declares are in the shop's schema.
pub fn type_name(schema: &str, sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Enum(declared) => qualified(schema, &declared.name),
        SqlType::Array(element) => format!("{}[]", type_name(schema, element)),
        other => other.to_string(),
    }
}

/// Creates a type that the config declares.
pub fn create_type(schema: &str, declared: &EnumType) -> String {
    let labels: Vec<String> = declared.labels.iter().map(|label| literal(label)).collect();
    format!("CREATE TYPE {} AS ENUM ({})", qualified(schema, &declared.name), labels.join(", "))
}

/// Inserts rows in binary form, all columns in the table's order.
pub fn copy(schema: &str, table: &TablePlan) -> String {
    format!("COPY {} ({}) FROM STDIN (FORMAT BINARY)", qualified(schema, &table.name), columns(table))
}
