//! The binary `countersign`.

mod arguments;
mod commands;
mod deployment;
mod failure;
mod input;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    // clap prints wrong use with the nearest suggestion on stderr and leaves with 2.
    let arguments = Arguments::parse();
    let terminal = Terminal::detect();
    match commands::run(arguments.command, &terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(&terminal),
    }
}
