//! The queries that read the facts, each row as one JSON object.
//!
//! Owns their SQL. Rows of catalogs whose columns differ by version are taken whole, as `to_jsonb` gives them: what a
//! version does not have is missing, and no error. Pure: returns SQL.

use super::checks::Asked;
use crate::quoting::literal;

/// The settings that checks look at, of any version.
const SETTINGS: [&str; 23] = [
    "wal_level",
    "effective_wal_level",
    "max_replication_slots",
    "max_wal_senders",
    "max_connections",
    "superuser_reserved_connections",
    "reserved_connections",
    "hot_standby_feedback",
    "sync_replication_slots",
    "ssl",
    "listen_addresses",
    "TimeZone",
    "max_slot_wal_keep_size",
    "idle_replication_slot_timeout",
    "wal_sender_timeout",
    "statement_timeout",
    "transaction_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "logical_decoding_work_mem",
    "synchronous_commit",
    "wal_writer_delay",
    "default_transaction_read_only",
];

/// The end of the log that can be read.
pub const LOG_END: &str =
    "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END";

/// The role that is examined, by its id; NULL if there is none.
fn role(asked: &Asked) -> String {
    match &asked.role {
        Some(role) => format!("(SELECT oid FROM pg_roles WHERE rolname = {})", literal(role)),
        None => "(SELECT oid FROM pg_roles WHERE rolname = session_user)".to_owned(),
    }
}

/// `Server`. A setting of the connection comes through only if nobody is between.
pub fn server(asked: &Asked) -> String {
    format!(
        "SELECT jsonb_build_object(
            'version', current_setting('server_version_num')::int,
            'version_text', current_setting('server_version'),
            'database', current_database(),
            'session_role', session_user,
            'in_recovery', pg_is_in_recovery(),
            'encoding', current_setting('server_encoding'),
            'now', extract(epoch FROM clock_timestamp()),
            'direct', coalesce(current_setting('shopsim.doctor', true) = 'on', false),
            'schema_exists', EXISTS (SELECT FROM pg_namespace WHERE nspname = {}),
            'provider_roles', (SELECT coalesce(jsonb_agg(rolname), '[]') FROM pg_roles
                WHERE rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin')),
            'sees_rules', has_table_privilege(to_regclass('pg_catalog.pg_hba_file_rules'), 'SELECT')
                AND has_function_privilege(to_regprocedure('pg_catalog.pg_hba_file_rules()'), 'EXECUTE'),
            'sees_activity', pg_has_role(session_user, 'pg_read_all_stats', 'USAGE')
        )::text",
        literal(&asked.schema)
    )
}

/// `Setting`: what a session begins with, whatever this one has set.
pub fn settings() -> String {
    let names: Vec<String> = SETTINGS.iter().map(|name| literal(name)).collect();
    format!(
        "SELECT jsonb_build_object('name', name, 'value', reset_val, 'unit', unit, 'context', context,
            'pending_restart', pending_restart)::text
         FROM pg_settings WHERE name IN ({})",
        names.join(", ")
    )
}

/// `RoleSetting`, the most specific first: of the role in the database, of the role, of the database, of all.
pub fn role_settings(asked: &Asked) -> String {
    let role = role(asked);
    format!(
        "SELECT jsonb_build_object('name', split_part(s.entry, '=', 1),
            'value', substr(s.entry, strpos(s.entry, '=') + 1),
            'examined', d.setrole IN (0, {role}))::text
         FROM pg_db_role_setting d CROSS JOIN unnest(d.setconfig) AS s(entry)
         WHERE d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
            AND d.setrole IN (0, {role}, (SELECT oid FROM pg_roles WHERE rolname = session_user))
         ORDER BY d.setrole = 0, d.setdatabase = 0"
    )
}

/// `Role`; no row if there is none.
pub fn role_facts(asked: &Asked) -> String {
    let (role, schema) = (role(asked), literal(&asked.schema));
    let member = |name: &str| {
        format!(
            "CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')
             THEN pg_has_role(r.oid, (SELECT oid FROM pg_roles WHERE rolname = '{name}'), 'MEMBER') END"
        )
    };
    format!(
        "SELECT jsonb_build_object(
            'name', r.rolname, 'superuser', r.rolsuper, 'replication', r.rolreplication, 'login', r.rolcanlogin,
            'bypass_row_security', r.rolbypassrls,
            'replication_of_group', (SELECT min(g.rolname::text) FROM pg_roles g
                WHERE g.rolreplication AND g.oid <> r.oid AND pg_has_role(r.oid, g.oid, 'MEMBER')),
            'rds_replication', {},
            'rds_superuser', {},
            'connect', has_database_privilege(r.oid, current_database(), 'CONNECT'),
            'create', has_database_privilege(r.oid, current_database(), 'CREATE'),
            'schema_usage', (SELECT has_schema_privilege(r.oid, n.oid, 'USAGE') FROM pg_namespace n
                WHERE n.nspname = {schema}),
            'schema_create', (SELECT has_schema_privilege(r.oid, n.oid, 'CREATE') FROM pg_namespace n
                WHERE n.nspname = {schema}),
            'state_schema', (SELECT has_schema_privilege(r.oid, n.oid, 'USAGE')
                    AND has_schema_privilege(r.oid, n.oid, 'CREATE')
                FROM pg_namespace n WHERE n.nspname = {})
        )::text
        FROM pg_roles r WHERE r.oid = {role}",
        member("rds_replication"),
        member("rds_superuser"),
        literal(&asked.state_schema),
    )
}

/// The tables that were asked for, and the partitions that hold their rows, with the table that they are of.
fn wanted(asked: &Asked) -> String {
    let which = match &asked.tables {
        None => "c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition".to_owned(),
        Some(names) => {
            let names: Vec<String> = names.iter().map(|name| literal(name)).collect();
            let names = if names.is_empty() { "NULL".to_owned() } else { names.join(", ") };
            format!("c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relname IN ({names})")
        }
    };
    format!(
        "WITH asked AS (
            SELECT c.oid, c.relkind, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = {} AND {which}
        ), wanted AS (
            SELECT oid, NULL::jsonb AS partition_of FROM asked
            UNION ALL
            SELECT p.relid, jsonb_build_array(a.nspname, a.relname)
            FROM asked a CROSS JOIN pg_partition_tree(a.oid) p WHERE a.relkind = 'p' AND p.isleaf AND p.relid <> a.oid
        )",
        literal(&asked.schema)
    )
}

/// `Table`. An identity by an index that is gone is none.
pub fn tables(asked: &Asked) -> String {
    let (wanted, role) = (wanted(asked), role(asked));
    let unique = "pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid AND NOT i.indisprimary
                    AND i.indpred IS NULL AND i.indexprs IS NULL
                    AND (SELECT bool_and(a.attnotnull) FROM pg_attribute a
                        WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[]))";
    format!(
        "{wanted}, examined AS (SELECT {role} AS oid)
        SELECT jsonb_build_object(
            'schema', n.nspname, 'name', c.relname, 'kind', c.relkind, 'persistence', c.relpersistence,
            'identity', CASE WHEN c.relreplident = 'i' AND NOT EXISTS (
                SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident) THEN 'gone' ELSE c.relreplident::text END,
            'partition_of', w.partition_of,
            'owned', pg_has_role(e.oid, c.relowner, 'USAGE'),
            'select', has_table_privilege(e.oid, c.oid, 'SELECT'),
            'row_security', c.relrowsecurity AND (c.relforcerowsecurity OR NOT pg_has_role(e.oid, c.relowner, 'USAGE')),
            'primary_key', EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary),
            'unique_index', (SELECT min(x.relname::text) FROM {unique}),
            'key_index', (SELECT min(x.relname::text) FROM {unique}
                AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
                AND 0 = ALL (i.indoption::int2[])
                AND (SELECT bool_and(o.opcdefault) FROM pg_opclass o WHERE o.oid = ANY (i.indclass::oid[]))),
            'toast_bytes', CASE WHEN c.reltoastrelid <> 0 THEN pg_relation_size(c.reltoastrelid) END,
            'row_bytes', CASE WHEN c.reltuples > 0 AND c.relpages > 0
                THEN c.relpages * current_setting('block_size')::float8 / c.reltuples END,
            'update_trigger', EXISTS (SELECT FROM pg_trigger t
                WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 18 = 18),
            'indexed', (SELECT coalesce(jsonb_agg(a.attname), '[]') FROM pg_index i
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE i.indrelid = c.oid),
            'columns', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'name', a.attname, 'sql_type', format_type(a.atttypid, a.atttypmod), 'type_kind', t.typtype,
                    'toastable', a.attlen = -1 AND a.attstorage IN ('x', 'e', 'm') AND a.attnum > 0,
                    'generated', a.attgenerated) ORDER BY a.attnum), '[]')
                FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
        )::text
        FROM wanted w JOIN pg_class c ON c.oid = w.oid JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN examined e
        ORDER BY n.nspname, c.relname"
    )
}

/// `Publication`.
pub const PUBLICATIONS: &str = "SELECT to_jsonb(p)::text FROM pg_publication p ORDER BY p.pubname";

/// What tables of a heartbeat are called: Debezium's and Airbyte's by habit, Estuary's by default.
const HEARTBEATS: &str = "heartbeat|flow_watermarks";

/// `Published`: the tables that were asked for, their partitions, and those of heartbeats.
pub fn published(asked: &Asked) -> String {
    format!(
        "{} SELECT to_jsonb(t)::text FROM pg_publication_tables t
         WHERE t.tablename ~* '{HEARTBEATS}' OR (t.schemaname, t.tablename) IN (
            SELECT n.nspname, c.relname FROM wanted w JOIN pg_class c ON c.oid = w.oid
            JOIN pg_namespace n ON n.oid = c.relnamespace)",
        wanted(asked)
    )
}

/// `Heartbeat`.
pub fn heartbeats(asked: &Asked) -> String {
    let role = role(asked);
    format!(
        "SELECT jsonb_build_object('schema', n.nspname, 'name', c.relname,
            'write', has_schema_privilege({role}, n.oid, 'USAGE') AND has_table_privilege({role}, c.oid, 'INSERT')
                AND has_table_privilege({role}, c.oid, 'UPDATE'))::text
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND c.relname ~* '{HEARTBEATS}'
         ORDER BY n.nspname, c.relname LIMIT 10"
    )
}

/// `Slot`.
pub fn slots() -> String {
    format!(
        "SELECT (to_jsonb(s) || jsonb_build_object(
            'held', pg_wal_lsn_diff({LOG_END}, s.restart_lsn)::bigint,
            'inactive_seconds', extract(epoch FROM
                clock_timestamp() - (to_jsonb(s) ->> 'inactive_since')::timestamptz)))::text
         FROM pg_replication_slots s ORDER BY s.slot_name"
    )
}

/// `Activity`, but for its lists and what later versions have.
pub const ACTIVITY: &str = "
SELECT jsonb_build_object(
    'clients', CASE WHEN pg_has_role(session_user, 'pg_read_all_stats', 'USAGE')
        THEN (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
        -- Of other roles' sessions only their number is seen.
        ELSE (SELECT sum(numbackends) FROM pg_stat_database) END,
    'senders', (SELECT count(*) FROM pg_stat_replication),
    'standbys', (SELECT count(*) FROM pg_replication_slots WHERE slot_type = 'physical')
        + (SELECT count(*) FROM pg_stat_replication r WHERE NOT EXISTS (
            SELECT FROM pg_replication_slots s WHERE s.active_pid = r.pid)),
    'written_here', (SELECT sum(tup_inserted + tup_updated + tup_deleted) FROM pg_stat_database
        WHERE datname = current_database()),
    'written_elsewhere', (SELECT coalesce(sum(tup_inserted + tup_updated + tup_deleted), 0) FROM pg_stat_database
        WHERE datname <> current_database())
)::text";

/// `Transaction`, as far as the role may see them.
pub const TRANSACTIONS: &str = "
SELECT jsonb_build_object('pid', pid, 'role', usename, 'application', application_name,
    'seconds', extract(epoch FROM clock_timestamp() - xact_start))::text
FROM pg_stat_activity
WHERE xact_start IS NOT NULL AND backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY xact_start LIMIT 20";

/// `Prepared`.
pub const PREPARED: &str = "
SELECT jsonb_build_object('gid', gid, 'database', database,
    'seconds', extract(epoch FROM clock_timestamp() - prepared))::text
FROM pg_prepared_xacts ORDER BY prepared LIMIT 20";

/// Bytes that decoding has spilled; 14 and later.
pub const SPILLED: &str = "SELECT coalesce(sum(spill_bytes), 0)::text FROM pg_stat_replication_slots";

/// `Rule`.
pub const RULES: &str = "SELECT to_jsonb(r)::text FROM pg_hba_file_rules r ORDER BY r.line_number LIMIT 1000";

/// The end of the log in bytes, and the time in seconds.
pub fn log_end() -> String {
    format!("SELECT pg_wal_lsn_diff({LOG_END}, '0/0')::text, extract(epoch FROM clock_timestamp())::text")
}
