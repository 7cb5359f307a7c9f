//! Evidence that can be shown to anybody: everything secret and everything of somebody in it replaced by stand-ins
//! under which the doctor finds the same.
//!
//! Equal texts have equal stand-ins, of the same length and with the same kinds of characters; what is cut off,
//! quoted or encoded stays so; of hosts it stays which is below which. Tokens are decoded, and signed again with the
//! stand-in of the secret or key that signed them. The map is keyed: who does not have the key cannot go back.

use crate::evidence::{Document, DocumentKind, Evidence};
use letters::Letters;
use spans::Kind;

mod compare;
mod cookies;
mod hashes;
mod hosts;
mod inventory;
mod jose;
mod keep;
mod keys;
mod letters;
mod manifest;
mod masks;
mod passkey;
mod redactor;
mod signing;
mod sources;
mod spans;
mod totp;
mod wrapped;

pub use compare::differences;
pub use manifest::Manifest;

use inventory::Inventory;
use redactor::Redactor;

/// How many tokens are signed again.
const MOST_TOKENS: usize = 256;

/// Documents that can be shown to anybody.
#[derive(Debug)]
pub struct Redacted {
    /// The documents, in the order of those given, each under its own name or the stand-in of it.
    pub documents: Vec<Document>,
    /// What could not be kept, in sentences.
    pub lost: Vec<String>,
}

/// Replaces all that is secret or somebody's. `key` is drawn anew for every bundle, and then forgotten.
#[must_use]
pub fn redact(documents: &[Document], key: &[u8; 32]) -> Redacted {
    let letters = Letters::new(key);
    let mut inventory = Inventory::default();
    for document in documents {
        inventory.add(&document.text, kind(document));
    }
    let mut lost = Vec::new();
    let before = Evidence::read(documents.to_vec());
    let pairs = keys::pairs(&letters, documents, &inventory.tokens);
    lost.extend(pairs.lost.iter().cloned());
    let mut exact = pairs.members();
    exact.extend(totp::codes(&letters, documents, before.now));
    exact.extend(masks::stand_ins(&letters, documents));
    exact.extend(passkey::authenticators(
        &letters,
        documents,
        &inventory.hosts,
    ));
    let mut redactor = Redactor::new(letters, inventory, exact);
    // Once with signatures that fit nothing, to learn the stand-ins of the secrets; then with those that fit.
    let draft = Evidence::read(all(&redactor, documents));
    redactor.know(hashes::stand_ins(documents, &before, &draft));
    let secrets = signing::values(&before, &draft);
    redactor.know(cookies::stand_ins(
        &redactor.letters,
        &before,
        &draft,
        &secrets,
    ));
    redactor.signatures = signing::signatures(&redactor, &before, &draft, &pairs);
    lost.extend(encrypted(&redactor));
    let mut made = all(&redactor, documents);
    name(&mut made);
    Redacted {
        documents: made,
        lost,
    }
}

/// Gives each document a name that a file in a folder can have, and says what it is where only its name did.
fn name(documents: &mut [Document]) {
    let mut taken = Vec::new();
    for document in documents {
        let name = manifest::file_name(&document.name, &taken);
        if name != document.name {
            document.kind = Some(DocumentKind::of(document));
            document.name.clone_from(&name);
        }
        taken.push(name);
    }
}

fn all(redactor: &Redactor, documents: &[Document]) -> Vec<Document> {
    documents
        .iter()
        .map(|document| one(redactor, document))
        .collect()
}

fn one(redactor: &Redactor, document: &Document) -> Document {
    let mut made = document.clone();
    made.name = redactor.name(&document.name);
    made.service = document.service.as_deref().map(|name| redactor.name(name));
    made.text = match DocumentKind::of(document) {
        DocumentKind::CaseSettings => settings_of_case(&document.text),
        DocumentKind::Source => redactor.text(&sources::reduced(document), Kind::Text),
        DocumentKind::SecretFile => redactor.only_secret(&document.text),
        DocumentKind::Token if !document.text.contains("eyJ") => {
            redactor.only_secret(&document.text)
        }
        _ => redactor.text(&document.text, kind(document)),
    };
    made
}

fn kind(document: &Document) -> Kind {
    match DocumentKind::of(document) {
        DocumentKind::Users => Kind::People,
        DocumentKind::EnvFile
        | DocumentKind::Compose
        | DocumentKind::Launch
        | DocumentKind::Settings => Kind::Settings,
        _ => Kind::Text,
    }
}

/// Of `case.toml` what the doctor reads, and nothing else.
fn settings_of_case(text: &str) -> String {
    let Ok(table) = text.parse::<toml::Table>() else {
        return String::new();
    };
    let now = table.get("now").and_then(toml::Value::as_integer);
    let stack = table.get("stack").and_then(toml::Value::as_array);
    // Texts are written alike in JSON and in TOML.
    let stack = stack.map(|names| {
        let names: Vec<&str> = names.iter().filter_map(toml::Value::as_str).collect();
        format!("stack = {}\n", serde_json::json!(names))
    });
    let now = now.map(|now| format!("now = {now}\n"));
    [now, stack].into_iter().flatten().collect()
}

fn encrypted(redactor: &Redactor) -> Option<String> {
    let count = redactor
        .inventory
        .tokens
        .iter()
        .filter(|token| token.matches('.').count() == 4)
        .count();
    (count > 0).then(|| {
        format!(
            "{count} encrypted tokens have their headers alone; their stand-ins cannot be decrypted"
        )
    })
}

#[cfg(test)]
mod tests;
