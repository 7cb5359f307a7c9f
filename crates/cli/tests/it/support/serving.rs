//! A running server.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use super::command::Countersign;
use super::http::{Answer, Request};

/// A server that listens on a port of its own; it is killed when this goes.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    pub address: SocketAddr,
    /// What it printed until it was ready.
    pub summary: String,
}

impl Serving {
    /// Starts the server in a folder and waits for its ready line.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[], &[])
    }

    pub fn start_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        // However busy the machine is, no sign-in of a test waits too long.
        let mut command = Countersign::new(folder, all).env("HASH_WAIT", "60000");
        for (name, value) in variables {
            command = command.env(name, value);
        }
        let mut child = command
            .into_command()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut summary = String::new();
        while !summary
            .lines()
            .next_back()
            .is_some_and(|line| line.starts_with("Ready."))
        {
            if stdout.read_line(&mut summary).unwrap() == 0 {
                let mut said = String::new();
                let mut stderr = child.stderr.take().unwrap();
                stderr.read_to_string(&mut said).unwrap();
                panic!("it is not ready; stdout:\n{summary}\nstderr:\n{said}");
            }
        }
        let (_, after) = summary.split_once("Listening on").unwrap();
        let address = after.split_whitespace().next().unwrap().parse().unwrap();
        // Nobody may have to wait because the log's pipe is full.
        let mut log = child.stderr.take().unwrap();
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self {
            child,
            stdout: Some(stdout),
            address,
            summary,
        }
    }

    pub fn send(&self, request: &Request) -> Answer {
        request
            .send(self.address)
            .unwrap_or_else(|error| panic!("{error}: {request:?}"))
    }

    /// Ends it at once, as `kill -9` or a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end (SIGTERM) and waits; gives the rest of its stdout and its exit code.
    pub fn terminate(mut self) -> (String, Option<i32>) {
        let pid = self.child.id().to_string();
        let asked = std::process::Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap();
        assert!(asked.success());
        let mut rest = String::new();
        self.stdout
            .take()
            .unwrap()
            .read_to_string(&mut rest)
            .unwrap();
        (rest, self.child.wait().unwrap().code())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
