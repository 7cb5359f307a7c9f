//! Which loader a text speaks of.

use super::Loader;

/// Phrases of comments, log lines and names of products, the more exact ones first.
const PHRASES: &[(&str, Loader)] = &[
    ("@next/env", Loader::NextEnv),
    ("next env", Loader::NextEnv),
    ("environments: .env", Loader::NextEnv),
    ("python-dotenv", Loader::PythonDotenv),
    ("load_dotenv", Loader::PythonDotenv),
    ("dotenv_values", Loader::PythonDotenv),
    ("pydantic-settings", Loader::PythonDotenv),
    ("pydantic_settings", Loader::PythonDotenv),
    ("basesettings", Loader::PythonDotenv),
    ("phpdotenv", Loader::Phpdotenv),
    ("dotenv-rails", Loader::RubyDotenv),
    ("ruby-dotenv", Loader::RubyDotenv),
    ("dotenv gem", Loader::RubyDotenv),
    ("dotenv (ruby)", Loader::RubyDotenv),
    ("decouple", Loader::Decouple),
    ("django-environ", Loader::DjangoEnviron),
    ("environ.env", Loader::DjangoEnviron),
    ("dotenv-expand", Loader::DotenvExpand),
    ("dotenvy", Loader::Dotenvy),
    ("godotenv", Loader::Godotenv),
    ("node --env-file", Loader::Node),
    ("env_file:", Loader::Compose),
    ("env_file", Loader::Compose),
    ("docker compose", Loader::Compose),
    ("docker-compose", Loader::Compose),
    ("podman-compose", Loader::Compose),
    ("compose file", Loader::Compose),
    ("compose.yaml", Loader::Compose),
    ("compose.yml", Loader::Compose),
    ("--env-file", Loader::Docker),
    ("from-env-file", Loader::Docker),
    ("docker run", Loader::Docker),
    ("podman run", Loader::Docker),
    ("environmentfile", Loader::Systemd),
    ("systemd", Loader::Systemd),
    ("systemctl", Loader::Systemd),
    ("set -a", Loader::Shell),
    ("source .env", Loader::Shell),
    ("source ./.env", Loader::Shell),
    (". ./.env", Loader::Shell),
    ("sourced", Loader::Shell),
    ("shell source", Loader::Shell),
    ("bash source", Loader::Shell),
    ("vite", Loader::Vite),
    ("compose", Loader::Compose),
    ("dotenv", Loader::Dotenv),
];

impl Loader {
    /// The loader that a comment, a log line or the name of a product speaks of.
    pub(crate) fn named(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        // Several programs have an option of the same name.
        if text.contains("--env-file") {
            let programs = [
                ("uvicorn", Self::PythonDotenv),
                ("fastapi", Self::PythonDotenv),
                ("flask", Self::PythonDotenv),
                ("node ", Self::Node),
                ("tsx ", Self::Node),
                ("uv run", Self::Dotenvy),
            ];
            let program = programs.iter().find(|(program, _)| text.contains(program));
            if let Some((_, loader)) = program.filter(|_| !text.contains("docker")) {
                return Some(*loader);
            }
        }
        let found = PHRASES
            .iter()
            .find(|(phrase, _)| stands_alone(&text, phrase));
        found.map(|(_, loader)| *loader)
    }
}

/// Whether a phrase stands in a text, and not as a part of other words.
fn stands_alone(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at + phrase.len()..)
            .and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_its_loader() {
        for (text, loader) in [
            (
                "# loaded with python-dotenv 1.2.4",
                Some(Loader::PythonDotenv),
            ),
            (
                "$ docker run --rm --env-file backend.env api",
                Some(Loader::Docker),
            ),
            (
                "docker compose up (env_file: backend.env)",
                Some(Loader::Compose),
            ),
            ("- Environments: .env.local, .env", Some(Loader::NextEnv)),
            (
                "[dotenv@17.2.1] injecting env (3) from .env",
                Some(Loader::Dotenv),
            ),
            ("EnvironmentFile=/etc/api.env", Some(Loader::Systemd)),
            ("set -a; . ./backend.env", Some(Loader::Shell)),
            ("node --env-file=.env server.js", Some(Loader::Node)),
            ("an invitee decomposed", None),
        ] {
            assert_eq!(Loader::named(text), loader, "{text}");
        }
    }
}
