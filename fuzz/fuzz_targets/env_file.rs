//! `cargo +nightly fuzz run env_file --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::env_file(data));
