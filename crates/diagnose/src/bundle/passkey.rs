//! What authenticators sign: it begins with the hash of a host (`WebAuthn` L3, section 6.1).

use super::hosts;
use super::letters::Letters;
use crate::evidence::Document;
use crate::situation::passkey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::{BTreeMap, BTreeSet};

/// The length of the hash, and of what stands behind it before the credential: flags and counter.
const HASH: usize = 32;
const FIXED: usize = HASH + 5;

/// The stand-ins of all authenticator data.
pub(super) fn authenticators(
    letters: &Letters,
    documents: &[Document],
    known: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let texts = documents
        .iter()
        .flat_map(|document| document.text.split("\"authenticatorData\"").skip(1));
    let found = texts.filter_map(|rest| {
        let data = rest
            .trim_start()
            .strip_prefix(':')?
            .trim_start()
            .strip_prefix('"')?;
        let data = data.get(..data.find('"')?)?;
        let bytes = URL_SAFE_NO_PAD.decode(data.trim_end_matches('=')).ok()?;
        let (hash, rest) = bytes.split_at_checked(HASH)?;
        let mut made =
            of_host(letters, hash, known).unwrap_or_else(|| letters.bytes("hash", hash).to_vec());
        made.extend(rest.iter().take(FIXED - HASH));
        let more = rest.get(FIXED - HASH..).unwrap_or_default();
        made.extend(
            letters
                .bytes("credential", more)
                .iter()
                .cycle()
                .take(more.len()),
        );
        let padding = data.get(data.trim_end_matches('=').len()..)?;
        Some((data.to_owned(), URL_SAFE_NO_PAD.encode(made) + padding))
    });
    found.collect()
}

/// The hash of the stand-in of the host, or of the domain above it, that was hashed.
fn of_host(letters: &Letters, hash: &[u8], known: &BTreeSet<String>) -> Option<Vec<u8>> {
    let domains = known.iter().flat_map(|host| {
        let ends = host
            .match_indices('.')
            .filter_map(|(at, _)| host.get(at + 1..));
        std::iter::once(host.as_str()).chain(ends)
    });
    let mut domains = domains.filter(|domain| passkey::hash(domain) == hash);
    domains
        .next()
        .map(|domain| passkey::hash(&hosts::stand_in(letters, domain)))
}
