//! Servers that run under a shell script of ours.
//!
//! The script holds the read end of a pipe whose write end is this process's. However this
//! process ends (a panic, a signal, `kill -9`), the pipe closes, and the script stops its server
//! by its own process id and removes its folder.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// A script that runs a server as long as this is there.
#[derive(Debug)]
pub(crate) struct Script {
    child: Child,
    port: u16,
}

impl Script {
    /// Starts a script, which must say `port N` when its server accepts connections.
    pub(crate) fn start(text: &str, arguments: &[&str]) -> Self {
        let mut command = if is_root() {
            // The servers refuse to run as root.
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut child = command
            .args(["-c", text, "sh"])
            .args(arguments)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh (and as root runuser) is there to start servers");
        let mut line = String::new();
        let output = child.stdout.take().expect("the script's output is a pipe");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the script's output is text");
        let port = line.trim().strip_prefix("port ").map(str::parse);
        let Some(Ok(port)) = port else {
            panic!("a server of the tests did not start; its log is above");
        };
        Self { child, port }
    }

    /// The port of the server, on 127.0.0.1.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // The script ends when its server has ended.
        let _ = self.child.wait();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
