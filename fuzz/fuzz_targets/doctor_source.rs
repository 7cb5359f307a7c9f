//! `cargo +nightly fuzz run doctor_source --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::doctor_source(data));
