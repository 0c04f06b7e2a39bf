//! Faker's `geo` module: coordinates in degrees, with six digits after the point.
//!
//! Owns how a degree of a config becomes millionths of it without a rounding; it knows no map: a
//! coordinate may lie in the sea.

use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider};
use crate::value::Literal;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "coordinate",
        summary: "a coordinate in degrees, anywhere or within `radius` of `center`",
        params: &[
            Param { name: "center", expects: "degrees from -180 to 180", default: Preset::Absent },
            Param {
                name: "radius",
                expects: "degrees from 0 to 180 (0.001 unless given)",
                default: Preset::Absent,
            },
        ],
        compile: coordinate,
    },
    Provider {
        name: "latitude",
        summary: "degrees from -90 to 90",
        params: &[],
        compile: |_| Ok(degrees(-90 * DEGREE, 90 * DEGREE)),
    },
    Provider {
        name: "longitude",
        summary: "degrees from -180 to 180",
        params: &[],
        compile: |_| Ok(degrees(-180 * DEGREE, 180 * DEGREE)),
    },
];

/// Digits after the point.
const SCALE: u8 = 6;
/// One degree in units of the last digit.
const DEGREE: i64 = 1_000_000;

/// `coordinate(center=None, radius=0.001)`: any longitude, or a number within `radius` of `center`, each
/// equally likely. As in Faker the ends may lie beyond 180 degrees, and `radius` without `center` does
/// nothing.
fn coordinate(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let radius = if args.is_given("radius") { within(args, "radius", 0) } else { Ok(DEGREE / 1_000) };
    if !args.is_given("center") {
        radius?;
        return Ok(degrees(-180 * DEGREE, 180 * DEGREE));
    }
    let center = within(args, "center", -180 * DEGREE);
    let (radius, center) = (radius?, center?);
    Ok(degrees(center - radius, center + radius))
}

/// Degrees between two numbers of millionths, both included, each of these equally likely.
fn degrees(least: i64, most: i64) -> Compiled {
    Compiled::decimal(SCALE, least..=most, move |draw| draw.stream.between(least, most))
}

/// A parameter in millionths of a degree, from `least` to 180 degrees.
fn within(args: &mut Arguments<'_>, name: &'static str, least: i64) -> Result<i64, InvalidArgument> {
    let value = args.value(name)?;
    let shown = match &value {
        Literal::Int(int) => int.to_string(),
        // The shortest decimal form that is this number: what the config says, without an exponent.
        Literal::Float(float) => float.to_string(),
        Literal::Text(text) => text.clone(),
        other => return Err(args.wrong_type(name, other)),
    };
    let help = format!(
        "expected degrees from {} to 180 with at most six digits after the point, such as 41.015137",
        least / DEGREE
    );
    match millionths(&shown) {
        Some(units) if (least..=180 * DEGREE).contains(&units) => Ok(units),
        _ => Err(args.problem(name, format!("`{name}` cannot be {shown}"), help)),
    }
}

/// A decimal number in millionths; `None` if it is none or has more digits.
fn millionths(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(fraction) || fraction.len() > usize::from(SCALE) {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(DEGREE)?.checked_add(fraction).map(|units| sign * units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_without_a_rounding() {
        assert_eq!(millionths(&41.015_137.to_string()), Some(41_015_137));
        assert_eq!(millionths(&(-0.001).to_string()), Some(-1_000));
        assert_eq!(millionths("28"), Some(28_000_000));
        for text in ["", "-", ".5", "1.", "1.0000001", "1e3", "NaN", "99999999999999999"] {
            assert_eq!(millionths(text), None, "{text}");
        }
    }
}
