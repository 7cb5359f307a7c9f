//! Where a front end is served while it is developed, against the origins that its API allows.

use super::Program;
use super::origins::rules;
use crate::evidence::source::Language;
use crate::evidence::{DocumentKind, Spot};
use crate::finding::{Finding, Strength};
use crate::situation::{Origin, Outcome, Situation};
use countersign_verify::Cause;
use serde_json::Value;

/// What serves pages while they are developed, by the words of the command, and its port where none is given.
const SERVERS: &[(&str, u16)] = &[
    ("next dev", 3000),
    ("nuxi dev", 3000),
    ("nuxt dev", 3000),
    ("nuxt", 3000),
    ("ng serve", 4200),
    ("react-scripts start", 3000),
    ("astro dev", 4321),
    ("vue-cli-service serve", 8080),
    ("gatsby develop", 8000),
    ("react-router dev", 5173),
    ("remix vite:dev", 5173),
    ("vite preview", 4173),
    ("vite", 5173),
];

/// A page's address and what says it.
struct Page {
    port: u16,
    spot: Spot,
}

pub(super) fn judge(situation: &Situation<'_>, programs: &[Program<'_>], found: &mut Vec<Finding>) {
    // Behind a proxy of the project's own, the address is the proxy's.
    let has_proxy = situation
        .evidence
        .of_kind(DocumentKind::Proxy)
        .next()
        .is_some();
    if situation.outcome() != Outcome::Unknown || has_proxy {
        return;
    }
    let fronts: Vec<&Program<'_>> = programs.iter().filter(|one| one.is_front()).collect();
    let [front] = fronts.as_slice() else { return };
    let Some(page) = front.page() else { return };
    let lists = unlisted(programs, page.port);
    let Some((program, spot, members)) = lists.first() else {
        return;
    };
    let strength = if front.calls_this_machine(page.port) {
        Strength::Likely
    } else {
        Strength::Risk
    };
    let message = format!(
        "{} is served at http://localhost:{}, and {} allows {members}",
        front.name, page.port, program.name
    );
    let finding = Finding::new(Cause::CorsOriginNotAllowed, strength, message)
        .weight(0.6)
        .at(spot.clone(), "does not name the page's address")
        .at(page.spot, format!("port {}", page.port));
    found.push(finding.fix(format!(
        "Allow http://localhost:{} there, or serve the pages at the port that is allowed.",
        page.port
    )));
}

/// The lists of APIs that are of this machine alone; none where one of all lists has the page, or is not known.
fn unlisted<'p, 'e>(
    programs: &'p [Program<'e>],
    port: u16,
) -> Vec<(&'p Program<'e>, Spot, String)> {
    let is_page = |member: &str| {
        Origin::parse(member).is_some_and(|origin| origin.is_loopback() && origin.port == port)
    };
    let mut unlisted = Vec::new();
    for (program, file, rule) in rules(programs) {
        if program.is_front() {
            continue;
        }
        let Some(members) = program.all(file, &rule.origins) else {
            return Vec::new();
        };
        if members
            .iter()
            .any(|member| is_page(member) || member.contains('*'))
        {
            return Vec::new();
        }
        let local = members
            .iter()
            .all(|member| Origin::parse(member).is_some_and(|origin| origin.is_loopback()));
        if local {
            let setting = rule
                .origins
                .first()
                .and_then(|one| program.resolve(file, one).setting);
            let line = setting.and_then(|name| program.set(&name));
            let spot = line.map_or_else(|| rule.spot.clone(), |line| line.spot.clone());
            let members: Vec<String> = members.into_iter().collect();
            unlisted.push((program, spot, members.join(", ")));
        }
    }
    unlisted
}

impl Program<'_> {
    /// Where its pages are while it is developed; none where that is not told.
    fn page(&self) -> Option<Page> {
        let manifest = self
            .evidence
            .of_kind(DocumentKind::Packages)
            .find(|document| {
                let path = if self.folder.is_empty() {
                    "package.json".to_owned()
                } else {
                    format!("{}/package.json", self.folder)
                };
                document.name == path
            })?;
        let text: Value = serde_json::from_str(&manifest.text).ok()?;
        let scripts = text.get("scripts")?;
        let (_, command) = ["dev", "start", "serve", "start:dev"]
            .iter()
            .find_map(|name| {
                let command = scripts.get(name)?.as_str()?;
                let server = SERVERS.iter().find(|(words, _)| command.contains(words))?;
                Some((server, command))
            })?;
        let (_, usual) = SERVERS.iter().find(|(words, _)| command.contains(words))?;
        let at = manifest
            .text
            .lines()
            .position(|line| line.contains(command));
        let line = manifest.text.lines().nth(at?).unwrap_or_default();
        let spot = Spot::line(&manifest.source(), at? + 1, line.trim_end()).mark(command);
        // A port that another place may say is not known from here.
        let configured = self
            .sources
            .iter()
            .find_map(|file| file.facts.listens.first().map(|listen| (*file, listen)));
        let by_setting = self.own_lines().find(|line| line.name.ends_with("PORT"));
        let in_compose = self
            .evidence
            .of_kind(DocumentKind::Compose)
            .any(|document| {
                let folder = self.folder.rsplit('/').next().unwrap_or_default();
                !folder.is_empty() && document.text.contains(&format!("./{folder}"))
                    || document.text.contains(&format!("{}:", self.name))
            });
        if by_setting.is_some() || in_compose {
            return None;
        }
        if let Some(port) = given(command) {
            return Some(Page { port, spot });
        }
        match configured {
            Some((file, listen)) => Some(Page {
                port: self.resolve(file, &listen.port).value?.parse().ok()?,
                spot: listen.spot.clone(),
            }),
            None => Some(Page { port: *usual, spot }),
        }
    }

    /// Whether its pages call this machine at another port than their own.
    fn calls_this_machine(&self, own: u16) -> bool {
        let is_other = |url: &str| {
            Origin::parse(url).is_some_and(|origin| origin.is_loopback() && origin.port != own)
        };
        let shown = ["VITE_", "PUBLIC_", "REACT_APP_", "VUE_APP_", "EXPO_PUBLIC_"];
        let by_setting = self.own_lines().any(|line| {
            shown.iter().any(|prefix| line.name.contains(prefix)) && is_other(&line.value)
        });
        let scripts = self
            .sources
            .iter()
            .filter(|file| file.language == Language::Script);
        by_setting
            || scripts
                .filter(|file| !file.source.contains("server") && !file.source.contains("config."))
                .flat_map(|file| &file.facts.addresses)
                .any(|url| is_other(url))
    }
}

/// The port that a command gives.
fn given(command: &str) -> Option<u16> {
    let words: Vec<&str> = command.split_whitespace().collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let (name, value) = word
            .split_once('=')
            .unwrap_or((word, words.get(at + 1).copied().unwrap_or_default()));
        matches!(name, "--port" | "-p" | "PORT").then(|| value.parse().ok())?
    })
}
