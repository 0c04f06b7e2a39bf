//! `shopsim doctor`: is a server ready for change data capture and cursor loads, and for which tools?
//!
//! Owns its flags, which servers are examined, and the exit code. What is checked is in `doctor`.

mod url;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::{EXIT_CONFIG, EXIT_DIFFERS, EXIT_FAILED, Only, ShopsFile, TableFormat, write_stderr};
use crate::chain::{self, Chain, Shop, wall_now};
use crate::clients::Endpoint;
use crate::config::{ConnectionParameters, DEFAULT_STATE_SCHEMA, Database, TechKind, warehouse};
use crate::doctor::report::{Report, fix_sql, json, table};
use crate::doctor::{Asked, Examined, Filled, SLOT, Stamp, Tool, examine};
use crate::pg::PgError;
use crate::plan::{TablePlan, TechColumn};
use crate::run::Servers;
use crate::supervise::Failure;
use crate::telemetry;

/// Servers that are examined concurrently: most of the time is spent waiting for them.
const TOGETHER: usize = 8;

const AFTER_HELP: &str = "\
Examines a server of yours (a URL or libpq connection string), or without one the databases of the config's shops. It \
reads only. Without --for it says what every tool needs, and for which tools the server is ready; what only some tools \
want is a note, since tools contradict each other. Exit 0 without --for does not mean ready for every tool: name yours.

Tools: debezium, airbyte, dms, fivetran, dlt, peerdb, estuary, materialize, risingwave, datastream, supabase-etl, \
subscription (CREATE SUBSCRIPTION), cursor (loads by a column such as updated_at), shopsim (its own needs).

The password is that of the URL, or PGPASSWORD.

Exit codes: 0 ready (there may be notes), 1 errors or warnings, 2 the command line or the config is invalid, 3 no \
answer from a server.

Examples:
  shopsim doctor postgresql://me@localhost/shop --for debezium
  shopsim doctor --shop shop-1 --for materialize --fix-sql | psql \"$ADMIN_URL\"
  shopsim doctor --probe --format json | jq '.servers[].not_ready_for'";

/// `shopsim doctor`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    /// The database: a URL or libpq connection string; default: the databases of the config's shops
    #[arg(value_name = "URL", conflicts_with = "only")]
    url: Option<String>,
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
    /// What the server must be ready for; may be given several times, or with commas
    #[arg(long = "for", value_name = "TOOL", value_delimiter = ',')]
    tools: Vec<Tool>,
    /// The role that the tool connects as; default: that of the connection
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// The schema of the tables; default: public, or that of the shop
    #[arg(long, value_name = "NAME")]
    schema: Option<String>,
    /// The tables that the tool reads, separated by commas; default: all of the schema, or those of the shop
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    tables: Vec<String>,
    /// The publication that the tool reads; default: the one with most of the tables
    #[arg(long, value_name = "NAME")]
    publication: Option<String>,
    /// Also try decoding, with a temporary slot and a message in the write-ahead log
    #[arg(long)]
    probe: bool,
    /// Print only SQL that cures what was found, for psql
    #[arg(long, conflicts_with = "format")]
    fix_sql: bool,
    /// The format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: TableFormat,
}

impl Arguments {
    /// Whether the config's shops are examined, and not a server that the command line names.
    pub(crate) fn needs_config(&self) -> bool {
        self.url.is_none()
    }

    /// What is asked of a server, where no shop says more.
    fn asked(&self) -> Asked {
        Asked {
            tools: self.tools.clone(),
            role: self.role.clone(),
            schema: self.schema.clone().unwrap_or_else(|| "public".to_owned()),
            state_schema: DEFAULT_STATE_SCHEMA.to_owned(),
            tables: (!self.tables.is_empty()).then(|| self.tables.clone()),
            publication: self.publication.clone(),
            ..Asked::default()
        }
    }

    /// What is asked of a shop's database: its own tables, which may not be there yet.
    fn asked_of(&self, shop: &Shop) -> Asked {
        let asked = self.asked();
        let own = || shop.plan.tables.iter().map(|table| table.name.clone()).collect();
        let rows = shop.plan.tables.iter();
        let schema = self.schema.clone().unwrap_or_else(|| shop.plan.schema.clone());
        Asked {
            tables_of_shopsim: asked.tables.is_none(),
            publication: asked.publication.or_else(|| shop.capture.publication.clone()),
            waiting_slots: shop.capture.slots.iter().map(|slot| slot.name.clone()).collect(),
            tables: asked.tables.or_else(|| Some(own())),
            private_server: matches!(shop.config.database.value, Database::Embedded { .. }),
            commits_without_waiting: Some(!shop.config.synchronous_commit),
            filled: if schema == shop.plan.schema { filled(shop) } else { BTreeMap::new() },
            schema,
            state_schema: shop.plan.state_schema.clone(),
            rows_per_tick: rows
                .map(|table| (table.name.clone(), table.insert_rows + table.update_rows))
                .collect(),
            ..asked
        }
    }
}

/// The tables that a shop fills, with the columns that tell when a row was changed or deleted.
fn filled(shop: &Shop) -> BTreeMap<String, Filled> {
    let stamp = |tech: &TechColumn| Stamp { column: tech.name.clone(), index: tech.index };
    let filled = |table: &TablePlan| Filled {
        updated_at: table.tech(TechKind::UpdatedAt).map(stamp),
        deleted_at: table.tech(TechKind::DeletedAt).map(|tech| tech.name.clone()),
    };
    shop.plan.tables.iter().map(|table| (table.name.clone(), filled(table))).collect()
}

/// Examines a server that the command line names.
pub fn of_url(arguments: &Arguments) -> ExitCode {
    let text = arguments.url.as_deref().unwrap_or_default();
    let server = match warehouse::connection(text, &chain::SURROUNDINGS) {
        Ok(server) => server,
        Err(wrong) => {
            write_stderr(&format!("error: {}\n", url::wrong(text, &wrong)));
            return ExitCode::from(EXIT_CONFIG);
        }
    };
    announce(arguments);
    let examined = actix::System::new().block_on(look(&server, &arguments.asked(), arguments.probe));
    let result = examined.map_err(|error| url::no_answer(&error, &server));
    let report = Report { shop: None, url: Endpoint::of(&server).url(), result };
    print(arguments, &[report])
}

/// Examines the databases of a chain's shops.
pub fn of_shops(arguments: &Arguments, chain: &Chain) -> ExitCode {
    if arguments.fix_sql && chain.shops.len() > 1 {
        write_stderr(&format!(
            "error: --fix-sql prints the SQL of one server, and there are {} shops: name one of them: --shop NAME\n",
            chain.shops.len()
        ));
        return ExitCode::from(EXIT_CONFIG);
    }
    let _log = telemetry::begin(telemetry::LogOptions::of_command(Arc::new(wall_now)));
    announce(arguments);
    let reports: Vec<Report> = Servers::with_made_before(chain, async |servers| {
        let report = async |shop: &Shop| {
            let result = match servers.database(shop).await {
                Ok(Some(server)) => {
                    let examined = look(&server, &arguments.asked_of(shop), arguments.probe).await;
                    examined.map_err(|error| Failure::from(error).message)
                }
                Ok(None) => Err("it has never run, and its private server is not there yet".to_owned()),
                Err(error) => Err(error),
            };
            Report { shop: Some(shop.plan.name.clone()), url: url_of(shop, servers), result }
        };
        stream::iter(&chain.shops).map(report).buffered(TOGETHER).collect().await
    });
    print(arguments, &reports)
}

/// Says what is going to be done besides reading.
fn announce(arguments: &Arguments) {
    if arguments.probe {
        write_stderr(&format!(
            "probe: makes the temporary slot {SLOT}, writes one message to the write-ahead log, reads it, and drops the slot\n"
        ));
    }
}

async fn look(server: &ConnectionParameters, asked: &Asked, probe: bool) -> Result<Examined, PgError> {
    examine(server, asked, probe, wall_now).await
}

/// The URL of a shop's database, with the password only if it is no secret.
fn url_of(shop: &Shop, servers: &Servers) -> String {
    match &shop.config.database.value {
        Database::Server(server) => Endpoint::of(server).url(),
        Database::Embedded { port } => match servers.knows(&shop.plan.name) {
            Some(spec) => spec.url(),
            None => format!("private server on port {port}"),
        },
    }
}

fn print(arguments: &Arguments, reports: &[Report]) -> ExitCode {
    let text = match (arguments.fix_sql, arguments.format) {
        (true, _) => reports.iter().map(fix_sql).collect(),
        (false, TableFormat::Table) => table(reports, telemetry::colour_wanted_on_stdout()),
        (false, TableFormat::Json) => format!("{:#}\n", json(reports)),
    };
    let mut out = io::stdout().lock();
    // A closed pipe does not change the exit code.
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        write_stderr(&format!("error: cannot write to stdout: {error}\n"));
        return ExitCode::from(EXIT_FAILED);
    }
    if arguments.fix_sql {
        for report in reports {
            if let Err(error) = &report.result {
                write_stderr(&format!("error: {error}\n"));
            }
        }
    }
    if reports.iter().any(|report| report.result.as_ref().is_ok_and(Examined::has_findings)) {
        ExitCode::from(EXIT_DIFFERS)
    } else if reports.iter().any(|report| report.result.is_err()) {
        ExitCode::from(EXIT_FAILED)
    } else {
        ExitCode::SUCCESS
    }
}
