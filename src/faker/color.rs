//! To be written.

use super::Provider;

/// The family's providers.
pub const PROVIDERS: &[Provider] = &[];
