//! `cargo +nightly fuzz run key_set --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::key_set(data));
