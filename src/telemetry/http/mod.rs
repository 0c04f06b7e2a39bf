//! How the chain is, over HTTP: `/livez`, `/readyz`, `/metrics`, `/status`. Reads only; nothing can be changed.
//!
//! Owns the server, its paths and its codes. All that it tells is the supervisor's own state, asked for by
//! [`GetStatus`] at each request, so that it costs nothing while nobody asks.

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

/// How long the supervisor may take to answer; else it hangs.
const PATIENCE: Duration = Duration::from_secs(2);
/// Readers at a time: some Prometheus, some probes, a person. Each is two file descriptors.
const CONNECTIONS: usize = 64;
/// How long a reader may take for a page, as long as Prometheus waits for one: who takes nothing keeps no other
/// from being served for longer.
const READING: Duration = Duration::from_secs(10);

/// How far the run is, and so where the shops' state is to be had.
#[derive(Clone)]
pub enum Stage {
    /// No shop has begun: private servers are coming up.
    Preparing,
    /// The shops have a supervisor.
    Playing(Addr<Supervisor>),
    /// All shops have ended; the process is about to.
    Ended(Vec<ShopStatus>),
}

/// What the pages are made of.
pub struct Pages {
    /// Where the run is.
    pub stage: watch::Receiver<Stage>,
    /// The wall clock.
    pub wall: WallClock,
    /// When the process began.
    pub began: Timestamp,
}

/// What is known of the shops at a moment.
enum View {
    Preparing,
    /// The shops, and the threads that they run on, of which there are none once all have ended.
    Shops(Vec<ShopStatus>, Vec<ThreadStatus>),
    /// The supervisor did not answer in time.
    Silent,
}

/// Serves the pages on a thread of their own until the process ends.
///
/// # Errors
/// If the operating system does not let it.
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
    // Signals are the run's.
    let server = HttpServer::new(app).workers(1).worker_max_blocking_threads(1).disable_signals();
    // A page for each connection, which so has a time to end at.
    let server = server.keep_alive(KeepAlive::Disabled).on_connect(end_in_time);
    let server = server.max_connections(CONNECTIONS).shutdown_timeout(1).listen(listener)?.run();
    actix::spawn(async {
        if let Err(error) = server.await {
            tracing::error!("the pages of `--listen` are served no more: {error}; the run goes on");
        }
    });
    Ok(())
}

/// Ends a connection that has had its time.
fn end_in_time(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    // Without a descriptor to spare this one has no end of its own; the next one may.
    let Ok(own) = stream.as_fd().try_clone_to_owned() else { return };
    // Aborted with the connection, whose data it is.
    let mut timer = JoinSet::new();
    timer.spawn(async move {
        sleep(READING).await;
        // It is closed already if this fails.
        let _ = net::TcpStream::from(own).shutdown(Shutdown::Both);
    });
    data.insert(timer);
}

/// A page that can be read, and nothing else.
fn page<F>(path: &str, handler: F) -> Resource
where
    F: Handler<(Data<Pages>,), Output = HttpResponse>,
{
    let read = guard::Any(guard::Get()).or(guard::Head());
    web::resource(path).route(web::route().guard(read).to(handler)).default_service(web::to(not_allowed))
}

/// 200 while the process does its work; else it should be started again.
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

/// 200 while every shop that should run ticks on time; else a line for each that does not.
async fn readyz(pages: Data<Pages>) -> HttpResponse {
    let shops = match pages.view().await {
        View::Shops(shops, _) => shops,
        View::Preparing => {
            return text(HttpResponse::ServiceUnavailable(), "no shop has begun yet\n");
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
    text(HttpResponse::NotFound(), "the pages are /livez, /readyz, /metrics and /status\n")
}

async fn not_allowed() -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    response.insert_header((header::ALLOW, "GET, HEAD"));
    text(response, "this page can only be read\n")
}

/// 200 where there is no trouble.
fn verdict(troubles: String) -> HttpResponse {
    match troubles.as_str() {
        "" => text(HttpResponse::Ok(), "ok\n"),
        troubles => text(HttpResponse::ServiceUnavailable(), troubles),
    }
}

fn silent() -> HttpResponse {
    let told = format!("the supervisor has not answered within {} s\n", PATIENCE.as_secs());
    text(HttpResponse::ServiceUnavailable(), &told)
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
                        // It has ended; in a moment the run tells how.
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
            let mut probe = ask(address, "/livez", 1).await;
            let mut answer = [0; 12];
            timeout(Duration::from_secs(60), probe.read_exact(&mut answer)).await.unwrap().unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200");
        });
    }
}
