//! `shopsim completions`: a script that completes commands, flags and file names.
//!
//! Owns nothing but the call.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;

/// `shopsim completions SHELL`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  shopsim completions bash > ~/.local/share/bash-completion/completions/shopsim
  shopsim completions zsh > ~/.zfunc/_shopsim      (a folder in your $fpath)
  shopsim completions fish > ~/.config/fish/completions/shopsim.fish";

/// Prints the script.
pub fn completions(arguments: &Arguments, out: &mut dyn Write) -> io::Result<()> {
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "shopsim", &mut script);
    out.write_all(&script)
}
