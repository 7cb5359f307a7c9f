//! Lines of source that logs and answers quote: what the client or the server was told to do.

use crate::evidence::{CredentialsMode, Evidence, Spot};

/// What quoted source says.
#[derive(Default)]
pub(crate) struct Snippets {
    /// Calls of `fetch`, axios and other clients, and lines that say something of cookies by themselves.
    pub(crate) calls: Vec<Call>,
    /// Places where a program sets the Authorization header to a bearer token.
    pub(crate) sets_bearer: Vec<Spot>,
    /// Places that name a netrc file.
    pub(crate) netrc: Vec<Spot>,
}

/// One call of an HTTP client, or one line about cookies.
pub(crate) struct Call {
    /// What it says of cookies; none where it says nothing.
    pub(crate) mode: Option<CredentialsMode>,
    /// Its text, to the end of its arguments where they are quoted.
    text: String,
    /// Whether a client is called, and all its arguments are there.
    whole: bool,
    /// Whether defaults that are set elsewhere count for it too.
    has_defaults: bool,
    pub(crate) spot: Spot,
}

/// The most lines of one call that are read.
const LINES: usize = 16;

/// Reads the logs and the pieces of source.
pub(crate) fn read(evidence: &Evidence) -> Snippets {
    let mut found = Snippets::default();
    for log in evidence.quoting() {
        let source = log.source();
        let lines: Vec<&str> = log.text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let lower = line.to_ascii_lowercase();
            let spot = || Spot::line(&source, at + 1, crate::evidence::without_secrets(line));
            found.calls.extend(call(&lines, at, spot));
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

/// The call that begins in a line, or what the line says of cookies by itself.
fn call(lines: &[&str], at: usize, spot: impl Fn() -> Spot) -> Option<Call> {
    let line = lines.get(at)?;
    let own = mode(&squeezed(line));
    let begins = CALLS.iter().find(|(name, _)| squeezed(line).contains(name));
    let Some((_, has_defaults)) = begins else {
        return own.map(|mode| Call {
            mode: Some(mode),
            text: (*line).to_owned(),
            whole: false,
            has_defaults: false,
            spot: spot(),
        });
    };
    let open = |text: &str| text.matches('(').count() > text.matches(')').count();
    let mut text = (*line).to_owned();
    for next in lines.iter().skip(at + 1).take(LINES) {
        if !open(&text) {
            break;
        }
        text.push('\n');
        text.push_str(next);
    }
    let whole = !open(&text);
    // Of an open call no more than its own line is sure to belong to it.
    let mode = if whole { mode(&squeezed(&text)) } else { own };
    Some(Call {
        mode,
        text: if whole { text } else { (*line).to_owned() },
        whole,
        has_defaults: *has_defaults,
        spot: spot(),
    })
}

fn squeezed(text: &str) -> String {
    let dropped = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    text.to_ascii_lowercase()
        .chars()
        .filter(|c| !dropped(*c))
        .collect()
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

/// Calls and constructors of clients of browsers that leave cookies out across origins unless told otherwise, without
/// blanks and quotes, each with whether defaults or interceptors may say so for it elsewhere.
const CALLS: &[(&str, bool)] = &[
    ("fetch(", false),
    ("axios(", true),
    ("axios.get(", true),
    ("axios.post(", true),
    ("axios.put(", true),
    ("axios.patch(", true),
    ("axios.delete(", true),
    ("axios.create(", true),
    ("$.ajax(", true),
    ("$.getjson(", true),
    // Angular's HttpClient, by its usual name.
    ("http.get(", true),
    ("http.get<", true),
    ("http.post(", true),
    ("http.post<", true),
    ("http.put(", true),
    ("http.put<", true),
    ("http.patch(", true),
    ("http.patch<", true),
    ("http.delete(", true),
    ("http.delete<", true),
    // Apollo, urql, graphql-request.
    ("newhttplink(", false),
    ("createhttplink(", false),
    ("newbatchhttplink(", false),
    ("createuploadlink(", false),
    ("createclient({url:", false),
    ("newclient({url:", false),
    ("newgraphqlclient(", false),
    ("fetchbasequery(", false),
    ("httpbatchlink(", false),
    ("httplink({url:", false),
    ("ky(", true),
    ("ky.get(", true),
    ("ky.post(", true),
    ("ky.create(", true),
    ("wretch(", true),
    ("superagent.get(", true),
    ("superagent.post(", true),
    ("neweventsource(", false),
];

fn sets_bearer(line: &str) -> bool {
    line.contains("authorization")
        && line.contains("bearer")
        && !line.contains("www-authenticate")
        && !line.starts_with('<')
}

impl Snippets {
    /// What is said of cookies for a request to this path, and by which call: by the only one that names it, else by
    /// all together. Where whole calls say nothing, cookies go to the own origin alone (Fetch, section 5.4).
    pub(crate) fn of_path(&self, path: &str) -> Option<(CredentialsMode, &Spot)> {
        let included = |call: &&Call| call.mode == Some(CredentialsMode::Include);
        // A default (`axios.defaults.withCredentials = true`, an interceptor) may speak for calls that say nothing.
        let by_default = self
            .calls
            .iter()
            .filter(included)
            .any(|call| !call.whole || call.text.contains(".create("));
        let silent = |call: &&Call| call.whole && !(by_default && call.has_defaults);
        let mut naming = self
            .calls
            .iter()
            .filter(|call| path.len() > 1 && call.names(path));
        let only = naming.next().filter(|_| naming.next().is_none());
        if let Some(call) = only.filter(|call| silent(call) || call.mode.is_some()) {
            let mode = call.mode.unwrap_or(CredentialsMode::SameOrigin);
            return Some((mode, &call.spot));
        }
        if let Some(said) = self.said() {
            return Some(said);
        }
        let first = self.calls.first()?;
        self.calls
            .iter()
            .all(|call| silent(&call))
            .then_some((CredentialsMode::SameOrigin, &first.spot))
    }

    /// What the calls say of cookies: the last that says anything, else none.
    pub(crate) fn credentials(&self) -> Option<CredentialsMode> {
        self.said().map(|(mode, _)| mode)
    }

    fn said(&self) -> Option<(CredentialsMode, &Spot)> {
        let mut calls = self.calls.iter().rev();
        calls.find_map(|call| Some((call.mode?, &call.spot)))
    }
}

impl Call {
    /// Whether it names a path, whole at its end.
    fn names(&self, path: &str) -> bool {
        let ends =
            |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_/".contains(c));
        self.whole && self.text.split(path).skip(1).any(ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Document;

    fn of_path(log: &str, path: &str) -> Option<CredentialsMode> {
        let evidence = Evidence::read(vec![Document::new("log.txt", log)]);
        read(&evidence).of_path(path).map(|(mode, _)| mode)
    }

    #[test]
    fn the_call_that_names_the_path_speaks_for_it() {
        let log = "a.ts:1 await fetch(`${API}/login`, { credentials: 'include' })\n\
            b.ts:2 const link = new HttpLink({\nb.ts:3   uri: `${API}/graphql`,\nb.ts:4 })";
        assert_eq!(of_path(log, "/graphql"), Some(CredentialsMode::SameOrigin));
        assert_eq!(of_path(log, "/login"), Some(CredentialsMode::Include));
        assert_eq!(of_path(log, "/other"), Some(CredentialsMode::Include));
    }

    #[test]
    fn defaults_count_for_the_clients_that_have_them() {
        let log =
            "axios.defaults.withCredentials = true\naxios.get(`${API}/me`)\nfetch(`${API}/x`)";
        assert_eq!(of_path(log, "/me"), Some(CredentialsMode::Include));
        assert_eq!(of_path(log, "/x"), Some(CredentialsMode::SameOrigin));
    }

    #[test]
    fn whole_calls_that_say_nothing_leave_cookies_at_home() {
        let silent = "const get = (p) => fetch(API + p)";
        assert_eq!(of_path(silent, "/me"), Some(CredentialsMode::SameOrigin));
        assert_eq!(of_path("const get = (p) => fetch(API + p, {", "/me"), None);
        assert_eq!(of_path("GET /me 401", "/me"), None);
    }
}
