//! Faker's `date_time` module: instants and days relative to the tick's simulated time.
//!
//! Owns the list of its providers and how two ends are read; how a parameter names a time is `span`'s,
//! and no wall clock is read here or there.
//!
//! Where Faker 22.2.0 does other than its documentation says, the documentation wins: the end of a range
//! of days is drawn too, and a range of instants that is the wrong way round in every tick is an error, since Faker
//! would draw its start alone. Faker has local wall time; here it is UTC.

mod days;
mod instants;
mod texts;

pub(super) use instants::time_object;

use super::{Arguments, Compiled, InvalidArgument, Moment, Param, Preset, Provider};
use crate::value::Date;

/// A parameter that names an instant, with a default.
const fn moment(name: &'static str, default: Preset) -> Param {
    Param { name, expects: Moment::EXPECTS, default }
}

/// A parameter that names a day, with a default.
const fn day(name: &'static str, default: &'static str) -> Param {
    Param { name, expects: days::EXPECTS, default: Preset::Text(default) }
}

const fn flag(name: &'static str, default: bool) -> Param {
    Param { name, expects: "true or false", default: Preset::Bool(default) }
}

const TZINFO: Param =
    Param { name: "tzinfo", expects: "nothing: timestamps are UTC", default: Preset::Absent };
const END: Param = moment("end_datetime", Preset::Absent);
const START: Param = moment("start_datetime", Preset::Absent);
const TODAY: &[Param] = &[flag("before_today", true), flag("after_today", false)];
const NOW: &[Param] = &[flag("before_now", true), flag("after_now", false), TZINFO];

const fn one(
    name: &'static str,
    summary: &'static str,
    params: &'static [Param],
    compile: fn(&mut Arguments<'_>) -> Result<Compiled, InvalidArgument>,
) -> Provider {
    Provider { name, summary, params, compile }
}

/// The providers of this family.
#[rustfmt::skip]
pub const PROVIDERS: &[Provider] = &[
    one("am_pm", "AM or PM", &[], |_| texts::part("%p")),
    one("century", "a century from I to XXI", &[], texts::century),
    one("date", "the day of an instant since 1970, in the format `pattern`",
        &[pattern("%Y-%m-%d"), END], texts::date),
    one("date_between", "a day from `start_date` to `end_date`",
        &[day("start_date", "-30y"), day("end_date", "today")], days::date_between),
    one("date_between_dates", "a day from that of the instant `date_start` to that of `date_end`",
        &[moment("date_start", Preset::Absent), moment("date_end", Preset::Absent)], days::date_between_dates),
    one("date_object", "the day of an instant since 1970", &[END], days::date_object),
    one("date_of_birth", "the birthday of someone from `minimum_age` to `maximum_age`",
        &[TZINFO, age("minimum_age", 0), age("maximum_age", 115)], days::date_of_birth),
    one("date_this_century", "a day of this century", TODAY, |args| days::this(args, Period::Century)),
    one("date_this_decade", "a day of this decade", TODAY, |args| days::this(args, Period::Decade)),
    one("date_this_month", "a day of this month", TODAY, |args| days::this(args, Period::Month)),
    one("date_this_year", "a day of this year", TODAY, |args| days::this(args, Period::Year)),
    one("date_time", "an instant since 1970", &[TZINFO, END], instants::date_time),
    one("date_time_ad", "an instant since the year 1", &[TZINFO, END, START], instants::date_time_ad),
    one("date_time_between", "an instant from `start_date` to `end_date`",
        &[moment("start_date", Preset::Text("-30y")), moment("end_date", Preset::Text("now")), TZINFO],
        instants::date_time_between),
    one("date_time_between_dates", "an instant from `datetime_start` to `datetime_end`",
        &[moment("datetime_start", Preset::Absent), moment("datetime_end", Preset::Absent), TZINFO],
        instants::date_time_between_dates),
    one("date_time_this_century", "an instant of this century", NOW, |args| instants::this(args, Period::Century)),
    one("date_time_this_decade", "an instant of this decade", NOW, |args| instants::this(args, Period::Decade)),
    one("date_time_this_month", "an instant of this month", NOW, |args| instants::this(args, Period::Month)),
    one("date_time_this_year", "an instant of this year", NOW, |args| instants::this(args, Period::Year)),
    one("day_of_month", "a day of the month from 01 to 31", &[], |_| texts::part("%d")),
    one("day_of_week", "a day from Monday to Sunday", &[], |_| texts::part("%A")),
    one("future_date", "a day from tomorrow to `end_date`", &[day("end_date", "+30d"), TZINFO], days::future_date),
    one("future_datetime", "an instant from one second ahead to `end_date`",
        &[moment("end_date", Preset::Text("+30d")), TZINFO], instants::future_datetime),
    one("iso8601", "an instant since 1970 as ISO 8601 writes it",
        &[TZINFO, END, texts::SEP, texts::TIMESPEC], texts::iso8601),
    one("month", "a month from 01 to 12", &[], |_| texts::part("%m")),
    one("month_name", "a month from January to December", &[], |_| texts::part("%B")),
    one("past_date", "a day from `start_date` to yesterday", &[day("start_date", "-30d"), TZINFO], days::past_date),
    one("past_datetime", "an instant from `start_date` to one second ago, in microseconds",
        &[moment("start_date", Preset::Text("-30d")), TZINFO], instants::past_datetime),
    one("time", "the time of day of an instant, in the format `pattern`",
        &[pattern("%H:%M:%S"), END], texts::time),
    one("timezone", "the name of a time zone", &[], texts::timezone),
    one("unix_time", "an instant since 1970 as seconds with six digits after the point",
        &[END, START], instants::unix_time),
    one("year", "a year since 1970", &[], |_| texts::part("%Y")),
];

const fn pattern(default: &'static str) -> Param {
    Param { name: "pattern", expects: "a format of Python's strftime", default: Preset::Text(default) }
}

const fn age(name: &'static str, default: i64) -> Param {
    Param { name, expects: "whole years from 0 to 1900", default: Preset::Int(default) }
}

/// Part of the calendar that a day lies in.
#[derive(Clone, Copy)]
enum Period {
    /// From a year that ends in 00, as in Faker.
    Century,
    /// From a year that ends in 0.
    Decade,
    Year,
    Month,
}

impl Period {
    /// The first day of the period that `today` lies in, and the last.
    fn around(self, today: Date) -> (Date, Date) {
        let (year, month, _) = today.ymd();
        let years = |first: i32, count: i32| ((first.max(1), 1), (first + count, 1));
        let ((first, first_month), (next, next_month)) = match self {
            Self::Century => years(year - year.rem_euclid(100), 100),
            Self::Decade => years(year - year.rem_euclid(10), 10),
            Self::Year => years(year, 1),
            Self::Month if month == 12 => ((year, 12), (year + 1, 1)),
            Self::Month => ((year, month), (year, month + 1)),
        };
        let start = |year, month| Date::from_ymd(year, month, 1).unwrap_or(today);
        (start(first, first_month), Date(start(next, next_month).0 - 1))
    }
}

/// Reports that `tzinfo` was given, which in a config can only be a mistake.
fn no_zone(args: &mut Arguments<'_>) {
    if args.is_given("tzinfo") {
        let help = "leave it out; a timestamptz column holds the same instant for every time zone";
        args.problem("tzinfo", "`tzinfo` cannot be set: timestamps are UTC", help);
    }
}

/// The instant that a parameter without a default names; `default` where it is not given.
fn moment_or(
    args: &mut Arguments<'_>,
    name: &'static str,
    default: Moment,
) -> Result<Moment, InvalidArgument> {
    if args.is_given(name) { args.moment(name) } else { Ok(default) }
}

/// Refuses two ends if the first lies after the second in every tick. A range that is the wrong
/// way round only in some ticks gives its start there.
fn ordered(
    args: &mut Arguments<'_>,
    (start, end): (Moment, Moment),
    (start_name, end_name): (&str, &str),
) -> Result<(), InvalidArgument> {
    if !start.is_always_after(end) {
        return Ok(());
    }
    let param = if args.is_given(start_name) { start_name } else { end_name };
    let message = format!("there is no time to draw: `{start_name}` lies after `{end_name}`");
    Err(args.problem(param, message, "swap them, or give both"))
}

/// The first and the last birthday of those who are from `least` to `most` years old on the day
/// `today`, as Faker 22.2.0's `date_of_birth` counts: those of age 0 were born before `today`.
pub(super) fn birthdays(today: Date, least: i32, most: i32) -> (Date, Date) {
    let (year, month, day) = today.ymd();
    // The same day of the year; 1 March for a 29 February that the year has not.
    let years_before = |years: i32| {
        Date::from_ymd(year - years, month, day)
            .or_else(|| Date::from_ymd(year - years, 3, 1))
            // Only a year before the calendar's first has neither.
            .unwrap_or(today)
    };
    (Date(years_before(most + 1).0 + 1), Date(years_before(least).0 - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthdays_reach_from_the_oldest_to_yesterday() {
        let span = |year, month, day| {
            let (first, last) = birthdays(Date::from_ymd(year, month, day).unwrap(), 0, 115);
            (first.to_string(), last.to_string())
        };
        assert_eq!(span(2026, 1, 1), ("1910-01-02".to_owned(), "2025-12-31".to_owned()));
        assert_eq!(span(2024, 2, 29), ("1908-03-01".to_owned(), "2024-02-28".to_owned()));
        assert_eq!(span(2016, 2, 29), ("1900-03-02".to_owned(), "2016-02-28".to_owned()));
        assert_eq!(span(2024, 3, 1), ("1908-03-02".to_owned(), "2024-02-29".to_owned()));
    }

    #[test]
    fn periods_end_with_their_last_day() {
        let around = |period: Period, year, month, day| {
            let (first, last) = period.around(Date::from_ymd(year, month, day).unwrap());
            format!("{first} {last}")
        };
        assert_eq!(around(Period::Month, 2024, 2, 29), "2024-02-01 2024-02-29");
        assert_eq!(around(Period::Month, 2025, 12, 31), "2025-12-01 2025-12-31");
        assert_eq!(around(Period::Year, 2026, 1, 1), "2026-01-01 2026-12-31");
        assert_eq!(around(Period::Decade, 2029, 12, 31), "2020-01-01 2029-12-31");
        assert_eq!(around(Period::Century, 2000, 1, 1), "2000-01-01 2099-12-31");
        assert_eq!(around(Period::Century, 50, 1, 1), "0001-01-01 0099-12-31");
    }

    #[test]
    fn a_grown_up_had_the_birthday_before_today() {
        let (first, last) = birthdays(Date::from_ymd(2026, 6, 15).unwrap(), 18, 18);
        assert_eq!((first.to_string(), last.to_string()), ("2007-06-16".to_owned(), "2008-06-14".to_owned()));
    }
}
