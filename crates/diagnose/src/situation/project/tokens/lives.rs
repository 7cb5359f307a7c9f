//! How long tokens live and whom they name, by the source that makes them.

use super::Used;
use crate::evidence::source::policy::{Lifetime, TokenLibrary};
use crate::evidence::source::said::Said;
use crate::finding::{Finding, Strength};
use crate::situation::clock::length;
use crate::situation::lifetime::seconds;
use countersign_verify::Cause;

pub(super) fn judge(signers: &[Used<'_, '_>], found: &mut Vec<Finding>) {
    lifetimes(signers, found);
    subjects(signers, found);
    found.extend(signers.iter().filter_map(milliseconds));
}

impl Used<'_, '_> {
    /// How long a token lives, in seconds.
    fn lives(&self) -> Option<i64> {
        let said = match self.token.lifetime.as_ref()? {
            Lifetime::Seconds(seconds) => return Some(*seconds),
            Lifetime::Said(said) => said,
        };
        let known = self.program.resolve(self.file, said);
        let name = known.setting.clone().unwrap_or_else(|| match said {
            Said::Name(name) => name.clone(),
            _ => String::new(),
        });
        let (_, seconds) = seconds(&name, known.value.as_deref()?)?;
        Some(seconds)
    }
}

/// Two calls that make access tokens with one key give them different lives.
fn lifetimes(signers: &[Used<'_, '_>], found: &mut Vec<Finding>) {
    for (at, one) in signers.iter().enumerate() {
        let Some(lives) = one.lives() else {
            continue;
        };
        let other = signers.iter().skip(at + 1).find_map(|other| {
            let long = other.lives()?;
            (long != lives && one.names_access() && other.names_access() && one.shares_key(other))
                .then_some((other, long))
        });
        let Some((other, long)) = other else { continue };
        let message = format!(
            "one part signs access tokens for {}, another for {}",
            length(lives),
            length(long)
        );
        let finding =
            Finding::new(Cause::TokenLifetimeUnexpected, Strength::Risk, message).weight(0.7);
        found.push(
            finding
                .at(one.token.spot.clone(), length(lives))
                .at(other.token.spot.clone(), length(long)),
        );
        return;
    }
}

impl Used<'_, '_> {
    /// Whether its function says itself that it makes access tokens.
    pub(super) fn names_access(&self) -> bool {
        let within = &self.token.within;
        within.contains("access")
            || within.contains("login")
            || within.contains("signin")
            || ["create", "generate", "issue", "sign", "make"]
                .iter()
                .any(|verb| within.replace('_', "") == format!("{verb}token"))
    }
}

/// `expiresIn: process.env.JWT_EXPIRES_IN` with `3600`: a text without a unit is milliseconds to jsonwebtoken.
fn milliseconds(signer: &Used<'_, '_>) -> Option<Finding> {
    let Some(Lifetime::Said(Said::Setting(setting))) = &signer.token.lifetime else {
        return None;
    };
    let line = signer
        .program
        .set(setting)
        .filter(|_| signer.token.library == TokenLibrary::JsonWebToken)?;
    let value = signer.program.setting(setting).value?;
    if !value.trim().chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let message = format!(
        "{setting} is {value}, which comes as text: jsonwebtoken takes that for {value} milliseconds"
    );
    let finding = Finding::new(Cause::ExpUnitError, Strength::Likely, message).weight(0.9);
    let finding = finding
        .at(line.spot.clone(), "a text without a unit")
        .at(signer.token.spot.clone(), "given to expiresIn");
    Some(finding.fix(format!("Write the unit ({setting}={value}s), or make it a number: Number(process.env.{setting}).")).explains(&[Cause::TokenExpired]))
}

/// One part writes an email into `sub`, another an id.
fn subjects(signers: &[Used<'_, '_>], found: &mut Vec<Finding>) {
    let kind = |used: &Used<'_, '_>| {
        let written = used.token.subject.as_deref()?.to_ascii_lowercase();
        let is_email = written.contains("email") || written.contains("username");
        let is_id = written.contains("id") && !is_email;
        (is_email || is_id).then_some(is_email)
    };
    let find = |wanted: bool| {
        signers
            .iter()
            .find(|used| used.names_access() && kind(used) == Some(wanted))
    };
    let (Some(by_email), Some(by_id)) = (find(true), find(false)) else {
        return;
    };
    if !by_email.shares_key(by_id) {
        return;
    }
    let message = "one part signs access tokens with an email or name as sub, another with an id";
    let finding = Finding::new(Cause::TokenFormatLegacy, Strength::Risk, message).weight(0.7);
    found.push(
        finding
            .at(by_email.token.spot.clone(), "sub is an email or a name")
            .at(by_id.token.spot.clone(), "sub is an id"),
    );
}
