//! The settings of a shop's session, which override those of role, database and server.
//!
//! Owns the settings that affect what is written and read, how fast, and when a session ends. Pure: returns SQL. Not
//! overridden are `default_transaction_read_only`, by which administrators and hosting services stop all writes, and
//! `role` and `default_tablespace`, which determine the owner and place of tables.

use std::time::Duration;

/// The maximum idle time that can be set for the kernel's keepalives, in seconds.
const LONGEST_KEEPALIVE: u64 = 32_767;
/// The number of keepalives that may be lost, and the seconds between two of them.
pub const LOST_KEEPALIVES: (u32, u64) = (3, 2);

/// After how many idle seconds one side of a connection sends a keepalive.
pub fn keepalive_seconds(deadline: Duration) -> u64 {
    deadline.as_secs().clamp(1, LONGEST_KEEPALIVE)
}

/// Applies the settings that the server's version supports, in one message.
///
/// The statement timeout is removed first. `pg_catalog` is put first on the search path, as it is implicitly unless it is
/// named on it: otherwise types such as `date` might be resolved in another schema.
pub fn statements(deadline: Duration, synchronous_commit: bool) -> String {
    let seconds = keepalive_seconds(deadline);
    let (lost, between) = LOST_KEEPALIVES;
    let wait_for_lock = deadline * 3 / 4;
    let deadline = milliseconds(deadline);
    let settings = [
        ("transaction_timeout", "0".to_owned()),
        ("idle_session_timeout", "0".to_owned()),
        // Shorter than the client's deadline: waiting for a lock must not look like a lost server.
        ("lock_timeout", milliseconds(wait_for_lock)),
        ("idle_in_transaction_session_timeout", deadline.clone()),
        // Lets the server notice that the client has disappeared.
        ("tcp_keepalives_idle", seconds.to_string()),
        ("tcp_keepalives_interval", between.to_string()),
        ("tcp_keepalives_count", lost.to_string()),
        ("tcp_user_timeout", deadline),
        // How values are read and written.
        ("TimeZone", "UTC".to_owned()),
        ("DateStyle", "ISO, YMD".to_owned()),
        ("IntervalStyle", "postgres".to_owned()),
        ("bytea_output", "hex".to_owned()),
        ("extra_float_digits", "1".to_owned()),
        ("lc_monetary", "C".to_owned()),
        ("quote_all_identifiers", "off".to_owned()),
        ("standard_conforming_strings", "on".to_owned()),
        ("array_nulls", "on".to_owned()),
        // Visibility and durability of transactions.
        ("default_transaction_isolation", "read committed".to_owned()),
        ("row_security", "on".to_owned()),
        ("synchronous_commit", if synchronous_commit { "on" } else { "off" }.to_owned()),
        // Only key lookups: on a table without statistics the planner would join the keys of an update by hash
        // over a scan of the whole table.
        ("enable_hashjoin", "off".to_owned()),
        ("enable_mergejoin", "off".to_owned()),
        ("enable_seqscan", "off".to_owned()),
        ("enable_nestloop", "on".to_owned()),
        ("enable_indexscan", "on".to_owned()),
        ("plan_cache_mode", "force_generic_plan".to_owned()),
        ("jit", "off".to_owned()),
        // A vacuum between two ticks must not be delayed.
        ("vacuum_cost_delay", "0".to_owned()),
        // Notices are not read.
        ("client_min_messages", "error".to_owned()),
    ];
    let values: Vec<String> = settings.iter().map(|(name, value)| format!("('{name}', '{value}')")).collect();
    format!(
        "SET statement_timeout = 0;
         SELECT pg_catalog.set_config('search_path', pg_catalog.concat('pg_catalog, ', path), false)
         FROM pg_catalog.current_setting('search_path') AS path
         WHERE path OPERATOR(pg_catalog.~~) '%pg_catalog%';
         SELECT pg_catalog.set_config(name, value, false) FROM (VALUES {}) AS v(name, value)
         WHERE pg_catalog.current_setting(name, true) IS NOT NULL",
        values.join(", ")
    )
}

/// Makes the server check periodically, during a statement, whether its client is still connected. A separate statement,
/// because it is an error on platforms that do not support it.
pub fn check_client(deadline: Duration) -> String {
    let every = milliseconds(deadline);
    format!(
        "SELECT pg_catalog.set_config('client_connection_check_interval', '{every}', false) \
         WHERE pg_catalog.current_setting('client_connection_check_interval', true) IS NOT NULL"
    )
}

/// A duration as the value of a setting in milliseconds; at least 1, because 0 would disable it.
fn milliseconds(span: Duration) -> String {
    span.as_millis().clamp(1, i32::MAX as u128).to_string()
}
