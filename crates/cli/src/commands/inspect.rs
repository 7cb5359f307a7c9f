//! `countersign inspect`: what a token says, whether it holds, and if not why.

mod cleaned;
mod decoded;
mod keys;

use std::fmt::Write as _;

use clap::Args;
use countersign_diagnose::{Report, checks, explain as catalogued, how_sure, title};
use countersign_server::clock::Clock;
use countersign_server::settings::Signing;
use countersign_store::{KeyState, SigningKeyRow};
use countersign_verify::{
    Cause, ExplainContext, Explained, KeySetRole, KnownKeySet, Refusal, Trace, TraceId, Verifier,
    explain,
};
use serde_json::{Value, json};

use self::cleaned::Cleaned;
use self::decoded::{Decoded, moment};
use self::keys::Keys;
use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::input;
use crate::terminal::Terminal;

/// Looks at a token.
#[derive(Args, Debug)]
#[command(
    after_help = "Nothing of the token is sent anywhere. Without --secret-env and --jwks it is verified with the \
                        signing secret that `countersign config show` shows.\n\n\
                        Examples:\n  countersign inspect eyJhbGciOiJIUzI1NiIs…\n  \
                        pbpaste | countersign inspect\n  \
                        countersign inspect --jwks issuer.jwks.json --now 1767225600 < token.txt"
)]
pub struct Inspect {
    /// The token; from standard input without it. `Bearer`, quotes and line breaks are taken off
    #[arg(value_name = "TOKEN")]
    token: Option<String>,
    /// Verify with the secret in this variable of the environment
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// Verify with the keys in this file or at this address, a JWK or JWK Set: https, or http on this machine
    #[arg(long, value_name = "FILE|URL")]
    jwks: Option<String>,
    /// Verify as of this time, in seconds since 1970
    #[arg(long, value_name = "EPOCH", allow_negative_numbers = true)]
    now: Option<i64>,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings to verify with
    #[command(flatten)]
    deployment: DeploymentArguments,
}

/// All that was found out.
struct Findings {
    cleaned: Cleaned,
    decoded: Decoded,
    keys: Keys,
    trace: Trace,
    refusal: Option<Refusal>,
    explained: Vec<Explained>,
    now: i64,
}

impl Inspect {
    /// Looks at it.
    ///
    /// # Errors
    ///
    /// [`Failure::Answered`] when the token does not hold.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let text = match &self.token {
            Some(token) => token.clone(),
            None => input::stdin("token")?,
        };
        let cleaned = Cleaned::new(&text);
        if cleaned.token.is_empty() {
            return Err(input::nothing("token"));
        }
        let now = self.now.unwrap_or_else(|| Clock::system().seconds());
        let mut keys = self.keys()?;
        if self.now.is_some() {
            // Clocks that were read now say nothing of another time.
            keys.clocks.clear();
        }
        let found = Findings::of(cleaned, keys, now);
        terminal.print(
            self.format.format,
            || found.human(terminal),
            || found.json(),
        )?;
        if found.refusal.is_some() {
            Err(Failure::Answered)
        } else {
            Ok(())
        }
    }

    fn keys(&self) -> Result<Keys, Failure> {
        let mut keys = Keys::default();
        let settings = self.deployment.settings(&[]);
        if self.secret_env.is_none() && self.jwks.is_none() {
            let settings = settings?;
            keys.add_settings(&settings)?;
            if settings.signing != Signing::Secret {
                keys.add_rows(&self.rows()?)?;
            }
            return Ok(keys);
        }
        // Keys that were named need no settings, but good ones add to the explanation.
        if let Ok(settings) = &settings {
            keys.consider(settings);
        }
        if let Some(name) = &self.secret_env {
            keys.add_variable(name)?;
        }
        if let Some(place) = &self.jwks {
            keys.add_set(place)?;
        }
        Ok(keys)
    }

    /// The key pairs of the database.
    fn rows(&self) -> Result<Vec<SigningKeyRow>, Failure> {
        Deployment::with(&self.deployment, async |deployment| {
            let now = deployment.now();
            let mut rows = deployment.store.signing_keys().await?;
            rows.retain(|row| !matches!(row.state, KeyState::Retiring { until } if until < now));
            Ok(rows)
        })
    }
}

impl Findings {
    fn of(cleaned: Cleaned, keys: Keys, now: i64) -> Self {
        let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
        let verifier = Verifier::new(keys.ring.clone(), keys.policy.clone());
        let verifier = keys
            .trusted
            .iter()
            .cloned()
            .fold(verifier, Verifier::trusting);
        let refusal = verifier.verify(&cleaned.token, now, &mut trace).err();
        let explained = refusal.as_ref().map_or_else(Vec::new, |refusal| {
            let key_sets = [KnownKeySet {
                name: keys.place.as_deref().unwrap_or("the given keys"),
                keys: keys.ring.keys(),
                role: KeySetRole::Current,
                fetched_at: None,
            }];
            let context = ExplainContext {
                expected: &keys.expected,
                secrets: &keys.known,
                key_sets: &key_sets,
                clocks: &keys.clocks,
                cookie: cleaned.cookie.as_deref(),
                now,
                ..ExplainContext::default()
            };
            explain(&cleaned.token, Some(refusal), &context)
        });
        let decoded = Decoded::new(&cleaned.token);
        Self {
            cleaned,
            decoded,
            keys,
            trace,
            refusal,
            explained,
            now,
        }
    }

    fn human(&self, terminal: &Terminal) -> String {
        let mut out = self.decoded.human(self.now);
        if self.decoded.is_encrypted() {
            out.push_str("It is encrypted (JWE, RFC 7516): its claims are for the holder of the key alone.\n\n");
        }
        for note in &self.cleaned.notes {
            let _ = writeln!(out, "note: {note}");
        }
        let with = match self.keys.names.as_slice() {
            [] => "no key: none is configured".to_owned(),
            names => names.join(", "),
        };
        let _ = writeln!(
            out,
            "Checked as of {}, with {with}",
            moment(self.now, self.now).trim_end_matches(", now")
        );
        out.push_str(&checks(&self.trace, terminal.style(), terminal.width()));
        out.push('\n');
        match &self.refusal {
            None => out.push_str(
                "The token is good. Whether its session and account still are, the server knows.\n",
            ),
            Some(refusal) => out.push_str(
                &self
                    .report(refusal)
                    .human(terminal.style(), terminal.width()),
            ),
        }
        out
    }

    /// The most probable cause with its fix; what else it may be as notes.
    fn report(&self, refusal: &Refusal) -> Report {
        let root = self.explained.first();
        let root = root.filter(|root| root.confidence >= 0.5 || root.cause == refusal.cause);
        let first = root.map_or(refusal.cause, |root| root.cause);
        let text = root.map_or(refusal.detail.as_ref(), |root| &root.text);
        let mut report = Report::error(first, format!("{}: {text}", first.slug()));
        if let Some(root) = root {
            report = report.note(format!("This is {}.", how_sure(root)));
            if let Some(fix) = &root.fix {
                report = report.fix(fix);
            }
        }
        for other in self.explained.iter().filter(|other| other.cause != first) {
            let (slug, sure) = (other.cause.slug(), how_sure(other));
            report = report.note(format!("{slug} ({sure}): {}", other.text));
        }
        report
    }

    fn json(&self) -> Value {
        let finding = |one: &Explained| {
            let mut json = named(one.cause);
            json["confidence"] = json!((f64::from(one.confidence) * 100.0).round() / 100.0);
            json["grade"] = json!(one.grade);
            json["text"] = one.text.as_str().into();
            json["fix"] = one
                .fix
                .as_deref()
                .unwrap_or(catalogued(one.cause).fix.summary)
                .into();
            json
        };
        json!({
            "valid": self.refusal.is_none(),
            "encrypted": self.decoded.is_encrypted(),
            "header": self.decoded.header,
            "claims": self.decoded.claims,
            "notes": self.cleaned.notes,
            "checked_at": self.now,
            "keys": self.keys.names,
            "steps": self.trace.steps,
            "cause": self.refusal.as_ref().map(|refusal| named(refusal.cause)),
            "detail": self.refusal.as_ref().map(|refusal| refusal.detail.as_ref()),
            "findings": self.explained.iter().map(finding).collect::<Value>(),
        })
    }
}

fn named(cause: Cause) -> Value {
    json!({"code": cause.code(), "slug": cause.slug(), "title": title(cause)})
}
