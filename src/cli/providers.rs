//! `shopsim providers`: which providers there are, what they take, what their values look like.
//!
//! Owns the two forms. Needs no config: the samples are of a fixed key and a fixed time, the same ever.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value as Json, json};

use crate::faker::{self, Compiled, Draw, Generator, Locale, Preset, Provider, Scope};
use crate::stream::{Key, Stream};
use crate::suggest;
use crate::value::Timestamp;

const EXAMPLES: &str = "\
The names are those of Python Faker. What a provider takes is given as `params` in a column's table.

Examples:
  shopsim providers
  shopsim providers date               all whose name holds `date`
  shopsim providers random_int         one, with its params
  shopsim providers --format json | jq -r '.[].name'";

/// `shopsim providers`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A provider's name, or a part of the names of some; left out: all
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    format: Format,
}

/// A form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line a provider; all about it where one is asked for by its name
    Table,
    /// An array with an object a provider
    Json,
}

/// Most characters of a sample in a line with others.
const SHORT: usize = 24;
/// How many samples are shown.
const SAMPLES: usize = 3;

/// The providers that are asked for, or what to say where there is none.
pub fn chosen(arguments: &Arguments) -> Result<Vec<&'static Provider>, String> {
    let Some(name) = &arguments.name else { return Ok(faker::providers().collect()) };
    if let Some(provider) = faker::find(name, Locale::default()) {
        return Ok(vec![provider]);
    }
    let part = name.to_lowercase();
    let some: Vec<_> = faker::providers().filter(|provider| provider.name.contains(&part)).collect();
    if !some.is_empty() {
        return Ok(some);
    }
    let help = match suggest::nearest(name, faker::providers().map(|provider| provider.name)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`shopsim providers` lists all".to_owned(),
    };
    Err(format!("error: no provider is called `{}`, nor has it in its name\n  help: {help}\n", tame(name)))
}

/// Prints the providers.
pub fn providers(arguments: &Arguments, chosen: &[&'static Provider], out: &mut dyn Write) -> io::Result<()> {
    match (arguments.format, chosen) {
        (Format::Json, _) => {
            let all: Vec<Json> = chosen.iter().map(|provider| object(provider)).collect();
            serde_json::to_writer_pretty(&mut *out, &all)?;
            writeln!(out)
        }
        (Format::Table, [one]) => describe(one, out),
        (Format::Table, some) => table(some, out),
    }
}

/// One provider in all detail.
fn describe(provider: &Provider, out: &mut dyn Write) -> io::Result<()> {
    let (kind, samples) = shown(provider);
    writeln!(out, "{}: {}", provider.name, provider.summary)?;
    writeln!(out, "  kind     {kind}")?;
    if provider.params.is_empty() {
        writeln!(out, "  params   none")?;
    }
    let width = provider.params.iter().map(|param| param.name.len()).max().unwrap_or(0);
    for (place, param) in provider.params.iter().enumerate() {
        let title = if place == 0 { "params" } else { "" };
        writeln!(out, "  {title:<8} {:<width$}  {}; default: {}", param.name, param.expects, param.default)?;
    }
    for (place, sample) in samples.iter().enumerate() {
        let title = if place == 0 { "samples" } else { "" };
        writeln!(out, "  {title:<8} {}", tame(sample))?;
    }
    Ok(())
}

/// A line a provider.
fn table(some: &[&Provider], out: &mut dyn Write) -> io::Result<()> {
    let head = ["name", "kind", "params", "samples"].map(str::to_owned);
    let rows: Vec<[String; 4]> = std::iter::once(head)
        .chain(some.iter().map(|provider| {
            let (kind, samples) = shown(provider);
            let params: Vec<&str> = provider.params.iter().map(|param| param.name).collect();
            let samples: Vec<String> = samples.iter().map(|sample| short(&tame(sample))).collect();
            [provider.name.to_owned(), kind.to_owned(), params.join(", "), samples.join(" | ")]
        }))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (name, kind, params) = (width(0), width(1), width(2));
    for row in &rows {
        let line = format!("{:<name$}  {:<kind$}  {:<params$}  {}", row[0], row[1], row[2], row[3]);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// All about a provider.
fn object(provider: &Provider) -> Json {
    let (kind, samples) = shown(provider);
    let params = provider.params.iter().map(|param| {
        let default = match param.default {
            Preset::Absent => Json::Null,
            Preset::Bool(bool) => json!(bool),
            Preset::Int(int) => json!(int),
            Preset::Text(text) => json!(text),
            Preset::Texts(texts) => json!(texts),
        };
        json!({ "name": param.name, "expects": param.expects, "default": default })
    });
    json!({
        "name": provider.name,
        "summary": provider.summary,
        "kind": kind,
        "params": params.collect::<Vec<Json>>(),
        "samples": samples,
    })
}

/// The kind of a provider's values with its defaults, and some of them.
fn shown(provider: &Provider) -> (&'static str, Vec<String>) {
    let Ok(Compiled { generator, .. }) = faker::compile(provider.name, &[], &Scope::default()) else {
        return ("as its params say", Vec::new());
    };
    let kind = match &generator {
        Generator::Text(_) => "text",
        Generator::Int(_) => "whole number",
        Generator::Bool(_) => "boolean",
        Generator::Decimal { .. } => "decimal",
        Generator::Date(_) => "date",
        Generator::Time(_) => "time",
        Generator::Timestamp(_) => "timestamp",
        Generator::Interval(_) => "interval",
        Generator::Bytes(_) => "bytes",
        Generator::List { .. } => "list",
    };
    let key = Key { seed: 0, table: "providers", purpose: provider.name, operation: "sample", tick: 0 };
    let mut stream = Stream::keyed(key);
    // 2026-01-01 00:00:00, in microseconds since 1970.
    let mut draw = Draw::outside(&mut stream, Timestamp(1_767_225_600_000_000));
    let sample = |_| {
        let mut text = String::new();
        generator.write(&mut draw, &mut text);
        text
    };
    (kind, (0..SAMPLES).map(sample).collect())
}

/// The text on one line: what would move the cursor is escaped.
fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

/// The beginning of a long text.
fn short(text: &str) -> String {
    if text.chars().count() <= SHORT {
        return text.to_owned();
    }
    text.chars().take(SHORT - 1).chain(['…']).collect()
}
