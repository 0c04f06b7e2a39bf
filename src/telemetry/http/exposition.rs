//! Prometheus' text format, version 0.0.4, which all compatible collectors read.
//!
//! Owns the syntax and the escaping. Must not know what is measured.
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>)

use std::fmt::{Display, Write as _};

/// The value of the header `Content-Type`.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The type of a metric family.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Only increases, except for a restart of the process; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Observations by upper bounds.
    Histogram,
}

/// A page that is being written.
#[derive(Debug, Default)]
pub struct Exposition {
    text: String,
}

impl Exposition {
    /// Begins a family; all of its samples follow it at once.
    pub fn family(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// A sample of a counter or gauge.
    pub fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(name);
        for (place, (label, value)) in labels.iter().enumerate() {
            let _ = write!(self.text, "{}{label}=\"", if place == 0 { '{' } else { ',' });
            self.escape(value);
            self.text.push('"');
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{end} {value}");
    }

    /// The samples of one histogram of a family: the cumulative number of observations for each upper bound, their total
    /// number, and their sum.
    pub fn histogram(
        &mut self,
        name: &str,
        labels: &[(&str, &str)],
        up_to_bounds: impl Iterator<Item = (f64, u64)>,
        count: u64,
        sum: f64,
    ) {
        let bucket = format!("{name}_bucket");
        let mut sample = |bound: &str, observations: u64| {
            self.sample(&bucket, &[labels, &[("le", bound)]].concat(), observations);
        };
        up_to_bounds.for_each(|(bound, observations)| sample(&bound.to_string(), observations));
        sample("+Inf", count);
        self.sample(&format!("{name}_sum"), labels, sum);
        self.sample(&format!("{name}_count"), labels, count);
    }

    /// The page.
    pub fn into_text(self) -> String {
        self.text
    }

    fn escape(&mut self, value: &str) {
        for c in value.chars() {
            match c {
                '\\' => self.text.push_str("\\\\"),
                '"' => self.text.push_str("\\\""),
                '\n' => self.text.push_str("\\n"),
                c => self.text.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_samples_and_histograms_have_the_form_that_prometheus_reads() {
        let mut page = Exposition::default();
        page.family("rows_total", Kind::Counter, "Rows.");
        page.sample("rows_total", &[("table", "a \"b\"\\c\nd,}"), ("op", "insert")], 7);
        page.family("lag_seconds", Kind::Gauge, "How late.");
        page.sample("lag_seconds", &[], 0.25);
        page.family("took_seconds", Kind::Histogram, "How long.");
        page.histogram("took_seconds", &[("shop", "a")], [(0.001, 1), (1.0, 3)].into_iter(), 4, 12.5);
        let expected = r#"# HELP rows_total Rows.
# TYPE rows_total counter
rows_total{table="a \"b\"\\c\nd,}",op="insert"} 7
# HELP lag_seconds How late.
# TYPE lag_seconds gauge
lag_seconds 0.25
# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{shop="a",le="0.001"} 1
took_seconds_bucket{shop="a",le="1"} 3
took_seconds_bucket{shop="a",le="+Inf"} 4
took_seconds_sum{shop="a"} 12.5
took_seconds_count{shop="a"} 4
"#;
        assert_eq!(page.into_text(), expected);
    }
}
