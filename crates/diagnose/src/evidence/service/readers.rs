//! Which loader reads which file: comments in it, compose files, logs and products tell.

use super::{Reader, Service, role};
use crate::evidence::Evidence;
use crate::evidence::loader::Loader;

/// Products whose services load env files by themselves, in lower case: whether one of them is a front end, and
/// whether it always reads with this loader.
const PRODUCTS: &[(&str, Loader, Side, Habit)] = &[
    ("next", Loader::NextEnv, Side::Front, Habit::Always),
    ("nextjs", Loader::NextEnv, Side::Front, Habit::Always),
    ("nextauth", Loader::NextEnv, Side::Front, Habit::Often),
    ("vite", Loader::Vite, Side::Front, Habit::Always),
    ("sveltekit", Loader::Vite, Side::Front, Habit::Always),
    ("svelte", Loader::Vite, Side::Front, Habit::Often),
    ("solidstart", Loader::Vite, Side::Front, Habit::Always),
    ("astro", Loader::Vite, Side::Front, Habit::Always),
    ("remix", Loader::Vite, Side::Front, Habit::Often),
    ("nuxt", Loader::Dotenv, Side::Front, Habit::Often),
    ("vue", Loader::Vite, Side::Front, Habit::Often),
    ("expo", Loader::DotenvExpand, Side::Front, Habit::Always),
    ("cra", Loader::DotenvExpand, Side::Front, Habit::Always),
    ("react", Loader::Vite, Side::Front, Habit::Often),
    ("fastapi", Loader::PythonDotenv, Side::Back, Habit::Often),
    ("flask", Loader::PythonDotenv, Side::Back, Habit::Often),
    ("django", Loader::PythonDotenv, Side::Back, Habit::Often),
    ("celery", Loader::PythonDotenv, Side::Back, Habit::Often),
    ("starlette", Loader::PythonDotenv, Side::Back, Habit::Often),
    ("litestar", Loader::PythonDotenv, Side::Back, Habit::Often),
    ("python", Loader::PythonDotenv, Side::Back, Habit::Often),
    ("pyjwt", Loader::PythonDotenv, Side::Back, Habit::Often),
    ("express", Loader::Dotenv, Side::Back, Habit::Often),
    ("fastify", Loader::Dotenv, Side::Back, Habit::Often),
    ("nestjs", Loader::Dotenv, Side::Back, Habit::Often),
    ("koa", Loader::Dotenv, Side::Back, Habit::Often),
    ("hapi", Loader::Dotenv, Side::Back, Habit::Often),
    ("hono", Loader::Dotenv, Side::Back, Habit::Often),
    ("strapi", Loader::Dotenv, Side::Back, Habit::Often),
    ("directus", Loader::Dotenv, Side::Back, Habit::Often),
    ("jsonwebtoken", Loader::Dotenv, Side::Back, Habit::Often),
    ("node", Loader::Dotenv, Side::Back, Habit::Often),
    ("axum", Loader::Dotenvy, Side::Back, Habit::Often),
    ("actix", Loader::Dotenvy, Side::Back, Habit::Often),
    ("rocket", Loader::Dotenvy, Side::Back, Habit::Often),
    ("rust", Loader::Dotenvy, Side::Back, Habit::Often),
    ("gin", Loader::Godotenv, Side::Back, Habit::Often),
    ("fiber", Loader::Godotenv, Side::Back, Habit::Often),
    ("go", Loader::Godotenv, Side::Back, Habit::Often),
    ("golang", Loader::Godotenv, Side::Back, Habit::Often),
    ("docker", Loader::Docker, Side::Back, Habit::Often),
    ("rails", Loader::Compose, Side::Back, Habit::Often),
    ("spring", Loader::Compose, Side::Back, Habit::Often),
];

/// Prefixes of names that one front end's loader alone hands on.
const PREFIXES: &[(&str, Loader)] = &[
    ("NEXT_PUBLIC_", Loader::NextEnv),
    ("VITE_", Loader::Vite),
    ("REACT_APP_", Loader::DotenvExpand),
    ("EXPO_PUBLIC_", Loader::DotenvExpand),
];

#[derive(Clone, Copy, Eq, PartialEq)]
enum Side {
    Back,
    Front,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Habit {
    Always,
    Often,
}

/// Gives the files of a project's services the loaders that their packages name.
pub(super) fn by_packages(evidence: &mut Evidence) {
    for (name, loader) in &evidence.layout.loaders {
        let of = |service: &&mut Service| {
            let rest = service.name.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        for service in evidence.services.iter_mut().filter(of) {
            for file in &mut service.files {
                if matches!(file.reader, Reader::Guessed(_)) {
                    file.reader = Reader::Known(*loader);
                }
            }
        }
    }
}

/// Gives every file its reader.
pub(super) fn choose(evidence: &mut Evidence) {
    let told = Told::of(evidence);
    let one_service = evidence.services.len() == 1;
    for service in &mut evidence.services {
        let front = role::is_front_by_name(&service.name);
        for file in &mut service.files {
            // A compose file has said so already, or there is nothing to load.
            if matches!(file.reader, Reader::Known(_) | Reader::Plain) {
                continue;
            }
            file.reader = by_comments(&file.text)
                .or_else(|| told.by_log(&service.name, &file.source, front && !one_service))
                .or_else(|| told.by_product(&file.text, front, one_service))
                .unwrap_or(file.reader);
        }
    }
}

/// `# loaded with python-dotenv 1.2.4`
fn by_comments(text: &str) -> Option<Reader> {
    let comments = text.lines().map(str::trim_start);
    let comments = comments.filter(|line| line.starts_with('#'));
    comments
        .filter(|line| {
            !line.contains('=') || line.contains("--env-file") || line.contains("EnvironmentFile")
        })
        .find_map(Loader::named)
        .map(Reader::Known)
}

/// What logs and products say of loaders.
struct Told {
    log_lines: Vec<(Loader, String, bool)>,
    products: Vec<String>,
}

impl Told {
    fn of(evidence: &Evidence) -> Self {
        let files = evidence.services.iter().flat_map(|service| &service.files);
        let sources: Vec<String> = files.map(|file| file.source.to_ascii_lowercase()).collect();
        let lines = evidence.logs.iter().flat_map(|log| log.text.lines());
        let told = lines.filter_map(|line| {
            let loader = Loader::named(line)?;
            // `compose` and `vite` alone are words of stack traces too.
            // A line about one file says nothing of the others.
            let line = line.to_ascii_lowercase();
            let about_one = sources.iter().any(|source| line.contains(source.as_str()));
            Some((loader, line, about_one))
        });
        Self {
            log_lines: told.collect(),
            products: evidence
                .stack
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
        }
    }

    /// A line that names the file or the service, or one that can only mean a back end.
    fn by_log(&self, service: &str, source: &str, front: bool) -> Option<Reader> {
        let service = service.to_ascii_lowercase();
        let source = source.to_ascii_lowercase();
        let file = source.rsplit(['/', '\\']).next().unwrap_or(&source);
        let named = self
            .log_lines
            .iter()
            .find(|(_, line, _)| line.contains(file) || line.contains(&service));
        let deployed = self.log_lines.iter().find(|(loader, _, about_one)| {
            let front_ends = matches!(
                loader,
                Loader::NextEnv | Loader::Vite | Loader::DotenvExpand
            );
            front == front_ends && !about_one
        });
        named
            .or(deployed)
            .map(|(loader, _, _)| Reader::Known(*loader))
    }

    fn by_product(&self, text: &str, front: bool, one_service: bool) -> Option<Reader> {
        let prefixed = PREFIXES.iter().find(|(prefix, _)| {
            text.lines()
                .any(|line| line.trim_start().starts_with(prefix))
        });
        let wanted = if front { Side::Front } else { Side::Back };
        // A loader by its own name counts over frameworks.
        let loader = self.products.iter().find_map(|product| {
            let loader = Loader::named(product)?;
            let side = match loader {
                Loader::NextEnv | Loader::Vite | Loader::DotenvExpand => Side::Front,
                _ => Side::Back,
            };
            (one_service || side == wanted).then_some(Reader::Known(loader))
        });
        let product = |side: Option<Side>| {
            PRODUCTS
                .iter()
                .find(|(name, _, of, _)| side.is_none_or(|side| side == *of) && self.has(name))
                .map(|(_, loader, _, habit)| match habit {
                    Habit::Always => Reader::Known(*loader),
                    Habit::Often => Reader::Guessed(*loader),
                })
        };
        if let Some((_, loader)) = prefixed {
            return Some(Reader::Known(*loader));
        }
        loader.or_else(|| product(Some(wanted))).or_else(|| {
            // Both sides are written in what is named, or nothing is said of this one.
            loader_of_all(self)
                .or_else(|| product(None))
                .map(|reader| Reader::Guessed(reader.loader().unwrap_or(Loader::PythonDotenv)))
        })
    }

    fn has(&self, name: &str) -> bool {
        self.products.iter().any(|product| {
            product
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| word == name)
        })
    }
}

fn loader_of_all(told: &Told) -> Option<Reader> {
    let named = told
        .products
        .iter()
        .find_map(|product| Loader::named(product));
    named.map(Reader::Known)
}
