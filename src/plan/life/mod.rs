//! Lives: state machines that rows go through.
//!
//! Each row has a *fate*, drawn at its birth: the ages at which it changes its state, and at which it is deleted. Ages are
//! counted in ticks, never in wall time, so that a pause moves a whole life and changes none of it. `fates` draws some
//! thousand fates from the config (by the `quantile` of each dwell time), `wheel` gives one of them to each row and
//! finds the events of a tick from its number alone, `source` tells them as a source of changes, `census` counts them. Nothing is saved. Must
//! not know what the events do to values.

mod census;
mod fates;
mod quantile;
mod source;
mod wheel;

pub use census::Census;
pub use source::{LifeSource, TableStates};
pub use wheel::Wheels;
