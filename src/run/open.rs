//! Opening the page of a run in a browser: `--open`.
//!
//! Owns which program opens it, and that this program neither holds up the run nor ends with it. A run without a browser
//! goes on: all that can fail here is told in one line of the log.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use tokio::time::Instant;
use tracing::info;

use crate::text::with_causes;

/// A program that fails later than this has opened something before.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Opens a link, on a thread of its own: some of these programs end only with the browser.
pub fn in_browser(link: String) {
    let open = move || {
        if let Err(reason) = open(&link) {
            info!("no browser was opened ({reason}): open {link} by hand");
        }
    };
    if let Err(error) = thread::Builder::new().name("browser".to_owned()).spawn(open) {
        info!("no browser was opened ({error}): open the link by hand");
    }
}

fn open(link: &str) -> Result<(), String> {
    let mut failed = "there is no program that opens links".to_owned();
    for mut command in programs(link, &|name| std::env::var_os(name))? {
        let began = Instant::now();
        let program = command.get_program().display().to_string();
        match run(&mut command) {
            Ok(status) if status.success() || began.elapsed() >= AT_ONCE => return Ok(()),
            Ok(status) => failed = format!("{program}: {status}"),
            // Of the programs of other desktops.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => failed = format!("{program}: {}", with_causes(&error)),
        }
    }
    Err(failed)
}

/// The programs to try, in turn: those that `BROWSER` names, or else the desktop's. Without a desktop there is none: it
/// would be a text browser.
fn programs(link: &str, var: &dyn Fn(&str) -> Option<OsString>) -> Result<Vec<Command>, String> {
    let set = |name: &&str| var(name).is_some_and(|value| !value.is_empty());
    if let Some(browsers) = var("BROWSER").filter(|value| !value.is_empty()) {
        let browsers = browsers.into_string().map_err(|_| "BROWSER is not UTF-8")?;
        return Ok(browsers.split(':').filter_map(|browser| named(browser, link)).collect());
    }
    let desktops = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"];
    match cfg!(target_os = "macos") || desktops.iter().any(set) {
        true => Ok(open::commands(link)),
        false => Err("neither DISPLAY, WAYLAND_DISPLAY nor BROWSER is set".to_owned()),
    }
}

/// One of the programs of `BROWSER`, which are parted by colons: a program, with arguments if it has any, and `%s` where
/// the link goes, else at the end.
fn named(browser: &str, link: &str) -> Option<Command> {
    let is_path = Path::new(browser).is_file();
    let mut words = browser.split_whitespace().filter(|_| !is_path);
    let mut command = Command::new(if is_path { browser } else { words.next()? });
    let arguments: Vec<&str> = words.collect();
    command.args(arguments.iter().map(|argument| argument.replace("%s", link)));
    if !arguments.iter().any(|argument| argument.contains("%s")) {
        command.arg(link);
    }
    Some(command)
}

/// Runs a program to its end, in a session of its own: without our terminal, which a text browser would take, and out of
/// reach of its Ctrl-C.
fn run(command: &mut Command) -> io::Result<ExitStatus> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // SAFETY: between fork and exec only what is async-signal-safe may be called; setsid(2) is.
    unsafe {
        command.pre_exec(|| {
            nix::unistd::setsid()?;
            Ok(())
        });
    }
    command.status()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "http://127.0.0.1:9464/";

    fn lines(set: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let var = |name: &str| {
            let value = set.iter().find(|(set, _)| *set == name)?.1;
            Some(OsString::from(value))
        };
        let words = |command: Command| {
            let arguments = command.get_args().map(|argument| argument.display().to_string());
            let words: Vec<String> =
                [command.get_program().display().to_string()].into_iter().chain(arguments).collect();
            words.join(" ")
        };
        Ok(programs(LINK, &var)?.into_iter().map(words).collect())
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn without_a_desktop_there_is_no_browser_but_the_one_that_is_named() {
        for set in [&[][..], &[("DISPLAY", "")], &[("BROWSER", "")]] {
            let reason = lines(set).unwrap_err();
            assert!(reason.starts_with("neither DISPLAY"), "{reason}");
        }
        assert!(lines(&[("WAYLAND_DISPLAY", "wayland-0")]).unwrap().contains(&format!("xdg-open {LINK}")));
        assert!(lines(&[("DISPLAY", ":0")]).unwrap().contains(&format!("xdg-open {LINK}")));
        assert_eq!(lines(&[("BROWSER", "helper")]).unwrap(), [format!("helper {LINK}")]);
    }

    #[test]
    fn browser_names_programs_with_their_arguments() {
        let named =
            lines(&[("BROWSER", "firefox --new-window:chromium --app=%s:"), ("DISPLAY", ":0")]).unwrap();
        assert_eq!(named, [format!("firefox --new-window {LINK}"), format!("chromium --app={LINK}")]);
    }

    #[test]
    fn a_program_whose_path_has_blanks_is_one_program() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a browser");
        std::fs::write(&path, "").unwrap();
        let path = path.display().to_string();
        assert_eq!(lines(&[("BROWSER", &path)]).unwrap(), [format!("{path} {LINK}")]);
    }
}
