//! Two deployments of one API: the token is of the one, and the other is asked.

use crate::contract::Purpose;
use crate::evidence::{EnvLine, Service};
use crate::finding::{Finding, Strength};
use crate::situation::address::of_two_environments;
use crate::situation::{Origin, Outcome, PresentedToken, Situation};
use countersign_verify::Cause;

const EXPLAINED: &[Cause] = &[
    Cause::SecretMismatch,
    Cause::IssMismatch,
    Cause::IssHostMismatch,
    Cause::IdpInstanceMismatch,
    Cause::KidNotInJwks,
    Cause::JwksCacheStale,
    Cause::JwksUnavailable,
    Cause::AudMismatch,
    Cause::SecretRotatedStaleSession,
    Cause::TokenTampered,
    Cause::UserNotProvisioned,
    Cause::CredentialMissing,
    Cause::AccessTokenOpaqueNoAudience,
];

impl Situation<'_> {
    /// The token was handed out by another deployment than the one that is asked.
    pub(crate) fn other_deployment(&self) -> Option<Finding> {
        if self.outcome() != Outcome::Bad || !self.token_may_be_refused() {
            return None;
        }
        let trip = self.browsing.failing.as_ref()?;
        let asked = trip.server.as_ref()?;
        let token = self.tokens.first();
        let handed_out = token.and_then(|token| self.handed_out_at(token));
        let signed_in = handed_out.clone().or_else(|| {
            let https = asked.https;
            Origin::of_host(https, &self.signed_in_at()?)
        });
        let by_sign_in = signed_in
            .as_ref()
            .filter(|at| of_two_environments(&at.host, &asked.host));
        let issuer = token
            .filter(|token| !self.expects_issuer(token))
            .and_then(|token| Origin::parse(token.text_claim("iss")?));
        let foreign = issuer.filter(|of| of_two_environments(&of.host, &asked.host));
        let (of, strength) = match (by_sign_in, &foreign) {
            (Some(of), _) if handed_out.is_some() => (of, Strength::Proved),
            (Some(of), _) | (None, Some(of)) => (of, Strength::Likely),
            (None, None) => return self.other_port(token?, handed_out.as_ref()?, asked),
        };
        let message = format!(
            "the token is of {}, and {} is asked: two deployments, each with keys and users of its own",
            of.host, asked.host
        );
        let finding = Finding::new(Cause::BaseUrlDrift, strength, message).weight(0.8);
        let finding = self
            .addresses_of(&[of, asked])
            .into_iter()
            .fold(finding, |finding, line| {
                finding.at(line.spot.clone(), "one address")
            });
        Some(
            finding
                .at(trip.request.start_spot(), "asked here")
                .explains(EXPLAINED),
        )
    }

    /// Where the token was handed out, if an earlier exchange shows it.
    fn handed_out_at(&self, token: &PresentedToken<'_>) -> Option<Origin> {
        let text = token.text.trim_matches(['"', '\'', ' ']);
        let mut earlier = self.evidence.earlier.iter().filter(|exchange| {
            let answer = exchange
                .response
                .as_ref()
                .filter(|answer| answer.status < 300);
            text.len() >= 16 && answer.is_some_and(|answer| answer.body.contains(text))
        });
        let request = earlier.next()?.request.as_ref()?;
        let https = self.browsing.failing.as_ref()?.server.as_ref()?.https;
        Origin::parse(&request.target)
            .or_else(|| Origin::of_host(https, request.headers.value("host")?))
    }

    fn expects_issuer(&self, token: &PresentedToken<'_>) -> bool {
        let iss = token.text_claim("iss").unwrap_or_default();
        let mut lines = self.settings(Purpose::Issuer);
        lines.any(|(_, line)| line.value.trim() == iss)
    }

    /// Two programs on one machine: the front end is told the address that handed the token out, and no setting
    /// names the one that refuses it.
    fn other_port(
        &self,
        token: &PresentedToken<'_>,
        of: &Origin,
        asked: &Origin,
    ) -> Option<Finding> {
        let one_machine = of.host == asked.host && of.port != asked.port && of.is_loopback();
        let told = self.addresses_of(&[of]);
        let line = told
            .first()
            .filter(|_| one_machine && self.addresses_of(&[asked]).is_empty())?;
        // Where a secret of a service fits, both ports are of one system.
        let known = token.signature.settings().next().is_some();
        let refused = self
            .response()
            .is_some_and(|answer| matches!(answer.status, 401 | 403 | 404));
        if known || !refused {
            return None;
        }
        let message = format!(
            "the token is of {of}, which {} names, and {asked} is asked, which no setting names",
            line.name
        );
        let finding = Finding::new(Cause::BaseUrlDrift, Strength::Likely, message).weight(0.7);
        let finding = finding.at(line.spot.clone(), "the address to call");
        Some(
            finding
                .at(self.request()?.start_spot(), "went elsewhere")
                .explains(EXPLAINED),
        )
    }

    /// The settings of front ends that name one of these addresses.
    fn addresses_of(&self, origins: &[&Origin]) -> Vec<&EnvLine> {
        let lines = self
            .evidence
            .services
            .iter()
            .filter(|one| one.is_front_end())
            .flat_map(Service::settings);
        let of = |line: &&EnvLine| {
            Origin::parse(line.value.trim()).is_some_and(|named| origins.contains(&&named))
        };
        lines.filter(of).collect()
    }
}
