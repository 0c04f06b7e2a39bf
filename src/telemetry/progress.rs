//! One progress line per shop, on a terminal, for runs that have an end.
//!
//! Owns what the lines show; reads the supervisor's state and nothing else.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::supervise::ShopStatus;

/// The progress lines of a chain.
pub struct Progress {
    bars: Vec<Option<ProgressBar>>,
}

impl Progress {
    /// A line for each shop that has an end.
    pub fn new(lines: &MultiProgress, shops: &[ShopStatus]) -> Self {
        let width = shops.iter().map(|shop| shop.name.len()).max().unwrap_or(0);
        let template = format!("{{prefix:{width}}} [{{bar:30}}] {{pos}}/{{len}} ticks  {{msg}}");
        let style =
            ProgressStyle::with_template(&template).expect("the template is a constant but for a width");
        let bar = |shop: &ShopStatus| {
            let bar = lines.add(ProgressBar::new(shop.ticks?));
            bar.set_style(style.clone().progress_chars("=> "));
            bar.set_prefix(shop.name.to_string());
            Some(bar)
        };
        Self { bars: shops.iter().map(bar).collect() }
    }

    /// Shows the progress of the shops.
    pub fn show(&self, shops: &[ShopStatus]) {
        for (bar, shop) in self.bars.iter().zip(shops) {
            if let Some(bar) = bar {
                bar.set_position(shop.last_tick.map_or(0, |tick| tick + 1));
                bar.set_message(shop.phase.to_string());
            }
        }
    }

    /// Removes the lines.
    pub fn end(&self) {
        self.bars.iter().flatten().for_each(ProgressBar::finish_and_clear);
    }
}
