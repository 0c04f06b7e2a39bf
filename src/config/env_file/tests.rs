//! Env files as a specification: the rules of Docker Compose's documentation one by one, then what the names mean.
//! Compose 2.26.1 gives the same values.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use super::*;
use crate::config::Surroundings;

/// The environment of these tests.
fn environment(name: &str) -> Option<OsString> {
    match name {
        "OTHER" => Some("other".into()),
        "EMPTY" => Some(OsString::new()),
        "LATIN_1" => Some(OsString::from_vec(vec![0xe9])),
        "POSTGRES_USER" => Some("u".into()),
        _ => None,
    }
}

fn file(text: &str) -> (EnvFile, Vec<String>) {
    let surroundings =
        Surroundings { var: &environment, read: &|_| Err(std::io::ErrorKind::NotFound.into()) };
    let context = Context::new(&surroundings, Path::new(""));
    let file = parse("x.env", text, &context, &(0..1));
    file.report(|_| true, &context);
    (file, context.into_problems().into_iter().map(|problem| problem.message).collect())
}

/// The value of `VAR`, or why it has none; the last line of a file of that name.
fn value(text: &str) -> Result<Option<String>, String> {
    let lines = env_lines(text, &environment);
    let line = lines.into_iter().rev().find(|line| line.name == "VAR").expect("a line of VAR");
    line.value.map_err(|wrong| wrong.message)
}

#[test]
fn each_rule_of_composes_documentation_holds() {
    let cases = [
        ("lines that begin with # are comments", "# VAR=a\n  # VAR=b\nVAR=VAL", "VAL"),
        ("blank lines are ignored", "\n \t\n\r\nVAR=VAL\n\n", "VAL"),
        ("a value may stand without quotes", "VAR=VAL", "VAL"),
        ("in double ones", "VAR=\"VAL\"", "VAL"),
        ("in single ones", "VAR='VAL'", "VAL"),
        ("the delimiter may be a colon", "VAR: VAL", "VAL"),
        ("and the value holds any of both", "VAR=a:b=c", "a:b=c"),
        ("blanks around it are ignored", "VAR \t=  VAL  ", "VAL"),
        ("blanks within quotes are not", "VAR=\" VAL \"", " VAL "),
        ("a comment follows a blank", "VAR=VAL # comment", "VAL"),
        ("a comment without a value is the value", "VAR= # the value", "# the value"),
        ("without a blank it is part of the value", "VAR=VAL# not a comment", "VAL# not a comment"),
        ("a # within double quotes is literal", "VAR=\"VAL # not a comment\"", "VAL # not a comment"),
        ("a # within single quotes is literal", "VAR='VAL # not a comment'", "VAL # not a comment"),
        ("a comment may follow the closing quote", "VAR=\"VAL\" # comment", "VAL"),
        ("or stand right behind it", "VAR='VAL'# comment", "VAL"),
        ("single quotes are literal", "VAR='$OTHER'", "$OTHER"),
        ("braces in them, too", "VAR='${OTHER}'", "${OTHER}"),
        ("and what looks like an escape", "VAR='some\\tvalue'", "some\\tvalue"),
        ("two backslashes stay two there", "VAR='a\\\\b'", "a\\\\b"),
        ("a single quote is escaped by a backslash", "VAR='Let\\'s go!'", "Let's go!"),
        ("and so is a double one", "VAR=\"{\\\"hello\\\": \\\"json\\\"}\"", "{\"hello\": \"json\"}"),
        ("a line break of double quotes", "VAR=\"some\\nvalue\"", "some\nvalue"),
        ("a carriage return of double quotes", "VAR=\"some\\rvalue\"", "some\rvalue"),
        ("a tab of double quotes", "VAR=\"some\\tvalue\"", "some\tvalue"),
        ("a backslash of double quotes", "VAR=\"some\\\\value\\\\\"", "some\\value\\"),
        ("a dollar of double quotes", "VAR=\"\\$OTHER\"", "$OTHER"),
        ("the rarer escapes of the shell", "VAR=\"\\a\\b\\f\\v\\0101\"", "\u{7}\u{8}\u{c}\u{b}A"),
        ("what is no escape stays", "VAR=\"\\d\\x\\\"\"", "\\d\\x\""),
        ("no escape without quotes", "VAR=some\\tvalue", "some\\tvalue"),
        ("single quotes span lines", "VAR='SOME\nVALUE'\nX=1", "SOME\nVALUE"),
        ("double ones as well", "VAR=\"SOME\n# VALUE\"", "SOME\n# VALUE"),
        ("variables without quotes", "VAR=a$OTHER-b", "aother-b"),
        ("variables in double quotes", "VAR=\"a $OTHER b\"", "a other b"),
        ("direct substitution", "VAR=${OTHER}", "other"),
        ("a variable that is not set is empty", "VAR=a${NONE}b$NONE", "ab"),
        ("default, if unset", "VAR=${NONE:-default}", "default"),
        ("default, if empty", "VAR=${EMPTY:-default}", "default"),
        ("no default, if set", "VAR=${OTHER:-default}", "other"),
        ("default without colon, if unset", "VAR=${NONE-default}", "default"),
        ("no default without colon, if empty", "VAR=${EMPTY-default}", ""),
        ("a needed value", "VAR=${OTHER:?error}", "other"),
        ("a needed value that may be empty", "VAR=${EMPTY?error}", ""),
        ("replacement, if set", "VAR=${OTHER:+replacement}", "replacement"),
        ("no replacement, if empty", "VAR=${EMPTY:+replacement}", ""),
        ("replacement without colon, if empty", "VAR=${EMPTY+replacement}", "replacement"),
        ("no replacement, if unset", "VAR=${NONE+replacement}", ""),
        ("nested", "VAR=${NONE:-${EMPTY:-${OTHER}}}!", "other!"),
        ("nested without braces", "VAR=${NONE-$OTHER}", "other"),
        ("two dollars are one", "VAR=a$$OTHER$$", "a$OTHER$"),
        ("a dollar before anything else is itself", "VAR=Hhd&^$ $1 $", "Hhd&^$ $1 $"),
        ("a value from above in the file", "HERE='$1'\nVAR=${HERE}", "$1"),
        ("the environment wins over the file", "OTHER=file\nVAR=$OTHER", "other"),
        ("export may stand before it", "export VAR=VAL", "VAL"),
        ("with any blanks", "  export \t VAR = VAL", "VAL"),
        ("lines may end as on Windows", "VAR=VAL\r\nX=1\r\n", "VAL"),
        ("with a comment, too", "VAR=VAL # comment\r\n", "VAL"),
        ("and behind quotes", "VAR=\"VAL\"\r\n", "VAL"),
        ("a byte order mark is not part of the name", "\u{feff}VAR=VAL", "VAL"),
        ("an empty value", "VAR=\nX=1", ""),
        ("the last of two counts", "VAR=a\nVAR=b", "b"),
    ];
    for (rule, text, expected) in cases {
        assert_eq!(value(text), Ok(Some(expected.to_owned())), "{rule}: {text}");
    }
}

#[test]
fn a_name_alone_has_the_value_of_the_environment() {
    assert_eq!(value("VAR"), Ok(None));
    assert_eq!(value("VAR # comment"), Ok(None));
    let (read, problems) = file("POSTGRES_USER\nCITY_NAME");
    assert_eq!(read.parts.user.as_deref(), Some("u"));
    assert_eq!(problems, ["x.env:2: `CITY_NAME` has no `=`, and the environment has no such variable"]);
}

#[test]
fn what_compose_refuses_is_an_error() {
    for (text, expected) in [
        ("VAR=\"a", "missing closing quote `\"`"),
        ("VAR=\"a\nB=\"b\"", "missing closing quote `\"`"),
        ("VAR='a\\'", "missing closing quote `'`"),
        ("VAR=\"a\"b\"", "unexpected text after the closing quote `\"`"),
        ("VAR=${OTHER", "a `${` is not closed"),
        ("VAR=${}", "`${…}` does not contain the name of a variable"),
        ("VAR=${O THER}", "`${…}` does not contain the name of a variable"),
        ("VAR=${OTHER/a/b}", "`${…}` does not contain the name of a variable"),
        ("VAR=${NONE:?set it}", "the variable `NONE` is required: set it"),
        ("VAR=${EMPTY:?}", "the variable `EMPTY` is required: it has no value"),
        ("VAR pg", "there is no `=` after the name"),
    ] {
        assert_eq!(value(text), Err(expected.to_owned()), "{text}");
    }
    let below = env_lines("A=\"a\nVAR=VAL", &environment);
    assert_eq!(below[1].value, Ok(Some("VAL".to_owned())), "what is below is read all the same");
    assert_eq!(below[1].number, 2);
}

#[test]
fn no_file_takes_more_memory_or_time_than_its_size() {
    let mut doubling = String::from("V0=0123456789\n");
    doubling.extend((1..60).map(|at| format!("V{at}=${{V{0}}}${{V{0}}}\n", at - 1)));
    let lines = env_lines(&doubling, &environment);
    assert_eq!(lines.len(), 60);
    let longest = lines.iter().filter_map(|line| line.value.as_ref().ok()?.as_ref()).map(String::len).max();
    assert!(longest.is_some_and(|longest| longest < 1 << 18), "{longest:?}");
    let deep = format!("VAR={}{}", "${NONE:-".repeat(20_000), "}".repeat(20_000));
    assert_eq!(value(&deep), Err("variables are nested too deeply".to_owned()));
    let many = "A=$A\nVAR=a\n".repeat(20_000);
    assert_eq!(env_lines(&many, &environment).last().map(|line| line.number), Some(40_000));
    assert_eq!(file(&many).1, [""; 0]);
}

#[test]
fn a_dollar_that_may_be_meant_otherwise_is_doubted_without_showing_the_password() {
    let doubts = |value: &str| file(&format!("POSTGRES_PASSWORD={value}")).1;
    for quiet in [
        "'pa$OTHER'",
        "Hhdsyt768sxD&^$",
        "a$$b",
        "\"a\\$b\"",
        "${OTHER}",
        "${NONE:-x}",
        "5$1",
        "#1",
        "'#' # mine",
    ] {
        assert_eq!(doubts(quiet), [""; 0], "{quiet}");
    }
    let start = "x.env:1: `POSTGRES_PASSWORD`: ";
    let a_name = "a `$` in it starts a variable, as in Docker Compose";
    assert_eq!(doubts("pa$OTHER"), [format!("{start}{a_name}")]);
    assert_eq!(
        doubts("\"pa$word\""),
        [format!("{start}{a_name}, which is not set and is replaced with an empty string")]
    );
    let no_comment = "the `#` starts the value, not a comment, as in Docker Compose";
    assert_eq!(doubts(" # todo"), [format!("{start}{no_comment}")]);
    let not_set = "is not set and is replaced with an empty string";
    assert_eq!(doubts("${NONE}"), [format!("{start}a variable in it {not_set}")]);
    assert_eq!(doubts("${NONE:?hunter2}"), [format!("{start}a variable in it is required: it has no value")]);
    assert_eq!(doubts("${LATIN_1}"), [format!("{start}a variable in it is not UTF-8")]);
    assert_eq!(file("CITY_NAME=${NONE}").1, [format!("x.env:1: `CITY_NAME`: the variable `NONE` {not_set}")]);
}

#[test]
fn the_file_of_a_branch_is_read() {
    let (file, problems) = file(
        "\u{feff}GENERATOR_SEED=4321\r\nCITY_NAME=\"New-York\"\r\nSTOP_GENERATOR_AFTER_SEC=0\r\n\
         DELETE_OLDER_THAN_SEC=600\r\n\r\n# comment\r\nexport TICK_INTERVAL_SEC=15 # often\r\n\
         POSTGRES_HOST=pg-shop-1\r\nPOSTGRES_PASSWORD=Hhdsyt768sxD&^$(*\r\nOTHER=1\r\nPOSTGRES_PORT=5432",
    );
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(file.seed.value(), Some(4321));
    assert_eq!(file.city.value().as_deref(), Some("New-York"));
    assert_eq!(file.stop_after.value(), Some(None));
    assert_eq!(file.delete_older_than.value(), Some(Some(Duration::from_secs(600))));
    assert!(file.update_not_older_than.is_absent());
    assert_eq!(file.tick_interval.value(), Some(Duration::from_secs(15)));
    assert_eq!(file.parts.port, Some(5432));
    assert_eq!(file.parts.password.unwrap().reveal(), "Hhdsyt768sxD&^$(*");
}

#[test]
fn a_password_may_hold_any_character_in_single_quotes() {
    let password = "a \"#b\" = ${C}$$ \\n";
    let (file, problems) = file(&format!("POSTGRES_PASSWORD='{password}' # mine"));
    assert_eq!(file.parts.password.unwrap().reveal(), password);
    assert_eq!(problems, [""; 0]);
}

#[test]
fn numbers_mean_what_they_meant_to_the_replaced_program() {
    let (read, problems) =
        file("GENERATOR_SEED=-7\nDELETE_OLDER_THAN_SEC=-1\nUPDATE_NOT_OLDER_THAN_SEC=-600");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(read.seed.value(), Some(7), "Python leaves the sign of a seed out of account");
    assert_eq!(read.delete_older_than.value(), Some(None));
    assert_eq!(read.update_not_older_than.value(), Some(None));
}

#[test]
fn invalid_values_are_reported_with_their_line() {
    let (read, problems) = file(
        "GENERATOR_SEED=x\nTICK_INTERVAL_SEC=0\nDELETE_OLDER_THAN_SEC=1h\nPOSTGRES_PORT=99999\nCITY_NAME='a",
    );
    assert_eq!(
        problems,
        [
            "x.env:1: `GENERATOR_SEED` must be a whole number of at most 9223372036854775807, found `x`",
            "x.env:2: `TICK_INTERVAL_SEC` must be more than 0",
            "x.env:3: `DELETE_OLDER_THAN_SEC` must be a whole number from 0 to 315576000000, found `1h`",
            "x.env:4: `POSTGRES_PORT` must be a whole number from 1 to 65535",
            "x.env:5: `CITY_NAME`: missing closing quote `'`",
        ]
    );
    assert!(!read.tick_interval.is_absent());
}

#[test]
fn only_a_slip_of_a_known_name_is_worth_a_warning() {
    assert_eq!(file("POSTGRES_SSL=1\nPGDATA=x\nPATH=/bin").1, [""; 0]);
    assert_eq!(file("TICK_INTERVAL_SECS=5").1, ["x.env:1: `TICK_INTERVAL_SECS` is ignored"]);
}
