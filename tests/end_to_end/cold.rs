//! Many private servers from nothing, and slow ones: a shop waits for its server, and for no other.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::Instant;

use super::harness::{Place, chain, free_port, until};
use super::server::Server;

/// The programs of the machine in a folder of their own; before each runs, some lines of shell.
fn programs(place: &Place, initdb: &str, postgres: &str) -> String {
    let found = std::process::Command::new("pg_config").arg("--bindir").output().unwrap();
    let real = String::from_utf8(found.stdout).unwrap().trim().to_owned();
    let bin = place.path("bin");
    std::fs::create_dir(&bin).unwrap();
    for (name, lines) in [("initdb", initdb), ("postgres", postgres)] {
        let program = bin.join(name);
        std::fs::write(&program, format!("#!/bin/sh\nREAL={real}/{name}\n{lines}\nexec $REAL \"$@\"\n"))
            .unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    }
    bin.to_str().unwrap().to_owned()
}

fn private(name: &str) -> String {
    format!("name = \"{name}\"\ntick_interval = \"1s\"\nport = {}", free_port())
}

fn has_ticked(place: &Place, shop: &str) -> bool {
    let log = format!("logs/{shop}/info.log");
    place.path(&log).exists() && place.read(&log).contains("inserted")
}

#[tokio::test]
async fn a_cold_start_of_many_private_servers_loses_no_shop() {
    let names: Vec<String> = (1..=12).map(|n| format!("shop-{n}")).collect();
    let place = Place::new(&chain(&names.iter().map(|name| private(name)).collect::<Vec<_>>()));
    // Clusters that take long to make, and servers that are ready long before the superuser has made the
    // role, who is let in late.
    let slow = "case \"$*\" in *--single*|*--version*) ;; *) exec $REAL -c post_auth_delay=2 \"$@\" ;; esac";
    let bin = programs(&place, "sleep 10", slow);
    let mut run = place.run_with(&["-v"], &[("SHOPSIM_PG_BIN", &bin)]);
    for name in &names {
        until(&format!("{name} ticks"), async || {
            assert!(!run.is_over(), "{}", run.log());
            has_ticked(&place, name) || run.log().contains("given up")
        })
        .await;
    }
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    for word in ["given up", "failed, restarting in"] {
        assert!(!ended.err.contains(word), "{}", ended.err);
    }
}

#[tokio::test]
async fn a_private_server_that_does_not_come_up_delays_no_other_shop_at_the_start() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let running = format!("name = \"running\"\ntick_interval = \"1s\"\ndatabase = {:?}", server.url("shop"));
    place.configure(&chain(&[private("slow"), running, private("quick")]));
    let bin = programs(&place, "", "case \"$*\" in */slow/data*) exec sleep 600 ;; esac");
    let began = Instant::now();
    let mut run = place.run_with(&[], &[("SHOPSIM_PG_BIN", &bin)]);
    for (name, at_most) in [("running", 8), ("quick", 60)] {
        until(&format!("{name} ticks"), async || has_ticked(&place, name)).await;
        assert!(began.elapsed() < Duration::from_secs(at_most), "{name} was held up:\n{}", run.log());
    }
    assert!(!run.is_over());
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    assert!(!ended.err.contains("given up"), "{}", ended.err);
    server.stop().await;
}
