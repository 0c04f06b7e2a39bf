//! The state of a chain as text: a summary, and a table of its shops, those in trouble first.
//!
//! Owns the columns, signs and colours. Pure; must not know where it is shown, nor of how many lines there is room for.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

use super::answer::{Chain, Operations, Restarts, Shop};
use crate::text::{columns, harmless};
use crate::value::{SECOND, Timestamp};

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const BLUE: &str = "34";

/// The lines of a chain's state.
#[derive(Debug)]
pub struct Table {
    /// The summary, and the head of the table if it has shops.
    pub head: Vec<String>,
    /// The lines of each shop: one, and its trouble if it has any.
    pub shops: Vec<Vec<String>>,
}

impl Table {
    /// The state of a chain, with ANSI's colours or without.
    pub fn of(chain: &Chain, colour: bool) -> Self {
        let paint = Paint(colour);
        let now = Timestamp::parse_rfc3339(&chain.now);
        let mut head = vec![paint.whole(BOLD, &title(chain, now)), summary(chain)];
        let mut shops: Vec<&Shop> = chain.shops.iter().collect();
        shops.sort_by_key(|shop| shop.trouble.is_none());
        if shops.is_empty() {
            return Self { head, shops: Vec::new() };
        }
        let heads = ["  shop", "phase", "tick", "time", "lag", "ins/s", "upd/s", "del/s", "restarts", "url"];
        let mut rows = vec![heads.map(str::to_owned)];
        rows.extend(shops.iter().map(|shop| row(shop)));
        let width = |row: &[String; 10]| harmless(&row[0]).chars().count();
        let phase_at = rows.iter().map(width).max().unwrap_or(0) + 2;
        let text = columns(&rows, 4..8);
        let mut lines = text.lines();
        head.push(String::new());
        head.extend(lines.next().map(|line| paint.whole(DIM, line)));
        let shops = shops.iter().zip(lines).map(|(shop, line)| {
            let hue = hue(shop);
            let phase = phase_at..phase_at + harmless(&shop.phase).chars().count();
            let mut lines = vec![paint.parts(hue, line, &[0..1, phase])];
            lines.extend(trouble(shop, now).map(|trouble| paint.whole(hue, &format!("    {trouble}"))));
            lines
        });
        Self { head, shops: shops.collect() }
    }

    /// All lines.
    pub fn lines(&self) -> impl Iterator<Item = &String> {
        self.head.iter().chain(self.shops.iter().flatten())
    }

    /// All lines as one text.
    pub fn text(&self) -> String {
        self.lines().fold(String::new(), |text, line| text + line + "\n")
    }
}

/// `shopsim 0.1.0  shops.toml  since 2026-01-01T00:00:00Z (1h 12m 9s)`
fn title(chain: &Chain, now: Option<Timestamp>) -> String {
    let began = Timestamp::parse_rfc3339(&chain.began);
    let since = began.map_or_else(|| chain.began.clone(), |began| began.floor_second().to_rfc3339());
    let age = began.zip(now).map(|(began, now)| format!(" ({})", span(began, now)));
    let title =
        format!("shopsim {}  {}  since {since}{}", chain.version, chain.config, age.unwrap_or_default());
    harmless(&title).into_owned()
}

/// `2 shops: 1 live, 1 waiting; 1 in trouble; 12,345 rows, 412 rows/s`
fn summary(chain: &Chain) -> String {
    let totals = &chain.totals;
    if chain.is_preparing() {
        return "no shop has started yet".to_owned();
    }
    let ended = if chain.has_ended() { "the run has ended; " } else { "" };
    let shops = if totals.shops == 1 { "shop" } else { "shops" };
    let phases: Vec<String> = totals.phases.iter().map(|(phase, count)| format!("{count} {phase}")).collect();
    let troubles =
        if totals.troubles > 0 { format!("; {} in trouble", totals.troubles) } else { String::new() };
    let Operations { inserted, updated, deleted } = totals.rows;
    let rows = inserted.saturating_add(updated).saturating_add(deleted);
    let rates = totals
        .rates
        .map(|rates| format!(", {} rows/s", rate(rates.inserted + rates.updated + rates.deleted)));
    let summary = format!(
        "{ended}{} {shops}: {}{troubles}; {} rows{}",
        totals.shops,
        phases.join(", "),
        grouped(rows),
        rates.unwrap_or_default()
    );
    harmless(&summary).into_owned()
}

fn row(shop: &Shop) -> [String; 10] {
    let dash = || "-".to_owned();
    let rates = shop.rates.map(|rates| [rates.inserted, rates.updated, rates.deleted].map(rate));
    let [inserted, updated, deleted] = rates.unwrap_or_else(|| [dash(), dash(), dash()]);
    let tick = match (shop.last_tick, shop.ticks) {
        (Some(tick), Some(ticks)) => format!("{tick}/{ticks}"),
        (None, Some(ticks)) => format!("-/{ticks}"),
        (Some(tick), None) => tick.to_string(),
        (None, None) => dash(),
    };
    [
        format!("{} {}", sign(&shop.phase), shop.name),
        shop.phase.clone(),
        tick,
        shop.at.clone().unwrap_or_else(dash),
        shop.lag_seconds.map_or_else(dash, lag),
        inserted,
        updated,
        deleted,
        restarts(shop.restarts),
        shop.url.clone(),
    ]
}

/// Why a shop is not on schedule, and when it tries again.
fn trouble(shop: &Shop, now: Option<Timestamp>) -> Option<String> {
    let trouble = harmless(shop.trouble.as_ref()?);
    let retry_at = shop.retry_at.as_deref().and_then(Timestamp::parse_rfc3339);
    Some(match retry_at.zip(now) {
        Some((at, now)) if at > now => format!("{trouble}; tries again in {}", span(now, at)),
        _ => trouble.into_owned(),
    })
}

/// What stands before a shop's name, so that its phase is seen without colours.
fn sign(phase: &str) -> char {
    match phase {
        "live" => '●',
        "history" => '◔',
        "waiting" => '◐',
        "backing off" => '◑',
        "finished" => '✓',
        "stopped" => '■',
        "refused" | "given up" => '✗',
        _ => '○',
    }
}

fn hue(shop: &Shop) -> &'static str {
    match (shop.phase.as_str(), &shop.trouble) {
        ("refused" | "given up", _) => RED,
        ("finished" | "stopped", _) => DIM,
        ("starting" | "history", _) => BLUE,
        (_, Some(_)) => YELLOW,
        (_, None) => GREEN,
    }
}

/// `0`, or the causes: `1 panic, 2 waiting`.
fn restarts(restarts: Restarts) -> String {
    let Restarts { panic, transient, waiting } = restarts;
    let causes = [(panic, "panic"), (transient, "transient"), (waiting, "waiting")];
    let causes =
        causes.iter().filter(|(count, _)| *count > 0).map(|(count, cause)| format!("{count} {cause}"));
    match causes.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "0".to_owned(),
        causes => causes,
    }
}

/// Rows per second; one digit after the point below ten.
fn rate(rate: f64) -> String {
    match beyond(rate) {
        Some(bound) => bound.to_owned(),
        None if rate < 9.95 => format!("{rate:.1}"),
        None => format!("{rate:.0}"),
    }
}

/// What is shown of a number that no run has, and that would take hundreds of digits.
fn beyond(number: f64) -> Option<&'static str> {
    match number {
        1e15.. => Some("> 10^15"),
        ..-1e15 => Some("< -10^15"),
        _ => None,
    }
}

/// Seconds; from a minute on in words.
fn lag(seconds: f64) -> String {
    if let Some(bound) = beyond(seconds) {
        return format!("{bound}s");
    }
    match Duration::try_from_secs_f64(seconds) {
        Ok(lag) if lag.as_secs() >= 60 => words(lag),
        _ => format!("{seconds:.1}s"),
    }
}

/// The time between two moments, in whole seconds.
fn span(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.0.saturating_sub(from.0).max(0) / SECOND;
    words(Duration::from_secs(seconds.unsigned_abs()))
}

/// A span in words, in whole seconds: `1h 12m 9s`.
pub fn words(span: Duration) -> String {
    humantime::format_duration(Duration::from_secs(span.as_secs())).to_string()
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// ANSI's colours, if they are wanted.
#[derive(Clone, Copy, Default)]
pub struct Paint(pub bool);

impl Paint {
    /// A warning.
    pub fn warning(self, text: &str) -> String {
        self.whole(YELLOW, text)
    }

    /// What is no longer true.
    pub fn old(self, text: &str) -> String {
        self.whole(DIM, text)
    }

    fn whole(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Some parts of a line, as ascending ranges of its characters.
    fn parts(self, code: &str, line: &str, parts: &[Range<usize>]) -> String {
        if !self.0 {
            return line.to_owned();
        }
        let mut painted = String::with_capacity(line.len() + 20);
        for (place, character) in line.chars().enumerate() {
            if parts.iter().any(|part| part.start == place) {
                // Writing to a String cannot fail.
                let _ = write!(painted, "\x1b[{code}m");
            }
            painted.push(character);
            if parts.iter().any(|part| part.end == place + 1) {
                painted.push_str("\x1b[0m");
            }
        }
        painted
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::TWO_SHOPS;
    use super::*;
    use serde_json::{Value as Json, json};

    fn document() -> Json {
        serde_json::from_str(TWO_SHOPS).unwrap()
    }

    fn table(document: Json, colour: bool) -> String {
        Table::of(&serde_json::from_value(document).unwrap(), colour).text()
    }

    #[test]
    fn a_shop_in_trouble_is_first_and_its_reason_is_below() {
        assert_eq!(table(document(), false), include_str!("../../../tests/golden/status/two-shops.txt"));
    }

    #[test]
    fn what_is_unknown_is_a_dash() {
        let mut document = document();
        for member in ["rates", "lag_seconds", "last_tick", "ticks", "at", "trouble", "retry_at"] {
            document["shops"][1][member] = Json::Null;
        }
        document["totals"]["rates"] = Json::Null;
        document["totals"]["troubles"] = json!(0);
        assert_eq!(table(document, false), include_str!("../../../tests/golden/status/unknown.txt"));
    }

    #[test]
    fn signs_and_phases_are_coloured_and_nothing_else_of_a_shop_that_is_well() {
        let text = table(document(), true);
        let live = text.lines().find(|line| line.contains("shop-1")).unwrap();
        assert!(live.starts_with("\x1b[32m●\x1b[0m shop-1  \x1b[32mlive\x1b[0m     402/600  "), "{live:?}");
        assert_eq!(live.matches('\x1b').count(), 4, "{live:?}");
        let reason = text.lines().find(|line| line.contains("cannot connect")).unwrap();
        assert!(reason.starts_with("\x1b[33m    waiting for its server: ") && reason.ends_with("\x1b[0m"));
    }

    #[test]
    fn no_text_of_the_server_moves_the_cursor_or_breaks_a_line() {
        let hostile = "\x1b[2J\n\u{202e}x";
        let mut document = document();
        for member in ["version", "config", "began"] {
            document[member] = json!(hostile);
        }
        document["totals"]["phases"] = json!({ hostile: 1 });
        for member in ["name", "url", "phase", "trouble", "at"] {
            document["shops"][1][member] = json!(hostile);
        }
        for colour in [false, true] {
            let text = table(document.clone(), colour);
            assert_eq!(text.lines().count(), 7, "{text:?}");
            assert!(!text.contains("\x1b[2J") && !text.contains('\u{202e}'), "{text:?}");
        }
    }

    #[test]
    fn a_run_that_has_not_begun_and_one_that_has_ended_say_so() {
        let mut document = document();
        document["stage"] = json!("ended");
        let text = table(document.clone(), false);
        assert!(text.lines().nth(1).unwrap().starts_with("the run has ended; 2 shops: "), "{text}");
        document["stage"] = json!("preparing");
        document["shops"] = json!([]);
        let text = table(document, false);
        assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), ["no shop has started yet"]);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, 0.04, 9.94, 9.96, 412.4].map(rate), ["0.0", "0.0", "9.9", "10", "412"]);
        assert_eq!([0.0, 8.14, 59.94, 125.0].map(lag), ["0.0s", "8.1s", "59.9s", "2m 5s"]);
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn numbers_beyond_measure_are_short_too() {
        assert_eq!(
            [9e14, 1e300, f64::INFINITY, -1e300].map(rate),
            ["900000000000000", "> 10^15", "> 10^15", "< -10^15"]
        );
        assert_eq!([1e30, 1e300, -1e300].map(lag), ["> 10^15s", "> 10^15s", "< -10^15s"]);
        let mut document = document();
        document["totals"]["rates"]["inserted"] = json!(1e300);
        document["shops"][1]["rates"]["deleted"] = json!(1e300);
        document["shops"][1]["lag_seconds"] = json!(1e300);
        let text = table(document, false);
        assert!(text.lines().all(|line| line.chars().count() < 200), "{text}");
        assert!(text.contains("rows, > 10^15 rows/s"), "{text}");
    }
}
