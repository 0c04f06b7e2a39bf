//! What the columns of a table mean.
//!
//! Owns the order of precedence: as configured, as the grade asks, as the tool makes it, as the names say.

use super::columns::{columns, marked, refers, same_columns};
use super::source::{self, Source};
use super::state::{State, Wanted, problem, shown};
use super::{loads, shop};
use crate::config::Spanned;
use crate::config::problem::Problem;
use crate::config::warehouse::{Auto, StartsMean, TableConfig};
use crate::grade::{Capture, Deletes, Kind, Starts};
use crate::warehouse::catalog::{Column, Relation};
use crate::warehouse::chain::ChainTable;
use crate::warehouse::mapping::{Side, TableMapping};
use crate::warehouse::preset::{self, Keeps, PLAIN, Preset};
use crate::warehouse::words;

/// The default of `tolerance`: what a snapshot may be older than the statement that stamps it, in microseconds.
const TOLERANCE: i64 = 2_000_000;

/// Settles a table. `None`: it is not there, not known yet, or wrong, which is reported.
pub(super) fn settle(
    state: &State<'_>,
    table: &ChainTable,
    config: Option<&TableConfig>,
    wanted: Wanted,
) -> Option<TableMapping> {
    let sources = source::sources(state, table, config, wanted);
    let relation = sources.first()?.relation;
    let own = source::own(relation, table);
    let word = config.and_then(|config| config.preset.as_ref());
    // The grade and the words of the whole file hold unless the table has its own.
    let wanted = match word {
        None => wanted,
        Some(word) => Wanted { grade: wanted.grade, ..Wanted::of(Some(word.value)) },
    };
    let preset = preset_of(state, &own, wanted, word)?;
    let settings = config.map(|config| config.settings.clone()).unwrap_or_default();
    let settings = state.config.map_or(settings.clone(), |file| settings.or(&file.settings));

    let at = |name: &Option<Spanned<String>>| name.as_ref().map(|name| state.column(relation, name));
    let by_name = |names: &[&str]| names.iter().find_map(|name| own.column(name)).cloned();
    let of_config =
        |pick: fn(&TableConfig) -> &Option<Spanned<String>>| config.and_then(|config| at(pick(config)));

    let key = match of_config(|config| &config.key) {
        Some(column) => column.cloned(),
        None => relation.column(&table.key).cloned(),
    };
    let (columns, absent) = columns(state, table, relation, config);
    let shops = shop::shops(state, table, &sources, &own, preset, config);
    let capture = match settings.capture.and_then(words::capture) {
        Some(capture) => capture,
        None if preset.every_change.iter().any(|name| *name == "*" || own.has(&[name])) => {
            Capture::EveryChange
        }
        None => Capture::Snapshot,
    };
    let (start, end) = preset.interval(&own);
    let valid_from =
        of_config(|config| &config.valid_from).map_or_else(|| by_name(start), Option::<&_>::cloned);
    let valid_to = of_config(|config| &config.valid_to).map_or_else(|| by_name(end), Option::<&_>::cloned);
    let kind = match config.and_then(|config| config.kind.as_ref()) {
        Some(kind) => words::kind(kind.value),
        None if config.is_some_and(|config| config.valid_from.is_some() && config.valid_to.is_some()) => {
            Some(Kind::History)
        }
        None => kind(state, preset, capture, key.as_ref(), &sources, shops.as_ref(), wanted),
    };
    let has_interval = kind.and_then(|kind| {
        has_interval(state, relation, config, kind, valid_from.as_ref(), valid_to.as_ref(), wanted)
    });
    let (is_history, is_log) = (kind == Some(Kind::History), kind == Some(Kind::Log));
    let valid_from = valid_from.filter(|_| is_history || is_log);
    let valid_to = valid_to.filter(|_| is_history);

    let current =
        of_config(|config| &config.current).map_or_else(|| by_name(preset.current), Option::<&_>::cloned);
    let deleted =
        marked(state, relation, &own, config.and_then(|config| config.deleted.as_ref()), preset.deleted);
    let ghosts =
        marked(state, relation, &own, config.and_then(|config| config.ghosts.as_ref()), preset.ghosts);
    let order = of_config(|config| &config.order).map_or_else(|| by_name(preset.order), Option::<&_>::cloned);
    let starts = match config.and_then(|config| config.starts_mean) {
        _ if valid_from.is_none() => Some(Starts::Nothing),
        Some(Auto::Found) => None,
        Some(Auto::Told(StartsMean::First(moment))) => Some(Starts::FixedThenLoad(moment)),
        Some(Auto::Told(StartsMean::Word(word))) => words::starts(word),
        None => preset.starts,
    };
    let told_deletes = config.and_then(|config| config.deletes);
    let deletes = match told_deletes {
        Some(auto) => auto.told().and_then(words::deletes),
        None if wanted.grade.is_some() => Some(Deletes::Keep),
        None => match (&deleted, preset.deletes_if_marked) {
            (Some(_), Some(Deletes::Flag)) if is_log => Some(Deletes::NewRecord),
            (Some(_), Some(deletes)) => Some(deletes),
            _ => preset.deletes,
        },
    };
    if let (Some(Auto::Told(word @ ("flag" | "new-record"))), None, Some(config)) =
        (told_deletes, &deleted, config)
    {
        let message = format!(
            "{} has no mark of deleted rows, which deletes = \"{word}\" needs",
            shown(&relation.name)
        );
        let help = "name its column: deleted = \"is_deleted\", or deleted = { column = \"op\", is = \"d\" }";
        state.report(Problem::error(&config.name.span, message).help(help));
    }
    let told_ends = config.and_then(|config| config.ends);
    let ends = told_ends.map_or(preset.ends, Auto::told).filter(|_| is_history);
    let loads = loads::loads(state, table, relation, &own, preset, &sources, settings.loads.as_ref());
    let side = match config.and_then(|config| config.side.as_ref()) {
        Some(name) => state
            .relation(name)
            .map(|side| Side { relation: side.name.clone(), columns: side.columns.clone() }),
        None => None,
    };
    let refers = refers(state, table, config, wanted);
    same_columns(state, &sources, &columns, config);
    let (key, kind, shops, mut loads) = (key?, kind?, shops?, loads?);
    has_interval?;
    if kind == Kind::Append {
        // Rows that say which load wrote them tell one that is there twice.
        let stamp = preset.stamps.iter().find_map(|name| own.column(name));
        loads = stamp.map_or(loads, |column| loads::stamped(state, column, preset, &sources));
    }
    let name = if preset.name == "mirror" && kind == Kind::Append { "append" } else { preset.name };
    Some(TableMapping {
        table: table.name.clone(),
        preset: name.to_owned(),
        shops: shops.rows,
        strangers: shops.strangers,
        shop_column: shops.column,
        key,
        columns,
        absent,
        kind,
        capture,
        valid_from,
        valid_to,
        current: current.filter(|_| is_history),
        deleted,
        order: order.filter(|_| is_log),
        starts,
        deletes,
        ends,
        open: config.and_then(|config| config.open.clone()).unwrap_or_default(),
        loads,
        tolerance: settings.tolerance.unwrap_or(TOLERANCE),
        zone: settings.timezone.unwrap_or(0),
        ghosts: ghosts.map(|ghosts| (ghosts.column.name, ghosts.values)),
        side,
        refers,
    })
}

/// The preset of a table. `None`: it is not of the tool that the config says, which is reported.
fn preset_of(
    state: &State<'_>,
    own: &Relation,
    wanted: Wanted,
    word: Option<&Spanned<&'static str>>,
) -> Option<&'static Preset> {
    const CUSTOM: &Preset = &Preset { name: "custom", ..PLAIN };
    if wanted.custom {
        return Some(CUSTOM);
    }
    let found = preset::of(state.catalog, own, wanted.tool);
    if let (None, Some(tool)) = (found, wanted.tool) {
        let message = format!("{} is no table of {tool}", shown(&own.name));
        let help = format!("such a table has {}", preset::marks(tool).join(", or "));
        let span = word.or(state.config.and_then(|file| file.preset.as_ref())).map(|word| &word.span);
        state.report(problem(span, message).help(help));
    }
    found
}

/// What a table keeps of a row, as far as it is not configured. `None`: not known yet.
fn kind(
    state: &State<'_>,
    preset: &Preset,
    capture: Capture,
    key: Option<&Column>,
    sources: &[Source<'_>],
    shops: Option<&shop::Shops>,
    wanted: Wanted,
) -> Option<Kind> {
    let repeated = match preset.keeps {
        Keeps::Always(kind) => return Some(kind),
        _ if wanted.grade.is_some_and(|grade| !grade.history) => return Some(Kind::Current),
        Keeps::IfRepeated(_) if capture == Capture::EveryChange => Kind::Log,
        Keeps::IfRepeated(kind) => kind,
    };
    let (key, shops) = (key?, shops?);
    // Every key is there once per shop.
    if shops.mixed {
        return Some(Kind::Current);
    }
    let identity: Vec<String> = std::iter::once(key.name.clone()).chain(shops.column.clone()).collect();
    let is_unique = |relation: &Relation| {
        relation.unique.contains(&key.name) && relation.unique.iter().all(|column| identity.contains(column))
    };
    let asked = sources.iter().filter(|source| !is_unique(source.relation));
    let repeats: Vec<Option<bool>> =
        asked.map(|source| state.known.repeats(&source.relation.name, identity.clone())).collect();
    let repeats: Vec<bool> = repeats.into_iter().collect::<Option<_>>()?;
    Some(if repeats.contains(&true) { repeated } else { Kind::Current })
}

/// Reports a history without intervals, and an interval without a history. `None`: it is wrong.
fn has_interval(
    state: &State<'_>,
    relation: &Relation,
    config: Option<&TableConfig>,
    kind: Kind,
    from: Option<&Column>,
    to: Option<&Column>,
    wanted: Wanted,
) -> Option<()> {
    let name = shown(&relation.name);
    let span = config.map(|config| config.kind.as_ref().map_or(&config.name.span, |kind| &kind.span));
    let asked =
        wanted.grade.filter(|grade| grade.history && config.is_none_or(|config| config.kind.is_none()));
    if let (Some(grade), false) = (asked, kind == Kind::History) {
        let message = format!("{name} has no start and end of versions, which {} asks for", grade.name);
        let help = "keep the versions of a row, with columns such as `eff_from_dttm` and `eff_to_dttm`; \
                    or name them in a mapping with `valid_from` and `valid_to`";
        state.report(problem(span, message).help(help));
        return None;
    }
    if kind == Kind::History && (from.is_none() || to.is_none()) {
        let configured = config.is_some_and(|config| {
            (config.valid_from.is_some() && from.is_none()) || (config.valid_to.is_some() && to.is_none())
        });
        // A configured column that is not there is reported already.
        if !configured {
            let lacks = match (from, to) {
                (None, None) => "start and no end",
                (None, _) => "start",
                _ => "end",
            };
            let message = format!("{name} has no {lacks} of versions, which kind = \"history\" needs");
            let help = "name the columns with `valid_from` and `valid_to`; or write kind = \"current\" for one \
                        row per key, \"append\" for one per load, \"log\" for one per change";
            state.report(problem(span, message).help(help));
        }
        return None;
    }
    let needless = config.and_then(|config| match kind {
        Kind::History => None,
        Kind::Log => config.valid_to.as_ref().map(|column| ("valid_to", column)),
        Kind::Current | Kind::Append => {
            let from = config.valid_from.as_ref().map(|column| ("valid_from", column));
            from.or(config.valid_to.as_ref().map(|column| ("valid_to", column)))
        }
    });
    if let Some((key, column)) = needless {
        let message = format!("kind = \"{}\" has no `{key}`", words::kind_word(kind));
        state.report(Problem::error(&column.span, message).help("remove it, or write kind = \"history\""));
        return None;
    }
    Some(())
}
