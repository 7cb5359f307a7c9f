//! `auth-scheme-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::challenges;
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AuthSchemeMismatch,
    rule: Some(find),
    title: "The Authorization header names another scheme than Bearer",
    what: "The header begins with a scheme that this server does not read, such as `Token` or `JWT`. What follows may well be a good token.",
    why: &[
        "The client was written for another server: Django REST Framework says `Token`, older JWT packages say `JWT`.",
        "A library has the scheme as a setting, and its default is not `Bearer`.",
        "A tool is set to Basic or Digest.",
    ],
    fix: Fix {
        summary: "Use the scheme `Bearer`.",
        steps: &[
            run("Change the scheme in the client's settings, or where the header is set.", "headers: { Authorization: `Bearer ${token}` }"),
            run("In a back end of your own, set the same word on both sides, for example in Simple JWT.", "SIMPLE_JWT = {\"AUTH_HEADER_TYPES\": (\"Bearer\",)}"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Token eyJhbGciOiJIUzI1NiIs…",
        trace: "scheme Token, expected Bearer; what follows has the form of a token",
    },
    standard: Some("RFC 6750, section 2.1; RFC 9110, section 11.1"),
    related: &[Cause::BearerPrefixMissing, Cause::AuthorizationHeaderConflict],
};

/// The scheme is another than the answer or the settings ask for.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let Some(request) = situation.request() else { return };
    let Some(header) = request.headers.first("authorization") else { return };
    let Some((scheme, token)) = header.value.trim().split_once(' ') else { return };
    let sent = scheme.to_ascii_lowercase();
    // Basic is another's credential: a proxy's or a netrc file's.
    if sent == "basic" || sent == "negotiate" || sent == "ntlm" {
        return;
    }
    let asked = challenges(situation.response());
    let setting = wanted_by_setting(situation);
    let (wanted, strength, spot) = if let Some((wanted, spot)) = setting {
        (wanted, Strength::Proved, Some(spot))
    } else if let Some(wanted) = asked.iter().find(|wanted| ["bearer", "token", "jwt", "apikey", "api-key"].contains(&wanted.as_str())) {
        (wanted.clone(), Strength::Likely, situation.response().and_then(|response| Some(response.spot(response.headers.first("www-authenticate")?))))
    } else if let Some(wanted) = wanted_by_product(situation, token.trim()) {
        (wanted.to_owned(), Strength::Likely, None)
    } else if sent == "aws4-hmac-sha256" && refused_as_token(situation) {
        ("a token of the user pool".to_owned(), Strength::Likely, None)
    } else if sent != "bearer" && token.trim().starts_with("eyJ") && asked.is_empty() {
        ("bearer".to_owned(), Strength::Suggested, None)
    } else {
        return;
    };
    if wanted.eq_ignore_ascii_case(&sent) || asked.contains(&sent) && strength != Strength::Proved {
        return;
    }
    let message = format!("the client sends the scheme {scheme}, and the server reads {wanted}");
    let mut finding = Finding::new(Cause::AuthSchemeMismatch, strength, message).at(request.spot(header).mark(scheme), "sent");
    if let Some(spot) = spot {
        finding = finding.at(spot, "asked for");
    }
    let fix = if sent == "aws4-hmac-sha256" {
        "Send the user's token in Authorization; a request signed with IAM credentials is for methods with IAM authorization.".to_owned()
    } else {
        format!("Send `Authorization: {wanted} …`, or let the server read {scheme}.")
    };
    found.push(finding.fix(fix).explains(&[Cause::CredentialMissing]));
}

/// Whether a gateway that wants tokens refused: one that wants signatures says what is wrong with them, with 403.
fn refused_as_token(situation: &Situation<'_>) -> bool {
    situation.response().is_some_and(|answer| answer.status == 401)
}

/// The scheme that a setting names: `AUTH_HEADER_TYPES`, `JWT_HEADER_TYPE`, `JWT_AUTH_HEADER_PREFIX`.
fn wanted_by_setting(situation: &Situation<'_>) -> Option<(String, crate::evidence::Spot)> {
    let mut lines = situation.evidence.services.iter().flat_map(crate::evidence::Service::settings);
    lines.find_map(|line| {
        let name = line.name.to_ascii_uppercase();
        let names = ["HEADER_TYPE", "HEADER_TYPES", "HEADER_PREFIX", "AUTH_SCHEME", "TOKEN_PREFIX", "AUTH_PREFIX"];
        let around = |c: char| !c.is_ascii_alphanumeric();
        let value = line.value.trim_matches(around);
        let one_word = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (one_word && names.iter().any(|end| name.ends_with(end))).then(|| (value.to_owned(), line.spot.clone()))
    })
}

/// What products read whose tokens can be told from others: 40 hexadecimal digits are DRF's own tokens.
fn wanted_by_product(situation: &Situation<'_>, token: &str) -> Option<&'static str> {
    let hex = token.len() == 40 && token.chars().all(|c| c.is_ascii_hexdigit());
    let drf = situation.uses("django rest") || situation.uses("drf") || situation.uses("djangorestframework");
    (hex && drf).then_some("Token")
}
