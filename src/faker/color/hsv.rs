//! `color(hue=None, luminosity=None, color_format="hex")`: hue, saturation and value, in whole numbers.
//!
//! Owns the ranges of the three and their conversion; it draws no float, so that the bytes are the same
//! on every machine.

use std::fmt::Write as _;

use super::super::{Arguments, Compiled, Noted};
use super::push_hex;
use crate::value::Literal;

/// Hues in degrees; `red` goes through 0.
const HUES: [(&str, (i64, i64)); 8] = [
    ("monochrome", (0, 0)),
    ("red", (-26, 18)),
    ("orange", (19, 46)),
    ("yellow", (47, 62)),
    ("green", (63, 178)),
    ("blue", (179, 257)),
    ("purple", (258, 282)),
    ("pink", (283, 334)),
];

/// Least and greatest saturation and value, in percent, of a luminosity. Faker has the saturation and the
/// least value depend on the hue too, by a table; here each hue has about the middle of it.
type Range = ((i64, i64), (i64, i64));
const ANY: Range = ((20, 100), (60, 100));
const LUMINOSITIES: [(&str, Range); 4] = [
    ("bright", ((55, 100), (60, 100))),
    ("dark", ((90, 100), (45, 65))),
    ("light", ((20, 55), (90, 100))),
    ("random", ((0, 100), (0, 100))),
];

/// How the colour is written.
#[derive(Clone, Copy)]
enum Form {
    Hex,
    Rgb,
    Hsl,
    Hsv,
}

/// Reads `hue`: the range of degrees, and whether the colour is to be grey.
fn hues(args: &mut Arguments<'_>) -> Result<((i64, i64), bool), Noted> {
    if !args.is_given("hue") {
        return Ok(((0, 360), false));
    }
    let degrees = |number: &Literal| match number {
        Literal::Int(degrees) if (0..=360).contains(degrees) => Some(*degrees),
        _ => None,
    };
    match args.value("hue")? {
        Literal::Text(name) => Ok((args.one_of("hue", &HUES)?, name == "monochrome")),
        Literal::List(ends) => match ends.iter().map(degrees).collect::<Option<Vec<_>>>().as_deref() {
            // As in Faker the ends may be swapped.
            Some([one, other]) => Ok(((*one.min(other), *one.max(other)), false)),
            _ => {
                let help = "expected two whole numbers from 0 to 360, such as [100, 200]";
                Err(args.problem("hue", "`hue` is not a range of degrees", help))
            }
        },
        number => match degrees(&number) {
            Some(degrees) => Ok(((degrees, degrees), false)),
            None => Err(args.wrong_type("hue", &number)),
        },
    }
}

/// `color(hue=None, luminosity=None, color_format="hex")`.
pub fn color(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    const FORMS: [(&str, Form); 4] =
        [("hex", Form::Hex), ("rgb", Form::Rgb), ("hsl", Form::Hsl), ("hsv", Form::Hsv)];
    let hues = hues(args);
    let given = args.is_given("luminosity");
    let luminosity = if given { args.one_of("luminosity", &LUMINOSITIES) } else { Ok(ANY) };
    let form = args.one_of("color_format", &FORMS);
    let ((hues, grey), (saturations, values), form) = (hues?, luminosity?, form?);
    let max_chars = if matches!(form, Form::Hex) { 7 } else { "rgb(255, 255, 255)".len() as u32 };
    Ok(Compiled::text(max_chars, move |draw, out| {
        let hue = draw.stream.between(hues.0, hues.1).rem_euclid(360);
        let saturation = draw.stream.between(saturations.0, saturations.1);
        let saturation = if grey { 0 } else { saturation };
        let value = draw.stream.between(values.0, values.1);
        let [red, green, blue] = rgb(hue, saturation, value);
        // A String takes all that is written.
        let _ = match form {
            Form::Hex => {
                push_hex([red, green, blue], out);
                Ok(())
            }
            Form::Rgb => write!(out, "rgb({red}, {green}, {blue})"),
            Form::Hsv => write!(out, "hsv({hue}, {saturation}, {value})"),
            Form::Hsl => {
                let (saturation, lightness) = hsl(saturation, value);
                write!(out, "hsl({hue}, {saturation}, {lightness})")
            }
        };
    }))
}

/// Red, green and blue of a hue in degrees (0 to 359), a saturation and a value in percent, rounded down.
fn rgb(hue: i64, saturation: i64, value: i64) -> [u8; 3] {
    let (sector, rest) = (hue / 60, hue % 60);
    // In units of a 600,000th.
    let part = |less: i64| (value * (6_000 - saturation * less) * 255 / 600_000) as u8;
    let (most, least) = (part(0), part(60));
    let (falling, rising) = (part(rest), part(60 - rest));
    match sector {
        0 => [most, rising, least],
        1 => [falling, most, least],
        2 => [least, most, rising],
        3 => [least, falling, most],
        4 => [rising, least, most],
        _ => [most, least, falling],
    }
}

/// Saturation and lightness in percent, rounded down, of a saturation and a value of HSV.
fn hsl(saturation: i64, value: i64) -> (i64, i64) {
    // Twice the lightness, in units of a 10,000th.
    let double = value * (200 - saturation);
    let span = 10_000 - (double - 10_000).abs();
    (if span == 0 { 0 } else { value * saturation * 100 / span }, double / 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_are_converted() {
        assert_eq!(
            [rgb(0, 100, 100), rgb(120, 100, 100), rgb(240, 100, 50)],
            [[255, 0, 0], [0, 255, 0], [0, 0, 127]]
        );
        assert_eq!(
            [rgb(60, 100, 100), rgb(90, 50, 100), rgb(7, 0, 0)],
            [[255, 255, 0], [191, 255, 127], [0; 3]]
        );
        assert_eq!(
            [hsl(100, 100), hsl(0, 100), hsl(0, 0), hsl(50, 100)],
            [(100, 50), (0, 100), (0, 0), (100, 75)]
        );
    }
}
