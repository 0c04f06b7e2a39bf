//! The data on a card besides its number.
//!
//! Owns the names of the card types and of their security codes; the numbers are the parent's.

use super::super::choices::place;
use super::super::person::{FIRST, last_names};
use super::super::strftime::Format;
use super::super::texts::{bound, longest};
use super::super::{Arguments, Compiled, InvalidArgument, Moment, pattern};
use super::{Numbers, cards};
use crate::value::Timestamp;

/// The name of the type, and the name and the digits of its security code (Faker 22.2.0).
fn about(card_type: &str) -> (&'static str, &'static str, usize) {
    match card_type {
        "maestro" => ("Maestro", "CVV", 3),
        "mastercard" => ("Mastercard", "CVV", 3),
        "visa13" => ("VISA 13 digit", "CVC", 3),
        "visa19" => ("VISA 19 digit", "CVC", 3),
        "visa" | "visa16" => ("VISA 16 digit", "CVC", 3),
        "amex" => ("American Express", "CID", 4),
        "discover" => ("Discover", "CVC", 3),
        "diners" => ("Diners Club / Carte Blanche", "CVC", 3),
        "jcb15" => ("JCB 15 digit", "CVC", 3),
        _ => ("JCB 16 digit", "CVC", 3),
    }
}

/// `credit_card_provider(card_type=None)`.
pub fn provider(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let cards = cards(args)?;
    let longest = cards.iter().map(|(name, _)| about(name).0.len()).max().unwrap_or(0);
    Ok(Compiled::text(bound(longest), |draw, out| out.push_str(about(draw.stream.pick(cards).0).0)))
}

/// `credit_card_security_code(card_type=None)`: four digits of American Express, three of the others.
pub fn security_code(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let cards = cards(args)?;
    let digits = cards.iter().map(|(name, _)| about(name).2).max().unwrap_or(3);
    let max_chars = bound(digits);
    let codes = Compiled::text(max_chars, |draw, out| {
        let (_, _, digits) = about(draw.stream.pick(cards).0);
        pattern::push_digits(digits, draw.stream, out);
    });
    Ok(codes.with_integers(Some(0..=10i64.pow(max_chars) - 1)))
}

/// `credit_card_full(card_type=None)`: type, holder, number with month of expiry, security code, each line
/// ended by a line feed.
pub fn full(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const TEN_YEARS: &str = "+10y";
    let cards = cards(args)?;
    let (Some(start), Some(end)) = (Moment::parse("now"), Moment::parse(TEN_YEARS)) else {
        unreachable!("both are Faker's own defaults");
    };
    let Ok(format) = Format::parse("%m/%y") else { unreachable!("Faker's own default") };
    let last = last_names();
    let name = bound(cards.iter().map(|(name, _)| about(name).0.len()).max().unwrap_or(0));
    let digits = bound(cards.iter().map(|(_, card)| card.digits).max().unwrap_or(0));
    // Name, holder, number and date, "CVC: 123", each with its line feed.
    let max_chars =
        name + 1 + longest(FIRST) + 1 + longest(last) + 1 + digits + 1 + format.max_chars + 1 + 9 + 1;
    let numbers = Numbers::of(cards);
    Ok(Compiled::text(max_chars, move |draw, out| {
        let place = place(cards.len(), draw.stream);
        let (card_type, _) = cards[place];
        let (name, security, places) = about(card_type);
        out.push_str(name);
        out.push('\n');
        pattern::push_one(FIRST, draw.stream, out);
        out.push(' ');
        pattern::push_one(last, draw.stream, out);
        out.push('\n');
        numbers[place].push(draw.stream, out);
        out.push(' ');
        let (start, end) = (start.at(draw.now), end.at(draw.now));
        format.write(Timestamp(draw.stream.between(start.0, end.0)), out);
        out.push('\n');
        out.push_str(security);
        out.push_str(": ");
        pattern::push_digits(places, draw.stream, out);
        out.push('\n');
    }))
}
