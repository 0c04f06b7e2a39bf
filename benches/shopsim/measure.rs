//! Figures: two sides in turn, the median of their ratios with its spread, one table, one JSON file.
//!
//! Owns no workload. A time alone tells of the machine, a ratio of one run tells of the program: the sides
//! take turns, so that what slows the machine for a while slows both.

use std::time::Duration;

use serde_json::{Value, json};

/// What a figure is to reach.
#[derive(Clone, Copy)]
pub enum Reach {
    /// At least so much.
    AtLeast(f64),
    /// At most so much.
    AtMost(f64),
}

/// One line of the table.
#[derive(Clone)]
pub struct Figure {
    /// The bench, and of what.
    pub name: String,
    /// What was measured, in words: `rows/s of \copy`, `ms`.
    pub unit: &'static str,
    /// Median, least and most.
    pub median: f64,
    pub least: f64,
    pub most: f64,
    /// What it is to reach; `None`: told only.
    pub reach: Option<Reach>,
    /// Both sides' median in plain words.
    pub sides: String,
}

/// A figure of several measurements.
pub fn figure(
    name: &str,
    unit: &'static str,
    mut values: Vec<f64>,
    reach: Option<Reach>,
    sides: String,
) -> Figure {
    values.sort_by(f64::total_cmp);
    let (least, most) = (values[0], values[values.len() - 1]);
    let name = name.to_owned();
    Figure { name, unit, median: values[values.len() / 2], least, most, reach, sides }
}

/// The median of times, in seconds.
pub fn median(times: &[Duration]) -> f64 {
    let mut seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// Round for round, how often the second side's time holds the first's: its speed as a share.
pub fn ratios(numerator: &[Duration], denominator: &[Duration]) -> Vec<f64> {
    numerator.iter().zip(denominator).map(|(one, other)| one.as_secs_f64() / other.as_secs_f64()).collect()
}

impl Figure {
    /// Whether it reaches what it is to reach.
    pub fn met(&self) -> Option<bool> {
        self.reach.map(|reach| match reach {
            Reach::AtLeast(least) => self.median >= least,
            Reach::AtMost(most) => self.median <= most,
        })
    }

    fn reach_text(&self) -> String {
        match self.reach {
            Some(Reach::AtLeast(least)) => format!(">= {least}"),
            Some(Reach::AtMost(most)) => format!("<= {most}"),
            None => String::new(),
        }
    }

    /// Its line of the table.
    pub fn line(&self) -> String {
        let Self { name, unit, median, least, most, sides, .. } = self;
        let met = self.met().map_or("", |met| if met { "met" } else { "NOT MET" });
        let spread = format!("{least:.3}..{most:.3}");
        let reach = self.reach_text();
        format!("{name:<28} {median:>9.3} {spread:>19} {reach:>8} {met:<8} {unit}; {sides}")
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let Self { name, unit, median, least, most, sides, .. } = self;
        json!({ "name": name, "unit": unit, "median": median, "least": least, "most": most,
                "reach": self.reach_text(), "met": self.met(), "sides": sides })
    }
}

/// What stands over the lines.
pub fn head() -> String {
    format!("{:<28} {:>9} {:>19} {:>8} {:<8} unit; sides", "figure", "median", "least..most", "reach", "")
}
