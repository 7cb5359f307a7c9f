//! Calls that go past the client which adds the credential.

use super::Program;
use crate::evidence::Request;
use crate::evidence::source::{Call, Language, SourceFile};
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

/// Parts of paths that are asked without a credential.
const OPEN: &[&str] = &[
    "login",
    "signin",
    "sign-in",
    "register",
    "signup",
    "sign-up",
    "token",
    "refresh",
    "logout",
    "auth",
    "oauth",
    "csrf",
    "health",
    "ping",
    "status",
    "version",
    "public",
    "password",
    "forgot",
    "verify",
    "webhook",
    "metrics",
    "config",
    "manifest",
    "locale",
    "upload_url",
    "presigned",
];

/// A shared client sets the header, and a call to the same API does without it.
pub(super) fn judge(
    situation: &Situation<'_>,
    program: &Program<'_>,
    programs: &[Program<'_>],
    found: &mut Vec<Finding>,
) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    project_keys(program, found);
    let scripts = || {
        program
            .sources
            .iter()
            .filter(|file| file.language == Language::Script)
    };
    let Some((client, header)) =
        scripts().find_map(|file| Some((*file, file.facts.authorises.first()?)))
    else {
        return;
    };
    let bases = bases(client);
    let path = situation.request().map(Request::path);
    for file in scripts().filter(|file| file.source != client.source) {
        for call in file.facts.calls.iter().filter(|call| is_raw(call, &bases)) {
            let asked = path.is_some_and(|path| same_path(&call.target, path));
            let strength = if asked && situation.outcome() == Outcome::Bad {
                Strength::Likely
            } else {
                Strength::Risk
            };
            let message =
                "this call goes past the shared client, which alone sets the Authorization header";
            let finding = Finding::new(Cause::RawFetchBypassesClient, strength, message)
                .weight(0.8)
                .at(call.spot.clone(), "without the client");
            found.push(
                finding
                    .at(header.clone(), "the client sets it")
                    .stands_alone(takes_headers_alone(programs) && program.asks_elsewhere(call))
                    .explains(&[Cause::CredentialMissing, Cause::BearerMissingCookiePresent]),
            );
        }
    }
}

/// Whether the APIs of the project take the credential from the header, and none of them reads a cookie.
fn takes_headers_alone(programs: &[Program<'_>]) -> bool {
    let apis = || programs.iter().filter(|program| !program.is_front());
    let by_header = [
        "HTTPBearer",
        "OAuth2PasswordBearer",
        "fromAuthHeaderAsBearerToken",
        "JWTAuthentication",
        "uthorization",
    ];
    let reads_cookies = |program: &Program<'_>| {
        let mut cookies = program.sources.iter().flat_map(|file| &file.facts.cookies);
        cookies.next().is_some()
    };
    apis().any(|program| by_header.iter().any(|words| program.mentions(words)))
        && !apis().any(reads_cookies)
}

impl Program<'_> {
    /// Whether what a call asks for is asked through the client too: then it is not open to all.
    fn asks_elsewhere(&self, call: &Call) -> bool {
        let target = call.target.trim_matches(['`', '"', '\'']);
        let path = target.split_once('}').map_or(target, |(_, path)| path);
        let path = path
            .split(['?', '$'])
            .next()
            .unwrap_or_default()
            .trim_end_matches('/');
        self.sources
            .iter()
            .flat_map(|file| &file.facts.client_paths)
            .map(|asked| asked.trim_end_matches('/'))
            .any(|asked| asked.len() > 3 && path.ends_with(asked))
    }
}

/// A call to an API of one's own has the key of a Supabase project for a credential.
fn project_keys(program: &Program<'_>, found: &mut Vec<Finding>) {
    let calls = program.sources.iter().flat_map(|file| &file.facts.calls);
    for call in calls.filter(|call| call.with_project_key && is_own(&call.target)) {
        let message = format!(
            "{} sends the anon key of the Supabase project where the user's token belongs",
            program.name
        );
        let finding =
            Finding::new(Cause::AnonKeyAsUserToken, Strength::Likely, message).weight(0.6);
        found.push(
            finding
                .at(call.spot.clone(), "with the project's key")
                .fix("Send `session.access_token` of `supabase.auth.getSession()`."),
        );
    }
}

/// Whether what is called is no part of Supabase, whose functions and tables do take the key.
fn is_own(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    let of_supabase = [
        "supabase",
        "/functions/",
        "/rest/v1",
        "/auth/v1",
        "/storage/v1",
    ];
    !of_supabase.iter().any(|part| target.contains(part))
        && ["api_url", "apiurl", "backend", "api_base", "/api/"]
            .iter()
            .any(|part| target.contains(part))
}

/// Names that stand for the API's address: the settings that the client's file reads.
fn bases(client: &SourceFile) -> Vec<&str> {
    let reads = client.facts.reads.iter();
    reads
        .map(|read| read.name.as_str())
        .filter(|name| {
            ["URL", "API", "BASE", "HOST", "ENDPOINT"]
                .iter()
                .any(|word| name.contains(word))
        })
        .collect()
}

fn is_raw(call: &Call, bases: &[&str]) -> bool {
    let target = call.target.as_str();
    let lower = target.to_ascii_lowercase();
    let names_base = [
        "api_url",
        "apiurl",
        "api_base",
        "apibase",
        "base_url",
        "baseurl",
        "backend_url",
        "backendurl",
    ]
    .iter()
    .any(|name| lower.contains(name));
    let to_api = bases.iter().any(|base| target.contains(base)) || names_base;
    // The path alone counts: the name of the address may well have `auth` in it.
    let path = lower
        .rsplit_once("}/")
        .map_or(lower.as_str(), |(_, path)| path);
    !call.authorised && to_api && !OPEN.iter().any(|word| path.contains(word))
}

/// Whether the written target ends as the asked path does, parts that are filled in aside.
fn same_path(target: &str, path: &str) -> bool {
    let written = target
        .trim_matches(['`', '"', '\''])
        .rsplit_once('}')
        .map_or(target, |(_, path)| path);
    let written = written
        .split('?')
        .next()
        .unwrap_or_default()
        .trim_matches(['`', '"', '\'', '/']);
    let path = path.split('?').next().unwrap_or_default().trim_matches('/');
    !written.is_empty() && path.ends_with(written)
}
