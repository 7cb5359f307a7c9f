//! Which tokens are compared with what is expected: those that are sent, else those that are to be sent.

use super::{Carrier, Outcome, PresentedToken, Situation};

impl<'e> Situation<'e> {
    /// The signed tokens to compare with what is expected. Where the failing request presents none, it is the one
    /// that the sign-in gave, or that the program has in its settings for the header: what is wrong with it comes next, once it is sent.
    pub(crate) fn judged(&self) -> impl Iterator<Item = &PresentedToken<'e>> {
        let signed = || self.tokens.iter().filter(|token| token.is_signed_token());
        let sent = signed().next().is_some();
        let waits = !sent && self.outcome() == Outcome::Bad && !self.signs_in_by_cookie();
        let given = self.other_tokens.iter().filter(move |token| {
            let access = ["access_token", "accessToken", "access", "token", "jwt"];
            let named = match &token.carrier {
                Carrier::Body(name) => access.contains(&name.as_str()),
                Carrier::Setting(_) => true,
                _ => false,
            };
            waits && named && token.is_signed_token()
        });
        signed().chain(given)
    }

    /// Whether a token is one that the failing request does not present.
    pub(crate) fn is_to_come(&self, token: &PresentedToken<'_>) -> bool {
        self.tokens
            .iter()
            .all(|one| !std::ptr::eq(one.text, token.text))
    }

    /// Whether an earlier answer set a cookie, so that a token in its body may be meant for nobody.
    fn signs_in_by_cookie(&self) -> bool {
        let mut answers = self
            .evidence
            .earlier
            .iter()
            .filter_map(|exchange| exchange.response.as_ref());
        answers.any(|answer| answer.headers.first("set-cookie").is_some())
    }
}
