//! What is typed: commands, flags, their help, and what is wrong with them.

use super::program::{Program, RIGHT};

const COMMANDS: [&str; 12] = [
    "run",
    "serve",
    "check",
    "sample",
    "history",
    "origin",
    "reset",
    "providers",
    "completions",
    "status",
    "connect",
    "healthcheck",
];

#[test]
fn the_version_is_told() {
    let ended = Program::new().run("--version");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_eq!(ended.stdout, concat!("shopsim ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn help_names_every_command_and_every_exit_code() {
    for flag in ["--help", "-h", "help"] {
        let ended = Program::new().run(flag);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{flag}");
        for command in COMMANDS {
            assert!(ended.stdout.contains(&format!("\n  {command} ")), "{flag}: {}", ended.stdout);
        }
        for code in ["\n  0  ", "\n  2  ", "\n  3  ", "\n  130, 143  "] {
            assert!(ended.stdout.contains(code), "{flag}: {code:?} is not in {}", ended.stdout);
        }
    }
}

#[test]
fn help_of_every_command_says_what_it_does_and_what_may_be_given() {
    for command in COMMANDS {
        let ended = Program::new().run(&format!("{command} --help"));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{command}");
        let usage = format!("Usage: shopsim {command}");
        assert!(ended.stdout.contains(&usage), "{}", ended.stdout);
        let no_config = ["providers", "completions", "healthcheck"].contains(&command);
        assert!(no_config || ended.stdout.contains("--shops <FILE>"), "{}", ended.stdout);
        let long = ended.stdout.lines().find(|line| line.chars().count() > 100);
        assert_eq!(long, None, "lines fit a terminal");
    }
}

#[test]
fn help_of_run_shows_examples_and_the_environment() {
    let help = Program::new().run("run --help").stdout;
    for word in [
        "Examples:",
        "SHOPSIM_SHOPS",
        "SHOPSIM_LOG_DIR",
        "SHOPSIM_LISTEN",
        "SHOPSIM_STATE_DIR",
        "SHOPSIM_PG_BIN",
        "NO_COLOR",
    ] {
        assert!(help.contains(word), "{word} is not in {help}");
    }
}

#[test]
fn the_examples_of_every_help_are_right() {
    let program = Program::with(RIGHT);
    for command in ["run", "sample", "history", "origin", "reset"] {
        let help = program.run(&format!("{command} -h")).stdout;
        let examples: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  shopsim ")).collect();
        assert!(examples.len() >= 3, "{help}");
        for example in examples {
            // What a person reads behind the command.
            let example = example.split("  ").next().unwrap().split(['|', '>']).next().unwrap();
            // As far as the command line goes: the file is none, so nothing begins.
            let refused = Program::new().refuses(example);
            assert!(refused.starts_with("shops.toml: error: no such file\n"), "{example}: {refused}");
        }
    }
}

#[test]
fn a_reset_that_cannot_ask_drops_nothing_and_names_the_cure() {
    let program = Program::with(RIGHT);
    for arguments in ["reset", "reset --only shop-1"] {
        let told = program.refuses(arguments);
        assert!(
            told.contains("no terminal to ask for confirmation on") && told.contains("`--yes`"),
            "{told}"
        );
    }
    let missing = program.refuses("reset --yes --only shop1");
    assert_eq!(missing, "error: there is no shop `shop1`; did you mean `shop-1`?\n");
}

#[test]
fn a_completion_script_is_written_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = Program::new().run(&format!("completions {shell}"));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["shopsim", "until-tick", "check", "sample"] {
            assert!(ended.stdout.contains(word), "{word} is not in the script for {shell}");
        }
    }
}

#[test]
fn completions_of_shops_are_files() {
    let bash = Program::new().run("completions bash").stdout;
    let mut lines = bash.lines().skip_while(|line| line.trim() != "--shops)");
    assert!(lines.by_ref().take(12).any(|line| line.contains("compgen -f")), "bash");
    let zsh = Program::new().run("completions zsh").stdout;
    assert!(zsh.lines().any(|line| line.contains("--shops=") && line.contains("_files")), "zsh");
    let fish = Program::new().run("completions fish").stdout;
    assert!(fish.lines().any(|line| line.contains("-l shops") && line.ends_with("-r -F")), "fish");
}

#[test]
fn wrong_arguments_are_refused_with_what_was_expected() {
    let program = Program::with(RIGHT);
    for (arguments, expected) in [
        ("", "Usage: shopsim <COMMAND>"),
        ("chek", "a similar subcommand exists: 'check'"),
        ("run --rest", "a similar argument exists: '--reset'"),
        ("check shops.toml", "unexpected argument 'shops.toml'"),
        ("run --start yesterday", "`yesterday` is not a start; write \"now\", a time such as"),
        ("run --start 7d", "a span needs a sign: \"-7d\" for the past"),
        ("run --start 2026-01-01T00:00:00", "`2026-01-01T00:00:00` has no offset from UTC; add `Z`"),
        ("sample --start 2026-02-30T00:00:00Z", "`2026-02-30T00:00:00Z` is not a start"),
        ("run --pace 60", "`60` is not a pace"),
        ("run --pace 0x", "a pace of 0 never ticks"),
        ("run --pace -1x", "`-1x` is not a pace; write \"real-time\", a factor such as \"60x\""),
        ("run --pace realtime", "did you mean \"real-time\"?"),
        ("run --until-tick -1", "invalid value '-1' for '--until-tick <N>'"),
        ("sample --ticks -1", "invalid value '-1' for '--ticks <N>'"),
        ("run --until-tick many", "invalid digit"),
        ("run --listen *:9464", "`*:9464` is not an address; write a port of this machine such as 9464"),
        ("run --allow-host http://a.example", "write the name without scheme, port and path: `a.example`"),
        ("healthcheck --listen 65536", "`65536` is not an address"),
        ("status --every 1s", "--watch"),
        ("status --watch --every 1ms", "write at least 100ms"),
        ("run --log-format xml", "[possible values: text, json]"),
        ("run -v -q", "cannot be used with"),
        ("sample --format tsv", "[possible values: sql, csv, jsonl]"),
        ("completions tcsh", "[possible values: bash, elvish, fish, powershell, zsh]"),
    ] {
        let told = program.refuses(arguments);
        assert!(told.contains(expected), "shopsim {arguments}: {expected:?} is not in\n{told}");
    }
}

#[test]
fn a_shop_that_is_not_there_is_refused_with_the_nearest() {
    let program = Program::with(RIGHT);
    for arguments in ["run --only shop1", "sample --shop shop1"] {
        assert_eq!(program.refuses(arguments), "error: there is no shop `shop1`; did you mean `shop-1`?\n");
    }
    assert_eq!(
        program.refuses("run --only x --only shop-1 --only 99"),
        "error: there is no shop `x`; the shops are: shop-1\nerror: there is no shop `99`; the shops are: shop-1\n"
    );
}

#[test]
fn the_file_is_named_by_flag_else_by_the_environment_else_it_is_shops_toml() {
    let program = Program::with("not a config").variable("SHOPSIM_SHOPS", "of-the-environment.toml");
    assert!(program.refuses("check").starts_with("of-the-environment.toml: error: "));
    assert!(program.refuses("check --shops of-the-flag.toml").starts_with("of-the-flag.toml: error: "));
    assert!(Program::new().refuses("check").starts_with("shops.toml: error: "));
}
