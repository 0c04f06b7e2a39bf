//! The chain over HTTP: the page at `/`, its data below `/api/v1`, and `/livez`, `/readyz`, `/metrics`, `/status` for
//! machines. All endpoints are read-only.
//!
//! Owns the server, its paths and where the shops' state comes from: the supervisor, by [`GetStatus`] at each request.

mod api;
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
/// Most concurrent connections: a few collectors and probes, and a browser. Each takes two file descriptors.
const CONNECTIONS: usize = 64;

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

/// Serves the pages on a thread of their own until the process ends.
///
/// # Errors
/// If the operating system refuses.
pub fn serve(listener: TcpListener, pages: Pages) -> io::Result<()> {
    let pages = Data::new(pages);
    let recorder = Data::new(Recorder::default());
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
    let server = HttpServer::new(app).workers(1).worker_max_blocking_threads(1).disable_signals();
    // One page per connection, so that a connection can have a deadline.
    let server = server.keep_alive(KeepAlive::Disabled).on_connect(Deadline::begin);
    let server = server.max_connections(CONNECTIONS).shutdown_timeout(1).listen(listener)?.run();
    actix::spawn(async {
        if let Err(error) = server.await {
            tracing::error!("the HTTP server of `--listen` failed: {error}; the run continues");
        }
    });
    Ok(())
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
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpSocket, TcpStream};

    use super::*;
    use crate::supervise::Phase;

    /// A connection with little room at its reader's end that asks for a page, once or over and over.
    async fn ask(address: SocketAddr, path: &str, times: usize) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2_048).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: shopsim\r\n\r\n");
        stream.write_all(request.repeat(times).as_bytes()).await.unwrap();
        stream
    }

    #[test]
    fn readers_that_take_nothing_keep_nobody_from_the_pages_for_long() {
        actix::System::new().block_on(async {
            let shops = (0..1_000).map(|shop| fixtures::shop(&format!("shop-{shop}"), Phase::Live)).collect();
            let stage = watch::Sender::new(Stage::Ended(shops));
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let wall: WallClock = Arc::new(|| Timestamp(0));
            let (config, allowed_hosts) = (String::new(), AllowedHosts::default());
            let stage = stage.subscribe();
            serve(listener, Pages { stage, wall, began: Timestamp(0), config, allowed_hosts }).unwrap();
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
