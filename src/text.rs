//! Text to be displayed: on a terminal, in a log, on a page.
//!
//! Owns the escaping of untrusted text, and the format of tables, lists, lines, digests and chains of errors. Must not
//! know the meaning of the text.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;
use std::ops::Range;

/// Whether a character may affect the display of other text, or is not displayed: the control characters (C0, U+007F and
/// C1), line and paragraph separators, and Unicode's format characters (`Cf`), which set the direction of writing and can
/// reorder the displayed text, or are invisible, so that two different texts look alike.
///
/// Not those that writing needs: the joiners U+200C and U+200D, between Persian letters and in emoji, and the signs of
/// Arabic, Syriac, Kaithi and hieroglyphs, which are visible or join those around them.
pub fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00ad}'
                | '\u{061c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// A text that cannot break a line, move the cursor or colour a terminal: each [harmful](is_harmful) character is
/// escaped as in Rust, `\n`, `\u{1b}`, and the others are unchanged. For display only: it cannot be read back, because
/// backslashes are not escaped.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match is_harmful(character) {
            true => shown.extend(character.escape_default()),
            false => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

/// A table with a line per row and two spaces between columns; cells are made [harmless]. The columns in `numbers` are
/// aligned to the right, the others to the left.
pub fn columns<const COLUMNS: usize>(rows: &[[String; COLUMNS]], numbers: Range<usize>) -> String {
    let rows: Vec<[Cow<'_, str>; COLUMNS]> =
        rows.iter().map(|row| row.each_ref().map(|cell| harmless(cell))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if numbers.contains(&column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Bytes in hexadecimal, two lower-case digits each.
pub fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// The message of an error and those of its causes, joined by `: `. A cause that the text already
/// contains, as with some libraries, is left out.
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let message = cause.to_string();
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        next = cause.source();
    }
    text
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A text in lines of at most 116 characters, where its words allow it: the first one begins with `first`, the others
/// with `other`.
pub fn wrapped(text: &str, first: &str, other: &str) -> String {
    const WIDTH: usize = 116;
    let (mut lines, mut line, mut empty) = (String::new(), first.to_owned(), true);
    for word in text.split(' ') {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(line.trim_end());
            lines.push('\n');
            (line, empty) = (other.to_owned(), true);
        }
        line.push_str(if empty { "" } else { " " });
        line.push_str(word);
        empty = false;
    }
    lines + line.trim_end() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_moves_the_cursor_or_turns_the_text_around_is_escaped_and_no_letter_is() {
        assert_eq!(harmless("a\nb\r\t\u{1b}[2J\u{7f}\u{9b}1m"), "a\\nb\\r\\t\\u{1b}[2J\\u{7f}\\u{9b}1m");
        assert_eq!(
            harmless("\u{202e}gpj\u{2028}\u{2029}\u{2066}"),
            "\\u{202e}gpj\\u{2028}\\u{2029}\\u{2066}"
        );
        // Invisible ones: a soft hyphen, a space of no width, a joiner of words, a byte order mark, a tag.
        assert_eq!(
            harmless("sh\u{ad}o\u{200b}p\u{2060}-\u{feff}1\u{e0041}"),
            "sh\\u{ad}o\\u{200b}p\\u{2060}-\\u{feff}1\\u{e0041}"
        );
        for text in ["", "shop-1", "Zürich \"日本\" \\ 'x'", "👩\u{200d}🍳", "שלום", "می\u{200c}خواهم"]
        {
            assert!(matches!(harmless(text), Cow::Borrowed(shown) if shown == text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_harmless_text_is_one_line_and_stays_as_it_is(text in any::<String>(), harmful in "[\\x00-\\x1f\\x7f-\\x9f\\u{2028}-\\u{202e}]*") {
            let text = text + &harmful;
            let shown = harmless(&text).into_owned();
            prop_assert!(!shown.contains(is_harmful), "{shown:?}");
            prop_assert!(shown.lines().count() <= 1);
            prop_assert_eq!(&harmless(&shown), &shown);
            let kept: String = text.chars().filter(|character| !is_harmful(*character)).collect();
            prop_assert!(shown.len() >= kept.len());
        }
    }

    #[test]
    fn numbers_stand_to_the_right_and_a_line_break_in_a_cell_breaks_no_line() {
        let rows = [["name", "rows", "at"], ["a\nb", "7", "now"], ["ü", "12345", ""]];
        let rows = rows.map(|row| row.map(str::to_owned));
        assert_eq!(columns(&rows, 1..2), "name   rows  at\na\\nb      7  now\nü     12345\n");
    }

    #[test]
    fn bytes_are_two_digits_each() {
        assert_eq!(hex(&[0, 0x0a, 0xff]), "000aff");
    }

    #[test]
    fn causes_follow_the_message_and_none_is_said_twice() {
        #[derive(Debug, thiserror::Error)]
        #[error("{0}")]
        struct Link(&'static str, #[source] Option<Box<Link>>);
        let link = |message, cause| Some(Box::new(Link(message, cause)));
        let error = Link("cannot log in: no route", link("no route", link("unplugged", None)));
        assert_eq!(with_causes(&error), "cannot log in: no route: unplugged");
    }
}
