//! Drives the real binary.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on must fail loudly, in its support code too"
)]

mod accounts;
mod configuring;
mod explaining;
mod inspecting;
mod jws;
mod secrets;
mod support;
mod wrong_use;
