//! A table that is redrawn in place on a terminal.
//!
//! Owns what fits on the terminal, and the sequences that replace what was drawn before. Pure; must not know what the
//! lines say.

use std::fmt::Write as _;

use console::{measure_text_width, truncate_str};

use super::table::Table;

/// The size of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its lines.
    pub rows: usize,
    /// The characters of a line.
    pub columns: usize,
}

/// The lines that are drawn.
#[derive(Debug, Default)]
pub struct Screen {
    widths: Vec<usize>,
}

impl Screen {
    /// What to write so that these lines stand in place of those before.
    pub fn redraw(&mut self, lines: &[String], size: Size) -> String {
        // A line that fills the terminal's would leave the cursor where clearing takes its last character.
        let width = size.columns.saturating_sub(1).max(1);
        let lines: Vec<_> = lines.iter().map(|line| truncate_str(line, width, "…")).collect();
        // A terminal that became narrower has wrapped what was drawn.
        let drawn: usize = self.widths.iter().map(|width| width.div_ceil(size.columns.max(1)).max(1)).sum();
        // Terminals that know mode 2026 show the whole at once.
        let mut text = String::from("\x1b[?2026h\r");
        if drawn > 0 {
            // Writing to a String cannot fail.
            let _ = write!(text, "\x1b[{drawn}A");
        }
        for line in &lines {
            let _ = write!(text, "{line}\x1b[K\r\n");
        }
        text.push_str("\x1b[J\x1b[?2026l");
        self.widths = lines.iter().map(|line| measure_text_width(line)).collect();
        text
    }
}

/// The lines of a table that fit on a terminal below some others: whole shops, and how many there are more. On a low
/// terminal the first shop's line and that number take the place of the head.
pub fn fit(table: &Table, rows: usize) -> Vec<String> {
    // The cursor stands below the last line.
    let room = rows.saturating_sub(1);
    let all: Vec<String> = table.lines().cloned().collect();
    if all.len() <= room {
        return all;
    }
    let shops = &table.shops;
    // The number of those that are not shown has a line, and the first shop has one.
    let least = usize::from(!shops.is_empty()) + usize::from(shops.len() > 1);
    let mut lines: Vec<String> = table.head.iter().take(room.saturating_sub(least)).cloned().collect();
    let mut left = shops.len();
    for shop in shops {
        let more = usize::from(left > 1);
        let free = room.saturating_sub(lines.len() + more);
        let is_first = left == shops.len();
        if free < shop.len() && !(is_first && free > 0) {
            break;
        }
        lines.extend(shop.iter().take(free).cloned());
        left -= 1;
    }
    if left > 0 && lines.len() < room {
        lines.push(format!("… and {left} more: shopsim status"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Size = Size { rows: 24, columns: 80 };

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    fn table(shops: usize) -> Table {
        let shop = |number| lines(&[&format!("shop-{number}"), "    reason"]);
        Table { head: lines(&["title", "summary", "", "head"]), shops: (1..=shops).map(shop).collect() }
    }

    #[test]
    fn lines_are_rewritten_where_they_stand_and_the_rest_is_cleared() {
        let mut screen = Screen::default();
        let begin = "\x1b[?2026h\r";
        let end = "\x1b[J\x1b[?2026l";
        assert_eq!(screen.redraw(&lines(&["a", "b"]), WIDE), format!("{begin}a\x1b[K\r\nb\x1b[K\r\n{end}"));
        assert_eq!(screen.redraw(&lines(&["c"]), WIDE), format!("{begin}\x1b[2Ac\x1b[K\r\n{end}"));
        assert_eq!(screen.redraw(&lines(&["d"]), WIDE), format!("{begin}\x1b[1Ad\x1b[K\r\n{end}"));
    }

    #[test]
    fn a_line_is_cut_to_the_width_and_its_colours_do_not_count() {
        let mut screen = Screen::default();
        let narrow = Size { rows: 24, columns: 6 };
        let text = screen.redraw(&lines(&["abcdefgh", "\x1b[32mabcde\x1b[0m", "日本日本"]), narrow);
        assert!(text.contains("abcd…\x1b[K") && text.contains("\x1b[32mabcde\x1b[0m\x1b[K"), "{text:?}");
        assert!(text.contains("日本…\x1b[K"), "{text:?}");
    }

    #[test]
    fn lines_that_a_narrower_terminal_has_wrapped_are_replaced_whole() {
        let mut screen = Screen::default();
        screen.redraw(&lines(&[&"x".repeat(70), ""]), WIDE);
        let text = screen.redraw(&lines(&["y"]), Size { rows: 24, columns: 30 });
        assert!(text.contains("\x1b[4A"), "three lines of the first, one of the second: {text:?}");
    }

    #[test]
    fn more_shops_than_lines_are_counted() {
        assert_eq!(fit(&table(3), 11).len(), 10);
        let cut = fit(&table(1000), 11);
        assert_eq!(cut.len(), 9, "whole shops only");
        assert_eq!((cut[7].as_str(), cut[8].as_str()), ("    reason", "… and 998 more: shopsim status"));
        for rows in 0..40 {
            assert!(fit(&table(1000), rows).len() < rows.max(1));
        }
    }

    #[test]
    fn a_low_terminal_shows_the_first_shop_and_how_many_there_are_more_rather_than_the_head() {
        let at = |rows| fit(&table(1000), rows);
        assert_eq!(at(2), ["… and 1000 more: shopsim status"]);
        assert_eq!(at(3), ["shop-1", "… and 999 more: shopsim status"]);
        assert_eq!(at(5), ["title", "summary", "shop-1", "… and 999 more: shopsim status"]);
        for rows in 3..40 {
            let lines = at(rows);
            assert!(lines.iter().any(|line| line == "shop-1"), "{rows}: {lines:?}");
            assert!(lines.last().unwrap().starts_with("… and "), "{rows}: {lines:?}");
        }
        assert_eq!(fit(&table(1), 3), ["title", "shop-1"], "there are no more");
    }
}
