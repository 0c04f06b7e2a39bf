//! `shopsim healthcheck`: how is the run on this machine? For images that have no curl.
//!
//! Owns the one request and what its answer means for the exit code.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::{EXIT_DIFFERS, ShopsFile};
use crate::chain::listen_of;
use crate::config::Listen;

/// Longest wait for a connection and for each part of the answer, which is given within two seconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer that is read: some ten thousand shops in trouble.
const LONGEST: u64 = 4 << 20;

/// Where nothing else is said.
const PORT: u16 = 9464;

const AFTER_HELP: &str = "\
Asks /livez: does the process do its work? That is what may decide whether a container is started again: a \
shop whose database is away is no reason to stop its neighbours. With --ready asks /readyz: does every \
shop that should run tick on time?

The answer's words are told on stdout: for --ready, each shop that is in trouble and why.

Exit codes: 0 it is so, 1 it is not, 2 the command line is wrong, 3 nobody answers at the address.

Examples:
  shopsim healthcheck
  shopsim healthcheck --listen 9464 --ready";

/// `shopsim healthcheck`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    file: ShopsFile,
    /// The address that `shopsim run --listen` was given; left out: the config's `listen`, or 127.0.0.1:9464
    #[arg(long, value_name = "ADDR", env = "SHOPSIM_LISTEN")]
    listen: Option<Listen>,
    /// Ask whether every shop that should run ticks on time
    #[arg(long)]
    ready: bool,
}

/// What a run said of itself.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// 0 if it is well, else 1.
    pub code: u8,
    /// Its words.
    pub body: String,
}

/// Asks.
///
/// # Errors
/// If nobody answers, or something that is not shopsim's; in words.
pub fn ask(arguments: &Arguments) -> Result<Answer, String> {
    let path = if arguments.ready { "/readyz" } else { "/livez" };
    let listen = arguments.listen.or_else(|| listen_of(&arguments.file.shops));
    let target = listen.map_or(SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)), Listen::target);
    get(target, path).map_err(|error| {
        format!("cannot ask http://{target}{path}: {error}; is `shopsim run --listen {target}` at work?")
    })
}

fn get(target: SocketAddr, path: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&target, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // HTTP/1.0: the answer comes whole, and its end is the connection's.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {target}\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.take(LONGEST).read_to_end(&mut bytes)?;
    read(&String::from_utf8_lossy(&bytes)).ok_or_else(|| io::Error::other("the answer is not shopsim's"))
}

/// Reads an answer; `None` if it is not one of the two that the pages give.
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
