//! Faker's `automotive` module: number plates and vehicle identification numbers.
//!
//! Owns the forms of plates and the check digit of a vehicle's number.

use super::{Arguments, Compiled, InvalidArgument, Provider};

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "license_plate",
        summary: "a number plate of a state of the United States",
        params: &[],
        compile: |args| Ok(Compiled::patterned_in(args.scope(), PLATES)),
    },
    Provider {
        name: "vin",
        summary: "a vehicle identification number of 17 characters with a valid check digit",
        params: &[],
        compile: vin,
    },
];

/// Serial forms of the states' passenger plates, those of several states more than once, as in Faker
/// 22.2.0 (`automotive.en_US`): what more states have is drawn more often.
#[rustfmt::skip]
static PLATES: &[&str] = &[
    // Alabama to Connecticut.
    "#??####", "##??###", "### ???", "####", "???####", "### ???", "###???", "#???###", "###-???",
    "???-###", "###-???",
    // Delaware to Hawaii.
    "######", "??-####", "??? ?##", "### ???", "?## #??", "### #??", "???####", "?? ####", "??? ###",
    "H?? ###", "Z?? ###", "K?? ###", "L?? ###", "M?? ###",
    // Idaho to Maine.
    "? ######", "#? #####", "#? ?####", "#? ??###", "#? #?#???", "#? ####?", "##? ####", "?? #####",
    "??# ####", "###?", "###??", "###???", "??? ###", "### ???", "### ???", "### ???", "#### ??",
    // Maryland to Montana.
    "#??####", "#??? ##", "#?? ###", "### ??#", "##? ?##", "### ???", "#?? ?##", "###-???", "??? ###",
    "??# ?#?", "#-#####?", "##-####?",
    // Nebraska to New York.
    "??? ###", "#-?####", "##-?###", "##-??##", "##?•###", "### ####", "?##-???", "###-???", "???-###",
    "???-####",
    // North Carolina to Rhode Island.
    "###-????", "### ???", "??? ###", "??? ####", "???-###", "### ???", "???-####", "???-###", "###-###",
    // South Carolina to Vermont.
    "### #??", "#?? ###", "#?? ?##", "##? ###", "##? ?##", "##? ??#", "?##-##?", "???-####", "?## #??",
    "?## #??", "??? ###", "##??#", "#??##", "###?#", "#?###",
    // The Virgin Islands to Wyoming.
    "??? ###", "???-####", "???####", "###-???", "#?? ###", "??? ###", "???-####", "###-???",
    "#-#####", "#-####?", "##-#####",
];

/// The places of a vehicle's number and what each counts in the check digit (49 CFR 565.15): no I, O, Q.
#[rustfmt::skip]
const PLACES: [(u8, usize); 33] = [
    (b'0', 0), (b'1', 1), (b'2', 2), (b'3', 3), (b'4', 4), (b'5', 5), (b'6', 6), (b'7', 7), (b'8', 8),
    (b'9', 9), (b'A', 1), (b'B', 2), (b'C', 3), (b'D', 4), (b'E', 5), (b'F', 6), (b'G', 7), (b'H', 8),
    (b'J', 1), (b'K', 2), (b'L', 3), (b'M', 4), (b'N', 5), (b'P', 7), (b'R', 9), (b'S', 2), (b'T', 3),
    (b'U', 4), (b'V', 5), (b'W', 6), (b'X', 7), (b'Y', 8), (b'Z', 9),
];

/// What each place is worth; the ninth, the check digit, nothing.
const WEIGHTS: [usize; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// `vin()`: each place equally likely, with the check digit of 49 CFR 565.15: the remainder by eleven, X
/// for ten.
fn vin(_: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    Ok(Compiled::text(17, |draw, out| {
        let mut places = [b'0'; 17];
        let mut sum = 0;
        for (place, weight) in places.iter_mut().zip(WEIGHTS) {
            if weight > 0 {
                let (letter, counts) = *draw.stream.pick(&PLACES);
                *place = letter;
                sum += counts * weight;
            }
        }
        places[8] = b"0123456789X"[sum % 11];
        out.extend(places.map(char::from));
    }))
}
