//! The family `date_time` beside `past_datetime`: ranges relative to now, ends, leap years, formats.

use regex::Regex;
use shopsim::faker::{self, CompileError};
use shopsim::value::{DAY, Literal, SECOND};

use super::{NOW, at, compile, compiled, count_of, distinct, draw, draw_at, named, text};

/// The parameters at fault.
fn faults(provider: &str, params: &[(&str, Literal)]) -> Vec<String> {
    match compile(provider, &named(params)) {
        Err(CompileError::Params(problems)) => {
            problems.into_iter().filter_map(|problem| problem.param).collect()
        }
        _ => Vec::new(),
    }
}

/// The least and the greatest of many values.
fn ends_at(now: &str, provider: &str, params: &[(&str, Literal)], count: usize) -> (String, String) {
    let mut values = draw_at(at(now), provider, params, count);
    values.sort_unstable();
    (values[0].clone(), values[count - 1].clone())
}

fn pair(first: &str, last: &str) -> (String, String) {
    (first.to_owned(), last.to_owned())
}

#[test]
fn ranges_of_days_hold_both_their_ends() {
    let days = [("start_date", text("2024-02-28")), ("end_date", text("2024-03-01"))];
    assert_eq!(distinct(draw("date_between", &days, 500)), ["2024-02-28", "2024-02-29", "2024-03-01"]);
    let ends = |provider, params: &[_]| ends_at(NOW, provider, params, 5_000);
    assert_eq!(ends("past_date", &[]), pair("2025-12-02", "2025-12-31"));
    assert_eq!(ends("future_date", &[]), pair("2026-01-02", "2026-01-31"));
    assert_eq!(ends("past_date", &[("start_date", Literal::Int(-3))]), pair("2025-12-29", "2025-12-31"));
    assert_eq!(
        ends("date_between", &[("start_date", text("-1h")), ("end_date", text("+36h"))]),
        pair("2025-12-31", "2026-01-02"),
        "only whole days of a span count, rounded towards the past"
    );
    assert_eq!(
        ends("date_between", &[("start_date", text("-1y"))]),
        pair("2024-12-31", "2026-01-01"),
        "a year is 365.24 days"
    );
    let year = [("date_start", text("2025-12-30")), ("date_end", text("now"))];
    assert_eq!(ends("date_between_dates", &year), pair("2025-12-30", "2026-01-01"));
    assert_eq!(distinct(draw("date_between_dates", &[], 50)), ["2026-01-01"]);
}

#[test]
fn ranges_of_instants_that_are_the_wrong_way_round_are_refused() {
    for (provider, param, wrong) in [
        ("date_time_between", "start_date", text("+1s")),
        ("date_time_between_dates", "datetime_end", text("-1s")),
        ("past_date", "start_date", text("today")),
        ("future_date", "end_date", text("+1h")),
        ("future_datetime", "end_date", text("now")),
        ("date_time", "end_datetime", text("1969-12-31")),
        ("unix_time", "start_datetime", text("+1d")),
        ("date_of_birth", "minimum_age", Literal::Int(116)),
        ("date_of_birth", "maximum_age", Literal::Int(-1)),
    ] {
        assert_eq!(faults(provider, &[(param, wrong)]), [param], "{provider}");
    }
}

#[test]
fn each_provider_with_a_time_zone_says_that_there_is_none() {
    for provider in faker::providers() {
        if provider.params.iter().any(|param| param.name == "tzinfo") {
            let zone = [("tzinfo", text("Europe/Istanbul"))];
            assert_eq!(faults(provider.name, &zone), ["tzinfo"], "{}", provider.name);
        }
    }
}

#[test]
fn instants_lie_between_their_ends() {
    let now = at(NOW);
    let within = |provider, params: &[(&str, Literal)], first: String, last: String| {
        let values = draw(provider, params, 5_000);
        assert!(values.iter().all(|value| (&first..=&last).contains(&value)), "{provider}: {first} {last}");
        let text = |value: &str| value[..4].parse::<i32>().unwrap();
        let early = count_of(&values, |value| text(value) <= (text(&first) + text(&last)) / 2);
        assert!(early > 1_000, "{provider}: {early}");
    };
    within("date_time", &[], "1970-01-01 00:00:00".to_owned(), now.to_string());
    within("date_time_ad", &[], "0001-01-01 00:00:00".to_owned(), now.to_string());
    within("date_time_between", &[], "1996-01-02 04:48:00".to_owned(), now.to_string());
    let end = now.plus(30 * DAY).to_string();
    within("future_datetime", &[], now.plus(SECOND).to_string(), end);
    assert_eq!(distinct(draw("date_time_between_dates", &[], 50)), ["2026-01-01 12:00:00"]);
    let old = [("end_datetime", text("1970-01-02"))];
    within("date_time", &old, "1970-01-01 00:00:00".to_owned(), "1970-01-02 00:00:00".to_owned());
}

#[test]
fn unix_times_are_seconds_with_their_microseconds() {
    let seconds: Vec<f64> = draw("unix_time", &[], 5_000).iter().map(|time| time.parse().unwrap()).collect();
    assert!(seconds.iter().all(|time| (0.0..=1_767_268_800.0).contains(time)));
    let old = [("start_datetime", text("1969-12-31T23:59:59Z")), ("end_datetime", Literal::Int(0))];
    for time in draw("unix_time", &old, 500) {
        assert!((-1.0..=0.0).contains(&time.parse::<f64>().unwrap()), "{time}");
    }
}

#[test]
fn periods_are_those_that_now_lies_in() {
    let flags =
        |before, after| [("before_today", Literal::Bool(before)), ("after_today", Literal::Bool(after))];
    let leap = "2024-02-15T08:00:00Z";
    let ends = |provider, before, after| ends_at(leap, provider, &flags(before, after), 60_000);
    assert_eq!(ends("date_this_month", true, false), pair("2024-02-01", "2024-02-15"));
    assert_eq!(ends("date_this_month", false, true), pair("2024-02-15", "2024-02-29"));
    assert_eq!(ends("date_this_year", true, true), pair("2024-01-01", "2024-12-31"));
    assert_eq!(ends("date_this_decade", true, true), pair("2020-01-01", "2029-12-31"));
    assert_eq!(ends("date_this_decade", false, false), pair("2024-02-15", "2024-02-15"));
    let (first, last) = ends("date_this_century", true, true);
    assert!(first.starts_with("2000-01") && last.starts_with("2099-12"), "{first} {last}");
    let flags = |before, after| [("before_now", Literal::Bool(before)), ("after_now", Literal::Bool(after))];
    let ends = |provider, before, after| ends_at(leap, provider, &flags(before, after), 20_000);
    let (first, last) = ends("date_time_this_month", true, false);
    assert!(first.starts_with("2024-02-01 00:") && last.starts_with("2024-02-15 07:5"), "{first} {last}");
    let (first, last) = ends("date_time_this_year", false, true);
    assert!(first.starts_with("2024-02-15 ") && last.starts_with("2024-12-31 "), "{first} {last}");
    let now = "2024-02-15 08:00:00";
    assert_eq!(ends("date_time_this_century", false, false), pair(now, now));
    let (first, last) = ends("date_time_this_decade", true, true);
    assert!(first.starts_with("2020-01") && last.starts_with("2029-12"), "{first} {last}");
}

#[test]
fn birthdays_are_of_the_age_that_was_asked_for_on_leap_days_too() {
    let adult = [("minimum_age", Literal::Int(18)), ("maximum_age", Literal::Int(18))];
    let ends = |now| ends_at(now, "date_of_birth", &adult, 20_000);
    assert_eq!(ends("2026-06-15T00:00:00Z"), pair("2007-06-16", "2008-06-14"));
    assert_eq!(ends("2024-02-29T00:00:00Z"), pair("2005-03-02", "2006-02-28"));
    draw("date_of_birth", &[("maximum_age", Literal::Int(1_900))], 5_000);
}

#[test]
fn formats_are_those_of_python() {
    let one = |provider, params: &[_], shape: &str| {
        let shape = Regex::new(shape).unwrap();
        let most = compiled(provider, params).max_chars.expect("a bound") as usize;
        for value in draw(provider, params, 500) {
            assert!(shape.is_match(&value) && value.chars().count() <= most, "{provider}: {value}");
        }
    };
    one("date", &[("pattern", text("%d.%m.%y"))], r"^\d\d\.\d\d\.\d\d$");
    one("time", &[("pattern", text("%Y-%m-%d %I:%M %p"))], r"^1900-01-01 \d\d:\d\d [AP]M$");
    let until = ("end_datetime", text("1970-01-01T00:00:09Z"));
    one("date", &[("pattern", text("%Y %S")), until.clone()], r"^1970 0\d$");
    one("time", std::slice::from_ref(&until), r"^00:00:0\d$");
    let spec = |name| ("timespec", text(name));
    one("iso8601", &[spec("hours"), ("sep", text("·"))], r"^\d{4}-\d\d-\d\d·\d\d$");
    one("iso8601", &[spec("minutes")], r"^\d{4}-\d\d-\d\dT\d\d:\d\d$");
    one("iso8601", &[spec("seconds"), ("sep", text(" "))], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$");
    one("iso8601", &[spec("milliseconds")], r"T\d\d:\d\d:\d\d\.\d{3}$");
    one("iso8601", &[spec("microseconds"), until], r"^1970-01-01T00:00:0\d\.\d{6}$");
    one("iso8601", &[("end_datetime", Literal::Int(0))], r"^1970-01-01T00:00:00$");
    assert_eq!(faults("iso8601", &[("sep", text("")), spec("days")]).len(), 2);
    assert_eq!(faults("date", &[("pattern", text("%Q"))]), ["pattern"]);
}

#[test]
fn parts_of_dates_come_in_all_their_values() {
    for (provider, count) in [
        ("am_pm", 2),
        ("century", 21),
        ("day_of_month", 31),
        ("day_of_week", 7),
        ("month", 12),
        ("month_name", 12),
        ("year", 57),
    ] {
        let values = distinct(draw_at(at("2026-11-22T00:00:00Z"), provider, &[], 20_000));
        assert_eq!(values.len(), count, "{provider}: {values:?}");
    }
    assert!(distinct(draw("timezone", &[], 20_000)).len() > 380);
}
