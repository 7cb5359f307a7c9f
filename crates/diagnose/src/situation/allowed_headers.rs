//! Headers that a list of settings leaves out of what preflights may ask for.

use super::{Blocked, Situation};
use crate::evidence::{EnvLine, Service};

/// These need no permission in most frameworks, in one form or another.
const ALWAYS: &[&str] = &[
    "accept",
    "accept-language",
    "content-language",
    "content-type",
    "range",
];

impl<'e> Situation<'e> {
    /// A header that a refused preflight asks for and that the list of a setting leaves out: Ktor, Spring and others
    /// refuse the whole preflight then, and do not say why.
    pub(crate) fn header_left_out(&self) -> Option<(String, &'e EnvLine)> {
        let browsing = &self.browsing;
        let refused = browsing
            .verdicts()
            .any(|verdict| matches!(verdict.blocked, Blocked::PreflightRefused(_)));
        let trips = browsing.failing.iter().chain(&browsing.before);
        let mut preflights = trips.filter(|trip| trip.request.is_preflight() && refused);
        let asked = preflights
            .find_map(|trip| trip.request.headers.value("access-control-request-headers"))?;
        let verifiers = self.verifiers().into_iter();
        let mut lines = verifiers.flat_map(Service::settings);
        let list = lines.find(|line| names_headers(&line.name) && !line.value.trim().is_empty())?;
        let part = |c: char| c.is_whitespace() || ",;[]\"'".contains(c);
        let members: Vec<String> = list
            .value
            .split(part)
            .map(str::to_ascii_lowercase)
            .collect();
        if members.iter().any(|member| member == "*") {
            return None;
        }
        let mut names = asked
            .split(',')
            .map(|name| name.trim().to_ascii_lowercase());
        let left_out = names.find(|name| {
            !name.is_empty() && !ALWAYS.contains(&name.as_str()) && !members.contains(name)
        })?;
        Some((left_out, list))
    }
}

fn names_headers(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let cors = name.contains("CORS") || name.contains("ACCESS_CONTROL_ALLOW");
    cors && name.contains("HEADERS") && !name.contains("EXPOSE")
}
