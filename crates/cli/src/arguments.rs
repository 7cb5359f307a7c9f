//! What may be written after `countersign`.

use clap::{ArgMatches, Args, Parser, Subcommand};

use crate::commands::{
    audit, completions, config, doctor, explain, inspect, jws, key, migrate, secret, serve,
    session, user, why,
};
use crate::terminal::Format;

/// An authentication server whose every refusal explains itself.
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 good, 1 bad news, 2 wrong use or settings that do not let it start.\n\
                  Data goes to stdout, messages to stderr; with `--format json` a failure is a line of JSON there. No command prints a secret that it did not make.\n\n\
                  Example:\n  countersign serve"
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read the audit log: who did what, from where, and how it ended
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Print the completions of a shell
    Completions(completions::Completions),
    /// Look at the settings
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Find out why something answers 401: give it what you have, it names the cause
    Doctor(doctor::Doctor),
    /// Explain a cause: what it means, how it comes about, what to change
    Explain(explain::Explain),
    /// Look at a token: what it says, whether it holds, and if not why
    Inspect(inspect::Inspect),
    /// Work with signatures by themselves (RFC 7515)
    #[command(subcommand)]
    Jws(jws::JwsCommand),
    /// Look after the keys that sign tokens
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Bring the schema of the database up to date
    Migrate(migrate::Migrate),
    /// Make secrets, and name them without showing them
    #[command(subcommand)]
    Secret(secret::SecretCommand),
    /// Run the server
    Serve(serve::Serve),
    /// Look after sessions
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// Look after accounts
    #[command(subcommand)]
    User(user::UserCommand),
    /// Show every check behind an answer, by its trace id
    Why(why::Why),
}

/// In which form to print.
#[derive(Args, Clone, Copy, Debug)]
pub struct FormatArgument {
    /// Print for people or for programs
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
}

/// The form that a command was asked to print in; for people where it prints no record.
pub fn format(matches: &ArgMatches) -> Format {
    match matches.subcommand() {
        Some((_, matches)) => format(matches),
        None => match matches.try_get_one("format") {
            Ok(format) => format.copied().unwrap_or_default(),
            Err(_) => doctor::Form::told(matches),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    /// Every command at the end of its branch, with its whole name.
    fn leaves(command: &clap::Command, path: &str, found: &mut Vec<(String, clap::Command)>) {
        if command.get_subcommands().next().is_none() {
            found.push((path.to_owned(), command.clone()));
        }
        for sub in command.get_subcommands() {
            leaves(sub, &format!("{path} {}", sub.get_name()), found);
        }
    }

    fn all() -> Vec<(String, clap::Command)> {
        let mut found = Vec::new();
        leaves(&Arguments::command(), "countersign", &mut found);
        found
    }

    #[test]
    fn the_definitions_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example_that_names_it() {
        for (name, command) in all() {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(help.contains("Example"), "{name}: no example in {help:?}");
            assert!(
                help.contains(&name),
                "{name}: the example is of another command: {help:?}"
            );
        }
    }

    #[test]
    fn every_command_says_what_it_does_and_each_argument_what_it_is() {
        for (name, command) in all() {
            let about = command
                .get_about()
                .unwrap_or_else(|| panic!("{name} says nothing"));
            assert!(!about.to_string().ends_with('.'), "{name}");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{name}: {}",
                    argument.get_id()
                );
            }
        }
    }

    #[test]
    fn every_command_that_prints_data_prints_json_too() {
        // What prints no record: a server, a payload as it was signed, a shell's own language.
        let silent = [
            "countersign audit export",
            "countersign serve",
            "countersign jws verify",
            "countersign completions",
        ];
        for (name, command) in all() {
            let has = command
                .get_arguments()
                .any(|argument| argument.get_id() == "format");
            assert_eq!(has, !silent.contains(&name.as_str()), "{name}");
        }
    }

    /// The commands in the code of a fix: from `countersign` up to a pipe, a comment or the end.
    fn recommended(code: &str) -> Vec<Vec<String>> {
        let commands = code.lines().flat_map(|line| line.split(['|', ';', '#']));
        commands
            .filter_map(|command| command.find("countersign ").map(|at| command[at..].trim()))
            .map(|command| {
                let words = command
                    .split_whitespace()
                    .map(|word| word.trim_matches('"'));
                let id = "5f0c8a1e9b7d4c3fa2e6d81b90c47f35";
                words.map(|word| word.replace("TRACE_ID", id)).collect()
            })
            .collect()
    }

    #[test]
    fn every_command_that_a_fix_recommends_is_one() {
        let mut count = 0;
        for entry in countersign_diagnose::all() {
            let steps = countersign_diagnose::explain(entry.cause).fix.steps;
            let codes = steps.iter().filter_map(|step| step.code);
            for words in codes.flat_map(recommended) {
                count += 1;
                if let Err(error) = Arguments::try_parse_from(&words) {
                    let asked = error.kind() == clap::error::ErrorKind::DisplayVersion;
                    assert!(asked, "{}: {words:?}: {error}", entry.cause.slug());
                }
            }
        }
        assert!(count > 40, "only {count} commands found");
    }
}
