//! Grading once, or again and again until all is right.
//!
//! Owns the output of the report, the waiting of `--wait`, and the exit code. Must not know how a warehouse is graded.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::steps::{Failed, Opened, Prepared, grade};
use super::{Arguments, ExplainArguments, Format};
use crate::chain::{Chain, wall_now};
use crate::cli::{EXIT_CONFIG, EXIT_FAILED, write_stderr};
use crate::grade::report::{self, Report};
use crate::run::Servers;
use crate::telemetry::{self, colour_wanted_on_stdout};

/// How often `--wait` looks for a new load.
const LOOK: Duration = Duration::from_secs(2);

/// Grades, and prints the report.
pub fn run(arguments: &Arguments, chain: &Chain) -> ExitCode {
    let prepared = match Prepared::new(&arguments.subject, &arguments.tables, chain) {
        Ok(prepared) => prepared,
        Err(failed) => return fail(&failed),
    };
    let _log = telemetry::begin(telemetry::LogOptions::of_command(Arc::new(wall_now)));
    if arguments.print_mapping {
        let opened = Servers::with_made_before(chain, async |_| Opened::new(&prepared, chain).await);
        return match opened {
            Ok(opened) => print(&opened.printed, arguments),
            Err(failed) => fail(&failed),
        };
    }
    let report = Servers::with_made_before(chain, async |servers| {
        let until = Instant::now() + arguments.wait_for;
        let mut attempt = 1;
        loop {
            let report = grade(&prepared, chain, servers, arguments.examples, None).await?;
            let is_over = !arguments.wait || !fails(&report, arguments) || Instant::now() >= until;
            if is_over {
                return Ok(report);
            }
            let findings: u64 = report.tables.iter().flat_map(|table| table.findings.values()).sum();
            write_stderr(&format!("attempt {attempt}: {findings} findings; waiting for the next load\n"));
            attempt += 1;
            sleep(LOOK.min(until.saturating_duration_since(Instant::now()))).await;
        }
    });
    let mut report = match report {
        Ok(report) => report,
        Err(failed) => return fail(&failed),
    };
    let code = exit_code(&report, arguments);
    report.hide(arguments.hints.into());
    let text = match arguments.format {
        Format::Table => report::table(&report, arguments.out.is_none() && colour_wanted_on_stdout()),
        Format::Json => report::json(&report),
        Format::Junit => report::junit(&report),
        Format::Markdown => report::markdown(&report),
        Format::Html => report::html(&report),
    };
    let printed = print(&text, arguments);
    if printed == ExitCode::SUCCESS { ExitCode::from(code) } else { printed }
}

/// Prints one key's time line.
pub fn explain(arguments: &ExplainArguments, chain: &Chain) -> ExitCode {
    let ExplainArguments { shop, table, key, subject } = arguments;
    let names: Vec<&str> = chain.shops.iter().map(|shop| shop.plan.name.as_str()).collect();
    if !names.contains(&shop.as_str()) {
        write_stderr(&format!("error: there is no shop `{shop}`; the shops are: {}\n", names.join(", ")));
        return ExitCode::from(EXIT_CONFIG);
    }
    let prepared = match Prepared::new(subject, std::slice::from_ref(table), chain) {
        Ok(prepared) => prepared,
        Err(failed) => return fail(&failed),
    };
    let _log = telemetry::begin(telemetry::LogOptions::of_command(Arc::new(wall_now)));
    let wanted = (shop.as_str(), table.as_str(), key.as_str());
    let report = Servers::with_made_before(chain, async |servers| {
        grade(&prepared, chain, servers, 0, Some(wanted)).await
    });
    let report = match report {
        Ok(report) => report,
        Err(failed) => return fail(&failed),
    };
    // Without examples no other key has a time line.
    match report.tables.iter().flat_map(|table| &table.timelines).next() {
        Some(timeline) => write(&report::explain(timeline)),
        None => {
            write_stderr(&format!("error: {shop} has never made a row {key} of {table}\n"));
            ExitCode::from(EXIT_CONFIG)
        }
    }
}

fn fail(failed: &Failed) -> ExitCode {
    write_stderr(&failed.message);
    ExitCode::from(failed.code)
}

/// Whether the report has a finding that counts.
fn fails(report: &Report, arguments: &Arguments) -> bool {
    exit_code(report, arguments) != 0
}

fn exit_code(report: &Report, arguments: &Arguments) -> u8 {
    let code = report.verdict().exit_code(arguments.strict);
    let counts = |class| arguments.fail_on.is_empty() || arguments.fail_on.contains(class);
    match code {
        1 if !report.tables.iter().flat_map(|table| table.findings.keys()).any(counts) => 0,
        code => code,
    }
}

/// Writes to the file of `--out`, or to stdout.
fn print(text: &str, arguments: &Arguments) -> ExitCode {
    let Some(path) = &arguments.out else { return write(text) };
    match std::fs::write(path, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            write_stderr(&format!("error: cannot write {}: {error}\n", path.display()));
            ExitCode::from(EXIT_FAILED)
        }
    }
}

/// Writes to stdout. A closed pipe is no failure.
fn write(text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            write_stderr(&format!("error: cannot write to stdout: {error}\n"));
            ExitCode::from(EXIT_FAILED)
        }
        _ => ExitCode::SUCCESS,
    }
}
