//! `shopsim healthcheck`: checks a running shopsim; for images without curl.
//!
//! Owns which page is requested, and the exit code for its response.

use super::EXIT_DIFFERS;
use super::http::{self, Address, NOT_SHOPSIM, Response};

const AFTER_HELP: &str = "\
Requests /livez: is the process working? Use this to decide whether to restart a container: one shop whose database \
is down is no reason to stop the others. With --ready it requests /readyz: are all active shops on schedule?

Prints the response: with --ready, a line for each shop that is not on schedule, with the reason.

Exit codes: 0 yes, 1 no, 2 the command line is invalid, 3 no response from the address.

Examples:
  shopsim healthcheck
  shopsim healthcheck --listen 9464 --ready";

/// `shopsim healthcheck`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    address: Address,
    /// Check whether all active shops are on schedule
    #[arg(long)]
    ready: bool,
}

/// The response of a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// 0 if it is healthy, else 1.
    pub code: u8,
    /// Its text.
    pub body: String,
}

/// Sends the request.
///
/// # Errors
/// If there is no response, or it is not from shopsim.
pub fn ask(arguments: &Arguments) -> Result<Answer, String> {
    let path = if arguments.ready { "/readyz" } else { "/livez" };
    let target = arguments.address.target();
    let answer = http::get(target, path).and_then(|response| answer(response).ok_or_else(not_shopsim));
    answer.map_err(|error| http::unreachable(target, path, &error))
}

fn not_shopsim() -> std::io::Error {
    std::io::Error::other(NOT_SHOPSIM)
}

/// What a response means; `None` if its status is neither 200 nor 503.
fn answer(response: Response) -> Option<Answer> {
    let code = match response.status {
        200 => 0,
        503 => EXIT_DIFFERS,
        _ => return None,
    };
    Some(Answer { code, body: response.body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_status() {
        let of = |status| answer(Response { status, body: "text".to_owned() }).map(|answer| answer.code);
        assert_eq!([200, 503, 404, 302].map(of), [Some(0), Some(1), None, None]);
    }
}
