//! The status of the chain over HTTP: `/livez`, `/readyz`, `/metrics`, `/status`. All endpoints are read-only.
//!
//! Owns the server, its paths and its status codes. It reads the supervisor's state by [`GetStatus`] at each request, so
//! it costs nothing without requests.

mod exposition;
mod metrics;
mod process;
mod readiness;
#[cfg(test)]
mod samples;
mod status;

use std::any::Any;
use std::io;
use std::net::{self, Shutdown, TcpListener};
use std::os::fd::AsFd;
use std::time::Duration;

use actix::Addr;
use actix_web::dev::Extensions;
use actix_web::http::{KeepAlive, header};
use actix_web::rt::net::TcpStream;
use actix_web::web::Data;
use actix_web::{App, Handler, HttpResponse, HttpServer, Resource, guard, web};
use futures_util::future::join;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::supervise::{GetStatus, GetThreads, ShopStatus, Supervisor, ThreadStatus, WallClock};
use crate::text::harmless;
use crate::value::Timestamp;
use process::ProcessMetrics;

/// How long the supervisor may take to respond; otherwise it hangs.
const PATIENCE: Duration = Duration::from_secs(2);
/// Most concurrent connections: a few collectors and probes, and a browser. Each takes two file descriptors.
const CONNECTIONS: usize = 64;
/// How long a client may take to read a page, as long as Prometheus waits for one: a client that reads nothing blocks
/// its connection no longer.
const READING: Duration = Duration::from_secs(10);

/// The stage of the run, which decides where the shops' state comes from.
#[derive(Clone)]
pub enum Stage {
    /// No shop has started: private servers are starting.
    Preparing,
    /// The shops are running under a supervisor.
    Playing(Addr<Supervisor>),
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
    let app = move || {
        App::new()
            .app_data(pages.clone())
            .service(page("/livez", livez))
            .service(page("/readyz", readyz))
            .service(page("/metrics", metrics))
            .service(page("/status", status))
            .default_service(web::to(not_found))
    };
    // The run handles signals.
    let server = HttpServer::new(app).workers(1).worker_max_blocking_threads(1).disable_signals();
    // One page per connection, so that a connection can have a deadline.
    let server = server.keep_alive(KeepAlive::Disabled).on_connect(end_in_time);
    let server = server.max_connections(CONNECTIONS).shutdown_timeout(1).listen(listener)?.run();
    actix::spawn(async {
        if let Err(error) = server.await {
            tracing::error!("the HTTP server of `--listen` failed: {error}; the run continues");
        }
    });
    Ok(())
}

/// Closes a connection after its deadline.
fn end_in_time(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    // Without a free descriptor this one has no deadline; the next one may.
    let Ok(own) = stream.as_fd().try_clone_to_owned() else { return };
    // Aborted when the connection drops its data.
    let mut timer = JoinSet::new();
    timer.spawn(async move {
        sleep(READING).await;
        // It is closed already if this fails.
        let _ = net::TcpStream::from(own).shutdown(Shutdown::Both);
    });
    data.insert(timer);
}

/// A read-only page.
fn page<F>(path: &str, handler: F) -> Resource
where
    F: Handler<(Data<Pages>,), Output = HttpResponse>,
{
    let read = guard::Any(guard::Get()).or(guard::Head());
    web::resource(path).route(web::route().guard(read).to(handler)).default_service(web::to(not_allowed))
}

/// 200 while the process works; otherwise it should be restarted.
async fn livez(pages: Data<Pages>) -> HttpResponse {
    let troubles = match pages.view().await {
        View::Silent => return silent(),
        View::Preparing => String::new(),
        View::Shops(_, threads) => {
            threads.iter().filter_map(ThreadStatus::trouble).map(|trouble| trouble + "\n").collect()
        }
    };
    verdict(troubles)
}

/// 200 while all active shops are on schedule; otherwise a line for each that is not.
async fn readyz(pages: Data<Pages>) -> HttpResponse {
    let shops = match pages.view().await {
        View::Shops(shops, _) => shops,
        View::Preparing => {
            return text(HttpResponse::ServiceUnavailable(), "no shop has started yet\n");
        }
        View::Silent => return silent(),
    };
    let wall = (pages.wall)();
    let troubles: String = shops
        .iter()
        .filter_map(|shop| Some((harmless(&shop.name), readiness::trouble(shop, wall)?)))
        .map(|(name, trouble)| format!("{name}: {trouble}\n"))
        .collect();
    verdict(troubles)
}

async fn metrics(pages: Data<Pages>) -> HttpResponse {
    let (shops, threads) = match pages.view().await {
        View::Shops(shops, threads) => (shops, threads),
        View::Preparing => (Vec::new(), Vec::new()),
        View::Silent => return silent(),
    };
    let page = metrics::page(&shops, &threads, (pages.wall)(), &ProcessMetrics::read(), pages.began);
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, exposition::CONTENT_TYPE)).body(page)
}

async fn status(pages: Data<Pages>) -> HttpResponse {
    let shops = match pages.view().await {
        View::Shops(shops, _) => Some(shops),
        View::Preparing => None,
        View::Silent => return silent(),
    };
    let page = status::page(shops.as_deref(), (pages.wall)(), pages.began);
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(page)
}

async fn not_found() -> HttpResponse {
    text(HttpResponse::NotFound(), "not found: the pages are /livez, /readyz, /metrics and /status\n")
}

async fn not_allowed() -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    response.insert_header((header::ALLOW, "GET, HEAD"));
    text(response, "this page is read-only\n")
}

/// 200 without troubles, otherwise 503.
fn verdict(troubles: String) -> HttpResponse {
    match troubles.as_str() {
        "" => text(HttpResponse::Ok(), "ok\n"),
        troubles => text(HttpResponse::ServiceUnavailable(), troubles),
    }
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
                    Stage::Playing(supervisor) => {
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
            let shops = (0..1_000).map(|shop| samples::shop(&format!("shop-{shop}"), Phase::Live)).collect();
            let stage = watch::Sender::new(Stage::Ended(shops));
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let wall: WallClock = Arc::new(|| Timestamp(0));
            serve(listener, Pages { stage: stage.subscribe(), wall, began: Timestamp(0) }).unwrap();
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
