//! Routes events and commits to logs: the terminal, and the files of their shop.
//!
//! Owns the routing, and the end: what is flushed, given up and reported. An event belongs to the shop that its field
//! `shop` names.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use indicatif::{MultiProgress, ProgressDrawTarget};
use tokio::time::Instant;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::files::RotatingFile;
use super::line::{Fields, Format, Style};
use super::queue::{Entry, Taken};
use super::sink::{Out, Parts, Sink};
use super::writers::Writers;
use crate::config::{LogLevel, Logs};
use crate::supervise::{Commit, Journal, ShopStatus, WallClock};

/// Bytes that may be queued for all files together.
const WAITING_BYTES: usize = 12 << 20;
/// The least and most bytes that may be queued for one log: a shop's share does not depend on the others.
const SHARE_BYTES: std::ops::RangeInclusive<usize> = 8 << 10..=1 << 20;
/// With more shops the terminal gets a periodic summary instead of a line per table and tick: 50 of the shipped shops
/// log 10 lines per second, too many to read.
const SHOPS_ON_TERMINAL: usize = 50;
/// At the end, unwritten lines are given up after this long without progress.
const STILL: Duration = Duration::from_secs(2);
/// The longest wait for slow files at the end.
const END: Duration = Duration::from_secs(30);
/// How often progress is checked then.
const POLL: Duration = Duration::from_millis(2);

/// What is logged, and where.
pub struct LogOptions {
    /// The format of all lines.
    pub format: Format,
    /// The most detailed level on the terminal.
    pub terminal: LevelFilter,
    /// The shops' files; `None`: none are written.
    pub files: Option<Logs>,
    /// The names of the shops.
    pub shops: Vec<String>,
    /// Stamps the lines.
    pub wall: WallClock,
    /// Progress lines, which log lines must not disrupt.
    pub bars: MultiProgress,
}

impl LogOptions {
    /// The options of a command that prints to stdout: warnings and errors as text, and no files.
    pub fn of_command(wall: WallClock) -> Self {
        Self {
            format: Format::Text,
            terminal: LevelFilter::WARN,
            files: None,
            shops: Vec::new(),
            wall,
            bars: MultiProgress::with_draw_target(ProgressDrawTarget::hidden()),
        }
    }
}

/// The logs of a process, flushed on drop.
pub struct Log {
    sinks: Arc<Sinks>,
}

/// Begins to write events.
///
/// # Panics
/// If it was begun before in this process.
pub fn begin(settings: LogOptions) -> Log {
    let sinks = Arc::new(Sinks::new(settings));
    let shops = sinks.shops.values().flat_map(|shop| &shop.files);
    let most = shops.map(|(_, level)| *level).fold(sinks.terminal_level, LevelFilter::max);
    tracing_subscriber::registry().with(Lines(sinks.clone()).with_filter(targets(most))).init();
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Log { sinks }
}

/// What is logged: this program's own events up to a level, and warnings of its libraries. Those of the HTTP server are
/// about requests that cannot be read: they are mistakes of its clients, of which anybody can make many, and none of
/// the run.
fn targets(most: LevelFilter) -> Targets {
    let targets = Targets::new().with_default(LevelFilter::WARN).with_target("shopsim", most);
    ["actix_http", "actix_server", "actix_web", "mio"]
        .into_iter()
        .fold(targets, |targets, server| targets.with_target(server, LevelFilter::OFF))
}

/// Whether output to stderr may be coloured: it is a terminal, and `NO_COLOR` is not set
/// (<https://no-color.org>).
pub fn colour_wanted() -> bool {
    std::io::stderr().is_terminal() && !no_colour()
}

/// Whether what a person reads on stdout is coloured: on a terminal, unless `NO_COLOR` is set.
pub fn colour_wanted_on_stdout() -> bool {
    std::io::stdout().is_terminal() && !no_colour()
}

/// `NO_COLOR` (<https://no-color.org>).
fn no_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty())
}

impl Log {
    /// The log of a shop's commits.
    pub fn journal(&self, shop: &str) -> Arc<dyn Journal> {
        match self.sinks.shops.get(shop) {
            Some(shop) => shop.clone(),
            None => Arc::new(()),
        }
    }

    /// Whether there are too many shops to show their ticks on the terminal.
    pub fn shops_are_many(&self) -> bool {
        self.sinks.many
    }

    /// Shows progress lines on the terminal, or removes them.
    pub fn show(&self, shops: Option<Vec<ShopStatus>>) {
        // If it is dropped, another one follows.
        self.sinks.hand(&self.sinks.terminal, Entry::Progress(shops));
    }

    /// Waits until everything is written or writing has stalled, and reports what is given up: in an error that names the
    /// files, and in the counts of lines.
    pub async fn settled(&self) {
        let sinks = self.sinks.clone();
        // The hook has logged a panic in it.
        let _ = tokio::task::spawn_blocking(move || sinks.settle(END)).await;
    }

    /// The number of dropped lines of each shop that has any, as sentences.
    pub fn losses(&self) -> String {
        let lost = self.sinks.shops.iter().map(|(name, shop)| (name, shop.dropped()));
        let sentence = |(name, lines)| format!("{lines} log lines of {name} were dropped\n");
        lost.filter(|(_, lines)| *lines > 0).map(sentence).collect()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // A forced end does not wait for slow files.
        self.sinks.settle(STILL);
    }
}

/// Waits until everything is written, or writing has stalled.
fn wait_for<'a>(sinks: impl Iterator<Item = &'a Arc<Sink>> + Clone, longest: Duration) {
    let began = Instant::now();
    let moves = |moved: Instant| moved.elapsed() < STILL;
    while began.elapsed() < longest && sinks.clone().filter_map(|sink| sink.queue().pending()).any(moves) {
        thread::sleep(POLL);
    }
}

/// All logs.
struct Sinks {
    terminal: Arc<Sink>,
    terminal_level: LevelFilter,
    /// Whether there are too many shops to show their ticks on the terminal.
    many: bool,
    style: Style,
    terminal_style: Style,
    shops: BTreeMap<String, Arc<ShopLogs>>,
    wall: WallClock,
    writers: Writers,
}

/// The logs of one shop.
struct ShopLogs {
    name: String,
    /// Its files, with the most detailed level of each.
    files: Vec<(Arc<Sink>, LevelFilter)>,
    /// The terminal, if it shows the shop's ticks.
    terminal: Option<Arc<Sink>>,
    /// Whether it also shows each tick of history.
    history_on_terminal: bool,
    /// Whether this process has begun new files.
    begun: AtomicBool,
    /// Lines that were dropped from any of them.
    dropped: Arc<AtomicU64>,
    wall: WallClock,
    writers: Writers,
}

impl Sinks {
    fn new(settings: LogOptions) -> Self {
        let LogOptions { format, terminal: terminal_level, files, shops, wall, bars } = settings;
        let (style, terminal_style) =
            (Style { format, colour: false }, Style { format, colour: colour_wanted() });
        let (reported, writers) = (Arc::new(AtomicBool::new(false)), Writers::begin());
        let part = |name: String, style, rows, share, dropped: &Arc<AtomicU64>, out| {
            let (wall, dropped, reported) = (wall.clone(), dropped.clone(), reported.clone());
            Arc::new(Sink::new(Parts { name, style, rows, share, wall, dropped, reported, out }))
        };
        let verbose = terminal_level >= LevelFilter::DEBUG;
        let out = Out::Terminal(bars, None);
        let terminal =
            part("stderr".to_owned(), terminal_style, verbose, *SHARE_BYTES.end(), &Arc::default(), out);
        let many = shops.len() > SHOPS_ON_TERMINAL && !verbose;
        let shows_ticks = terminal_level >= LevelFilter::INFO && !many;
        let share =
            (WAITING_BYTES / (2 * shops.len()).max(1)).clamp(*SHARE_BYTES.start(), *SHARE_BYTES.end());
        let of_shop = |name: String| {
            let dropped = Arc::default();
            let file = |logs: &Logs, file: &str, level, rows| {
                let path = logs.dir.join(&name).join(file);
                let name = path.display().to_string();
                let out = Out::File(RotatingFile::new(path, logs.max_file_bytes, logs.max_files));
                (part(name, style, rows, share, &dropped, out), level)
            };
            let files = files.iter().flat_map(|logs| {
                let debug = (logs.level == LogLevel::Debug)
                    .then(|| file(logs, "debug.log", LevelFilter::DEBUG, true));
                [Some(file(logs, "info.log", LevelFilter::INFO, false)), debug]
            });
            let files = files.flatten().collect();
            let terminal = shows_ticks.then(|| terminal.clone());
            let (wall, writers) = (wall.clone(), writers.clone());
            let logs = ShopLogs {
                name: name.clone(),
                files,
                terminal,
                history_on_terminal: verbose,
                begun: AtomicBool::new(false),
                dropped,
                wall,
                writers,
            };
            (name, Arc::new(logs))
        };
        let shops = shops.into_iter().map(of_shop).collect();
        Self { terminal, terminal_level, many, style, terminal_style, shops, wall, writers }
    }

    fn settle(&self, longest: Duration) {
        wait_for(self.shops.values().flat_map(|shop| shop.files.iter().map(|(sink, _)| sink)), longest);
        let (mut lines, mut unwritten) = (0, Vec::new());
        for shop in self.shops.values() {
            for (sink, _) in &shop.files {
                let lost = sink.queue().give_up();
                // Lines that were given up before are not reported again.
                if lost > 0 {
                    shop.dropped.fetch_add(lost, Ordering::Relaxed);
                    lines += lost;
                    unwritten.push(sink.name.as_str());
                }
            }
        }
        if !unwritten.is_empty() {
            let files = unwritten.join(", ");
            tracing::error!("{lines} lines are lost, because writing has stalled: {files}");
        }
        wait_for(std::iter::once(&self.terminal), longest);
    }

    fn hand(&self, sink: &Arc<Sink>, entry: Entry) {
        if let Taken::Waits(true) = sink.push(entry) {
            self.writers.call(sink.clone());
        }
    }
}

impl ShopLogs {
    /// The logs that get the shop's ticks.
    fn all(&self) -> impl Iterator<Item = &Arc<Sink>> {
        self.files.iter().map(|(sink, _)| sink).chain(&self.terminal)
    }

    fn hand(&self, sink: &Arc<Sink>, entry: Entry) {
        match sink.push(entry) {
            Taken::Waits(true) => self.writers.call(sink.clone()),
            Taken::Waits(false) => {}
            Taken::Dropped { lines, first } => {
                self.dropped.fetch_add(lines, Ordering::Relaxed);
                if first {
                    tracing::warn!(
                        shop = self.name,
                        "{} cannot be written fast enough; lines that do not fit into its queue are dropped",
                        sink.name
                    );
                }
            }
        }
    }
}

impl Journal for ShopLogs {
    fn begin(&self) {
        // Once: a shop whose first tick fails starts anew again and again.
        if !self.begun.swap(true, Ordering::Relaxed) {
            self.files.iter().for_each(|(sink, _)| self.hand(sink, Entry::NewFile));
        }
    }

    fn record(&self, commit: Commit) {
        let (commit, at) = (Arc::new(commit), (self.wall)());
        let to_terminal = !commit.is_history || self.history_on_terminal;
        let terminal = self.terminal.iter().filter(|_| to_terminal);
        for sink in self.files.iter().map(|(sink, _)| sink).chain(terminal) {
            self.hand(sink, Entry::Commit(commit.clone(), at));
        }
    }

    fn room(&self) -> LocalBoxFuture<'_, ()> {
        async {
            for sink in self.all() {
                sink.room().await;
            }
        }
        .boxed_local()
    }

    fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// Hands events to the logs.
struct Lines(Arc<Sinks>);

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let sinks = &self.0;
        let level = *event.metadata().level();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let time = (sinks.wall)().to_rfc3339_millis();
        let shop = fields.shop.as_ref().and_then(|name| sinks.shops.get(name));
        if let Some(shop) = shop {
            for (sink, _) in shop.files.iter().filter(|(_, most)| level <= *most) {
                shop.hand(sink, Entry::Lines(fields.line(sinks.style, &time, level), 1));
            }
        }
        if level <= sinks.terminal_level {
            let entry = Entry::Lines(fields.line(sinks.terminal_style, &time, level), 1);
            match shop {
                Some(shop) => shop.hand(&sinks.terminal, entry),
                None => sinks.hand(&sinks.terminal, entry),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_request_that_cannot_be_read_is_no_error_of_the_run() {
        let targets = targets(LevelFilter::DEBUG);
        for server in ["actix_http::h1::dispatcher", "actix_server::worker", "actix_web", "mio::poll"] {
            assert!(!targets.would_enable(server, &Level::ERROR), "{server}");
        }
        assert!(targets.would_enable("shopsim::telemetry::http", &Level::DEBUG));
        assert!(targets.would_enable("rustls::client", &Level::WARN));
        assert!(!targets.would_enable("rustls::client", &Level::INFO));
    }
}
