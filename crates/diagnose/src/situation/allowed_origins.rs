//! The origins that settings and quoted source allow.

use super::address::Origin;
use super::project::origins;
use crate::evidence::{Evidence, Spot, without_secrets};

/// One list of origins.
pub(crate) struct AllowList {
    /// Its name.
    pub(crate) name: String,
    /// Its members, without quotes and blanks.
    pub(crate) members: Vec<String>,
    /// Where it stands.
    pub(crate) spot: Spot,
    /// Whether it is about forged requests rather than CORS.
    pub(crate) is_csrf: bool,
    /// Whether its members are hosts with their ports, without a scheme.
    pub(crate) of_hosts: bool,
}

/// How a list stands to an origin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Membership<'l> {
    /// Any origin is allowed.
    Any,
    /// It is on the list.
    Listed,
    /// It is on the list, with a slash or a path behind it.
    Slashed(&'l str),
    /// It is not on the list.
    Unlisted,
}

impl AllowList {
    /// How the list stands to an origin.
    pub(crate) fn membership(&self, origin: &Origin) -> Membership<'_> {
        let text = origin.to_string();
        let host = origin.authority();
        let has_host = |member: &String| *member == host || fits(member, &host);
        if self.members.contains(&text) || self.of_hosts && self.members.iter().any(has_host) {
            return Membership::Listed;
        }
        if self.members.iter().any(|member| fits(member, &text)) {
            return Membership::Listed;
        }
        if self.members.iter().any(|member| member == "*") {
            return Membership::Any;
        }
        let slashed = self.members.iter().find(|member| {
            Origin::parse(member).as_ref() == Some(origin) && member.len() > text.len()
        });
        match slashed {
            Some(member) => Membership::Slashed(member),
            None => Membership::Unlisted,
        }
    }
}

/// Every list of the evidence, those of settings first.
pub(crate) fn lists(evidence: &Evidence) -> Vec<AllowList> {
    let mut lists = Vec::new();
    for service in &evidence.services {
        for line in service
            .settings()
            .filter(|line| names_a_list(&line.name, service.is_front_end()))
        {
            let members = members(&line.value);
            let of_hosts = line.name.to_ascii_uppercase().contains("STATEFUL");
            let readable = members
                .iter()
                .any(|member| member == "*" || member.contains("://"));
            if readable || of_hosts {
                lists.push(AllowList {
                    name: line.name.clone(),
                    members,
                    spot: line.spot.clone(),
                    is_csrf: is_csrf(&line.name),
                    of_hosts,
                });
            }
        }
    }
    lists.extend(origins::lists(evidence));
    for log in evidence.quoting() {
        let source = log.source();
        for (at, line) in log.text.lines().enumerate() {
            if let Some((name, members)) = quoted(line) {
                lists.push(AllowList {
                    is_csrf: is_csrf(name),
                    of_hosts: false,
                    name: name.to_owned(),
                    members,
                    spot: Spot::line(&source, at + 1, without_secrets(line)),
                });
            }
        }
    }
    lists
}

fn is_csrf(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.contains("CSRF") || name.contains("TRUSTED") || name.contains("STATEFUL")
}

/// A list of allowed origins, by its name. A front end's addresses are its own.
fn names_a_list(name: &str, front_end: bool) -> bool {
    let name = name.to_ascii_uppercase();
    let has = |part: &str| name.contains(part);
    if has("REGEX")
        || has("WEBAUTHN")
        || has("PASSKEY")
        || name.starts_with("RP_")
        || has("EXPECTED")
        || name == "ORIGIN"
        || has("CREDENTIALS")
        || has("METHODS")
        || has("HEADERS")
    {
        return false;
    }
    has("CORS")
        || has("STATEFUL_DOMAINS")
        || (has("ALLOW") && has("ORIGIN"))
        || (has("TRUSTED") && has("ORIGIN"))
        || (!front_end && (name.ends_with("ORIGIN") || name.ends_with("ORIGINS")))
}

/// The members of a JSON array or a list parted by commas, blanks or semicolons.
fn members(value: &str) -> Vec<String> {
    let part = |c: char| c == ',' || c == ';' || c.is_whitespace();
    let around = |c: char| matches!(c, '[' | ']' | '(' | ')' | '"' | '\'' | '`');
    value
        .split(part)
        .map(|member| member.trim_matches(around).to_owned())
        .filter(|member| !member.is_empty())
        .collect()
}

/// `allow_origins=["…"]`, `origin: '…'`, `CORS_ALLOWED_ORIGINS = [...]` in a line of source.
fn quoted(line: &str) -> Option<(&str, Vec<String>)> {
    const NAMES: &[&str] = &[
        "CORS_ALLOWED_ORIGINS",
        "CSRF_TRUSTED_ORIGINS",
        "trustedOrigins",
        "trusted_origins",
        "allowedOrigins",
        "allowed_origins",
        "allow_origins",
        "AllowOrigins",
        "WithOrigins",
        "setAllowedOrigins",
        "allow_origin",
        "origins",
        "origin",
    ];
    let (name, rest) = NAMES.iter().find_map(|name| {
        let at = line.find(name)?;
        let before = line.get(..at)?.chars().next_back();
        let rest = line.get(at + name.len()..)?.trim_start();
        let alone = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let rest = rest.strip_prefix([':', '=', '(']).filter(|_| alone)?;
        Some((*name, rest.trim_start()))
    })?;
    if !rest.starts_with(['[', '(', '"', '\'', '`']) {
        return None;
    }
    let end = rest.find([']', ')', '}']).unwrap_or(rest.len());
    let list = rest.get(..end)?;
    let list = if rest.starts_with(['"', '\'', '`']) {
        list.split(',').next()?
    } else {
        list
    };
    let members = members(list);
    members
        .iter()
        .any(|member| member == "*" || member.contains("://"))
        .then_some((name, members))
}

/// `https://*.example.org` fits every host below.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((front, back)) if pattern.len() > 1 => {
            text.len() >= front.len() + back.len()
                && text.starts_with(front)
                && text.ends_with(back)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Document;

    fn list(files: &[(&str, &str)]) -> Vec<AllowList> {
        lists(&Evidence::read(
            files
                .iter()
                .map(|(name, text)| Document::new(*name, *text))
                .collect(),
        ))
    }

    #[test]
    fn lists_are_read_in_every_form() {
        for value in [
            "https://a.example,https://b.example",
            "[\"https://a.example\", \"https://b.example\"]",
            "https://a.example https://b.example",
        ] {
            let lists = list(&[("backend.env", &format!("CORS_ORIGINS={value}"))]);
            assert_eq!(
                lists[0].members,
                ["https://a.example", "https://b.example"],
                "{value}"
            );
        }
        let lists = list(&[(
            "log.txt",
            "app.use(cors({ origin: 'https://a.example/', credentials: true }))\n    allow_origins=[\"*\"],\nOrigin: https://x.example",
        )]);
        let members: Vec<&str> = lists
            .iter()
            .flat_map(|list| &list.members)
            .map(String::as_str)
            .collect();
        assert_eq!(members, ["https://a.example/", "*"]);
    }

    #[test]
    fn an_origin_is_on_the_list_or_not() {
        let origin = Origin::parse("https://app.a.example").unwrap();
        for (value, membership) in [
            ("https://app.a.example", Membership::Listed),
            ("https://*.a.example", Membership::Listed),
            ("*", Membership::Any),
            (
                "https://app.a.example/",
                Membership::Slashed("https://app.a.example/"),
            ),
            ("http://app.a.example", Membership::Unlisted),
        ] {
            let lists = list(&[("backend.env", &format!("CORS_ORIGINS={value}"))]);
            assert_eq!(lists[0].membership(&origin), membership, "{value}");
        }
    }

    #[test]
    fn a_front_ends_own_origin_is_no_list() {
        assert!(list(&[("frontend.env", "APP_ORIGIN=https://a.example")]).is_empty());
        assert_eq!(
            list(&[("backend.env", "CSRF_TRUSTED_ORIGINS=https://a.example")])
                .iter()
                .filter(|list| list.is_csrf)
                .count(),
            1
        );
    }
}
