//! One file a command.

pub mod audit;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod explain;
pub mod inspect;
pub mod jws;
pub mod key;
pub mod migrate;
pub mod secret;
pub mod serve;
pub mod session;
pub mod user;
pub mod why;

use crate::arguments::Command;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Runs a command.
///
/// # Errors
///
/// [`Failure`] says why it did not end well.
pub fn run(command: Command, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        Command::Audit(command) => command.run(terminal),
        Command::Completions(command) => command.run(terminal),
        Command::Config(command) => command.run(terminal),
        Command::Doctor(command) => command.run(terminal),
        Command::Explain(command) => command.run(terminal),
        Command::Inspect(command) => command.run(terminal),
        Command::Jws(command) => command.run(terminal),
        Command::Key(command) => command.run(terminal),
        Command::Migrate(command) => command.run(terminal),
        Command::Secret(command) => command.run(terminal),
        Command::Serve(command) => command.run(terminal),
        Command::Session(command) => command.run(terminal),
        Command::User(command) => command.run(terminal),
        Command::Why(command) => command.run(terminal),
    }
}
