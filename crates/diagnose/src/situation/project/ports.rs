//! Addresses of this machine that the source or a setting calls, and on whose port nothing listens.

use super::Program;
use crate::contract::{Purpose, purpose};
use crate::evidence::project::{folder_of, is_below};
use crate::evidence::source::Fallback;
use crate::evidence::{Document, DocumentKind, Evidence, Spot};
use crate::finding::{Finding, Strength};
use crate::situation::{Origin, Outcome, Situation};
use countersign_verify::Cause;

mod published;

use published::{Built, built};

/// A port on which something listens.
struct Open {
    port: u16,
    spot: Spot,
    /// The folder of what says so.
    folder: String,
}

pub(super) fn judge(situation: &Situation<'_>, programs: &[Program<'_>], found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let open = open(situation.evidence, programs);
    for program in programs.iter().filter(|program| program.is_front()) {
        for (called, spot, name) in called(program) {
            if open.iter().any(|one| one.port == called.port) || called.port == 80 {
                continue;
            }
            // What the others listen on: with one port alone, it is what was meant.
            let mut others: Vec<&Open> = open
                .iter()
                .filter(|one| {
                    programs
                        .iter()
                        .any(|other| !other.is_front() && other.has(&one.folder))
                })
                .collect();
            others.dedup_by_key(|one| one.port);
            let [api] = others.as_slice() else { continue };
            let refused = situation.log_line(|line| {
                line.contains(&format!(":{}", called.port))
                    && line.to_ascii_lowercase().contains("refused")
            });
            let strength = if refused.is_some() || is_in_compose_alone(programs, &api.folder) {
                Strength::Likely
            } else {
                Strength::Risk
            };
            let message = format!(
                "{} calls {called}, and what is here listens on port {}",
                program.name, api.port
            );
            let finding = Finding::new(Cause::BaseUrlDrift, strength, message).weight(0.5);
            let finding = finding.why("Nothing of this project listens where the front end calls, so its requests end nowhere, or in whatever else runs there.");
            found.push(
                finding
                    .at(spot, "called")
                    .at(api.spot.clone(), "listens")
                    .fix(format!(
                        "Write port {} into {name}, or start the API on port {}.",
                        api.port, called.port
                    )),
            );
            break;
        }
    }
}

/// Whether what listens there needs settings that compose alone has, so that nobody runs it beside compose.
fn is_in_compose_alone(programs: &[Program<'_>], folder: &str) -> bool {
    let is_compose = |spot: &Spot| spot.source.contains("compose");
    let needs = |program: &Program<'_>| {
        let mut reads = program.reads().filter(|read| Program::needs(read));
        reads.any(|read| {
            let lines = program.lines_of(&read.name);
            !lines.is_empty() && lines.iter().all(|(_, line)| is_compose(&line.spot))
        })
    };
    programs
        .iter()
        .any(|program| program.has(folder) && needs(program))
}

/// The addresses of this machine under which a front end calls an API.
fn called(program: &Program<'_>) -> Vec<(Origin, Spot, String)> {
    let is_peer = |name: &str| purpose(name) == Some(Purpose::PeerUrl);
    let lines = program.own_lines().filter(|line| is_peer(&line.name));
    let set = lines.filter_map(|line| {
        Some((
            Origin::parse(&line.value)?,
            line.spot.clone(),
            line.name.clone(),
        ))
    });
    let reads = program
        .reads()
        .filter(|read| is_peer(&read.name) && program.set(&read.name).is_none());
    let fallbacks = reads.filter_map(|read| match &read.fallback {
        Fallback::Literal(value) => {
            Some((Origin::parse(value)?, read.spot.clone(), read.name.clone()))
        }
        Fallback::Computed | Fallback::None | Fallback::Required => None,
    });
    set.chain(fallbacks)
        .filter(|(origin, _, _)| origin.is_loopback())
        .collect()
}

impl Program<'_> {
    /// Whether it is shown in browsers.
    pub(super) fn is_front(&self) -> bool {
        let loads = &self.evidence.layout.front_ends;
        loads.iter().any(|name| name == self.name)
    }

    /// Whether a folder is of this program rather than of one below.
    fn has(&self, folder: &str) -> bool {
        is_below(folder, self.folder) && (!self.folder.is_empty() || folder.is_empty())
            || folder == self.folder
    }
}

/// Every port that source, settings, manifests, images and compose files speak of.
fn open(evidence: &Evidence, programs: &[Program<'_>]) -> Vec<Open> {
    let mut found = Vec::new();
    for program in programs {
        for file in &program.sources {
            for listen in &file.facts.listens {
                let port = program
                    .resolve(file, &listen.port)
                    .value
                    .and_then(|port| port.parse().ok());
                found.extend(port.map(|port| Open {
                    port,
                    spot: listen.spot.clone(),
                    folder: program.folder.to_owned(),
                }));
            }
        }
        let ports = program
            .own_lines()
            .filter(|line| line.name == "PORT" || line.name.ends_with("_PORT"))
            .filter(|line| !is_of_another(&line.name));
        found.extend(ports.filter_map(|line| {
            Some(Open {
                port: line.value.trim().parse().ok()?,
                spot: line.spot.clone(),
                folder: program.folder.to_owned(),
            })
        }));
    }
    let built: Vec<Built> = evidence
        .of_kind(DocumentKind::Compose)
        .flat_map(built)
        .collect();
    let alone = |one: &Built| !one.ports.is_empty() && is_in_compose_alone(programs, &one.folder);
    for kind in [DocumentKind::Launch, DocumentKind::Packages] {
        for document in evidence.of_kind(kind) {
            // What an image listens on is where compose publishes it.
            let is_published = kind == DocumentKind::Launch
                && built
                    .iter()
                    .any(|one| alone(one) && one.folder == folder_of(&document.name));
            if !is_published {
                said_in(document, &mut found);
            }
        }
    }
    for one in built {
        // Who runs it beside compose may well use the port inside.
        let ports = if alone(&one) { one.ports } else { one.any };
        found.extend(ports);
    }
    found
}

/// Whether a port is that of a database, a cache or a mail server, which the program calls.
fn is_of_another(name: &str) -> bool {
    let others = [
        "POSTGRES", "PG", "DB", "DATABASE", "MYSQL", "MONGO", "REDIS", "SMTP", "MAIL", "EMAIL",
        "RABBITMQ", "KAFKA",
    ];
    name.split('_').any(|word| others.contains(&word))
}

/// `--port 8000`, `-p 8000`, `--bind 0.0.0.0:8000`, `PORT=8000`, `EXPOSE 8000` of a line that starts a program.
fn said_in(document: &Document, found: &mut Vec<Open>) {
    for (at, line) in document.text.lines().enumerate() {
        let words: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || "\"',[]&;".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        for (index, word) in words.iter().enumerate() {
            let (name, value) = word.split_once('=').map_or_else(
                || (*word, words.get(index + 1).copied().unwrap_or_default()),
                |(name, value)| (name, value),
            );
            let says = matches!(
                name,
                "--port"
                    | "-p"
                    | "--bind"
                    | "-b"
                    | "PORT"
                    | "EXPOSE"
                    | "runserver"
                    | "--http-port"
                    | "-l"
                    | "--listen"
            );
            let port = value
                .rsplit(':')
                .next()
                .and_then(|port| port.parse().ok())
                .filter(|_| says);
            if let Some(port) = port {
                let spot = Spot::line(
                    &document.source(),
                    at + 1,
                    crate::evidence::without_secrets(line.trim_end()),
                )
                .mark(value);
                found.push(Open {
                    port,
                    spot,
                    folder: folder_of(&document.name).to_owned(),
                });
            }
        }
    }
}
