use memchr::memmem;

use super::post;
use crate::answer::Answer;
use crate::plan::{Next, Scenario};

/// One session a connection; every answer's refresh token is the next request's.
pub struct Refresh {
    path: String,
    host: String,
    tokens: Vec<Vec<u8>>,
    /// Answers without a token in them; their connection stops.
    pub lost: usize,
}

impl Refresh {
    /// Starts each connection with its own token.
    pub fn new(path: &str, host: &str, tokens: &[String]) -> Self {
        Self {
            path: path.to_owned(),
            host: host.to_owned(),
            tokens: tokens
                .iter()
                .map(|token| token.clone().into_bytes())
                .collect(),
            lost: 0,
        }
    }
}

impl Scenario for Refresh {
    fn request(&mut self, slot: usize, into: &mut Vec<u8>) {
        let token = &self.tokens[slot];
        let (before, after) = (br#"{"refresh_token":""#, br#""}"#);
        let length = before.len() + token.len() + after.len();
        post(&self.path, &self.host, &[], length, into);
        into.extend_from_slice(before);
        into.extend_from_slice(token);
        into.extend_from_slice(after);
    }

    fn answer(&mut self, slot: usize, answer: &Answer<'_>) -> Next {
        let Some(token) = refresh_token(&answer.body) else {
            self.lost += 1;
            return Next::Stop;
        };
        let kept = &mut self.tokens[slot];
        kept.clear();
        kept.extend_from_slice(token);
        Next::Go
    }
}

/// The value of `"refresh_token"`; tokens need no JSON escapes.
fn refresh_token(body: &[u8]) -> Option<&[u8]> {
    let name = br#""refresh_token":"#;
    let rest = &body[memmem::find(body, name)? + name.len()..];
    let rest = rest.trim_ascii_start().strip_prefix(b"\"")?;
    Some(&rest[..memchr::memchr(b'"', rest)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn the_answer_s_token_is_the_next_request_s() {
        let mut refresh = Refresh::new("/r", "h", &["one".to_owned()]);
        let body = br#"{"access_token":"x","refresh_token": "two","expires_in":1}"#;
        let mut answer = Answer {
            status: 200,
            retry_after: None,
            close: false,
            body: Cow::Borrowed(body),
        };
        assert!(matches!(refresh.answer(0, &answer), Next::Go));
        let mut request = Vec::new();
        refresh.request(0, &mut request);
        assert!(request.ends_with(b"Content-Length: 23\r\n\r\n{\"refresh_token\":\"two\"}"));
        answer.body = Cow::Borrowed(b"{}");
        assert!(matches!(refresh.answer(0, &answer), Next::Stop));
        assert_eq!(refresh.lost, 1);
    }
}
