//! The settings of a shop's session, whatever role, database and server have set.
//!
//! Owns which of them decide what is written and read, how fast, and when a session ends. Pure: a text of SQL.
//! What is left as it is found: `default_transaction_read_only`, by which people and hosting services stop all
//! writing, and what says where and as whom tables are made (`role`, `default_tablespace`).

use std::time::Duration;

/// Longest time without a sign of life that the kernel's keepalives can be asked for, in seconds.
const LONGEST_KEEPALIVE: u64 = 32_767;
/// Keepalives that may be lost, and the seconds between two of them.
pub const LOST_KEEPALIVES: (u32, u64) = (3, 2);

/// After how many seconds of silence a side of a connection asks whether the other is there.
pub fn keepalive_seconds(deadline: Duration) -> u64 {
    deadline.as_secs().clamp(1, LONGEST_KEEPALIVE)
}

/// Makes the settings that the server's version knows, in one message.
///
/// A limit of time is taken away first, before anything takes time. `pg_catalog` comes first on the search path,
/// as it does unless it is named on it: otherwise types such as `date` may be somebody else's.
pub fn statements(deadline: Duration, synchronous_commit: bool) -> String {
    let seconds = keepalive_seconds(deadline);
    let (lost, between) = LOST_KEEPALIVES;
    let wait_for_lock = deadline * 3 / 4;
    let deadline = milliseconds(deadline);
    let settings = [
        ("transaction_timeout", "0".to_owned()),
        ("idle_session_timeout", "0".to_owned()),
        // Before the client's own patience ends: who waits for a lock has not lost its server.
        ("lock_timeout", milliseconds(wait_for_lock)),
        ("idle_in_transaction_session_timeout", deadline.clone()),
        // The server notices that the client is gone.
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
        // What a transaction sees, and when it is safe.
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
        // A vacuum between two ticks takes no rests.
        ("vacuum_cost_delay", "0".to_owned()),
        // Nobody reads what is no error.
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

/// Makes the server look now and then, during a statement, whether its client is still there. A statement of its
/// own, since a server on some platforms cannot and says so.
pub fn check_client(deadline: Duration) -> String {
    let every = milliseconds(deadline);
    format!(
        "SELECT pg_catalog.set_config('client_connection_check_interval', '{every}', false) \
         WHERE pg_catalog.current_setting('client_connection_check_interval', true) IS NOT NULL"
    )
}

/// A span as a setting that is a whole number of milliseconds takes it; 0 would turn it off.
fn milliseconds(span: Duration) -> String {
    span.as_millis().clamp(1, i32::MAX as u128).to_string()
}
