//! `shopsim run --open`: the link, and the browser that opens it.

use std::os::unix::fs::PermissionsExt;

use nix::sys::signal::Signal;

use super::harness::{Place, chain, free_port, until};
use super::health::get;

/// A chain whose server is away, so that it runs until it is stopped.
fn place() -> Place {
    let url = format!("postgresql://shop@127.0.0.1:{}/shop", free_port());
    let place = Place::new(&chain(&[format!("name = \"a\"\ntick_interval = \"15s\"\ndatabase = {url:?}")]));
    std::fs::create_dir(place.path("bin")).unwrap();
    place
}

/// A program that writes what it was started with, and how: its arguments, its stdout and its session.
fn plant(place: &Place, name: &str) -> String {
    let opened = place.path("opened").display().to_string();
    let script = format!(
        "#!/bin/sh\nout=$(readlink /proc/$$/fd/1)\n{{ echo \"{name} $*\"; echo $out; \
         [ \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ ] && echo own session; }} > {opened}.part\n\
         mv {opened}.part {opened}\n"
    );
    let path = place.path("bin").join(name);
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path.display().to_string()
}

/// The environment of a desktop, or of none.
fn environment<'a>(path: &'a str, display: &'a str, browser: &'a str) -> [(&'a str, &'a str); 5] {
    let wayland = ("WAYLAND_DISPLAY", "");
    [("PATH", path), ("DISPLAY", display), wayland, ("WSL_DISTRO_NAME", ""), ("BROWSER", browser)]
}

fn path(place: &Place) -> String {
    format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap())
}

#[tokio::test]
async fn the_link_is_logged_first_and_the_desktops_browser_opens_it() {
    let place = place();
    plant(&place, "xdg-open");
    let port = free_port();
    let (path, listen) = (path(&place), port.to_string());
    let run = place.run_with(&["--open", "--listen", &listen], &environment(&path, ":0", ""));
    until("the browser opens it", async || place.path("opened").exists()).await;
    let link = format!("http://127.0.0.1:{port}/");
    assert_eq!(place.read("opened"), format!("xdg-open {link}\n/dev/null\nown session\n"));
    assert_eq!(get(port, "/livez").code, 200);
    run.signal(Signal::SIGTERM);
    let ended = run.end(0).await;
    let mut logged = ended.err.lines().filter(|line| line.contains(" INFO "));
    let page = format!(" INFO page: {link} (for machines: /livez, /readyz, /metrics, /status)");
    assert!(logged.nth(1).unwrap().ends_with(&page), "right after the version: {}", ended.err);
    assert!(!ended.err.contains("no browser was opened"), "{}", ended.err);
}

#[tokio::test]
async fn the_program_of_browser_is_taken_before_the_desktops() {
    let place = place();
    plant(&place, "xdg-open");
    let browser = format!("{} --app=%s", plant(&place, "mine"));
    let port = free_port();
    let (path, listen) = (path(&place), format!("0.0.0.0:{port}"));
    let run = place.run_with(&["--open", "--listen", &listen], &environment(&path, ":0", &browser));
    until("the browser opens it", async || place.path("opened").exists()).await;
    assert!(place.read("opened").starts_with(&format!("mine --app=http://127.0.0.1:{port}/\n")));
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}

#[tokio::test]
async fn without_a_desktop_or_with_a_browser_that_fails_the_link_is_left_to_the_reader() {
    let place = place();
    plant(&place, "xdg-open");
    let path = path(&place);
    for (display, browser, reason) in [("", "", "neither DISPLAY"), (":0", "false", "false: exit status: 1")]
    {
        let port = free_port().to_string();
        let mut run = place.run_with(&["--open", "--listen", &port], &environment(&path, display, browser));
        run.until_log("no browser was opened").await;
        run.signal(Signal::SIGTERM);
        let ended = run.end(0).await;
        let told = format!("open http://127.0.0.1:{port}/ by hand");
        assert!(ended.err.contains(reason) && ended.err.contains(&told), "{}", ended.err);
        assert!(!place.path("opened").exists(), "{reason}");
    }
}

#[tokio::test]
async fn a_run_without_a_page_says_how_to_get_one() {
    let place = place();
    let mut run = place.run(&[]);
    run.until_log("`--listen 9464` serves a page").await;
    run.signal(Signal::SIGTERM);
    run.end(0).await;
}
