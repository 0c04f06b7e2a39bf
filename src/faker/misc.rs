//! Faker's `misc` module: truth values, digests, UUIDs, passwords, small tables.
//!
//! Owns their forms. Must not know what they identify: a digest is random digits, not the hash of
//! anything.

mod definition;
mod fixed_width;
mod json;
mod tables;
mod xml;

use super::texts::bound;
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider};
use crate::stream::Stream;
use crate::value::SqlType;

/// The param of the digests that asks for bytes.
const RAW_OUTPUT: Param = Param { name: "raw_output", expects: "false", default: Preset::Bool(false) };

/// A param that is true or false, and true unless it is given.
const fn flag(name: &'static str, expects: &'static str) -> Param {
    Param { name, expects, default: Preset::Bool(true) }
}

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "boolean",
        summary: "true in `chance_of_getting_true` percent of the rows, else false",
        params: &[Param {
            name: "chance_of_getting_true",
            expects: "a whole number of percent",
            default: Preset::Int(50),
        }],
        compile: boolean,
    },
    Provider {
        name: "csv",
        summary: "a small table with commas between the cells",
        params: tables::PARAMS,
        compile: |args| tables::table(args, ','),
    },
    Provider {
        name: "dsv",
        summary: "a table of values separated by a delimiter",
        params: xml::DSV,
        compile: xml::dsv,
    },
    Provider {
        name: "fixed_width",
        summary: "lines of fixed-width columns",
        params: fixed_width::PARAMS,
        compile: fixed_width::fixed_width,
    },
    Provider {
        name: "json",
        summary: "JSON documents of a shape that the config gives",
        params: json::PARAMS,
        compile: json::json,
    },
    Provider {
        name: "json_bytes",
        summary: "JSON documents of a shape that the config gives, as bytes",
        params: json::PARAMS,
        compile: json::bytes,
    },
    Provider {
        name: "md5",
        summary: "an MD5 digest, 32 hexadecimal digits",
        params: &[RAW_OUTPUT],
        compile: |args| digest(args, 32),
    },
    Provider {
        name: "null_boolean",
        summary: "true, false or no value, a third each",
        params: &[],
        compile: |_| Ok(Compiled { nulls: (1, 3), ..truth(50) }),
    },
    Provider {
        name: "password",
        summary: "a random password, with one character at least of each class that is asked for",
        params: &[
            Param { name: "length", expects: "a whole number", default: Preset::Int(10) },
            flag("special_chars", "true or false: with some of !@#$%^&*()_+"),
            flag("digits", "true or false: with digits"),
            flag("upper_case", "true or false: with upper-case letters"),
            flag("lower_case", "true or false: with lower-case letters"),
        ],
        compile: password,
    },
    Provider {
        name: "psv",
        summary: "a small table with bars between the cells",
        params: tables::PARAMS,
        compile: |args| tables::table(args, '|'),
    },
    Provider {
        name: "sha1",
        summary: "a SHA-1 digest, 40 hexadecimal digits",
        params: &[RAW_OUTPUT],
        compile: |args| digest(args, 40),
    },
    Provider {
        name: "sha256",
        summary: "a SHA-256 digest, 64 hexadecimal digits",
        params: &[RAW_OUTPUT],
        compile: |args| digest(args, 64),
    },
    Provider {
        name: "tsv",
        summary: "a small table with tabs between the cells",
        params: tables::PARAMS,
        compile: |args| tables::table(args, '\t'),
    },
    Provider {
        name: "uuid4",
        summary: "a random UUID (version 4)",
        params: &[Param { name: "cast_to", expects: "nothing: UUIDs are texts", default: Preset::Absent }],
        compile: uuid4,
    },
    Provider { name: "xml", summary: "a small XML document", params: xml::PARAMS, compile: xml::xml },
];

/// Truth values that are true in `percent` of 100 rows; 0 and less is never, 100 and more always.
pub(super) fn truth(percent: i64) -> Compiled {
    let percent = percent.clamp(0, 100).unsigned_abs();
    Compiled::bool(move |draw| draw.stream.chance(percent, 100))
}

/// `boolean(chance_of_getting_true=50)`. What lies out of 0 to 100 is never or always, as in Faker.
fn boolean(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(truth(args.int("chance_of_getting_true")?))
}

/// Appends the last `count` (1 to 16) hexadecimal digits of the bits.
fn push_hex(bits: u64, count: usize, out: &mut String) {
    for place in (0..count).rev() {
        out.push(char::from(b"0123456789abcdef"[(bits >> (4 * place) & 15) as usize]));
    }
}

/// `md5(raw_output=False)` and its like: Faker hashes a random number, which gives even bits; these are
/// drawn as they are. Bytes have no place in a text, so `raw_output` can only be false.
fn digest(args: &mut Arguments<'_>, digits: usize) -> Result<Compiled, InvalidArgument> {
    if args.boolean("raw_output")? {
        let message = "`raw_output` cannot be true: bytes are no text";
        return Err(args.problem("raw_output", message, "leave it out"));
    }
    const FIRST: u64 = 1 << 63;
    let unique = args.scope().unique;
    let texts = Compiled::text(bound(digits), move |draw, out| {
        let mut left = digits;
        while left > 0 {
            let part = left.min(16);
            let bits = if unique && left == digits { draw.stream.below(FIRST) } else { draw.stream.bits() };
            push_hex(bits, part, out);
            left -= part;
        }
    });
    Ok(Compiled { distinct: unique.then_some(FIRST), ..texts })
}

/// `uuid4()`: 122 random bits, the version and the variant as RFC 9562, section 5.4, has them. `cast_to`
/// takes a Python function, which a config cannot give.
fn uuid4(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    if args.is_given("cast_to") {
        let message = "`cast_to` cannot be set: UUIDs are texts";
        return Err(args.problem("cast_to", message, "leave it out"));
    }
    const LOW: u64 = 1 << 62;
    let unique = args.scope().unique;
    let texts = Compiled::text(36, move |draw, out| {
        let high = draw.stream.bits() & !0xf000 | 0x4000;
        let low = if unique { draw.stream.below(LOW) } else { draw.stream.bits() & !(3 << 62) } | 2 << 62;
        push_hex(high >> 32, 8, out);
        for (bits, digits) in [(high >> 16, 4), (high, 4), (low >> 48, 4), (low, 12)] {
            out.push('-');
            push_hex(bits, digits, out);
        }
    });
    Ok(Compiled { distinct: unique.then_some(LOW), ..texts }.reading_as(&[SqlType::Uuid]))
}

/// The classes of characters of a password, in the order of its params.
const CLASSES: [(&str, &[u8]); 4] = [
    ("special_chars", b"!@#$%^&*()_+"),
    ("digits", b"0123456789"),
    ("upper_case", super::pattern::UPPER),
    ("lower_case", super::pattern::LOWER),
];
/// Most characters of a password, which is the longest `varchar` of PostgreSQL.
const LENGTH_MAX: i64 = 10_485_760;

/// `password(length=10, special_chars=True, digits=True, upper_case=True, lower_case=True)`: one character
/// of each class at a place of its own, the others of any of the classes.
fn password(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let length = args.int_between("length", 0, LENGTH_MAX);
    let wanted = CLASSES.map(|(name, class)| (args.boolean(name), class));
    let length = length?;
    let mut classes: Vec<&'static [u8]> = Vec::with_capacity(CLASSES.len());
    for (wanted, class) in wanted {
        if wanted? {
            classes.push(class);
        }
    }
    if classes.is_empty() {
        let help = "leave one of them true: special_chars, digits, upper_case, lower_case";
        return Err(args.problem("lower_case", "`password` has no characters to draw", help));
    }
    if length.unsigned_abs() < classes.len() as u64 {
        let message = format!("`length` is {length}, and there are {} classes of characters", classes.len());
        return Err(args.problem("length", message, "each class has one character at least"));
    }
    let (all, length) = (classes.concat(), length.unsigned_abs());
    Ok(Compiled::text(bound(length), move |draw, out| {
        let mut places = [u64::MAX; CLASSES.len()];
        for class in 0..classes.len() {
            places[class] = free_place(draw.stream, length, &places[..class]);
        }
        for place in 0..length {
            let class = places.iter().position(|taken| *taken == place);
            let letters = class.map_or(all.as_slice(), |class| classes[class]);
            out.push(char::from(*draw.stream.pick(letters)));
        }
    }))
}

/// A place below `length` that is not taken; there is one.
fn free_place(stream: &mut Stream, length: u64, taken: &[u64]) -> u64 {
    loop {
        let place = stream.below(length);
        if !taken.contains(&place) {
            return place;
        }
    }
}
