//! `shopsim import`: the legacy generator's files become a `shops.toml` that runs.
//!
//! `tests/cli/import/` holds them as they were used, and the text they become; `UPDATE_GOLDEN=1` writes it
//! anew.

use std::path::Path;

use shopsim::config::{self, Source, Surroundings};
use shopsim::plan::{self, ShopPlan};

use super::program::{Ended, Program, ended};

const FILES: [&str; 3] = ["config.json", "shop-1.env", "shop-2.env"];

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/import")).join(name)
}

/// A folder with the legacy generator's files.
fn program() -> Program {
    let program = Program::new();
    for name in FILES {
        std::fs::copy(fixture(name), program.path(name)).unwrap();
    }
    program
}

fn import(program: &Program, more: &str) -> Ended {
    program.run(&format!("import --config config.json --env shop-1.env --env shop-2.env {more}"))
}

/// What an import of these files tells, given where it writes to.
fn told(target: &str) -> String {
    format!(
        "note: `pg-shop-1`, `pg-shop-2` look like names of containers: without them, set `database = \"embedded\"` \
         under each [[shop]] to run it on a private server\n\
         wrote {target}: 2 shops, 3 tables, 17 columns; 0 changed, 0 left out\n"
    )
}

fn plans(path: &Path) -> Vec<(String, u64, Vec<String>)> {
    let text = std::fs::read_to_string(path).unwrap();
    let folder = path.parent().unwrap();
    let read = |path: &Path| std::fs::read(folder.join(path.file_name().unwrap()));
    let (config, problems) =
        config::read(&Source::new(path, text), &Surroundings { var: &|_| None, read: &read });
    assert!(!problems.iter().any(config::Problem::is_error), "{problems:?}");
    let all = |plan: &std::sync::Arc<ShopPlan>| (plan.name.clone(), plan.seed, plan.describe());
    plan::compile(&config).0.iter().map(all).collect()
}

#[test]
fn the_files_become_a_chain_of_the_same_content_as_the_shipped_one() {
    let program = program();
    let ended = import(&program, "-o shops.toml");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""));
    assert_eq!(ended.stderr, told("shops.toml"));
    let text = std::fs::read_to_string(program.path("shops.toml")).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(fixture("shops.toml"), &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(fixture("shops.toml")).unwrap());
    assert!(!text.contains("Hhdsyt768") && !text.contains("jhdaE"), "no password is copied");
    let shipped = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/shops.toml"));
    assert_eq!(plans(&program.path("shops.toml")), plans(shipped));
    let checked = program.run("check");
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
    assert!(checked.stdout.contains("postgresql://dwh-tech@pg-shop-1:5432/postgres"), "{}", checked.stdout);
    let several = program.run("import --config config.json --env shop-1.env shop-2.env -o several.toml");
    assert_eq!(several.stderr, told("several.toml"));
    assert_eq!(std::fs::read_to_string(program.path("several.toml")).unwrap(), text);
}

#[test]
fn what_is_said_of_containers_makes_a_chain_of_private_servers() {
    let program = program();
    assert!(
        import(&program, "-o shops.toml")
            .stderr
            .contains("set `database = \"embedded\"` under each [[shop]]")
    );
    let text = std::fs::read_to_string(program.path("shops.toml")).unwrap();
    let private = text.replace("\n[[shop]]\n", "\n[[shop]]\ndatabase = \"embedded\"\n");
    std::fs::write(program.path("shops.toml"), private).unwrap();
    let checked = program.run("check");
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
    assert!(checked.stdout.contains("5433") && !checked.stdout.contains("pg-shop"), "{}", checked.stdout);
}

#[test]
fn the_text_is_right_wherever_stdout_leads() {
    let program = program();
    std::fs::create_dir(program.path("conf")).unwrap();
    let checked = |path: &str| {
        let checked = program.run(&format!("check --shops {path}"));
        assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""), "{path}");
        std::fs::read_to_string(program.path(path)).unwrap()
    };
    // Into a file.
    let file = std::fs::File::create(program.path("conf/shops.toml")).unwrap();
    let mut command = program.command("import --config config.json --env shop-1.env shop-2.env");
    let ended = ended(command.stdout(file).output().unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let text = checked("conf/shops.toml");
    if cfg!(target_os = "linux") {
        assert!(text.contains("env_file = \"../shop-1.env\""), "{text}");
        assert!(
            ended.stderr.ends_with(&told(program.real_path("conf/shops.toml").to_str().unwrap())),
            "{}",
            ended.stderr
        );
    }
    // Into a pipe, whose other end is anywhere.
    let piped = import(&program, "");
    assert_eq!(piped.stderr, told("to stdout"));
    std::fs::write(program.path("conf/piped.toml"), &piped.stdout).unwrap();
    checked("conf/piped.toml");
}

#[test]
fn what_is_changed_is_told_with_its_place() {
    let program = program();
    let config = r#"{"tech_fields": {"created_at": "timestamp(0)"}, "tables": {"Categories": {
        "params": {"insert_rows_per_tick": 1}, "columns": {
            "customerId": {"type": "varchar(36) UNIQUE NOT NULL", "faker": "uuid4"},
            "since": {"type": "date default now()", "faker": "date_object"},
            "price": {"type": "money", "faker": "pricetag"}
        }}}}"#;
    std::fs::write(program.path("config.json"), config).unwrap();
    let env =
        "GENERATOR_SEED=-7\nTICK_INTERVAL_SEC=0\nDELETE_OLDER_THAN_SEC=-1\nSTOP_GENERATOR_AFTER_SEC=0\n";
    std::fs::write(program.path("shop-1.env"), env).unwrap();
    let ended = program.run("import --config config.json --env shop-1.env -o shops.toml");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{}", ended.stderr);
    let expected = [
        "note: config.json: tables.Categories: its key stays `categorie_id`",
        "changed: shop-1.env:1: GENERATOR_SEED: `seed = 7`, which is the same seed: the legacy generator ignored the sign",
        "changed: shop-1.env:4: STOP_GENERATOR_AFTER_SEC: 0 meant no ticks at all; `stop_after = 0` \
         means that the run never ends",
        "changed: shop-1.env:3: DELETE_OLDER_THAN_SEC: -1 is written as `delete_older_than = 0`: no row is ever deleted",
        "changed: shop-1.env:2: TICK_INTERVAL_SEC: 0 meant ticks without a pause between them; \
         `tick_interval = \"100ms\"` is about as fast",
        "changed: config.json: tech_fields.created_at: `timestamp(0)` is written as `timestamp`",
        "changed: config.json: tables.Categories.columns.customerId: becomes `customerid`, as PostgreSQL read it in \
         the legacy generator's SQL",
        "changed: config.json: tables.Categories.columns.customerId.type: `NOT NULL` is left out: shopsim \
         fills the column in every row, and creates no constraints or defaults",
        "changed: config.json: tables.Categories.columns.since.type: `default now()` is left out: shopsim \
         fills the column in every row, and creates no constraints or defaults",
        "wrote shops.toml: 1 shop, 1 table, 3 columns; 8 changed, 0 left out",
    ];
    assert_eq!(ended.stderr.lines().collect::<Vec<_>>(), expected);
    let checked = program.run("check");
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""), "{checked:#?}");
    let plans = plans(&program.path("shops.toml"));
    let sold: Vec<&str> = plans[0].2.iter().filter_map(|line| line.strip_prefix("Categories.")).collect();
    for expected in ["customerid = 1: character varying(36), uuid4(), unique", "price = 3: money, pricetag()"]
    {
        assert!(sold.contains(&format!("columns.{expected}").as_str()), "{expected} in {sold:#?}");
    }
    assert!(sold.iter().any(|line| line.contains("categorie_id")), "{sold:#?}");
}

#[test]
fn what_is_there_is_overwritten_only_when_it_is_asked_for() {
    let program = program();
    std::fs::write(program.path("shops.toml"), "mine").unwrap();
    let refused = import(&program, "-o shops.toml");
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("shops.toml exists already"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(program.path("shops.toml")).unwrap(), "mine");
    assert_eq!(import(&program, "-o shops.toml --force").code, Some(0));
    assert_eq!(program.run("check").code, Some(0));
}

#[test]
fn env_files_are_read_as_they_come_and_their_passwords_stay_in_them() {
    let program = program();
    let text = "\u{feff}export GENERATOR_SEED='7'\r\n# a comment\r\n\r\nTICK_INTERVAL_SEC=15 # seconds\r\n\
                DELETE_OLDER_THAN_SEC=0\r\nSTOP_GENERATOR_AFTER_SEC=90\r\nUPDATE_NOT_OLDER_THAN_SEC=40\r\nPOSTGRES_HOST=db\r\nPOSTGRES_DB=d\r\n\
                POSTGRES_USER=\"u\"\r\nPOSTGRES_PASSWORD='Hhd$y^&*( #x\"${A}'\r\nPOSTGRES_PORT=5439\r\n\
                AIRFLOW_UID=50000\r\nCITY_NAME=\"São \\ Paulo\"";
    std::fs::create_dir(program.path("env")).unwrap();
    std::fs::write(program.path("env/branch.3.env"), text).unwrap();
    std::fs::create_dir(program.path("out")).unwrap();
    let ended = program.run("import --config config.json --env env/branch.3.env -o out/shops.toml");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("env/branch.3.env:13: `AIRFLOW_UID` is not a setting"), "{}", ended.stderr);
    let written = std::fs::read_to_string(program.path("out/shops.toml")).unwrap();
    for line in [
        "name = \"branch.3\"",
        "seed = 7",
        "tick_interval = \"15s\"",
        "delete_older_than = 0  # no row is ever deleted",
        "stop_after = \"1m30s\"",
        "city = \"São \\\\ Paulo\"",
        "env_file = \"../env/branch.3.env\"",
    ] {
        assert!(written.lines().any(|there| there == line), "{line} in:\n{written}");
    }
    assert!(!written.contains("Hhd") && !ended.stderr.contains("Hhd"));
    let checked = program.run("check --shops out/shops.toml");
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
    assert!(checked.stdout.contains("postgresql://u@db:5439/d"), "{}", checked.stdout);
}

#[test]
fn what_cannot_be_carried_over_is_told_with_its_place_and_the_rest_is_right() {
    let program = program();
    let config = r#"{"extra": 1, "tech_fields": {"created_at": "timestamp", "updated_at": "timestamptz", "version": "int",
            "deleted_at": "timestamp", "updated_by": "text"},
        "tables": {"orders": {"note": "", "params": {"insert_rows_per_tick": 5, "other": 1}, "columns": {
            "provider": {"type": "varchar", "faker": "nmae"},
            "type": {"type": "strnig", "faker": "name"},
            "param": {"type": "int", "faker": "random_int", "params": {"low": 1}},
            "null": {"type": "int", "faker": "random_int", "params": {"min": null, "max": 5}},
            "nulls": {"type": "text", "faker": "random_element", "params": {"elements": ["a", null]}},
            "kind": {"type": 5, "faker": "name"},
            "unique": {"type": "text", "faker": "name", "unique": true},
            "twice": {"type": "text", "faker": "name"},
            "twice": {"type": "text", "faker": "random_element", "params": {"elements": ["${HOME}", "q\"'\n"]}}
        }}}}"#;
    std::fs::write(program.path("config.json"), config).unwrap();
    let ended = import(&program, "-o shops.toml");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    let told: Vec<&str> = ended.stderr.lines().filter_map(|line| line.strip_prefix("left out: ")).collect();
    let columns = "config.json: tables.orders.columns";
    let expected = [
        "config.json: extra: shopsim takes".to_owned(),
        "config.json: tech_fields.version: only `created_at` was ever filled".to_owned(),
        "config.json: tech_fields.deleted_at: only `created_at` was ever filled; the column was null in each row, or its \
         default; for rows that are marked"
            .to_owned(),
        "config.json: tech_fields.updated_by: only `created_at` was ever filled; the column was null in each row, or its \
         default; to fill it"
            .to_owned(),
        "config.json: tables.orders.note: a table takes".to_owned(),
        "config.json: tables.orders.params.other: a table takes".to_owned(),
        format!("{columns}: `twice` is given twice"),
        format!("{columns}.provider: unknown provider `nmae`; did you mean `name`?"),
        format!("{columns}.param: `random_int` has no param `low`"),
        format!("{columns}.kind: `type` must be a string, found a whole number"),
        format!("{columns}.unique.unique: a column takes"),
    ];
    for line in &expected {
        assert!(told.iter().any(|told| told.starts_with(line)), "{line} in {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    let changed =
        format!("changed: {columns}.type: `strnig` is not a column type; replaced by `type = \"text\"`\n");
    assert!(ended.stderr.contains(&changed), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("changed: config.json: tech_fields.updated_at: it was null"),
        "{}",
        ended.stderr
    );
    let checked = program.run("check");
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
    let plans = plans(&program.path("shops.toml"));
    let lines = &plans[0].2;
    assert!(lines.contains(&"orders.updated_at = timestamp with time zone".to_owned()), "{lines:#?}");
    let kept: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("orders.columns.")).collect();
    assert_eq!(
        kept,
        [
            "type = 1: text, name()",
            "null = 2: integer, random_int(max=5)",
            "nulls = 3: text, random_element(elements=[\"a\", \"None\"])",
            "unique = 4: text, name()",
            "twice = 5: text, random_element(elements=[\"${HOME}\", \"q\\\"'\\n\"])",
        ]
    );
}

#[test]
fn files_that_cannot_be_read_are_told_and_nothing_is_written() {
    let cases = [
        ("{\"tables\": {\n  \"t\": }", "config.json:2:8: not valid JSON"),
        ("", "config.json:1:0: not valid JSON"),
    ];
    for (config, expected) in cases {
        let program = program();
        std::fs::write(program.path("config.json"), config).unwrap();
        let ended = import(&program, "-o shops.toml");
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
        assert!(!program.path("shops.toml").exists());
    }
    let program = program();
    let missing = program.run("import --config nowhere.json --env shop-1.env");
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("cannot read nowhere.json"), "{}", missing.stderr);
    let twice = program.run("import --config config.json --env shop-1.env --env ./shop-1.env");
    assert!(twice.stderr.contains("two env files name the shop `shop-1`"), "{}", twice.stderr);
    assert_eq!(program.run("import --config config.json --env nowhere.env").code, Some(2));
    let folder = program.run("import --config config.json --env shop-1.env -o nowhere/shops.toml");
    assert_eq!(folder.code, Some(2));
    assert!(folder.stderr.starts_with("error: cannot write nowhere: "), "{}", folder.stderr);
}
