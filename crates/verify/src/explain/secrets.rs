//! Which secret, undamaged or damaged, signed a token.

use super::unverified::Unverified;
use super::variants::{SecretVariant, variants};
use super::{ExplainContext, Explained, KnownSecret, SecretRole};
use crate::strength::{WELL_KNOWN, strength};
use crate::{Cause, Fingerprint, Variables};
use aws_lc_rs::hmac;

/// How many secrets are tried.
const MOST_SECRETS: usize = 32;
/// How many HMACs one explanation may compute.
pub(super) const MOST_HMACS: usize = 1_500;
/// How many bytes they may run over, so that a long token costs no more than many short ones.
pub(super) const MOST_HASHED: usize = 6 << 20;

/// How sure it is that a secret that makes the very signature is the one that made it.
const CERTAIN: f32 = 0.99;

/// Who signed a token.
pub(super) enum Signer {
    /// A secret or variant that explains the refusal.
    Found(Box<Explained>),
    /// The very secret that verifies here: nothing is wrong with the signature.
    Ours(String),
    /// Nobody who is known.
    Unknown,
}

/// The token's signature, tried against one secret after the other until the budget is spent.
pub(super) struct Trial<'a> {
    algorithm: hmac::Algorithm,
    input: &'a [u8],
    signature: &'a [u8],
    pub(super) done: usize,
    pub(super) hashed: usize,
}

impl<'a> Trial<'a> {
    /// `None` unless the token is signed by HMAC.
    pub(super) fn of(token: &'a Unverified<'_>) -> Option<Self> {
        let algorithm = match token.alg() {
            "HS256" => hmac::HMAC_SHA256,
            "HS384" => hmac::HMAC_SHA384,
            "HS512" => hmac::HMAC_SHA512,
            _ => return None,
        };
        Some(Self {
            algorithm,
            input: token.signing_input.as_bytes(),
            signature: &token.signature,
            done: 0,
            hashed: 0,
        })
    }

    fn signed_by(&mut self, secret: &[u8]) -> bool {
        if self.done >= MOST_HMACS || self.hashed + self.input.len() > MOST_HASHED {
            return false;
        }
        self.done += 1;
        self.hashed += self.input.len();
        let key = hmac::Key::new(self.algorithm, secret);
        hmac::verify(&key, self.input, self.signature).is_ok()
    }
}

/// The secret that signed the token, if it is known or a known damage of one that is.
pub(super) fn who_signed(trial: &mut Trial<'_>, context: &ExplainContext<'_>) -> Signer {
    let known = || context.secrets.iter().take(MOST_SECRETS);
    let mine = |known: &&KnownSecret| known.role == SecretRole::Current;
    if let Some(ours) = known()
        .filter(mine)
        .find(|one| trial.signed_by(one.secret.expose()))
    {
        return match public_key(ours) {
            Some(forged) => Signer::Found(Box::new(forged)),
            None => Signer::Ours(name(ours)),
        };
    }
    // The verifier's own secret in another form says more than an equal one elsewhere does.
    for one in known().filter(mine) {
        if let Some(found) = damaged(one, trial, context.variables) {
            return Signer::Found(Box::new(found));
        }
    }
    let exact = known().find(|one| trial.signed_by(one.secret.expose()));
    if let Some(one) = exact {
        let found = public_key(one).unwrap_or_else(|| exactly(one, "", context));
        return Signer::Found(Box::new(found));
    }
    if let Some(sample) = anybodys(trial) {
        return Signer::Found(Box::new(sample));
    }
    for one in known().filter(|known| !mine(known)) {
        let all = variants(one, context.variables);
        if let Some(variant) = all.iter().find(|variant| trial.signed_by(&variant.bytes)) {
            return Signer::Found(Box::new(exactly(one, variant.how, context)));
        }
    }
    Signer::Unknown
}

fn damaged(
    own: &KnownSecret,
    trial: &mut Trial<'_>,
    variables: Option<&Variables>,
) -> Option<Explained> {
    let all = variants(own, variables);
    let variant = all.iter().find(|variant| trial.signed_by(&variant.bytes))?;
    Some(of_variant(own, variant, "the token was signed with"))
}

fn of_variant(own: &KnownSecret, variant: &SecretVariant, beginning: &str) -> Explained {
    let text = format!("{beginning} {} {}", name(own), variant.how);
    about(own, Explained::new(variant.cause, CERTAIN, text)).fix(variant.fix)
}

/// What two known secrets have to do with one another: nothing if they are equal, else the damage that
/// makes one of the other, or that they are two.
///
/// `verifier` is the one that verifies tokens, `issuer` the one that signs them.
///
/// ```
/// use countersign_verify::{Cause, KnownSecret, Secret, SecretRole, Source, compare_secrets};
///
/// let of = |text: &str, role| KnownSecret::new("JWT_SECRET", Secret::from(text), Source::Process, role);
/// let verifier = of("qL9v-Rx3_Tz7bNn1\n", SecretRole::Current);
/// let issuer = of("qL9v-Rx3_Tz7bNn1", SecretRole::Issuer);
/// let found = compare_secrets(&verifier, &issuer, None);
/// assert_eq!(found.map(|found| found.cause), Some(Cause::SecretTrailingNewline));
/// ```
#[must_use]
pub fn compare_secrets(
    verifier: &KnownSecret,
    issuer: &KnownSecret,
    variables: Option<&Variables>,
) -> Option<Explained> {
    if verifier.secret == issuer.secret {
        return None;
    }
    let all = variants(verifier, variables);
    let related = all
        .iter()
        .find(|variant| issuer.secret.matches(&variant.bytes));
    let found = if let Some(variant) = related {
        of_variant(verifier, variant, &format!("{} is", name(issuer)))
    } else {
        let text = format!(
            "{} and {} are different secrets",
            name(verifier),
            name(issuer)
        );
        about(
            verifier,
            Explained::new(Cause::SecretMismatch, CERTAIN, text),
        )
        .fix(same_secret(verifier, issuer))
    };
    Some(about(issuer, found))
}

/// Secrets that are none: the empty one, and samples out of documentation.
fn anybodys(trial: &mut Trial<'_>) -> Option<Explained> {
    let fix = "set one secret of 32 random bytes on both sides: openssl rand -base64 32";
    if trial.signed_by(b"") {
        let text = "the token was signed with an empty secret: its issuer has none set";
        return Some(Explained::new(Cause::SecretMissing, CERTAIN, text).fix(fix));
    }
    let unset = ["undefined", "null", "None", "nil", "false"];
    if let Some(word) = unset
        .into_iter()
        .find(|word| trial.signed_by(word.as_bytes()))
    {
        let text =
            format!("the token was signed with the word {word}: its issuer has no secret set");
        return Some(Explained::new(Cause::SecretMissing, CERTAIN, text).fix(fix));
    }
    let sample = WELL_KNOWN
        .iter()
        .find(|sample| trial.signed_by(sample.as_bytes()))?;
    let fingerprint = Fingerprint::of(sample.as_bytes());
    let text = format!(
        "the token was signed with a sample value out of documentation ({fingerprint}): anybody can sign such tokens"
    );
    Some(Explained::new(Cause::SecretPlaceholder, CERTAIN, text).fix(fix))
}

/// A PEM key whose text was used as the secret. With a public one that is the known attack on verifiers
/// that let the token choose the algorithm (RFC 8725, section 2.1).
fn public_key(known: &KnownSecret) -> Option<Explained> {
    let text = std::str::from_utf8(known.secret.expose())
        .ok()?
        .trim_start();
    let found = if text.starts_with("-----BEGIN PUBLIC") || text.starts_with("-----BEGIN CERT") {
        let text = format!(
            "the token was signed by HMAC with the text of {}, a public key that anybody may have: somebody forged it",
            name(known)
        );
        Explained::new(Cause::TokenTampered, CERTAIN, text)
            .fix("let the verifier allow the algorithm of its key alone, never HMAC beside it; then look up who sent the token")
    } else if text.starts_with("-----BEGIN") {
        let text = format!(
            "the token was signed by HMAC with the text of {}, a private key: its issuer has the wrong algorithm",
            name(known)
        );
        Explained::new(Cause::AlgMismatch, CERTAIN, text)
            .fix("set the issuer's algorithm to that of its key: RS256, ES256 or EdDSA")
    } else {
        return None;
    };
    Some(about(known, found))
}

/// What is wrong with the verifier's own secret by its looks, when nobody who is known signed the token.
pub(super) fn suspicious(token: &Unverified<'_>, context: &ExplainContext<'_>) -> Vec<Explained> {
    let own = context
        .secrets
        .iter()
        .filter(|known| known.role == SecretRole::Current);
    own.filter_map(|own| by_looks(own).or_else(|| drawn(own, token)))
        .collect()
}

fn by_looks(own: &KnownSecret) -> Option<Explained> {
    let secret = own.secret.expose();
    let text = std::str::from_utf8(secret).ok()?;
    let bare = text.trim();
    let is_token = bare.starts_with("eyJ") && bare.split('.').count() == 3;
    let is_key = bare.starts_with("sb_secret_") || bare.starts_with("sb_publishable_");
    let name = name(own);
    let found = if is_token || is_key {
        let text = format!("{name} holds a project's anon or service key, and no signing secret");
        let fix = "copy the JWT secret of the project (Settings, JWT Keys) in place of the API key, or verify with its key set";
        Explained::new(Cause::SupabaseApiKeyAsSecret, 0.93, text).fix(fix)
    } else if bare.len() > 3 && (bare.starts_with("${") || bare.starts_with("$(")) {
        let text = format!("{name} holds a reference that nothing expanded");
        Explained::new(Cause::EnvVarNotExpanded, 0.93, text)
            .fix("write the value itself, or use a loader that expands references")
    } else if super::issuers::unquoted(bare) != bare {
        let text = format!("{name} has quotes around it, which are part of the secret as it is");
        Explained::new(Cause::EnvQuotesLiteral, 0.6, text)
            .fix("take the quotes out of the file, unless the issuer's has them as well")
    } else if bare != text {
        let text = format!(
            "{name} has blanks or a newline around it, which are part of the secret as it is"
        );
        Explained::new(Cause::SecretTrailingNewline, 0.6, text)
            .fix("take them out of the value, unless the issuer's has them as well")
    } else {
        let weakness = strength(&own.secret).err()?;
        Explained::new(weakness.cause(), 0.5, format!("{name}: {weakness}"))
    };
    Some(about(own, found))
}

/// A secret that is drawn at each start signs tokens for one process and one run alone.
fn drawn(own: &KnownSecret, token: &Unverified<'_>) -> Option<Explained> {
    let drawn_at = own.drawn_at?;
    let text = match token.time("iat") {
        Some(iat) if iat < drawn_at => format!(
            "{} was drawn at random at the last start, {} after the token was made",
            name(own),
            crate::moment::span(drawn_at.saturating_sub(iat))
        ),
        Some(_) | None => format!(
            "{} is drawn at random at each start: another worker, or an earlier run, made the token with its own",
            name(own)
        ),
    };
    let found = Explained::new(Cause::SecretRandomPerProcess, 0.9, text)
        .fix("draw the secret once (openssl rand -base64 32), keep it in the settings, and let every worker read it");
    Some(about(own, found))
}

/// The token was signed with a secret that is known, and is not the one that verifies.
fn exactly(known: &KnownSecret, how: &str, context: &ExplainContext<'_>) -> Explained {
    let mut own = context.secrets.iter();
    let own = own.find(|one| one.role == SecretRole::Current);
    let (cause, which) = match known.role {
        SecretRole::ApiKey => (
            Cause::SupabaseApiKeyAsSecret,
            ", a project's API key and no signing secret".to_owned(),
        ),
        SecretRole::Current | SecretRole::Issuer => (Cause::SecretMismatch, String::new()),
        SecretRole::Lost => (
            Cause::EnvVarNameMismatch,
            ", a name that does not count for the verifier".to_owned(),
        ),
        SecretRole::OtherEnvironment(environment) => (
            Cause::SecretMismatch,
            format!(", the secret of {environment}: it was issued in another environment"),
        ),
        SecretRole::OtherPurpose => (
            Cause::SecretMismatch,
            ", which is not the one that verifies tokens".to_owned(),
        ),
        SecretRole::Previous => (
            Cause::SecretRotatedStaleSession,
            ", the secret before the last change".to_owned(),
        ),
        SecretRole::Sync => (
            Cause::SecretReusedAcrossPurposes,
            ", which guards the sync endpoint and signs no tokens".to_owned(),
        ),
    };
    let blank = if how.is_empty() { "" } else { " " };
    let holds = own.map_or_else(String::new, |own| {
        format!("; the verifier has {}", name(own))
    });
    let text = format!(
        "the token was signed with {}{blank}{how}{which}{holds}",
        name(known)
    );
    about(known, Explained::new(cause, CERTAIN, text)).fix(remedy(known, own))
}

/// What to do about a token that `known` signed.
fn remedy(known: &KnownSecret, own: Option<&KnownSecret>) -> String {
    let text = match known.role {
        SecretRole::ApiKey => "sign with a secret of its own, or with the project's JWT secret",
        SecretRole::Current | SecretRole::Issuer | SecretRole::OtherPurpose => {
            return own.map_or_else(
                || "set the issuer's secret in the verifier".to_owned(),
                |own| same_secret(own, known),
            );
        }
        SecretRole::Lost => {
            "set the secret under one name, the one that both sides read, and delete the other"
        }
        SecretRole::OtherEnvironment(environment) => {
            return format!(
                "let the client call the deployment that issued its token ({environment}), or sign in at this one"
            );
        }
        SecretRole::Previous => {
            "sign in again; or accept the previous secret for as long as its tokens live"
        }
        SecretRole::Sync => {
            "give each purpose a secret of its own, and sign with the one for tokens"
        }
    };
    text.to_owned()
}

fn same_secret(verifier: &KnownSecret, issuer: &KnownSecret) -> String {
    format!(
        "set one value in both places: {} ({}) and {} ({})",
        verifier.label, verifier.source, issuer.label, issuer.source
    )
}

fn about(known: &KnownSecret, found: Explained) -> Explained {
    found.about(
        &known.label,
        &known.source,
        known.secret.fingerprint().to_string(),
    )
}

pub(super) fn name(known: &KnownSecret) -> String {
    format!(
        "{} ({}, {})",
        known.label,
        known.secret.fingerprint(),
        known.source
    )
}
