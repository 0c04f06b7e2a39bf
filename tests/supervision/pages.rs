//! The pages before the shops begin, while the supervisor answers, while it hangs, and when all have ended.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;

use super::*;
use actix::Arbiter;
use shopsim::supervise::GetThreads;
use shopsim::supervise::WallClock;
use shopsim::telemetry::http::{AllowedHosts, Pages, Stage, serve};
use tokio::sync::watch;
use tokio::time::timeout;

pub fn pages(stage: &watch::Sender<Stage>, wall: &WallClock) -> Pages {
    let (stage, wall) = (stage.subscribe(), wall.clone());
    Pages { stage, wall, began: NEW_YEAR, config: String::new(), allowed_hosts: AllowedHosts::default() }
}

/// The code of a page and its words.
pub async fn get(address: SocketAddr, path: &'static str) -> (u16, String) {
    let ask = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    };
    tokio::task::spawn_blocking(ask).await.unwrap()
}

#[test]
fn the_process_is_alive_unless_its_supervisor_hangs_and_ready_only_while_its_shops_are() {
    actix::System::new().block_on(async {
        let wall = wall();
        let (listener, stage) =
            (TcpListener::bind("127.0.0.1:0").unwrap(), watch::Sender::new(Stage::Preparing));
        let address = listener.local_addr().unwrap();
        let pages = pages(&stage, &wall);
        serve(listener, pages).unwrap();
        assert_eq!(get(address, "/livez").await, (200, "ok\n".to_owned()));
        assert_eq!(get(address, "/readyz").await, (503, "no shop has started yet\n".to_owned()));
        assert_eq!(get(address, "/metrics").await.0, 200);
        assert_eq!(get(address, "/status").await.0, 200);

        // A supervisor on a thread of its own, so that it can be made to hang.
        let arbiter = Arbiter::new();
        let (sender, ended) = oneshot::channel();
        let (fine, refused) = (Memory::healthy(), Memory::new(|_, _| Trouble::Fail(Class::Refused)));
        let recipes = vec![recipe("fine", &fine, &wall), recipe("refused", &refused, &wall)];
        let supervisor = Supervisor::start_in_arbiter(&arbiter.handle(), move |_| {
            Supervisor::new(settings(), recipes, Vec::new(), 7, sender)
        });
        stage.send_replace(Stage::Playing(supervisor.clone(), Arc::new([])));
        let told = (
            503,
            "refused: refused: planted
"
            .to_owned(),
        );
        let until_told = async { while get(address, "/readyz").await != told {} };
        timeout(Duration::from_secs(60), until_told).await.unwrap();
        assert_eq!(get(address, "/livez").await.0, 200);

        let (release, held) = mpsc::channel::<()>();
        let (hangs, hanging) = oneshot::channel();
        arbiter.spawn_fn(move || {
            hangs.send(()).unwrap();
            held.recv().unwrap();
        });
        hanging.await.unwrap();
        let silent = (503, "the supervisor has not answered within 2 s\n".to_owned());
        for path in ["/livez", "/readyz", "/metrics", "/status"] {
            assert_eq!(get(address, path).await, silent, "{path}");
        }
        release.send(()).unwrap();
        assert_eq!(get(address, "/livez").await.0, 200);

        supervisor.send(Stop).await.unwrap();
        let outcome = ended.await.unwrap();
        // It has ended, and how is not known yet: the page waits for that moment.
        let (ready, ()) = tokio::join!(get(address, "/readyz"), async {
            sleep(Duration::from_millis(50)).await;
            stage.send_replace(Stage::Ended(outcome.shops.clone()));
        });
        assert_eq!(ready, (503, "fine: stopped\nrefused: refused: planted\n".to_owned()));
        let finished = ShopStatus { phase: Phase::Finished, ..outcome.shops[0].clone() };
        stage.send_replace(Stage::Ended(vec![finished]));
        assert_eq!(get(address, "/readyz").await, (200, "ok\n".to_owned()), "the moment before exit 0");
        arbiter.stop();
    });
}

#[test]
fn the_process_is_not_alive_while_a_thread_of_shops_does_not_turn_and_the_page_names_it() {
    actix::System::new().block_on(async {
        let wall = wall();
        let arbiters = [Arbiter::new(), Arbiter::new()];
        let recipes = ["a", "b", "c"].map(|name| recipe(name, &Memory::healthy(), &wall));
        let (sender, ended) = oneshot::channel();
        let handles = arbiters.iter().map(Arbiter::handle).collect();
        let supervisor = Supervisor::new(settings(), recipes.into(), handles, 7, sender).start();
        let (listener, stage) = (
            TcpListener::bind("127.0.0.1:0").unwrap(),
            watch::Sender::new(Stage::Playing(supervisor.clone(), Arc::new([]))),
        );
        let address = listener.local_addr().unwrap();
        serve(listener, pages(&stage, &wall)).unwrap();
        assert_eq!(get(address, "/livez").await, (200, "ok\n".to_owned()));

        let (release, held) = mpsc::channel::<()>();
        arbiters[0].spawn_fn(move || held.recv().unwrap());
        let until = async |code| {
            let look = async {
                loop {
                    let page = get(address, "/livez").await;
                    if page.0 == code {
                        return page.1;
                    }
                    sleep(Duration::from_millis(20)).await;
                }
            };
            timeout(Duration::from_secs(60), look).await.unwrap()
        };
        let told = until(503).await;
        let (head, tail) = ("thread shops-0 has not responded for ", " s: its 2 shops are stalled\n");
        assert!(told.starts_with(head) && told.ends_with(tail), "{told}");
        assert_eq!(told.lines().count(), 1, "the other one turns: {told}");
        let metrics = get(address, "/metrics").await.1;
        assert!(metrics.contains("shopsim_thread_silent_seconds{thread=\"shops-1\"} "), "{metrics}");
        release.send(()).unwrap();
        assert_eq!(until(200).await, "ok\n");

        supervisor.send(Stop).await.unwrap();
        ended.await.unwrap();
        for arbiter in &arbiters {
            arbiter.stop();
        }
    });
}

#[test]
fn a_process_that_was_stopped_is_alive_when_it_goes_on_whichever_thread_turns_first() {
    actix::System::new().block_on(async {
        let wall = wall();
        let (watching, shops) = (Arbiter::new(), Arbiter::new());
        let (sender, ended) = oneshot::channel();
        let (recipes, handles) = (vec![recipe("a", &Memory::healthy(), &wall)], vec![shops.handle()]);
        let supervisor = Supervisor::start_in_arbiter(&watching.handle(), move |_| {
            Supervisor::new(settings(), recipes, handles, 7, sender)
        });
        let silent = async || supervisor.send(GetThreads).await.unwrap()[0].clone();
        assert_eq!(silent().await.trouble(), None);
        // All threads stand still for longer than one of them may.
        let stop = |arbiter: &Arbiter| {
            let (release, held) = mpsc::channel::<()>();
            let (stops, stopped) = oneshot::channel();
            arbiter.spawn_fn(move || {
                stops.send(()).unwrap();
                held.recv().unwrap();
            });
            (release, stopped)
        };
        let ((watching_goes_on, first), (shops_go_on, second)) = (stop(&watching), stop(&shops));
        first.await.unwrap();
        second.await.unwrap();
        std::thread::sleep(Duration::from_secs(8));
        let (told, ()) = tokio::join!(silent(), async { watching_goes_on.send(()).unwrap() });
        assert_eq!(told.trouble(), None);
        shops_go_on.send(()).unwrap();

        supervisor.send(Stop).await.unwrap();
        ended.await.unwrap();
        watching.stop();
        shops.stop();
    });
}
