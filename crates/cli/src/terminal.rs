//! Where commands write: data to stdout, messages to stderr.

use std::io::{self, ErrorKind, Write};

use anstream::{AutoStream, ColorChoice};
use countersign_diagnose::{Report, Style};
use serde_json::{Value, json};

use crate::failure::Failure;

/// The widest lines that are comfortable to read.
const WIDEST: usize = 100;

/// In which form data is printed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum Format {
    // Comments for rustdoc would make the help of every command six lines longer.
    #[default]
    Human,
    Json,
}

/// The two streams, and what is known about who reads them.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    data: Style,
    messages: Style,
    width: usize,
    /// The form of reports and of wrong use.
    told: Format,
}

impl Terminal {
    /// Looks at the streams: colours only where a terminal shows them (and `NO_COLOR` is not set).
    /// What goes wrong is told in the form `told`, in which the command was asked to print.
    pub fn detect(told: Format) -> Self {
        Self {
            told,
            data: style(AutoStream::choice(&io::stdout())),
            messages: style(AutoStream::choice(&io::stderr())),
            width: columns().min(WIDEST),
        }
    }

    /// The style of what goes to stdout.
    pub const fn style(&self) -> Style {
        self.data
    }

    /// The columns that a line may fill.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Prints data on stdout, ending its last line.
    ///
    /// # Errors
    ///
    /// [`Failure::PipeClosed`] when nobody reads any more.
    pub fn data(&self, text: &str) -> Result<(), Failure> {
        let end = if text.ends_with('\n') || text.is_empty() {
            ""
        } else {
            "\n"
        };
        self.bytes(format!("{text}{end}").as_bytes())
    }

    /// Prints bytes on stdout as they are.
    ///
    /// # Errors
    ///
    /// [`Failure::PipeClosed`] when nobody reads any more.
    #[expect(clippy::unused_self, reason = "data goes through the terminal")]
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::PipeClosed),
            Err(error) => Err(Failure::usage(
                format!("standard output cannot be written: {error}"),
                "check where it is redirected to (a full disk?) and run the command again",
            )),
        }
    }

    /// Prints data as JSON on stdout.
    ///
    /// # Errors
    ///
    /// [`Failure::PipeClosed`] when nobody reads any more.
    pub fn json(&self, value: &Value) -> Result<(), Failure> {
        self.data(&format!("{value:#}\n"))
    }

    /// Prints data in the form that was asked for.
    ///
    /// # Errors
    ///
    /// [`Failure::PipeClosed`] when nobody reads any more.
    pub fn print(
        &self,
        format: Format,
        human: impl FnOnce() -> String,
        json: impl FnOnce() -> Value,
    ) -> Result<(), Failure> {
        match format {
            Format::Human => self.data(&human()),
            Format::Json => self.json(&json()),
        }
    }

    /// Says something on stderr. A closed stderr is nobody to tell.
    #[expect(
        clippy::unused_self,
        reason = "messages go through the terminal like data"
    )]
    pub fn message(&self, text: &str) {
        let mut out = io::stderr().lock();
        let _ = writeln!(out, "{}", text.trim_end_matches('\n'));
    }

    /// Shows on a terminal's stderr how far something is, in place of what was shown before; an
    /// empty text takes it away. A file gets nothing of it.
    #[expect(
        clippy::unused_self,
        reason = "messages go through the terminal like data"
    )]
    pub fn progress(&self, text: &str) {
        let mut out = io::stderr().lock();
        if io::IsTerminal::is_terminal(&out) {
            let _ = write!(out, "\r\x1b[K{text}");
            let _ = out.flush();
        }
    }

    /// Says a report on stderr: for people, or as one line of JSON.
    pub fn report(&self, report: &Report) {
        match self.told {
            Format::Human => self.message(&report.human(self.messages, self.width)),
            Format::Json => self.message(&report.json().to_string()),
        }
    }

    /// Says on stderr how the command was used wrongly, in the same two forms.
    pub fn wrong_use(&self, message: &str, fix: &str) {
        match self.told {
            Format::Human => self.message(&format!("error: {message}\n  fix: {fix}")),
            Format::Json => {
                let fix = json!({"summary": fix, "steps": []});
                let said = json!({"severity": "error", "message": message, "fix": fix});
                self.message(&said.to_string());
            }
        }
    }
}

const fn style(choice: ColorChoice) -> Style {
    match choice {
        ColorChoice::Always | ColorChoice::AlwaysAnsi | ColorChoice::Auto => Style::Ansi,
        ColorChoice::Never => Style::Plain,
    }
}

fn columns() -> usize {
    rustix::termios::tcgetwinsize(io::stderr())
        .map_or(WIDEST, |size| usize::from(size.ws_col))
        .max(40)
}
