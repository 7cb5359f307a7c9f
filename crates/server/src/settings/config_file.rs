//! Reading countersign.toml.

use std::ops::Range;

use countersign_diagnose::{Place, Report};
use countersign_verify::{Cause, Setting, Source};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::inputs::TextFile;
use super::names;
use super::trusted_issuer;

/// The values of countersign.toml.
#[derive(Debug, Default)]
pub struct ConfigFile {
    /// Top-level keys by their environment name.
    pub entries: Vec<(String, Setting)>,
    /// `[[trusted_issuer]]` tables, in order.
    pub issuers: Vec<IssuerTable>,
}

/// One `[[trusted_issuer]]` table, as written.
#[derive(Debug)]
pub struct IssuerTable {
    /// The line of its first key, from 1.
    pub line: usize,
    /// Its keys and values.
    pub entries: Vec<(String, Setting)>,
}

/// Reads the file; every unknown key and every value of a wrong kind is reported.
///
/// # Errors
/// All problems of the file: `setting-unknown` and `setting-invalid`.
pub fn parse(file: &TextFile) -> Result<ConfigFile, Vec<Report>> {
    let text = file.text.as_ref().map_err(|error| {
        let message = format!("{} cannot be read: {error}", file.path);
        vec![Report::error(Cause::SettingInvalid, message).fix(format!(
            "Make `{}` a readable text file in UTF-8.",
            file.path
        ))]
    })?;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let message = format!("{} is no TOML: {}", file.path, error.message().trim());
        vec![
            Report::error(Cause::SettingInvalid, message)
                .at(Reader::new(file, text).place(&(at..at)))
                .fix("Write settings as `name = \"value\"`, one a line (TOML 1.1)."),
        ]
    })?;
    let mut reader = Reader::new(file, text);
    reader.table(table.get_ref());
    if reader.problems.is_empty() {
        Ok(reader.found)
    } else {
        Err(reader.problems)
    }
}

struct Reader<'a> {
    file: &'a TextFile,
    text: &'a str,
    found: ConfigFile,
    problems: Vec<Report>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a TextFile, text: &'a str) -> Self {
        Self {
            file,
            text,
            found: ConfigFile::default(),
            problems: Vec::new(),
        }
    }

    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().to_ascii_uppercase();
            if key.get_ref() == "trusted_issuer" {
                self.issuers(key, value);
            } else if names::find(&name).is_none() {
                let nearest = names::nearest(key.get_ref()).map(str::to_ascii_lowercase);
                self.unknown(key, nearest);
            } else if let Some(setting) = self.setting(key, value) {
                self.found.entries.push((name, setting));
            }
        }
    }

    fn issuers(&mut self, key: &Spanned<impl AsRef<str>>, value: &Spanned<DeValue<'_>>) {
        let tables = value
            .get_ref()
            .as_array()
            .into_iter()
            .flat_map(|array| array.iter());
        let tables: Vec<_> = tables
            .filter_map(|item| item.get_ref().as_table())
            .collect();
        if tables.is_empty() {
            self.wrong_kind(key, value, "`[[trusted_issuer]]` tables");
        }
        for table in tables {
            let mut entries = Vec::new();
            let mut line = self.line(key.span().start);
            for (key, value) in table {
                line = self.line(key.span().start);
                if !trusted_issuer::KEYS.contains(&key.get_ref().as_ref()) {
                    self.unknown(key, near_issuer_key(key.get_ref()));
                } else if let Some(mut setting) = self.setting(key, value) {
                    if key.get_ref() == "role_claim"
                        && let Some(names) = names_of(value.get_ref())
                    {
                        setting = Setting::new(names, setting.source); // names may hold dots and commas
                    }
                    entries.push((key.get_ref().to_string(), setting));
                }
            }
            self.found.issuers.push(IssuerTable { line, entries });
        }
    }

    /// A value as the text that the environment would hold.
    fn setting(
        &mut self,
        key: &Spanned<impl AsRef<str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Setting> {
        let text = match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => {
                Some(number.as_str().replace('_', ""))
            }
            DeValue::Boolean(switch) => Some(switch.to_string()),
            DeValue::Array(items) => {
                let texts = items.iter().map(|item| item.get_ref().as_str());
                texts
                    .collect::<Option<Vec<_>>>()
                    .map(|texts| texts.join(","))
            }
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => {
                None
            }
        };
        let Some(text) = text else {
            self.wrong_kind(
                key,
                value,
                "a string, a whole number, true or false, or a list of strings",
            );
            return None;
        };
        let source = Source::ConfigFile {
            path: self.file.path.clone(),
            line: self.line(value.span().start),
        };
        Some(Setting::new(text, source))
    }

    fn wrong_kind(
        &mut self,
        key: &Spanned<impl AsRef<str>>,
        value: &Spanned<DeValue<'_>>,
        allowed: &str,
    ) {
        let key_text = key.get_ref().as_ref();
        let kind = value.get_ref().type_str();
        let message = format!("{key_text} is of the kind {kind}, which it cannot be");
        let report = Report::error(Cause::SettingInvalid, message)
            .at(self.place(&key.span()))
            .fix(format!("Write {allowed}."));
        self.problems.push(report);
    }

    fn unknown(&mut self, key: &Spanned<impl AsRef<str>>, nearest: Option<String>) {
        let name = key.get_ref().as_ref();
        let fix = match nearest {
            Some(near) => format!("Write `{near}` if that is meant; else remove `{name}`."),
            None => format!("Remove `{name}`; `countersign config show` lists all settings."),
        };
        let report = Report::error(Cause::SettingUnknown, format!("{name} is no setting"))
            .at(self.place(&key.span()))
            .fix(fix);
        self.problems.push(report);
    }

    /// The line of a key; what stands behind `=` may be a secret and is left out.
    fn place(&self, span: &Range<usize>) -> Place {
        let head = self.text.get(..span.start).unwrap_or("");
        let start = head.rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[start..].lines().next().unwrap_or("");
        let shown = line.split_inclusive('=').next().unwrap_or("");
        let shown = if shown.len() < line.len() {
            format!("{shown} …")
        } else {
            shown.to_owned()
        };
        let column = head[start..].chars().count();
        let length = self
            .text
            .get(span.clone())
            .map_or(1, |key| key.chars().count());
        Place::file(&self.file.path, self.line(span.start))
            .line(shown)
            .underline(column..column + length.max(1), "")
    }

    fn line(&self, at: usize) -> usize {
        1 + self
            .text
            .bytes()
            .take(at)
            .filter(|byte| *byte == b'\n')
            .count()
    }
}

/// A list of names as JSON, which keeps them apart.
fn names_of(value: &DeValue<'_>) -> Option<String> {
    let names = value.as_array()?.iter();
    let names: Option<Vec<_>> = names.map(|name| name.get_ref().as_str()).collect();
    serde_json::to_string(&names?).ok()
}

fn near_issuer_key(key: &str) -> Option<String> {
    let near = trusted_issuer::KEYS
        .iter()
        .map(|name| (strsim::damerau_levenshtein(key, name), name));
    let (distance, name) = near.min()?;
    (distance <= 2).then(|| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_diagnose::Style;

    fn problems(text: &str) -> Vec<String> {
        let reports = parse(&TextFile::new("countersign.toml", text)).expect_err("problems");
        reports
            .iter()
            .map(|report| report.human(Style::Plain, 100))
            .collect()
    }

    #[test]
    fn every_kind_of_value_becomes_the_text_of_the_environment() {
        let text = "public_url = \"https://a.example\"\nhash_queue = 1_28\n\
                    dev_features = true\ncors_origins = [\"https://b.example\", \"https://c.example\"]\n";
        let file = parse(&TextFile::new("countersign.toml", text)).expect("good");
        let mut found: Vec<_> = file
            .entries
            .iter()
            .map(|(name, setting)| format!("{name}={} {}", setting.value.as_str(), setting.source))
            .collect();
        found.sort();
        assert_eq!(
            found,
            [
                "CORS_ORIGINS=https://b.example,https://c.example countersign.toml:4",
                "DEV_FEATURES=true countersign.toml:3",
                "HASH_QUEUE=128 countersign.toml:2",
                "PUBLIC_URL=https://a.example countersign.toml:1",
            ]
        );
    }

    #[test]
    fn unknown_keys_are_all_reported_with_line_and_nearest_name() {
        let found =
            problems("listen = \"127.0.0.1:1\"\npublc_url = \"https://a.example\"\ncolour = 1\n");
        assert_eq!(found.len(), 2);
        let all = found.join("\n");
        assert!(
            all.contains("publc_url is no setting") && all.contains("countersign.toml:2"),
            "{all}"
        );
        assert!(all.contains("`public_url`"), "{all}");
        assert!(
            all.contains("colour is no setting") && all.contains("countersign.toml:3"),
            "{all}"
        );
        assert!(!all.contains("a.example"), "a value may be a secret: {all}");
    }

    #[test]
    fn broken_toml_names_its_line() {
        let found = problems("listen = \"127.0.0.1:1\"\njwt_secret = \"hunter2\n");
        assert!(found[0].contains("countersign.toml:2"), "{}", found[0]);
        assert!(!found[0].contains("hunter2"), "{}", found[0]);
    }

    #[test]
    fn values_of_a_wrong_kind_are_refused() {
        for text in [
            "session_limit = 1.5",
            "listen = 2026-01-01",
            "[listen]\na = 1",
            "hash_queue = 0x10",
            "cors_origins = [1]",
            "trusted_issuer = 1",
        ] {
            let found = problems(text);
            assert!(found[0].contains("cannot be"), "{text}: {}", found[0]);
        }
    }

    #[test]
    fn issuers_keep_their_lines_and_refuse_unknown_keys() {
        let text = "[[trusted_issuer]]\nkind = \"shared-secret\"\nissuer = \"x\"\n[[trusted_issuer]]\nkind = \"supabase\"\n";
        let file = parse(&TextFile::new("countersign.toml", text)).expect("good");
        let lines: Vec<_> = file
            .issuers
            .iter()
            .map(|issuer| issuer.entries.len())
            .collect();
        assert_eq!(lines, [2, 1]);
        let found = problems("[[trusted_issuer]]\nkinds = \"supabase\"\n");
        assert!(found[0].contains("`kind`"), "{}", found[0]);
    }

    #[test]
    fn an_unreadable_file_is_a_problem() {
        let file = TextFile {
            path: "countersign.toml".into(),
            text: Err("permission denied".into()),
        };
        assert_eq!(parse(&file).expect_err("unreadable").len(), 1);
    }
}
