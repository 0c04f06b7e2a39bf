//! Compiles the columns of a table: providers to generators, fitted to types.
//!
//! Owns the rules across a column's keys. Checks that depend on the shops' rates are `unique`'s.

use crate::config::problem::{Problem, quote};
use crate::config::{self, Config, Life, Spanned, TechKind};
use crate::faker::{self, CompileError, Compiled, Exact, Generator, Locale, Referable, Scope, UnknownLocale};
use crate::plan::column::Entry;
use crate::plan::{Column, TypeMismatch, reserved_from};
use crate::value::{Literal, SqlType};

/// The columns of a table in a locale, without the invalid ones.
pub fn columns(
    table: &config::Table,
    config: &Config,
    locale: Locale,
    tables: &[Referable],
    problems: &mut Vec<Problem>,
) -> Vec<Column> {
    let (lives, configured) = (&config.lives[..], &config.tables[..]);
    let keys = reserved_from(&table.key_type, &table.key_form) - 1;
    let mut groups = Groups::default();
    let each = table.columns.iter().filter_map(|column| {
        if column.faker.is_none() {
            return of_life(column, table, lives);
        }
        let locale = match &column.locale {
            // Already reported; other problems are still looked for.
            Some(own) => read_locale(own, problems).unwrap_or(locale),
            None => locale,
        };
        let (column_plan, distinct) =
            compile(column, locale, &table.name.value, keys, tables, configured, problems)?;
        groups.join(column, locale, distinct, problems);
        Some(column_plan)
    });
    let mut columns: Vec<Column> = each.map(|column| drawn_on(column, table, lives)).collect();
    for column in &mut columns {
        if let Some(group) = &column.group {
            column.numbers = groups.numbers(group);
        }
    }
    columns
}

/// The life of a table's rows, and how they enter a state of it. Mistakes have been reported.
fn entry<'a>(table: &config::Table, lives: &'a [Life], state: &str) -> Option<(&'a Life, Entry)> {
    let name = table.state_column()?.life.as_ref()?;
    let life = lives.iter().find(|life| life.name.value == name.value)?;
    Some((life, life.place(state)?.checked_sub(1)))
}

/// A column that a life fills.
fn of_life(column: &config::Column, table: &config::Table, lives: &[Life]) -> Option<Column> {
    let (name, sql_type) = (&column.name.value, column.sql_type.as_ref()?.value.clone());
    if let Some(at) = &column.at {
        let (_, entry) = entry(table, lives, &at.value)?;
        // As `created_at`, so that it is not before it.
        let cut = table.tech_fields.iter().find(|field| field.kind == TechKind::CreatedAt)?.cut;
        return Some(Column::of_entry(name, sql_type, &at.value, entry, cut));
    }
    let life =
        lives.iter().find(|life| Some(&life.name.value) == column.life.as_ref().map(|life| &life.value))?;
    let states = life.states.iter().map(|state| state.name.value.clone()).collect();
    Some(Column::of_states(name, sql_type, &life.name.value, states))
}

/// A column that is drawn on a state, if it is one.
fn drawn_on(drawn: Column, table: &config::Table, lives: &[Life]) -> Column {
    let configured = table.columns.iter().find(|column| column.name.value == drawn.name);
    let state = configured.and_then(|column| column.on.as_ref());
    match state.and_then(|state| Some((state, entry(table, lives, &state.value)?.1))) {
        Some((state, entry)) => drawn.on(&state.value, entry),
        None => drawn,
    }
}

/// Reads a locale.
pub fn read_locale(text: &Spanned<String>, problems: &mut Vec<Problem>) -> Option<Locale> {
    match text.value.parse() {
        Ok(locale) => Some(locale),
        Err(UnknownLocale { nearest }) => {
            let help = match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("the locales are {}", Locale::ALL.map(Locale::code).join(", ")),
            };
            let message = format!("unknown locale {}", quote(&text.value));
            problems.push(Problem::error(&text.span, message).help(help));
            None
        }
    }
}

/// What the columns of each group have in common.
#[derive(Default)]
struct Groups(Vec<Group>);

struct Group {
    name: String,
    locale: Locale,
    /// Whether no update changes its columns.
    fixed: bool,
    /// The fewest distinct values of its unique columns.
    numbers: Option<u64>,
}

impl Groups {
    fn join(
        &mut self,
        column: &config::Column,
        locale: Locale,
        distinct: Option<u64>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(name) = &column.group else { return };
        let fixed = column.fixed.as_ref().is_some_and(|fixed| fixed.value);
        let place = self.0.iter().position(|group| group.name == name.value).unwrap_or_else(|| {
            self.0.push(Group { name: name.value.clone(), locale, fixed, numbers: None });
            self.0.len() - 1
        });
        let group = &mut self.0[place];
        if group.locale != locale {
            let message = format!(
                "`{}` has the locale {locale}, but earlier columns of the group `{}` have {}",
                column.name.value, group.name, group.locale
            );
            let help = "the columns of a group describe one person or place: give them one locale";
            problems.push(Problem::error(&name.span, message).help(help));
        }
        if group.fixed != fixed {
            let which = |fixed| if fixed { "fixed" } else { "not fixed" };
            let message = format!(
                "`{}` is {}, but earlier columns of the group `{}` are {}",
                column.name.value,
                which(fixed),
                group.name,
                which(group.fixed)
            );
            let help = "the columns of a group change together: give all or none of them `fixed = true`";
            problems.push(Problem::error(&name.span, message).help(help));
        }
        group.numbers = group.numbers.into_iter().chain(distinct).min();
    }

    fn numbers(&self, name: &str) -> Option<u64> {
        self.0.iter().find(|group| group.name == name)?.numbers
    }
}

/// A column, and how many distinct values it has if it is unique.
fn compile(
    column: &config::Column,
    locale: Locale,
    table: &str,
    keys: i64,
    tables: &[Referable],
    configured: &[config::Table],
    problems: &mut Vec<Problem>,
) -> Option<(Column, Option<u64>)> {
    let faker = column.faker.as_ref()?;
    let params: Vec<(String, Literal)> =
        column.params.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect();
    let unique = column.unique.as_ref().filter(|unique| unique.value);
    let references = column.references.as_ref().filter(|references| references.value);
    let scope = Scope {
        locale,
        grouped: column.group.is_some(),
        unique: unique.is_some(),
        keys,
        tables,
        references: references.is_some(),
        own_table: tables.iter().position(|other| other.name == table),
    };
    let compiled = match faker::compile(&faker.value, &params, &scope) {
        Ok(compiled) => compiled,
        Err(error) => {
            report(column, error, problems);
            return None;
        }
    };
    let mut sound = true;
    let mut wrong = |problem: Problem| {
        problems.push(problem);
        sound = false;
    };
    if let Some(group) = &column.group
        && !compiled.coherent
    {
        let message = format!("`{}` describes no person or place, so it cannot be in a group", faker.value);
        let help = "remove `group`, or use a provider such as name, email, city or address";
        wrong(Problem::error(&group.span, message).help(help));
    }
    if let Some(references) = references
        && compiled.refers_to.is_none()
    {
        let message = format!("`{}` refers to no table, so it cannot have a foreign key", faker.value);
        let help = "remove `references`, or use faker = \"ref\" with params = { table = \"…\" }";
        wrong(Problem::error(&references.span, message).help(help));
    }
    let nulls = match &column.null_ratio {
        None => compiled.nulls,
        Some(ratio) => Exact::of(&ratio.value).and_then(Exact::share).unwrap_or_else(|| {
            let message = "`null_ratio` is not a number from 0 to 1";
            let help = "0 means never null, 1 always; for example 0.05";
            wrong(Problem::error(&ratio.span, message).help(help));
            (0, 1)
        }),
    };
    let (fixed, distinct) = (compiled.fixed, compiled.distinct);
    if let Some(unique) = unique
        && let merged = column.sql_type.as_ref().filter(|sql_type| merges(&sql_type.value, &compiled))
        && (distinct.is_none() || merged.is_some())
    {
        let message = match merged.filter(|_| distinct.is_some()) {
            None => format!("`{}` has no known number of distinct values", faker.value),
            Some(_) => {
                format!("distinct values of `{}` may be equal as {}", faker.value, column.typed)
            }
        };
        let help = "`unique` needs a provider with a known number of values, such as email, uuid4, random_int, \
                    numerify or sequence, in a type that keeps them distinct";
        wrong(Problem::error(&unique.span, message).help(help));
    }
    let Spanned { value: sql_type, span } = column.sql_type.as_ref()?;
    let source = source(&faker.value, params, locale);
    let parent = compiled.refers_to.and_then(|place| configured.get(place));
    let fitted = match parent.filter(|parent| !parent.key_form.is_number()) {
        Some(parent) => {
            let key = (&parent.key_type, &parent.key_form);
            Column::fit_keys(&column.name.value, sql_type.clone(), source, compiled, key)
        }
        None => Column::fit(&column.name.value, sql_type.clone(), source, compiled),
    };
    match fitted {
        Ok(mut fitted) if sound => {
            // Keys are distinct: values determined by them need no numbers.
            let distinct = distinct.filter(|_| unique.is_some() && !fixed);
            fitted.group = column.group.as_ref().map(|group| group.value.clone());
            fitted.unique = unique.is_some();
            fitted.fixed |= column.fixed.as_ref().is_some_and(|fixed| fixed.value);
            fitted.references = references.is_some();
            fitted.numbers = distinct;
            fitted.nulls = nulls;
            Some((fitted, distinct))
        }
        Ok(_) => None,
        Err(misfit) => {
            let TypeMismatch { gives, help } = misfit;
            let message =
                format!("`{}` gives {gives}, which the type {} cannot hold", faker.value, column.typed);
            problems.push(Problem::error(span, message).help(help));
            None
        }
    }
}

/// Whether different values of the generator may be the same in the type.
fn merges(sql_type: &SqlType, compiled: &Compiled) -> bool {
    /// The largest whole number up to which a floating type represents all of them.
    const REAL: i64 = 1 << 24;
    const DOUBLE: i64 = 1 << 53;
    let within = |most: i64| {
        compiled.integers.as_ref().is_some_and(|range| -most <= *range.start() && *range.end() <= most)
    };
    match (&compiled.generator, sql_type) {
        // `json` has no equality operator.
        (_, SqlType::Json) => true,
        (_, SqlType::Real) => !within(REAL),
        (_, SqlType::Double) => !within(DOUBLE),
        (Generator::Timestamp(_), SqlType::Date) => true,
        // `07` and `7` are different texts.
        (Generator::Text(_), _) => sql_type.int_range().is_some() && compiled.choices.is_some(),
        _ => false,
    }
}

/// Reports why a provider cannot be compiled.
fn report(column: &config::Column, error: CompileError, problems: &mut Vec<Problem>) {
    let Some(faker) = &column.faker else { return };
    match error {
        CompileError::UnknownProvider { name, meant } => {
            if let Some((_, gives, instead)) = faker::not_scalar(&name) {
                let message = format!("`{name}` gives {gives}, which no column can hold");
                let help = format!("use `{instead}`");
                problems.push(Problem::error(&faker.span, message).help(help));
                return;
            }
            let message = format!("unknown provider {}", quote(&name));
            problems.push(Problem::error(&faker.span, message).help(faker::help(&meant)));
        }
        CompileError::Params(wrong) => {
            for problem in wrong {
                let given =
                    column.params.iter().find(|(name, _)| Some(&name.value) == problem.param.as_ref());
                let span = given.map_or(&faker.span, |(name, _)| &name.span);
                let provider = format!("`{}`", faker.value);
                let message = match problem.message.starts_with(&provider) {
                    true => problem.message,
                    false => format!("{provider}: {}", problem.message),
                };
                problems.push(Problem { help: problem.help, ..Problem::error(span, message) });
            }
        }
    }
}

/// `random_int(max=99, min=1)`: parameters by name, so that their order in the file does not matter; with
/// a locale other than en_US, `name() in tr_TR`.
fn source(provider: &str, mut params: Vec<(String, Literal)>, locale: Locale) -> String {
    params.sort_by(|one, other| one.0.cmp(&other.0));
    let params: Vec<String> =
        params.iter().map(|(name, value)| format!("{name}={}", canonical(value))).collect();
    let locale = if locale == Locale::default() { String::new() } else { format!(" in {locale}") };
    format!("{provider}({}){locale}", params.join(", "))
}

fn canonical(literal: &Literal) -> String {
    let join = |items: Vec<String>| items.join(", ");
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => format!("{value:?}"),
        Literal::Text(value) => format!("{value:?}"),
        Literal::List(items) => format!("[{}]", join(items.iter().map(canonical).collect())),
        Literal::Table(items) => {
            let item = |(name, value): &(String, Literal)| format!("{name:?}: {}", canonical(value));
            format!("{{{}}}", join(items.iter().map(item).collect()))
        }
    }
}
