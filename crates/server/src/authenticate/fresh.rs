//! Proof that somebody showed who they are a moment ago (ASVS V7.5.2, RFC 9470).

use countersign_domain::Timestamp;
use countersign_domain::sessions::{FRESH, FreshSignIn};
use countersign_verify::{Cause, Check};

use super::Authenticated;
use crate::App;
use crate::accounts::Client;
use crate::http::Refused;

impl Authenticated {
    /// Proof that the person behind the credential signed in a moment ago. A token of others has
    /// none unless it says so (`auth_time`).
    ///
    /// # Errors
    /// `step-up-required`, with the greatest age that will do.
    pub fn fresh(&self, app: &App, client: &Client) -> Result<FreshSignIn, Refused> {
        let auth_time = self.auth_time().map(Timestamp::from_seconds);
        fresh(app, client, auth_time)
            .map_err(|refused| refused.of(Some(self.user_id()), self.session_id()))
    }
}

/// Proof that `auth_time` is a moment ago.
///
/// # Errors
/// `step-up-required`.
pub(crate) fn fresh(
    app: &App,
    client: &Client,
    auth_time: Option<Timestamp>,
) -> Result<FreshSignIn, Refused> {
    let proof = auth_time.and_then(|at| FreshSignIn::at(at, app.now()));
    proof.ok_or_else(|| {
        let most = FRESH.as_secs();
        let detail = match auth_time {
            Some(at) => {
                format!("the last sign-in was at {at}; this wants one of the last {most} s")
            }
            None => format!("the token tells no sign-in; this wants one of the last {most} s"),
        };
        client
            .refused(Check::Permission, Cause::StepUpRequired, detail)
            .asking("max_age", most)
    })
}
