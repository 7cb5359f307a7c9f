//! Runs the binary to its end.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The binary in a folder of its own, with no variable of the caller's environment.
#[derive(Debug)]
pub struct Countersign(Command);

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Countersign {
    pub fn new<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(folder: &Path, arguments: I) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .stdin(Stdio::null());
        Self(command)
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    /// The command itself, to start it without waiting for its end.
    pub fn into_command(self) -> Command {
        self.0
    }

    pub fn run(self) -> Ended {
        self.run_with("")
    }

    pub fn run_with(mut self, stdin: &str) -> Ended {
        self.0
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self.0.spawn().unwrap();
        // A command that does not read its input may be gone before we have written it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Ended::from(child.wait_with_output().unwrap())
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// Stdout of a run that ended well and had nothing to say.
    pub fn good(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }

    /// Stdout of a run that ended well, as JSON.
    pub fn json(self) -> Value {
        let text = self.good();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// Stderr of a run that brought bad news.
    pub fn bad(self) -> String {
        assert_eq!(self.code, 1, "{self:?}");
        self.stderr
    }

    /// Stderr of a run that could not start or was used wrongly; nothing may be on stdout.
    pub fn wrong(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{self:?}");
        self.stderr
    }
}
