//! Numbers with a fixed number of digits after the point, and money, which is one with two.
//!
//! Owns their arithmetic and both directions of their text form; must not know the limits of any column.

use std::fmt;

/// A number with a fixed number of digits after the point: `units / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The number in units of its last digit.
    pub units: i64,
    /// Digits after the point, at most 18.
    pub scale: u8,
}

impl Decimal {
    /// The nearest number of the floating type: one division of two exact numbers, the same on every
    /// platform, where there are at most 15 digits.
    pub fn to_f64(self) -> f64 {
        self.units as f64 / 10i64.pow(self.scale.into()) as f64
    }
}

/// As PostgreSQL prints a `numeric`, all digits after the point kept: `-0.50`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return self.units.fmt(f);
        }
        let (sign, units) = (if self.units < 0 { "-" } else { "" }, self.units.unsigned_abs());
        let one = 10u64.pow(self.scale.into());
        write!(f, "{sign}{}.{:0width$}", units / one, units % one, width = self.scale.into())
    }
}

impl Decimal {
    /// The same number with another number of digits after the point; `None` if that would cut digits off,
    /// or need more than there is room for.
    pub fn with_scale(self, scale: u8) -> Option<Self> {
        let units = match scale.checked_sub(self.scale) {
            Some(more) => self.units.checked_mul(10i64.checked_pow(more.into())?)?,
            None => {
                let one = 10i64.checked_pow((self.scale - scale).into())?;
                if self.units % one != 0 {
                    return None;
                }
                self.units / one
            }
        };
        (scale <= 18).then_some(Self { units, scale })
    }

    /// Reads decimal digits with a sign and a point, as `-12.50`; `None` if it is anything else, or has more
    /// than 18 digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let sound = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !sound(whole) || !sound(fraction) {
            return None;
        }
        let units: i64 = format!("{whole}{fraction}").parse().ok()?;
        let scale = u8::try_from(fraction.len()).ok().filter(|scale| *scale <= 18)?;
        Some(Self { units: if text.starts_with('-') { -units } else { units }, scale })
    }
}

/// An amount of PostgreSQL's `money`, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(pub i64);

impl Money {
    /// The amount as a number, which any server reads whatever its currency.
    pub fn to_decimal(self) -> Decimal {
        Decimal { units: self.0, scale: 2 }
    }

    /// Reads an amount such as `1234.5` or `-$1,234.50`.
    pub fn parse(text: &str) -> Option<Self> {
        let number: String = text.chars().filter(|c| !matches!(c, '$' | ',')).collect();
        Decimal::parse(&number)?.with_scale(2).map(|decimal| Self(decimal.units))
    }
}

/// As a server prints it whose `lc_monetary` is `C` or `en_US`: `-$1,234.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.0.unsigned_abs();
        let dollars = (amount / 100).to_string();
        f.write_str(if self.0 < 0 { "-$" } else { "$" })?;
        for (place, digit) in dollars.chars().enumerate() {
            if place > 0 && (dollars.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ".{:02}", amount % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        let there_and_back = |text: &str| Money::parse(text).unwrap().to_string();
        assert_eq!(there_and_back("1234.5"), "$1,234.50");
        assert_eq!(there_and_back("-$1,234,567.05"), "-$1,234,567.05");
        assert_eq!(there_and_back("0"), "$0.00");
        assert_eq!(Money::parse("1.005"), None);
        assert_eq!(Money::parse("one"), None);
    }

    #[test]
    fn another_scale_keeps_the_number_or_is_none() {
        let scaled = |units, scale, to| Decimal { units, scale }.with_scale(to).map(|it| it.to_string());
        assert_eq!(scaled(5, 0, 2).as_deref(), Some("5.00"));
        assert_eq!(scaled(-500, 2, 0).as_deref(), Some("-5"));
        assert_eq!(scaled(501, 2, 1), None);
        assert_eq!(scaled(i64::MAX, 0, 1), None);
        assert_eq!(Decimal::parse("-.5").unwrap().to_string(), "-0.5");
        assert_eq!(Decimal::parse("1e3"), None);
        assert_eq!(Decimal::parse("."), None);
    }

    #[test]
    fn decimals_print_all_their_digits() {
        let text = |units, scale| Decimal { units, scale }.to_string();
        assert_eq!(text(-50, 2), "-0.50");
        assert_eq!(text(12345, 2), "123.45");
        assert_eq!(text(i64::MIN, 18), "-9.223372036854775808");
        assert_eq!(text(7, 0), "7");
        assert_eq!(Decimal { units: 12345, scale: 2 }.to_f64(), 123.45);
    }
}
