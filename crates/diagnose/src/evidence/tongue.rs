//! The language that a program is written in: the one that answered, by the habits of its server, and a service, by
//! the names of its settings.

use super::{Evidence, Response, Service};

/// A language, as far as servers and loaders of env files tell it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tongue {
    Dotnet,
    Elixir,
    Go,
    Java,
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

/// Beginnings of names of settings that one language's programs alone have.
const SETTINGS: &[(&str, Tongue)] = &[
    ("ASPNETCORE_", Tongue::Dotnet),
    ("DJANGO_", Tongue::Python),
    ("DOTNET_", Tongue::Dotnet),
    ("EXPO_PUBLIC_", Tongue::JavaScript),
    ("FLASK_", Tongue::Python),
    ("GUNICORN_", Tongue::Python),
    ("JAVA_", Tongue::Java),
    ("LARAVEL_", Tongue::Php),
    ("NEXTAUTH_", Tongue::JavaScript),
    ("NEXT_PUBLIC_", Tongue::JavaScript),
    ("NODE_", Tongue::JavaScript),
    ("NUXT_", Tongue::JavaScript),
    ("PHX_", Tongue::Elixir),
    ("PYTHON", Tongue::Python),
    ("QUARKUS_", Tongue::Java),
    ("RACK_", Tongue::Ruby),
    ("RAILS_", Tongue::Ruby),
    ("RUST_", Tongue::Rust),
    ("SPRING_", Tongue::Java),
    ("UVICORN_", Tongue::Python),
    ("VITE_", Tongue::JavaScript),
    ("WEB_CONCURRENCY", Tongue::Python),
];

/// The language of a service, by the settings that only programs of one language have.
pub(crate) fn of_settings(service: &Service) -> Option<Tongue> {
    let of = |name: &str| {
        let known = SETTINGS.iter().find(|(begins, _)| name.starts_with(begins));
        known.map(|(_, tongue)| *tongue)
    };
    let mut found = service.settings().filter_map(|line| of(&line.name));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

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
