//! Who signed what a verifier refuses, or who would.

use super::decoding::decoded;
use super::difference::{self, Damaged, is_reference};
use super::{Bearing, Held, deployment, is_for, readings, rotation, strength, wording};
use crate::contract::{Purpose, environment_of, purpose};
use crate::evidence::{EnvLine, Service, Sighting, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::{Origin, Outcome, PresentedToken, Situation};
use countersign_verify::Cause;

/// What keeps a verifier from knowing the signature of a token.
pub(super) fn of_token<'e>(
    situation: &Situation<'e>,
    verifier: &'e Service,
    own: &[Held<'e>],
    token: &PresentedToken<'e>,
    bearing: Bearing,
) -> Option<Finding> {
    let counts = |line: &EnvLine| own.iter().any(|held| std::ptr::eq(held.line, line));
    let fits = || token.signature.settings();
    let exact = |held: &Held<'_>| {
        fits().any(|(_, line, form)| form.is_none() && std::ptr::eq(line, held.line))
    };
    if let Some(held) = own.iter().find(|held| exact(held)) {
        return refers_to(situation, *held, own)
            .or_else(|| of_environment(*held, own))
            .or_else(|| decoded(situation, *held))
            .or_else(|| readings::of_the_other_loader(situation, *held, token));
    }
    if deployment::is_refresh_token(token)
        || fitted_by_another_verifier(situation, verifier, token)
        || deployment::is_meant_for_another(verifier, token)
    {
        return None;
    }
    if let Some(finding) = readings::read_otherwise(situation, verifier, own, token) {
        return Some(finding);
    }
    if let Some(finding) = readings::as_written(situation, own, token) {
        return Some(finding);
    }
    let lost = fits().find(|(service, line, form)| {
        form.is_none() && std::ptr::eq(*service, verifier) && !counts(line)
    });
    if let Some((service, line, _)) = lost {
        let signed = Held { service, line };
        return in_vain(own, signed);
    }
    let issuer =
        fits().find(|(service, _, form)| form.is_none() && !std::ptr::eq(*service, verifier));
    if let Some((service, line, _)) = issuer {
        let signed = Held { service, line };
        let other = || by_another(situation, verifier, own, signed);
        return Some(deployment::differs(verifier, signed).unwrap_or_else(other));
    }
    if let Some((_, line, Some((cause, how)))) =
        fits().find(|(service, line, _)| std::ptr::eq(*service, verifier) && counts(line))
    {
        let held = Held {
            service: verifier,
            line,
        };
        let issuer = issuer_of(situation, verifier, &line.value);
        let alike = issuer.is_none_or(|issuer| issuer.line.value == line.value);
        // Both sides may well decode alike, and a file's last line end is often cut off by its reader.
        if situation.outcome() == Outcome::Unknown && alike && cause != Cause::EnvQuotesLiteral {
            return None;
        }
        return Some(wording::in_another_form(
            held,
            cause,
            how,
            issuer_of(situation, verifier, ""),
        ));
    }
    let Some(held) = own.first() else {
        return without_secret(situation, verifier);
    };
    Some(unknown_signer(situation, *held, token, bearing))
}

/// Another service's secret signed it.
fn by_another(
    situation: &Situation<'_>,
    verifier: &Service,
    own: &[Held<'_>],
    signed: Held<'_>,
) -> Finding {
    let strength = match situation.outcome() {
        // Of a request whose end is not known it may be that the secret comes from elsewhere.
        Outcome::Unknown => Strength::Risk,
        Outcome::Good | Outcome::Bad => Strength::Proved,
    };
    match own.first() {
        Some(held) => between(*held, signed, Strength::Proved, 0.9),
        None => wording::missing(verifier, Some(signed), strength),
    }
}

/// Products that read their secret from the environment under one name, and the name.
const READ_BY: &[(&str, &str)] = &[
    ("jwt-auth", "JWT_SECRET"),
    ("tymon", "JWT_SECRET"),
    ("strapi", "JWT_SECRET"),
    ("directus", "SECRET"),
    ("gotrue", "GOTRUE_JWT_SECRET"),
    ("postgrest", "PGRST_JWT_SECRET"),
];

/// The verifier's settings are given, and no secret is among them.
fn without_secret(situation: &Situation<'_>, verifier: &Service) -> Option<Finding> {
    verifier.files.first()?;
    // .NET says of a verifier without any key that none was provided.
    let none = |seen: &Sighting| seen.text.contains("No security keys were provided");
    let told = situation.sightings().iter().any(none);
    let read = READ_BY
        .iter()
        .any(|(product, name)| situation.uses(product) && verifier.setting(name).is_none());
    let refused = situation.sighting(Symptom::SignatureRefused).is_some();
    (told || read && refused).then(|| wording::missing(verifier, None, Strength::Likely))
}

/// Where several services verify, one whose secret fits has answered for all that are of one front end.
fn fitted_by_another_verifier<'e>(
    situation: &Situation<'e>,
    verifier: &'e Service,
    token: &PresentedToken<'e>,
) -> bool {
    let has_front_end = situation
        .evidence
        .services
        .iter()
        .any(Service::is_front_end);
    let fits = token
        .signature
        .settings()
        .filter(|(_, _, form)| form.is_none());
    (has_front_end || calls_what_fails(situation, verifier))
        && fits.into_iter().any(|(service, line, _)| {
            !std::ptr::eq(service, verifier)
                && !service.is_front_end()
                && !situation.issues_tokens(service)
                && is_for(line, Purpose::SigningSecret)
                && service
                    .setting(&line.name)
                    .is_some_and(|counts| std::ptr::eq(counts, line))
        })
}

/// Whether a service without a secret is the client of the failing request: it names the address that was asked.
fn calls_what_fails(situation: &Situation<'_>, service: &Service) -> bool {
    let asked = |line: &EnvLine| {
        let address = Origin::parse(&line.value);
        let own = purpose(&line.name) == Some(Purpose::OwnUrl);
        !own && address.is_some_and(|address| address.host == situation.host())
    };
    let holds = |line: &EnvLine| is_for(line, Purpose::SigningSecret);
    service.settings().any(asked) && !service.settings().any(holds)
}

/// No secret of the evidence signed it.
fn unknown_signer<'e>(
    situation: &Situation<'e>,
    held: Held<'e>,
    token: &PresentedToken<'e>,
    bearing: Bearing,
) -> Finding {
    if let Some(finding) = wording::no_secret_at_all(held, token) {
        return finding;
    }
    if let Some(finding) = rotation::former(situation, held, token) {
        return finding;
    }
    if let Some(finding) = rotation::since(situation, held, Some(token)) {
        return finding;
    }
    if is_reference(&held.line.value) {
        return wording::not_expanded(held, Strength::Proved);
    }
    if difference::keeps_quotes(&held.line.value) {
        return wording::quoted(held, Strength::Likely, 0.6);
    }
    if wording::is_api_key(&held.line.value) {
        return wording::api_key(held, Strength::Proved);
    }
    let other = issuer_of(situation, held.service, "");
    if let Some(other) = other.filter(|other| other.line.value != held.line.value) {
        let (strength, weight) = strength(bearing);
        return between(held, other, strength, weight);
    }
    // That the secret does not fit is certain; whether it is the secret that is wrong is not.
    let weight = if bearing == Bearing::Seen { 0.5 } else { 0.2 };
    wording::foreign(held, token, weight)
}

/// Another service that would sign for this one: the one that holds this value, else the first front end.
pub(super) fn issuer_of<'e>(
    situation: &Situation<'e>,
    verifier: &'e Service,
    value: &str,
) -> Option<Held<'e>> {
    let all = situation.signing_secrets();
    let others = || {
        all.iter()
            .filter(|held| !std::ptr::eq(held.service, verifier))
    };
    let own = |name: &str| verifier.setting(name).is_some();
    others()
        .find(|held| held.line.value.as_str() == value)
        .or_else(|| others().find(|held| own(&held.line.name)))
        .or_else(|| others().find(|held| held.service.is_front_end()))
        .copied()
}

/// The value is there, but not where it counts.
pub(super) fn in_vain<'e>(own: &[Held<'e>], signed: Held<'e>) -> Option<Finding> {
    let counting = signed.service.setting(&signed.line.name);
    let same_name = counting.filter(|line| !std::ptr::eq(*line, signed.line));
    if let Some(line) = same_name {
        let winner = Held {
            service: signed.service,
            line,
        };
        return Some(wording::shadowed(winner, signed, Strength::Proved));
    }
    let name = signed.line.name.to_ascii_uppercase();
    let read = own.first().copied();
    if ["OLD", "PREV", "PREVIOUS", "LAST", "ROTATED", "FORMER"]
        .iter()
        .any(|word| name.split('_').any(|part| part == *word))
    {
        return Some(wording::rotated(read, signed));
    }
    if let Some(read) = read.filter(|read| is_reference(&read.line.value)) {
        return Some(wording::not_expanded(read, Strength::Proved));
    }
    // With no name that is known to be read, the one that fits is the one.
    read.map(|read| wording::other_name(read, signed))
}

/// Another name refers to the secret that fits, and its loader hands the reference on: the other name is the one that
/// is read.
fn refers_to(situation: &Situation<'_>, fits: Held<'_>, own: &[Held<'_>]) -> Option<Finding> {
    let name = fits.line.name.as_str();
    let kept = [format!("${name}"), format!("${{{name}}}")];
    let mut others = own.iter().filter(|_| situation.outcome() == Outcome::Bad);
    let other = others.find(|held| kept.iter().any(|text| held.line.value.trim() == text))?;
    Some(wording::not_expanded(*other, Strength::Proved))
}

/// The secret of one environment fits: of two names with an environment in one, which is read depends on the
/// environment.
fn of_environment<'e>(fits: Held<'e>, own: &[Held<'e>]) -> Option<Finding> {
    let wanted = environment_of(&fits.line.name)?.to_ascii_lowercase();
    let other = own.iter().find(|held| {
        held.line.value != fits.line.value
            && environment_of(&held.line.name).map(str::to_ascii_lowercase) != Some(wanted.clone())
    })?;
    let current = fits.service.environment();
    let is_same = |name: &str| name.starts_with(&wanted) || wanted.starts_with(name);
    match current {
        Some(name) if is_same(&name) => None,
        current => Some(wording::environment(
            fits,
            *other,
            &wanted,
            current.as_deref(),
        )),
    }
}

/// Two services hold two values.
pub(super) fn between<'e>(
    verifier: Held<'e>,
    issuer: Held<'e>,
    strength: Strength,
    weight: f32,
) -> Finding {
    let value = |held: Held<'e>| held.line.value.as_bytes();
    if verifier.line.value.is_empty() {
        return wording::missing(verifier.service, Some(issuer), strength);
    }
    if issuer.line.value.is_empty() {
        return wording::missing(issuer.service, Some(verifier), strength);
    }
    for (literal, other) in [(verifier, issuer), (issuer, verifier)] {
        if is_reference(&literal.line.value) && !is_reference(&other.line.value) {
            return wording::not_expanded(literal, strength).weight(weight);
        }
        if wording::is_api_key(&literal.line.value) && !wording::is_api_key(&other.line.value) {
            return wording::api_key(literal, strength).weight(weight);
        }
    }
    // The value of the other side is there, in a file or a line that does not count.
    for (winner, other) in [(verifier, issuer), (issuer, verifier)] {
        let lost = winner.service.all_lines().find(|(_, line)| {
            line.name == winner.line.name
                && line.value == other.line.value
                && !std::ptr::eq(*line, winner.line)
        });
        if let Some((_, line)) = lost {
            let service = winner.service;
            return wording::shadowed(winner, Held { service, line }, strength);
        }
    }
    match difference::between(value(verifier), value(issuer)) {
        Some((cause, Damaged::First)) => {
            wording::damaged(verifier, issuer, cause, strength, weight)
        }
        Some((cause, Damaged::Second)) => {
            wording::damaged(issuer, verifier, cause, strength, weight)
        }
        None => wording::differ(verifier, issuer, strength, weight),
    }
}

/// Without a token: whether the service that signs and the one that verifies hold one value.
pub(super) fn without_token<'e>(
    situation: &Situation<'e>,
    verifier: &'e Service,
    own: &[Held<'e>],
    bearing: Bearing,
) -> Option<Finding> {
    let (strength, weight) = strength(bearing);
    let all = situation.signing_secrets();
    let held = own.first().copied()?;
    if held.line.value.is_empty() {
        if verifier.deployment().is_some() {
            return None;
        }
        let issuer =
            issuer_of(situation, verifier, "").filter(|issuer| !issuer.line.value.is_empty());
        return Some(wording::missing(verifier, issuer, strength).weight(weight));
    }
    if is_reference(&held.line.value) {
        return Some(wording::not_expanded(held, strength).weight(weight));
    }
    if wording::is_api_key(&held.line.value) {
        return Some(wording::api_key(held, strength).weight(weight));
    }
    let issuer = all
        .iter()
        // What is deployed elsewhere is meant to have a secret of its own.
        .filter(|other| other.service.is_beside(verifier))
        .find(|other| other.line.name == held.line.name)
        // Two names are two secrets unless a message says that a signature was refused.
        .or_else(|| {
            let others = all
                .iter()
                .filter(|other| !std::ptr::eq(other.service, verifier));
            let mut others =
                others.filter(|other| bearing == Bearing::Seen && other.service.is_front_end());
            others.next()
        });
    let Some(issuer) = issuer.copied() else {
        if situation.sighting(Symptom::SessionUndecryptable).is_some()
            && let Some(finding) = rotation::since(situation, held, None)
        {
            return Some(finding);
        }
        return difference::keeps_quotes(&held.line.value)
            .then(|| wording::quoted(held, strength, weight));
    };
    if issuer.line.value == held.line.value || of_two_environments(held, issuer) {
        return None;
    }
    if issuer.written() == held.written() && !known_readers(held, issuer) {
        // One and the same text: only who reads it could make a difference, and that is not known.
        return None;
    }
    Some(between(held, issuer, strength, weight))
}

/// What makes the difference between the keys of two programs whose source says that one checks what the other signs.
pub(super) fn of_two_programs<'e>(verifier: Held<'e>, issuer: Held<'e>) -> Option<Finding> {
    let same = issuer.line.value == verifier.line.value || issuer.written() == verifier.written();
    if same || of_two_environments(verifier, issuer) {
        return None;
    }
    Some(between(verifier, issuer, Strength::Likely, 0.6))
}

/// Values of two environments are meant to differ.
fn of_two_environments(one: Held<'_>, other: Held<'_>) -> bool {
    let of = |held: Held<'_>| environment_of(&held.line.name);
    let by_name = matches!((of(one), of(other)), (Some(one), Some(other)) if one != other);
    let by_service = environment_of(&one.service.name).is_some()
        && environment_of(&one.service.name) != environment_of(&other.service.name);
    by_name || by_service
}

fn known_readers(one: Held<'_>, other: Held<'_>) -> bool {
    let known = |held: Held<'_>| {
        let file = held.service.file_of(held.line);
        file.is_some_and(crate::evidence::service::EnvFile::is_known)
    };
    known(one) && known(other)
}
