//! Events as lines: on the terminal for people or machines, and in the files of the shop they tell of.
//!
//! Owns the form of a line and who gets it. An event belongs to the shop that its field `shop` names.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::MultiProgress;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::files::{Detail, ShopFiles, address};
use crate::config::{LogLevel, Logs};
use crate::supervise::WallClock;

/// Lines of one event are handed on in blocks of about so many bytes.
const BLOCK_BYTES: usize = 64 * 1024;
/// Blocks that may wait for the thread that writes the files; then who has more to tell waits, too.
const QUEUE_BLOCKS: usize = 256;

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What the terminal and the files get.
pub struct Settings {
    /// The form of all lines.
    pub format: Format,
    /// The most detailed level that the terminal gets.
    pub terminal: LevelFilter,
    /// The shops' files; `None`: none are written.
    pub files: Option<Logs>,
    /// Stamps the lines.
    pub wall: WallClock,
    /// Progress lines that the terminal's lines must not tear.
    pub bars: MultiProgress,
}

/// Begins to write events. The guard writes out what is under way when it is dropped.
///
/// # Panics
/// If it was begun before in this process.
pub fn begin(settings: Settings) -> Option<WorkerGuard> {
    let (files, guard) = match settings.files {
        Some(logs) => {
            // Not lossy: a learner who looks for a row finds each of its changes.
            let builder = NonBlockingBuilder::default().lossy(false).thread_name("logs");
            let level = match logs.level {
                LogLevel::Info => LevelFilter::INFO,
                LogLevel::Debug => LevelFilter::DEBUG,
            };
            let (writer, guard) = builder.buffered_lines_limit(QUEUE_BLOCKS).finish(ShopFiles::new(logs));
            (Some((Mutex::new(writer), level)), Some(guard))
        }
        None => (None, None),
    };
    let most = files.as_ref().map_or(settings.terminal, |(_, level)| settings.terminal.max(*level));
    let lines = Lines {
        format: settings.format,
        terminal: settings.terminal,
        colour: colour_wanted(),
        files,
        wall: settings.wall,
        bars: settings.bars,
    };
    let ours = Targets::new().with_default(LevelFilter::WARN).with_target("shopsim", most);
    tracing_subscriber::registry().with(lines.with_filter(ours)).init();
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    guard
}

/// Whether what is said on stderr may be coloured: it is a terminal, and `NO_COLOR` is not set
/// (<https://no-color.org>).
pub fn colour_wanted() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
}

struct Lines {
    format: Format,
    terminal: LevelFilter,
    colour: bool,
    /// The writer of the shops' files, and the most detailed level that they get.
    files: Option<(Mutex<NonBlocking>, LevelFilter)>,
    wall: WallClock,
    bars: MultiProgress,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let time = (self.wall)().to_rfc3339_millis();
        if let (Some((files, most)), Some(shop)) = (&self.files, &fields.shop)
            && level <= *most
        {
            let mut message = Vec::new();
            let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
            fields.blocks(self.format, &time, level, false, |lines| {
                // The writer thread says by itself what it cannot write.
                if level <= Level::INFO {
                    address(&mut message, shop, Detail::Info, lines);
                    let _ = files.write_all(&message);
                }
                if *most >= Level::DEBUG {
                    address(&mut message, shop, Detail::Debug, lines);
                    let _ = files.write_all(&message);
                }
            });
        }
        if level <= self.terminal {
            // Nobody could be told that the terminal is gone.
            let write = |lines: &str| drop(std::io::stderr().write_all(lines.as_bytes()));
            self.bars.suspend(|| fields.blocks(self.format, &time, level, self.colour, write));
        }
    }
}

/// The parts of an event.
#[derive(Default)]
struct Fields {
    shop: Option<String>,
    message: String,
    /// Messages of as many events that have all else in common, a line each.
    lines: Option<String>,
    others: Map<String, Value>,
}

impl Fields {
    fn take(&mut self, field: &Field, value: Value) {
        let text = |value: Value| match value {
            Value::String(text) => text,
            value => value.to_string(),
        };
        match field.name() {
            "shop" => self.shop = Some(text(value)),
            "message" => self.message = text(value),
            "lines" => self.lines = Some(text(value)),
            name => drop(self.others.insert(name.to_owned(), value)),
        }
    }

    /// Writes the event, or the events that it stands for, as whole lines.
    fn blocks(&self, format: Format, time: &str, level: Level, colour: bool, mut write: impl FnMut(&str)) {
        let Some(lines) = &self.lines else { return write(&self.line(format, time, level, colour)) };
        let mut block = String::with_capacity(lines.len().min(BLOCK_BYTES) + 4096);
        let (head, tail) = (self.head(time, level, colour), self.tail(colour));
        for line in lines.lines() {
            match format {
                Format::Json => block.push_str(&self.json(time, level, line)),
                Format::Text => block.extend([&head, line, &tail]),
            }
            if block.len() >= BLOCK_BYTES {
                write(&block);
                block.clear();
            }
        }
        write(&block);
    }

    fn line(&self, format: Format, time: &str, level: Level, colour: bool) -> String {
        match format {
            Format::Json => self.json(time, level, &self.message),
            Format::Text => {
                let mut line = self.head(time, level, colour);
                push_on_one_line(&mut line, &self.message);
                line + &self.tail(colour)
            }
        }
    }

    /// `2026-11-22T12:00:00.123Z  INFO shop-1: `
    fn head(&self, time: &str, level: Level, colour: bool) -> String {
        let (dim, bold, plain) = if colour { ("\x1b[2m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
        let hue = match level {
            _ if !colour => "",
            Level::ERROR => "\x1b[31m",
            Level::WARN => "\x1b[33m",
            Level::INFO => "\x1b[32m",
            _ => "\x1b[34m",
        };
        let mut line = format!("{dim}{time}{plain} {hue}{level:>5}{plain} ");
        // Writing to a String cannot fail.
        if let Some(shop) = &self.shop {
            let _ = write!(line, "{bold}{shop}{plain}: ");
        }
        line
    }

    /// ` tick=3 table=orders …`
    fn tail(&self, colour: bool) -> String {
        let (dim, plain) = if colour { ("\x1b[2m", "\x1b[0m") } else { ("", "") };
        let mut line = String::new();
        for (name, value) in &self.others {
            // Writing to a String cannot fail.
            let _ = match value {
                Value::String(text) if !text.contains(|c: char| c == ' ' || c == '"' || c.is_control()) => {
                    write!(line, " {dim}{name}={plain}{text}")
                }
                value => write!(line, " {dim}{name}={plain}{value}"),
            };
        }
        line.push('\n');
        line
    }

    fn json(&self, time: &str, level: Level, message: &str) -> String {
        let mut object = Map::new();
        object.insert("time".to_owned(), time.into());
        object.insert("level".to_owned(), level.as_str().into());
        if let Some(shop) = &self.shop {
            object.insert("shop".to_owned(), shop.as_str().into());
        }
        object.insert("message".to_owned(), message.into());
        object.extend(self.others.clone());
        Value::Object(object).to_string() + "\n"
    }
}

/// Line breaks and the like, which names may hold, in escaped form: an event is one line.
fn push_on_one_line(line: &mut String, text: &str) {
    for character in text.chars() {
        match character.is_control() {
            true => line.extend(character.escape_default()),
            false => line.push(character),
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
        let others = [("tick", 3.into()), ("at", "2026-01-01 00:00:00".into()), ("table", "orders".into())];
        let others =
            others.map(|(name, value): (&str, Value)| (name.to_owned(), value)).into_iter().collect();
        Fields { shop: Some("shop-1".to_owned()), message: "tick".to_owned(), lines: None, others }
    }

    #[test]
    fn a_line_for_people_names_the_shop_first_and_quotes_what_has_blanks() {
        let line = fields().line(Format::Text, "T", Level::INFO, false);
        assert_eq!(line, "T  INFO shop-1: tick tick=3 at=\"2026-01-01 00:00:00\" table=orders\n");
    }

    #[test]
    fn an_event_of_many_lines_is_as_many_events() {
        let lines = Some("update order_id=1\ninsert order_id=2".to_owned());
        let (many, mut text) = (Fields { lines, ..fields() }, String::new());
        many.blocks(Format::Text, "T", Level::DEBUG, false, |block| text.push_str(block));
        let rest = "tick=3 at=\"2026-01-01 00:00:00\" table=orders";
        let expected = ["update order_id=1", "insert order_id=2"];
        assert_eq!(text, expected.map(|line| format!("T DEBUG shop-1: {line} {rest}\n")).concat());
        let mut messages = Vec::new();
        many.blocks(Format::Json, "T", Level::DEBUG, false, |block| {
            let events = block.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            messages.extend(events.map(|event| event["message"].as_str().unwrap().to_owned()));
        });
        assert_eq!(messages, expected);
    }

    #[test]
    fn a_line_for_machines_is_one_json_object() {
        let line = fields().line(Format::Json, "T", Level::WARN, true);
        let expected = r#"{"time":"T","level":"WARN","shop":"shop-1","message":"tick","tick":3,"at":"2026-01-01 00:00:00","table":"orders"}"#;
        assert_eq!(line.trim_end(), expected);
    }
}
