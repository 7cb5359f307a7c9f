//! `cargo +nightly fuzz run claims --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::claims(data));
