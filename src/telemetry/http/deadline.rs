//! The deadline of a connection: a client that reads nothing must not hold one for ever.
//!
//! Owns the timers; must not know what is sent.

use std::any::Any;
use std::io;
use std::net::{self, Shutdown};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How long a client may take to read a page, as long as Prometheus waits for one.
const READING: Duration = Duration::from_secs(10);

/// The deadline of one connection, among the data of its connection.
pub struct Deadline {
    /// The same socket, which does not block.
    stream: Arc<net::TcpStream>,
    /// The time that the client has, from each change on.
    moved: watch::Sender<Duration>,
    /// Aborted when the connection drops its data.
    _timer: JoinSet<()>,
}

impl Deadline {
    /// Gives a new connection a deadline.
    pub fn begin(connection: &dyn Any, data: &mut Extensions) {
        let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
        // Without a free descriptor this one has no deadline; the next one may.
        let Ok(own) = stream.as_fd().try_clone_to_owned() else { return };
        let stream = Arc::new(net::TcpStream::from(own));
        let moved = watch::Sender::new(READING);
        let mut timer = JoinSet::new();
        timer.spawn(close_in_time(stream.clone(), moved.subscribe()));
        data.insert(Self { stream, moved, _timer: timer });
    }

    /// The client has read something: it has so much time from now on. A page that is sent at once never calls this, a
    /// stream does before each part.
    pub fn extend(&self, by: Duration) {
        self.moved.send_replace(by);
    }

    /// Whether the client has closed its end. Only a write tells otherwise, and a stream may have nothing to say for long.
    pub fn is_gone(&self) -> bool {
        match self.stream.peek(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        }
    }
}

async fn close_in_time(stream: Arc<net::TcpStream>, mut moved: watch::Receiver<Duration>) {
    loop {
        let time = *moved.borrow_and_update();
        tokio::select! {
            // The connection has ended if this fails.
            extended = moved.changed() => if extended.is_err() { return },
            () = sleep(time) => break,
        }
    }
    // It is closed already if this fails.
    let _ = stream.shutdown(Shutdown::Both);
}
