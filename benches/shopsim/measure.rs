//! Figures: two sides in turn, the median of their ratios with its spread, one table, one JSON file.
//!
//! Owns no workload. An absolute time depends on the machine, a ratio within one run on the program: the sides
//! take turns, so that what slows the machine for a while slows both.

use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde_json::{Value, json};

/// What some work took: wall time, and processor time of the program that did it and of its server.
#[derive(Clone, Copy)]
pub struct Cost {
    pub wall: Duration,
    pub program: Duration,
    pub server: Duration,
}

impl Cost {
    /// Of something that programs do, which it starts and waits for, on a server of this postmaster.
    pub fn of_programs(postmaster: i32, run: impl FnOnce()) -> Self {
        let before = (processor(UsageWho::RUSAGE_CHILDREN), of_server(postmaster));
        let began = Instant::now();
        run();
        let wall = began.elapsed();
        let program = processor(UsageWho::RUSAGE_CHILDREN) - before.0;
        Self { wall, program, server: of_server(postmaster) - before.1 }
    }

    /// Of something that this process does itself.
    pub async fn of_this<T>(postmaster: i32, work: impl Future<Output = T>) -> (Self, T) {
        let before = (processor(UsageWho::RUSAGE_SELF), of_server(postmaster));
        let began = Instant::now();
        let done = work.await;
        let wall = began.elapsed();
        let program = processor(UsageWho::RUSAGE_SELF) - before.0;
        (Self { wall, program, server: of_server(postmaster) - before.1 }, done)
    }
}

fn processor(who: UsageWho) -> Duration {
    let used = getrusage(who).unwrap();
    let micros = used.user_time().num_microseconds() + used.system_time().num_microseconds();
    Duration::from_micros(micros.unsigned_abs())
}

/// Processor time of a postmaster and its processes, those that have ended and those that are there. The kernel
/// counts it in hundredths of a second.
fn of_server(postmaster: i32) -> Duration {
    let stat = |pid: i32| -> Option<Vec<i64>> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields = stat.rsplit(')').next()?.split_whitespace().skip(1);
        Some(fields.map(|field| field.parse().unwrap_or(0)).collect())
    };
    // From `ppid` on: utime, stime, cutime and cstime are ten fields later (proc_pid_stat(5)).
    let own = stat(postmaster).unwrap()[10..14].iter().sum::<i64>();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let children = pids.filter_map(stat).filter(|stat| stat[0] == i64::from(postmaster));
    let hundredths = own + children.map(|stat| stat[10] + stat[11]).sum::<i64>();
    Duration::from_millis(hundredths.unsigned_abs() * 10)
}

/// The figure of processor time: that of the program and its server together, beside the other side's, with both
/// parts of both for one of `parts`.
pub fn processor_figure(
    name: &str,
    unit: &'static str,
    ours: &[Cost],
    theirs: &[Cost],
    parts: u64,
) -> Figure {
    let sum = |cost: &Cost| (cost.program + cost.server).as_secs_f64();
    let values = ours.iter().zip(theirs).map(|(ours, theirs)| sum(ours) / sum(theirs)).collect();
    let each = |costs: &[Cost], part: fn(&Cost) -> Duration| {
        median(&costs.iter().map(part).collect::<Vec<_>>()) * 1e6 / parts as f64
    };
    let side = |costs: &[Cost]| {
        let (program, server) = (each(costs, |cost| cost.program), each(costs, |cost| cost.server));
        format!("{program:.2} + {server:.2}")
    };
    let sides = format!("program + server: {} against {} µs each", side(ours), side(theirs));
    figure(name, unit, values, Some(Reach::AtMost(1.25)), sides)
}

/// The wall times of costs.
pub fn walls(costs: &[Cost]) -> Vec<Duration> {
    costs.iter().map(|cost| cost.wall).collect()
}

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
    /// What it is to reach; `None`: reported only.
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
