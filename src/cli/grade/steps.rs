//! One grading, from the command line to a report.
//!
//! Owns the order: the warehouse's snapshot is taken before the shops tell how far they are, so that a shop has always
//! made what the warehouse has of it. Must not know how often it is done.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Subject as Asked;
use crate::chain::{self, Chain, Shop};
use crate::cli::times;
use crate::cli::{EXIT_CONFIG, EXIT_FAILED, write_stderr};
use crate::clients::Endpoint;
use crate::config::warehouse::{self as config_of_warehouse, WarehouseConfig};
use crate::config::{AfterDowntime, ConnectionParameters, Problem, Source};
use crate::grade::Kind;
use crate::grade::report::{Obligation, Report, ShopReport, TableReport};
use crate::grading::{
    GradingError, Options, Subject, Understood, Warehouse, judge, newest_of_others, understand,
};
use crate::origin::RecordedShop;
use crate::pg::{PgError, Snapshot};
use crate::plan::RowKeys;
use crate::run::Servers;
use crate::suggest::nearest;
use crate::telemetry::colour_wanted;
use crate::text::with_causes;
use crate::value::{SECOND, Timestamp};
use crate::warehouse::{self as tables, ChainShop, ChainTable, Files, LoadsFrom, Mapping, Request, postgres};

/// The longest wait for the server: a large table is sorted before its first row comes.
const DEADLINE: Duration = Duration::from_secs(3_600);

/// Why nothing was graded: the messages, one line each or rendered with their source, and the exit code.
pub struct Failed {
    /// Written to stderr.
    pub message: String,
    /// The exit code.
    pub code: u8,
}

impl Failed {
    fn config(message: impl std::fmt::Display) -> Self {
        Self { message: format!("error: {message}\n"), code: EXIT_CONFIG }
    }

    fn run_time(error: &(dyn std::error::Error + 'static)) -> Self {
        Self { message: format!("error: {}\n", with_causes(error)), code: EXIT_FAILED }
    }

    fn unknown(unknown: times::Unknown) -> Self {
        let lines = unknown.problems.iter().map(|problem| format!("error: {problem}\n"));
        let hint =
            "help: a shop that is unavailable can be graded from a file of `shopsim origin`: --origin FILE\n";
        let hint = if unknown.code == EXIT_FAILED { hint } else { "" };
        Self { message: lines.collect::<String>() + hint, code: unknown.code }
    }
}

impl From<GradingError> for Failed {
    fn from(error: GradingError) -> Self {
        Self::run_time(&error)
    }
}

impl From<PgError> for Failed {
    fn from(error: PgError) -> Self {
        GradingError::from(error).into()
    }
}

/// What the command line and the mapping file ask for, before anything is connected to.
pub struct Prepared {
    source: Option<Source>,
    config: WarehouseConfig,
    place: Place,
    preset: Option<&'static str>,
    loads: Option<LoadsFrom>,
    origin: Option<PathBuf>,
    as_of_tick: Option<u64>,
    tables: Vec<String>,
}

/// Where the warehouse is.
enum Place {
    Server(Box<ConnectionParameters>),
    Files(PathBuf),
}

impl Prepared {
    /// Reads the mapping file and checks the flags.
    pub fn new(asked: &Asked, tables: &[String], chain: &Chain) -> Result<Self, Failed> {
        let (mut source, mut config) = (None, WarehouseConfig::default());
        if let Some(path) = &asked.mapping {
            let colour = colour_wanted();
            let rejected = |text: String| Failed { message: text, code: EXIT_CONFIG };
            if let Err(error) = std::fs::File::open(path) {
                let path = path.display();
                return Err(Failed::config(format!(
                    "cannot read {path}: {error}; name the file with --mapping"
                )));
            }
            let read = chain::source(path).map_err(|error| rejected(error.render(colour)))?;
            let (found, problems) = config_of_warehouse::read(&read, &chain::SURROUNDINGS);
            let text = read.render_all(&problems, colour);
            if problems.iter().any(Problem::is_error) {
                return Err(rejected(text));
            }
            write_stderr(&text);
            (source, config) = (Some(read), found);
        }
        let place = place(asked, &config)?;
        let preset = asked.preset.as_deref().map(preset).transpose()?;
        let loads = asked.loads.as_deref().map(loads).transpose()?;
        let names: BTreeSet<&str> = chain
            .shops
            .iter()
            .flat_map(|shop| shop.plan.tables.iter())
            .map(|table| table.name.as_str())
            .collect();
        let unknown = tables.iter().filter(|table| !names.contains(table.as_str()));
        let unknown: Vec<String> = unknown
            .map(|table| match nearest(table, names.iter().copied()) {
                Some(near) => format!("there is no table `{table}`; did you mean `{near}`?"),
                None => format!("there is no table `{table}`"),
            })
            .collect();
        if !unknown.is_empty() {
            return Err(Failed::config(unknown.join("\nerror: ")));
        }
        let (origin, as_of_tick) = (asked.origin.clone(), asked.as_of_tick);
        Ok(Self { source, config, place, preset, loads, origin, as_of_tick, tables: tables.to_vec() })
    }
}

impl Prepared {
    /// The warehouse in words, without its password.
    fn name(&self) -> String {
        match &self.place {
            Place::Server(server) => Endpoint::of(server).url(),
            Place::Files(folder) => folder.display().to_string(),
        }
    }
}

/// Where the warehouse is: the command line wins over the file.
fn place(asked: &Asked, config: &WarehouseConfig) -> Result<Place, Failed> {
    if let Some(text) = &asked.warehouse {
        // A connection string has a scheme or an equals sign.
        if !text.contains("://") && (Path::new(text).is_dir() || !text.contains('=')) {
            return match Path::new(text).is_dir() {
                true => Ok(Place::Files(PathBuf::from(text))),
                false => Err(Failed::config(format!(
                    "--warehouse {text} is neither a URL such as postgresql://user@host/database nor a folder"
                ))),
            };
        }
        let server = config_of_warehouse::connection(text, &chain::SURROUNDINGS);
        let invalid = |wrong: crate::config::InvalidValue| {
            let help = wrong.help.map_or(String::new(), |help| format!("; {help}"));
            Failed::config(format!("--warehouse: {}{help}", wrong.message))
        };
        return Ok(Place::Server(Box::new(server.map_err(invalid)?)));
    }
    match (&config.database, &config.files) {
        (Some(server), _) => Ok(Place::Server(server.clone())),
        (None, Some(files)) => Ok(Place::Files(files.value.clone())),
        (None, None) => Err(Failed::config(
            "there is no warehouse: add --warehouse URL, set SHOPSIM_WAREHOUSE, or write `database` into the file of \
             --mapping",
        )),
    }
}

fn preset(name: &str) -> Result<&'static str, Failed> {
    let known = config_of_warehouse::PRESETS;
    known.iter().find(|known| **known == name).copied().ok_or_else(|| {
        Failed::config(match nearest(name, known) {
            Some(near) => format!("there is no preset `{name}`; did you mean `{near}`?"),
            None => format!("there is no preset `{name}`; the presets are: {}", known.join(", ")),
        })
    })
}

/// `--loads`: a period, or a file of moments.
fn loads(text: &str) -> Result<LoadsFrom, Failed> {
    if let Ok(period) = humantime::parse_duration(text) {
        let period = crate::clock::micros(period);
        return match period < SECOND {
            true => Err(Failed::config(format!("--loads {text}: a period is at least a second, such as 3m"))),
            false => Ok(LoadsFrom::Every(period)),
        };
    }
    let lines = std::fs::read_to_string(text).map_err(|error| {
        Failed::config(format!("--loads {text} is no span such as 3m, and no file: {error}"))
    })?;
    let lines = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut moments = Vec::new();
    for (nth, line) in lines {
        match crate::value::Timestamp::parse_rfc3339(line.trim()) {
            Some(at) => moments.push(at.0),
            None => {
                return Err(Failed::config(format!(
                    "{text}:{}: expected a time such as 2026-01-01T00:03:00Z, found `{}`",
                    nth + 1,
                    crate::text::harmless(line.trim())
                )));
            }
        }
    }
    moments.sort_unstable();
    Ok(LoadsFrom::At(moments))
}

/// A warehouse that is open, and what its tables mean.
pub struct Opened {
    rows: Rows,
    /// The mapping of the tables that are asked for.
    pub mapping: Mapping,
    /// The mapping of all tables: others may be referred to.
    all: Mapping,
    /// As a file that `--mapping` reads.
    pub printed: String,
}

/// Where its rows are.
enum Rows {
    Server(Snapshot),
    Files(Files),
}

impl Opened {
    /// Opens the warehouse and settles what its tables mean.
    pub async fn new(prepared: &Prepared, chain: &Chain) -> Result<Self, Failed> {
        let rows = match &prepared.place {
            Place::Server(server) => Rows::Server(Snapshot::open(server, "grade", DEADLINE).await?),
            Place::Files(folder) => Rows::Files(Files::open(folder).map_err(GradingError::from)?),
        };
        let catalog = match &rows {
            Rows::Server(snapshot) => postgres::catalog(snapshot).await?,
            Rows::Files(files) => files.catalog(),
        };
        let chain_of_warehouse = describe(chain);
        let request = Request {
            catalog: &catalog,
            chain: &chain_of_warehouse,
            config: prepared.source.as_ref().map(|_| &prepared.config),
            preset: prepared.preset,
        };
        let settled = match &rows {
            Rows::Server(snapshot) => postgres::mapping(snapshot, &request).await?,
            Rows::Files(files) => files.mapping(&request).map_err(GradingError::from)?,
        };
        let mut mapping = settled.map_err(|problems| unsettled(prepared.source.as_ref(), &problems))?;
        if let Some(loads) = &prepared.loads {
            for table in &mut mapping.tables {
                let is_stamped = matches!(table.loads, LoadsFrom::Stamp(..)) && table.kind == Kind::Append;
                if !is_stamped {
                    table.loads = loads.clone();
                }
            }
        }
        let printed = tables::print(&mapping, &chain_of_warehouse);
        for shop in &chain.shops {
            mapping.tables.iter_mut().for_each(|table| table.expect_rows_of(&shop.plan.name));
        }
        let all = mapping.clone();
        if !prepared.tables.is_empty() {
            mapping.tables.retain(|table| prepared.tables.contains(&table.table));
        }
        Ok(Self { rows, mapping, all, printed })
    }

    /// Where its rows are read from.
    fn rows(&self) -> Warehouse<'_> {
        match &self.rows {
            Rows::Server(snapshot) => Warehouse::Server(snapshot),
            Rows::Files(files) => Warehouse::Files(files),
        }
    }

    /// The moment of its snapshot.
    fn at(&self) -> Option<Timestamp> {
        match &self.rows {
            Rows::Server(snapshot) => Some(snapshot.at()),
            Rows::Files(_) => None,
        }
    }
}

/// The problems of a mapping, with their places where it has a file.
fn unsettled(source: Option<&Source>, problems: &[Problem]) -> Failed {
    let message = match source {
        Some(source) => source.render_all(problems, colour_wanted()),
        None => problems
            .iter()
            .map(|problem| {
                let help = problem.help.as_ref().map_or(String::new(), |help| format!("help: {help}\n"));
                format!("error: {}\n{help}", problem.text())
            })
            .collect(),
    };
    Failed { message, code: EXIT_CONFIG }
}

/// The chain as its warehouse is looked through for it. All shops of the config: rows of those that are not graded would
/// not be told from the others.
fn describe(chain: &Chain) -> tables::Chain {
    let mut names: Vec<&str> = Vec::new();
    let mut described = tables::Chain::default();
    for table in chain.shops.iter().flat_map(|shop| shop.plan.tables.iter()) {
        if !names.contains(&table.name.as_str()) {
            names.push(&table.name);
            let seeds: BTreeSet<u64> = chain.shops.iter().map(|shop| shop.plan.seed).collect();
            let keys_tell_shops = table.key_form.is_drawn() && seeds.len() == chain.shops.len();
            described.tables.push(ChainTable { keys_tell_shops, ..ChainTable::from(table) });
        }
    }
    described.shops = chain.config.shops.iter().map(ChainShop::from).collect();
    for shop in &mut described.shops {
        shop.graded = chain.shops.iter().any(|graded| graded.plan.name == shop.name);
    }
    described
}

/// How far the shops are.
async fn recorded(
    prepared: &Prepared,
    chain: &Chain,
    servers: &Servers,
) -> Result<Vec<RecordedShop>, Failed> {
    let mut shops = match &prepared.origin {
        Some(path) => times::of_file(chain, path)
            .map_err(|problems| Failed::unknown(times::Unknown { problems, code: EXIT_CONFIG }))?,
        None => times::of_servers(chain, servers).await.map_err(Failed::unknown)?,
    };
    if let Some(tick) = prepared.as_of_tick {
        for shop in &mut shops {
            shop.checkpoint.last_tick = shop.checkpoint.last_tick.map(|last| last.min(tick));
        }
    }
    Ok(shops)
}

/// Grades a warehouse once. `explain` is a shop, a table and a key.
pub async fn grade(
    prepared: &Prepared,
    chain: &Chain,
    servers: &Servers,
    examples: usize,
    explain: Option<(&str, &str, &str)>,
) -> Result<Report, Failed> {
    let opened = Opened::new(prepared, chain).await?;
    let recorded = recorded(prepared, chain, servers).await?;
    let warehouse = opened.rows();
    let mut report = Report {
        warehouse: prepared.name(),
        at: opened.at(),
        mapping: opened.printed.clone(),
        shops: chain.shops.iter().zip(&recorded).map(about_shop).collect(),
        not_asked: not_asked(&opened.mapping),
        ..Report::default()
    };
    let timelines: Vec<_> =
        chain.shops.iter().zip(&recorded).map(|(shop, recorded)| recorded.timeline(&shop.plan)).collect();
    let keys: Vec<_> = chain
        .shops
        .iter()
        .zip(&timelines)
        .map(|(shop, timeline)| RowKeys::of_shop(&shop.plan, timeline))
        .collect();
    let mut graded: Vec<(usize, usize, TableReport)> = Vec::new();
    for (nth, mapping) in opened.mapping.tables.iter().enumerate() {
        let mut subjects: Vec<(usize, Subject<'_>)> = Vec::new();
        for (of_shop, (shop, recorded)) in chain.shops.iter().zip(&recorded).enumerate() {
            let place = shop.plan.tables.iter().position(|table| table.name == mapping.table);
            let rows = mapping.shops.iter().find(|rows| rows.shop == shop.plan.name);
            let (Some(place), Some(rows)) = (place, rows) else { continue };
            let is_wanted =
                |(shop, table, _): (&str, &str, &str)| rows.shop == shop && mapping.table == table;
            if explain.is_some_and(|explain| !is_wanted(explain)) {
                continue;
            }
            let (plan, checkpoint) = (shop.plan.as_ref(), &recorded.checkpoint);
            let (timeline, keys, all) = (&timelines[of_shop], &*keys[of_shop], &opened.all);
            let catches_up = shop.config.after_downtime == AfterDowntime::CatchUp;
            let subject = Subject { plan, timeline, checkpoint, catches_up, keys, place, all, mapping, rows };
            subjects.push((of_shop, subject));
        }
        let mut understood: Vec<(usize, Subject<'_>, Understood)> = Vec::new();
        for (of_shop, subject) in &subjects {
            let others = subjects.iter().filter(|(other, _)| other != of_shop).map(|(_, other)| *other);
            let merged: Vec<Subject<'_>> =
                others.filter(|other| other.rows.is_mixed_with(subject.rows)).collect();
            understood.push((*of_shop, *subject, understand(&warehouse, subject, &merged).await?));
        }
        let others_have_rows = understood.iter().any(|(_, _, known)| known.has_rows());
        let others = newest_of_others(understood.iter().map(|(_, subject, known)| (subject, known)));
        for ((of_shop, subject, mut known), others) in understood.into_iter().zip(others) {
            let explain = explain.and_then(|(_, _, key)| subject.row_keys().parse(key));
            let options = Options { examples, explain, others_have_rows };
            graded.push((of_shop, nth, judge(&subject, &mut known, &others, options)?));
        }
    }
    graded.sort_by_key(|(of_shop, nth, _)| (*of_shop, *nth));
    report.tables = graded.into_iter().map(|(.., table)| table).collect();
    if opened.mapping.grade.is_some() && explain.is_none() {
        // A grade of the course asks for every table.
        let is_there = |name: &str| opened.mapping.tables.iter().any(|table| table.table == name);
        for shop in &chain.shops {
            let asked =
                |name: &str| prepared.tables.is_empty() || prepared.tables.iter().any(|table| table == name);
            let absent = shop.plan.tables.iter().filter(|table| !is_there(&table.name) && asked(&table.name));
            report.tables.extend(absent.map(|table| TableReport::absent(&shop.plan.name, &table.name)));
        }
    }
    report.notes = notes(chain, &opened.mapping, prepared);
    Ok(report)
}

/// What is not asked for: by a grade of the course, or because nothing says what it would be.
fn not_asked(mapping: &Mapping) -> Vec<Obligation> {
    Obligation::ALL.into_iter().filter(|class| !mapping.asks_for(*class)).collect()
}

fn about_shop((shop, recorded): (&Shop, &RecordedShop)) -> ShopReport {
    let last_tick = recorded.checkpoint.last_tick;
    let timeline = recorded.timeline(&shop.plan);
    ShopReport {
        shop: shop.plan.name.clone(),
        fingerprint: shop.plan.fingerprint(),
        last_tick,
        at: last_tick.map(|tick| timeline.at(tick)),
    }
}

/// Tables of the chain that the warehouse does not have, and shops that a table does not have.
fn notes(chain: &Chain, mapping: &Mapping, prepared: &Prepared) -> Vec<String> {
    let mut notes = Vec::new();
    for table in describe(chain).tables {
        let is_asked = prepared.tables.is_empty() || prepared.tables.contains(&table.name);
        match mapping.tables.iter().find(|mapped| mapped.table == table.name) {
            None if is_asked => {
                notes.push(format!("the warehouse has no table for `{}`: it was not graded", table.name));
            }
            None => {}
            Some(mapped) => {
                if !mapped.strangers.is_empty() {
                    let values: Vec<&str> = mapped.strangers.iter().take(5).map(String::as_str).collect();
                    notes.push(format!(
                        "`{}` has rows of {}, which is no shop of the chain: they were not graded; `shops` in a mapping says \
                         whose they are",
                        table.name,
                        crate::text::harmless(&values.join(", "))
                    ));
                }
                let without = chain.shops.iter().map(|shop| &shop.plan.name);
                let without = without.filter(|shop| mapped.shops.iter().all(|rows| rows.shop != **shop));
                notes.extend(
                    without.map(|shop| format!("`{}` has no rows of {shop}: it was not graded", table.name)),
                );
            }
        }
    }
    notes
}
