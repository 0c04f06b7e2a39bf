//! PostgreSQL's binary format of `numeric`.
//!
//! Only converts to bytes: groups of four decimal digits, aligned to the decimal point, without leading and trailing zero
//! groups (`numeric_recv` in PostgreSQL's `numeric.c`).

use bytes::BufMut;

use crate::value::Decimal;

/// The number of digits in a group.
const DIGITS: usize = 4;
const NEGATIVE: u16 = 0x4000;
/// The sign and scale fields of special values.
const SPECIAL: [(&str, u16, u16); 3] =
    [("NaN", 0xc000, 0), ("Infinity", 0xd000, 0x20), ("-Infinity", 0xf000, 0x20)];

/// Appends a number with its length.
pub(super) fn put(buffer: &mut Vec<u8>, Decimal { units, scale }: Decimal) {
    const GROUP: u128 = 10_000;
    const WIDEN: [u128; DIGITS] = [1, 10, 100, 1_000];
    let fraction_groups = usize::from(scale).div_ceil(DIGITS);
    // Scaled so that the fraction fills its groups.
    let widen = WIDEN[fraction_groups * DIGITS - usize::from(scale)];
    let mut rest = u128::from(units.unsigned_abs()) * widen;
    let mut groups = Vec::with_capacity(10);
    while rest > 0 {
        groups.push((rest % GROUP) as i16);
        rest /= GROUP;
    }
    groups.reverse();
    put_groups(buffer, &groups, fraction_groups, units < 0, scale.into());
}

/// Appends a number, given as PostgreSQL prints it, with its length.
pub(super) fn put_text(buffer: &mut Vec<u8>, text: &str) {
    if let Some((_, sign, scale)) = SPECIAL.iter().find(|(name, ..)| *name == text) {
        buffer.put_i32(8);
        [0, 0, *sign, *scale].into_iter().for_each(|part| buffer.put_u16(part));
        return;
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let before = "0".repeat(whole.len().next_multiple_of(DIGITS) - whole.len());
    let after = "0".repeat(fraction.len().next_multiple_of(DIGITS) - fraction.len());
    let digits = [before.as_str(), whole, fraction, after.as_str()].concat();
    let group = |four: &[u8]| four.iter().fold(0, |group, digit| group * 10 + i16::from(digit - b'0'));
    let groups: Vec<i16> = digits.as_bytes().chunks(DIGITS).map(group).collect();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a numeric has at most 16,383 digits after the point"
    )]
    let scale = fraction.len() as u16;
    put_groups(buffer, &groups, fraction.len().div_ceil(DIGITS), negative, scale);
}

/// Appends groups of digits, the last `behind` of them after the point.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a numeric has at most 32,768 groups before the point and 4,096 after it: the count fits 16 bits without \
              a sign, the weight 16 bits with one"
)]
fn put_groups(buffer: &mut Vec<u8>, groups: &[i16], behind: usize, negative: bool, scale: u16) {
    let zeros = |groups: &mut dyn Iterator<Item = &i16>| groups.take_while(|group| **group == 0).count();
    let (leading, trailing) = (zeros(&mut groups.iter()), zeros(&mut groups.iter().rev()));
    // The weight of the first group, as a power of 10,000.
    let weight = groups.len() as i32 - behind as i32 - leading as i32 - 1;
    let (groups, weight) = match leading == groups.len() {
        true => (&[][..], 0),
        false => (&groups[leading..groups.len() - trailing], weight),
    };
    buffer.put_i32(8 + 2 * groups.len() as i32);
    buffer.put_u16(groups.len() as u16);
    buffer.put_i16(weight as i16);
    buffer.put_u16(if negative { NEGATIVE } else { 0 });
    buffer.put_u16(scale);
    groups.iter().for_each(|group| buffer.put_i16(*group));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(put: impl FnOnce(&mut Vec<u8>)) -> Vec<i16> {
        let mut bytes = Vec::new();
        put(&mut bytes);
        let length = i32::from_be_bytes(bytes[..4].try_into().unwrap());
        assert_eq!(usize::try_from(length).unwrap(), bytes.len() - 4);
        bytes[4..].chunks(2).map(|two| i16::from_be_bytes([two[0], two[1]])).collect()
    }

    #[test]
    fn numbers_are_groups_of_four_digits_around_the_point() {
        for (units, scale, expected) in [
            (0, 2, &[0, 0, 0, 2][..]),
            (123_456_789, 4, &[3, 1, 0, 4, 1, 2345, 6789]),
            (-50, 2, &[1, -1, 0x4000, 2, 5000]),
            (5, 6, &[1, -2, 0, 6, 500]),
            (20_000, 0, &[1, 1, 0, 0, 2]),
        ] {
            let decimal = Decimal { units, scale };
            assert_eq!(parts(|buffer| put(buffer, decimal)), expected);
            assert_eq!(parts(|buffer| put_text(buffer, &decimal.to_string())), expected);
        }
    }

    #[test]
    fn long_numbers_and_special_values_are_encoded() {
        let of = |text| parts(|buffer| put_text(buffer, text));
        assert_eq!(of("123456789012345678901234.5"), [7, 5, 0, 1, 1234, 5678, 9012, 3456, 7890, 1234, 5000]);
        assert_eq!(of("NaN"), [0, 0, 0xc000u16.cast_signed(), 0]);
        assert_eq!(of("-Infinity"), [0, 0, 0xf000u16.cast_signed(), 0x20]);
    }
}
