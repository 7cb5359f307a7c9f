//! The binary `countersign`.

mod arguments;
mod commands;
mod deployment;
mod failure;
mod input;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::arguments::Arguments;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    // clap prints wrong use with the nearest suggestion on stderr and leaves with 2.
    let matches = Arguments::command().get_matches();
    let terminal = Terminal::detect(arguments::format(&matches));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match commands::run(arguments.command, &terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(&terminal),
    }
}
