//! A machine that has run out of something: room on a disk, file descriptors, a place for log files.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Uid;
use tokio::time::sleep;

use super::harness::{Place, UNLIMITED, below, chain, free_port, random, until};
use super::server::{Server, last_tick};
use super::{assert_calm, shop, verify};

/// A small disk; taken away when it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one, which takes root.
    fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        if !Uid::effective().is_root() {
            println!("not played: a full disk, since only root may mount a small one");
            return None;
        }
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={megabytes}m,mode=755");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).status().unwrap();
        assert!(mounted.success(), "cannot mount a small disk");
        Some(Self(at.to_owned()))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Fills it up to its last byte.
    fn fill(&self) {
        let mut filler = File::create(self.filler()).unwrap();
        let mut piece = 1024 * 1024;
        while piece > 0 {
            match filler.write(&vec![0; piece]) {
                Ok(1..) => {}
                _ => piece /= 2,
            }
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A server that is still on its way down keeps it busy.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_disk_that_is_full_time_and_again_costs_its_shop_no_tick_and_its_neighbour_no_moment() {
    let mut random = random();
    let (place, elsewhere) = (Place::new(""), Place::new(""));
    let Some(disk) = SmallDisk::mount(&place.state(), 128) else { return };
    let calm = Server::new(&elsewhere, "calm").await;
    place.configure(&chain(&[
        format!("{}\nport = {}", shop("full", "1s", "20x"), free_port()),
        format!("{}\ndatabase = {:?}", shop("calm", "2s", "real-time"), calm.url("shop")),
    ]));
    let mut run = place.run(&[]);
    run.until_log("full: committed tick=3 ").await;
    run.until_log("calm: committed tick=0 ").await;
    for round in 1..=4 {
        disk.fill();
        run.until_nth_log("No space left on device", round).await;
        sleep(Duration::from_millis(below(&mut random, 1_500))).await;
        disk.make_room();
        let ticks = run.log().matches("full: committed tick=").count();
        until("it ticks again", async || run.log().matches("full: committed tick=").count() > ticks + 6)
            .await;
    }
    verify(&place);
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    verify(&place);
    assert_calm(&calm, "shop").await;
}

#[tokio::test]
async fn without_file_descriptors_a_shop_waits_for_them_and_goes_on() {
    let place = Place::new("");
    let (sick, calm) = (Server::new(&place, "sick").await, Server::new(&place, "calm").await);
    place.configure(&chain(&[
        format!("{}\ndatabase = {:?}", shop("sick", "1s", "20x"), sick.url("shop")),
        format!("{}\ndatabase = {:?}", shop("calm", "2s", "real-time"), calm.url("shop")),
    ]));
    let mut run = place.run(&[]);
    run.until_log("sick: committed tick=3 ").await;
    run.until_log("calm: committed tick=0 ").await;
    let superuser = sick.superuser("shop").await;
    for round in 1..=3 {
        run.limit_files(4);
        let end =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shopsim/sick'";
        superuser.batch_execute(end).await.unwrap();
        run.until_nth_log("Too many open files", round).await;
        let stood = last_tick(&superuser, "sick").await;
        // Waited for without end: its attempts are a second apart at most.
        sleep(Duration::from_millis(1_500)).await;
        assert_eq!(last_tick(&superuser, "sick").await, stood);
        run.limit_files(1_000);
        until("it ticks again", async || last_tick(&superuser, "sick").await > stood.map(|tick| tick + 5))
            .await;
    }
    run.signal(Signal::SIGTERM);
    run.end(0).await;
    verify(&place);
    assert_calm(&calm, "shop").await;
}

#[tokio::test]
async fn with_too_few_file_descriptors_to_begin_the_run_says_how_many_it_needs() {
    let place = Place::new(&chain(&[format!("{}\nport = {}", shop("any", "1s", "20x"), free_port())]));
    let ended = place.limited_run(20).end(3).await;
    assert!(ended.err.contains("limit of 20 open files is too low to start"), "{}", ended.err);
    assert!(ended.err.contains("ulimit -n 198"), "{}", ended.err);
}

#[tokio::test]
async fn log_files_that_cannot_be_written_are_told_of_once_and_the_run_goes_on() {
    let place = Place::new(&chain(&[
        format!("{}\nport = {}", shop("one", "15s", "unlimited"), free_port()),
        format!("{}\nport = {}", shop("two", "15s", "unlimited"), free_port()),
    ]));
    place.write("occupied", "a file where the folder of the logs should be");
    for shop in ["one", "two"] {
        std::fs::create_dir_all(place.path("full").join(shop)).unwrap();
        for log in ["info.log", "debug.log"] {
            symlink("/dev/full", place.path("full").join(shop).join(log)).unwrap();
        }
    }
    for (folder, reason) in [("occupied", "Not a directory"), ("full", "No space left on device")] {
        for form in ["text", "json"] {
            let options = ["--until-tick", "30", "--reset", "--log-dir", folder, "--log-format", form];
            let ended = place.finish(&[&UNLIMITED[..], &options].concat(), 0).await;
            let told: Vec<&str> =
                ended.err.lines().filter(|line| line.contains("cannot write log files")).collect();
            assert!(told.len() == 1 && told[0].contains(reason), "{told:?}");
            assert!(form == "text" || told[0].starts_with('{'), "{told:?}");
            assert!(ended.err.contains("tick=29") || ended.err.contains("\"tick\":29"), "{}", ended.err);
        }
    }
    verify(&place);
}
