//! `shopsim healthcheck`: checks a running shopsim; for images without curl.
//!
//! Owns the one request and the exit code for its response.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::{EXIT_DIFFERS, ShopsFile};
use crate::chain::listen_of;
use crate::config::Listen;

/// Longest wait for a connection and for each part of the response, which the server sends within two seconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest response that is read: a line for each of ten thousand shops.
const LONGEST: u64 = 4 << 20;

/// The default port.
const PORT: u16 = 9464;

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
    file: ShopsFile,
    /// The address of `shopsim run --listen`; default: the config's `listen`, or 127.0.0.1:9464
    #[arg(long, value_name = "ADDR", env = "SHOPSIM_LISTEN")]
    listen: Option<Listen>,
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
    let listen = arguments.listen.or_else(|| listen_of(&arguments.file.shops));
    let target = listen.map_or(SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)), Listen::target);
    get(target, path).map_err(|error| {
        format!("cannot reach http://{target}{path}: {error}; is `shopsim run --listen {target}` running?")
    })
}

fn get(target: SocketAddr, path: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&target, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // HTTP/1.0: the response is not chunked, and ends with the connection.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {target}\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.take(LONGEST).read_to_end(&mut bytes)?;
    read(&String::from_utf8_lossy(&bytes)).ok_or_else(|| io::Error::other("the response is not from shopsim"))
}

/// Reads a response; `None` if its status is neither 200 nor 503.
fn read(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let (version, status) = head.lines().next()?.split_once(' ')?;
    let code = match status.get(..3)? {
        "200" => 0,
        "503" => EXIT_DIFFERS,
        _ => return None,
    };
    version.starts_with("HTTP/1.").then(|| Answer { code, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_status() {
        let ok = "HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nok\n";
        assert_eq!(read(ok), Some(Answer { code: 0, body: "ok\n".to_owned() }));
        let not = "HTTP/1.1 503 Service Unavailable\r\n\r\na: waits\nb: waits\n";
        assert_eq!(read(not), Some(Answer { code: 1, body: "a: waits\nb: waits\n".to_owned() }));
        for other in
            ["", "HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.1 20", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\n"]
        {
            assert_eq!(read(other), None, "{other:?}");
        }
    }
}
