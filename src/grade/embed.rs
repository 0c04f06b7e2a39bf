//! Which versions found values can be of: values repeat, so that a single match proves nothing.
//!
//! Owns the earliest and the latest embedding of a sequence of values in a life.

use super::life::Life;

/// The phases of found values, in order: the earliest that they can be of, and the latest. `None` if there are none.
pub fn embed(life: &Life, classes: &[u32]) -> Option<Vec<(usize, usize)>> {
    let mut phases = Vec::with_capacity(classes.len());
    let mut phase = 0;
    for class in classes {
        phase += 1;
        while life.class(phase)? != *class {
            phase += 1;
        }
        phases.push((phase, phase));
    }
    let mut phase = life.count() + 1;
    for (class, (_, latest)) in classes.iter().zip(&mut phases).rev() {
        phase -= 1;
        while life.class(phase)? != *class {
            phase -= 1;
        }
        *latest = phase;
    }
    Some(phases)
}
