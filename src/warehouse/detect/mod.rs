//! From a catalog to a [`Mapping`]: what is configured, and what the columns and their names tell of the rest.
//!
//! `source` chooses the tables, `shop` tells whose rows are where, `table` (with `columns`) what their columns mean,
//! `loads` where the loads are known from, all over `state`. Owns the order of these steps, and what concerns the
//! warehouse as a whole. Nothing is guessed: where two tables may be meant, both are named.

mod columns;
mod loads;
mod shop;
mod source;
mod state;
mod table;

use super::catalog::{Catalog, Relation};
use super::chain::Chain;
use super::mapping::Mapping;
use super::preset;
use super::question::{Answers, Known, Question};
use crate::config::problem::did_you_mean;
use crate::config::warehouse::WarehouseConfig;
use crate::config::{DEFAULT_STATE_SCHEMA, Problem};
use state::{State, Wanted, problem};

/// What a mapping is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The tables of the warehouse.
    pub catalog: &'a Catalog,
    /// The chain. All its shops: rows of those that are left out would not be told from the others.
    pub chain: &'a Chain,
    /// What is configured.
    pub config: Option<&'a WarehouseConfig>,
    /// The preset of the command line, a word of `preset`; it wins over the config's.
    pub preset: Option<&'a str>,
}

/// The outcome of [`settle`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// All is known.
    Mapping(Mapping),
    /// These questions have to be answered first.
    Ask(Vec<Question>),
}

/// Settles what each table of the warehouse means. To be called again with more answers until no question is left.
///
/// # Errors
/// All that is wrong or ambiguous, in the order of the config; problems without a place concern no line of it.
pub fn settle(request: &Request<'_>, answers: &Answers) -> Result<Settled, Vec<Problem>> {
    let known = Known::new(answers);
    let state = State::new(request, &known);
    let wanted =
        Wanted::of(request.preset.or(request.config.and_then(|config| Some(config.preset.as_ref()?.value))));
    let configured = |name: &str| request.config?.tables.iter().find(|table| table.name.value == name);
    unknown_tables(request, &state);
    let mut tables = Vec::new();
    if !is_of_a_shop(request, &state) {
        for table in &request.chain.tables {
            tables.extend(table::settle(&state, table, configured(&table.name), wanted));
        }
        if tables.is_empty() && state.is_right() {
            nothing_found(request, &state, wanted);
        }
    }
    let mut problems = state.into_problems();
    let open = known.open();
    // With all answers, all problems are known at once.
    if !open.is_empty() {
        return Ok(Settled::Ask(open));
    }
    if !problems.is_empty() {
        crate::config::sort(&mut problems);
        return Err(problems);
    }
    let max_lag = request.config.and_then(|config| config.max_lag);
    let grade = wanted.grade;
    Ok(Settled::Mapping(Mapping {
        tables,
        max_lag: max_lag.or(grade.and_then(|grade| grade.max_lag)),
        grade,
    }))
}

/// Reports tables of the config that the chain does not have.
fn unknown_tables(request: &Request<'_>, state: &State<'_>) {
    let names: Vec<&str> = request.chain.tables.iter().map(|table| table.name.as_str()).collect();
    for table in request.config.iter().flat_map(|config| &config.tables) {
        if !names.contains(&table.name.value.as_str()) {
            let message = format!("the chain has no table {}", state::quoted(&table.name.value));
            state.report(
                Problem::error(&table.name.span, message).help(did_you_mean(&table.name.value, &names)),
            );
        }
    }
}

/// Reports that this is the database of a shop, unless the config names its tables.
fn is_of_a_shop(request: &Request<'_>, state: &State<'_>) -> bool {
    let is_checkpoint = |relation: &&Relation| {
        relation.name.name == "checkpoint"
            && (relation.name.schema == DEFAULT_STATE_SCHEMA || relation.column("start_as_given").is_some())
    };
    let checkpoint = request.catalog.relations.iter().find(is_checkpoint);
    let named = request.config.is_some_and(|config| config.tables.iter().any(|table| table.from.is_some()));
    let Some(checkpoint) = checkpoint.filter(|_| !named) else { return false };
    let schema = &checkpoint.name.schema;
    state.report(
        problem(
            None,
            format!("this is the database of a shop, with shopsim's own schema `{schema}`, not a warehouse"),
        )
        .help(
            "name the database that the pipeline loads; where it is this one, name its tables in a mapping: \
                 [tables.orders] with from = \"dwh.orders\"",
        ),
    );
    true
}

/// Reports what was looked for, where there is none of the chain's tables.
fn nothing_found(request: &Request<'_>, state: &State<'_>, wanted: Wanted) {
    if request.catalog.relations.is_empty() {
        let message = "the warehouse has no table that may be read";
        let help =
            "let the pipeline load it; or grant the role SELECT on its tables and USAGE on their schemas";
        return state.report(problem(None, message).help(help));
    }
    let looked: Vec<String> =
        request.chain.tables.iter().map(|table| source::nearest(state, table)).collect();
    let (of, marks) = match wanted.tool {
        None => (String::new(), String::new()),
        Some(tool) => {
            let marks = match preset::marks(tool) {
                _ if tool == "history" => {
                    "; a table without a start and an end of versions keeps current rows: --preset mirror, or \
                     kind = \"current\" in a mapping"
                        .to_owned()
                }
                marks if marks.is_empty() => String::new(),
                marks => format!("; tables of {tool} have {}", marks.join(", or ")),
            };
            (format!(" of {tool}"), marks)
        }
    };
    let message = format!("no table{of} with the rows of the chain's tables was found");
    let help = format!(
        "{}{marks}; where tables and columns have other names, write a mapping: [tables.orders] with \
         from = \"dwh.orders\" and columns = {{ order_status = \"status\" }}",
        looked.join("; ")
    );
    let span = request.config.and_then(|config| config.preset.as_ref()).map(|preset| &preset.span);
    state.report(problem(span.filter(|_| wanted.tool.is_some()), message).help(help));
}
