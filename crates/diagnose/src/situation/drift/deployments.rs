//! Two deployments of one API: the token is of the one, and the other is asked.

use crate::contract::Purpose;
use crate::evidence::{EnvLine, Service};
use crate::finding::{Finding, Strength};
use crate::situation::{Origin, Outcome, PresentedToken, Situation};
use countersign_verify::Cause;

/// Words by which the hosts of deployments differ.
const DEPLOYMENTS: &[&str] = &[
    "staging",
    "stage",
    "stg",
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "qa",
    "uat",
    "preview",
    "preprod",
    "sandbox",
    "prod",
    "production",
    "live",
    "demo",
    "canary",
    "beta",
];

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
        let token = self.tokens.first()?;
        let signed_in = self.signed_in_at(token);
        let by_sign_in = signed_in
            .as_ref()
            .filter(|at| is_other_deployment(&at.host, &asked.host));
        let issuer = token.text_claim("iss").and_then(Origin::parse);
        let foreign = issuer
            .filter(|of| is_other_deployment(&of.host, &asked.host) && !self.expects_issuer(token));
        let (of, strength) = match (by_sign_in, &foreign) {
            (Some(of), _) => (of, Strength::Proved),
            (None, Some(of)) => (of, Strength::Likely),
            (None, None) => return self.other_port(token, signed_in.as_ref()?, asked),
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
    fn signed_in_at(&self, token: &PresentedToken<'_>) -> Option<Origin> {
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

/// Whether two hosts are those of two deployments of one program: all that differs is the word for the deployment.
fn is_other_deployment(one: &str, other: &str) -> bool {
    let words = |host: &str| {
        let words = host.split(['.', '-']).map(str::to_ascii_lowercase);
        words
            .filter(|word| !DEPLOYMENTS.contains(&word.as_str()))
            .collect::<Vec<_>>()
    };
    !one.eq_ignore_ascii_case(other) && words(one) == words(other)
}

#[cfg(test)]
mod tests {
    use super::is_other_deployment;

    #[test]
    fn hosts_of_two_deployments_differ_by_a_word_for_them() {
        for (one, other, is) in [
            ("staging-api.a.example", "api.a.example", true),
            ("api.staging.a.example", "api.a.example", true),
            ("api-dev.a.example", "api-prod.a.example", true),
            ("auth.a.example", "api.a.example", false),
            ("api.a.example", "API.a.example", false),
        ] {
            assert_eq!(is_other_deployment(one, other), is, "{one} {other}");
        }
    }
}
