//! Dates and instants, which count from the tick's simulated time.

use proptest::prelude::*;
use shopsim::faker;
use shopsim::value::{DAY, Literal, SECOND};

use super::{NOW, at, compile, count_of, draw, draw_at, named, text};

#[test]
fn past_datetime_lies_between_its_start_and_a_second_ago_in_microseconds() {
    let now = at(NOW);
    let values = draw("past_datetime", &[], 20_000);
    let (first, last) = (now.plus(-30 * DAY).to_string(), now.plus(-SECOND).to_string());
    assert!(values.iter().all(|value| (&first..=&last).contains(&value)), "{first} to {last}");
    let third = now.plus(-20 * DAY).to_string();
    let early = count_of(&values, |value| value < third.as_str());
    assert!((6_400..6_950).contains(&early), "{early}");
    // True microseconds: hardly a value has fewer than six digits of fraction or ends in three zeros.
    assert!(count_of(&values, |value| value.len() == 26) > 17_500);
}

#[test]
fn past_datetime_takes_spans_dates_and_unix_seconds() {
    let one =
        |start| draw("past_datetime", &[("start_date", start)], 1_000).into_iter().min().expect("a value");
    assert!(one(text("-10s")).as_str() >= "2026-01-01 11:59:50");
    assert!(one(text("2025-12-31")).as_str() >= "2025-12-31");
    assert!(one(Literal::Int(1_767_225_600)).as_str() >= "2026-01-01");
    assert_eq!(
        one(text("2030-01-01")),
        "2030-01-01 00:00:00",
        "a start that has not come yet is drawn itself"
    );
}

#[test]
fn dates_move_with_the_simulated_time_and_with_nothing_else() {
    let (now, later) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    let year = |values: Vec<String>| -> i32 { values[0][..4].parse().unwrap() };
    assert_eq!(draw_at(now, "past_datetime", &[], 50), draw_at(now, "past_datetime", &[], 50));
    assert_eq!(year(draw_at(now, "past_datetime", &[], 1)), 2025);
    assert_eq!(year(draw_at(later, "past_datetime", &[], 1)), 2026);
    assert_ne!(draw_at(now, "passport_dob", &[], 50), draw_at(later, "passport_dob", &[], 50));
    let expire = |now| {
        let mut years: Vec<String> =
            draw_at(now, "credit_card_expire", &[("date_format", text("%Y"))], 2_000);
        years.sort_unstable();
        (years[0].clone(), years[1_999].clone())
    };
    assert_eq!(expire(now), ("2026".to_owned(), "2035".to_owned()));
    assert_eq!(expire(later), ("2027".to_owned(), "2036".to_owned()));
}

#[test]
fn dates_of_birth_reach_from_yesterday_to_the_day_before_the_116th_birthday() {
    let mut days = draw("passport_dob", &[], 400_000);
    days.sort_unstable();
    assert_eq!((days[0].as_str(), days[399_999].as_str()), ("1910-01-02", "2025-12-31"));
}

proptest! {
    #[test]
    fn any_text_is_refused_or_works_as_a_date_param(start: String, format in "[%a-zA-Z0-9 é]*") {
        let params = [("start_date", text(&start))];
        if compile("past_datetime", &named(&params)).is_ok() {
            draw("past_datetime", &params, 3);
        }
        let params = [("date_format", text(&format))];
        if let Ok(compiled) = compile("credit_card_expire", &named(&params)) {
            let most = compiled.max_chars.expect("a bound") as usize;
            for value in draw("credit_card_expire", &params, 3) {
                prop_assert!(value.chars().count() <= most, "{value:?} of {format:?}");
            }
        }
    }

    #[test]
    fn any_span_in_order_is_read(years in -99i32..=99, months in -99i32..=99, seconds in -99i32..=99) {
        let span = format!("{years:+}y{months:+}M{seconds:+}s");
        prop_assert!(faker::Moment::parse(&span).is_some(), "{span}");
    }
}
