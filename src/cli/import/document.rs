//! `shops.toml` as text, made of parts that can be left out one by one.
//!
//! Owns how values are written and where each part of the text came from. Must not know what is valid.

use std::fmt::Write as _;
use std::ops::Range;

use super::json::Json;
use crate::config::InvalidValue;
use crate::text::harmless;

/// Columns of a line after which a list is wrapped.
const WIDTH: usize = 100;

/// A line of a table, which may be replaced or left out.
pub struct Entry {
    /// Where it came from: `config.json: tables.orders.columns.price`.
    pub place: String,
    /// The lines of TOML, followed by replacements in case they are invalid, in the order in which they are tried.
    tries: Vec<Try>,
    /// The try that is written; none if past the last one.
    at: usize,
    /// The error of the first.
    wrong: Option<InvalidValue>,
}

struct Try {
    line: String,
    /// Its meaning, for the report.
    meaning: String,
    /// Whether it keeps part of the meaning of the first.
    keeps: bool,
}

/// The fate of a line.
pub enum Fate<'a> {
    /// Written unchanged.
    Written,
    /// Replaced: why, and by what.
    Changed(&'a InvalidValue, &'a str),
    /// Lost: why, and by what it is replaced, if at all.
    Lost(&'a InvalidValue, Option<&'a str>),
}

impl Entry {
    /// A line that is left out if it is invalid.
    pub fn new(place: impl Into<String>, line: impl Into<String>) -> Self {
        let first = Try { line: line.into(), meaning: String::new(), keeps: true };
        Self { place: place.into(), tries: vec![first], at: 0, wrong: None }
    }

    /// Adds a replacement that keeps part of the meaning.
    pub fn or_as(mut self, line: impl Into<String>, meaning: impl Into<String>) -> Self {
        self.tries.push(Try { line: line.into(), meaning: meaning.into(), keeps: true });
        self
    }

    /// Adds a replacement that keeps none of the meaning.
    pub fn or(mut self, line: impl Into<String>, meaning: impl Into<String>) -> Self {
        self.tries.push(Try { line: line.into(), meaning: meaning.into(), keeps: false });
        self
    }

    /// The line as it would be written first.
    pub fn line(&self) -> &str {
        &self.tries[0].line
    }

    /// Switches to the next try; false if there was none left.
    pub fn give_way(&mut self, wrong: InvalidValue) -> bool {
        let gives = self.at < self.tries.len();
        self.at += usize::from(gives);
        self.wrong.get_or_insert(wrong);
        gives
    }

    /// Leaves it out, without trying the replacements.
    pub fn left_out(mut self, wrong: InvalidValue) -> Self {
        self.at = self.tries.len();
        self.wrong = Some(wrong);
        self
    }

    /// Its fate.
    pub fn fate(&self) -> Fate<'_> {
        match (&self.wrong, self.tries.get(self.at)) {
            (None, _) => Fate::Written,
            (Some(wrong), Some(written)) if written.keeps => Fate::Changed(wrong, &written.meaning),
            (Some(wrong), written) => Fate::Lost(wrong, written.map(|written| written.meaning.as_str())),
        }
    }
}

/// A table with its entries.
pub struct Section {
    /// Where it came from. Sections of one place are left out together.
    pub place: String,
    /// The text before the entries.
    pub head: String,
    /// The lines after the head.
    pub entries: Vec<Entry>,
    /// Why it is left out.
    pub left_out: Option<InvalidValue>,
}

impl Section {
    /// A table.
    pub fn new(place: impl Into<String>, head: impl Into<String>, entries: Vec<Entry>) -> Self {
        Self { place: place.into(), head: head.into(), entries, left_out: None }
    }
}

/// The bytes of a part of the text, with its section and its entry (`None`: the head).
pub type Extent = (Range<usize>, (usize, Option<usize>));

/// The whole text, and the extents of its parts.
pub fn render(sections: &[Section]) -> (String, Vec<Extent>) {
    let (mut text, mut extents) = (String::new(), Vec::new());
    for (at, section) in sections.iter().enumerate() {
        if let Some(why) = &section.left_out {
            let entries = section.entries.iter().map(Entry::line);
            let lines: Vec<&str> = std::iter::once(section.head.trim()).chain(entries).collect();
            text.push('\n');
            comment(&mut text, &why.to_string(), &lines.join("\n"));
            continue;
        }
        let start = text.len();
        text.push_str(&section.head);
        extents.push((start..text.len(), (at, None)));
        for (place, entry) in section.entries.iter().enumerate() {
            let start = text.len();
            match entry.tries.get(entry.at) {
                Some(written) => {
                    text.push_str(&written.line);
                    text.push('\n');
                    extents.push((start..text.len(), (at, Some(place))));
                }
                None => {
                    let why = entry.wrong.as_ref().map(InvalidValue::to_string).unwrap_or_default();
                    comment(&mut text, &why, entry.line());
                }
            }
        }
    }
    (text, extents)
}

/// Lines that are left out, and why.
fn comment(text: &mut String, why: &str, lines: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# left out: {}", harmless(why));
    lines.lines().for_each(|line| {
        let _ = writeln!(text, "# {}", harmless(line));
    });
}

/// A key: bare if TOML allows it.
pub fn key(name: &str) -> String {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A string, with `${` escaped, so that it is not read as a variable.
pub fn string(text: &str) -> String {
    quoted(&text.replace("${", "$${"))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A value on one line; `None` if it contains null, which TOML has not.
pub fn inline(value: &Json) -> Option<String> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(value) => value.to_string(),
        Json::Int(value) => value.to_string(),
        // With `.0` if it is whole.
        Json::Float(value) => format!("{value:?}"),
        Json::Text(value) => string(value),
        Json::List(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Option<Vec<_>>>()?.join(", "))
        }
        Json::Object(members) => {
            let member = |(name, value): &(String, Json)| Some(format!("{} = {}", key(name), inline(value)?));
            format!("{{ {} }}", members.iter().map(member).collect::<Option<Vec<_>>>()?.join(", "))
        }
    })
}

/// `name = { type = …, params = { … } }`, with a long list wrapped.
pub fn column(name: &str, members: &[(String, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let line = format!("{} = {{ {} }}", key(name), members.join(", "));
    if line.chars().count() <= WIDTH { line } else { wrapped(&line) }
}

/// Breaks the longest list of a line at its commas: inside of a list TOML takes line breaks anywhere.
fn wrapped(line: &str) -> String {
    let (mut open, mut lists, mut in_string, mut escaped) = (Vec::new(), Vec::new(), false, false);
    let mut commas: Vec<(usize, usize)> = Vec::new();
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' => open.push(at),
            b']' => lists.extend(open.pop().map(|start| start..at)),
            b',' => commas.extend(open.last().map(|list| (at, *list))),
            _ => {}
        }
    }
    let Some(list) = lists.into_iter().max_by_key(ExactSizeIterator::len) else { return line.to_owned() };
    let mut out = line[..=list.start].to_owned();
    let mut from = list.start + 1;
    let mut width = WIDTH;
    for (comma, _) in commas.iter().filter(|(_, start)| *start == list.start) {
        let item = line[from..=*comma].trim();
        if width + item.chars().count() + 1 > WIDTH {
            out.push_str("\n   ");
            width = 3;
        }
        out.push(' ');
        out.push_str(item);
        width += 1 + item.chars().count();
        from = comma + 1;
    }
    let last = line[from..list.end].trim();
    out.push_str(if width + last.chars().count() + 2 > WIDTH { "\n    " } else { " " });
    out.push_str(last);
    out.push_str(",\n");
    out.push_str(&line[list.end..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let nasty = "a\"b\\c\n\t\u{1}é#'[,]";
        let text = format!("{} = {}", key("a key, [with] \"all\""), string(nasty));
        let read: toml::Table = text.parse().unwrap();
        assert_eq!(read.values().next().unwrap().as_str(), Some(nasty));
        assert_eq!(string("${HOME} $x"), "\"$${HOME} $x\"");
        assert_eq!(inline(&Json::List(vec![Json::Float(1.0), Json::Null])), None);
    }

    #[test]
    fn long_lists_are_wrapped_and_mean_the_same() {
        let items: Vec<Json> = (0..60).map(|item| Json::Text(format!("item, [{item}] \"x\""))).collect();
        let params = Json::Object(vec![("elements".to_owned(), Json::List(items))]);
        let members = [("type", "\"text\"".to_owned()), ("params", inline(&params).unwrap())];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        let line = column("c", &members);
        assert!(
            line.lines().count() > 5 && line.lines().all(|line| line.chars().count() <= WIDTH + 20),
            "{line}"
        );
        let read: toml::Table = line.parse().unwrap();
        assert_eq!(read["c"]["params"]["elements"].as_array().unwrap().len(), 60);
    }
}
