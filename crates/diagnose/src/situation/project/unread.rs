//! Names that an env file sets and nothing reads: said in a note, for some other tool may well read them.

use super::{Program, programs};
use crate::evidence::service::{EnvFile, Reader};
use crate::evidence::{DocumentKind, EnvLine, Evidence, Note};

/// How many names are written out.
const SHOWN: usize = 6;

/// Beginnings of names that frameworks, drivers, hosts and tools read by themselves.
const READ_ELSEWHERE: &[&str] = &[
    "ANTHROPIC_",
    "ARGON",
    "ASTRO_",
    "AUTH_",
    "AWS_",
    "AZURE_",
    "BETTER_AUTH_",
    "BODY_SIZE_LIMIT",
    "BROWSER",
    "BUN_",
    "CARGO_",
    "CELERY_",
    "CHOKIDAR_",
    "CI",
    "CLERK_",
    "CLOUDFLARE_",
    "CLOUDINARY_",
    "COMPOSE_",
    "COUNTERSIGN_",
    "DATABASE_",
    "DB_",
    "DD_",
    "DEBUG",
    "DENO_",
    "DIRECT_URL",
    "DJANGO_",
    "DOCKER_",
    "EXPO_",
    "FASTAPI_",
    "FAST_REFRESH",
    "FIREBASE_",
    "FLASK_",
    "FLY_",
    "GATSBY_",
    "GCP_",
    "GENERATE_SOURCEMAP",
    "GIN_MODE",
    "GIT",
    "GO",
    "GUNICORN_",
    "HEROKU_",
    "HF_",
    "HOME",
    "HOST",
    "HTTP",
    "IMAGE_",
    "KC_",
    "KEYCLOAK_",
    "LANG",
    "LC_",
    "LOG_LEVEL",
    "MINIO_",
    "MONGO_INITDB",
    "MYSQL_",
    "NEW_RELIC_",
    "NEXTAUTH_",
    "NEXT_PUBLIC_CLERK_",
    "NEXT_RUNTIME",
    "NEXT_TELEMETRY",
    "NGROK_",
    "NITRO_",
    "NODE_",
    "NO_",
    "NPM_",
    "NUXT_",
    "OAUTHLIB_",
    "OPENAI_",
    "ORIGIN",
    "OTEL_",
    "PATH",
    "PAYLOAD_",
    "PGADMIN",
    "PG",
    "PIP_",
    "PNPM_",
    "PORT",
    "POSTGRES",
    "PRISMA_",
    "PUBLIC_URL",
    "PYTEST_",
    "PYTHON",
    "RAILWAY_",
    "RAILS_",
    "REDIS_",
    "RENDER_",
    "RUST_",
    "SENTRY_",
    "SHADOW_DATABASE_URL",
    "SKIP_",
    "SQLX_",
    "STRIPE_",
    "SUPABASE_",
    "TF_",
    "TRAEFIK_",
    "TURBO_",
    "TZ",
    "UID",
    "USER",
    "UVICORN_",
    "UV_",
    "VERCEL",
    "VIRTUAL_ENV",
    "WATCHPACK_",
    "WDS_",
    "WEB_CONCURRENCY",
    "YARN_",
];

/// One note a file.
pub(crate) fn notes(evidence: &Evidence) -> Vec<Note> {
    let programs = programs(evidence);
    let mut found: Vec<Note> = Vec::new();
    for program in &programs {
        for file in program
            .files
            .iter()
            .filter(|(service, _)| service.name == program.name)
            .map(|(_, file)| *file)
        {
            if file.reader == Reader::Plain || found.iter().any(|note| note.source == file.source) {
                continue;
            }
            found.extend(note(evidence, &programs, file));
        }
    }
    found
}

fn note(evidence: &Evidence, programs: &[Program<'_>], file: &EnvFile) -> Option<Note> {
    let is_named = |line: &&EnvLine| {
        programs.iter().any(|program| program.names(&line.name))
            || [
                DocumentKind::Compose,
                DocumentKind::Packages,
                DocumentKind::Launch,
                DocumentKind::Proxy,
            ]
            .iter()
            .any(|kind| {
                evidence
                    .of_kind(*kind)
                    .any(|document| document.text.contains(&line.name))
            })
    };
    // Without a name that is read, something else than the source here reads the file.
    if !file.lines.iter().any(|line| is_named(&line)) {
        return None;
    }
    let elsewhere = |name: &str| {
        READ_ELSEWHERE.iter().any(|prefix| name.starts_with(prefix)) || name.contains("__")
    };
    let mut unread: Vec<&str> = file
        .lines
        .iter()
        .filter(|line| !elsewhere(&line.name) && !is_named(line))
        .map(|line| line.name.as_str())
        .collect();
    unread.dedup();
    let line = file
        .lines
        .iter()
        .find(|line| Some(&line.name.as_str()) == unread.first())?
        .spot
        .line;
    let text = match unread.as_slice() {
        [one] => format!("{one} is set, and no source that was read names it"),
        several if several.len() <= SHOWN => format!(
            "{} are set, and no source that was read names them",
            several.join(", ")
        ),
        several => {
            let (shown, rest) = several.split_at(SHOWN);
            format!(
                "{} and {} more are set, and no source that was read names them",
                shown.join(", "),
                rest.len()
            )
        }
    };
    Some(Note {
        source: file.source.clone(),
        line: Some(line),
        text,
    })
}

impl Program<'_> {
    /// Whether its source has the name anywhere, or may make it up when it runs.
    fn names(&self, name: &str) -> bool {
        let mut sources = self.sources.iter();
        self.may_read(name)
            || sources.any(|file| file.facts.words.contains(name) || file.facts.reads_all)
    }
}
