//! Asking for a letter: anybody can, for any address, so it is limited.

use std::time::Duration;

use countersign_domain::Email;
use countersign_domain::throttle::{Decision, Limit, ThrottlePolicy};
use countersign_verify::Cause;

use super::Client;
use crate::App;
use crate::http::Refused;

const HOUR: Duration = Duration::from_hours(1);

/// How many letters may be asked for (ASVS V6.1.1). They are counted as failures are at sign-in,
/// and for an address without an account as for one with an account (ASVS V6.3.8).
pub const POLICY: ThrottlePolicy = ThrottlePolicy {
    account: limit(10),
    account_from_address: limit(5),
    address: limit(100),
    capacity: 20_000,
};

const fn limit(failures: usize) -> Limit {
    Limit {
        failures,
        window: HOUR,
    }
}

/// Counts the wish for a letter to `email`.
///
/// # Errors
/// `rate-limited` if there were too many of late.
pub(super) fn ask(app: &App, client: &Client, email: &Email) -> Result<(), Refused> {
    let (now, ip) = (app.now(), Some(client.info.ip));
    let mut letters = app.letters();
    match letters.check(email, ip, now) {
        Decision::Allow => {
            letters.record_failure(email, ip, now);
            Ok(())
        }
        Decision::Wait { seconds } => Err(Refused::new(
            Cause::RateLimited,
            "too many letters to this address were asked for within an hour",
        )
        .retry_after(u32::try_from(seconds).unwrap_or(u32::MAX))),
    }
}
