//! shopsim plays the live backend databases of a whole shop chain.
#![warn(missing_docs)]

pub mod clock;
pub mod config;
pub mod faker;
pub mod pg;
<<<<<<< HEAD
pub mod plan;
=======
>>>>>>> 324beab69acf9df952dbb8f0d50ce9e388c4b657
pub mod stream;
pub mod suggest;
pub mod supervise;
pub mod telemetry;
pub mod tick;
pub mod value;
