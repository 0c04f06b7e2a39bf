//! Whether a table's rows fit into PostgreSQL's pages.
//!
//! Owns only this calculation: <https://www.postgresql.org/docs/current/storage-page-layout.html> and
//! <https://www.postgresql.org/docs/current/storage-toast.html>

use crate::config;
use crate::config::problem::Problem;
use crate::plan::{Column, TablePlan};
use crate::value::SqlType;

/// The most columns of a table: <https://www.postgresql.org/docs/current/limits.html>
const MOST_COLUMNS: usize = 1_600;
/// The largest row that a page holds.
const MOST_BYTES: usize = 8_160;
/// The header of a row.
const HEADER: usize = 23;
/// The largest alignment of rows and their parts.
const ALIGNMENT: usize = 8;
/// What a value of variable size takes at most in a row whose long values have been moved out (TOAST).
const VARYING: usize = 24;

/// Reports a table with more columns, or wider rows, than PostgreSQL can store.
pub fn too_wide(table: &config::Table, plan: &TablePlan, problems: &mut Vec<Problem>) {
    let name = &table.name;
    let help = "give the table fewer columns, or split it into two";
    let columns = plan.all_columns().count();
    if columns > MOST_COLUMNS {
        let message = format!(
            "`{}` has {columns} columns with its key and tech fields; PostgreSQL allows {MOST_COLUMNS}",
            name.value
        );
        problems.push(Problem::error(&name.span, message).help(help));
        return;
    }
    let bytes = bytes(plan);
    if bytes > MOST_BYTES {
        let message = format!(
            "a row of `{}` may take {bytes} bytes even with its long values moved out; a PostgreSQL page holds {MOST_BYTES}",
            name.value
        );
        problems.push(Problem::error(&name.span, message).help(help));
    }
}

/// The most bytes that a row takes once its long values are moved out of it.
fn bytes(plan: &TablePlan) -> usize {
    let nulls = plan.columns.iter().any(Column::may_be_null);
    let bitmap = if nulls { plan.all_columns().count().div_ceil(8) } else { 0 };
    let start = (HEADER + bitmap).next_multiple_of(ALIGNMENT);
    let end = plan.all_columns().fold(start, |end, (_, sql_type)| {
        let (alignment, size) = size(sql_type);
        end.next_multiple_of(alignment) + size
    });
    end.next_multiple_of(ALIGNMENT)
}

/// The alignment of a type, and the size of a value, or its maximum if it varies.
fn size(sql_type: &SqlType) -> (usize, usize) {
    match sql_type {
        SqlType::Boolean => (1, 1),
        SqlType::SmallInt => (2, 2),
        SqlType::Int | SqlType::Real | SqlType::Date | SqlType::Enum(_) => (4, 4),
        SqlType::BigInt | SqlType::Double | SqlType::Money => (8, 8),
        SqlType::Time | SqlType::Timestamp | SqlType::TimestampTz => (8, 8),
        SqlType::Interval => (8, 16),
        SqlType::Uuid => (1, 16),
        SqlType::MacAddr => (4, 6),
        // Four bytes a character, and one for the length.
        SqlType::Char(length) | SqlType::Varchar(Some(length)) if *length < 6 => {
            (1, 1 + 4 * *length as usize)
        }
        SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text | SqlType::Numeric(_) => (1, VARYING),
        SqlType::Json | SqlType::Jsonb | SqlType::Bytea => (1, VARYING),
        SqlType::Inet | SqlType::Cidr | SqlType::Array(_) => (1, VARYING),
    }
}
