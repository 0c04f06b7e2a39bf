//! The page at `/`: its files as they are, part of the program.
//!
//! Owns their paths and content types.

use actix_web::web::ServiceConfig;

/// Adds the files.
pub fn routes(_service: &mut ServiceConfig) {}
