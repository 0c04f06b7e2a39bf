//! The format of a log line: text or JSON.
//!
//! Owns the parts around a message, and that an event is one line. Must not know where it is written.

use std::fmt::Write as _;

use serde_json::Value as Json;
use tracing::Level;
use tracing::field::{Field, Visit};

use crate::text::{harmless, is_harmful};

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Text,
    /// One JSON object per line.
    Json,
}

/// The style of the lines of one log.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Their format.
    pub format: Format,
    /// Whether text is coloured; JSON never is.
    pub colour: bool,
}

/// The parts before and after a message, shared by lines that differ only in the message.
pub struct Frame {
    /// Its format.
    pub format: Format,
    /// `2026-11-22T12:00:00.123Z  INFO shop-1: `
    pub before: String,
    /// ` tick=3 table=orders`, and the end of the line.
    pub after: String,
}

impl Style {
    /// The frame of a line.
    pub fn frame(self, time: &str, level: Level, shop: Option<&str>, fields: &[(&str, Json)]) -> Frame {
        let (mut before, mut after) = (String::new(), String::new());
        match self.format {
            Format::Text => self.text(&mut before, &mut after, time, level, shop, fields),
            Format::Json => {
                let mut member = |name: &str, value: &Json| {
                    let _ = write!(before, "{}:{value},", Json::from(name));
                };
                member("time", &time.into());
                member("level", &level.as_str().into());
                if let Some(shop) = shop {
                    member("shop", &shop.into());
                }
                before = format!("{{{before}\"message\":");
                for (name, value) in fields {
                    // Writing to a String cannot fail, here and below.
                    let _ = write!(after, ",{}:{value}", Json::from(*name));
                }
                after.push_str("}\n");
            }
        }
        Frame { format: self.format, before, after }
    }

    fn text(
        self,
        before: &mut String,
        after: &mut String,
        time: &str,
        level: Level,
        shop: Option<&str>,
        fields: &[(&str, Json)],
    ) {
        let (dim, bold, plain) = if self.colour { ("\x1b[2m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
        let hue = match level {
            _ if !self.colour => "",
            Level::ERROR => "\x1b[31m",
            Level::WARN => "\x1b[33m",
            Level::INFO => "\x1b[32m",
            _ => "\x1b[34m",
        };
        let _ = write!(before, "{dim}{time}{plain} {hue}{:>5}{plain} ", level.as_str());
        if let Some(shop) = shop {
            let _ = write!(before, "{bold}{shop}{plain}: ");
        }
        for (name, value) in fields {
            let _ = match value {
                Json::String(text) if !text.contains(|c| c == ' ' || c == '"' || is_harmful(c)) => {
                    write!(after, " {dim}{name}={plain}{text}")
                }
                // JSON escapes less.
                value => write!(after, " {dim}{name}={plain}{}", harmless(&value.to_string())),
            };
        }
        after.push('\n');
    }
}

impl Frame {
    /// Adds a line with a message.
    pub fn push(&self, lines: &mut String, message: &str) {
        lines.push_str(&self.before);
        match self.format {
            Format::Text => push_on_one_line(lines, message),
            Format::Json => {
                // Writing to a String cannot fail.
                let _ = write!(lines, "{}", Json::from(message));
            }
        }
        lines.push_str(&self.after);
    }
}

/// Adds a text with line breaks and control characters escaped: an event is one line.
pub fn push_on_one_line(line: &mut String, text: &str) {
    line.push_str(&harmless(text));
}

/// The parts of an event.
#[derive(Debug, Default)]
pub struct Fields {
    /// The shop that it belongs to.
    pub shop: Option<String>,
    /// What happened.
    pub message: String,
    /// All else, in the order of the event.
    pub others: Vec<(&'static str, Json)>,
}

impl Fields {
    /// The event as a line.
    pub fn line(&self, style: Style, time: &str, level: Level) -> String {
        let mut line = String::new();
        style.frame(time, level, self.shop.as_deref(), &self.others).push(&mut line, &self.message);
        line
    }

    fn take(&mut self, field: &Field, value: Json) {
        let text = |value: Json| match value {
            Json::String(text) => text,
            value => value.to_string(),
        };
        match field.name() {
            "shop" => self.shop = Some(text(value)),
            "message" => self.message = text(value),
            name => self.others.push((name, value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.take(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.take(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.take(field, value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        let others =
            vec![("tick", 3.into()), ("at", "2026-01-01 00:00:00".into()), ("table", "orders".into())];
        Fields { shop: Some("shop-1".to_owned()), message: "tick\n".to_owned(), others }
    }

    #[test]
    fn a_line_for_people_names_the_shop_first_and_quotes_what_has_blanks() {
        let line = fields().line(Style { format: Format::Text, colour: false }, "T", Level::INFO);
        assert_eq!(line, "T  INFO shop-1: tick\\n tick=3 at=\"2026-01-01 00:00:00\" table=orders\n");
    }

    #[test]
    fn no_part_of_a_line_for_people_breaks_it_or_turns_it_around() {
        let others = vec![("table", "a\u{85}b".into()), ("error", "a \u{202e}b\u{9b}2J".into())];
        let fields = Fields { shop: None, message: "no \u{202e}answer\u{2028}".to_owned(), others };
        let line = fields.line(Style { format: Format::Text, colour: false }, "T", Level::INFO);
        let expected =
            "T  INFO no \\u{202e}answer\\u{2028} table=\"a\\u{85}b\" error=\"a \\u{202e}b\\u{9b}2J\"\n";
        assert_eq!(line, expected);
    }

    #[test]
    fn a_line_for_machines_is_one_json_object() {
        let line = fields().line(Style { format: Format::Json, colour: true }, "T", Level::WARN);
        let expected = r#"{"time":"T","level":"WARN","shop":"shop-1","message":"tick\n","tick":3,"at":"2026-01-01 00:00:00","table":"orders"}"#;
        assert_eq!(line.trim_end(), expected);
    }
}
