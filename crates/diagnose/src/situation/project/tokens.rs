//! The programs of a project that make tokens, against those that check them.

use super::Program;
use super::resolve::Known;
use crate::contract::{Purpose, purpose};
use crate::evidence::source::SourceFile;
use crate::evidence::source::policy::{Act, Lifetime, TokenLibrary, TokenUse};
use crate::evidence::source::said::Said;
use crate::evidence::{Evidence, Spot};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;
use std::collections::BTreeSet;

mod lives;

/// Words in the names of functions and keys of tokens that are no access tokens.
const OTHERS: &[&str] = &[
    "refresh",
    "reset",
    "email",
    "invit",
    "magic",
    "confirm",
    "state",
    "mfa",
    "otp",
    "activat",
    "csrf",
    "unsubscribe",
    "share",
    "download",
    "forgot",
    "temp",
    "webhook",
    "recover",
    "apple",
    "github",
    "google",
    "livekit",
    "zoom",
];

/// A use with the program and the file that it is in.
#[derive(Clone, Copy)]
pub(super) struct Used<'p, 'e> {
    pub(super) program: &'p Program<'e>,
    file: &'e SourceFile,
    pub(super) token: &'e TokenUse,
}

/// The calls about access tokens.
pub(super) fn uses<'p, 'e>(programs: &'p [Program<'e>], act: Act) -> Vec<Used<'p, 'e>> {
    let mut found = Vec::new();
    for program in programs {
        for file in &program.sources {
            let does = |token: &&TokenUse| {
                token.act == act
                    && (token.through.is_empty()
                        || token.through.iter().any(|words| program.mentions(words)))
            };
            for token in file.facts.tokens.iter().filter(does) {
                let used = Used {
                    program,
                    file,
                    token,
                };
                let key = used.key().setting.unwrap_or_default().to_ascii_lowercase();
                if !OTHERS
                    .iter()
                    .any(|word| token.within.contains(word) || key.contains(word))
                {
                    found.push(used);
                }
            }
        }
    }
    found
}

impl Used<'_, '_> {
    pub(super) fn key(&self) -> Known {
        self.program.resolve(self.file, &self.token.key)
    }

    pub(super) fn values(&self, list: &[Said]) -> Option<BTreeSet<String>> {
        self.program.all(self.file, list)
    }

    /// How far clocks may be apart for it, in seconds.
    pub(super) fn leeway(&self) -> Option<i64> {
        match self.token.leeway.as_ref()? {
            Lifetime::Seconds(seconds) => Some(*seconds),
            Lifetime::Said(said) => {
                let value = self.program.resolve(self.file, said).value?;
                value.trim().trim_end_matches('s').parse().ok()
            }
        }
    }

    /// Where the leeway is said: the line of its setting, else the call.
    pub(super) fn leeway_spot(&self) -> Spot {
        let setting = match &self.token.leeway {
            Some(Lifetime::Said(said)) => self.program.resolve(self.file, said).setting,
            _ => None,
        };
        let line = setting.and_then(|name| self.program.set(&name));
        line.map_or_else(|| self.token.spot.clone(), |line| line.spot.clone())
    }

    /// Whether the two have one key: the same value, or a setting of the same name.
    pub(super) fn shares_key(&self, other: &Self) -> bool {
        let (one, two) = (self.key(), other.key());
        if let (Some(one), Some(two)) = (&one.value, &two.value) {
            return one == two && one.len() > 7;
        }
        if let (Some(one), Some(two)) = (&one.setting, &two.setting) {
            return one == two;
        }
        // Keys that come as arguments are the one signing secret that the program reads.
        let unknown = one == Known::default() && two == Known::default();
        unknown
            && std::ptr::eq(self.file, other.file)
            && self.is_hmac()
            && other.is_hmac()
            && self.program.has_one_signing_secret()
    }
}

impl Used<'_, '_> {
    /// Whether all that it writes is known, and it makes what the other checks: another token may lack what that has.
    fn is_meant_for(&self, verifier: &Self) -> bool {
        let beside = std::ptr::eq(self.file, verifier.file);
        !self.token.unclear && (beside || self.names_access())
    }

    /// Whether its algorithms are those of a shared secret, as far as they are said.
    pub(super) fn is_hmac(&self) -> bool {
        let said = self.values(&self.token.algorithms).unwrap_or_default();
        said.iter().all(|name| name.starts_with("HS"))
    }
}

impl Program<'_> {
    /// Whether its source has these words, of those that are looked for.
    pub(super) fn mentions(&self, words: &str) -> bool {
        self.sources
            .iter()
            .any(|file| file.facts.mentions.contains(&words))
    }

    fn has_one_signing_secret(&self) -> bool {
        let names: BTreeSet<&str> = self
            .reads()
            .filter(|read| purpose(&read.name) == Some(Purpose::SigningSecret))
            .map(|read| read.name.as_str())
            .collect();
        names.len() == 1
    }
}

/// What the source that checks tokens demands of them, each value with its place.
#[derive(Default)]
pub(crate) struct Demanded {
    /// The algorithms.
    pub(crate) algorithms: Vec<(String, Spot)>,
    /// The audiences.
    pub(crate) audiences: Vec<(String, Spot)>,
    /// The issuers.
    pub(crate) issuers: Vec<(String, Spot)>,
    /// How far clocks may be apart, in seconds: the smallest that is said.
    pub(crate) leeway: Option<i64>,
}

/// What the source of a project demands of access tokens.
pub(crate) fn demanded(evidence: &Evidence) -> Demanded {
    let programs = super::programs(evidence);
    let mut demanded = Demanded::default();
    for used in uses(&programs, Act::Verify) {
        let token = used.token;
        let lists = [
            (&token.algorithms, &mut demanded.algorithms),
            (&token.audiences, &mut demanded.audiences),
            (&token.issuers, &mut demanded.issuers),
        ];
        for (said, list) in lists {
            let values = used.values(said).unwrap_or_default().into_iter();
            list.extend(values.map(|value| (value.clone(), token.spot.clone().mark(&value))));
        }
        demanded.leeway = match (demanded.leeway, used.leeway()) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
    demanded
}

pub(super) fn judge(programs: &[Program<'_>], found: &mut Vec<Finding>) {
    let signers = uses(programs, Act::Sign);
    for verifier in uses(programs, Act::Verify) {
        found.extend(anon_key(&verifier));
        found.extend(supabase_audience(&verifier));
        let paired = nearest(&signers, &verifier);
        for check in [algorithm, audience, issuer] {
            // One signer that fits is enough: the others may be for somebody else.
            let verdicts: Vec<Option<Finding>> = paired
                .iter()
                .map(|signer| check(signer, &verifier))
                .collect();
            if verdicts.iter().all(Option::is_some) {
                found.extend(verdicts.into_iter().flatten().next());
            }
        }
    }
    lives::judge(&signers, found);
}

/// The signers of a verifier's tokens: those of its file, else those that say so by their names, else all with its key.
fn nearest<'s, 'p, 'e>(
    signers: &'s [Used<'p, 'e>],
    verifier: &Used<'p, 'e>,
) -> Vec<&'s Used<'p, 'e>> {
    let of = |fits: &dyn Fn(&Used<'p, 'e>) -> bool| -> Vec<&'s Used<'p, 'e>> {
        let paired = signers.iter().filter(|one| one.shares_key(verifier));
        paired.filter(|one| fits(one)).collect()
    };
    let choices: [&dyn Fn(&Used<'p, 'e>) -> bool; 3] = [
        &|one| std::ptr::eq(one.file, verifier.file),
        &|one| one.names_access(),
        &|_| true,
    ];
    let mut found = choices.into_iter().map(of);
    found.find(|paired| !paired.is_empty()).unwrap_or_default()
}

fn both(finding: Finding, signer: &Used<'_, '_>, verifier: &Used<'_, '_>) -> Finding {
    finding
        .at(verifier.token.spot.clone(), "checked here")
        .at(signer.token.spot.clone(), "made here")
        .weight(0.7)
}

fn shown(values: &BTreeSet<String>) -> String {
    values
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

fn algorithm(signer: &Used<'_, '_>, verifier: &Used<'_, '_>) -> Option<Finding> {
    let made = signer.values(&signer.token.algorithms)?;
    let allowed = verifier.values(&verifier.token.algorithms)?;
    if !made.is_disjoint(&allowed) || !made.iter().chain(&allowed).all(|name| name.len() == 5) {
        return None;
    }
    let message = format!(
        "{} signs with {}, and {} allows {}",
        signer.program.name,
        shown(&made),
        verifier.program.name,
        shown(&allowed)
    );
    Some(both(
        Finding::new(Cause::AlgMismatch, Strength::Likely, message),
        signer,
        verifier,
    ))
}

fn audience(signer: &Used<'_, '_>, verifier: &Used<'_, '_>) -> Option<Finding> {
    let (made, checked) = (&signer.token.audiences, &verifier.token.audiences);
    let (who, whom) = (signer.program.name, verifier.program.name);
    if checked.is_empty() {
        let refuses =
            verifier.token.library == TokenLibrary::RefusesAnyAudience && !verifier.token.unclear;
        let made = signer.values(made).filter(|_| refuses)?;
        let message = format!(
            "{who} signs tokens for {}, and {whom} was given no audience: its library then refuses them all",
            shown(&made)
        );
        let fix =
            "Give the call that checks the audience, or turn its check off there and say why.";
        return Some(both(
            Finding::new(Cause::AudNotConfigured, Strength::Likely, message).fix(fix),
            signer,
            verifier,
        ));
    }
    let demanded = verifier.values(checked)?;
    if made.is_empty() {
        if !signer.is_meant_for(verifier) {
            return None;
        }
        let message = format!(
            "{whom} demands the audience {}, and {who} signs tokens without one",
            shown(&demanded)
        );
        return Some(both(
            Finding::new(Cause::AudMissingInToken, Strength::Likely, message),
            signer,
            verifier,
        ));
    }
    let made = signer
        .values(made)
        .filter(|made| made.is_disjoint(&demanded))?;
    let message = format!(
        "{who} signs tokens for {}, and {whom} demands {}",
        shown(&made),
        shown(&demanded)
    );
    Some(both(
        Finding::new(Cause::AudMismatch, Strength::Likely, message),
        signer,
        verifier,
    ))
}

fn issuer(signer: &Used<'_, '_>, verifier: &Used<'_, '_>) -> Option<Finding> {
    let demanded = verifier.values(&verifier.token.issuers)?;
    let (who, whom) = (signer.program.name, verifier.program.name);
    if signer.token.issuers.is_empty() {
        if !signer.is_meant_for(verifier) {
            return None;
        }
        let message = format!(
            "{whom} demands the issuer {}, and {who} signs tokens without one",
            shown(&demanded)
        );
        return Some(both(
            Finding::new(Cause::ClaimMissing, Strength::Likely, message),
            signer,
            verifier,
        ));
    }
    let made = signer
        .values(&signer.token.issuers)
        .filter(|made| made.is_disjoint(&demanded))?;
    let slash = made.iter().any(|made| {
        demanded
            .iter()
            .any(|wanted| made.trim_end_matches('/') == wanted.trim_end_matches('/'))
    });
    let cause = if slash {
        Cause::IssTrailingSlash
    } else {
        Cause::IssMismatch
    };
    let message = format!(
        "{who} signs as {}, and {whom} demands {}",
        shown(&made),
        shown(&demanded)
    );
    Some(both(
        Finding::new(cause, Strength::Likely, message),
        signer,
        verifier,
    ))
}

/// An API key of Supabase is given as the key of signatures.
fn anon_key(verifier: &Used<'_, '_>) -> Option<Finding> {
    let setting = verifier.key().setting?;
    if purpose(&setting) != Some(Purpose::SupabaseKey) {
        return None;
    }
    let message = format!(
        "{} checks signatures with {setting}, which is an API key and signs nothing",
        verifier.program.name
    );
    let fix = "Read SUPABASE_JWT_SECRET (the project's settings, JWT keys) in its place, or the project's key set.";
    let finding =
        Finding::new(Cause::SupabaseApiKeyAsSecret, Strength::Likely, message).weight(0.9);
    Some(
        finding
            .at(verifier.token.spot.clone(), "checked here")
            .fix(fix)
            .explains(&[Cause::SecretMismatch, Cause::SecretMissing]),
    )
}

/// Supabase writes `aud: authenticated` into every session token, which these libraries refuse unasked.
fn supabase_audience(verifier: &Used<'_, '_>) -> Option<Finding> {
    let token = verifier.token;
    let refuses = token.library == TokenLibrary::RefusesAnyAudience
        && !token.unclear
        && token.audiences.is_empty();
    let setting = verifier
        .key()
        .setting
        .filter(|name| refuses && name.to_ascii_uppercase().contains("SUPABASE"))?;
    if purpose(&setting) != Some(Purpose::SigningSecret) {
        return None;
    }
    let message = format!(
        "{} checks Supabase's tokens, whose audience is authenticated, and was given no audience: its library refuses them all",
        verifier.program.name
    );
    let finding = Finding::new(Cause::AudNotConfigured, Strength::Likely, message)
        .weight(0.6)
        .at(token.spot.clone(), "no audience is given");
    Some(finding.fix("Give the call the audience: `audience=\"authenticated\"`."))
}
