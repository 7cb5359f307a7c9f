//! `oauth-client-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Service;
use crate::finding::{Finding, Strength};
use crate::situation::oauth::{place_of, refuses_client};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::OauthClientInvalid,
    rule: Some(find),
    title: "The provider does not accept the client's id or secret",
    what: "When it exchanges the code, the program shows the provider its client id and secret. The provider does not know the client, or the secret is not the client's.",
    why: &[
        "The secret has expired or was replaced in the provider's console; Azure's secrets run out after at most two years.",
        "The secret's id was copied in place of its value.",
        "Id and secret are of two environments, or of two clients.",
        "The value in the environment carries quotes, a blank or a newline.",
        "The client is public and has no secret, or wants it in the header and not in the body.",
    ],
    fix: Fix {
        summary: "Copy id and secret of this environment's client from the provider's console again.",
        steps: &[
            say("Make a new secret in the console and copy its value, not its id."),
            run("Set both in one go, and restart.", "GOOGLE_CLIENT_ID=….apps.googleusercontent.com\nGOOGLE_CLIENT_SECRET=…"),
        ],
    },
    example: Example::Refusal {
        request: "POST /token HTTP/1.1\nHost: oauth2.googleapis.com\n\ngrant_type=authorization_code&client_id=…&client_secret=…",
        trace: "the provider answered invalid_client",
    },
    standard: Some("RFC 6749, section 5.2"),
    related: &[Cause::OauthProviderError, Cause::RedirectUriMismatch, Cause::EnvVarNameMismatch],
};

/// The provider says so.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let id = secret_id(situation);
    let Some(spot) = place_of(situation, refuses_client) else {
        found.extend(id);
        return;
    };
    let finding = Finding::new(Cause::OauthClientInvalid, Strength::Likely, "the provider does not accept the client's id or secret");
    let mut finding = finding.at(spot, "the provider's answer");
    let mut lines = situation.evidence.services.iter().flat_map(Service::settings);
    if let Some(line) = lines.find(|line| line.name.to_ascii_uppercase().contains("CLIENT_SECRET")) {
        finding = finding.at(line.spot.clone(), "the secret that is set");
    }
    found.push(finding.explains(&[Cause::OauthProviderError, Cause::CredentialMissing]));
}

/// Microsoft's secrets are some forty characters with `~`; a UUID is the secret's id, which stands beside it in the
/// portal.
fn secret_id(situation: &Situation<'_>) -> Option<Finding> {
    let lines = || situation.evidence.services.iter().flat_map(Service::settings);
    let microsoft = ["microsoftonline.com", "windows.net", "b2clogin.com", "ciamlogin.com"];
    let names = ["AZURE", "ENTRA", "MICROSOFT", "MSAL", "AAD"];
    let of = |text: &str| microsoft.iter().any(|host| text.contains(host));
    let by_setting = lines().any(|line| of(&line.value) || names.iter().any(|name| line.name.to_ascii_uppercase().contains(name)));
    let location = situation.response().and_then(|answer| answer.headers.value("location")).unwrap_or_default();
    let line = lines().filter(|_| by_setting || of(location)).find(|line| {
        let name = line.name.to_ascii_uppercase();
        let client = name.contains("CLIENT") || names.iter().any(|part| name.contains(part));
        client && name.contains("SECRET") && is_uuid(line.value.trim())
    })?;
    let strength = if situation.outcome() == Outcome::Bad { Strength::Proved } else { Strength::Risk };
    let message = format!("{} is a UUID: that is the id of a secret of Microsoft's, not its value", line.name);
    let finding = Finding::new(Cause::OauthClientInvalid, strength, message).weight(0.6);
    let finding = finding.fix("Make a new client secret, and copy the column Value, which is shown once.");
    Some(finding.at(line.spot.clone(), "the secret's id").explains(&[Cause::OauthProviderError]))
}

fn is_uuid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
