//! The program in an empty folder of its own, without an environment.
//!
//! Owns how it is started, how it is seen that nothing was written, and what is compared with golden files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A right config of one shop and one table, for tests to break.
pub const RIGHT: &str = r#"[[shop]]
name = "shop-1"
tick_interval = "15s"

[tables.orders]
insert_rows_per_tick = 10

[tables.orders.columns]
quantity = { type = "int", faker = "random_int", params = { min = 1, max = 9 } }
"#;

/// A folder with the program in it.
pub struct Program {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

/// What the program did.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Program {
    /// In an empty folder.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state").display().to_string();
        Self { folder, environment: vec![("SHOPSIM_STATE_DIR".to_owned(), state)] }
    }

    /// In a folder that holds a `shops.toml`.
    pub fn with(config: impl AsRef<[u8]>) -> Self {
        let program = Self::new();
        std::fs::write(program.path("shops.toml"), config).unwrap();
        program
    }

    /// With a variable in its environment.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as the system knows it, without links on the way.
    pub fn real_path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// The program, ready to be started in the folder.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shopsim"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end. Arguments are parted by blanks.
    pub fn run(&self, arguments: &str) -> Ended {
        ended(self.command(arguments).output().unwrap())
    }

    /// Runs it to its end, which must be of exit code 2 with nothing on stdout and nothing written.
    #[track_caller]
    pub fn refuses(&self, arguments: &str) -> String {
        let before = self.files();
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(2), "shopsim {arguments}: {ended:#?}");
        assert_eq!(ended.stdout, "", "shopsim {arguments}: {ended:#?}");
        assert_eq!(self.files(), before, "shopsim {arguments} wrote into its folder");
        ended.stderr
    }

    /// What lies in the folder.
    pub fn files(&self) -> Vec<String> {
        let entries = self.folder.path().read_dir().unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// What a process did that has ended.
pub fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Compares with a golden file, or writes it.
#[track_caller]
pub fn assert_golden(file: &Path, told: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(file, told).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        expected == told,
        "{} is\n{expected}\nbut this was told:\n{told}\nif it is meant: UPDATE_GOLDEN=1 cargo test --test cli",
        file.display()
    );
}
