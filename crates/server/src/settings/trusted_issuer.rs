//! Others whose tokens are accepted: `[[trusted_issuer]]` of countersign.toml.

use countersign_diagnose::Report;
use countersign_verify::{Cause, Secret, Source};

use super::config_file::{ConfigFile, IssuerTable};
use super::reader::Reader;

/// An issuer that signs with a secret we share.
#[derive(Clone, Debug)]
pub struct TrustedIssuer {
    /// How it is called in traces.
    pub label: String,
    /// `iss` of its tokens.
    pub issuer: Option<String>,
    /// `aud` of its tokens.
    pub audience: Option<String>,
    /// The shared secret (HS256).
    pub secret: Secret,
    /// Where the secret came from.
    pub source: Source,
}

/// Reads every table; the secret itself is taken from the environment by its name.
pub(super) fn read(reader: &mut Reader<'_>, config: &ConfigFile) -> Vec<TrustedIssuer> {
    let tables = config.issuers.iter();
    tables.filter_map(|table| one(reader, table)).collect()
}

fn one(reader: &mut Reader<'_>, table: &IssuerTable) -> Option<TrustedIssuer> {
    let entry = |key: &str| {
        let found = table.entries.iter().find(|(name, _)| name == key);
        found.map(|(_, setting)| setting.value.trim().to_owned())
    };
    let kind = entry("kind").unwrap_or_default();
    let default_name = match kind.as_str() {
        "shared-secret" => None,
        "supabase" => Some("SUPABASE_JWT_SECRET".to_owned()),
        _ => {
            let message = format!("the kind of this trusted issuer is {kind:?}");
            refuse(
                reader,
                table,
                Cause::SettingInvalid,
                &message,
                "Write `kind = \"shared-secret\"` with `secret_name`, or `kind = \"supabase\"`.",
            );
            return None;
        }
    };
    let Some(name) = entry("secret_name").or(default_name) else {
        let message = "a shared-secret issuer needs the name of the variable that holds the secret";
        refuse(
            reader,
            table,
            Cause::SettingInvalid,
            message,
            "Add `secret_name = \"OTHER_JWT_SECRET\"` and set that variable.",
        );
        return None;
    };
    let Some(setting) = reader.setting(&name) else {
        let message = format!("{name}, the secret of this trusted issuer, is not set");
        refuse(
            reader,
            table,
            Cause::SecretMissing,
            &message,
            &format!("Set `{name}` to the secret that the issuer signs with."),
        );
        return None;
    };
    let issuer = entry("issuer");
    Some(TrustedIssuer {
        label: issuer.clone().unwrap_or_else(|| name.clone()),
        issuer,
        audience: entry("audience"),
        secret: Secret::from(setting.value.to_string()),
        source: setting.source.clone(),
    })
}

fn refuse(reader: &mut Reader<'_>, table: &IssuerTable, cause: Cause, message: &str, fix: &str) {
    let report = Report::error(cause, message);
    let source = table.entries.first().map(|(_, setting)| &setting.source);
    let place = source.map(|source| {
        reader
            .inputs
            .place(source, "[[trusted_issuer]]", "this issuer")
    });
    let report = match place {
        Some(place) => report.at(place),
        None => report.note(format!(
            "The table begins above line {} of countersign.toml.",
            table.line
        )),
    };
    reader.problems.push(report.fix(fix));
}
