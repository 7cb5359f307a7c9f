use crate::answer::Answer;
use crate::plan::{Next, Scenario};

/// `GET` of one path, each request with the next of a list of header lines:
/// connection `i` of `n` takes lines `i`, `i + n`, `i + 2n` … and starts over.
pub struct Get {
    requests: Vec<Vec<u8>>,
    next: Vec<usize>,
    step: usize,
}

impl Get {
    /// Prepares one request a header line; without lines, one plain request.
    pub fn new(path: &str, host: &str, lines: &[String], connections: usize) -> Self {
        let request = |line: &str| {
            let break_line = if line.is_empty() { "" } else { "\r\n" };
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{line}{break_line}\r\n").into_bytes()
        };
        let requests: Vec<_> = if lines.is_empty() {
            vec![request("")]
        } else {
            lines.iter().map(|line| request(line)).collect()
        };
        Self {
            next: (0..connections).map(|slot| slot % requests.len()).collect(),
            step: connections,
            requests,
        }
    }
}

impl Scenario for Get {
    fn request(&mut self, slot: usize, into: &mut Vec<u8>) {
        let at = self.next[slot];
        into.extend_from_slice(&self.requests[at]);
        self.next[slot] = (at + self.step) % self.requests.len();
    }

    fn answer(&mut self, _slot: usize, _answer: &Answer<'_>) -> Next {
        Next::Go
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_gets_its_turn() {
        let lines: Vec<String> = (0..6).map(|n| format!("X-Line: {n}")).collect();
        let mut get = Get::new("/a", "h", &lines, 4);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..3 {
            for slot in 0..4 {
                let mut request = Vec::new();
                get.request(slot, &mut request);
                seen.insert(request);
            }
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.contains(b"GET /a HTTP/1.1\r\nHost: h\r\nX-Line: 5\r\n\r\n".as_slice()));
    }
}
