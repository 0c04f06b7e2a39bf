//! Whether a database can hold a shop's texts.
//!
//! Owns the rule: UTF8 holds all of them, and SQL_ASCII accepts any bytes. Other encodings are only used for ASCII texts,
//! because they lack characters: LATIN1 has no `ş`.

use super::error::PgError;
use crate::clock::Timeline;
use crate::plan::ShopPlan;
use crate::truth::TableRows;
use crate::value::{Timestamp, Value};

/// The first ticks, and rows of each table, whose texts are checked. Later ones are similar; a rare character that does
/// not occur in them is rejected by the server later.
const TICKS: u64 = 200;
const ROWS: usize = 2_000;

/// Refuses a database whose encoding may not hold the texts of the shop's first rows.
pub fn check(plan: &ShopPlan, encoding: &str, address: &str) -> Result<(), PgError> {
    // With SQL_ASCII, the default of `initdb` without a locale, readers get the bytes that were written.
    if matches!(encoding, "UTF8" | "SQL_ASCII") {
        return Ok(());
    }
    let timeline = Timeline::new(Timestamp(0), plan.interval, &[]);
    for (place, table) in plan.tables.iter().enumerate() {
        let mut rows = TableRows::inserted_by(plan, &timeline, place, 0..TICKS, 0);
        let mut seen = 0;
        while seen < ROWS
            && let Some(chunk) = rows.next_chunk()
        {
            seen += chunk.count();
            for (row, column) in
                chunk.rows().flat_map(|row| (0..table.columns.len()).map(move |at| (row, at)))
            {
                let value = row.value(column);
                let (Value::Text(_) | Value::Json(_) | Value::Array(_)) = value else { continue };
                let text = value.to_string();
                if !text.is_ascii() {
                    return Err(PgError::Encoding {
                        address: address.to_owned(),
                        encoding: encoding.to_owned(),
                        table: table.name.clone(),
                        column: table.columns[column].name.clone(),
                        text: text.chars().take(40).collect(),
                    });
                }
            }
        }
    }
    Ok(())
}
