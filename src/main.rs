//! Parses the command line, calls the library and maps the outcome to an exit code; nothing else.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    shopsim::app::main(shopsim::cli::Cli::parse())
}
