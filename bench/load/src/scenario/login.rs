use std::time::Duration;

use super::post;
use crate::answer::Answer;
use crate::plan::{Next, Scenario};

/// Clients that sign in again and again, each with its own account, and that
/// come back when a `Retry-After` says so.
pub struct Login {
    path: String,
    host: String,
    headers: Vec<String>,
    bodies: Vec<String>,
    next: Vec<usize>,
    step: usize,
}

impl Login {
    /// One body an account; connection `i` of `n` uses accounts `i`, `i + n` ….
    pub fn new(
        path: &str,
        host: &str,
        headers: &[String],
        bodies: Vec<String>,
        connections: usize,
    ) -> Self {
        Self {
            path: path.to_owned(),
            host: host.to_owned(),
            headers: headers.to_vec(),
            next: (0..connections)
                .map(|slot| slot % bodies.len().max(1))
                .collect(),
            step: connections,
            bodies,
        }
    }
}

impl Scenario for Login {
    fn request(&mut self, slot: usize, into: &mut Vec<u8>) {
        let at = self.next[slot];
        let body = &self.bodies[at];
        post(&self.path, &self.host, &self.headers, body.len(), into);
        into.extend_from_slice(body.as_bytes());
        self.next[slot] = (at + self.step) % self.bodies.len();
    }

    fn answer(&mut self, _slot: usize, answer: &Answer<'_>) -> Next {
        match (answer.status, answer.retry_after) {
            (429 | 503, Some(seconds)) => Next::Pause(Duration::from_secs(seconds)),
            // Refused without a word: a client that waits a little is kinder
            // than most, and keeps refusals from becoming the load.
            (429 | 503, None) => Next::Pause(Duration::from_millis(100)),
            _ => Next::Go,
        }
    }
}
