//! What is said of a run at its end: one line a shop.
//!
//! Owns the table's form.

use crate::supervise::ShopStatus;

/// The table of a run's outcome, with a heading, each line ended.
pub fn table(shops: &[ShopStatus]) -> String {
    let heading = ["shop", "state", "last tick", "ticks", "inserted", "updated", "deleted", "restarts", "at"];
    let mut lines = vec![heading.map(str::to_owned)];
    lines.extend(shops.iter().map(|shop| {
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        [
            shop.name.clone(),
            shop.phase.to_string(),
            or_dash(shop.last_tick.map(|tick| tick.to_string())),
            shop.ticks_here.to_string(),
            shop.rows().inserted.to_string(),
            shop.rows().updated.to_string(),
            shop.rows().deleted.to_string(),
            shop.restarts.after_failures().to_string(),
            or_dash(shop.at.map(|at| at.to_rfc3339())),
        ]
    }));
    align(&lines)
}

/// Cells in columns, two blanks apart; numbers to the right, the first two columns and the last to the left.
pub fn align<const COLUMNS: usize>(lines: &[[String; COLUMNS]]) -> String {
    // A name may hold a line break; a line of the table must not.
    let plain = |cell: &String| match cell.contains(char::is_control) {
        true => cell.escape_debug().to_string(),
        false => cell.clone(),
    };
    let lines: Vec<[String; COLUMNS]> = lines.iter().map(|line| line.each_ref().map(plain)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 | 1 => format!("{cell:<width$}"),
            _ if column == COLUMNS - 1 => cell.clone(),
            _ => format!("{cell:>width$}"),
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervise::{Durations, Phase, Restarts, TableRows};
    use crate::tick::Counts;
    use crate::value::Timestamp;

    #[test]
    fn the_table_has_a_line_a_shop() {
        let rows = Counts { deleted: 1, updated: 22, inserted: 20_000 };
        let shop = ShopStatus {
            name: "shop-1".to_owned(),
            phase: Phase::Finished,
            open: false,
            last_tick: Some(199),
            at: Some(Timestamp(0)),
            ticks: Some(200),
            ticks_here: 200,
            ticks_failed: 0,
            tables: vec![TableRows { table: "orders".to_owned(), rows }],
            durations: Durations::default(),
            lag: 0,
            due: None,
            spacing: Default::default(),
            restarts: Restarts { transient: 0, panic: 0, waiting: 3 },
            last_error: None,
        };
        let other = ShopStatus {
            name: "b".to_owned(),
            last_tick: None,
            at: None,
            phase: Phase::GivenUp,
            ..shop.clone()
        };
        let expected = "\
shop    state     last tick  ticks  inserted  updated  deleted  restarts  at
shop-1  finished        199    200     20000       22        1         0  1970-01-01T00:00:00Z
b       given up          -    200     20000       22        1         0  -
";
        assert_eq!(table(&[shop, other]), expected);
    }
}
