//! Servers that run under a shell script of ours.
//!
//! The script holds the read end of a pipe whose write end is this process's. However this
//! process ends (a panic, a signal, `kill -9`), the pipe closes, and the script stops its server
//! by its own process id and removes its folder.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A script that runs a server as long as this is there.
#[derive(Debug)]
pub(crate) struct Script {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Script {
    /// Starts a script, which must say `port N FOLDER` when its server accepts connections.
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
        let words: Vec<_> = line.split_whitespace().collect();
        let ["port", port, folder] = words[..] else {
            panic!("a server of the tests did not start; its log is above");
        };
        Self {
            child,
            folder: folder.into(),
            port: port.parse().expect("the port is a number"),
        }
    }

    /// The folder of the server.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The port of the server, on 127.0.0.1.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // The script ends when its server has ended and its folder is removed.
        let ended = self.child.wait();
        let gone = ended.is_ok() && !self.folder.exists();
        // A panic within a panic would hide the first.
        assert!(
            gone || std::thread::panicking(),
            "{} is left",
            self.folder.display()
        );
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    const SERVER: &str = include_str!("cluster.sh");

    fn start() -> Script {
        let bin = crate::cluster::programs();
        Script::start(SERVER, &[bin.to_str().expect("text"), "secret"])
    }

    fn is_gone(port: u16, folder: &Path) -> bool {
        !folder.exists() && TcpStream::connect(("127.0.0.1", port)).is_err()
    }

    #[test]
    fn a_server_ends_with_its_script() {
        let script = start();
        let (port, folder) = (script.port(), script.folder.clone());
        assert!(folder.is_dir() && !is_gone(port, &folder));
        drop(script);
        assert!(is_gone(port, &folder));
    }

    #[test]
    #[ignore = "the test below runs it, and kills it"]
    fn a_process_that_is_killed() {
        let script = start();
        let (port, folder) = (script.port(), script.folder.display());
        writeln!(std::io::stdout(), "\nport {port} {folder}").expect("the test reads it");
        let mut forever = String::new();
        std::io::stdin().read_line(&mut forever).expect("a pipe");
    }

    #[test]
    fn nothing_is_left_of_a_process_that_was_killed() {
        let own = std::env::current_exe().expect("this test");
        let mut child = Command::new(own)
            .args(["--ignored", "--exact", "--nocapture"])
            .arg("script::tests::a_process_that_is_killed")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut errors = child.stderr.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let line = output
            .lines()
            .map_while(Result::ok)
            .find(|line| line.starts_with("port "))
            .expect("it says where");
        let words: Vec<_> = line.split(' ').collect();
        let port = words[1].parse().expect("a port");
        child.kill().expect("SIGKILL");
        child.wait().expect("it is ours");
        // The script has this pipe too: it is closed when the last of them has ended.
        let mut rest = String::new();
        errors.read_to_string(&mut rest).expect("text");
        assert!(is_gone(port, Path::new(words[2])), "{rest}");
    }
}
