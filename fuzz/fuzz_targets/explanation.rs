//! `cargo +nightly fuzz run explanation --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::explanation(data));
