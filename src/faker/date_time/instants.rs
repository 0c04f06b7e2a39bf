//! The providers whose values are instants.
//!
//! Owns which instants each may draw; the texts made of instants are `texts`'.

use super::super::Between;
use super::super::span::{FIRST, LAST};
use super::{Arguments, Compiled, InvalidArgument, Moment, Period, moment_or, no_zone, ordered};
use crate::stream::Stream;
use crate::value::{DAY, SECOND, TimeOfDay, Timestamp};

const NOW: Moment = Moment::FromNow(0);
/// 1970-01-01T00:00:00, where most of Faker's instants begin.
pub(super) const EPOCH: Moment = Moment::At(Timestamp(0));

/// Each microsecond between two ends equally likely, both included.
fn between(start: Moment, end: Moment) -> Compiled {
    Compiled::timestamp(Between::instants(move |now| (start.at(now), end.at(now))))
}

/// An instant between two ends, both included; the start in a tick in which it lies after the end.
pub(super) fn draw_between(start: Moment, end: Moment, now: Timestamp, stream: &mut Stream) -> Timestamp {
    Timestamp(stream.between(start.at(now).0, end.at(now).0))
}

/// The end named by `end_datetime`, now unless it is given, which must not lie before `start`.
pub(super) fn end_after(args: &mut Arguments<'_>, start: Moment) -> Result<Moment, InvalidArgument> {
    let end = moment_or(args, "end_datetime", NOW)?;
    if start.is_always_after(end) {
        let help = "expected \"now\" or another time after the start, which is 1970-01-01 unless it is given";
        return Err(args.problem("end_datetime", "`end_datetime` lies before the start", help));
    }
    Ok(end)
}

/// `date_time(tzinfo=None, end_datetime=None)`: from 1970 to `end_datetime`, which is now unless given.
pub(super) fn date_time(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    no_zone(args);
    Ok(between(EPOCH, end_after(args, EPOCH)?))
}

/// `time_object(end_datetime=None)`: the time of day of such an instant.
pub(in crate::faker) fn time_object(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let end = end_after(args, EPOCH)?;
    Ok(Compiled::time(move |draw| {
        TimeOfDay(draw_between(EPOCH, end, draw.now, draw.stream).0.rem_euclid(DAY))
    }))
}

/// `date_time_ad(tzinfo=None, end_datetime=None, start_datetime=None)`: as `date_time` from the year 1.
pub(super) fn date_time_ad(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    no_zone(args);
    let start = moment_or(args, "start_datetime", Moment::At(FIRST));
    let end = moment_or(args, "end_datetime", NOW);
    let (start, end) = (start?, end?);
    ordered(args, (start, end), ("start_datetime", "end_datetime"))?;
    Ok(between(start, end))
}

/// `date_time_between(start_date="-30y", end_date="now", tzinfo=None)`.
pub(super) fn date_time_between(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    no_zone(args);
    let (start, end) = (args.moment("start_date"), args.moment("end_date"));
    let (start, end) = (start?, end?);
    ordered(args, (start, end), ("start_date", "end_date"))?;
    Ok(between(start, end))
}

/// `date_time_between_dates(datetime_start=None, datetime_end=None, tzinfo=None)`: an end that is not
/// given is now.
pub(super) fn date_time_between_dates(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    no_zone(args);
    let start = moment_or(args, "datetime_start", NOW);
    let end = moment_or(args, "datetime_end", NOW);
    let (start, end) = (start?, end?);
    ordered(args, (start, end), ("datetime_start", "datetime_end"))?;
    Ok(between(start, end))
}

/// `past_datetime(start_date="-30d", tzinfo=None)`: each microsecond from `start_date` to one second
/// before now equally likely.
///
/// A fixed start that now has not reached yet gives the start itself.
pub(super) fn past_datetime(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const END: Moment = Moment::FromNow(-SECOND);
    let start = args.moment("start_date");
    no_zone(args);
    let start = start?;
    if start.is_always_after(END) {
        let message = "`start_date` is not in the past: the values end one second before now";
        return Err(args.problem("start_date", message, "expected a span such as \"-30d\""));
    }
    Ok(between(start, END))
}

/// `future_datetime(end_date="+30d", tzinfo=None)`: from one second after now.
///
/// A fixed end that now has passed gives one second after now.
pub(super) fn future_datetime(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const START: Moment = Moment::FromNow(SECOND);
    let end = args.moment("end_date");
    no_zone(args);
    let end = end?;
    if START.is_always_after(end) {
        let message = "`end_date` is not in the future: the values begin one second after now";
        return Err(args.problem("end_date", message, "expected a span such as \"+30d\""));
    }
    Ok(between(START, end))
}

/// `date_time_this_…(before_now=True, after_now=False, tzinfo=None)`: the part of the period before now,
/// the part after it, both, or with neither now itself.
pub(super) fn this(args: &mut Arguments<'_>, period: Period) -> Result<Compiled, InvalidArgument> {
    no_zone(args);
    let (before, after) = (args.boolean("before_now"), args.boolean("after_now"));
    let (before, after) = (before?, after?);
    Ok(Compiled::timestamp(Between::instants(move |now| {
        let (first, last) = period.around(now.date());
        let start = if before { first.midnight() } else { now };
        (start, if after { last.midnight().plus(crate::value::DAY - 1) } else { now })
    })))
}

/// `unix_time(end_datetime=None, start_datetime=None)`: seconds since 1970, in microseconds. Faker's is
/// a floating number of about as many digits.
pub(super) fn unix_time(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let start = moment_or(args, "start_datetime", EPOCH);
    let end = moment_or(args, "end_datetime", NOW);
    let (start, end) = (start?, end?);
    ordered(args, (start, end), ("start_datetime", "end_datetime"))?;
    let least = match start {
        Moment::At(at) => at.0,
        Moment::FromNow(_) => FIRST.0,
    };
    let most = match end {
        Moment::At(at) => at.0.max(least),
        Moment::FromNow(_) => LAST.0,
    };
    // A start counted from now lies after a fixed end in late ticks, and is then drawn itself.
    let most = if matches!(start, Moment::FromNow(_)) { LAST.0 } else { most };
    Ok(Compiled::decimal(6, least..=most, move |draw| draw_between(start, end, draw.now, draw.stream).0))
}
