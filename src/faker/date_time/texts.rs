//! The providers whose values are texts made of instants, and the names of centuries and time zones.
//!
//! Owns how an instant is written as ISO 8601; the directives of a format are `strftime`'s.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::super::pattern::push_one;
use super::super::strftime::Format;
use super::super::texts::{Texts, bound, groups, longest};
use super::instants::{EPOCH, draw_between, end_after};
use super::{Arguments, Compiled, InvalidArgument, Moment, Param, Preset, no_zone};
use crate::value::{DAY, Date, SECOND, SqlType, Timestamp};

/// What stands between the day and the time of day.
pub(super) const SEP: Param = Param { name: "sep", expects: "one character", default: Preset::Text("T") };
/// How much of the time of day is written.
pub(super) const TIMESPEC: Param = Param {
    name: "timespec",
    expects: "`auto`, `hours`, `minutes`, `seconds`, `milliseconds` or `microseconds`",
    default: Preset::Text("auto"),
};

/// Texts of the instants from 1970 to `end`, which `of` may change first, in a format.
fn formatted(format: Format, end: Moment, of: fn(Timestamp) -> Timestamp) -> Compiled {
    let (max_chars, integers) = (format.max_chars, format.integers.clone());
    let texts = Compiled::text(max_chars, move |draw, out| {
        format.write(of(draw_between(EPOCH, end, draw.now, draw.stream)), out);
    });
    texts.with_integers(integers)
}

/// A part of an instant from 1970 to now.
pub(super) fn part(directive: &'static str) -> Result<Compiled, InvalidArgument> {
    // The directives are those of this module's table, which a test draws from.
    let format = Format::parse(directive).expect("a directive of the table");
    Ok(formatted(format, Moment::FromNow(0), |at| at))
}

/// The format and the end that `date` and `time` take.
fn pattern(args: &mut Arguments<'_>) -> Result<(Format, Moment), InvalidArgument> {
    let (text, end) = (args.text("pattern"), end_after(args, EPOCH));
    let format = Format::parse(&text?).map_err(|wrong| {
        let help =
            "expected a directive of Python's strftime, such as %m, %y, %Y or %d; %% for a percent sign";
        args.problem("pattern", format!("`pattern` has an unknown directive `{wrong}`"), help)
    });
    Ok((format?, end?))
}

/// `date(pattern="%Y-%m-%d", end_datetime=None)`.
pub(super) fn date(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let iso = matches!(args.text("pattern").as_deref(), Ok("%Y-%m-%d"));
    let (format, end) = pattern(args)?;
    let texts = formatted(format, end, |at| at);
    Ok(if iso { texts.reading_as(&[SqlType::Date]) } else { texts })
}

/// `time(pattern="%H:%M:%S", end_datetime=None)`: a directive of a day is, as in Python, of 1900-01-01.
pub(super) fn time(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    /// 1900-01-01, counted from 1970.
    const DAY_OF_TIMES: Date = Date(-25_567);
    let clock = matches!(args.text("pattern").as_deref(), Ok("%H:%M:%S" | "%H:%M"));
    let (format, end) = pattern(args)?;
    let texts = formatted(format, end, |at| DAY_OF_TIMES.midnight().plus(at.0.rem_euclid(DAY)));
    Ok(if clock { texts.reading_as(&[SqlType::Time]) } else { texts })
}

/// `iso8601(tzinfo=None, end_datetime=None, sep="T", timespec="auto")`: as Python's `isoformat` writes it,
/// with `auto` six digits of a second or, if all are zero, none; without a zone.
pub(super) fn iso8601(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    /// Parts of the time of day, and digits of a second (`None`: six or none).
    type Spec = (usize, Option<usize>);
    const SPECS: [(&str, Spec); 6] = [
        ("auto", (3, None)),
        ("hours", (1, Some(0))),
        ("minutes", (2, Some(0))),
        ("seconds", (3, Some(0))),
        ("milliseconds", (3, Some(3))),
        ("microseconds", (3, Some(6))),
    ];
    no_zone(args);
    let (end, sep, spec) = (end_after(args, EPOCH), args.text("sep"), args.one_of("timespec", &SPECS));
    let sep = sep?;
    let mut chars = sep.chars();
    let (Some(sep), None) = (chars.next(), chars.next()) else {
        return Err(args.problem("sep", format!("`sep` cannot be {sep:?}"), "expected one character"));
    };
    let (end, (parts, digits)) = (end?, spec?);
    let fraction = digits.unwrap_or(6);
    let max_chars = 11 + 3 * parts - 1 + if fraction > 0 { fraction + 1 } else { 0 };
    let texts = Compiled::text(bound(max_chars), move |draw, out| {
        let at = draw_between(EPOCH, end, draw.now, draw.stream);
        let (seconds, micros) = (at.0.rem_euclid(DAY) / SECOND, at.0.rem_euclid(SECOND));
        // Writing to a String cannot fail.
        let _ = write!(out, "{}{sep}{:02}", at.date(), seconds / 3_600);
        for part in [seconds / 60 % 60, seconds % 60].iter().take(parts - 1) {
            let _ = write!(out, ":{part:02}");
        }
        let _ = match digits.unwrap_or(if micros == 0 { 0 } else { 6 }) {
            0 => Ok(()),
            3 => write!(out, ".{:03}", micros / 1_000),
            _ => write!(out, ".{micros:06}"),
        };
    });
    // PostgreSQL reads no time of an hour alone.
    let readable = matches!(sep, 'T' | ' ') && parts > 1;
    Ok(if readable { texts.reading_as(&[SqlType::Timestamp, SqlType::TimestampTz]) } else { texts })
}

/// `century()`.
pub(super) fn century(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    #[rustfmt::skip]
    static CENTURIES: [&str; 21] = [
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
        "XVII", "XVIII", "XIX", "XX", "XXI",
    ];
    Ok(Compiled::text(longest(&CENTURIES), |draw, out| push_one(&CENTURIES, draw.stream, out)))
}

/// The zones of each country or territory, by its ISO 3166 code: `zone.tab` of the IANA time zone database
/// (2025), which is in the public domain.
static ZONES: LazyLock<Vec<Texts>> = LazyLock::new(|| groups(include_str!("../data/time_zones.txt")));

/// `timezone()`: as in Faker each country is equally likely, then each of its zones.
pub(super) fn timezone(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let max_chars = ZONES.iter().map(|zones| longest(zones)).max().unwrap_or(0);
    Ok(Compiled::text(max_chars, |draw, out| {
        let zones: &Texts = draw.stream.pick(&ZONES);
        push_one(zones, draw.stream, out);
    }))
}
