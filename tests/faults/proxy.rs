//! A network that misbehaves on command: a TCP proxy between a shop and its server.
//!
//! Owns the misbehaviours; knows of PostgreSQL the one word after which it may cut.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// It works.
    Well,
    /// Nobody listens any more; connections that are there go on.
    Refused,
    /// Nothing gets through, and nobody is told.
    BlackHole,
    /// All takes so much longer, each way.
    Slow(Duration),
    /// One byte at a time.
    Trickle,
    /// It breaks once a COMMIT has gone to the server, before its answer comes back; then it works.
    CutAfterCommit,
    /// A black hole from the moment on in which something has gone to the server.
    HoldAfter(&'static [u8]),
}

/// A proxy on a port of its own.
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    network: Arc<Mutex<Network>>,
    /// Raised to break all connections.
    cuts: watch::Sender<u64>,
}

impl Proxy {
    /// Begins to pass on what comes to a server's port.
    pub async fn new(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let network = Arc::new(Mutex::new(Network::Well));
        let cuts = watch::Sender::new(0);
        let (state, cut) = (network.clone(), cuts.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (state, cut) = (state.clone(), cut.clone());
                tokio::spawn(async move {
                    let mut broken = cut.subscribe();
                    // A server that is down refuses, and so does the proxy: the client's socket is dropped.
                    if *state.lock().unwrap() == Network::Refused {
                        return;
                    }
                    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
                    let ((from_client, to_client), (from_server, to_server)) =
                        (client.into_split(), server.into_split());
                    tokio::select! {
                        () = pump(from_client, to_server, &state, Some(&cut)) => {}
                        () = pump(from_server, to_client, &state, None) => {}
                        _ = broken.changed() => {}
                    }
                });
            }
        });
        Self { port, network, cuts }
    }

    /// Makes the network behave so from now on.
    pub fn set(&self, network: Network) {
        *self.network.lock().unwrap() = network;
    }

    /// What it does at the moment.
    pub fn network(&self) -> Network {
        *self.network.lock().unwrap()
    }

    /// Breaks all connections.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

/// Passes on what comes from one side to the other until either is gone. `cut` on the client's side.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    network: &Mutex<Network>,
    cut: Option<&watch::Sender<u64>>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..count];
        let now = || *network.lock().unwrap();
        while now() == Network::BlackHole {
            sleep(Duration::from_millis(5)).await;
        }
        let passed = match now() {
            Network::Slow(delay) => {
                sleep(delay).await;
                to.write_all(bytes).await
            }
            Network::Trickle => trickle(&mut to, bytes, &now).await,
            Network::CutAfterCommit if cut.is_some() && holds(bytes, b"COMMIT") => {
                let passed = to.write_all(bytes).await;
                *network.lock().unwrap() = Network::Well;
                cut.inspect(|cut| cut.send_modify(|cuts| *cuts += 1));
                passed
            }
            Network::HoldAfter(word) if cut.is_some() && holds(bytes, word) => {
                let passed = to.write_all(bytes).await;
                *network.lock().unwrap() = Network::BlackHole;
                passed
            }
            _ => to.write_all(bytes).await,
        };
        if passed.is_err() {
            return;
        }
    }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|here| here == word)
}

async fn trickle(to: &mut OwnedWriteHalf, bytes: &[u8], now: &impl Fn() -> Network) -> std::io::Result<()> {
    for (place, byte) in bytes.iter().enumerate() {
        if now() != Network::Trickle {
            return to.write_all(&bytes[place..]).await;
        }
        to.write_all(&[*byte]).await?;
        to.flush().await?;
        sleep(Duration::from_micros(200)).await;
    }
    Ok(())
}
