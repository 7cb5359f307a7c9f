//! From starting a program to its first healthy answer.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Why no start could be measured.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No command was given.
    #[error("give the command to start after `--`")]
    Command,
    /// The program ended before it answered.
    #[error("the program ended before it was healthy: {0}")]
    Ended(std::process::ExitStatus),
    /// A process or socket failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It never answered 200.
    #[error("no healthy answer within {0:?}")]
    Timeout(Duration),
}

const PATIENCE: Duration = Duration::from_mins(1);
const ASK_EVERY: Duration = Duration::from_micros(250);

/// Starts the program once, waits for a 200 from `path`, ends it with SIGTERM.
///
/// # Errors
/// See [`StartError`].
pub fn once(command: &[OsString], server: SocketAddr, path: &str) -> Result<Duration, StartError> {
    let (program, arguments) = command.split_first().ok_or(StartError::Command)?;
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let healthy = wait_healthy(&mut child, started, server, path);
    end(&mut child)?;
    healthy
}

fn wait_healthy(
    child: &mut Child,
    started: Instant,
    server: SocketAddr,
    path: &str,
) -> Result<Duration, StartError> {
    loop {
        if ask(server, path).is_ok_and(|healthy| healthy) {
            return Ok(started.elapsed());
        }
        if let Some(status) = child.try_wait()? {
            return Err(StartError::Ended(status));
        }
        if started.elapsed() > PATIENCE {
            return Err(StartError::Timeout(PATIENCE));
        }
        std::thread::sleep(ASK_EVERY);
    }
}

fn ask(server: SocketAddr, path: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n"
    )?;
    let mut status = [0_u8; 12];
    stream.read_exact(&mut status)?;
    Ok(&status == b"HTTP/1.1 200")
}

/// SIGTERM, and SIGKILL to what does not heed it.
fn end(child: &mut Child) -> std::io::Result<()> {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        kill_process(pid, Signal::TERM)?;
    }
    let told = Instant::now();
    while told.elapsed() < Duration::from_secs(10) {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait().map(drop)
}
