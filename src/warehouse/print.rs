//! A mapping as a `warehouse.toml`: what was found, complete, so that it can be changed and read again.
//!
//! Owns the order of the keys and their comments. Must not know how a mapping is found.

use std::fmt::Write;

use super::chain::{Chain, ChainTable};
use super::mapping::{LoadsFrom, LoadsTable, Mapping, TableMapping};
use super::words;
use crate::grade::{Kind, Starts};
use crate::value::Timestamp;

/// What a key is set to, with a remark.
struct Line {
    key: &'static str,
    value: String,
    remark: &'static str,
}

/// The `warehouse.toml` that gives this mapping again.
pub fn print(mapping: &Mapping, chain: &Chain) -> String {
    let mut text = String::from(
        "# Which tables of the warehouse hold what. Any line may be changed or left out; what is left out is found.\n\
         # docs/warehouse.md describes all keys.\n\n",
    );
    let shared = shared(&mapping.tables);
    let grade = mapping.grade.map(|grade| line("preset", string(grade.name), "the grade that is asked for"));
    let max_lag = mapping.max_lag.map(|lag| line("max_lag", span(lag), "from a change to its load, at most"));
    let shops = shops(mapping);
    let shops = (!shops.is_empty())
        .then(|| line("shops", inline(&shops), "values in the warehouse, and their shops"));
    write_lines(&mut text, grade.into_iter().chain(max_lag).chain(shops).chain(shared.iter().map(copied)));
    for table in &mapping.tables {
        let Some(of_chain) = chain.table(&table.table) else { continue };
        let own = settings(table).into_iter().filter(|own| !shared.iter().any(|line| line.key == own.key));
        write!(text, "\n[tables.{}]\n", key(&table.table)).unwrap_or_default();
        write_lines(&mut text, of_table(table, of_chain, chain).into_iter().chain(own));
    }
    text
}

fn line(key: &'static str, value: String, remark: &'static str) -> Line {
    Line { key, value, remark }
}

fn copied(line: &Line) -> Line {
    Line { value: line.value.clone(), ..*line }
}

/// Remarks stand below each other.
fn write_lines(text: &mut String, lines: impl Iterator<Item = Line>) {
    /// The widest setting that others' remarks are moved for.
    const WIDE: usize = 44;
    let lines: Vec<(String, &str)> =
        lines.map(|line| (format!("{} = {}", line.key, line.value), line.remark)).collect();
    let widths = lines.iter().filter(|(_, remark)| !remark.is_empty()).map(|(set, _)| set.chars().count());
    let width = widths.filter(|width| *width <= WIDE).max().unwrap_or(0);
    for (set, remark) in lines {
        let padded = match remark {
            "" => set,
            remark => format!("{set:width$}  # {remark}"),
        };
        text.push_str(&padded);
        text.push('\n');
    }
}

/// What all tables have alike.
fn shared(tables: &[TableMapping]) -> Vec<Line> {
    let mut each = tables.iter().map(settings);
    let Some(mut first) = each.next() else { return Vec::new() };
    for other in each {
        first.retain(|line| other.iter().any(|other| (other.key, &other.value) == (line.key, &line.value)));
    }
    first
}

/// What may stand in the file or in a table.
fn settings(table: &TableMapping) -> Vec<Line> {
    let loads = match &table.loads {
        LoadsFrom::Content => (string("content"), "no load is listed: the rows tell"),
        LoadsFrom::Stamp(column, _) => {
            (inline(&[("column", string(&column.name))]), "the moment of each row's load")
        }
        LoadsFrom::Every(every) => (inline(&[("every", span(*every))]), "from the start of the run on"),
        LoadsFrom::At(moments) => {
            let moments: Vec<String> = moments.iter().map(|at| moment(*at)).collect();
            (format!("{{ at = [{}] }}", moments.join(", ")), "")
        }
        LoadsFrom::Table(LoadsTable { relation, at, end, shop, of }) => {
            let mut keys = vec![("table", string(&relation.shown())), ("at", string(&at.name))];
            keys.extend(end.iter().map(|column| ("end", string(&column.name))));
            keys.extend(shop.iter().map(|(column, _)| ("shop", string(column))));
            keys.extend(of.iter().map(|(column, _)| ("of", string(column))));
            (inline(&keys), "a row per load")
        }
    };
    vec![
        line("timezone", string(&zone(table.zone)), "of times that are stored without one"),
        line("capture", string(words::capture_word(table.capture)), "what the pipeline reads"),
        line("tolerance", span(table.tolerance), "of starts"),
        line("loads", loads.0, loads.1),
    ]
}

/// The values of shop columns, and their shops.
fn shops(mapping: &Mapping) -> Vec<(String, String)> {
    let mut shops: Vec<(String, String)> = Vec::new();
    let mut add = |value: &str, shop: &str| {
        let pair = (value.to_owned(), string(shop));
        if !shops.contains(&pair) {
            shops.push(pair);
        }
    };
    for table in &mapping.tables {
        for rows in &table.shops {
            rows.value.iter().for_each(|value| add(value, &rows.shop));
        }
        if let LoadsFrom::Table(LoadsTable { shop: Some((_, told)), .. }) = &table.loads {
            told.iter().for_each(|(shop, value)| add(value, shop));
        }
    }
    shops
}

fn of_table(table: &TableMapping, of_chain: &ChainTable, chain: &Chain) -> Vec<Line> {
    let column = |key: &'static str, column: &super::catalog::Column| line(key, string(&column.name), "");
    let auto = |word: Option<&str>| string(word.unwrap_or("auto"));
    let name_of = |place: usize| of_chain.columns.get(place).map_or("", String::as_str);
    let mut lines = vec![line("from", from(table, chain), ""), line("preset", string(&table.preset), "")];
    lines.push(column("key", &table.key));
    lines.extend(table.shop_column.iter().map(|name| line("shop", string(name), "")));
    let remark = match table.kind {
        Kind::History => "a row per version, with its interval",
        Kind::Current => "one row per key",
        Kind::Append => "a row per key and load",
        Kind::Log => "a row per change",
    };
    lines.push(line("kind", string(words::kind_word(table.kind)), remark));
    lines.extend(table.valid_from.iter().map(|name| column("valid_from", name)));
    lines.extend(table.valid_to.iter().map(|name| column("valid_to", name)));
    lines.extend(table.current.iter().map(|name| column("current", name)));
    lines.extend(table.order.iter().map(|name| column("order", name)));
    if table.valid_from.is_some() {
        let starts = match table.starts {
            Some(Starts::FixedThenLoad(first)) => inline(&[("first", moment(first))]),
            starts => auto(starts.and_then(words::starts_word)),
        };
        lines.push(line("starts_mean", starts, ""));
    }
    if table.kind == Kind::History {
        let ends = table.ends.map_or_else(|| string("auto"), span);
        lines.push(line("ends", ends, "an end is the next start minus this"));
    }
    if !table.open.is_empty() {
        lines.push(line("open", list(&table.open), "ends that mean none, besides the usual ones"));
    }
    lines.push(line("deletes", auto(table.deletes.map(words::deletes_word)), "what becomes of deleted rows"));
    let deleted = table.deleted.iter().map(|deleted| (deleted.column.name.as_str(), &deleted.values));
    lines.extend(deleted.map(|(column, values)| line("deleted", marked(column, values), "marks them")));
    let ghosts = table
        .ghosts
        .iter()
        .map(|(column, values)| line("ghosts", marked(column, values), "no rows of a shop"));
    lines.extend(ghosts);
    let renamed = table.columns.iter().filter(|(place, column)| name_of(*place) != column.name);
    let renamed: Vec<(&str, String)> =
        renamed.map(|(place, column)| (name_of(*place), string(&column.name))).collect();
    if !renamed.is_empty() {
        lines.push(line("columns", inline(&renamed), "the chain's, and their names here"));
    }
    let graded = |name: &String| {
        table.absent.contains(name) || table.columns.iter().any(|(place, _)| name_of(*place) == name)
    };
    let ignored: Vec<String> = of_chain.columns.iter().filter(|name| !graded(name)).cloned().collect();
    if !ignored.is_empty() {
        lines.push(line("ignore", list(&ignored), "not graded"));
    }
    lines.extend(
        table.side.iter().map(|side| line("side", string(&side.relation.shown()), "rows that are set aside")),
    );
    let refers: Vec<(&str, String)> =
        table.refers.iter().map(|(place, other)| (name_of(*place), string(other))).collect();
    if !refers.is_empty() {
        lines.push(line("refers", inline(&refers), ""));
    }
    lines
}

/// One table, or a table a shop.
fn from(table: &TableMapping, chain: &Chain) -> String {
    let first = table.shops.first().map(|rows| &rows.relation);
    let all = table.shops.len() == chain.shops.len();
    match first.filter(|first| all && table.shops.iter().all(|rows| rows.relation == **first)) {
        Some(one) => string(&one.shown()),
        None => {
            let each = table.shops.iter().map(|rows| (rows.shop.as_str(), string(&rows.relation.shown())));
            inline(&each.collect::<Vec<_>>())
        }
    }
}

fn marked(column: &str, values: &[String]) -> String {
    match values {
        [] => string(column),
        [one] => inline(&[("column", string(column)), ("is", string(one))]),
        several => inline(&[("column", string(column)), ("is", list(several))]),
    }
}

/// A basic string: <https://toml.io/en/v1.0.0#string>
pub(super) fn basic(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => write!(quoted, "\\u{:04x}", u32::from(c)).unwrap_or_default(),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A text in quotes; variables are not replaced when it is read.
fn string(text: &str) -> String {
    basic(&text.replace("${", "$${"))
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| string(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A table in one line.
fn inline(pairs: &[(impl AsRef<str>, String)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{} = {value}", key(name.as_ref()))).collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// A key, in quotes where it must be.
pub(super) fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => basic(name),
    }
}

fn span(micros: i64) -> String {
    let span = std::time::Duration::from_micros(micros.unsigned_abs());
    string(&humantime::format_duration(span).to_string())
}

fn moment(micros: i64) -> String {
    string(&Timestamp(micros).to_rfc3339())
}

fn zone(micros: i64) -> String {
    let minutes = micros.unsigned_abs() / 60_000_000;
    let sign = if micros < 0 { '-' } else { '+' };
    match minutes {
        0 => "UTC".to_owned(),
        _ => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}
