//! `inputs::config` on whatever libFuzzer comes up with.
#![no_main]

#[allow(dead_code, reason = "the other targets' inputs")]
#[path = "../../tests/fuzz/inputs.rs"]
mod inputs;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| inputs::config(bytes));
