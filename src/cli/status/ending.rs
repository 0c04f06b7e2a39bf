//! The end of a run, as its stream of events tells it: the process is gone at once then, and can be asked no more.
//!
//! Owns the thread that reads the stream, and what of it is the end. Must not know what is shown.

use std::io::{self, BufRead, Read};
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::cli::http::{self, LONGEST};

const PATH: &str = "/api/v1/events";
/// How long the stream may be silent, which says every 15 s that it is still there.
const SILENCE: Duration = Duration::from_secs(40);
/// How long until a run that cannot be followed, or has no place for one more reader, is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// Follows a run in a thread: its last state, once it has told its end. Nothing comes from a run that cannot be
/// followed.
pub fn follow(target: SocketAddr) -> Receiver<String> {
    let (sender, receiver) = channel();
    // Without a thread the run is asked only.
    let _ =
        thread::Builder::new().name("end of the run".to_owned()).spawn(move || follow_on(target, &sender));
    receiver
}

fn follow_on(target: SocketAddr, sender: &Sender<String>) {
    loop {
        if let Ok(Some(last)) = http::stream(target, PATH, SILENCE).and_then(end) {
            // It is not waited for any more if this fails.
            let _ = sender.send(last);
            return;
        }
        thread::sleep(AGAIN);
    }
}

/// Reads a stream until it tells the end of the run: the data of that event. `None`: the stream ends before.
fn end(mut stream: impl BufRead) -> io::Result<Option<String>> {
    let (mut line, mut is_end) = (Vec::new(), false);
    loop {
        line.clear();
        stream.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        // Part of a line: the stream ends within it, or it is too long.
        let Some(line) = line.strip_suffix(b"\n") else { return Ok(None) };
        match line {
            b"" => is_end = false,
            b"event: end" => is_end = true,
            _ if is_end => {
                if let Some(data) = line.strip_prefix(b"data: ") {
                    return Ok(Some(String::from_utf8_lossy(data).into_owned()));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_event_of_the_end_is_the_end() {
        let of = |text: &str| end(text.as_bytes()).unwrap();
        let shops = ":\n\nid: f-1\nevent: shops\ndata: {\"a\":1}\n\n:\n\n";
        assert_eq!(
            of(&format!("{shops}id: f-2\nevent: end\ndata: {{\"b\":2}}\n\n")),
            Some("{\"b\":2}".to_owned())
        );
        assert_eq!(of(shops), None);
        assert_eq!(of(&format!("{shops}event: end\ndata: {{\"b\"")), None, "cut off");
        assert_eq!(of("event: end\n\ndata: {}\n\n"), None, "of another event");
    }
}
