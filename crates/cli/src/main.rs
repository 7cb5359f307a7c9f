//! The binary `countersign`.

mod arguments;
mod commands;
mod deployment;
mod failure;
mod input;
mod key_set;
mod table;
mod terminal;

use std::panic::resume_unwind;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::arguments::Arguments;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    // In a thread of its own: what reading them takes of memory, the server's first thread uses again.
    let read = std::thread::spawn(read_arguments).join();
    let (terminal, arguments) = read.unwrap_or_else(|panic| resume_unwind(panic));
    match commands::run(arguments.command, &terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(&terminal),
    }
}

/// Reads the command line; clap prints wrong use with the nearest suggestion on stderr and leaves with 2.
fn read_arguments() -> (Terminal, Arguments) {
    let matches = Arguments::command().get_matches();
    let terminal = Terminal::detect(arguments::format(&matches));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    (terminal, arguments)
}
