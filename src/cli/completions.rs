//! `shopsim completions`: a script that completes commands and flags.
//!
//! Owns nothing but the call.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;

/// `shopsim completions SHELL`.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The shell, e.g. `shopsim completions bash > /etc/bash_completion.d/shopsim`
    shell: Shell,
}

/// Prints the script.
pub fn completions(arguments: &Arguments) {
    clap_complete::generate(arguments.shell, &mut Cli::command(), "shopsim", &mut io::stdout());
}
