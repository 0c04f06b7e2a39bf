//! Names of PostgreSQL's schemas, tables, columns and types.

use super::InvalidValue;

/// PostgreSQL cuts longer names: <https://www.postgresql.org/docs/current/sql-syntax-lexical.html>
pub(super) const MOST_NAME_BYTES: usize = 63;

/// Checks that PostgreSQL accepts a text as an identifier.
pub(super) fn check_identifier(what: &str, name: &str) -> Result<(), InvalidValue> {
    let limit = format!("a name has 1 to {MOST_NAME_BYTES} bytes");
    if name.is_empty() {
        return Err(InvalidValue::new(format!("the name of the {what} is empty")).help(limit));
    }
    if name.len() > MOST_NAME_BYTES {
        return Err(InvalidValue::new(format!("the name of the {what} has {} bytes", name.len())).help(limit));
    }
    if name.contains('\0') {
        return Err(InvalidValue::new(format!("the name of the {what} contains a NUL character"))
            .help("PostgreSQL does not allow it in names"));
    }
    Ok(())
}
