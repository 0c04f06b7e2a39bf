//! What an open page costs: the lateness of 10,000 shops and the memory of a small chain, with a page open and without.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::sleep;

use crate::harness::{self, Place};
use crate::measure::{Figure, Reach, figure};
use crate::server::Server;
use crate::{Effort, live, many};

/// A page that is open: what a browser asks for at first, then its stream, as a thread.
pub struct OpenPage {
    closing: Arc<AtomicBool>,
    messages: Arc<AtomicU64>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl OpenPage {
    /// Opens the page of a port; it is asked for until somebody answers.
    pub fn open(port: u16) -> Self {
        let (closing, messages) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let reader = {
            let (closing, messages) = (closing.clone(), messages.clone());
            std::thread::spawn(move || {
                while !closing.load(Ordering::Relaxed) {
                    let _ = watch(port, &closing, &messages);
                    std::thread::sleep(Duration::from_millis(100));
                }
            })
        };
        Self { closing, messages, reader: Some(reader) }
    }

    /// Closes it; returns the messages of its stream.
    pub fn close(mut self) -> u64 {
        self.closing.store(true, Ordering::Relaxed);
        self.reader.take().unwrap().join().unwrap();
        self.messages.load(Ordering::Relaxed)
    }
}

fn request(port: u16, path: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    Ok(stream)
}

fn watch(port: u16, closing: &AtomicBool, messages: &AtomicU64) -> std::io::Result<()> {
    for path in ["/", "/api/v1/shops", "/api/v1/samples?points=120", "/api/v1/timeline"] {
        let mut answer = request(port, path)?;
        answer.set_read_timeout(Some(Duration::from_secs(10)))?;
        answer.read_to_end(&mut Vec::new())?;
    }
    let mut stream = BufReader::new(request(port, "/api/v1/events")?);
    let mut line = Vec::new();
    while !closing.load(Ordering::Relaxed) {
        match stream.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {
                messages.fetch_add(u64::from(line.starts_with(b"event: shops")), Ordering::Relaxed);
                line.clear();
            }
            // Nothing was sent for a moment: what has been read of a line stays.
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// 10,000 shops in memory, with a page open and without, in turn.
pub fn many_shops(effort: Effort) -> Vec<Figure> {
    let shops = 10_000 / effort.divisor as usize;
    let seconds = 10 / effort.divisor.min(5);
    let (mut ratios, mut sides) = (Vec::new(), Vec::new());
    for round in 0..effort.rounds {
        let without = many::in_memory(shops, seconds, true, None).p99();
        let port = harness::free_port();
        let page = OpenPage::open(port);
        let with = many::in_memory(shops, seconds, true, Some(port)).p99();
        let messages = page.close();
        assert!(messages > 0, "round {round}: nobody has read the stream");
        ratios.push(with / without);
        sides.push(format!("{with:.1} against {without:.1}"));
    }
    let sides = format!("{shops} shops, rows drawn: {} ms", sides.join(", "));
    vec![figure("10,000 shops, a page open", "x the p99 without", ratios, Some(Reach::AtMost(1.1)), sides)]
}

/// Peak memory of the shipped two shops with a page open, less that without.
pub async fn footprint(effort: Effort) -> Vec<Figure> {
    let span = Duration::from_secs(60 / effort.divisor.min(6));
    let mut peaks = Vec::new();
    for open in [false, true] {
        let place = Place::new("");
        let server = Server::new(&place, "s").await;
        server.create_databases(&["shop_2"]).await;
        live::configure_shipped(&place, &server);
        let port = harness::free_port();
        let listen = port.to_string();
        let options: &[&str] = if open { &["--listen", &listen] } else { &[] };
        let mut run = place.run(options);
        run.until_log("committed").await;
        let page = open.then(|| OpenPage::open(port));
        sleep(span).await;
        peaks.push(live::peak(&run));
        if let Some(page) = page {
            assert!(page.close() > 0, "nobody has read the stream");
        }
        run.signal(Signal::SIGTERM);
        run.end(0).await;
        server.stop().await;
    }
    let (without, with) = (peaks[0], peaks[1]);
    let sides = format!("{with:.1} against {without:.1} MiB of peak RSS, over {} s", span.as_secs());
    vec![figure("footprint, a page open", "MiB more", vec![with - without], Some(Reach::AtMost(2.0)), sides)]
}
