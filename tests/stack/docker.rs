//! The programs `docker` and Compose: what is asked of them and what they say.
//!
//! Owns no container and no name.

use std::process::{Command, Stdio};

/// What a program said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    /// What it printed, if all went well.
    pub fn expect(self, what: &str) -> String {
        assert_eq!(self.code, Some(0), "{what}: {}{}", self.out, self.err);
        self.out
    }
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Said {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs `docker`, which must go well.
pub fn docker(arguments: &[&str]) -> String {
    run(Command::new("docker").args(arguments)).expect(&format!("docker {}", arguments.join(" ")))
}

/// Whether an engine answers; else why not.
pub fn engine() -> Result<(), String> {
    let asked = Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]).output();
    let output = asked.map_err(|error| format!("docker: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("no word").to_owned()),
    }
}
