//! The phases of a shop's life, as logs, metrics and pages name them.
//!
//! Owns only these names.

/// The phase of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Opening its database, or waiting for its first tick since.
    Starting,
    /// Generating the ticks before the shop is first live.
    History,
    /// Ticking with the wall clock, or without pace.
    Live,
    /// Waiting for its unavailable server.
    Waiting,
    /// It failed and will be restarted.
    BackingOff,
    /// No tick is left.
    Finished,
    /// It was stopped.
    Stopped,
    /// Its database belongs to another shop, seed or config.
    Refused,
    /// A retry would not help, or there were too many.
    GivenUp,
}

impl Phase {
    /// Whether the shop has ended.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Finished | Self::Stopped | Self::Refused | Self::GivenUp)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::History => "history",
            Self::Live => "live",
            Self::Waiting => "waiting",
            Self::BackingOff => "backing off",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Refused => "refused",
            Self::GivenUp => "given up",
        }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
