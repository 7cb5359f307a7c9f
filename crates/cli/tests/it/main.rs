//! Drives the real binary.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on must fail loudly, in its support code too"
)]

mod accounts;
mod administering;
mod bad_input;
mod bundling;
mod configuring;
mod doctoring;
mod explaining;
mod inspecting;
mod jws;
mod kill_nine;
mod probing;
mod rotating;
mod secrets;
mod starting;
mod support;
mod tracing;
mod wrong_use;
