//! From facts to findings.

use super::{Probe, ProbeFact, ProvedSecret, RedirectChange, cookies, cors};
use crate::evidence::Spot;
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;
use std::sync::Arc;

/// Apart by more than this, a clock refuses what the other one issues (the default leeway).
const LEEWAY_MS: i64 = 60_000;

/// What the probes found out.
pub(crate) fn find(probes: &[Probe], findings: &mut Vec<Finding>) {
    for probe in probes {
        let source: Arc<str> = Arc::from(probe.target.as_str());
        let found = probe.facts.iter().filter_map(|fact| finding(fact, probe));
        findings.extend(found.map(|finding| {
            let why = probe.why.clone();
            finding.at(Spot::line(&source, 0, why), "")
        }));
    }
}

/// A cause, how well founded, and what happened.
type Told = (Cause, Strength, String);

fn finding(fact: &ProbeFact, probe: &Probe) -> Option<Finding> {
    let target = &probe.target;
    let proved = |cause, message| (cause, Strength::Proved, message);
    let (cause, strength, message) = match fact {
        ProbeFact::CertificateExpires { .. }
        | ProbeFact::ClockOff { .. }
        | ProbeFact::Database { .. }
        | ProbeFact::Issuer { .. }
        | ProbeFact::Redirect { .. }
        | ProbeFact::Unhealthy { .. } => weighed(fact, target)?,
        ProbeFact::CertificateInvalid { reason } => proved(
            Cause::TlsCertificateInvalid,
            format!("the certificate of {target} does not hold: {reason}"),
        ),
        ProbeFact::Cookie { url, page, header } => {
            let (cause, message) = cookies::judge(url, page.as_deref(), header)?;
            proved(cause, message)
        }
        ProbeFact::CsrfForgotten => proved(
            Cause::CsrfTokenMismatch,
            format!(
                "{target} does not know the CSRF token that it gave a moment ago: several servers with different keys answer there, or the cookie is lost on the way"
            ),
        ),
        ProbeFact::KeySetUnusable { why } => proved(Cause::JwksUnavailable, why.clone()),
        ProbeFact::Preflight(answer) => {
            let (cause, message) = cors::judge(answer)?;
            proved(cause, message)
        }
        ProbeFact::Redis { why, .. } => proved(Cause::RedisUnreachable, format!("{target}: {why}")),
        ProbeFact::SecretDiffers { secret, ours } => secret_differs(*secret, target, ours),
        ProbeFact::Smtp { why, .. } => proved(Cause::SmtpUnreachable, format!("{target}: {why}")),
        ProbeFact::Unreachable { why } => proved(
            Cause::Unavailable,
            format!("{target} does not answer: {why}"),
        ),
    };
    let found = Finding::new(cause, strength, message);
    Some(match fact {
        ProbeFact::Redis { fix: Some(fix), .. } | ProbeFact::Smtp { fix: Some(fix), .. } => {
            found.fix(*fix)
        }
        _ => found,
    })
}

/// Facts that are not always errors; none for the others.
fn weighed(fact: &ProbeFact, target: &str) -> Option<Told> {
    let told = match fact {
        ProbeFact::CertificateExpires { days } => (
            Cause::TlsCertificateExpiring,
            Strength::Risk,
            format!("the certificate of {target} ends in {days} days"),
        ),
        ProbeFact::ClockOff { ahead_ms, error_ms } => {
            let message = clock(target, *ahead_ms, *error_ms);
            let certain = ahead_ms.abs() - error_ms > LEEWAY_MS;
            (Cause::ClockSkew, proved_if(certain), message)
        }
        ProbeFact::Database {
            cause,
            message,
            risk,
        } => (*cause, proved_if(!risk), message.clone()),
        ProbeFact::Issuer { asked, named } => (
            Cause::DiscoveryIssuerMismatch,
            Strength::Risk,
            format!(
                "the discovery document at {asked} names the issuer {named}; who is configured with {asked} refuses its keys and tokens"
            ),
        ),
        ProbeFact::Redirect {
            from,
            to,
            status,
            change,
        } => {
            let (strength, what) = redirect(*change);
            let message = format!("{from} redirects ({status}) to {to}: {what}");
            (Cause::AuthHeaderLostOnRedirect, strength, message)
        }
        ProbeFact::Unhealthy { says } => (
            Cause::Unavailable,
            Strength::Likely,
            format!("{target} says that it is not well: {says}"),
        ),
        ProbeFact::CertificateInvalid { .. }
        | ProbeFact::Cookie { .. }
        | ProbeFact::CsrfForgotten
        | ProbeFact::KeySetUnusable { .. }
        | ProbeFact::Preflight(_)
        | ProbeFact::Redis { .. }
        | ProbeFact::SecretDiffers { .. }
        | ProbeFact::Smtp { .. }
        | ProbeFact::Unreachable { .. } => return None,
    };
    Some(told)
}

const fn proved_if(certain: bool) -> Strength {
    if certain {
        Strength::Proved
    } else {
        Strength::Risk
    }
}

fn redirect(change: RedirectChange) -> (Strength, &'static str) {
    match change {
        RedirectChange::Host => (
            Strength::Likely,
            "clients leave the Authorization header out when the host or the port changes; write the second URL in their settings",
        ),
        RedirectChange::PathForm => (
            Strength::Risk,
            "some clients lose the Authorization header or the body on the way; write the path as the server does",
        ),
        RedirectChange::Scheme => (
            Strength::Risk,
            "clients leave the Authorization header out when the scheme changes, and have sent it in clear before; write the second URL in their settings",
        ),
    }
}

fn secret_differs(secret: ProvedSecret, target: &str, ours: &str) -> Told {
    let (cause, what) = match secret {
        ProvedSecret::Signing => (
            Cause::SecretMismatch,
            "signs tokens with another secret than",
        ),
        ProvedSecret::Sync => (
            Cause::SyncSecretMismatch,
            "guards its sync endpoint with another secret than",
        ),
    };
    (cause, Strength::Proved, format!("{target} {what} {ours}"))
}

fn clock(target: &str, ahead_ms: i64, error_ms: i64) -> String {
    let seconds = |ms: i64| format!("{}.{}", ms / 1_000, ms % 1_000 / 100);
    let way = if ahead_ms < 0 { "behind" } else { "ahead of" };
    format!(
        "the clock of {target} is {} s {way} the clock here (± {} s)",
        seconds(ahead_ms.abs()),
        seconds(error_ms)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Severity;
    use crate::{Evidence, diagnose};

    fn told(fact: ProbeFact) -> Vec<(Cause, Severity)> {
        let probe = Probe::failed("test", "https://api.example", "it was seen").with(fact);
        let diagnosis = diagnose(&Evidence::default().probed(vec![probe]));
        assert!(
            diagnosis
                .checked
                .iter()
                .any(|check| check.name.starts_with("test https")),
            "{:?}",
            diagnosis.checked
        );
        let findings = diagnosis.findings.iter();
        findings
            .map(|finding| (finding.cause(), finding.severity()))
            .collect()
    }

    #[test]
    fn facts_become_findings_of_their_cause() {
        let off = |ahead_ms| ProbeFact::ClockOff {
            ahead_ms,
            error_ms: 700,
        };
        let cases = [
            (
                ProbeFact::CertificateExpires { days: 3 },
                Cause::TlsCertificateExpiring,
                Severity::Warning,
            ),
            (
                ProbeFact::CertificateInvalid {
                    reason: "UnknownIssuer".into(),
                },
                Cause::TlsCertificateInvalid,
                Severity::Error,
            ),
            (off(-90_000), Cause::ClockSkew, Severity::Error),
            (off(20_000), Cause::ClockSkew, Severity::Warning),
            (
                ProbeFact::SecretDiffers {
                    secret: ProvedSecret::Signing,
                    ours: "JWT_SECRET".into(),
                },
                Cause::SecretMismatch,
                Severity::Error,
            ),
            (
                ProbeFact::Unreachable {
                    why: "refused".into(),
                },
                Cause::Unavailable,
                Severity::Error,
            ),
        ];
        for (fact, cause, severity) in cases {
            let text = format!("{fact:?}");
            assert_eq!(told(fact), [(cause, severity)], "{text}");
        }
    }

    #[test]
    fn clocks_are_told_with_their_error() {
        let text = clock("https://a.example", -90_250, 640);
        assert_eq!(
            text,
            "the clock of https://a.example is 90.2 s behind the clock here (± 0.6 s)"
        );
    }

    #[test]
    fn a_cookie_is_never_shown() {
        let header = super::super::CookieHeader("sid=hunter2".to_owned());
        assert!(!format!("{header:?}").contains("hunter2"));
    }
}
