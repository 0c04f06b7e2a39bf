//! What a user sees of a wrong config: each folder of `tests/config_errors/` is a config and the exact
//! text of all its problems. `UPDATE_GOLDEN=1 cargo test --test config_errors` writes the texts anew.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use shopsim::config::{self, Source, Surroundings};
use shopsim::plan;

/// A password planted in the cases: no text may show it.
const PLANTED: &str = "hunter2";

/// The problems of a case as the terminal shows them, without the machine's own paths.
fn problems(case: &Path) -> String {
    let bytes = std::fs::read(case.join("shops.toml")).unwrap();
    let var = |name: &str| match name {
        "SHOP_PASSWORD" => Some(PLANTED.into()),
        "SHOP_URL_RAW" => Some(format!("postgres://shop:{PLANTED}@x@db/shop").into()),
        "NOT_A_PORT" => Some("many".into()),
        "EMPTY" => Some(OsString::new()),
        _ => None,
    };
    // Relative to the case's folder, as if the program had been started in it.
    let read = |path: &Path| std::fs::read(case.join(path));
    let source = Source::from_bytes("shops.toml", bytes).unwrap();
    let (config, mut problems) = config::read(&source, &Surroundings { var: &var, read: &read });
    problems.extend(plan::compile(&config).1);
    config::sort(&mut problems);
    assert!(!format!("{config:?} {problems:?}").contains(PLANTED), "a password in {}", case.display());
    let mut text = source.render_all(&problems, false);
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    writeln!(text, "\n{errors} errors, {} warnings", problems.len() - errors).unwrap();
    text
}

#[test]
fn every_wrong_config_gets_its_exact_messages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config_errors");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let mut differing = Vec::new();
    for case in cases {
        let shown = problems(&case);
        assert!(!shown.contains(PLANTED), "a password in the messages of {}", case.display());
        let expected = case.join("expected.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&expected, &shown).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != shown {
            differing.push(format!("{} is not:\n{shown}", expected.display()));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
