//! `${NAME:default}` in settings of Java programs: what the environment gives, else the default.

use crate::contract::canonical;
use crate::evidence::Service;
use crate::evidence::env_file::shown_value;
use zeroize::Zeroizing;

/// Puts values in the place of placeholders; a line whose placeholder nothing fills is not known, and left out.
pub(super) fn fill(service: &mut Service) {
    let outside: Vec<(String, String)> = service
        .files
        .iter()
        .flat_map(|file| &file.lines)
        .filter(|line| !line.value.contains("${"))
        .map(|line| (canonical(&line.name), line.value.to_string()))
        .collect();
    let known = |name: &str| {
        let name = canonical(name);
        let mut values = outside.iter().filter(|(known, _)| *known == name);
        values.next().map(|(_, value)| value.clone())
    };
    for file in service.files.iter_mut().filter(|file| file.rank >= 15) {
        file.lines.retain_mut(|line| {
            if !line.value.contains("${") {
                return true;
            }
            let Some(value) = filled(&line.value, &known) else {
                return false;
            };
            line.spot.shown = format!("{} = {}", line.name, shown_value(&line.name, &value));
            line.value = Zeroizing::new(value);
            true
        });
    }
}

fn filled(text: &str, known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut text = text.to_owned();
    // The innermost first; each turn takes one placeholder away.
    for _ in 0..16 {
        let Some(start) = text.rfind("${") else {
            return Some(text);
        };
        let end = start + text.get(start..)?.find('}')?;
        let inside = text.get(start + 2..end)?;
        let (name, default) = match inside.split_once(':') {
            Some((name, default)) => (name, Some(default.to_owned())),
            None => (inside, None),
        };
        let value = known(name.trim()).or(default)?;
        text.replace_range(start..=end, &value);
    }
    None
}
