//! `webauthn-rpid-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::passkey;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::WebauthnRpidMismatch,
    rule: Some(find),
    title: "The passkey was made for another domain",
    what: "A passkey belongs to one RP ID, a domain. The authenticator signs over the hash of the RP ID that the page asked for, and the server expects that of another; or the browser refuses, because the RP ID is neither the page's host nor a parent domain of it.",
    why: &[
        "`RP_ID` is `localhost` in production, or holds a scheme or a port: it is a bare domain.",
        "The site moved to another domain; passkeys do not move with it.",
        "Page and server are configured apart.",
    ],
    fix: Fix {
        summary: "Set the RP ID to the domain of the page, without scheme and port, on both sides.",
        steps: &[
            run("For pages under `app.example.org`, either of these will do.", "RP_ID=example.org\nRP_ID=app.example.org"),
            say("Passkeys that were made for the old RP ID have to be made anew."),
        ],
    },
    example: Example::Refusal {
        request: "POST /webauthn/login/finish HTTP/1.1\n\n{\"id\":\"…\"}",
        trace: "the hash is that of localhost, expected example.org",
    },
    standard: Some("WebAuthn Level 3, section 7.2, step 13"),
    related: &[Cause::WebauthnOriginMismatch, Cause::OriginHostDrift],
};

/// The RP ID fits neither the page nor what the authenticator signed.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::WebauthnRpIdRefused]);
    for (id, line) in passkey::rp_ids(situation) {
        let page = passkey::page_host(situation);
        let unfit = page.as_deref().filter(|host| **host != id && !host.ends_with(&format!(".{id}")));
        let signed = situation.passkey_rp_id_hash().is_some_and(|hash| hash != passkey::hash(&id));
        if unfit.is_none() && !signed {
            continue;
        }
        let message = match unfit {
            Some(host) => format!("the RP ID {id} is neither {host} nor a parent domain of it"),
            None => format!("the authenticator signed for another RP ID than {id}"),
        };
        let mut finding = Finding::new(Cause::WebauthnRpidMismatch, Strength::Proved, message).at(line.spot.clone(), "expected here");
        // An assertion that arrived is checked for its origin first, and both are to be mended.
        if !signed {
            finding = finding.explains(&[Cause::WebauthnOriginMismatch]);
        }
        if let Some(seen) = seen {
            finding = finding.at(seen.spot.clone(), "said here");
        }
        found.push(finding);
        return;
    }
    if let Some(seen) = seen {
        let message = "the passkey is of another RP ID than the server expects";
        found.push(Finding::new(Cause::WebauthnRpidMismatch, Strength::Likely, message).at(seen.spot.clone(), "said here"));
    }
}
