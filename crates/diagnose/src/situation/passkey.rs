//! Passkeys: the RP ID and the origins that settings expect, and the page that used them.

use super::{Origin, Situation};
use crate::contract::Purpose;
use crate::evidence::{EnvLine, Service, Symptom};
use aws_lc_rs::digest;

/// The RP IDs that settings name, as they are written.
pub(crate) fn rp_ids<'e>(situation: &Situation<'e>) -> Vec<(String, &'e EnvLine)> {
    lines(situation, &["RP_ID", "RPID", "RELYING_PARTY_ID"])
        .into_iter()
        .map(|line| (line.value.trim().to_ascii_lowercase(), line))
        .filter(|(id, _)| !id.is_empty())
        .collect()
}

/// The origins that settings expect.
pub(crate) fn origins<'e>(situation: &Situation<'e>) -> Vec<(String, &'e EnvLine)> {
    lines(
        situation,
        &[
            "RP_ORIGIN",
            "RP_ORIGINS",
            "WEBAUTHN_ORIGIN",
            "PASSKEY_ORIGIN",
            "EXPECTED_ORIGIN",
            "FIDO2_ORIGIN",
        ],
    )
    .into_iter()
    .flat_map(|line| {
        line.value
            .split(',')
            .map(move |origin| (origin.trim().to_owned(), line))
    })
    .filter(|(origin, _)| !origin.is_empty())
    .collect()
}

/// The program's own address, where no setting names origins: what stands in for them, if it is the host that the
/// passkey was used on, under another scheme or port.
pub(crate) fn own_address<'e>(situation: &Situation<'e>, used: &str) -> Option<&'e EnvLine> {
    let used = Origin::parse(used)?;
    let own = situation.settings(Purpose::OwnUrl).map(|(_, line)| line);
    let mut same_host = own.filter_map(|line| Some((line, Origin::parse(&line.value)?)));
    let found = same_host.find(|(_, own)| own.host == used.host);
    found.filter(|(_, own)| *own != used).map(|(line, _)| line)
}

fn lines<'e>(situation: &Situation<'e>, ends: &[&str]) -> Vec<&'e EnvLine> {
    let lines = situation
        .evidence
        .services
        .iter()
        .flat_map(Service::settings);
    lines
        .filter(|line| {
            ends.iter()
                .any(|end| line.name.to_ascii_uppercase().ends_with(end))
        })
        .collect()
}

/// Whether the failing request is about a passkey.
pub(crate) fn is_meant(situation: &Situation<'_>) -> bool {
    let words = ["webauthn", "passkey", "fido"];
    let request = situation
        .request()
        .map(|request| request.target.to_ascii_lowercase())
        .unwrap_or_default();
    words
        .iter()
        .any(|word| request.contains(word) || situation.uses(word) || situation.says(word))
        || situation.passkey_origin().is_some()
        || situation
            .seen_any(&[Symptom::WebauthnRpIdRefused])
            .is_some()
}

/// The origin of the page, as the request's headers tell.
pub(crate) fn page_origin(situation: &Situation<'_>) -> Option<String> {
    let request = situation.request()?;
    if let Some(origin) = request.headers.value("origin") {
        return Some(origin.to_owned());
    }
    let referer = request.headers.value("referer")?;
    let (scheme, rest) = referer.split_once("://")?;
    Some(format!("{scheme}://{}", rest.split('/').next()?))
}

/// The host of the page.
pub(crate) fn page_host(situation: &Situation<'_>) -> Option<String> {
    let origin = situation
        .passkey_origin()
        .or_else(|| page_origin(situation))?;
    let (_, host) = origin.split_once("://")?;
    host.split(':').next().map(str::to_ascii_lowercase)
}

/// The hash that authenticators sign for an RP ID.
pub(crate) fn hash(id: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, id.as_bytes())
        .as_ref()
        .to_vec()
}
