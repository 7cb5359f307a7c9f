//! What a run is asked to do, and what it comes to.

use std::net::SocketAddr;
use std::time::Duration;

use crate::answer::{Answer, AnswerError};
use crate::record::Record;

/// How to load the server.
pub struct Plan {
    /// Where it listens.
    pub server: SocketAddr,
    /// How many connections.
    pub connections: usize,
    /// Time before anything counts.
    pub warm_up: Duration,
    /// Time that counts.
    pub span: Duration,
    /// Requests a second for an open loop; a closed loop without.
    pub rate: Option<f64>,
    /// How long to wait for the last answers.
    pub drain: Duration,
    /// The server's process, to measure its CPU and memory.
    pub watch: Option<u32>,
}

/// What a connection does after an answer.
pub enum Next {
    /// Its next request.
    Go,
    /// Nothing for a while.
    Pause(Duration),
    /// Nothing ever.
    Stop,
}

/// What is asked and how answers are read.
pub trait Scenario {
    /// Appends the next request of connection `slot`.
    fn request(&mut self, slot: usize, into: &mut Vec<u8>);
    /// Takes the answer of connection `slot`.
    fn answer(&mut self, slot: usize, answer: &Answer<'_>) -> Next;
}

/// Why a run could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The server sent something that is no HTTP response.
    #[error("unreadable response: {0}")]
    Answer(#[from] AnswerError),
    /// A histogram could not be made.
    #[error("histogram: {0}")]
    Histogram(#[from] hdrhistogram::CreationError),
    /// A socket, epoll or timer failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A system call failed.
    #[error("{0}")]
    System(#[from] rustix::io::Errno),
}

/// What a run came to.
pub struct Outcome {
    /// Latencies and counts.
    pub record: Record,
    /// Length of the measured span in seconds.
    pub seconds: f64,
    /// CPU seconds of the watched process in the span.
    pub server_cpu: f64,
    /// The watched process's largest memory seen, KiB.
    pub rss_peak: u64,
    /// CPU seconds of the generator in the span: near `seconds`, it was the
    /// bottleneck.
    pub own_cpu: f64,
}
