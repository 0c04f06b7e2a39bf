//! The deadline of a connection: a client that reads nothing must not hold one for ever.
//!
//! Owns the timers, ours and the kernel's; must not know what is sent.

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

    /// The kernel has taken what was sent: the client has so much time from now on. A page that is sent at once never
    /// calls this, a stream does before each part.
    pub fn extend(&self, by: Duration) {
        // The kernel takes megabytes for a client that reads none of them: it ends the connection, too, once the client
        // has taken none of them for so long.
        #[cfg(target_os = "linux")]
        let _ = socket2::SockRef::from(&*self.stream).set_tcp_user_timeout(Some(by));
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

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use actix_web::rt::net::TcpListener;
    use tokio::net::TcpSocket;
    use tokio::time::{interval, timeout};

    use super::*;

    const TIME: Duration = Duration::from_secs(1);

    /// A connection with a deadline, and its client, which has little room for what it does not read.
    async fn connected() -> (TcpStream, Extensions, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2_048).unwrap();
        let client = socket.connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let mut data = Extensions::new();
        Deadline::begin(&stream, &mut data);
        (stream, data, client)
    }

    /// Sends a little again and again, as a stream of events does, until the client is cut off.
    async fn send(stream: &TcpStream, data: &Extensions) {
        let deadline = data.get::<Deadline>().unwrap();
        let mut parts = interval(Duration::from_millis(20));
        while !deadline.is_gone() {
            parts.tick().await;
            if stream.try_write(b":\n\n").is_ok() {
                deadline.extend(TIME);
            }
        }
    }

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_cut_off_though_the_kernel_takes_what_is_sent_to_it() {
        let (stream, data, _client) = connected().await;
        // More than the client has room for, and much less than the kernel takes.
        stream.try_write(&[b'x'; 32 << 10]).unwrap();
        timeout(30 * TIME, send(&stream, &data)).await.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_reads_is_not_cut_off() {
        let (stream, data, client) = connected().await;
        let read = async {
            let mut looks = interval(TIME / 5);
            loop {
                looks.tick().await;
                while client.try_read(&mut [0; 1_024]).is_ok_and(|read| read > 0) {}
            }
        };
        let both = async { tokio::join!(send(&stream, &data), read) };
        assert!(timeout(4 * TIME, both).await.is_err());
        assert!(!data.get::<Deadline>().unwrap().is_gone());
    }
}
