//! Number plates that are more than a pattern of letters and digits.
//!
//! Owns their forms.

use super::super::pattern::{push_number, push_one};
use super::super::{Compiled, Scope};
use crate::stream::Stream;

/// The letters of number plates: those of the Turkish alphabet that others have, too; no Q, W, X.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPRSTUVYZ";
/// How many letters and how many digits follow the province's number.
const FORMS: [(u32, u32); 6] = [(1, 4), (1, 5), (2, 3), (2, 4), (3, 2), (3, 3)];
const PROVINCES: u64 = 81;

/// `license_plate()`: the number of a province, letters, a number from 1, each form equally likely; where no
/// two may be the same, the one with most plates.
pub fn tr(scope: Scope<'_>) -> Compiled {
    fn push(letters: u32, digits: u32, stream: &mut Stream, out: &mut String) {
        push_number(1 + stream.below(PROVINCES), 2, out);
        out.push(' ');
        for _ in 0..letters {
            out.push(char::from(*stream.pick(LETTERS)));
        }
        out.push(' ');
        push_number(1 + stream.below(10u64.pow(digits) - 1), digits as usize, out);
    }
    if scope.unique {
        let count = PROVINCES * (LETTERS.len() as u64).pow(3) * 999;
        return Compiled::text(10, |draw, out| push(3, 3, draw.stream, out)).with_distinct(count);
    }
    Compiled::text(10, |draw, out| {
        let (letters, digits) = *draw.stream.pick(&FORMS);
        push(letters, digits, draw.stream, out);
    })
}

/// The letters of Russian plates: those that look like Latin ones.
const RUSSIAN: [char; 12] = ['А', 'В', 'Е', 'К', 'М', 'Н', 'О', 'Р', 'С', 'Т', 'У', 'Х'];
/// Regions on Russian plates: those of large cities.
#[rustfmt::skip]
const RUSSIAN_REGIONS: [&str; 40] = [
    "77", "97", "99", "177", "197", "199", "777", "799", "78", "98", "178", "198", "50", "90", "150", "190",
    "750", "54", "154", "66", "96", "196", "16", "116", "716", "52", "152", "74", "174", "63", "163", "763",
    "55", "61", "161", "02", "102", "23", "93", "123",
];

/// Russia's plates: a letter, a number from 001, two letters, the region (ГОСТ Р 50577).
pub fn ru(_: Scope<'_>) -> Compiled {
    let count = 999 * (RUSSIAN.len() as u64).pow(3) * RUSSIAN_REGIONS.len() as u64;
    let texts = Compiled::text(10, |draw, out| {
        let stream = &mut *draw.stream;
        out.push(*stream.pick(&RUSSIAN));
        push_number(1 + stream.below(999), 3, out);
        out.extend([*stream.pick(&RUSSIAN), *stream.pick(&RUSSIAN), ' ']);
        push_one(&RUSSIAN_REGIONS, stream, out);
    });
    texts.with_distinct(count)
}

/// The regions of Ukrainian plates.
#[rustfmt::skip]
const UKRAINIAN_REGIONS: [&str; 25] = [
    "AA", "AB", "AC", "AE", "AH", "AI", "AM", "AO", "AP", "AT", "AX", "BA", "BB", "BC", "BE", "BH", "BI", "BK",
    "BM", "BO", "BT", "BX", "CA", "CB", "CE",
];

/// Ukraine's plates: the region, a number from 0001, two letters that Cyrillic has, too (ДСТУ 4278).
pub fn ua(_: Scope<'_>) -> Compiled {
    const LETTERS: &[u8] = b"ABCEHIKMOPTX";
    let count = 25 * 9_999 * (LETTERS.len() as u64).pow(2);
    let texts = Compiled::text(10, |draw, out| {
        let stream = &mut *draw.stream;
        push_one(&UKRAINIAN_REGIONS, stream, out);
        out.push(' ');
        push_number(1 + stream.below(9_999), 4, out);
        out.extend([' ', char::from(*stream.pick(LETTERS)), char::from(*stream.pick(LETTERS))]);
    });
    texts.with_distinct(count)
}

/// Great Britain's plates: two letters of the place, the half year of the first registration (02 to 25, or 51 to
/// 75), three letters (DVLA's INF104).
pub fn gb(_: Scope<'_>) -> Compiled {
    const AREAS: &[u8] = b"ABCDEFGHKLMNOPRSVWY";
    const OFFICES: &[u8] = b"ABCDEFGHJKLMNOPRSTUVWXY";
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNOPRSTUVWXYZ";
    const AGES: u64 = 24 + 25;
    let count = (AREAS.len() * OFFICES.len()) as u64 * AGES * (LETTERS.len() as u64).pow(3);
    let texts = Compiled::text(8, |draw, out| {
        let stream = &mut *draw.stream;
        out.extend([char::from(*stream.pick(AREAS)), char::from(*stream.pick(OFFICES))]);
        let age = stream.below(AGES);
        push_number(if age < 24 { 2 + age } else { 27 + age }, 2, out);
        out.push(' ');
        for _ in 0..3 {
            out.push(char::from(*stream.pick(LETTERS)));
        }
    });
    texts.with_distinct(count)
}
