//! Requests to a running shopsim, for the commands that ask one.
//!
//! Owns where the run is asked, the request, and the bounds of its response: time and size. Must not know what a
//! response says.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::time::Instant;

use super::ShopsFile;
use crate::chain::listen_of;
use crate::config::Listen;

/// Longest wait for a connection and for each part of the response, which the server sends within two seconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest wait for a whole response.
const WHOLE: Duration = Duration::from_secs(10);
/// Longest response that is read: 3 kB for each of ten thousand shops.
pub const LONGEST: u64 = 32 << 20;
/// Longest head of a response.
const LONGEST_HEAD: u64 = 16 << 10;

/// Where a run is asked.
#[derive(clap::Args, Debug)]
pub struct Address {
    #[command(flatten)]
    file: ShopsFile,
    /// The address of `shopsim run --listen`; default: the config's `listen`, or 127.0.0.1:9464
    #[arg(long, value_name = "ADDR", env = "SHOPSIM_LISTEN")]
    listen: Option<Listen>,
}

impl Address {
    /// The address to send requests to.
    pub fn target(&self) -> SocketAddr {
        let listen = self.listen.or_else(|| listen_of(&self.file.shops));
        listen.unwrap_or_default().target()
    }
}

/// A response over HTTP.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    /// Its status, such as 200.
    pub status: u16,
    /// Its text.
    pub body: String,
}

/// Requests a path.
///
/// # Errors
/// If nobody listens there, or what comes is no response over HTTP, or not in time.
pub fn get(target: SocketAddr, path: &str) -> io::Result<Response> {
    get_within(target, path, WHOLE)
}

fn get_within(target: SocketAddr, path: &str, whole: Duration) -> io::Result<Response> {
    let until = Instant::now() + whole;
    let stream = Timed { stream: request(target, path)?, until };
    let mut bytes = Vec::new();
    let length = stream.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| match error.kind() {
        // What the system says of a read that takes too long is "resource temporarily unavailable".
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            let text = if Instant::now() < until {
                format!("it has not answered within {} s", PATIENCE.as_secs())
            } else {
                format!("its response has not ended within {} s", whole.as_secs_f64())
            };
            io::Error::new(io::ErrorKind::TimedOut, text)
        }
        _ => error,
    })?;
    if u64::try_from(length).unwrap_or(u64::MAX) > LONGEST {
        return Err(io::Error::other(format!("the response is longer than {} MiB", LONGEST >> 20)));
    }
    read(&String::from_utf8_lossy(&bytes)).ok_or_else(|| io::Error::other(NOT_SHOPSIM))
}

/// Requests a path whose response goes on and on, which is what follows its head.
///
/// # Errors
/// If nobody listens there, what comes is no response over HTTP, or its status is not 200. Reading fails if nothing
/// comes for longer than `silence`.
pub fn stream(target: SocketAddr, path: &str, silence: Duration) -> io::Result<impl BufRead> {
    let mut stream = BufReader::new(request(target, path)?);
    let mut head = String::new();
    let mut rest = stream.by_ref().take(LONGEST_HEAD);
    while !head.ends_with("\r\n\r\n") && rest.read_line(&mut head)? > 0 {}
    match read(&head) {
        Some(Response { status: 200, .. }) => {}
        Some(Response { status, .. }) => return Err(io::Error::other(format!("its status is {status}"))),
        None => return Err(io::Error::other(NOT_SHOPSIM)),
    }
    stream.get_ref().set_read_timeout(Some(silence))?;
    Ok(stream)
}

/// A response that must have ended by a time, whose parts must come in time, too.
struct Timed {
    stream: TcpStream,
    until: Instant,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left.min(PATIENCE)))?;
        self.stream.read(buffer)
    }
}

/// Sends a request.
fn request(target: SocketAddr, path: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&target, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // HTTP/1.0: the response is not chunked, and ends with the connection.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {target}\r\n\r\n")?;
    Ok(stream)
}

/// What is said of a response that no shopsim gives.
pub const NOT_SHOPSIM: &str = "the response is not from shopsim";

/// The message for a run that cannot be asked.
pub fn unreachable(target: SocketAddr, path: &str, error: &io::Error) -> String {
    format!("cannot reach http://{target}{path}: {error}; is `shopsim run --listen {target}` running?")
}

/// Reads a response; `None` if it is none over HTTP.
fn read(text: &str) -> Option<Response> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let (version, rest) = head.lines().next()?.split_once(' ')?;
    let status = rest.get(..3)?.parse().ok()?;
    version.starts_with("HTTP/1.").then(|| Response { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_its_status_and_its_text() {
        let response = |status, body: &str| Some(Response { status, body: body.to_owned() });
        assert_eq!(read("HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nok\n"), response(200, "ok\n"));
        assert_eq!(read("HTTP/1.1 503 Service Unavailable\r\n\r\na\n"), response(503, "a\n"));
        for other in ["", "HTTP/1.1 20", "HTTP/1.1 abc\r\n\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\n"] {
            assert_eq!(read(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_response_without_end_is_given_up() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let target = server.local_addr().unwrap();
        let endless = std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            let block = [b'x'; 1 << 16];
            while stream.write_all(&block).is_ok() {}
        });
        let error = get(target, "/").unwrap_err();
        assert_eq!(error.to_string(), "the response is longer than 32 MiB");
        endless.join().unwrap();
    }

    #[test]
    fn a_response_that_drips_is_given_up() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let target = server.local_addr().unwrap();
        let dripping = std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            // For much longer than it is read.
            let mut drops = (0..1_000).map(|_| std::thread::sleep(Duration::from_millis(10)));
            drops.any(|()| stream.write_all(b"x").is_err())
        });
        let error = get_within(target, "/", Duration::from_millis(500)).unwrap_err();
        assert_eq!(error.to_string(), "its response has not ended within 0.5 s");
        assert!(dripping.join().unwrap(), "the connection is closed");
    }
}
