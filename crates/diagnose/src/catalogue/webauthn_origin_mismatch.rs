//! `webauthn-origin-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation};
use crate::situation::passkey;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::WebauthnOriginMismatch,
    rule: Some(find),
    title: "The passkey was used on another page than expected",
    what: "The browser writes the page's origin into what is signed, and the server expects another: scheme, host and port must be the same to the letter.",
    why: &[
        "The expected origin has a slash at the end, another port, or `http` for `https`.",
        "`www` and the bare domain are both in use.",
        "A mobile app signs with its own origin (`android:apk-key-hash:…`).",
    ],
    fix: Fix {
        summary: "List the page's origin among the expected ones, exactly as the browser writes it.",
        steps: &[
            run("Scheme, host, and the port where it is not the usual one; no slash.", "RP_ORIGIN=https://app.example.org"),
        ],
    },
    example: Example::Refusal {
        request: "POST /webauthn/login/finish HTTP/1.1\n\n{\"id\":\"…\"}",
        trace: "the origin is https://www.example.org, expected https://example.org",
    },
    standard: Some("WebAuthn Level 3, section 7.2, step 12"),
    related: &[Cause::WebauthnRpidMismatch, Cause::OriginHostDrift, Cause::ProxyProtoLost],
};

/// The origin that was signed is none of those that are expected.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::WebauthnOriginRefused]).filter(|_| passkey::is_meant(situation));
    let used = situation.passkey_origin().or_else(|| passkey::is_meant(situation).then(|| passkey::page_origin(situation)).flatten());
    let expected = passkey::origins(situation);
    if let (Some(used), Some((_, line))) = (&used, expected.first())
        && !expected.iter().any(|(origin, _)| origin == used)
    {
        let message = format!("the passkey was used on {used}, and {} expects {}", line.name, line.value.as_str());
        let mut finding = Finding::new(Cause::WebauthnOriginMismatch, Strength::Proved, message).at(line.spot.clone(), "expected here").fix(format!("Write the origin as the browser does: `{}={used}`.", line.name));
        if let Some(seen) = seen {
            finding = finding.at(seen.spot.clone(), "said here");
        }
        found.push(finding);
        return;
    }
    let own = situation.passkey_origin().filter(|_| expected.is_empty() && situation.outcome() == Outcome::Bad);
    if let Some((used, line)) = own.and_then(|used| passkey::own_address(situation, &used).map(|line| (used, line))) {
        let message = format!("the passkey was used on {used}, and the server takes itself for {}", line.value.as_str());
        let finding = Finding::new(Cause::WebauthnOriginMismatch, Strength::Likely, message).at(line.spot.clone(), "expected here");
        found.push(finding.fix(format!("Write the origin as the browser does: `{}={used}`.", line.name)));
        return;
    }
    if let Some(seen) = seen {
        let message = "the passkey was used on a page whose origin the server does not expect";
        found.push(Finding::new(Cause::WebauthnOriginMismatch, Strength::Likely, message).at(seen.spot.clone(), "said here"));
    }
}
