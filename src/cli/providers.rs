//! `shopsim providers`: lists the providers with their params and sample values.
//!
//! Owns the output formats. Needs no config: the samples are drawn with a fixed key at a fixed time.

mod markdown;

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value as Json, json};

use crate::faker::{self, Compiled, Draw, Generator, Locale, Preset, Provider, Referable, Scope};
use crate::stream::{Key, Stream};
use crate::suggest;
use crate::text::{columns, harmless};
use crate::value::Timestamp;

const EXAMPLES: &str = "\
The names are those of Python Faker. A provider's params are given as `params` of the column.

Examples:
  shopsim providers
  shopsim providers user               names that contain `user`
  shopsim providers 'date*'            names that begin with `date`
  shopsim providers random_int         one provider, with its params
  shopsim providers amount             providers that `amount` is a synonym of
  shopsim providers --locale tr_TR     the values of a Turkish branch, and what falls back to en_US
  shopsim providers --format json | jq -r '.[].name'";

/// `shopsim providers`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A provider's name, a part of a name, or a pattern with * and ?; default: all
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The locale of the samples, such as tr_TR; an unknown name lists the available ones
    #[arg(long, value_name = "LOCALE", default_value_t)]
    locale: Locale,
    /// The output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    format: Format,
}

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line per provider; all details of a single one
    Table,
    /// An array with one object per provider
    Json,
    /// The reference page
    Markdown,
}

/// Most characters of a sample in a line with others.
const SHORT: usize = 24;
/// How many samples are shown.
const SAMPLES: usize = 3;

/// The providers of a locale: its own, and en_US's for the others.
fn all(locale: Locale) -> impl Iterator<Item = &'static Provider> {
    let shared =
        faker::providers().map(move |provider| faker::find(provider.name, locale).unwrap_or(provider));
    let more = locale.own().filter(|own| faker::providers().all(|provider| provider.name != own.name));
    shared.chain(more)
}

/// The providers that match the arguments, or the error if none does.
pub fn chosen(arguments: &Arguments) -> Result<Vec<&'static Provider>, String> {
    let locale = arguments.locale;
    let Some(name) = &arguments.name else { return Ok(all(locale).collect()) };
    if let Some(provider) = faker::find(name, locale) {
        return Ok(vec![provider]);
    }
    let part = name.to_lowercase();
    let fits = |provider: &&Provider| match part.contains(['*', '?']) {
        true => matches(&part, provider.name),
        false => provider.name.contains(&part),
    };
    let synonyms = faker::synonyms(name);
    let named = all(locale).filter(|provider| synonyms.contains(&provider.name) && !fits(provider));
    let some: Vec<_> = all(locale).filter(fits).chain(named).collect();
    if !some.is_empty() {
        return Ok(some);
    }
    let help = match suggest::nearest(name, all(locale).map(|provider| provider.name)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`shopsim providers` lists all".to_owned(),
    };
    Err(format!("error: no provider matches `{}`\n  help: {help}\n", harmless(name)))
}

/// Whether a name matches a pattern: `*` is any letters, `?` one.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.chars().next() {
        None => name.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            name.char_indices().map(|(at, _)| at).chain([name.len()]).any(|at| matches(rest, &name[at..]))
        }
        Some(mark) => name
            .chars()
            .next()
            .filter(|letter| mark == '?' || mark == *letter)
            .is_some_and(|letter| matches(&pattern[mark.len_utf8()..], &name[letter.len_utf8()..])),
    }
}

/// Prints the providers.
pub fn providers(arguments: &Arguments, chosen: &[&'static Provider], out: &mut dyn Write) -> io::Result<()> {
    let locale = arguments.locale;
    match (arguments.format, chosen) {
        (Format::Markdown, _) => markdown::page(chosen, out),
        (Format::Json, _) => {
            let all: Vec<Json> = chosen.iter().map(|provider| object(provider, locale)).collect();
            serde_json::to_writer_pretty(&mut *out, &all)?;
            writeln!(out)
        }
        (Format::Table, [one]) => describe(one, locale, out),
        (Format::Table, some) => table(some, locale, out),
    }
}

/// All details of one provider.
fn describe(provider: &Provider, locale: Locale, out: &mut dyn Write) -> io::Result<()> {
    let (kind, samples) = shown(provider, locale);
    writeln!(out, "{}: {}", provider.name, provider.summary)?;
    writeln!(out, "  kind     {kind}")?;
    writeln!(out, "  locale   {}", origin(provider, locale))?;
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
        writeln!(out, "  {title:<8} {}", harmless(sample))?;
    }
    Ok(())
}

/// One line per provider.
fn table(some: &[&Provider], locale: Locale, out: &mut dyn Write) -> io::Result<()> {
    let head = ["name", "kind", "locale", "params", "samples"].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head)
        .chain(some.iter().map(|provider| {
            let (kind, samples) = shown(provider, locale);
            let params: Vec<&str> = provider.params.iter().map(|param| param.name).collect();
            let samples: Vec<String> = samples.iter().map(|sample| short(sample, SHORT)).collect();
            let origin = origin(provider, locale).to_string();
            [provider.name.to_owned(), kind.to_owned(), origin, params.join(", "), samples.join(" | ")]
        }))
        .collect();
    out.write_all(columns(&rows, 0..0).as_bytes())
}

/// The locale that the values come from: en_US if the given one has none.
fn origin(provider: &Provider, locale: Locale) -> Locale {
    if locale.has_own(provider.name) { locale } else { Locale::default() }
}

/// All details of a provider.
fn object(provider: &Provider, locale: Locale) -> Json {
    let (kind, samples) = shown(provider, locale);
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
        "locale": origin(provider, locale).code(),
        "params": params.collect::<Vec<Json>>(),
        "samples": samples,
    })
}

/// The kind of a provider's values with its defaults, and some of them.
fn shown(provider: &Provider, locale: Locale) -> (&'static str, Vec<String>) {
    let table = Referable { name: "customers".to_owned(), reserved_from: 1_000 };
    let scope = Scope { locale, keys: 1_000, tables: &[table], ..Scope::default() };
    let Ok(Compiled { generator, .. }) =
        faker::compile(provider.name, &faker::example(provider.name), &scope)
    else {
        return ("depends on its params", Vec::new());
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

/// A text on one line, cut off if it is long.
fn short(text: &str, most: usize) -> String {
    let text = harmless(text);
    match text.char_indices().nth(most) {
        None => text.into_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}
