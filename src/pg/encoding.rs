//! Whether a database can hold a shop's texts.
//!
//! Owns the rule: UTF8 holds all of them, and SQL_ASCII takes any bytes as they come. Any other encoding holds what is
//! ASCII, and of it more than that is not relied on: LATIN1 has no `ş`.

use super::error::PgError;
use crate::clock::Timeline;
use crate::plan::ShopPlan;
use crate::truth::TableRows;
use crate::value::{Timestamp, Value};

/// The first ticks, and rows of each table, whose texts are looked at. What is drawn later is like them; a rare
/// character that is not among them is refused by the server when it comes.
const TICKS: u64 = 200;
const ROWS: usize = 2_000;

/// Refuses a database whose encoding may not hold what the shop's first rows do.
pub fn check(plan: &ShopPlan, encoding: &str, address: &str) -> Result<(), PgError> {
    // In SQL_ASCII, which `initdb` makes where there is no locale, readers get the bytes that were written.
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
