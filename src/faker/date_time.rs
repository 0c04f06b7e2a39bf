//! Faker's `date_time` module: instants relative to the tick's simulated time.
//!
//! Owns which instants a provider may draw; how a parameter names a time is `span`'s, and no wall clock
//! is read here or there.

use super::{Arguments, Compiled, Moment, Noted, Param, Preset, Provider};
use crate::value::{Date, SECOND, Timestamp};

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[Provider {
    name: "past_datetime",
    summary: "an instant from `start_date` to one second ago, in microseconds",
    params: &[
        Param { name: "start_date", expects: Moment::EXPECTS, default: Preset::Text("-30d") },
        Param { name: "tzinfo", expects: "nothing: timestamps are UTC", default: Preset::Absent },
    ],
    compile: past_datetime,
}];

/// `past_datetime(start_date="-30d", tzinfo=None)`: each microsecond from `start_date` to one second
/// before now equally likely.
///
/// A fixed start that now has not reached yet gives the start itself. Faker has local wall time; here
/// it is UTC.
fn past_datetime(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    const END: Moment = Moment::FromNow(-SECOND);
    let start = args.moment("start_date");
    if args.is_given("tzinfo") {
        let help = "leave it out; a timestamptz column holds the same instant for every time zone";
        args.problem("tzinfo", "`tzinfo` cannot be set: timestamps are UTC", help);
    }
    let start = start?;
    if start.is_always_after(END) {
        let message = "`start_date` is not in the past: the values end one second before now";
        return Err(args.problem("start_date", message, "expected a span such as \"-30d\""));
    }
    Ok(Compiled::timestamp(move |draw| {
        let (start, end) = (start.at(draw.now), END.at(draw.now));
        Timestamp(draw.stream.between(start.0, end.0))
    }))
}

/// The first and the last birthday of those who are from `least` to `most` years old on the day
/// `today`, as Faker 22.2.0's `date_of_birth` counts: those of age 0 were born before `today`.
pub(super) fn birthdays(today: Date, least: i32, most: i32) -> (Date, Date) {
    (Date(years_before(today, most + 1).0 + 1), Date(years_before(today, least).0 - 1))
}

/// The same day of the year `years` earlier; 1 March for a 29 February that the year has not.
fn years_before(day: Date, years: i32) -> Date {
    let (year, month, of_month) = day.ymd();
    Date::from_ymd(year - years, month, of_month)
        .or_else(|| Date::from_ymd(year - years, 3, 1))
        // Only a year before the calendar's first has neither.
        .unwrap_or(day)
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
    fn a_grown_up_had_the_birthday_before_today() {
        let (first, last) = birthdays(Date::from_ymd(2026, 6, 15).unwrap(), 18, 18);
        assert_eq!((first.to_string(), last.to_string()), ("2007-06-16".to_owned(), "2008-06-14".to_owned()));
    }
}
