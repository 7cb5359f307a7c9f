//! Where log lines go: stderr, as text or as one JSON object a line, in UTC (ASVS V16.2).

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::{LogFormat, Logging};

/// Starts to log; once a process.
///
/// # Errors
/// When something logs already.
pub fn log(logging: &Logging) -> Result<(), tracing_subscriber::util::TryInitError> {
    // The filter was checked with the settings.
    let filter = EnvFilter::try_new(&logging.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_writer(std::io::stderr);
    match logging.format {
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            lines.with_ansi(colours).finish().try_init()
        }
    }
}
