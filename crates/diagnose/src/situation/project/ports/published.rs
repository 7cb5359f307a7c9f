//! The ports that compose files publish: those of the host, not those inside.

use super::Open;
use crate::evidence::compose::yaml;
use crate::evidence::project::{folder_of, resolve};
use crate::evidence::{Document, Spot};

/// A service of compose with the ports that it has on the host.
pub(super) struct Built {
    /// The folder that it is built from, or its name.
    pub(super) folder: String,
    /// Its ports.
    pub(super) ports: Vec<Open>,
    /// Every port that its lines have, those inside too.
    pub(super) any: Vec<Open>,
}

/// The services of a compose file.
pub(super) fn built(document: &Document) -> Vec<Built> {
    let entries = yaml::entries(&document.text);
    let mut found: Vec<Built> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for entry in &entries {
        let [services, service, key, rest @ ..] = entry.path.as_slice() else {
            continue;
        };
        if services != "services" {
            continue;
        }
        let at = names
            .iter()
            .position(|name| name == service)
            .unwrap_or_else(|| {
                names.push(service.clone());
                found.push(Built {
                    folder: service.clone(),
                    ports: Vec::new(),
                    any: Vec::new(),
                });
                names.len() - 1
            });
        let Some(one) = found.get_mut(at) else {
            continue;
        };
        let is_context = rest.is_empty() || rest.first().is_some_and(|key| key == "context");
        if key == "build" && is_context {
            let folder = resolve(folder_of(&document.name), &entry.value);
            one.folder = folder.unwrap_or_else(|| service.clone());
            for open in one.ports.iter_mut().chain(&mut one.any) {
                open.folder.clone_from(&one.folder);
            }
        }
        let open = |port: u16, folder: &str| Open {
            port,
            spot: spot(document, entry.line),
            folder: folder.to_owned(),
        };
        let folder = one.folder.clone();
        if key == "ports" {
            let ports = host_ports(rest, &entry.value).into_iter();
            one.ports.extend(ports.map(|port| open(port, &folder)));
        }
        if matches!(key.as_str(), "ports" | "expose" | "command") {
            let digits = entry.value.split(|c: char| !c.is_ascii_digit());
            let ports = digits.filter_map(|digits| digits.parse::<u16>().ok());
            let ports = ports.filter(|port| *port > 79);
            one.any.extend(ports.map(|port| open(port, &folder)));
        }
    }
    found
}

fn spot(document: &Document, line: usize) -> Spot {
    let text = document.text.lines().nth(line.saturating_sub(1));
    let shown = crate::evidence::without_secrets(text.unwrap_or_default().trim_end());
    Spot::line(&document.source(), line, shown)
}

/// The ports on the host that one entry publishes.
fn host_ports(keys: &[String], value: &str) -> Vec<u16> {
    match keys.last().map(String::as_str) {
        Some("published") => host_port(value).into_iter().collect(),
        Some("target" | "protocol" | "mode" | "host_ip" | "app_protocol" | "name") => Vec::new(),
        // `["8000:8000", "9000:9000"]` comes as one text.
        _ => {
            let listed = value.trim_matches(['[', ']']).split(',');
            let plain = listed.map(|one| published(one.trim().trim_matches(['"', '\''])));
            plain.filter_map(|one| host_port(&one)).collect()
        }
    }
}

/// The host's side of `8001:8000`, `127.0.0.1:8001:8000`, `${PORT:-8001}:8000`; a port alone gets any on the host.
fn published(value: &str) -> String {
    let value = value.split('/').next().unwrap_or(value);
    let mut plain = String::new();
    let mut rest = value;
    // What a default stands for is open too.
    while let Some((before, after)) = rest.split_once("${") {
        plain.push_str(before);
        let Some((inner, behind)) = after.split_once('}') else {
            return String::new();
        };
        plain.push_str(inner.rsplit([':', '-', '?']).next().unwrap_or_default());
        rest = behind;
    }
    plain.push_str(rest);
    match plain.rsplit_once(':') {
        Some((host, _)) => host.rsplit(':').next().unwrap_or_default().to_owned(),
        None => plain,
    }
}

fn host_port(value: &str) -> Option<u16> {
    value.trim().trim_matches(['"', '\'']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_has_the_port_on_the_left() {
        for (value, wanted) in [
            ("8001:8000", vec![8001]),
            ("127.0.0.1:8001:8000", vec![8001]),
            ("${API_PORT:-8001}:8000/tcp", vec![8001]),
            ("[\"8000:80\", \"9000:90\"]", vec![8000, 9000]),
            ("8000", vec![8000]),
            ("${API_PORT}:8000", vec![]),
        ] {
            assert_eq!(host_ports(&["[]".to_owned()], value), wanted, "{value}");
        }
        assert_eq!(host_ports(&["published".to_owned()], "8001"), [8001]);
        assert!(host_ports(&["target".to_owned()], "8000").is_empty());
    }
}
