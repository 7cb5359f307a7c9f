//! PEM keys in settings, and what the way through the environment did to them.

use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::loader::Loader;
use crate::evidence::{Check, EnvLine, Sighting, Spot, Symptom};
use crate::finding::{Edit, Finding, Strength};
use countersign_verify::Cause;

impl Situation<'_> {
    /// PEM keys that lost their line ends, or gained what does not belong to them.
    pub(crate) fn damaged_pems(&self) -> Vec<Finding> {
        let unreadable = self.sighting(Symptom::KeyUnreadable);
        let mut found = Vec::new();
        for service in &self.evidence.services {
            for line in service
                .settings()
                .filter(|line| line.value.contains("-----BEGIN"))
            {
                let Some((damage, certain)) = damage(&line.value) else {
                    continue;
                };
                let certain = certain && !(self.strips_blanks() && is_one_line(&line.value));
                let (strength, weight) = match (self.outcome(), unreadable) {
                    (Outcome::Good, _) => (Strength::Risk, 0.5),
                    (_, Some(_)) if certain => (Strength::Proved, 0.8),
                    (_, Some(_)) => (Strength::Likely, 0.9),
                    // Programs often put the line ends back by themselves.
                    (_, None) if certain && self.verifies_with(line) => (Strength::Proved, 0.6),
                    (_, None) if certain && self.sightings().is_empty() => (Strength::Likely, 0.6),
                    (_, None) => (Strength::Risk, 0.5),
                };
                let message = format!("the PEM key in {} of {} {damage}", line.name, service.name);
                let mut finding = Finding::new(Cause::PemDamagedInEnv, strength, message)
                    .weight(weight)
                    .at(shown(line), "read so")
                    .explains(&[Cause::KeyUnusable]);
                if let Some(sighting) = unreadable {
                    finding = finding.at(sighting.spot.clone(), "refused here");
                }
                let loader = service.file_of(line).and_then(|file| file.reader.loader());
                found.push(finding.fix(fix(loader)).edit(Edit {
                    file: line.spot.source.to_string(),
                    line: line.spot.line,
                    new: format!(
                        "{}=\"-----BEGIN …-----\\n…\\n-----END …-----\\n\"",
                        line.name
                    ),
                    safe: false,
                }));
            }
        }
        found
    }

    /// Whether a token of a key pair was refused that this key should verify, and no message tells of a later check.
    fn verifies_with(&self, line: &EnvLine) -> bool {
        let refused = self
            .response()
            .is_some_and(|answer| matches!(answer.status, 401 | 403 | 422 | 500));
        let of_key_pair = self
            .tokens
            .iter()
            .any(|token| token.is_signed_token() && !token.is_hmac());
        let vague = |seen: &Sighting| {
            let check = seen.symptom.check();
            check.is_none_or(|check| (Check::Key..=Check::Signature).contains(&check))
        };
        refused
            && of_key_pair
            && purpose(&line.name) == Some(Purpose::PublicKey)
            && self.sightings().iter().all(vague)
            && NEED_LINES.iter().any(|product| self.has_word(product))
    }

    /// Whether the libraries at hand take the text between the marks without its blanks, and so do not need line ends.
    fn strips_blanks(&self) -> bool {
        STRIP_BLANKS.iter().any(|product| self.has_word(product))
    }

    fn has_word(&self, wanted: &str) -> bool {
        self.evidence.stack.iter().any(|product| {
            let product = product.to_ascii_lowercase();
            product
                .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
                .any(|word| word == wanted)
        })
    }
}

/// Products whose libraries strip blanks from a PEM before they decode it: `jose` and Web Crypto, .NET, Java's habits.
const STRIP_BLANKS: &[&str] = &[
    "jose",
    "hono",
    "workers",
    "deno",
    ".net",
    "asp.net",
    "java",
    "kotlin",
    "spring",
    "quarkus",
    "micronaut",
    "ktor",
    "helidon",
    "smallrye",
    "jjwt",
    "java-jwt",
];

/// Products whose libraries find no key in a PEM of one line: those over OpenSSL, and Go's and Python's own.
const NEED_LINES: &[&str] = &[
    "go",
    "gin",
    "echo",
    "fiber",
    "chi",
    "golang-jwt",
    "python",
    "fastapi",
    "django",
    "flask",
    "starlette",
    "litestar",
    "pyjwt",
    "python-jose",
    "authlib",
    "express",
    "jsonwebtoken",
    "express-jwt",
    "passport-jwt",
    "nestjs",
    "koa",
    "fastify",
    "php",
    "laravel",
    "symfony",
    "firebase",
    "ruby",
    "rails",
    "ruby-jwt",
];

/// Whether a PEM has its marks and lost its line ends alone.
fn is_one_line(value: &str) -> bool {
    let text = value.trim();
    text.starts_with("-----BEGIN") && text.contains("-----END") && !text.contains(['\n', '\\'])
}

/// What is wrong with a PEM text, and whether no program reads it so.
fn damage(value: &str) -> Option<(&'static str, bool)> {
    let text = value.trim();
    if text.starts_with(['"', '\'']) {
        return Some(("has quotes around it", true));
    }
    if !text.contains("-----END") {
        return Some((
            "ends after its first line: the loader reads one line alone",
            true,
        ));
    }
    if text.contains('\n') {
        return None;
    }
    if text.contains("\\n") {
        return Some(("has \\n as two characters in place of line ends", false));
    }
    Some(("lost its line ends", true))
}

fn shown(line: &EnvLine) -> Spot {
    line.spot.clone()
}

fn fix(loader: Option<Loader>) -> String {
    match loader {
        Some(Loader::Docker) => "Give the key as a file, or in base64 and decode it in the program: docker --env-file reads one line, and takes \\n as it stands.".to_owned(),
        Some(Loader::Shell | Loader::Systemd | Loader::Decouple | Loader::DjangoEnviron) => {
            "Put the key between double quotes with real line ends, or replace \\n by a line end in the program: `.replace(\"\\\\n\", \"\\n\")`.".to_owned()
        }
        _ => "Put the whole key in double quotes on one line, with \\n for each line end, or replace \\n in the program.".to_owned(),
    }
}
