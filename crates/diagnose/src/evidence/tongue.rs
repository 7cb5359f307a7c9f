//! The language that the program which answered is written in, by the habits of its server.

use super::{Evidence, Response};

/// A language, as far as servers and loaders of env files tell it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tongue {
    Dotnet,
    Elixir,
    Go,
    JavaScript,
    Php,
    Python,
    Ruby,
    Rust,
}

/// What servers call themselves in `Server` and `X-Powered-By`, in lower case.
const SERVERS: &[(&str, Tongue)] = &[
    ("express", Tongue::JavaScript),
    ("next.js", Tongue::JavaScript),
    ("nuxt", Tongue::JavaScript),
    ("sails", Tongue::JavaScript),
    ("nitro", Tongue::JavaScript),
    ("strapi", Tongue::JavaScript),
    ("directus", Tongue::JavaScript),
    ("uvicorn", Tongue::Python),
    ("gunicorn", Tongue::Python),
    ("hypercorn", Tongue::Python),
    ("daphne", Tongue::Python),
    ("granian", Tongue::Python),
    ("waitress", Tongue::Python),
    ("werkzeug", Tongue::Python),
    ("wsgiserver", Tongue::Python),
    ("puma", Tongue::Ruby),
    ("webrick", Tongue::Ruby),
    ("passenger", Tongue::Ruby),
    ("php", Tongue::Php),
    ("kestrel", Tongue::Dotnet),
    ("asp.net", Tongue::Dotnet),
    ("cowboy", Tongue::Elixir),
    ("bandit", Tongue::Elixir),
    ("rocket", Tongue::Rust),
];

/// The language of whoever answered the failing request, if the answer shows it.
pub(super) fn of_answer(evidence: &Evidence) -> Option<Tongue> {
    let mut answers = evidence
        .failing
        .iter()
        .filter_map(|one| one.response.as_ref());
    answers.find_map(of)
}

fn of(answer: &Response) -> Option<Tongue> {
    let header = |name: &str| {
        answer
            .headers
            .value(name)
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let named = format!("{} {}", header("server"), header("x-powered-by"));
    let server = SERVERS.iter().find(|(name, _)| named.contains(name));
    // The HTTP server of Node says so by itself; Apache adds how many requests are left.
    let of_node = header("keep-alive") == "timeout=5";
    server
        .map(|(_, tongue)| *tongue)
        .or_else(|| of_node.then_some(Tongue::JavaScript))
        .or_else(|| answer.headers.first("x-runtime").map(|_| Tongue::Ruby))
}
