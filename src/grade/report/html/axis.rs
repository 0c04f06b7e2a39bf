//! The ticks along a drawing.
//!
//! Owns from a tick to a place. Must not know what is drawn.

use std::fmt::Write as _;

/// The width of a drawing; heights are in the same unit.
pub const WIDTH: i64 = 1_000;
/// Where its ticks begin: room for the names of lanes.
const LEFT: i64 = 70;
/// Where they end.
const RIGHT: i64 = 990;

/// Ticks `from` to `to`, the latter included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    from: i64,
    to: i64,
}

impl Axis {
    /// Through all of these; `None` without one.
    pub fn through(ticks: impl Iterator<Item = i64>) -> Option<Self> {
        let (mut from, mut to) = (i64::MAX, i64::MIN);
        for tick in ticks {
            (from, to) = (from.min(tick.max(0)), to.max(tick.max(0)));
        }
        (from <= to).then_some(Self { from, to })
    }

    /// The place where a tick begins. Ticks before and after stand at the ends.
    pub fn x(self, tick: i64) -> i64 {
        let whole = i128::from(self.to) + 1 - i128::from(self.from);
        let part = (i128::from(tick) - i128::from(self.from)).clamp(0, whole);
        // Within LEFT and RIGHT.
        i64::try_from(i128::from(RIGHT - LEFT) * part / whole).map_or(RIGHT, |x| LEFT + x)
    }

    /// The place and the width of ticks `from` to `to`, the latter included; at least 3 wide.
    pub fn span(self, from: i64, to: i64) -> (i64, i64) {
        let x = self.x(from);
        (x, (self.x(to.saturating_add(1)) - x).max(3))
    }

    /// A line at `y` with a few numbers beneath.
    pub fn draw(self, y: i64) -> String {
        let mut text = format!("<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{RIGHT}\" y2=\"{y}\"/>");
        let step = self.step();
        let mut next = self.from.saturating_add(step - 1).checked_div(step).map(|steps| steps * step);
        while let Some(tick) = next.filter(|tick| *tick <= self.to) {
            next = tick.checked_add(step);
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "<line x1=\"{x}\" y1=\"{y}\" x2=\"{x}\" y2=\"{}\"/><text x=\"{x}\" y=\"{}\" \
                 text-anchor=\"middle\">{tick}</text>",
                y + 5,
                y + 19,
                x = self.x(tick)
            );
        }
        text + &format!("<text x=\"4\" y=\"{}\">tick</text>", y + 19)
    }

    /// The distance of the numbers: 1, 2, 5, 10, 20 … ticks, for at most ten of them.
    fn step(self) -> i64 {
        let whole = self.to.saturating_sub(self.from);
        let mut ten = 1_i64;
        loop {
            let fits = |factor: &i64| whole / ten.saturating_mul(*factor) <= 10;
            if let Some(factor) = [1, 2, 5].iter().find(|factor| fits(factor)) {
                return ten.saturating_mul(*factor);
            }
            ten = ten.saturating_mul(10);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_fill_the_width_and_none_stands_outside() {
        let axis = Axis::through([10, 19].into_iter()).unwrap();
        assert_eq!([10, 15, 20, -5, i64::MAX].map(|tick| axis.x(tick)), [LEFT, 530, RIGHT, LEFT, RIGHT]);
        assert_eq!(axis.span(10, 10), (LEFT, 92));
        assert_eq!(axis.span(i64::MIN, i64::MAX), (LEFT, RIGHT - LEFT));
        let endless = Axis::through([-1, i64::MAX].into_iter()).unwrap();
        assert_eq!((endless.x(0), endless.x(i64::MAX)), (LEFT, RIGHT - 1));
        assert_eq!(Axis::through(std::iter::empty()), None);
    }

    #[test]
    fn numbers_are_round_and_at_most_eleven() {
        for (from, to, step) in [(0, 0, 1), (3, 13, 1), (3, 14, 2), (12, 61, 5), (0, 5_759, 1_000)] {
            let axis = Axis::through([from, to].into_iter()).unwrap();
            assert_eq!(axis.step(), step, "{from} to {to}");
            assert!(axis.draw(0).matches("<text").count() <= 12);
        }
        let endless = Axis::through([0, i64::MAX].into_iter()).unwrap();
        assert_eq!(endless.step(), 1_000_000_000_000_000_000);
        assert!(endless.draw(0).contains(">9000000000000000000<"));
    }
}
