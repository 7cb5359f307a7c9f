//! `countersign completions`: the words that a shell completes.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Prints the completions of a shell.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  countersign completions bash > /etc/bash_completion.d/countersign"
)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    ///
    /// # Errors
    ///
    /// As [`Terminal::bytes`].
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let mut script = Vec::new();
        let mut command = Arguments::command();
        clap_complete::generate(self.shell, &mut command, "countersign", &mut script);
        terminal.bytes(&script)
    }
}
