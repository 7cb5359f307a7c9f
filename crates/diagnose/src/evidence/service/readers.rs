//! Which loader reads which file: comments in it, compose files, logs and products tell.

use super::{Reader, Service, role};
use crate::evidence::loader::Loader;
use crate::evidence::tongue::{self, Tongue};
use crate::evidence::{DocumentKind, Evidence, project};

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
    ("laravel", Loader::Phpdotenv, Side::Back, Habit::Often),
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
            let place = Place {
                front,
                alone: one_service,
                mounted: evidence.layout.mounted.contains(&file.source),
            };
            let of_log = told.by_log(&service.name, &file.source, front && !one_service);
            file.reader = by_comments(&file.text)
                .or_else(|| {
                    of_log.filter(|one| one.loader().is_some_and(|one| place.may_read(one)))
                })
                .or_else(|| told.by_product(&file.text, place))
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
    /// The language of the program that answered.
    answered: Option<Tongue>,
}

/// Which file is to be read.
#[derive(Clone, Copy)]
struct Place {
    /// Whether it is of a front end.
    front: bool,
    /// Whether there is one service alone.
    alone: bool,
    /// Whether the program reads it in its container, and nothing outside does.
    mounted: bool,
}

impl Place {
    fn may_read(self, loader: Loader) -> bool {
        !self.mounted || loader.tongue().is_some()
    }
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
            answered: tongue::of_answer(evidence),
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

    fn by_product(&self, text: &str, place: Place) -> Option<Reader> {
        let prefixed = PREFIXES.iter().find(|(prefix, _)| {
            text.lines()
                .any(|line| line.trim_start().starts_with(prefix))
        });
        if let Some((_, loader)) = prefixed {
            return Some(Reader::Known(*loader));
        }
        let wanted = if place.front { Side::Front } else { Side::Back };
        let product = |side: Option<Side>| {
            PRODUCTS
                .iter()
                .find(|(name, _, of, _)| side.is_none_or(|side| side == *of) && self.has(name))
                .map(|(_, loader, _, habit)| match habit {
                    Habit::Always => Reader::Known(*loader),
                    Habit::Often => Reader::Guessed(*loader),
                })
        };
        // A loader by its own name counts over frameworks.
        let named = self.named(place).or_else(|| product(Some(wanted)));
        named.or_else(|| {
            // Both sides are written in what is named, or nothing is said of this one.
            self.of_all(place)
                .or_else(|| product(None))
                .map(|reader| Reader::Guessed(reader.loader().unwrap_or(Loader::PythonDotenv)))
        })
    }

    /// The loader that the products name for this side; a guess where they name several for it.
    fn named(&self, place: Place) -> Option<Reader> {
        let wanted = if place.front { Side::Front } else { Side::Back };
        let mut said = false;
        let mut loaders: Vec<Loader> = Vec::new();
        for product in &self.products {
            let Some(loader) = Loader::named(product).filter(|loader| place.may_read(*loader))
            else {
                continue;
            };
            let side = match loader {
                Loader::NextEnv | Loader::Vite | Loader::DotenvExpand => Side::Front,
                _ => Side::Back,
            };
            match side_said(product) {
                Some(of) if of != wanted => continue,
                // What is said counts over what is usual.
                Some(_) if !said => {
                    said = true;
                    loaders.clear();
                }
                None if said || !(place.alone || side == wanted) => continue,
                Some(_) | None => {}
            }
            loaders.push(loader);
        }
        loaders.dedup();
        let first = *loaders.first()?;
        // Of programs in two languages, one is read by the other's loader at most by chance.
        let other = self.usual().any(|other| {
            let tongues = other.tongue().zip(first.tongue());
            tongues.is_some_and(|(other, own)| other != own)
        });
        if loaders.len() == 1 && (said || !other || place.alone) {
            return Some(Reader::Known(first));
        }
        // The program that answered is the one that checks; its server shows its language.
        let spoken = |loader: &&Loader| self.answered.is_some() && loader.tongue() == self.answered;
        let of_answer = loaders.iter().find(spoken).filter(|_| !place.front);
        Some(of_answer.map_or(Reader::Guessed(first), |loader| Reader::Known(*loader)))
    }

    /// The loaders that back ends of the products usually have.
    fn usual(&self) -> impl Iterator<Item = Loader> {
        let back = PRODUCTS
            .iter()
            .filter(|(_, _, side, _)| *side == Side::Back);
        back.filter(|(name, ..)| self.has(name))
            .map(|(_, loader, ..)| *loader)
    }

    /// The loader that is named for no side, another one than that of the program which answered.
    fn of_all(&self, place: Place) -> Option<Reader> {
        let named = || {
            let free = self
                .products
                .iter()
                .filter(|product| side_said(product).is_none());
            free.filter_map(|product| Loader::named(product))
                .filter(|loader| place.may_read(*loader))
        };
        let other = named()
            .find(|loader| self.answered.is_none() || loader.tongue() != self.answered)
            .filter(|_| place.front);
        other.or_else(|| named().next()).map(Reader::Known)
    }

    fn has(&self, name: &str) -> bool {
        self.products.iter().any(|product| {
            product
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| word == name)
        })
    }
}

/// The side that a product is said to be of: `PyJWT 2.10 (API)`, `dotenv 16 (auth service)`.
fn side_said(product: &str) -> Option<Side> {
    let (_, said) = product.split_once('(')?;
    let words = |parts: &[&str]| {
        let mut words = said.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| parts.contains(&word))
    };
    if role::names_an_issuer(said) {
        return Some(Side::Front);
    }
    if words(&[
        "api", "backend", "verifier", "verifies", "resource", "checks",
    ]) {
        return Some(Side::Back);
    }
    words(&["frontend", "front", "web", "client", "spa"]).then_some(Side::Front)
}

impl Evidence {
    /// Every loader that products, packages, logs or compose files speak of.
    pub(crate) fn loaders_told(&self) -> Vec<Loader> {
        let files = self.services.iter().flat_map(|service| &service.files);
        let known = files.filter(|file| file.is_known());
        let known = known.filter_map(|file| file.reader.loader());
        let products = self
            .stack
            .iter()
            .filter_map(|product| Loader::named(product));
        let told = Told::of(self);
        let lines = self.logs.iter().flat_map(|log| log.text.lines());
        let packages = self
            .of_kind(DocumentKind::Packages)
            .flat_map(project::packaged);
        let all = known
            .chain(products)
            .chain(packages)
            .chain(told.usual())
            .chain(lines.filter_map(Loader::named));
        let mut all: Vec<Loader> = all.collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
