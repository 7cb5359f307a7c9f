//! `countersign jws`: signatures by themselves (RFC 7515).

use std::fmt;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use countersign_diagnose::Report;
use countersign_verify::{Alg, Cause, JwkSet, jws, pem};

use crate::failure::Failure;
use crate::input;
use crate::terminal::Terminal;

/// Works with compact JWS.
#[derive(Debug, Subcommand)]
pub enum JwsCommand {
    /// Verify a compact JWS from standard input and print its payload
    Verify(Verify),
}

impl JwsCommand {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`Failure`] says why it did not end well.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        match self {
            Self::Verify(command) => command.run(terminal),
        }
    }
}

/// Verifies a signature; claims are not looked at.
#[derive(Args, Debug)]
#[command(
    after_help = "The payload goes to standard output byte for byte. Claims, such as exp, are not checked:\n\
                        that is what `countersign inspect` does.\n\n\
                        Example:\n  countersign jws verify --jwk issuer.jwks.json < token.txt"
)]
pub struct Verify {
    /// A file with a JWK, a JWK Set (RFC 7517) or a public key in PEM (RFC 7468)
    #[arg(long, value_name = "FILE")]
    jwk: PathBuf,
    /// Accept this algorithm only
    #[arg(long, value_name = "ALG", value_parser = algorithm)]
    alg: Option<Alg>,
}

fn algorithm(name: &str) -> Result<Alg, String> {
    Alg::parse(name).ok_or_else(|| {
        let known: Vec<_> = Alg::ALL.iter().map(|alg| alg.as_str()).collect();
        format!(
            "{name} is not verified here; known are {}",
            known.join(", ")
        )
    })
}

impl Verify {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let text = input::file(&self.jwk)?;
        let name = self.jwk.display().to_string();
        let unusable = |cause, error: &dyn fmt::Display| {
            Failure::bad(Report::error(cause, format!("{name}: {error}")))
        };
        let set = if text.contains("-----BEGIN ") {
            let key = pem::read(&text).map_err(|error| unusable(error.cause(), &error))?;
            JwkSet::of(key)
        } else {
            JwkSet::parse(text.as_bytes()).map_err(|error| unusable(error.cause(), &error))?
        };
        let keys = set
            .ring(&name)
            .map_err(|error| unusable(error.cause(), &error))?;
        let bytes = input::stdin_bytes("JWS").map_err(|failure| match failure {
            Failure::Usage { message, .. } => {
                Failure::bad(Report::error(Cause::TokenTooLarge, message))
            }
            other => other,
        })?;
        // Not even a blank more than the line break at the end belongs to a compact JWS.
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.is_empty() {
            let message = "standard input is empty; a compact JWS is three parts, joined by dots";
            return Err(Failure::bad(Report::error(Cause::TokenMalformed, message)));
        }
        let token = str::from_utf8(bytes).map_err(|error| {
            let message = format!("a compact JWS is ASCII, and this is not even UTF-8: {error}");
            Failure::bad(Report::error(Cause::TokenMalformed, message))
        })?;
        let payload = jws::verify_compact(token, &keys, self.alg)
            .map_err(|refusal| Failure::bad(Report::error(refusal.cause, refusal.detail)))?;
        terminal.bytes(&payload)
    }
}
