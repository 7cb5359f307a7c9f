//! Where to go after signing in.

use serde::Deserialize;

/// A path on this server, and never anything else: what a stranger puts into the address of the
/// sign-in page must not lead elsewhere (ASVS V3.7.2).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(from = "String")]
pub(super) struct ReturnPath(String);

const HOME: &str = "/account";

impl Default for ReturnPath {
    fn default() -> Self {
        Self(HOME.into())
    }
}

impl From<String> for ReturnPath {
    /// Anything that is no path on this server becomes the account page.
    fn from(text: String) -> Self {
        if is_local(&text) {
            Self(text)
        } else {
            Self::default()
        }
    }
}

impl ReturnPath {
    /// The path, with its query.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is other than where one goes anyway.
    pub(super) fn is_special(&self) -> bool {
        self.0 != HOME
    }
}

/// One slash, and then none of what browsers take for a second one or drop (URL Standard,
/// section 4.4: a backslash counts as a slash, tabs and newlines are removed).
fn is_local(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('/') else {
        return false;
    };
    text.len() <= 2_000
        && !rest.starts_with(['/', '\\'])
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.contains('\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    fn path(text: &str) -> String {
        ReturnPath::from(text.to_owned()).0
    }

    #[test]
    fn paths_on_this_server_are_kept() {
        for good in ["/account/sessions", "/", "/a?b=c&d=//e", "/a#b"] {
            assert_eq!(path(good), good);
        }
    }

    #[test]
    fn everything_else_leads_to_the_account() {
        let long = format!("/{}", "a".repeat(3_000));
        for bad in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            " /account",
            "/é",
            "/a\\b",
            &long,
        ] {
            assert_eq!(path(bad), "/account", "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_leads_to_another_host(text in "[/\\\\:.@?#\\t\\na-z]{0,12}") {
            let base = Url::parse("https://auth.example/login").expect("base");
            let target = base.join(&path(&text)).expect("joins");
            prop_assert_eq!(target.origin(), base.origin());
        }
    }
}
