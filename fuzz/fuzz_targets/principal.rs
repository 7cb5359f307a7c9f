//! `cargo +nightly fuzz run principal --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::principal(data));
