//! `shopsim origin`: what the runs of the shops have recorded, as a file.
//!
//! Owns its flags; the file's format is in [`crate::origin`], and reading the databases in `times`.

use std::io::{self, Write};

use super::{Only, ShopsFile};
use crate::origin::{Origins, RecordedShop};

const EXAMPLES: &str = "\
Prints the start, the pauses and the last committed tick of each shop as one JSON document, read from the databases. \
Together with shops.toml it tells what the tables hold: commands that take --origin FILE need no database. Works while \
`shopsim run` is writing, and writes nothing. The file holds no password.

Examples:
  shopsim origin > origin.json
  shopsim history --origin origin.json --format jsonl > history.jsonl
  shopsim origin --only shop-1 | jq '.shops[].checkpoint.last_tick'";

/// `shopsim origin`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    #[command(flatten)]
    pub(crate) shops: Only,
}

/// Prints the records.
pub fn origin(shops: Vec<RecordedShop>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(Origins::new(shops).to_json().as_bytes())
}
