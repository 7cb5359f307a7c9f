//! `tls-certificate-expiring`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TlsCertificateExpiring,
    rule: Some(find),
    title: "A certificate will expire soon",
    what: "The certificate of a public address is still good and will not be for long. When it has expired, browsers and programs refuse the address altogether.",
    why: &[
        "The renewal is broken: the challenge's port or DNS record is no longer what it was.",
        "The certificate was bought by hand, and nothing renews it.",
    ],
    fix: Fix {
        summary: "Renew the certificate now, and see why it was not renewed by itself.",
        steps: &[
            run("Try the renewal.", "certbot renew --dry-run"),
            run("See until when it counts.", "openssl s_client -connect api.example.org:443 </dev/null | openssl x509 -noout -enddate"),
            say("Reload the server after each renewal."),
        ],
    },
    example: Example::StartUp {
        message: "the certificate of api.example.org expires in 5 days",
        source: "https://api.example.org",
        line: None,
    },
    standard: Some("RFC 5280, section 4.1.2.5"),
    related: &[Cause::TlsCertificateInvalid],
};

/// A message warns of it, or tells of few days left or of a renewal that failed.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(spot) = situation.log_line(warns) else { return };
    let finding = Finding::new(Cause::TlsCertificateExpiring, Strength::Risk, "a certificate will expire soon");
    found.push(finding.at(spot, "says when").stands_alone(true));
}

/// How many days before the end a certificate is renewed by usual clients, at the latest.
const SOON: u32 = 21;

fn warns(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| line.contains(word));
    // certbot: `Expiry Date: 2026-12-05 … (VALID: 5 days)`.
    let left = line.split_once("valid: ").filter(|_| says(&["expir"]));
    let named = says(&["certificate", "cert ", "certs "]);
    let ends = named && says(&["expires in", "will expire", "expiring", "about to expire"]);
    let failed = named && says(&["failed to renew", "renewal failed", "could not renew", "renew failed", "unable to renew"]);
    match left.map(|(_, rest)| rest).or(ends.then_some(line.as_str())).and_then(days) {
        Some(days) => days <= SOON,
        None => ends || failed,
    }
}

/// The number before the word `day`.
fn days(text: &str) -> Option<u32> {
    let (before, _) = text.split_once("day")?;
    before.split_whitespace().next_back()?.trim_start_matches('(').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::warns;

    #[test]
    fn few_days_and_failed_renewals_are_a_warning() {
        for line in [
            "    Expiry Date: 2026-12-05T11:20:49Z (VALID: 5 days)",
            "Failed to renew certificate api.example.com with error: Some challenges have failed.",
            "tls: certificate of api.example.com expires in 6 days",
            "level=warn msg=\"certificate is about to expire\"",
        ] {
            assert!(warns(line), "{line}");
        }
    }

    #[test]
    fn a_certificate_with_weeks_to_go_is_none() {
        for line in [
            "    Expiry Date: 2027-02-05T11:20:49Z (VALID: 67 days)",
            "certificate of api.example.com expires in 60 days",
            "Certificate not yet due for renewal",
            "token expires in 3 days",
        ] {
            assert!(!warns(line), "{line}");
        }
    }
}
