//! Numbers of a config exactly as they were written in decimal.
//!
//! Owns their reading and rounding; knows no provider. No float takes part in any arithmetic.

use std::fmt;

use crate::value::Literal;

/// A number that was written in decimal: `units / 10^places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    units: i128,
    places: u32,
}

impl Exact {
    /// Most digits, so that the number times 10^18 fits 128 bits.
    pub(super) const DIGITS_MAX: usize = 20;

    /// The shortest decimal that reads back as the number, which is the one that was written: no
    /// arithmetic of floats.
    pub fn of(number: &Literal) -> Option<Self> {
        let text = match number {
            Literal::Int(int) => return Some(Self { units: i128::from(*int), places: 0 }),
            Literal::Float(float) if float.is_finite() => float.to_string(),
            _ => return None,
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = format!("{whole}{fraction}");
        if digits.trim_start_matches('-').len() > Self::DIGITS_MAX {
            return None;
        }
        Some(Self { units: digits.parse().ok()?, places: u32::try_from(fraction.len()).ok()? })
    }

    /// Digits after the point.
    pub fn places(self) -> u32 {
        self.places
    }

    /// Units of `10^-places` (at most 18), rounded down.
    pub fn floor(self, places: u32) -> i128 {
        match places.checked_sub(self.places) {
            Some(more) => self.units * 10i128.pow(more),
            None => self.units.div_euclid(10i128.pow(self.places - places)),
        }
    }

    /// Units of `10^-places` (at most 18), rounded up.
    pub fn ceil(self, places: u32) -> i128 {
        -Self { units: -self.units, places: self.places }.floor(places)
    }

    /// The number as a part of a whole; `None` if it is less than 0 or more than 1.
    pub fn share(self) -> Option<(u64, u64)> {
        let whole = 10u64.checked_pow(self.places)?;
        let part = u64::try_from(self.units).ok()?;
        (part <= whole).then_some((part, whole))
    }

    /// Whether the number is further from 0 than `10^digits` (at most 18).
    pub fn exceeds(self, digits: u32) -> bool {
        self.units.abs() > 10i128.pow(digits + self.places)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, units) = (if self.units < 0 { "-" } else { "" }, self.units.unsigned_abs());
        let one = 10u128.pow(self.places);
        write!(f, "{sign}{}", units / one)?;
        if self.places == 0 {
            return Ok(());
        }
        write!(f, ".{:0width$}", units % one, width = self.places as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(float: f64) -> Exact {
        Exact::of(&Literal::Float(float)).expect("a number of few digits")
    }

    #[test]
    fn numbers_are_read_as_they_were_written_and_rounded_to_either_side() {
        assert_eq!((exact(0.1).floor(2), exact(0.1).ceil(2)), (10, 10));
        assert_eq!((exact(-0.125).floor(2), exact(-0.125).ceil(2)), (-13, -12));
        assert_eq!((exact(2.51).floor(0), exact(2.51).ceil(0)), (2, 3));
        assert_eq!(exact(-0.05).to_string(), "-0.05");
        assert_eq!(Exact::of(&Literal::Int(-7)).map(|seven| seven.to_string()), Some("-7".to_owned()));
        assert_eq!(Exact::of(&Literal::Float(1e300)), None);
        assert_eq!(Exact::of(&Literal::Float(f64::NAN)), None);
    }

    #[test]
    fn a_share_lies_from_0_to_1() {
        assert_eq!(exact(0.05).share(), Some((5, 100)));
        assert_eq!(Exact::of(&Literal::Int(1)).and_then(Exact::share), Some((1, 1)));
        assert_eq!(exact(1.5).share(), None);
        assert_eq!(exact(-0.1).share(), None);
    }

    #[test]
    fn a_power_of_ten_itself_has_no_digit_too_many() {
        assert!(!exact(100.0).exceeds(2) && exact(100.01).exceeds(2) && exact(-101.0).exceeds(2));
    }
}
