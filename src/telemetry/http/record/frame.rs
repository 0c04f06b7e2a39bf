//! Looks at the shops while somebody reads the stream of events: what all streams tell of a moment.
//!
//! Owns which shops have changed between two looks. Must not know how they are told: readers keep their texts in a frame,
//! so that each is made once, and only if somebody wants it.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::super::shown::Shown;
use super::history::History;
use super::series::latest;
use crate::supervise::ShopStatus;
use crate::value::Timestamp;

/// The shops at a moment.
#[derive(Debug)]
pub struct Frame {
    /// Its number: 1, 2, 3 … of the run.
    pub number: u64,
    /// The number of the last sample, 0 before the first.
    pub sample: u64,
    /// The number of the last event.
    pub events: u64,
    /// The wall time.
    pub at: Timestamp,
    /// The shops, in the chain's order.
    pub shops: Vec<Shown>,
    /// The places of those that have changed since the frame before; `None` if there was none.
    pub changed: Option<Vec<usize>>,
    /// The text of all shops.
    pub whole: OnceLock<Bytes>,
    /// The text of those that have changed.
    pub partial: OnceLock<Bytes>,
}

impl Frame {
    /// The frame of a look at a wall time.
    pub fn new(shops: Vec<Shown>, at: Timestamp, sample: u64, events: u64) -> Self {
        let (whole, partial) = (OnceLock::new(), OnceLock::new());
        Self { number: 0, sample, events, at, shops, changed: None, whole, partial }
    }
}

/// What is shown of the shops at a wall time; without a history the rates are unknown.
pub fn shown(shops: &[ShopStatus], history: Option<&History>, wall: Timestamp) -> Vec<Shown> {
    let mut rates = history.and_then(latest);
    let shown = |shop| Shown::of(shop, rates.as_mut().and_then(Iterator::next), wall);
    shops.iter().map(shown).collect()
}

/// Makes frames of looks.
#[derive(Default)]
pub struct Looks {
    number: u64,
    /// The last frame, and the last one of a sample.
    last: Option<(Arc<Frame>, Arc<Frame>)>,
    /// Those whose state has changed since the last sample.
    between: BTreeSet<usize>,
}

impl Looks {
    /// Nobody reads: the next frame has none before it.
    pub fn forget(&mut self) {
        self.last = None;
        self.between.clear();
    }

    /// The frame of a look. Between two samples there is one only if the state of a shop has changed or something has
    /// happened, and only those shops have changed in it.
    pub fn look(&mut self, mut frame: Frame) -> Option<Arc<Frame>> {
        if let Some((last, sampled)) = &self.last {
            let is_sample = frame.sample > sampled.sample;
            let pairs = |before: &Arc<Frame>, differs: fn(&Shown, &Shown) -> bool| -> Vec<usize> {
                let pairs = frame.shops.iter().zip(&before.shops).enumerate();
                pairs.filter(|(_, (now, before))| differs(now, before)).map(|(place, _)| place).collect()
            };
            if is_sample {
                let changed = pairs(sampled, |now, before| now != before).into_iter();
                let all: BTreeSet<usize> = changed.chain(std::mem::take(&mut self.between)).collect();
                frame.changed = Some(all.into_iter().collect());
            } else {
                let changed = pairs(last, |now, before| !now.is_in_the_state_of(before));
                if changed.is_empty() && frame.events == last.events {
                    return None;
                }
                self.between.extend(&changed);
                frame.changed = Some(changed);
            }
        }
        self.number += 1;
        frame.number = self.number;
        let frame = Arc::new(frame);
        let sampled = match self.last.take() {
            Some((_, sampled)) if sampled.sample == frame.sample => sampled,
            _ => frame.clone(),
        };
        self.last = Some((frame.clone(), sampled));
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixtures::shop;
    use super::*;
    use crate::supervise::Phase;

    /// A look at two shops with so many ticks.
    fn frame(sample: u64, shops: [(Phase, u64); 2]) -> Frame {
        let status = |(phase, ticks)| ShopStatus { ticks_here: ticks, ..shop("a", phase) };
        let shops = shown(&shops.map(status), None, Timestamp(0));
        Frame::new(shops, Timestamp(0), sample, 0)
    }

    fn changed(frame: Option<Arc<Frame>>) -> Option<Vec<usize>> {
        frame.and_then(|frame| frame.changed.clone())
    }

    const LIVE: Phase = Phase::Live;

    #[test]
    fn a_frame_of_a_sample_tells_which_shops_have_changed_since_the_one_before() {
        let mut looks = Looks::default();
        let first = looks.look(frame(1, [(LIVE, 1), (LIVE, 1)])).unwrap();
        assert_eq!((first.number, &first.changed), (1, &None), "there is none before it");
        assert_eq!(changed(looks.look(frame(2, [(LIVE, 1), (LIVE, 2)]))), Some(vec![1]));
        assert_eq!(changed(looks.look(frame(3, [(LIVE, 1), (LIVE, 2)]))), Some(vec![]));
    }

    #[test]
    fn between_two_samples_only_another_state_is_told_and_what_was_told_is_told_again() {
        let mut looks = Looks::default();
        looks.look(frame(1, [(LIVE, 1), (LIVE, 1)])).unwrap();
        assert_eq!(changed(looks.look(frame(1, [(LIVE, 2), (LIVE, 1)]))), None, "only numbers");
        assert_eq!(changed(looks.look(frame(1, [(LIVE, 3), (Phase::Waiting, 1)]))), Some(vec![1]));
        assert_eq!(changed(looks.look(frame(1, [(LIVE, 3), (LIVE, 1)]))), Some(vec![1]));
        let sample = looks.look(frame(2, [(LIVE, 1), (LIVE, 1)])).unwrap();
        assert_eq!((sample.number, &sample.changed), (4, &Some(vec![1])));
        assert_eq!(changed(looks.look(frame(3, [(LIVE, 1), (LIVE, 1)]))), Some(vec![]));
    }

    #[test]
    fn an_event_makes_a_frame_and_after_a_time_without_readers_all_is_new() {
        let mut looks = Looks::default();
        looks.look(frame(1, [(LIVE, 1), (LIVE, 1)])).unwrap();
        let event = Frame { events: 1, ..frame(1, [(LIVE, 1), (LIVE, 1)]) };
        assert_eq!(changed(looks.look(event)), Some(vec![]));
        looks.forget();
        let next = looks.look(frame(1, [(LIVE, 1), (LIVE, 1)])).unwrap();
        assert_eq!((next.number, &next.changed), (3, &None));
    }
}
