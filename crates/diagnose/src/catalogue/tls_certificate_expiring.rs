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

/// A message warns of it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let says = |line: &str| {
        let line = line.to_ascii_lowercase();
        line.contains("certificate") && ["expires in", "will expire", "expiring", "about to expire"].iter().any(|words| line.contains(words))
    };
    let Some(spot) = situation.log_line(says) else { return };
    let finding = Finding::new(Cause::TlsCertificateExpiring, Strength::Risk, "a certificate will expire soon");
    found.push(finding.at(spot, "says when"));
}
