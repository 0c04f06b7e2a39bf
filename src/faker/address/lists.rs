//! The countries of ISO 3166-1 and the fifty states.

use std::sync::LazyLock;

use super::super::texts::{List, list, rows};

/// Alpha-2 code, alpha-3 code, English name.
pub type Country = [&'static str; 3];

/// In the order of the names of ISO 3166-1.
pub static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| rows(include_str!("../data/countries.txt")));

/// The states, in alphabetical order.
pub static STATE_NAMES: List = LazyLock::new(|| list(include_str!("../data/states.txt")));
