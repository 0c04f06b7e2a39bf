//! Faker's `credit_card` module: numbers that pass the check of ISO/IEC 7812-1, and expiry dates.
//!
//! Owns the prefixes and lengths of the card types.

mod details;

use std::slice;

use super::pattern::{POWERS, Patterns, push_number};
use super::strftime::Format;
use super::texts::bound;
use super::{Arguments, Compiled, InvalidArgument, Moment, Param, Preset, Provider, pattern};
use crate::stream::Stream;
use crate::value::Timestamp;

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "credit_card_full",
        summary: "the name of the card type, its holder, number, month of expiry and security code, in four lines",
        params: CARD_TYPE,
        compile: details::full,
    },
    Provider {
        name: "credit_card_provider",
        summary: "the name of a card type, such as Mastercard",
        params: CARD_TYPE,
        compile: details::provider,
    },
    Provider {
        name: "credit_card_security_code",
        summary: "a security code of three or four digits",
        params: CARD_TYPE,
        compile: details::security_code,
    },
    Provider {
        name: "credit_card_number",
        summary: "a card number of 12 to 19 digits with a valid check digit",
        params: CARD_TYPE,
        compile: credit_card_number,
    },
    Provider {
        name: "credit_card_expire",
        summary: "a month of expiry such as 08/31",
        params: &[
            Param { name: "start", expects: Moment::EXPECTS, default: Preset::Text("now") },
            Param { name: "end", expects: Moment::EXPECTS, default: Preset::Text("+10y") },
            Param {
                name: "date_format",
                expects: "a format such as \"%m/%y\"",
                default: Preset::Text("%m/%y"),
            },
        ],
        compile: credit_card_expire,
    },
];

const CARD_TYPE: &[Param] =
    &[Param { name: "card_type", expects: "the name of a card type", default: Preset::Absent }];

/// A kind of card: its prefixes, as patterns of [`pattern::fill`], and the digits of a whole number.
#[derive(Clone, Copy)]
struct Card {
    prefixes: &'static [&'static str],
    digits: usize,
}

const VISA: &[&str] = &["4"];
const VISA_16: Card = Card { prefixes: VISA, digits: 16 };
const JCB_16: Card = Card { prefixes: &["35"], digits: 16 };
const MAESTRO: &[&str] =
    &["5018", "5020", "5038", "56##", "57##", "58##", "6304", "6759", "6761", "6762", "6763", "0604", "6390"];
const MASTERCARD: &[&str] = &[
    "51", "52", "53", "54", "55", "222%", "223", "224", "225", "226", "227", "228", "229", "23", "24", "25",
    "26", "270", "271", "2720",
];
const DINERS: &[&str] = &["300", "301", "302", "303", "304", "305", "36", "38"];

/// The card types, prefixes and lengths of Faker 22.2.0 (`credit_card`). Where no type is asked for,
/// each of the names is equally likely, so the two kinds that have two names are drawn twice as often.
static CARDS: [(&str, Card); 12] = [
    ("maestro", Card { prefixes: MAESTRO, digits: 12 }),
    ("mastercard", Card { prefixes: MASTERCARD, digits: 16 }),
    ("visa16", VISA_16),
    ("visa13", Card { prefixes: VISA, digits: 13 }),
    ("visa19", Card { prefixes: VISA, digits: 19 }),
    ("amex", Card { prefixes: &["34", "37"], digits: 15 }),
    ("discover", Card { prefixes: &["6011", "65"], digits: 16 }),
    ("diners", Card { prefixes: DINERS, digits: 14 }),
    ("jcb15", Card { prefixes: &["2131", "1800"], digits: 15 }),
    ("jcb16", JCB_16),
    ("visa", VISA_16),
    ("jcb", JCB_16),
];

impl Card {
    /// How many numbers are certainly different: as many of each prefix as the poorest has. No prefix is the
    /// beginning of another.
    fn distinct(&self) -> Option<u64> {
        let numbers = |prefix: &&str| {
            pattern::distinct(&[prefix], &[])?.checked_mul(POWERS[self.digits - 1 - prefix.len()])
        };
        let least = self.prefixes.iter().filter_map(numbers).min()?;
        least.checked_mul(self.prefixes.len() as u64)
    }

    /// The number with `digit` in each place that is drawn: with 0 none is less, with 9 none is greater.
    fn bound(&self, digit: char) -> i64 {
        let number = |prefix: &&str| -> i64 {
            let drawn = prefix.chars().map(|place| if place.is_ascii_digit() { place } else { digit });
            let number: String = drawn.chain(std::iter::repeat(digit)).take(self.digits).collect();
            // All numbers fit: a test holds the table to it.
            number.parse().unwrap_or(i64::MAX)
        };
        let numbers = self.prefixes.iter().map(number);
        if digit == '0' { numbers.min() } else { numbers.max() }.unwrap_or(0)
    }
}

/// The cards that `card_type` selects.
fn cards(args: &mut Arguments<'_>) -> Result<&'static [(&'static str, Card)], InvalidArgument> {
    if !args.is_given("card_type") {
        return Ok(&CARDS);
    }
    let index: Vec<(&str, usize)> = CARDS.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    Ok(slice::from_ref(&CARDS[args.one_of("card_type", &index)?]))
}

/// `credit_card_number(card_type=None)`: a prefix of the card type, random digits, the check digit.
///
/// All fit a `bigint`: the only numbers of 19 digits begin with 4. A Maestro number of the prefix 0604
/// has a leading zero, which a number column drops; the check digit stays right without it.
fn credit_card_number(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let mut cards = cards(args)?;
    if let (true, [_, _, visa, ..]) = (args.scope().unique, cards) {
        // Other names of a card give the same numbers; one card has enough of them.
        cards = slice::from_ref(visa);
    }
    let distinct = match cards {
        [(_, card)] => card.distinct(),
        _ => None,
    };
    let digits = cards.iter().map(|(_, card)| card.digits).max().unwrap_or(0);
    let least = cards.iter().map(|(_, card)| card.bound('0')).min().unwrap_or(0);
    let most = cards.iter().map(|(_, card)| card.bound('9')).max().unwrap_or(0);
    let numbers = Numbers::of(cards);
    let numbers = Compiled::text(bound(digits), move |draw, out| {
        draw.stream.pick(&numbers).push(draw.stream, out);
    });
    Ok(Compiled { distinct, ..numbers.with_integers(Some(least..=most)) })
}

/// The numbers of a card type.
struct Numbers {
    prefixes: Patterns,
    digits: usize,
}

impl Numbers {
    /// Those of each of the cards.
    fn of(cards: &[(&str, Card)]) -> Vec<Self> {
        let of_card =
            |(_, card): &(_, Card)| Self { prefixes: Patterns::of(card.prefixes), digits: card.digits };
        cards.iter().map(of_card).collect()
    }

    /// Appends one of them.
    fn push(&self, stream: &mut Stream, out: &mut String) {
        let start = out.len();
        self.prefixes.push(stream, out);
        let digits = out.as_bytes()[start..].iter();
        let prefix = digits.fold(0, |number, digit| 10 * number + u64::from(digit - b'0'));
        // One short of the whole: the check digit.
        let rest = self.digits - 1 - (out.len() - start);
        let number = stream.below(POWERS[rest]);
        let check = check_digit(prefix * POWERS[rest] + number);
        push_number(10 * number + check, rest + 1, out);
    }
}

/// The digit that makes the decimal digits before it a valid number: ISO/IEC 7812-1, annex B (Luhn).
fn check_digit(digits: u64) -> u64 {
    /// What two digits add to the sum. Each second one counts double, from the one beside the check digit on;
    /// 10 to 18 count as the sum of their two digits.
    const PAIRS: [u8; 100] = {
        let (mut pairs, mut pair) = ([0; 100], 0);
        while pair < 100 {
            let twice = 2 * (pair % 10);
            #[expect(clippy::cast_possible_truncation, reason = "at most 18")]
            let sum = (pair / 10 + twice / 10 + twice % 10) as u8;
            pairs[pair] = sum;
            pair += 1;
        }
        pairs
    };
    let mut sum = 0;
    // Two independent halves of five pairs.
    for mut half in [digits / POWERS[10], digits % POWERS[10]] {
        for _ in 0..5 {
            sum += u64::from(PAIRS[(half % 100) as usize]);
            half /= 100;
        }
    }
    (10 - sum % 10) % 10
}

/// `credit_card_expire(start="now", end="+10y", date_format="%m/%y")`: an instant from `start` to
/// `end`, each microsecond equally likely, in the format of Python's `strftime`.
fn credit_card_expire(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (start, end, format) = (args.moment("start"), args.moment("end"), args.text("date_format"));
    let format = Format::parse(&format?).map_err(|wrong| {
        let help =
            "expected a directive of Python's strftime, such as %m, %y, %Y or %d; %% for a percent sign";
        args.problem("date_format", format!("`date_format` has an unknown directive `{wrong}`"), help)
    });
    let (start, end, format) = (start?, end?, format?);
    if start.is_always_after(end) {
        let param = if args.is_given("start") { "start" } else { "end" };
        let message = "`credit_card_expire` has no time to draw: `start` lies after `end`";
        return Err(args.problem(param, message, "swap them, or give both"));
    }
    let (max_chars, integers) = (format.max_chars, format.integers.clone());
    let texts = Compiled::text(max_chars, move |draw, out| {
        let (start, end) = (start.at(draw.now), end.at(draw.now));
        format.write(Timestamp(draw.stream.between(start.0, end.0)), out);
    });
    Ok(texts.with_integers(integers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_of_known_numbers() {
        // The usual worked example, and the test numbers that card networks publish.
        for number in ["79927398713", "4111111111111111", "378282246310005", "30569309025904"] {
            let (digits, check) = number.split_at(number.len() - 1);
            assert_eq!(check_digit(digits.parse().unwrap()).to_string(), check, "{number}");
        }
    }

    #[test]
    fn each_card_fits_a_bigint_and_bounds_hold_its_prefixes() {
        let bounds = |name: &str| {
            let (_, card) = CARDS.iter().find(|(card, _)| *card == name).expect("a card of the table");
            (card.bound('0'), card.bound('9'))
        };
        assert_eq!(bounds("visa19"), (4_000_000_000_000_000_000, 4_999_999_999_999_999_999));
        assert_eq!(bounds("maestro"), (60_400_000_000, 676_399_999_999));
        assert_eq!(bounds("mastercard"), (2_220_000_000_000_000, 5_599_999_999_999_999));
    }
}
