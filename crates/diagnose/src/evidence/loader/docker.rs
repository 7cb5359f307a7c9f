//! Lines as they are: `docker run --env-file` (docker/cli, `pkg/kvfile`).

use super::{Outer, Reading};

pub(super) fn read(text: &str, outer: Outer<'_>) -> Reading {
    let mut reading = Reading::default();
    let text = text.trim_start_matches('\u{feff}');
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start_matches([' ', '\t']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line
            .split_once('=')
            .map_or((line, None), |(name, value)| (name, Some(value)));
        if name.is_empty() || name.contains(char::is_whitespace) {
            reading.refuse(at + 1);
            continue;
        }
        // A name alone takes the value of docker's own environment.
        if let Some(value) = value.map(str::to_owned).or_else(|| outer(name)) {
            reading.set(name, value, at + 1);
        }
    }
    reading
}
