//! `color(hue=None, luminosity=None, color_format="hex")`: hue, saturation and value, in whole numbers.
//!
//! Owns the ranges of the three and their conversion; it draws no float, so that the bytes are the same
//! on every machine.

use std::fmt::Write as _;

use super::super::texts::chars;
use super::super::{Arguments, Compiled, InvalidArgument};
use super::push_hex;
use crate::stream::Stream;
use crate::value::{Literal, Value};

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

/// The least value of some saturations, in percent, of each hue but grey; between them it falls evenly. The first and the
/// last saturation are the hue's least and greatest. They are those of `randomColor`, which is in the public domain.
#[rustfmt::skip]
const BOUNDS: [&[(i64, i64)]; 7] = [
    &[(20, 100), (30, 92), (40, 89), (50, 85), (60, 78), (70, 70), (80, 60), (90, 55), (100, 50)],
    &[(20, 100), (30, 93), (40, 88), (50, 86), (60, 85), (70, 70), (100, 70)],
    &[(25, 100), (40, 94), (50, 89), (60, 86), (70, 84), (80, 82), (90, 80), (100, 75)],
    &[(30, 100), (40, 90), (50, 85), (60, 81), (70, 74), (80, 64), (90, 50), (100, 40)],
    &[(20, 100), (30, 86), (40, 80), (50, 74), (60, 60), (70, 52), (80, 44), (90, 39), (100, 35)],
    &[(20, 100), (30, 87), (40, 79), (50, 70), (60, 65), (70, 59), (80, 52), (90, 45), (100, 42)],
    &[(20, 100), (30, 90), (40, 86), (60, 84), (80, 80), (90, 75), (100, 73)],
];

/// The bounds of a hue from 0 to 360.
fn bounds(hue: i64) -> &'static [(i64, i64)] {
    let hue = if hue >= 334 { hue - 360 } else { hue };
    let of = HUES[1..].iter().position(|(_, (first, last))| (*first..=*last).contains(&hue));
    BOUNDS[of.unwrap_or(0)]
}

/// The least value of a hue and a saturation.
fn least_value(hue: i64, saturation: i64) -> i64 {
    let pair = |pair: &[(i64, i64)]| {
        let ((from, high), (to, low)) = (pair[0], pair[1]);
        let within = (from..=to).contains(&saturation);
        within.then(|| high + ((low - high) * (saturation - from)).div_euclid(to - from))
    };
    bounds(hue).windows(2).find_map(pair).unwrap_or(0)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Luminosity {
    Any,
    Bright,
    Dark,
    Light,
    Random,
}

const LUMINOSITIES: [(&str, Luminosity); 4] = [
    ("bright", Luminosity::Bright),
    ("dark", Luminosity::Dark),
    ("light", Luminosity::Light),
    ("random", Luminosity::Random),
];

/// How the colour is written.
#[derive(Clone, Copy)]
enum Form {
    Hex,
    Rgb,
    Hsl,
    Hsv,
}

/// Which colours are drawn.
#[derive(Clone, Copy)]
struct Colours {
    hues: (i64, i64),
    grey: bool,
    luminosity: Luminosity,
}

impl Colours {
    /// Reads `hue` and `luminosity`.
    fn read(args: &mut Arguments<'_>) -> Result<Self, InvalidArgument> {
        let hues = hues(args);
        let luminosity = match args.is_given("luminosity") {
            true => args.one_of("luminosity", &LUMINOSITIES),
            false => Ok(Luminosity::Any),
        };
        let ((hues, grey), luminosity) = (hues?, luminosity?);
        Ok(Self { hues, grey, luminosity })
    }

    /// A hue from 0 to 360, a saturation and a value in percent.
    fn draw(self, stream: &mut Stream) -> (i64, i64, i64) {
        use Luminosity::{Any, Bright, Dark, Light, Random};
        let hue = stream.between(self.hues.0, self.hues.1);
        let hue = if hue < 0 { hue + 360 } else { hue };
        let bounds = bounds(hue);
        let (least, most) = (bounds[0].0, bounds[bounds.len() - 1].0);
        let saturation = match self.luminosity {
            Random => stream.between(0, 100),
            _ if self.grey => 0,
            Any => stream.between(least, most),
            Bright => stream.between(55, most),
            Dark => stream.between(most - 10, most),
            Light => stream.between(least, 55),
        };
        let least = if self.grey { 0 } else { least_value(hue, saturation) };
        let value = match self.luminosity {
            Random => stream.between(0, 100),
            Any | Bright => stream.between(least, 100),
            Dark => stream.between(least, least + 20),
            Light => stream.between((100 + least) / 2, 100),
        };
        (hue, saturation, value)
    }
}

/// Reads `hue`: the range of degrees, and whether the colour is to be grey.
fn hues(args: &mut Arguments<'_>) -> Result<((i64, i64), bool), InvalidArgument> {
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

/// `color_rgb(hue=None, luminosity=None)`: a list of red, green and blue.
pub fn color_rgb(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let colours = Colours::read(args)?;
    let facts = Compiled::int(0..=255, |_| 0).facts();
    let list = Compiled::list(facts, move |draw, sink| {
        let (hue, saturation, value) = colours.draw(draw.stream);
        rgb(hue, saturation, value).into_iter().for_each(|part| sink(Value::Int(part.into())));
    });
    Ok(Compiled { max_chars: Some(chars("[255, 255, 255]")), ..list })
}

/// `color(hue=None, luminosity=None, color_format="hex")`.
pub fn color(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const FORMS: [(&str, Form); 4] =
        [("hex", Form::Hex), ("rgb", Form::Rgb), ("hsl", Form::Hsl), ("hsv", Form::Hsv)];
    let (colours, form) = (Colours::read(args), args.one_of("color_format", &FORMS));
    let (colours, form) = (colours?, form?);
    let max_chars = if matches!(form, Form::Hex) { 7 } else { chars("rgb(255, 255, 255)") };
    Ok(Compiled::text(max_chars, move |draw, out| {
        let (hue, saturation, value) = colours.draw(draw.stream);
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

/// Red, green and blue of a hue in degrees (0 to 360), a saturation and a value in percent, rounded down.
fn rgb(hue: i64, saturation: i64, value: i64) -> [u8; 3] {
    let (sector, rest) = (hue % 360 / 60, hue % 60);
    // In units of a 600,000th.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
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
