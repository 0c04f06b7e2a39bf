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
    #[expect(clippy::cast_precision_loss, reason = "exact up to 15 digits, else the nearest number")]
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
    /// The same number with another number of digits after the point; `None` if that would lose digits
    /// or overflow.
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
}

/// An amount of PostgreSQL's `money`, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(pub i64);

impl Money {
    /// The amount as a number, which any server reads, whatever its currency.
    pub fn to_decimal(self) -> Decimal {
        Decimal { units: self.0, scale: 2 }
    }

    /// Reads an amount such as `1234.5`, `-$1,234.50` or `($5)` as a server with `lc_monetary` `C` or `en_US` does
    /// (`cash_in` in PostgreSQL's `cash.c`): further digits after the point are rounded.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut negative = false;
        strip_currency(&mut rest);
        if let Some(after) = rest.strip_prefix(['-', '(']) {
            (negative, rest) = (true, after);
        } else {
            rest = rest.strip_prefix('+').unwrap_or(rest);
        }
        strip_currency(&mut rest);
        let (mut cents, mut places, mut any) = (0i64, None, false);
        loop {
            match (rest.bytes().next(), places) {
                (Some(digit @ b'0'..=b'9'), None | Some(0 | 1)) => {
                    cents = cents.checked_mul(10)?.checked_sub(i64::from(digit - b'0'))?;
                    places = places.map(|places| places + 1);
                    any = true;
                }
                (Some(b'.'), None) => places = Some(0),
                (Some(b','), _) => {}
                _ => break,
            }
            rest = &rest[1..];
        }
        if rest.starts_with(|next: char| ('5'..='9').contains(&next)) {
            cents = cents.checked_sub(1)?;
        }
        for _ in places.unwrap_or(0)..2 {
            cents = cents.checked_mul(10)?;
        }
        rest = rest.trim_start_matches(|next: char| next.is_ascii_digit());
        negative |= rest.contains('-');
        let sound = any && rest.chars().all(|next| matches!(next, ' ' | '\t' | '\n' | ')' | '-' | '+' | '$'));
        let cents = if negative { Some(cents) } else { cents.checked_neg() };
        cents.filter(|_| sound).map(Self)
    }
}

/// Strips a currency sign and surrounding whitespace.
fn strip_currency(rest: &mut &str) {
    let blank = |next: char| next.is_ascii_whitespace();
    *rest = rest.trim_start_matches(blank);
    *rest = rest.strip_prefix('$').unwrap_or(rest).trim_start_matches(blank);
}

/// As a server with `lc_monetary` `C` or `en_US` prints it: `-$1,234.50`.
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
        assert_eq!(there_and_back("1.005"), "$1.01");
        assert_eq!(there_and_back("($5)"), "-$5.00");
        assert_eq!(there_and_back("-92233720368547758.08"), "-$92,233,720,368,547,758.08");
        for text in ["one", "", "$", "1$2", "92233720368547758.08"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    #[test]
    fn another_scale_keeps_the_number_or_is_none() {
        let scaled = |units, scale, to| Decimal { units, scale }.with_scale(to).map(|it| it.to_string());
        assert_eq!(scaled(5, 0, 2).as_deref(), Some("5.00"));
        assert_eq!(scaled(-500, 2, 0).as_deref(), Some("-5"));
        assert_eq!(scaled(501, 2, 1), None);
        assert_eq!(scaled(i64::MAX, 0, 1), None);
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
