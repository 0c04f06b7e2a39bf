//! `cargo bench`: how fast shopsim is beside what the same server does for psql and pgbench.
//!
//! `cargo bench -- NAME …` runs some benches, `--list` names them, `--quick` makes one round of each with
//! less work, to see that they run. Each has its own server by the embedded code and leaves nothing. The
//! table goes to stdout, the same as JSON to `target/bench/shopsim.json`.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench measures wall time, and what the crate `fake` draws from its own random source"
)]
#![allow(dead_code, reason = "the harness is the tests' own")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

mod capture;
mod flat;
mod generate;
mod grade;
#[path = "../../tests/end_to_end/harness.rs"]
mod harness;
mod ingest;
mod life;
mod live;
mod many;
mod measure;
mod page;
#[path = "../../tests/end_to_end/server.rs"]
mod server;
mod stage;
mod tick;
mod truth;
mod update;
mod world;

use measure::Figure;

/// Counts what is allocated.
struct Counting;

/// How often memory was asked for.
pub static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: all work is the system allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: handed on as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: handed on as it came.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: handed on as it came.
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How much is done.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How often both sides take turns.
    pub rounds: usize,
    /// Divides the work of a round.
    pub divisor: u64,
}

const NAMES: [&str; 15] = [
    "generate",
    "ingest",
    "tick",
    "capture",
    "update",
    "flat",
    "life",
    "many",
    "opening",
    "start",
    "footprint",
    "page",
    "backfill",
    "truth",
    "grade",
];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if arguments.iter().any(|argument| argument == "--list") {
        NAMES.iter().for_each(|name| println!("{name}"));
        return;
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let asked: Vec<&str> = arguments.iter().map(String::as_str).filter(|name| *name != "--quick").collect();
    if let Some(unknown) = asked.iter().find(|name| !NAMES.contains(name)) {
        eprintln!("error: no bench is called `{unknown}`; there are: {}", NAMES.join(", "));
        std::process::exit(2);
    }
    let effort = if quick { Effort { rounds: 1, divisor: 20 } } else { Effort { rounds: 5, divisor: 1 } };
    println!("{}", measure::head());
    let mut figures: Vec<Figure> = Vec::new();
    for name in NAMES.iter().filter(|name| asked.is_empty() || asked.contains(name)) {
        eprintln!("bench: {name} …");
        let more = match *name {
            "generate" => generate::bench(effort),
            "ingest" => ingest::bench(effort).await,
            "tick" => tick::bench(effort).await,
            "capture" => capture::bench(effort).await,
            "update" => update::bench(effort).await,
            "flat" => flat::bench(effort).await,
            "life" => life::bench(effort).await,
            "many" => {
                // It has a runtime of its own, on a thread of its own.
                let in_memory = std::thread::spawn(move || many::bench(effort)).join().unwrap();
                [in_memory, many::on_one_server(effort).await].concat()
            }
            "opening" => many::start(effort).await,
            "start" => live::start(effort).await,
            "footprint" => live::footprint(effort).await,
            "page" => {
                // As `many`.
                let in_memory = std::thread::spawn(move || page::many_shops(effort)).join().unwrap();
                [in_memory, page::footprint(effort).await].concat()
            }
            "backfill" => live::backfill(effort).await,
            "truth" => truth::bench(effort).await,
            _ => grade::bench(effort).await,
        };
        more.iter().for_each(|figure| println!("{}", figure.line()));
        figures.extend(more);
    }
    let all: Vec<_> = figures.iter().map(Figure::json).collect();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shopsim.json"), serde_json::to_string_pretty(&all).unwrap()).unwrap();
}
