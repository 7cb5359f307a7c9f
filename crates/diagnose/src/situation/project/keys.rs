//! The key that one program signs with, against the one that another checks with, where the two have no name in common.

use super::Program;
use super::tokens::{Used, uses};
use crate::contract::{Purpose, purpose};
use crate::evidence::source::policy::Act;
use crate::evidence::{EnvLine, Service};
use crate::finding::Finding;
use crate::situation::agreement::{Held, of_two_programs};
use crate::situation::{Outcome, Situation};

/// Programs whose tokens are meant for one another have two keys.
pub(super) fn judge(situation: &Situation<'_>, programs: &[Program<'_>], found: &mut Vec<Finding>) {
    if situation.outcome() != Outcome::Unknown || !situation.tokens.is_empty() {
        return;
    }
    let signers = uses(programs, Act::Sign);
    let verifiers = uses(programs, Act::Verify);
    for verifier in &verifiers {
        // Who has signers of its own or of its key checks theirs.
        if signers
            .iter()
            .any(|one| one.shares_key(verifier) || std::ptr::eq(one.program, verifier.program))
        {
            continue;
        }
        let Some(checked) = held(verifier) else {
            continue;
        };
        let mut meant: Vec<&Used<'_, '_>> = signers
            .iter()
            .filter(|signer| signer.is_for(verifier))
            .collect();
        if meant.is_empty() && are_alone(&signers, &verifiers) {
            meant = signers.iter().collect();
        }
        // Several signers with several keys: which of them is meant is not said.
        let mut keys: Vec<Held<'_>> = meant.iter().filter_map(|signer| held(signer)).collect();
        keys.dedup_by(|one, other| one.line.value == other.line.value);
        if let ([signed], false) = (keys.as_slice(), meant.is_empty())
            && signed.service.deployment() == checked.service.deployment()
        {
            found.extend(of_two_programs(checked, *signed));
            return;
        }
    }
}

impl Used<'_, '_> {
    /// Whether its tokens say that they are for the verifier, and nothing of them speaks against it.
    fn is_for(&self, verifier: &Self) -> bool {
        let pairs = [
            (&self.token.audiences, &verifier.token.audiences),
            (&self.token.issuers, &verifier.token.issuers),
        ];
        let mut agree = false;
        for (made, asked) in pairs {
            if let (Some(made), Some(asked)) = (self.values(made), verifier.values(asked)) {
                if made.is_disjoint(&asked) {
                    return false;
                }
                agree = true;
            }
        }
        agree && self.is_hmac() && verifier.is_hmac()
    }
}

/// Whether all signers are of one program and all verifiers of another.
fn are_alone(signers: &[Used<'_, '_>], verifiers: &[Used<'_, '_>]) -> bool {
    let of_one = |list: &[Used<'_, '_>]| {
        list.split_first().is_some_and(|(first, rest)| {
            rest.iter()
                .all(|other| std::ptr::eq(other.program, first.program))
        })
    };
    let hmac = |list: &[Used<'_, '_>]| list.iter().all(Used::is_hmac);
    let own = |list: &[Used<'_, '_>]| list.iter().all(has_own_key);
    of_one(signers)
        && of_one(verifiers)
        && hmac(signers)
        && hmac(verifiers)
        && own(signers)
        && own(verifiers)
}

/// Whether the key is one that signs, and not that of a service elsewhere, which signs or checks by itself.
fn has_own_key(used: &Used<'_, '_>) -> bool {
    let elsewhere = [
        "SUPABASE", "GOTRUE", "HASURA", "NHOST", "CLERK", "AUTH0", "PGRST",
    ];
    used.key().setting.is_some_and(|name| {
        let name = name.to_ascii_uppercase();
        purpose(&name) == Some(Purpose::SigningSecret)
            && !elsewhere.iter().any(|word| name.contains(word))
    })
}

/// The line behind the key of a use.
fn held<'e>(used: &Used<'_, 'e>) -> Option<Held<'e>> {
    let name = used.key().setting?;
    let counts = |(service, line): &(&'e Service, &'e EnvLine)| {
        service
            .setting(&line.name)
            .is_some_and(|counting| std::ptr::eq(counting, *line))
    };
    let lines = used.program.lines_of(&name).into_iter();
    let (service, line) = lines
        .filter(counts)
        .min_by_key(|(service, _)| service.deployment().is_some())?;
    Some(Held { service, line }).filter(|held| held.line.value.len() > 7)
}
