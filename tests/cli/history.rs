//! `history` and the origin files: what is asked for and cannot be given.

use shopsim::chain::{self, Overrides};
use shopsim::clock::{Anchor, Checkpoint, Origin, Pause};
use shopsim::origin::{Origins, RecordedShop};
use shopsim::value::{SECOND, Timestamp};

use super::program::Program;

const TWO_SHOPS: &str = r#"[defaults]
tick_interval = "10s"
stop_after = "5m"

[[shop]]
name = "shop-1"
seed = 1

[[shop]]
name = "shop-2"
seed = 2

[tables.orders]
insert_rows_per_tick = 2
[tables.orders.columns]
quantity = { type = "int", faker = "random_int", params = { min = 1, max = 9 } }

[tables.products]
insert_rows_per_tick = 1
[tables.products.columns]
price = { type = "int", faker = "random_int" }
"#;

/// 2026-01-01T00:00:00Z.
const START: Timestamp = Timestamp(1_767_225_600 * SECOND);

/// The origin file of a run of the first shops of a config, with a pause and 20 ticks.
fn origin(program: &Program, shops: usize) -> String {
    let chain = chain::load(&program.path("shops.toml"), &Overrides::default()).unwrap();
    let checkpoint = Checkpoint {
        last_tick: Some(19),
        origin: Some(Origin { start: START, anchor: Anchor { wall: START, at: START }, first_tick: 3 }),
        pace: Some("60x".parse().unwrap()),
        live: true,
        pauses: vec![Pause { before_tick: 10, micros: 7_000_001 }],
    };
    let record = |shop: &chain::Shop| RecordedShop::of(&shop.plan, checkpoint.clone()).unwrap();
    Origins::new(chain.shops.iter().take(shops).map(record).collect()).to_json()
}

fn with_origin(shops: usize) -> Program {
    let program = Program::with(TWO_SHOPS);
    std::fs::write(program.path("origin.json"), origin(&program, shops)).unwrap();
    program
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let told = Program::with(TWO_SHOPS).refuses("history --table ordres --table x --to-tick 30 --format csv");
    assert_eq!(
        told,
        "error: there is no table `ordres`; did you mean `orders`?\n\
         error: there is no table `x`; the tables are: orders, products\n\
         error: `shop-1` has no tick 30: it ends after tick 29\n\
         error: `shop-2` has no tick 30: it ends after tick 29\n"
    );
}

#[test]
fn csv_is_of_one_table() {
    let program = Program::with(TWO_SHOPS);
    let told = program.refuses("history --format csv --to-tick 1");
    assert_eq!(
        told,
        "error: CSV has one header, and tables differ in their columns; choose one by --table: orders, products\n"
    );
    let ended = program.run("history --format csv --to-tick 1 --table products");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let shops: Vec<&str> = ended.stdout.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(shops, ["shop", "shop-1", "shop-1", "shop-2", "shop-2"]);
}

#[test]
fn a_shop_without_an_end_needs_a_last_tick() {
    let program = Program::with(TWO_SHOPS.replace("5m", "0"));
    assert_eq!(
        program.refuses("history --shop shop-2"),
        "error: `shop-2` has no end: pass --to-tick N, or --database for the last tick of its run\n"
    );
    assert_eq!(program.run("history --shop shop-2 --to-tick 4").stdout.lines().count(), 15);
    assert_eq!(program.run("history --shop shop-2 --as-of-tick 4").stdout.lines().count(), 15);
}

#[test]
fn ticks_that_contradict_each_other_are_refused() {
    let program = Program::with(TWO_SHOPS);
    assert_eq!(
        program.refuses("history --from-tick 3 --to-tick 2"),
        "error: --from-tick 3 is after --to-tick 2\n"
    );
    for (arguments, expected) in [
        ("history --as-of-tick 3 --to-tick 2", "cannot be used with"),
        ("history --from-tick 18446744073709551615", "is not in 0..9223372036854775807"),
        ("history --from-tick 30 --shop shop-1", "`shop-1` has no tick 30: it ends after tick 29"),
    ] {
        let told = program.refuses(arguments);
        assert!(told.contains(expected), "shopsim {arguments}: {expected:?} is not in\n{told}");
    }
}

#[test]
fn a_key_that_no_tick_inserts_is_told_with_the_reason() {
    let program = Program::with(TWO_SHOPS);
    for (key, why) in [
        ("0", "no tick inserts it"),
        ("-5", "no tick inserts it"),
        ("9", "tick 4 inserts it, after tick 3"),
        ("1000000001", "it is for rows of others"),
    ] {
        let told = program.refuses(&format!("history --to-tick 3 --table orders --shop shop-1 --key {key}"));
        assert_eq!(told, format!("error: `shop-1` has no order_id {key} in `orders`: {why}\n"));
    }
}

#[test]
fn an_origin_file_gives_start_pauses_and_last_tick() {
    let program = with_origin(2);
    let ended = program.run("history --origin origin.json --table products --shop shop-1 --format csv");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 1 + 17, "from tick 3 to tick 19");
    assert!(lines[1].starts_with("shop-1,products,4,1,insert,3,,,2026-01-01T00:00:30Z,,{},"), "{}", lines[1]);
    assert!(
        lines[8].starts_with("shop-1,products,11,1,insert,10,,,2026-01-01T00:01:47.000001Z,"),
        "{}",
        lines[8]
    );

    let told = program.refuses("history --origin origin.json --shop shop-1 --to-tick 20");
    assert_eq!(told, "error: `shop-1` has no tick 20 yet: its last one is 19\n");
    let told = program.refuses("history --origin origin.json --shop shop-1 --as-of-tick 2");
    assert_eq!(told, "error: `shop-1` skipped tick 2: its history begins with tick 3\n");
    let told = program.refuses("history --origin origin.json --shop shop-1 --key 3 --table products");
    assert_eq!(told, "error: `shop-1` has no product_id 3 in `products`: tick 2 was skipped\n");

    for command in ["sample --tick 12", "digest --at-tick 12"] {
        let ended = program.run(&format!("{command} --origin origin.json"));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{command}");
        assert!(!ended.stdout.is_empty());
    }
    let sample = program.run("sample --tick 12 --origin origin.json --shop shop-2").stdout;
    assert!(sample.starts_with("-- shop-2 tick 12 at 2026-01-01T00:02:07.000001Z\n"), "{sample}");
    for conflict in ["--start now", "--database"] {
        let told = program.refuses(&format!("history --origin origin.json {conflict}"));
        assert!(told.contains("cannot be used with"), "{told}");
    }
}

#[test]
fn an_origin_of_another_run_is_refused_with_what_differs() {
    let program = with_origin(1);
    let told = program.refuses("history --origin origin.json");
    assert_eq!(
        told,
        "error: origin.json: shop-2: the file does not have this shop; did you mean `shop-1`?\n"
    );

    let program = with_origin(2);
    let changed = TWO_SHOPS.replace("seed = 1", "seed = 7").replace("max = 9", "max = 8");
    std::fs::write(program.path("shops.toml"), changed).unwrap();
    let told = program.refuses("sample --origin origin.json");
    let of_shop = |told: &str, name: &str| {
        told.contains(&format!("error: origin.json: {name}: it ran with a different"))
    };
    assert!(of_shop(&told, "shop-1") && of_shop(&told, "shop-2"), "{told}");
    assert!(told.contains("config: seed 1 → 7; orders.columns.quantity 1: int"), "{told}");

    let changed = TWO_SHOPS.replace("tick_interval", "start = \"2026-02-01T00:00:00Z\"\ntick_interval");
    std::fs::write(program.path("shops.toml"), changed).unwrap();
    let told = program.refuses("digest --at-tick 3 --origin origin.json");
    assert!(told.contains("start 2026-01-01T00:00:00Z → 2026-02-01T00:00:00Z"), "{told}");

    let text = origin(&with_origin(1), 1).replace("\"output_version\": 2", "\"output_version\": 1");
    let program = Program::with(TWO_SHOPS);
    std::fs::write(program.path("origin.json"), text).unwrap();
    let told = program.refuses("history --origin origin.json --shop shop-1");
    assert!(told.ends_with("different seed or config: output version 1 → 2\n"), "{told}");
}

#[test]
fn a_file_that_is_no_origin_is_refused_with_its_place() {
    let program = Program::with(TWO_SHOPS);
    let written = origin(&program, 2);
    for (text, expected) in [
        ("", "origin.json:1:0: "),
        ("{\n  \"schema_version\": 1,\n", "origin.json:3:0: "),
        ("[]", "origin.json:1:"),
        ("{\"schema_version\": 2}", "origin.json: schema version 2 is unknown"),
        (&written.replace("T00:00:00Z", "T25:00:00Z"), "`2026-01-01T25:00:00Z` is not a time such as"),
        (&written.replace("\"seed\": \"1\"", "\"seed\": \"x\""), "origin.json:8:"),
        (&"[".repeat(100_000), "origin.json:1:"),
    ] {
        std::fs::write(program.path("origin.json"), text).unwrap();
        let told = program.refuses("history --origin origin.json");
        assert!(told.starts_with("error: origin.json:") && told.lines().count() == 1, "{told}");
        assert!(told.contains(expected), "{expected:?} is not in {told}");
    }
    std::fs::write(program.path("origin.json"), [0xff, 0xfe]).unwrap();
    let told = program.refuses("history --origin origin.json");
    assert_eq!(told, "error: cannot read origin.json: it is not UTF-8\n");
    let told = program.refuses("history --origin missing.json");
    assert!(told.starts_with("error: cannot read missing.json: "), "{told}");
}

#[test]
fn a_shop_that_never_ran_has_no_origin() {
    let ended = Program::with(TWO_SHOPS).run("origin");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""));
    let never = "no tick has been committed yet, so its times are unknown: run the shop first";
    assert_eq!(ended.stderr, format!("error: shop-1: {never}\nerror: shop-2: {never}\n"));
}
