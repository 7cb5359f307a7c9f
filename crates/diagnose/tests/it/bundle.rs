//! Bundles of every case: the doctor finds the same in them, and nothing of the original is left.

use super::cases::cases;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use countersign_diagnose::{Document, Evidence, diagnose, differences, redact};
use countersign_testkit::case_folder::CaseFolder;
use std::collections::BTreeSet;

fn documents(case: &CaseFolder) -> Vec<Document> {
    let documents = case.documents().into_iter();
    documents
        .map(|(name, text)| Document::new(name, text))
        .collect()
}

#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "one case of it is shown by request"
)]
fn the_doctor_finds_the_same_in_the_bundle_of_every_case() {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let mut other = Vec::new();
    for case in cases()
        .iter()
        .filter(|case| case.folder.to_string_lossy().contains(&wanted))
    {
        let originals = documents(case);
        let made = redact(&originals, &[9; 32]);
        let names: Vec<(String, String)> = originals
            .iter()
            .map(|one| one.name.clone())
            .zip(made.documents.iter().map(|one| one.name.clone()))
            .collect();
        let before = diagnose(&Evidence::read(originals));
        let again = diagnose(&Evidence::read(made.documents.clone()));
        if !wanted.is_empty() {
            for document in &made.documents {
                println!("--- {}\n{}", document.name, document.text);
            }
            println!("{}", again.human(countersign_diagnose::Style::Plain, 100));
        }
        let differ = differences(&before, &again, &names);
        if !differ.is_empty() {
            other.push(format!("{}\n  {differ:?}", case.folder.display()));
        }
    }
    // A new case may hold a form of a name that the map does not know yet; the command then says what differs.
    let most = cases().len() / 200;
    assert!(
        other.len() <= most,
        "{} differ:\n{}",
        other.len(),
        other.join("\n")
    );
}

/// What of a case may not be in its bundle, found by other means than the bundle's own.
fn private(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let words = text.split(|c: char| c.is_whitespace() || "\"'`,;()<>[]{}".contains(c));
    for word in words {
        let word = word.split_once('=').map_or(word, |(_, value)| {
            if value.starts_with("eyJ") {
                value
            } else {
                word
            }
        });
        if let Some(token) = word
            .strip_prefix("eyJ")
            .filter(|rest| rest.matches('.').count() == 2)
        {
            found.extend(
                token
                    .rsplit('.')
                    .next()
                    .filter(|signature| signature.len() >= 20)
                    .map(str::to_owned),
            );
        }
        if let Some((_, rest)) = word.split_once("://") {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
            found.extend(
                user.split_once(':')
                    .map(|(_, password)| password.to_owned()),
            );
            found.push(host.split(':').next().unwrap_or_default().to_owned());
        }
        if word.contains('@') && !word.contains("://") && word.ends_with(".example") {
            found.push(
                word.split([':', '='])
                    .next_back()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
    }
    found.extend(text.lines().flat_map(of_line));
    found.retain(|one| is_private(one));
    found
}

/// The secret of a setting, the password of a connection string, and the cookies of a header.
fn of_line(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some((name, value)) = line.split_once('=')
        && ["SECRET", "PASSWORD", "_KEY"]
            .iter()
            .any(|part| name.ends_with(part))
        && !name.contains(' ')
    {
        found.push(
            value
                .split(" #")
                .next()
                .unwrap_or_default()
                .trim()
                .trim_matches(['"', '\''])
                .to_owned(),
        );
    }
    let parts = line.split([';', '"']).skip(1);
    found.extend(parts.filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("password")
            .then(|| value.to_owned())
    }));
    if let Some(cookies) = line.strip_prefix("Cookie: ") {
        found.extend(
            cookies
                .split("; ")
                .filter_map(|pair| Some(pair.split_once('=')?.1.to_owned()))
                // What is JSON in base64 is opened, and looked at by itself.
                .filter(|value| {
                    value.len() > 15 && (value.contains('.') || !value.starts_with("eyJ"))
                }),
        );
    }
    found
}

/// Samples, words and what belongs to providers may stay.
fn is_private(text: &str) -> bool {
    let public = [
        "localhost",
        "google",
        "amazon",
        "supabase.com",
        "microsoft",
        "windows.net",
        "github",
        "auth0",
        "example.com",
        "example.org",
        "stripe",
        "postgres",
        "change",
        "placeholder",
        "secret",
        "internal",
        "your",
        "password",
        "http",
        "replace",
        "insecure",
        "-----begin",
    ];
    let lower = text.to_ascii_lowercase();
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    let is_host = text.contains('.') && text.ends_with("example");
    text.len() >= 7
        && (text.len() >= 20 || !text.starts_with("eyJ"))
        && (is_host || (digits && text.bytes().any(|byte| byte.is_ascii_alphabetic())))
        && !public.iter().any(|known| lower.contains(known))
        && !text.contains(['$', '<', '*'])
}

/// The texts with what stands in base64 in them.
fn opened(documents: &[Document]) -> String {
    let mut all = String::new();
    for document in documents {
        all.extend([document.name.as_str(), "\n", document.text.as_str(), "\n"]);
    }
    let within = within(&all);
    all + "\n" + &within
}

/// What stands in base64 in a text, one part a line.
fn within(text: &str) -> String {
    let tokens = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        .filter(|part| part.starts_with("eyJ"))
        .filter_map(|part| URL_SAFE_NO_PAD.decode(part).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let texts = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '/')
        .filter(|part| part.len() > 7)
        .filter_map(|part| String::from_utf8(STANDARD_NO_PAD.decode(part).ok()?).ok());
    tokens.chain(texts).collect::<Vec<_>>().join("\n")
}

/// The names that were registered of the hosts in a text.
fn owners(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    let named = words.filter_map(|word| {
        let owner = word.strip_suffix(".example")?.rsplit('.').next()?;
        // Kestrel is a web server's name too, and everybody's.
        (owner.len() > 5
            && owner != "kestrel"
            && owner.bytes().all(|byte| byte.is_ascii_lowercase()))
        .then(|| owner.to_owned())
    });
    named.collect()
}

#[test]
fn nothing_secret_and_nobodys_name_is_left_in_the_bundle_of_any_case() {
    let mut left = Vec::new();
    let (mut looked, mut in_base64) = (0, 0);
    for case in cases() {
        // Their tokens name nobody, and were signed by nothing or by the name of a setting: anybody can make those.
        let nobodys = [
            "306-laravel-jwt-secret-absent",
            "env-var-not-expanded-single-quotes",
        ];
        if nobodys.contains(&case.name.as_str()) {
            continue;
        }
        let originals = documents(&case);
        let made = opened(&redact(&originals, &[9; 32]).documents);
        let whole = opened(&originals);
        let encoded = (within(&whole), within(&made));
        for owner in owners(&whole)
            .iter()
            .filter(|owner| encoded.0.contains(*owner))
        {
            in_base64 += 1;
            if encoded.1.contains(owner) {
                left.push(format!("{}: {owner} in base64", case.folder.display()));
            }
        }
        for text in private(&whole) {
            looked += 1;
            if made.contains(&text) {
                left.push(format!("{}: {text}", case.folder.display()));
            }
        }
    }
    left.sort();
    left.dedup();
    assert!(
        looked > 800 && in_base64 > 150,
        "{looked}, {in_base64} in base64"
    );
    assert!(
        left.is_empty(),
        "{} are left:\n{}",
        left.len(),
        left.join("\n")
    );
}
