//! Why a command did not end well, and the exit code that says so.

use std::process::ExitCode;

use countersign_diagnose::Report;

use crate::terminal::Terminal;

/// Why a command did not end well.
#[derive(Debug)]
pub enum Failure {
    /// The answer is bad news, and is on stdout already; exit 1.
    Answered,
    /// The command could not do its work; exit 1.
    Bad(Box<Report>),
    /// Whoever reads our stdout has gone, which is their right; exit 0.
    PipeClosed,
    /// The settings, or what they point to, do not let the command start; exit 2.
    StartUp(Vec<Report>),
    /// The command was used wrongly; exit 2.
    Usage {
        /// What is wrong.
        message: String,
        /// What to write instead.
        fix: String,
    },
}

impl Failure {
    /// The command could not do its work.
    pub fn bad(report: Report) -> Self {
        Self::Bad(Box::new(report))
    }

    /// The command was used wrongly.
    pub fn usage(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            fix: fix.into(),
        }
    }

    /// Says on stderr what happened and gives the exit code.
    pub fn tell(&self, terminal: &Terminal) -> ExitCode {
        match self {
            Self::Answered => ExitCode::from(1),
            Self::Bad(report) => {
                terminal.report(report);
                ExitCode::from(1)
            }
            Self::PipeClosed => ExitCode::SUCCESS,
            Self::StartUp(reports) => {
                for report in reports {
                    terminal.report(report);
                }
                ExitCode::from(2)
            }
            Self::Usage { message, fix } => {
                terminal.wrong_use(message, fix);
                ExitCode::from(2)
            }
        }
    }
}
