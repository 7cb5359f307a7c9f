//! `countersign secret`: values that nobody guesses, and what may be shown of them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clap::{Args, Subcommand, ValueEnum};
use countersign_server::entropy::Entropy;
use countersign_verify::Secret;
use countersign_verify::secret_chain::strength;
use rand::Rng as _;
use serde_json::json;

use crate::arguments::FormatArgument;
use crate::failure::Failure;
use crate::input;
use crate::terminal::Terminal;

/// Makes secrets and names them without showing them.
#[derive(Debug, Subcommand)]
pub enum SecretCommand {
    /// Show the fingerprint of a secret, as logs and traces show it
    Fingerprint(Fingerprint),
    /// Make a new random secret
    Generate(Generate),
}

impl SecretCommand {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when there is no secret to read.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        match self {
            Self::Fingerprint(command) => command.run(terminal),
            Self::Generate(command) => command.run(terminal),
        }
    }
}

/// Shows a fingerprint.
#[derive(Args, Debug)]
#[command(
    after_help = "The secret is read from a prompt or from standard input, never from an argument,\n\
                        where other users of the machine could see it.\n\n\
                        Example:\n  printenv JWT_SECRET | countersign secret fingerprint"
)]
pub struct Fingerprint {
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
}

impl Fingerprint {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let secret = Secret::from(input::secret("secret")?.as_str());
        let weakness = strength(&secret).err();
        if let Some(weakness) = &weakness {
            terminal.message(&format!("warning: {weakness}"));
        }
        terminal.print(
            self.format.format,
            || secret.fingerprint().to_string(),
            || {
                json!({
                    "fingerprint": secret.fingerprint().to_string(),
                    "bytes": secret.expose().len(),
                    "weakness": weakness.map(|weakness| weakness.to_string()),
                })
            },
        )
    }
}

/// Makes a secret.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  countersign secret generate\n  \
                        countersign secret generate --bytes 32 --encoding base64   # for ENCRYPTION_KEY")]
pub struct Generate {
    /// Random bytes; 32 is the least that production accepts
    #[arg(long, default_value_t = 48, value_name = "N", value_parser = clap::value_parser!(u16).range(16..=1024))]
    bytes: u16,
    /// How the bytes are written
    #[arg(long, value_enum, default_value_t, value_name = "ENCODING")]
    encoding: Encoding,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
}

/// How bytes are written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Encoding {
    /// RFC 4648, section 4
    Base64,
    /// RFC 4648, section 5, without padding: safe in env files, URLs and shells
    #[default]
    Base64url,
    /// RFC 4648, section 8
    Hex,
}

impl Generate {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let mut bytes = vec![0; usize::from(self.bytes)];
        Entropy::system().fill_bytes(&mut bytes);
        let text = self.encoding.write(&bytes);
        terminal.print(
            self.format.format,
            || text.clone(),
            || {
                json!({
                    "secret": text,
                    "fingerprint": countersign_verify::Fingerprint::of(text.as_bytes()).to_string(),
                })
            },
        )
    }
}

impl Encoding {
    fn write(self, bytes: &[u8]) -> String {
        match self {
            Self::Base64 => STANDARD.encode(bytes),
            Self::Base64url => URL_SAFE_NO_PAD.encode(bytes),
            Self::Hex => {
                let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                digits
                    .filter_map(|digit| char::from_digit(digit.into(), 16))
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_rfc_4648_says() {
        let bytes = [0xfb, 0xff, 0x00, 0x10];
        assert_eq!(Encoding::Base64.write(&bytes), "+/8AEA==");
        assert_eq!(Encoding::Base64url.write(&bytes), "-_8AEA");
        assert_eq!(Encoding::Hex.write(&bytes), "fbff0010");
    }
}
