//! `cargo +nightly fuzz run compact_jws --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::compact_jws(data));
