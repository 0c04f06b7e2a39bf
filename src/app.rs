//! From a parsed command line to an exit code.
//!
//! Owns stdout and the outermost errors; the commands are in `cli`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use crate::chain::{self, Chain, Diagnostics, Overrides, wall_now};
use crate::cli::times::{Times, Unknown};
use crate::cli::{
    Cli, Command, EXIT_CONFIG, EXIT_FAILED, Only, Recorded, ShopsFile, check, completions, connect, digest,
    doctor, grade, healthcheck, history, import, origin, providers, reset, run, sample, serve, standing,
    status, times, verify, write_stderr,
};
use crate::clock::Timeline;
use crate::telemetry;

/// Runs a command and returns its exit code.
pub fn main(cli: Cli) -> ExitCode {
    run(cli.command).unwrap_or_else(|code| code)
}

/// Runs a command; an exit code is an error if the command could not be completed.
fn run(command: Command) -> Result<ExitCode, ExitCode> {
    Ok(match command {
        Command::Completions(arguments) => print(|out| completions::completions(&arguments, out)),
        Command::Providers(arguments) => match providers::chosen(&arguments) {
            Ok(chosen) => print(|out| providers::providers(&arguments, &chosen, out)),
            Err(problem) => {
                write_stderr(&problem);
                ExitCode::from(EXIT_CONFIG)
            }
        },
        Command::Check(arguments) => {
            let chain = load(&arguments.file, only(&arguments.shops))?;
            let wall = wall_now();
            report_all("warning", &check::ends_in_the_past(&chain, wall));
            let printed = print(|out| out.write_all(check::summary(&chain, wall).as_bytes()));
            if !arguments.database {
                return Ok(printed);
            }
            let (found, code) = standing::look(&chain);
            print(|out| out.write_all(found.as_bytes()));
            code
        }
        Command::Sample(arguments) => {
            let overrides = Overrides { start: arguments.start, ..only(&arguments.shops) };
            let chain = load(&arguments.file, overrides)?;
            report_all("warning", &sample::beyond_the_end(&arguments, &chain.shops));
            let times = times(&chain, &arguments.recorded)?;
            report_all("warning", &times::never_made(&chain, &times, arguments.from_tick));
            print(|out| sample::sample(&arguments, &chain.shops, &timelines(times), out))
        }
        Command::Digest(arguments) => {
            let overrides = Overrides { start: arguments.start, ..only(&arguments.shops) };
            let chain = load(&arguments.file, overrides)?;
            none_of(&digest::problems(&arguments, &chain.shops), EXIT_CONFIG)?;
            let times = times(&chain, &arguments.recorded)?;
            none_of(&times::never_made(&chain, &times, arguments.at_tick), EXIT_CONFIG)?;
            print(|out| digest::digest(&arguments, &chain.shops, &timelines(times), out))
        }
        Command::History(arguments) => {
            let overrides = Overrides { start: arguments.start, ..only(&arguments.shops) };
            let chain = load(&arguments.file, overrides)?;
            let times = times(&chain, &arguments.recorded)?;
            let choice = history::choose(&arguments, &chain, times).map_err(|problems| {
                report_all("error", &problems);
                ExitCode::from(EXIT_CONFIG)
            })?;
            report_all("warning", &choice.warnings);
            print(|out| history::history(&arguments, &choice, &chain.shops, out))
        }
        Command::Origin(arguments) => {
            let chain = load(&arguments.file, only(&arguments.shops))?;
            let recorded = times::of_databases(&chain).map_err(unknown)?;
            print(|out| origin::origin(recorded, out))
        }
        Command::Verify(arguments) => {
            verify::run(&arguments, &load(&arguments.file, only(&arguments.shops))?)
        }
        Command::Grade(arguments) => {
            let subject = arguments.subject();
            grade::run(&arguments, &load(&subject.file, only(&subject.shops))?)
        }
        Command::Doctor(arguments) if !arguments.needs_config() => doctor::of_url(&arguments),
        Command::Doctor(arguments) => {
            doctor::of_shops(&arguments, &load(&arguments.file, only(&arguments.shops))?)
        }
        Command::Reset(arguments) => reset::run(&arguments, &load(&arguments.file, only(&arguments.shops))?),
        Command::Healthcheck(arguments) => match healthcheck::ask(&arguments) {
            Ok(answer) => {
                // A closed stdout does not change the exit code.
                print(|out| out.write_all(answer.body.as_bytes()));
                ExitCode::from(answer.code)
            }
            Err(problem) => {
                report_all("error", &[problem]);
                ExitCode::from(EXIT_FAILED)
            }
        },
        Command::Status(arguments) => status::run(&arguments),
        Command::Connect(arguments) => {
            let chain = load(&arguments.file, arguments.overrides())?;
            let answer = connect::answer(&arguments, &chain).map_err(|problem| {
                report_all("error", &[problem]);
                ExitCode::from(EXIT_CONFIG)
            })?;
            report_all("note", &answer.note.into_iter().collect::<Vec<_>>());
            print(|out| out.write_all(answer.text.as_bytes()))
        }
        Command::Import(arguments) => import::run(&arguments, write_stderr),
        Command::Serve(arguments) => serve::run(&load(&arguments.file, only(&arguments.shops))?),
        Command::Run(arguments) => run::run(&arguments, &load(&arguments.file, arguments.overrides())?),
    })
}

/// The overrides of a command that may name shops.
fn only(shops: &Only) -> Overrides {
    Overrides { only: shops.only.clone(), ..Overrides::default() }
}

/// Reads and checks a config, and reports errors and warnings on stderr.
fn load(file: &ShopsFile, overrides: Overrides) -> Result<Chain, ExitCode> {
    let report = |diagnostics: &Diagnostics| write_stderr(&diagnostics.render(telemetry::colour_wanted()));
    let chain = chain::load(&file.shops, &overrides).map_err(|diagnostics| {
        report(&diagnostics);
        ExitCode::from(EXIT_CONFIG)
    })?;
    report(&chain.warnings);
    Ok(chain)
}

/// The times of the shops' ticks; reports on stderr why they are unknown.
fn times(chain: &Chain, recorded: &Recorded) -> Result<Vec<Times>, ExitCode> {
    times::of(chain, recorded.source()).map_err(unknown)
}

/// Reports why the times of the ticks are unknown.
fn unknown(times: Unknown) -> ExitCode {
    report_all("error", &times.problems);
    ExitCode::from(times.code)
}

fn timelines(times: Vec<Times>) -> Vec<Timeline> {
    times.into_iter().map(|times| times.timeline).collect()
}

/// Reports errors on stderr; fails if there are any.
fn none_of(problems: &[String], code: u8) -> Result<(), ExitCode> {
    report_all("error", problems);
    if problems.is_empty() { Ok(()) } else { Err(ExitCode::from(code)) }
}

/// Reports on stderr, one line each.
fn report_all(label: &str, lines: &[String]) {
    lines.iter().for_each(|line| write_stderr(&format!("{label}: {line}\n")));
}

/// Writes data to stdout. A closed pipe is no failure.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            write_stderr(&format!("error: cannot write to stdout: {error}\n"));
            ExitCode::from(EXIT_FAILED)
        }
    }
}
