//! What is asked of the server.

mod get;
mod login;
mod refresh;

pub use get::Get;
pub use login::Login;
pub use refresh::Refresh;

/// The head of a request with a JSON body, up to and with the blank line.
fn post(path: &str, host: &str, headers: &[String], length: usize, into: &mut Vec<u8>) {
    into.extend_from_slice(b"POST ");
    into.extend_from_slice(path.as_bytes());
    into.extend_from_slice(b" HTTP/1.1\r\nHost: ");
    into.extend_from_slice(host.as_bytes());
    into.extend_from_slice(b"\r\nContent-Type: application/json\r\nContent-Length: ");
    into.extend_from_slice(length.to_string().as_bytes());
    into.extend_from_slice(b"\r\n");
    for header in headers {
        into.extend_from_slice(header.as_bytes());
        into.extend_from_slice(b"\r\n");
    }
    into.extend_from_slice(b"\r\n");
}
