//! Addresses with `undefined` in them: a variable that was not there when the bundle was built.

use super::Situation;
use crate::evidence::{EnvLine, Service, Spot, without_secrets};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// Products that hand variables of one prefix to browsers, when they are built.
const PREFIXES: &[(&str, &str)] = &[
    ("next", "NEXT_PUBLIC_"),
    ("nuxt", "NUXT_PUBLIC_"),
    ("expo", "EXPO_PUBLIC_"),
    ("react native", "EXPO_PUBLIC_"),
    ("sveltekit", "PUBLIC_"),
    ("astro", "PUBLIC_"),
    ("create react app", "REACT_APP_"),
    ("cra", "REACT_APP_"),
    ("react-scripts", "REACT_APP_"),
    ("vue cli", "VUE_APP_"),
    ("gatsby", "GATSBY_"),
    ("vite", "VITE_"),
    ("vue", "VITE_"),
    ("react", "VITE_"),
];

impl Situation<'_> {
    /// A request that goes to `/undefined/…`, or a message that names such an address.
    fn undefined_address(&self) -> Option<Spot> {
        let undefined = |target: &str| {
            let path = target.split(['?', '#']).next().unwrap_or_default();
            let mut parts = path.split('/').filter(|part| !part.is_empty());
            let first = parts.next().unwrap_or_default();
            let after_host =
                parts.find(|part| *part == "undefined" || part.starts_with("undefined:"));
            first == "undefined" || path.contains("://undefined") || after_host.is_some()
        };
        if let Some(request) = self.request()
            && (undefined(&request.target)
                || request
                    .headers
                    .value("host")
                    .is_some_and(|host| host.split(':').next() == Some("undefined")))
        {
            return Some(request.start_spot());
        }
        self.evidence.logs.iter().find_map(|log| {
            let (at, line) = log.text.lines().enumerate().find(|(_, line)| {
                let mut words = line.split(|c: char| c.is_whitespace() || "\"'`()<>,".contains(c));
                words.any(|word| (word.contains('/') || word.contains("://")) && undefined(word))
            })?;
            Some(Spot::line(&log.source(), at + 1, without_secrets(line)).mark("undefined"))
        })
    }

    /// Why an address that a front end calls is undefined: the variable has a name that is not handed on, or it was
    /// not there when the bundle was built.
    pub(crate) fn undefined_addresses(&self, wanted: Cause) -> Option<Finding> {
        let spot = self.undefined_address()?;
        let prefix = PREFIXES
            .iter()
            .find(|(product, _)| self.uses(product))
            .map(|(_, prefix)| *prefix);
        let handed_on =
            self.address_line(|name| PREFIXES.iter().any(|(_, known)| name.starts_with(known)));
        let right = |line: &EnvLine| {
            prefix.is_none_or(|prefix| {
                line.name.starts_with(prefix) || self.stack_has_prefix(&line.name)
            })
        };
        let (cause, message, fix, line) = match (handed_on, self.address_line(|_| true)) {
            (Some((service, line)), _) if right(line) => (
                Cause::EnvFileNotLoaded,
                format!("{} of {} was not there when the bundle was built, where its value is written in", line.name, service.name),
                format!("Give {} to the build (`build.args` with `ARG` and `ENV` in the Dockerfile, the build settings of the host), and build anew: setting it for the running program has no effect.", line.name),
                Some(line),
            ),
            (Some((service, line)), _) | (None, Some((service, line))) => {
                let bare = PREFIXES.iter().find_map(|(_, known)| line.name.strip_prefix(known)).unwrap_or(&line.name);
                let name = format!("{}{bare}", prefix.unwrap_or("VITE_"));
                (
                    Cause::EnvVarNameMismatch,
                    format!("{} of {} is not handed to the browser: its name does not begin with {}", line.name, service.name, prefix.unwrap_or("the prefix of the build tool")),
                    format!("Call it {name}, in the file and in the source, and build anew."),
                    Some(line),
                )
            }
            (None, None) => (
                Cause::EnvFileNotLoaded,
                "the address of the API was undefined when the bundle was built".to_owned(),
                "Set the variable of the API's address where the front end is built, and build anew.".to_owned(),
                None,
            ),
        };
        if cause != wanted {
            return None;
        }
        let mut finding = Finding::new(cause, Strength::Likely, message).weight(0.8);
        if let Some(line) = line {
            finding = finding.at(line.spot.clone(), "set here");
        }
        Some(
            finding
                .at(spot, "undefined here")
                .fix(fix)
                .explains(&[Cause::BaseUrlDrift, Cause::NotFound]),
        )
    }

    /// Whether the name begins with a prefix of any product of the stack.
    fn stack_has_prefix(&self, name: &str) -> bool {
        PREFIXES
            .iter()
            .any(|(product, prefix)| self.uses(product) && name.starts_with(prefix))
    }

    /// A setting with an address for browsers to call.
    fn address_line(&self, wanted: impl Fn(&str) -> bool) -> Option<(&Service, &EnvLine)> {
        let all = self.evidence.services.iter().flat_map(|service| {
            let lines = service.settings();
            lines.map(move |line| (service, line))
        });
        let mut fitting = all.filter(|(_, line)| {
            let name = line.name.to_ascii_uppercase();
            let of_api = [
                "API", "BACKEND", "SERVER", "BASE_URL", "ENDPOINT", "HOST", "_URL",
            ]
            .iter()
            .any(|part| name.contains(part));
            of_api && line.value.starts_with("http") && wanted(&name)
        });
        fitting.next()
    }
}
