//! `shopsim providers`: all, some, one.

use super::program::Program;

#[test]
fn all_providers_are_listed_a_line_each_the_same_every_time() {
    let ended = Program::new().run("providers");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_eq!(ended.stdout.lines().count(), shopsim::faker::providers().count() + 1);
    assert!(ended.stdout.starts_with("name "), "{}", ended.stdout);
    assert!(
        ended.stdout.lines().any(|line| line.starts_with("random_int ") && line.contains("min, max, step"))
    );
    assert_eq!(Program::new().run("providers").stdout, ended.stdout);
}

#[test]
fn one_provider_is_told_with_its_params_and_samples() {
    let told = Program::new().run("providers random_int").stdout;
    assert!(told.starts_with("random_int: a whole number from `min`"), "{told}");
    assert!(told.contains("\n  kind     whole number\n"), "{told}");
    assert!(told.contains("\n  params   min   a whole number; default: 0\n"), "{told}");
    assert!(told.contains("\n  samples  "), "{told}");
}

#[test]
fn a_part_of_a_name_finds_some_and_a_wrong_name_its_nearest() {
    let some = Program::new().run("providers credit_card").stdout;
    assert!(some.lines().skip(1).all(|line| line.starts_with("credit_card")), "{some}");
    assert!(some.lines().count() > 2);
    let wrong = Program::new().refuses("providers random_itn");
    assert!(wrong.contains("did you mean `random_int`?"), "{wrong}");
    let meant = Program::new().run("providers amount").stdout;
    let names: Vec<&str> = meant.lines().skip(1).filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["random_int", "pydecimal", "pyfloat"]);
    let prices = Program::new().run("providers price").stdout;
    assert!(prices.contains("pricetag") && prices.contains("pydecimal"), "{prices}");
}

#[test]
fn json_holds_the_params_with_their_defaults() {
    let ended = Program::new().run("providers random_int --format json");
    let all: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(all[0]["name"], "random_int");
    assert_eq!(all[0]["params"][1]["default"], 9999);
    assert_eq!(all[0]["samples"].as_array().unwrap().len(), 3);
}

#[test]
fn the_reference_page_is_what_the_program_says() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/providers.md");
    let ended = Program::new().run("providers --format markdown");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(page, &ended.stdout).unwrap();
    }
    let there = std::fs::read_to_string(page).unwrap();
    assert!(there == ended.stdout, "{page} is not of this program: UPDATE_GOLDEN=1 cargo test --test cli");
}

#[test]
fn a_locale_shows_its_own_values_and_what_falls_back() {
    let program = Program::new();
    let own = program.run("providers ssn --locale tr_TR").stdout;
    assert!(own.contains("locale   tr_TR") && own.contains("params   none"), "{own}");
    let shared = program.run("providers ean13 --locale tr_TR").stdout;
    assert!(shared.contains("locale   en_US"), "{shared}");
    assert!(program.run("providers district --locale tr_TR").stdout.starts_with("district: "));
    let some = program.run("providers random_?nt --locale de-de").stdout;
    assert!(some.contains("random_int"), "{some}");
    let dates = program.run("providers date* --format json").stdout;
    let dates: serde_json::Value = serde_json::from_str(&dates).unwrap();
    let names: Vec<&str> =
        dates.as_array().unwrap().iter().map(|date| date["name"].as_str().unwrap()).collect();
    assert!(names.len() > 5 && names.iter().all(|name| name.starts_with("date")), "{names:?}");
    for (wrong, right) in [
        ("de", "de_DE"),
        ("de_AT", "de_DE"),
        ("german", "de_DE"),
        ("en_AU", "en_US"),
        ("en_UK", "en_GB"),
        ("korea", "ko_KR"),
    ] {
        let unknown = program.run(&format!("providers --locale {wrong}")).stderr;
        assert!(unknown.contains(&format!("did you mean {right}?")), "{unknown}");
    }
    let unknown = program.run("providers --locale tr_XX");
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("there are en_US, tr_TR"), "{}", unknown.stderr);
}
