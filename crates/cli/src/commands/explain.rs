//! `countersign explain`: what the catalogue knows about a cause.

use countersign_diagnose::{all, entry, find, list};
use serde_json::Value;

use crate::arguments::FormatArgument;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Explains a cause, or lists all of them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  countersign explain CSN4001\n  \
                        countersign explain secret-mismatch\n  \
                        countersign explain --all --format json")]
pub struct Explain {
    /// Code or slug of a cause
    #[arg(value_name = "CODE|SLUG", required_unless_present = "all")]
    cause: Option<String>,
    /// List every cause of the catalogue
    #[arg(long, conflicts_with = "cause")]
    all: bool,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
}

impl Explain {
    /// Explains it.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] with the nearest name when no cause is called so.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        match self.cause {
            Some(name) => {
                let cause = find(&name).map_err(|unknown| {
                    Failure::usage(
                        unknown.to_string(),
                        "`countersign explain --all` lists every cause",
                    )
                })?;
                let entry = entry(cause);
                terminal.print(
                    self.format.format,
                    || entry.human(terminal.style(), terminal.width()),
                    || entry.json(),
                )
            }
            None => terminal.print(
                self.format.format,
                || list(terminal.style()),
                || all().map(|entry| entry.json()).collect::<Value>(),
            ),
        }
    }
}
