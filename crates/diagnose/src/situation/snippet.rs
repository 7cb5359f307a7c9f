//! Lines of source that logs and answers quote: what the client or the server was told to do.

use crate::evidence::{CredentialsMode, Evidence, Spot};

/// What quoted source says.
#[derive(Default)]
pub(crate) struct Snippets {
    /// Calls of `fetch` or axios with what they say of cookies; none where the call says nothing.
    pub(crate) calls: Vec<(Option<CredentialsMode>, Spot)>,
    /// Places where a program sets the Authorization header to a bearer token.
    pub(crate) sets_bearer: Vec<Spot>,
    /// Places that name a netrc file.
    pub(crate) netrc: Vec<Spot>,
}

/// Reads the logs and the pieces of source.
pub(crate) fn read(evidence: &Evidence) -> Snippets {
    let mut found = Snippets::default();
    for log in evidence.quoting() {
        let source = log.source();
        for (at, line) in log.text.lines().enumerate() {
            let lower = line.to_ascii_lowercase();
            let spot = || Spot::line(&source, at + 1, crate::evidence::without_secrets(line));
            let squeezed: String = lower
                .chars()
                .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '`'))
                .collect();
            let mode = mode(&squeezed);
            if mode.is_some() || is_call(&squeezed) {
                found.calls.push((mode, spot()));
            }
            if sets_bearer(&lower) {
                found.sets_bearer.push(spot());
            }
            if lower.contains("netrc") || (lower.contains("machine ") && lower.contains(" login "))
            {
                found.netrc.push(spot());
            }
        }
    }
    found
}

/// What a line says of cookies; it comes without blanks and quotes.
fn mode(line: &str) -> Option<CredentialsMode> {
    const WORDS: &[(&str, CredentialsMode)] = &[
        ("withcredentials:true", CredentialsMode::Include),
        ("withcredentials=true", CredentialsMode::Include),
        ("withcredentials:false", CredentialsMode::SameOrigin),
        ("withcredentials=false", CredentialsMode::SameOrigin),
        ("credentials:include", CredentialsMode::Include),
        ("credentials=include", CredentialsMode::Include),
        ("credentialsmodeisinclude", CredentialsMode::Include),
        (
            "credentialsmodeoftherequestisinclude",
            CredentialsMode::Include,
        ),
        ("credentials:omit", CredentialsMode::Omit),
        ("credentials:same-origin", CredentialsMode::SameOrigin),
    ];
    WORDS
        .iter()
        .find(|(words, _)| line.contains(words))
        .map(|(_, mode)| *mode)
}

/// Whether a line calls `fetch`, axios or the like.
fn is_call(line: &str) -> bool {
    [
        "fetch(",
        "axios(",
        "axios.get(",
        "axios.post(",
        "axios.put(",
        "axios.patch(",
        "axios.delete(",
        "axios.create(",
        "$.ajax(",
    ]
    .iter()
    .any(|call| line.contains(call))
}

fn sets_bearer(line: &str) -> bool {
    line.contains("authorization")
        && line.contains("bearer")
        && !line.contains("www-authenticate")
        && !line.starts_with('<')
}

impl Snippets {
    /// What a call of `fetch` in one line says of cookies, if it is the only one that names this path: where it says
    /// nothing, cookies go to the own origin alone (Fetch, section 5.4).
    pub(crate) fn of_path(&self, path: &str) -> Option<CredentialsMode> {
        let ends =
            |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_/".contains(c));
        let names = |text: &str| text.split(path).skip(1).any(ends);
        let whole = |text: &str| {
            text.contains("fetch(") && text.matches('(').count() <= text.matches(')').count()
        };
        let mut calls = self
            .calls
            .iter()
            .filter(|(_, spot)| path.len() > 1 && whole(&spot.shown) && names(&spot.shown));
        let (mode, _) = calls.next().filter(|_| calls.next().is_none())?;
        Some(mode.unwrap_or(CredentialsMode::SameOrigin))
    }

    /// What the calls say of cookies: the last that says anything, else none.
    pub(crate) fn credentials(&self) -> Option<CredentialsMode> {
        self.calls.iter().rev().find_map(|(mode, _)| *mode)
    }
}
