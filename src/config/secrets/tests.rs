//! Lines as they may be shown, and a password that no slip uncovers in any message.

use std::path::Path;

use proptest::prelude::*;

use super::super::{Problem, Source, Surroundings, read};

/// All lines of a text as they are shown.
fn shown(text: &str) -> String {
    let source = Source::new("shops.toml", text);
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let shown = source.render(&Problem::error(&(start..start), "wrong"), false);
        start += line.len();
        shown.lines().nth(1).unwrap().split_once(" | ").unwrap().1.to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_value_is_shown_if_its_key_has_no_secrets() {
    for (text, expected) in [
        ("name = \"a\" # password = hunter2", "name = \"a\" …"),
        ("name = \"a # b\"", "name = \"a # b\""),
        ("# password = \"hunter2\"\nseed = 1", "…\nseed = 1"),
        ("password = \"hunter2\"", "password = …"),
        ("pasword = 12345", "pasword = …"),
        ("database.password=\"hunter2\"", "database.password=…"),
        ("database = \"postgres://u:hunter2@h/d\"", "database = …"),
        ("database = { port = 1, host = \"hunter2\" }", "database = { port = 1, host = … }"),
        ("database = ['''hunter2\nseed = 1''',\n]\nseed = 1", "database = …\n…\n…\nseed = 1"),
        (
            "c = { faker = \"x\", params = { a = [1] }, b = 2 }",
            "c = { faker = \"x\", params = { a = [1] }, b = … }",
        ),
        ("params = { a = 1 }", "params = { a = … }"),
        ("[[shop]]\nname = \"a\"\n[tables.name.columns]", "[[shop]]\nname = \"a\"\n[tables.name.columns]"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_line_of_a_text_that_is_not_toml_shows_its_key_alone() {
    for (text, expected) in [
        ("seed = 1\npassword = \"hunter2\n", "seed = …\npassword = …"),
        ("password = \"\"\"\nhunter=2\n", "password = …\n…"),
        ("password \"hunter2\"\n\n[shop", "…\n\n…"),
        ("hun = ter2 ter2\n", "…"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn all_of_the_shipped_config_is_shown_but_its_databases() {
    let shown = shown(include_str!("../../../shops.toml"));
    let hidden: Vec<_> =
        shown.lines().filter(|line| !line.starts_with('…') && line.contains(" = …")).collect();
    assert_eq!(hidden, ["database = …"; 2]);
}

/// A config with a password, changed in a few places outside of it.
fn mangled() -> impl Strategy<Value = String> {
    let written = prop::sample::select(vec![
        ("password = \"", "\""),
        ("password = \"\"\"\na=b\n", "=c\n\"\"\""),
        ("database = { host = \"h\", password = '", "', port = 1 }"),
        ("database = \"postgres://shop:", "@h/d\""),
        ("database = \"${URL:-postgres://shop:", "@h/d\""),
        ("database = \"host=h password=", " port=1\""),
    ]);
    let change = (
        any::<prop::sample::Index>(),
        prop::sample::select("\"'=#{}[],:/ \\x\n".chars().collect::<Vec<_>>()),
        0..3,
    );
    (written, prop::collection::vec(change, 0..=3)).prop_map(|((before, after), changes)| {
        let before = format!("[[shop]]\nname = \"a\" # it\ntick_interval = \"5s\"\n{before}");
        let mut text: Vec<char> = before.chars().collect();
        for (at, c, what) in changes {
            let at = at.index(text.len());
            match what {
                0 => text[at] = c,
                1 => text.insert(at, c),
                _ => drop(text.remove(at)),
            }
        }
        let text: String = text.into_iter().collect();
        format!("{text}Zq9Kx{after}\nseed = \"x\"\n[tables.t]\ninsert_rows_per_tick = 1\n")
    })
}

proptest! {
    #[test]
    fn no_slip_of_the_pen_uncovers_a_password(text in mangled()) {
        let source = Source::new("shops.toml", &*text);
        let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
        let (_, problems) = read(&source, &Surroundings { var: &|_| None, read: &none });
        let shown = source.render_all(&problems, false) + &shown(&text);
        prop_assert!(!shown.contains("Zq9Kx"), "{text:?} is shown as {shown}");
    }
}
