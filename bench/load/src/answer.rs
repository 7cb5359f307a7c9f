//! One HTTP/1.1 response, read from bytes that may still be incomplete.

use std::borrow::Cow;

/// What a scenario is shown of a response.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// Seconds of a `Retry-After` header.
    pub retry_after: Option<u64>,
    /// The server ends the connection after this response.
    pub close: bool,
    /// The body, chunks joined.
    pub body: Cow<'a, [u8]>,
}

/// Why bytes are no response that this client reads.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// A chunk's size is no hexadecimal number.
    #[error("a chunk's size is unreadable")]
    Chunk,
    /// Status line or headers are malformed.
    #[error("response head: {0}")]
    Head(#[from] httparse::Error),
    /// A response with neither length nor chunks, which keep-alive needs.
    #[error("response has neither Content-Length nor chunked encoding")]
    NoLength,
}

/// Reads the response at the start of `bytes`: it and how many bytes it took,
/// or `None` while some of it has not arrived.
///
/// # Errors
/// See [`AnswerError`].
pub fn read(bytes: &[u8]) -> Result<Option<(Answer<'_>, usize)>, AnswerError> {
    let mut headers = [httparse::EMPTY_HEADER; 48];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = head.parse(bytes)? else {
        return Ok(None);
    };
    let status = head.code.unwrap_or_default();
    let (mut length, mut chunked, mut close, mut retry_after) = (None, false, false, None);
    for header in head.headers.iter() {
        let name = header.name;
        if name.eq_ignore_ascii_case("content-length") {
            length = number(header.value);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            chunked = header.value.eq_ignore_ascii_case(b"chunked");
        } else if name.eq_ignore_ascii_case("connection") {
            close = header.value.eq_ignore_ascii_case(b"close");
        } else if name.eq_ignore_ascii_case("retry-after") {
            retry_after = number(header.value).and_then(|seconds| u64::try_from(seconds).ok());
        }
    }
    let rest = &bytes[start..];
    let (body, taken) = if chunked {
        match dechunk(rest)? {
            Some((body, taken)) => (Cow::Owned(body), taken),
            None => return Ok(None),
        }
    } else {
        let length = length.ok_or(AnswerError::NoLength)?;
        match rest.get(..length) {
            Some(body) => (Cow::Borrowed(body), length),
            None => return Ok(None),
        }
    };
    let answer = Answer {
        status,
        retry_after,
        close,
        body,
    };
    Ok(Some((answer, start + taken)))
}

fn number(value: &[u8]) -> Option<usize> {
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

/// Joins chunks (RFC 9112 section 7.1); trailers are not expected.
fn dechunk(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, AnswerError> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        match httparse::parse_chunk_size(&bytes[at..]) {
            Ok(httparse::Status::Complete((head, size))) => {
                let start = at + head;
                let size = usize::try_from(size).map_err(|_| AnswerError::Chunk)?;
                let Some(chunk) = bytes.get(start..start + size) else {
                    return Ok(None);
                };
                if bytes.len() < start + size + 2 {
                    return Ok(None);
                }
                body.extend_from_slice(chunk);
                at = start + size + 2;
                if size == 0 {
                    return Ok(Some((body, at)));
                }
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(AnswerError::Chunk),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &[u8] =
        b"HTTP/1.1 503 Busy\r\nRetry-After: 2\r\ncontent-length: 4\r\n\r\nbusyHTTP";
    const CHUNKED: &[u8] =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";

    #[test]
    fn reads_one_response_and_leaves_what_follows() {
        let (answer, taken) = read(PLAIN).unwrap().unwrap();
        assert_eq!((answer.status, answer.retry_after), (503, Some(2)));
        assert_eq!(&*answer.body, b"busy");
        assert_eq!(&PLAIN[taken..], b"HTTP");
    }

    #[test]
    fn joins_chunks() {
        let (answer, taken) = read(CHUNKED).unwrap().unwrap();
        assert_eq!(&*answer.body, b"abcde");
        assert_eq!(taken, CHUNKED.len());
    }

    #[test]
    fn waits_for_every_missing_byte() {
        for whole in [&PLAIN[..PLAIN.len() - 4], CHUNKED] {
            for length in 0..whole.len() {
                assert_eq!(read(&whole[..length]), Ok(None), "{length} bytes");
            }
        }
    }

    #[test]
    fn refuses_what_keep_alive_cannot_delimit() {
        assert_eq!(read(b"HTTP/1.1 200 OK\r\n\r\n"), Err(AnswerError::NoLength));
        let chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
        assert_eq!(read(chunk), Err(AnswerError::Chunk));
    }
}
