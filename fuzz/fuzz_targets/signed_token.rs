//! `cargo +nightly fuzz run signed_token --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::signed_token(data));
