//! Days on which clocks and calendars go wrong, in the simulated time and in the zones of those who look.

use super::harness::{Place, free_port};
use super::server::Server;
use super::verify;

/// Columns that hold times of every kind, some relative to the tick.
const TABLES: &str = r#"
[tables.events]
insert_rows_per_tick = 20
update_rows_per_tick = 7

[tables.events.columns]
born = { type = "date", faker = "date_of_birth" }
since = { type = "timestamp", faker = "date_time_this_decade" }
last = { type = "timestamptz", faker = "past_datetime" }
next = { type = "timestamptz", faker = "future_datetime" }
near = { type = "timestamptz", faker = "date_time_between", params = { start_date = "-1d", end_date = "+1d" } }
at = { type = "time", faker = "time" }
text = { type = "varchar", faker = "iso8601" }
"#;

/// Moments that a run crosses in its first minute, and the zone in which they hurt.
const MOMENTS: [(&str, &str); 8] = [
    // Clocks go forward, and back.
    ("2026-03-08T06:59:30Z", "America/New_York"),
    ("2026-11-01T05:59:30Z", "America/New_York"),
    ("2016-03-27T00:59:30Z", "Europe/Istanbul"),
    // A day that Samoa skipped.
    ("2011-12-30T09:59:30Z", "Pacific/Apia"),
    // A leap day, and one that is none: 1900 would be, by the simple rule.
    ("2024-02-28T23:59:30Z", "Asia/Kathmandu"),
    ("2024-02-29T23:59:30Z", "UTC"),
    // The beginning of Unix time and the last year of four digits.
    ("1969-12-31T23:59:30Z", "Australia/Lord_Howe"),
    ("9998-12-31T23:59:30Z", "Pacific/Kiritimati"),
];

#[tokio::test]
async fn neither_zones_nor_odd_days_change_what_a_tick_holds() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let mut config = String::new();
    for (at, (start, zone)) in MOMENTS.iter().enumerate() {
        let database = format!("d{at}");
        server.create_databases(&[&database]).await;
        let superuser = server.superuser(&database).await;
        let zoned = format!(
            "ALTER DATABASE {database} SET timezone = '{zone}'; ALTER DATABASE {database} SET datestyle = 'German'"
        );
        superuser.batch_execute(&zoned).await.unwrap();
        config += &format!(
            "[[shop]]\nname = \"{database}\"\nseed = 7\ntick_interval = \"5s\"\nstop_after = \"4m\"\n\
             delete_older_than = \"1m\"\nupdate_not_older_than = \"20s\"\npace = \"unlimited\"\n\
             start = \"{start}\"\ndatabase = {:?}\n",
            server.url(&database)
        );
    }
    place.configure(&(config + TABLES));
    let zone = [("TZ", "America/New_York"), ("PGTZ", "Asia/Tokyo"), ("PGDATESTYLE", "SQL")];
    place.run_with(&[], &zone).end(0).await;
    let verdict = verify(&place);
    assert_eq!(verdict.matches(" same\n").count(), MOMENTS.len(), "{verdict}");
    for (at, (start, _)) in MOMENTS.iter().enumerate() {
        let client = server.client(&format!("d{at}")).await;
        let query =
            "SELECT min(created_at)::timestamp = $1::text::timestamp + interval '3 minutes' FROM events";
        let is_last_minute: bool =
            client.query_one(query, &[&start.trim_end_matches('Z')]).await.unwrap().get(0);
        assert!(is_last_minute, "{start}: windows are not a minute long");
    }
}

#[tokio::test]
async fn a_run_goes_over_into_the_year_ten_thousand() {
    let shop = "[[shop]]\nname = \"late\"\ntick_interval = \"5s\"\nstop_after = \"4m\"\npace = \"unlimited\"\n\
                delete_older_than = \"1m\"\nupdate_not_older_than = \"20s\"\n\
                start = \"9999-12-31T23:59:30Z\"";
    let place = Place::new(&format!("{shop}\nport = {}\n{TABLES}", free_port()));
    assert_eq!(place.shopsim(&["check", "--shops", "shops.toml"]).code, Some(0));
    place.finish(&["--until-tick", "20"], 0).await;
    // Once more, from a checkpoint of that year.
    let ended = place.finish(&[], 0).await;
    assert!(ended.out.contains("10000-01-01T00:03:25Z"), "{}", ended.out);
    verify(&place);
}
