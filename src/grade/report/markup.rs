//! Text in XML and HTML.
//!
//! Owns its escaping. Must not know any element.

use std::fmt::Write as _;

use crate::text::harmless;

/// A text for the content of an element or an attribute in quotation marks: one line, without characters that XML
/// forbids.
pub fn escaped(text: &str) -> String {
    let mut markup = String::with_capacity(text.len() + 8);
    for character in harmless(text).chars() {
        match character {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            // Controls are harmless already; XML 1.0 allows no other noncharacter of this plane.
            '\u{fffe}' | '\u{ffff}' => {
                // Writing to a String cannot fail.
                let _ = write!(markup, "\\u{{{:x}}}", u32::from(character));
            }
            character => markup.push(character),
        }
    }
    markup
}

/// The same for a text of several lines.
pub fn escaped_lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}
