//! The stack of `deploy/` in a Docker engine: our image, our compose file, and everything done to them that
//! is done to containers.
//!
//! Owns which cases there are and how they are told. It pulls no image: `images/build` makes stand-ins for
//! those that a registry would give. Not part of a plain `cargo test`, which needs no engine:
//!
//!     cargo test --test stack                   the short form
//!     cargo test --test stack -- full           the full form: every outage, five minutes at ten times the rate
//!     cargo test --test stack -- stopped        the cases with such a word in their names
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test measures containers by the wall clock")]

mod cases;
mod docker;
mod graded;
#[path = "../end_to_end/harness.rs"]
#[allow(dead_code, reason = "the harness has more than this test needs")]
mod harness;
mod outages;
mod pgadmin;
mod stack;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::future::LocalBoxFuture;
use stack::{Images, Stack};

/// Cases that are played at once.
const AT_ONCE: usize = 3;

/// Whether a case is played at length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// What a change has to pass.
    Short,
    /// All there is.
    Full,
}

/// Something that is done to a stack of its own.
struct Case {
    name: &'static str,
    /// The forms that have it: [`Form::Full`] has all.
    form: Form,
    /// Whether it measures time, so that no other may be played meanwhile.
    alone: bool,
    play: for<'a> fn(&'a Stack, Form) -> LocalBoxFuture<'a, ()>,
}

/// One line of the table below.
macro_rules! case {
    (alone $form:ident, $name:literal, $play:path) => {
        Case { alone: true, ..case!($form, $name, $play) }
    };
    ($form:ident, $name:literal, $play:path $(, $argument:expr)?) => {
        Case {
            name: $name,
            form: Form::$form,
            alone: false,
            play: |stack, form| Box::pin($play(stack, form $(, $argument)?)),
        }
    };
}

const CASES: [Case; 13] = [
    case!(Short, "compose_file_is_clean", cases::compose_file_is_clean),
    case!(Short, "up", cases::up),
    case!(Short, "process_killed", cases::process_killed),
    case!(Short, "stop_time_reached", cases::stop_time_reached),
    case!(Full, "third_branch", cases::third_branch),
    case!(Short, "wrong_password", cases::wrong_password),
    case!(alone Short, "compose_stop", cases::compose_stop),
    case!(Short, "pgadmin_passwords", pgadmin::passwords),
    case!(Short, "graded", graded::graded),
    case!(Short, "database_killed", outages::play, outages::Outage::Killed),
    case!(Full, "database_stopped", outages::play, outages::Outage::Stopped),
    case!(Full, "database_paused", outages::play, outages::Outage::Paused),
    case!(Short, "network_disconnected", outages::play, outages::Outage::Disconnected),
];

fn main() -> ExitCode {
    // What begins with a dash is for cargo's own harness.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let form = if words.iter().any(|word| word == "full") { Form::Full } else { Form::Short };
    let wanted: Vec<&String> = words.iter().filter(|word| *word != "full").collect();
    let named = |case: &Case| wanted.iter().any(|word| case.name.contains(word.as_str()));
    let chosen = |case: &&Case| match wanted.is_empty() {
        true => form == Form::Full || case.form == Form::Short,
        false => named(case),
    };
    if let Err(why) = docker::engine() {
        println!("stack: no Docker engine answers here, so that nothing of the stack is tested: {why}");
        return ExitCode::SUCCESS;
    }
    let images = Images::build(form);
    let (alone, together): (Vec<&Case>, Vec<&Case>) =
        CASES.iter().filter(chosen).partition(|case| case.alone);
    let (passed, count) = (AtomicUsize::new(0), alone.len() + together.len());
    let next = Mutex::new(together.into_iter());
    let work = || {
        while let Some(case) = { next.lock().unwrap().next() } {
            passed.fetch_add(play(case, &images, form).into(), Ordering::Relaxed);
        }
    };
    // Mostly they wait.
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let passed = passed.into_inner() + alone.into_iter().filter(|case| play(case, &images, form)).count();
    println!("{passed} passed, {} failed", count - passed);
    if passed == count && count > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Plays a case on a stack of its own: whether it passed.
fn play(case: &Case, images: &Images, form: Form) -> bool {
    let began = Instant::now();
    let stack = Stack::new(images);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let played = catch_unwind(AssertUnwindSafe(|| runtime.block_on((case.play)(&stack, form))));
    let seconds = began.elapsed().as_secs_f64();
    match played {
        Ok(()) => println!("test {} ... ok ({seconds:.1} s)", case.name),
        Err(_) => println!("test {} ... FAILED ({seconds:.1} s)\n{}", case.name, stack.told()),
    }
    played.is_ok()
}
