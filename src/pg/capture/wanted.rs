//! What is asked for: a shop's plan and its `[cdc]`.

use crate::plan::{Capture, ShopPlan};

/// A shop, and what is to be made for it.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Its plan.
    pub plan: &'a ShopPlan,
    /// Its `[cdc]`.
    pub capture: &'a Capture,
}
