//! Tests of the whole service through its router.

#![expect(
    clippy::expect_used,
    reason = "a test that meets what it does not expect fails"
)]

mod api;
mod authenticate;
mod connections;
mod harness;
mod issuer_settings;
mod jobs;
mod pages;
mod refusals;
mod settings;
mod shell;
mod startup;
mod trusted_issuers;
