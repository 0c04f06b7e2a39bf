//! What a command line means for the whole: which command, which exit code.
//!
//! Owns stdout and the outermost errors; all else is wired below it.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::chain::{self, Chain, Overrides, wall_now};
use crate::cli::{
    Cli, Command, EXIT_CONFIG, EXIT_FAILED, check, completions, digest, healthcheck, import, providers,
    reset, run, sample, standing, times, verify,
};
use crate::clock::Timeline;

/// Does what was typed and tells how it went.
pub fn main(cli: Cli) -> ExitCode {
    match cli.command {
        Command::Completions(arguments) => print(|out| completions::completions(&arguments, out)),
        Command::Providers(arguments) => match providers::chosen(&arguments) {
            Ok(chosen) => print(|out| providers::providers(&arguments, &chosen, out)),
            Err(problem) => {
                tell(&problem);
                ExitCode::from(EXIT_CONFIG)
            }
        },
        Command::Check(arguments) => {
            let overrides = Overrides { only: arguments.shops.only.clone(), ..Overrides::default() };
            match load(&arguments.file.shops, &overrides) {
                Ok(chain) => {
                    let wall = wall_now();
                    for line in check::ends_in_the_past(&chain, wall) {
                        tell(&format!("warning: {line}\n"));
                    }
                    let printed = print(|out| out.write_all(check::summary(&chain, wall).as_bytes()));
                    if !arguments.database {
                        return printed;
                    }
                    let (found, code) = standing::look(&chain);
                    print(|out| out.write_all(found.as_bytes()));
                    code
                }
                Err(code) => code,
            }
        }
        Command::Sample(arguments) => {
            let only = arguments.shops.only.clone();
            let overrides = Overrides { only, start: arguments.start, ..Overrides::default() };
            match load(&arguments.file.shops, &overrides) {
                Ok(chain) => {
                    for line in sample::beyond_the_end(&arguments, &chain.shops) {
                        tell(&format!("warning: {line}\n"));
                    }
                    match times(&chain, arguments.database) {
                        Ok(times) => {
                            for line in times::never_made(&chain, &times, arguments.from_tick) {
                                tell(&format!("warning: {line}\n"));
                            }
                            print(|out| sample::sample(&arguments, &chain.shops, &times, out))
                        }
                        Err(code) => code,
                    }
                }
                Err(code) => code,
            }
        }
        Command::Digest(arguments) => {
            let only = arguments.shops.only.clone();
            let overrides = Overrides { only, start: arguments.start, ..Overrides::default() };
            match load(&arguments.file.shops, &overrides) {
                Ok(chain) => {
                    let problems = digest::problems(&arguments, &chain.shops);
                    problems.iter().for_each(|problem| tell(&format!("error: {problem}\n")));
                    if !problems.is_empty() {
                        return ExitCode::from(EXIT_CONFIG);
                    }
                    match times(&chain, arguments.database) {
                        Ok(times) => {
                            let problems = times::never_made(&chain, &times, arguments.at_tick);
                            problems.iter().for_each(|problem| tell(&format!("error: {problem}\n")));
                            match problems.is_empty() {
                                true => print(|out| digest::digest(&arguments, &chain.shops, &times, out)),
                                false => ExitCode::from(EXIT_CONFIG),
                            }
                        }
                        Err(code) => code,
                    }
                }
                Err(code) => code,
            }
        }
        Command::Verify(arguments) => {
            let overrides = Overrides { only: arguments.shops.only.clone(), ..Overrides::default() };
            match load(&arguments.file.shops, &overrides) {
                Ok(chain) => verify::run(&arguments, &chain),
                Err(code) => code,
            }
        }
        Command::Reset(arguments) => {
            let overrides = Overrides { only: arguments.shops.only.clone(), ..Overrides::default() };
            match load(&arguments.file.shops, &overrides) {
                Ok(chain) => reset::run(&arguments, &chain),
                Err(code) => code,
            }
        }
        Command::Healthcheck(arguments) => match healthcheck::ask(&arguments) {
            Ok(answer) => {
                // Whoever does not read the words wants to know all the same.
                print(|out| out.write_all(answer.body.as_bytes()));
                ExitCode::from(answer.code)
            }
            Err(problem) => {
                tell(&format!("error: {problem}\n"));
                ExitCode::from(EXIT_FAILED)
            }
        },
        Command::Import(arguments) => import::run(&arguments, tell),
        Command::Run(arguments) => match load(&arguments.file.shops, &arguments.overrides()) {
            Ok(chain) => run::run(&arguments, chain),
            Err(code) => code,
        },
    }
}

/// Reads and checks a config, or says on stderr what is wrong with it.
fn load(path: &Path, overrides: &Overrides) -> Result<Chain, ExitCode> {
    chain::load(path, overrides, tell).ok_or(ExitCode::from(EXIT_CONFIG))
}

/// The times of the shops' ticks, or says on stderr why a database does not tell them.
fn times(chain: &Chain, from_databases: bool) -> Result<Vec<Timeline>, ExitCode> {
    if !from_databases {
        return Ok(times::of_config(chain));
    }
    times::of_databases(chain).map_err(|problems| {
        problems.iter().for_each(|problem| tell(&format!("error: {problem}\n")));
        ExitCode::from(EXIT_FAILED)
    })
}

/// Says something on stderr. A stderr that is closed is nobody's who would listen.
fn tell(text: &str) {
    drop(io::stderr().write_all(text.as_bytes()));
}

/// Writes data to stdout. A reader that has seen enough is no failure.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("error: cannot write to stdout: {error}\n"));
            ExitCode::from(EXIT_FAILED)
        }
    }
}
