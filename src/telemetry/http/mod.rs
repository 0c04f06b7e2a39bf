//! The chain over HTTP: the page at `/`, its data below `/api/v1`, and `/livez`, `/readyz`, `/metrics`, `/status` for
//! machines. All endpoints are read-only.
//!
//! Owns the server, its paths and where the shops' state comes from: the supervisor, by [`GetStatus`] at each request.

mod api;
mod background;
mod deadline;
mod exposition;
mod facts;
#[cfg(test)]
mod fixtures;
mod guard;
mod metrics;
mod page;
mod probes;
mod process;
mod readiness;
mod record;
mod shown;
mod status;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use actix_web::http::{KeepAlive, header};
use actix_web::web::Data;
use actix_web::{App, FromRequest, Handler, HttpResponse, HttpServer, Resource, Responder, guard as on, web};
use futures_util::future::join;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::supervise::{GetStatus, GetThreads, ShopStatus, Supervisor, ThreadStatus, WallClock};
use crate::value::Timestamp;
use deadline::Deadline;
use record::Recorder;

pub use facts::{DatabaseFacts, ShopFacts};
pub use guard::AllowedHosts;

/// How long the supervisor may take to respond; otherwise it hangs.
const PATIENCE: Duration = Duration::from_secs(2);
/// Most concurrent connections: a few collectors and probes, and browsers, whose streams of events are at most
/// [`record::STREAMS`] of them. All others are short. Each takes two file descriptors.
const CONNECTIONS: usize = 64;

/// Threads for what blocks, which is lookups of the names of servers: some resolvers take long, and each such lookup
/// keeps its thread. Idle ones end.
const LOOKUPS: usize = 16;

/// How long the end of the process waits for readers that have not been told of it.
const FAREWELL: Duration = Duration::from_millis(500);

/// The stage of the run, which decides where the shops' state comes from.
#[derive(Clone)]
pub enum Stage {
    /// No shop has started: private servers are starting.
    Preparing,
    /// The shops are running under a supervisor.
    Playing(Addr<Supervisor>, Arc<[ShopFacts]>),
    /// All shops have ended; the process is about to exit.
    Ended(Vec<ShopStatus>),
}

/// The data of the pages.
pub struct Pages {
    /// The stage of the run.
    pub stage: watch::Receiver<Stage>,
    /// The wall clock.
    pub wall: WallClock,
    /// When the process began.
    pub began: Timestamp,
    /// The path of the config, as typed.
    pub config: String,
    /// The names that browsers may use for this server.
    pub allowed_hosts: AllowedHosts,
}

/// A snapshot of the shops.
enum View {
    Preparing,
    /// The shops, and the threads that run them, none after the end.
    Shops(Vec<ShopStatus>, Vec<ThreadStatus>),
    /// The supervisor did not respond in time.
    Silent,
}

/// The pages that are served.
pub struct Served(Arc<Recorder>);

impl Served {
    /// Waits until the streams of events have told the end of the run, for a moment: a slow reader holds up nothing.
    pub async fn end(self) {
        let _ = timeout(FAREWELL, self.0.is_unread()).await;
    }
}

/// Serves the pages on a thread of their own until the process ends.
///
/// # Errors
/// If the operating system refuses.
pub fn serve(listener: TcpListener, pages: Pages) -> io::Result<Served> {
    let pages = Data::new(pages);
    let recorder = Data::new(Recorder::default());
    let served = Served(recorder.clone().into_inner());
    actix::spawn(record::record(pages.clone().into_inner(), recorder.clone().into_inner()));
    let app = move || {
        App::new()
            .app_data(pages.clone())
            .app_data(recorder.clone())
            .service(read("/livez", probes::livez))
            .service(read("/readyz", probes::readyz))
            .service(read("/metrics", probes::metrics))
            .service(
                web::scope("")
                    .wrap(actix_web::middleware::from_fn(guard::guard))
                    .service(read("/status", probes::status))
                    .configure(api::routes)
                    .configure(page::routes)
                    .default_service(web::to(not_found)),
            )
    };
    // The run handles signals.
    let server = HttpServer::new(app).workers(1).worker_max_blocking_threads(LOOKUPS).disable_signals();
    // One page per connection, so that a connection can have a deadline.
    let server = server.keep_alive(KeepAlive::Disabled).on_connect(Deadline::begin);
    let server = server.max_connections(CONNECTIONS).shutdown_timeout(1).listen(listener)?.run();
    actix::spawn(async {
        if let Err(error) = server.await {
            tracing::error!("the HTTP server of `--listen` failed: {error}; the run continues");
        }
    });
    Ok(served)
}

/// A resource that is read by GET and HEAD.
fn read<F, Arguments>(path: &str, handler: F) -> Resource
where
    F: Handler<Arguments>,
    Arguments: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let read = on::Any(on::Get()).or(on::Head());
    web::resource(path).route(web::route().guard(read).to(handler)).default_service(web::to(not_allowed))
}

async fn not_found() -> HttpResponse {
    let pages = "not found: the page is /, its data is described by /api/v1/openapi.json; for machines there are \
                 /livez, /readyz, /metrics and /status\n";
    text(HttpResponse::NotFound(), pages)
}

async fn not_allowed() -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    response.insert_header((header::ALLOW, "GET, HEAD"));
    text(response, "this page is read-only\n")
}

fn silent() -> HttpResponse {
    let message = format!("the supervisor has not answered within {} s\n", PATIENCE.as_secs());
    text(HttpResponse::ServiceUnavailable(), &message)
}

fn text(mut response: actix_web::HttpResponseBuilder, body: &str) -> HttpResponse {
    response.insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8")).body(body.to_owned())
}

impl Pages {
    async fn view(&self) -> View {
        let mut stage = self.stage.clone();
        let look = async {
            loop {
                let now = stage.borrow_and_update().clone();
                match now {
                    Stage::Preparing => return View::Preparing,
                    Stage::Ended(shops) => return View::Shops(shops, Vec::new()),
                    Stage::Playing(supervisor, _) => {
                        let both = join(supervisor.send(GetStatus), supervisor.send(GetThreads)).await;
                        if let (Ok(shops), Ok(threads)) = both {
                            return View::Shops(shops, threads);
                        }
                        // It has ended; the run publishes the outcome in a moment.
                        if stage.changed().await.is_err() {
                            return View::Silent;
                        }
                    }
                }
            }
        };
        timeout(PATIENCE, look).await.unwrap_or(View::Silent)
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpSocket, TcpStream};

    use super::*;
    use crate::supervise::Phase;

    /// A connection with little room at its reader's end that asks for a page, once or over and over.
    async fn ask(address: SocketAddr, path: &str, times: usize) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2_048).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.repeat(times).as_bytes()).await.unwrap();
        stream
    }

    /// The first line of an answer.
    async fn status_line(stream: &mut TcpStream) -> String {
        let mut line = [0; 12];
        // Fewer bytes are an answer, too, of nothing.
        let _ = stream.read_exact(&mut line).await;
        String::from_utf8_lossy(&line).into_owned()
    }

    fn serve_at(stage: &watch::Sender<Stage>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        serve(listener, Pages { stage: stage.subscribe(), ..fixtures::pages(Stage::Preparing) }).unwrap();
        address
    }

    #[test]
    fn many_tabs_that_stream_and_poll_keep_no_probe_waiting() {
        const TABS: usize = 32;
        actix::System::new().block_on(async {
            let stage = watch::Sender::new(Stage::Preparing);
            let address = serve_at(&stage);
            let tab = async || {
                let mut stream = ask(address, "/api/v1/events", 1).await;
                let status = status_line(&mut stream).await;
                for _ in 0..20 {
                    let mut page = ask(address, "/api/v1/shops", 1).await;
                    assert_eq!(status_line(&mut page).await, "HTTP/1.1 200");
                }
                (stream, status)
            };
            let tabs = futures_util::future::join_all((0..TABS).map(|_| tab()));
            let probes = async {
                loop {
                    let mut probe = ask(address, "/livez", 1).await;
                    // A probe's usual patience is a second; this machine may be busy.
                    let answer = timeout(Duration::from_secs(4), status_line(&mut probe)).await;
                    assert_eq!(answer.as_deref(), Ok("HTTP/1.1 200"));
                }
            };
            let tabs = tokio::select! {
                tabs = timeout(Duration::from_secs(60), tabs) => tabs.unwrap(),
                () = probes => unreachable!("it has no end"),
            };
            let told = |status| tabs.iter().filter(|(_, told)| told == status).count();
            let expected = (record::STREAMS, TABS - record::STREAMS);
            assert_eq!((told("HTTP/1.1 200"), told("HTTP/1.1 503")), expected);
            let mut probe = ask(address, "/livez", 1).await;
            assert_eq!(status_line(&mut probe).await, "HTTP/1.1 200", "with the streams open");
        });
    }

    #[test]
    fn readers_that_take_nothing_keep_nobody_from_the_pages_for_long() {
        actix::System::new().block_on(async {
            let shops = (0..1_000).map(|shop| fixtures::shop(&format!("shop-{shop}"), Phase::Live)).collect();
            let stage = watch::Sender::new(Stage::Ended(shops));
            let address = serve_at(&stage);
            let mut slow = Vec::new();
            for reader in 0..2 * CONNECTIONS {
                slow.push(ask(address, "/metrics", if reader % 2 == 0 { 1 } else { 20 }).await);
            }
            // A busy machine may be late to read a request, and then answers 408: asked again, it answers.
            let answered = async {
                let mut answer = [0; 12];
                while &answer != b"HTTP/1.1 200" {
                    let mut probe = ask(address, "/livez", 1).await;
                    let _ = probe.read_exact(&mut answer).await;
                }
            };
            timeout(Duration::from_secs(60), answered).await.unwrap();
        });
    }
}
