//! The providers whose values are days.
//!
//! Owns how a parameter of theirs names a day, which is not as one names an instant: `today` is a day,
//! and a whole number counts days.

use super::instants::{EPOCH, end_after};
use super::{Arguments, Compiled, InvalidArgument, Moment, Period, birthdays, moment_or, no_zone};
use crate::faker::Between;
use crate::faker::span::{FIRST, LAST};
use crate::value::{DAY, Date, Literal};

/// What [`Day::read`] reads, as the end of "expected …".
pub(super) const EXPECTS: &str = "\"today\", a signed span such as \"-30d\" or \"+1y-6M\" (units y M w d h m s \
    in this order, M months, m minutes), a date, or a number of days from today";

/// A day as a parameter names it.
#[derive(Clone, Copy)]
enum Day {
    /// Days from the simulated today.
    FromToday(i32),
    /// One and the same day in each tick.
    On(Date),
}

impl Day {
    /// Reads a parameter: `today`, `now`, a span, rounded as in Faker to whole days
    /// towards the past (`-1y` is 366 days ago), a date, or a number of days from today.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the days of the calendar, and of a span no longer than it"
    )]
    fn read(args: &mut Arguments<'_>, name: &'static str) -> Result<Self, InvalidArgument> {
        match args.value(name)? {
            Literal::Text(text) if text == "today" => return Ok(Self::FromToday(0)),
            // More than all the days of the calendar says nothing else.
            Literal::Int(days) => return Ok(Self::FromToday(days.clamp(-4_000_000, 4_000_000) as i32)),
            _ => {}
        }
        Ok(match args.moment(name)? {
            Moment::FromNow(micros) => Self::FromToday(micros.div_euclid(DAY) as i32),
            Moment::At(at) => Self::On(at.date()),
        })
    }

    /// The day in a tick, held within the years 1 to 9999.
    fn at(self, today: Date) -> Date {
        match self {
            Self::FromToday(days) => Date(today.0.saturating_add(days)).clamp(FIRST.date(), LAST.date()),
            Self::On(day) => day,
        }
    }

    /// Whether it lies after `other` in every tick.
    fn is_always_after(self, other: Self) -> bool {
        match (self, other) {
            (Self::FromToday(this), Self::FromToday(other)) => this > other,
            (Self::On(this), Self::On(other)) => this > other,
            _ => false,
        }
    }
}

/// A day from `first` to `last`, both included, each equally likely; `first` if it is the later one.
fn between(start: Day, end: Day) -> Compiled {
    Compiled::date(Between::days(move |now| (start.at(now.date()), end.at(now.date()))))
}

/// `date_between(start_date="-30y", end_date="today")`: both days are drawn, of which Faker 22.2.0 never draws
/// the end, although it says that the date lies between the two. As there the range may be the wrong way round.
pub(super) fn date_between(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (start, end) = (Day::read(args, "start_date"), Day::read(args, "end_date"));
    let (start, end) = (start?, end?);
    Ok(Compiled::date(Between::days(move |now| in_order(start.at(now.date()), end.at(now.date())))))
}

/// The earlier day, and the later one.
fn in_order(one: Date, other: Date) -> (Date, Date) {
    (one.min(other), one.max(other))
}

/// `past_date(start_date="-30d", tzinfo=None)`: the last day is yesterday, which Faker 22.2.0 documents
/// and never draws.
pub(super) fn past_date(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const END: Day = Day::FromToday(-1);
    no_zone(args);
    let start = Day::read(args, "start_date")?;
    if start.is_always_after(END) {
        let message = "`start_date` is not in the past: the values end yesterday";
        return Err(args.problem("start_date", message, "expected a span such as \"-30d\""));
    }
    Ok(between(start, END))
}

/// `future_date(end_date="+30d", tzinfo=None)`: the first day is tomorrow, the last is `end_date`, which
/// Faker 22.2.0 never draws.
pub(super) fn future_date(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const START: Day = Day::FromToday(1);
    no_zone(args);
    let end = Day::read(args, "end_date")?;
    if START.is_always_after(end) {
        let message = "`end_date` is not in the future: the values begin tomorrow";
        return Err(args.problem("end_date", message, "expected a span such as \"+30d\""));
    }
    Ok(between(START, end))
}

/// `date_between_dates(date_start=None, date_end=None)`: from the day of one instant to that of another,
/// both drawn, and the range may be the wrong way round. As in Faker these are read as instants: `now`, not `today`, and a whole number is a Unix
/// timestamp; one that is not given is now.
pub(super) fn date_between_dates(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let start = moment_or(args, "date_start", Moment::FromNow(0));
    let end = moment_or(args, "date_end", Moment::FromNow(0));
    let (start, end) = (start?, end?);
    Ok(Compiled::date(Between::days(move |now| in_order(start.at(now).date(), end.at(now).date()))))
}

/// `date_object(end_datetime=None)`: the day of an instant from 1970 to `end_datetime` or now.
pub(super) fn date_object(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let end = end_after(args, EPOCH)?;
    Ok(Compiled::date(Between::days_of_instants(move |now| (EPOCH.at(now), end.at(now)))))
}

/// `date_of_birth(tzinfo=None, minimum_age=0, maximum_age=115)`: each day equally likely on which someone
/// of such an age was born.
pub(super) fn date_of_birth(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    no_zone(args);
    let least = args.int_between("minimum_age", 0, 1_900);
    let most = args.int_between("maximum_age", 0, 1_900);
    let (least, most) = (least?, most?);
    if least > most {
        let param = if args.is_given("minimum_age") { "minimum_age" } else { "maximum_age" };
        let message = format!("`minimum_age` is {least}, `maximum_age` is {most}");
        return Err(args.problem(param, message, "`minimum_age` is the smaller one"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 1,900")]
    let (least, most) = (least as i32, most as i32);
    Ok(Compiled::date(Between::days(move |now| {
        let (first, last) = birthdays(now.date(), least, most);
        (first.max(FIRST.date()), last)
    })))
}

/// `date_this_…(before_today=True, after_today=False)`: the part of the period up to today, the part from
/// today on, both, or with neither today itself.
pub(super) fn this(args: &mut Arguments<'_>, period: Period) -> Result<Compiled, InvalidArgument> {
    let (before, after) = (args.boolean("before_today"), args.boolean("after_today"));
    let (before, after) = (before?, after?);
    Ok(Compiled::date(Between::days(move |now| {
        let today = now.date();
        let (first, last) = period.around(today);
        (if before { first } else { today }, if after { last } else { today })
    })))
}
