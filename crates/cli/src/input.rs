//! What commands read: prompts, stdin and files.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::Failure;

/// No token, key set or password comes near it.
const LARGEST: u64 = 1 << 20;

/// Reads a secret: from a prompt that shows nothing, or else from stdin, without the line break
/// at its end.
///
/// # Errors
///
/// [`Failure::Usage`] when there is nothing to read, or no text.
pub fn secret(what: &str) -> Result<Zeroizing<String>, Failure> {
    if io::stdin().is_terminal() {
        return prompt(what);
    }
    let mut text = Zeroizing::new(stdin(what)?);
    let end = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(end);
    if text.is_empty() {
        return Err(nothing(what));
    }
    Ok(text)
}

/// Reads a new password: twice from a prompt that shows nothing, or else once from stdin.
///
/// # Errors
///
/// [`Failure::Usage`] when there is nothing to read, or the two differ.
pub fn new_password() -> Result<Zeroizing<String>, Failure> {
    let first = secret("password")?;
    if io::stdin().is_terminal() && prompt("the same password again")? != first {
        return Err(Failure::usage(
            "the two passwords differ",
            "run the command again and type the same password twice",
        ));
    }
    Ok(first)
}

/// Reads all of stdin as text.
///
/// # Errors
///
/// [`Failure::Usage`] when it is no text, or far too long to be `what`.
pub fn stdin(what: &str) -> Result<String, Failure> {
    String::from_utf8(stdin_bytes(what)?).map_err(|error| {
        Failure::usage(
            format!("standard input cannot be read as a {what}: {error}"),
            format!("pass the {what} as UTF-8 text on standard input"),
        )
    })
}

/// Reads all of stdin.
///
/// # Errors
///
/// [`Failure::Usage`] when it cannot be read, or is far too long to be `what`.
pub fn stdin_bytes(what: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    match io::stdin().lock().take(LARGEST).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 == LARGEST => Err(Failure::usage(
            format!("standard input is over {LARGEST} bytes, too long for a {what}"),
            format!("pass the {what} alone on standard input"),
        )),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::usage(
            format!("standard input cannot be read: {error}"),
            format!("pass the {what} on standard input"),
        )),
    }
}

/// Reads a file as text.
///
/// # Errors
///
/// [`Failure::Usage`] naming the file when it cannot be read.
pub fn file(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| {
        Failure::usage(
            format!("{} cannot be read: {error}", path.display()),
            "give the path of a text file that exists and that you may read",
        )
    })
}

/// Says that nothing came in.
pub fn nothing(what: &str) -> Failure {
    Failure::usage(
        format!("no {what} was given: standard input is empty"),
        format!("type the {what} at the prompt, or pass it on standard input"),
    )
}

fn prompt(what: &str) -> Result<Zeroizing<String>, Failure> {
    let mut shown = what.to_owned();
    shown[..1].make_ascii_uppercase();
    let text = rpassword::prompt_password(format!("{shown}: ")).map_err(|error| {
        Failure::usage(
            format!("the {what} cannot be read from the terminal: {error}"),
            format!("pass the {what} on standard input"),
        )
    })?;
    if text.is_empty() {
        Err(nothing(what))
    } else {
        Ok(Zeroizing::new(text))
    }
}
