//! Reads typed values out of the layers, and keeps what is shown and what is wrong.

use countersign_diagnose::Report;
use countersign_verify::{Cause, Fingerprint, Setting, Source, Variables};
use serde::Serialize;
use url::Url;

use super::inputs::Inputs;
use super::layers::effective;
use super::names::{self, Visibility};
use super::values;

/// A setting as it may be shown: with its source, secrets as fingerprints.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Shown {
    /// The name in the environment.
    pub name: &'static str,
    /// The value, as far as it may be shown.
    pub value: String,
    /// Where it came from.
    pub source: String,
    /// What it sets.
    pub about: &'static str,
}

pub(super) struct Reader<'a> {
    pub inputs: &'a Inputs,
    pub variables: &'a Variables,
    pub problems: Vec<Report>,
}

impl<'a> Reader<'a> {
    /// The value of `name` that counts, unless it is blank everywhere.
    pub fn setting(&self, name: &str) -> Option<&'a Setting> {
        effective(self.variables, name)
    }

    /// Reads `name`; without a value, or with one that is refused, it is `default`.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        self.optional(name, parse).unwrap_or(default)
    }

    /// Reads `name` if it has a value.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let setting = self.setting(name)?;
        match parse(setting.value.trim()) {
            Ok(value) => Some(value),
            Err(allowed) => {
                self.refuse(name, setting, &allowed);
                None
            }
        }
    }

    /// An expected claim, which must match to the byte: blanks around it are refused.
    pub fn exact(&mut self, name: &'static str) -> Option<String> {
        let setting = self.setting(name)?;
        let value = setting.value.as_str();
        if value.trim() != value {
            let report = Report::error(
                Cause::ConfigValueWhitespace,
                format!("{name} has blanks or newlines around its value"),
            );
            let place = self
                .inputs
                .place(&setting.source, name, "blanks count here");
            let fix = format!("Write `{name}={}`.", value.trim());
            self.problems.push(report.at(place).fix(fix));
        }
        Some(value.to_owned())
    }

    fn refuse(&mut self, name: &'static str, setting: &Setting, allowed: &str) {
        let plain = names::find(name).is_some_and(|row| row.visibility == Visibility::Plain);
        let message = if plain {
            format!(
                "{name} is {:?}, which is not allowed",
                setting.value.as_str()
            )
        } else {
            format!("{name} has a value that is not allowed")
        };
        let place = self.inputs.place(&setting.source, name, "not allowed");
        let report = Report::error(values::cause(name, setting.value.trim()), message).at(place);
        self.problems
            .push(report.fix(format!("Allowed: {allowed}.")));
    }

    /// Every setting with what counts and where it came from.
    pub fn shown(&self, public_url: Option<&Url>) -> Vec<Shown> {
        let mut shown = self.given_or_default();
        // Without a public URL of its own a server is where it listens.
        if let (None, Some(listen), Some(url)) = (
            self.setting("PUBLIC_URL"),
            self.setting("LISTEN"),
            public_url,
        ) && let Some(row) = shown.iter_mut().find(|row| row.name == "PUBLIC_URL")
        {
            row.value = values::origin(url);
            row.source = format!("LISTEN ({})", listen.source);
        }
        shown
    }

    fn given_or_default(&self) -> Vec<Shown> {
        let all = names::ALL.iter();
        all.filter_map(|row| {
            let setting = self.setting(row.name);
            // Secrets of other environments are of interest only when somebody set them.
            if setting.is_none() && row.visibility == Visibility::Secret {
                return None;
            }
            let value = setting.map_or_else(
                || row.default.to_owned(),
                |setting| showable(&setting.value, row.visibility),
            );
            let source = setting.map_or(&Source::Default, |setting| &setting.source);
            Some(Shown {
                name: row.name,
                value,
                source: source.to_string(),
                about: row.about,
            })
        })
        .collect()
    }
}

/// A value as far as it may be shown.
fn showable(value: &str, visibility: Visibility) -> String {
    match visibility {
        Visibility::Plain => value.trim().to_owned(),
        Visibility::Secret => Fingerprint::of(value.as_bytes()).to_string(),
        Visibility::Url => without_password(value.trim()),
    }
}

/// A URL with `***` for its password; the fingerprint of what is no URL.
pub(super) fn without_password(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        let harmless = text == "off" || text == "none";
        return if harmless {
            text.to_owned()
        } else {
            Fingerprint::of(text.as_bytes()).to_string()
        };
    };
    if url.query().is_some_and(|query| query.contains("password")) {
        url.set_query(Some("***"));
    }
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return Fingerprint::of(text.as_bytes()).to_string();
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_never_shown() {
        for (url, shown) in [
            ("postgres://u:hunter2@db/x", "postgres://u:***@db/x"),
            (
                "postgres://u@db/x?password=hunter2",
                "postgres://u@db/x?***",
            ),
            ("sqlite:data/a.db", "sqlite:data/a.db"),
            ("off", "off"),
            ("postgres://u:hunt/er2@db", "sha256:"),
            ("hunter2", "sha256:f52fbd32"),
        ] {
            let text = without_password(url);
            assert!(
                text.starts_with(shown) && !text.contains("hunt"),
                "{url}: {text}"
            );
        }
    }
}
