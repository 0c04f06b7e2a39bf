//! The parameters of transforms that are words.
//!
//! Owns their names. Must not know what is done with them.

/// A word that stands for NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NullWord {
    /// `None`
    None,
    /// `nan`
    Nan,
    /// `NaN`
    NaN,
    /// `NaT`
    NaT,
    /// `<NA>`
    Na,
    /// `NULL`
    Null,
    /// `null`
    LowerNull,
    /// `\N`
    BackslashN,
}

impl NullWord {
    pub(super) const ALL: [Self; 8] = [
        Self::None,
        Self::Nan,
        Self::NaN,
        Self::NaT,
        Self::Na,
        Self::Null,
        Self::LowerNull,
        Self::BackslashN,
    ];

    /// The word itself.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Nan => "nan",
            Self::NaN => "NaN",
            Self::NaT => "NaT",
            Self::Na => "<NA>",
            Self::Null => "NULL",
            Self::LowerNull => "null",
            Self::BackslashN => "\\N",
        }
    }
}

/// A unit that times are cut to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeUnit {
    /// Days, in UTC.
    Day,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
    /// Seconds.
    Second,
    /// Thousandths of a second.
    Millisecond,
}

impl TimeUnit {
    pub(super) const ALL: [Self; 5] = [Self::Day, Self::Hour, Self::Minute, Self::Second, Self::Millisecond];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Millisecond => "millisecond",
        }
    }
}

/// A unit that times are counted in since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EpochUnit {
    /// Days.
    Days,
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Millionths.
    Microseconds,
    /// Thousandths of millionths.
    Nanoseconds,
}

impl EpochUnit {
    pub(super) const ALL: [Self; 5] =
        [Self::Days, Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        }
    }
}
