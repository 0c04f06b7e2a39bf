//! `shopsim status --watch`: asks again and again.
//!
//! Owns the loop and its end, which the run tells or answers, and what is shown while nobody answers. The same for all
//! failures: the run may be about to begin, or to come back.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use console::Term;
use tokio::time::Instant;

use super::answer::{Answer, ask, told};
use super::ending;
use super::screen::{Screen, Size, fit};
use super::table::{Paint, Table, words};
use super::{Arguments, Failure, fail, print};
use crate::cli::{EXIT_CONFIG, TableFormat, write_stderr};
use crate::telemetry::colour_wanted_on_stdout;

/// How often the size of the terminal is looked at, and the age of the last answer redrawn.
const LOOK: Duration = Duration::from_millis(200);

/// Asks until the run has ended. Ctrl-C ends the process as any other.
pub fn run(arguments: &Arguments, target: SocketAddr) -> ExitCode {
    let in_place = arguments.format == TableFormat::Table && io::stdout().is_terminal();
    let mut view = View {
        in_place,
        format: arguments.format,
        paint: Paint(colour_wanted_on_stdout()),
        ..View::default()
    };
    let (only, end) = (&arguments.shops.only, ending::follow(target));
    loop {
        let until = Instant::now() + arguments.every;
        let mut result = ask(target, only);
        // Who does not answer may have told its end a moment ago.
        let patience = if result.is_ok() { Duration::ZERO } else { LOOK };
        let mut has_ended = matches!(&result, Ok(answer) if answer.chain.has_ended());
        if !has_ended && let Ok(last) = end.recv_timeout(patience) {
            (result, has_ended) = (told(last, only), true);
        }
        if let Err(failure) = &result
            && failure.code == EXIT_CONFIG
        {
            return fail(failure);
        }
        let shown = view
            .take(result)
            .and_then(|()| if has_ended { Err(ExitCode::SUCCESS) } else { view.wait(until, &end) });
        let last = match shown {
            Ok(None) => continue,
            Ok(Some(last)) => last,
            Err(code) => return code,
        };
        return view.take(told(last, only)).map_or_else(|code| code, |()| ExitCode::SUCCESS);
    }
}

/// What is shown.
#[derive(Default)]
struct View {
    in_place: bool,
    format: TableFormat,
    paint: Paint,
    screen: Screen,
    /// The size of the terminal for which it was drawn.
    size: Option<Size>,
    table: Option<Table>,
    /// Why the last request failed, and since when requests fail.
    silence: Option<(String, Instant)>,
}

impl View {
    /// Shows an answer, or that there is none.
    fn take(&mut self, result: Result<Answer, Failure>) -> Result<(), ExitCode> {
        let is_first = self.table.is_none();
        match result {
            Ok(answer) => {
                self.silence = None;
                let table = Table::of(&answer.chain, self.paint.0);
                if !self.in_place {
                    let text = match self.format {
                        TableFormat::Json => answer.json(),
                        TableFormat::Table if is_first => table.text(),
                        TableFormat::Table => format!("\n{}", table.text()),
                    };
                    print(&text)?;
                }
                self.table = Some(table);
            }
            Err(failure) => {
                let since = self.silence.as_ref().map_or_else(Instant::now, |(_, since)| *since);
                if !self.in_place && self.silence.is_none() {
                    write_stderr(&format!("{}\n", failure.message));
                }
                self.silence = Some((failure.message, since));
            }
        }
        self.draw()
    }

    /// Waits for the next request, and keeps what is shown up to date; the last state of the run if it ends meanwhile.
    fn wait(&mut self, until: Instant, end: &Receiver<String>) -> Result<Option<String>, ExitCode> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            match end.recv_timeout(left.min(LOOK)) {
                Ok(last) => return Ok(Some(last)),
                Err(RecvTimeoutError::Timeout) => {}
                // Nobody follows the run.
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(left.min(LOOK)),
            }
            if self.in_place && (self.size != size() || self.silence.is_some()) {
                self.draw()?;
            }
        }
    }

    fn draw(&mut self) -> Result<(), ExitCode> {
        if !self.in_place {
            return Ok(());
        }
        self.size = size();
        let size = self.size.unwrap_or(Size { rows: 24, columns: 80 });
        let mut lines = Vec::new();
        if let Some((message, since)) = &self.silence {
            let text = format!("no answer for {}: {message}", words(since.elapsed()));
            lines.push(self.paint.warning(&text));
        }
        if let Some(table) = &self.table {
            let rest = fit(table, size.rows.saturating_sub(lines.len()));
            // What nobody confirms any more is dimmed.
            let old = |line: String| self.paint.old(&console::strip_ansi_codes(&line));
            match self.silence {
                Some(_) => lines.extend(rest.into_iter().map(old)),
                None => lines.extend(rest),
            }
        }
        print(&self.screen.redraw(&lines, size))
    }
}

/// The size of the terminal.
fn size() -> Option<Size> {
    let (rows, columns) = Term::stdout().size_checked()?;
    Some(Size { rows: rows.into(), columns: columns.into() })
}
