//! `cargo +nightly fuzz run token --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::token(data));
