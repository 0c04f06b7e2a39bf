//! Faker's `color` module.
//!
//! Owns the names of colours and the ways in which one is written; which hues `color` draws is `hsv`'s.

mod hsv;

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::texts::{List, chars, list};
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider};

pub(super) use hsv::color_rgb;

/// Which hues are drawn.
const HUE: Param = Param {
    name: "hue",
    expects: "a whole number from 0 to 360, an array of two, or the name of a hue",
    default: Preset::Absent,
};
/// How bright they are.
const LUMINOSITY: Param = Param {
    name: "luminosity",
    expects: "\"bright\", \"dark\", \"light\" or \"random\"",
    default: Preset::Absent,
};
/// The params of `color_rgb`.
pub(super) const RGB: &[Param] = &[HUE, LUMINOSITY];

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "color",
        summary: "a colour of a hue and a luminosity, such as #48c417",
        params: &[
            HUE,
            LUMINOSITY,
            Param {
                name: "color_format",
                expects: "\"hex\", \"rgb\", \"hsl\" or \"hsv\"",
                default: Preset::Text("hex"),
            },
        ],
        compile: hsv::color,
    },
    Provider {
        name: "color_name",
        summary: "the name of a colour in CSS, such as SaddleBrown",
        params: &[],
        compile: |_| Ok(Compiled::one_of(&NAMES)),
    },
    Provider { name: "hex_color", summary: "a colour such as #33c829", params: &[], compile: hex_color },
    Provider { name: "rgb_color", summary: "a colour such as 103,233,204", params: &[], compile: rgb_color },
    Provider {
        name: "rgb_css_color",
        summary: "a colour such as rgb(103,233,204)",
        params: &[],
        compile: rgb_css_color,
    },
    Provider {
        name: "safe_color_name",
        summary: "the name of one of the first colours of CSS",
        params: &[],
        compile: |_| Ok(Compiled::one_of(SAFE_NAMES)),
    },
    Provider {
        name: "safe_hex_color",
        summary: "a colour whose parts have two equal digits, such as #66eecc",
        params: &[],
        compile: safe_hex_color,
    },
];

/// The named colours of CSS Color Module Level 4, less those that only spell gray as grey.
static NAMES: List = LazyLock::new(|| list(include_str!("data/colors.txt")));

/// Those of CSS 1, less red, as in Faker.
static SAFE_NAMES: &[&str] = &[
    "black", "maroon", "green", "navy", "olive", "purple", "teal", "lime", "blue", "silver", "gray",
    "yellow", "fuchsia", "aqua", "white",
];

/// Appends `#` and the parts in two hexadecimal digits each.
fn push_hex([red, green, blue]: [u8; 3], out: &mut String) {
    // A String takes all that is written.
    let _ = write!(out, "#{red:02x}{green:02x}{blue:02x}");
}

/// Three parts of 24 bits.
fn parts(bits: u64) -> [u8; 3] {
    let [.., red, green, blue] = bits.to_be_bytes();
    [red, green, blue]
}

/// `hex_color()`: each colour but black equally likely.
fn hex_color(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(7, |draw, out| push_hex(parts(1 + draw.stream.below((1 << 24) - 1)), out)))
}

/// `safe_hex_color()`.
fn safe_hex_color(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(7, |draw, out| {
        let drawn = draw.stream.below(1 << 12);
        push_hex([drawn >> 8, drawn >> 4, drawn].map(|digit| (digit & 15) as u8 * 17), out);
    }))
}

/// `rgb_color()`.
fn rgb_color(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(chars("255,255,255"), |draw, out| {
        let [red, green, blue] = parts(draw.stream.below(1 << 24));
        let _ = write!(out, "{red},{green},{blue}");
    }))
}

/// `rgb_css_color()`.
fn rgb_css_color(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(chars("rgb(255,255,255)"), |draw, out| {
        let [red, green, blue] = parts(draw.stream.below(1 << 24));
        let _ = write!(out, "rgb({red},{green},{blue})");
    }))
}
