//! Causes worded for set-ups that are not Countersign's own.
//!
//! The catalogue explains a cause by this server's settings and commands. The doctor looks at other
//! people's programs, where those names mislead: what it says of such a cause stands here.

use countersign_verify::Cause;

mod accounts;
mod browser;
mod claims;
mod keys;
mod settings;
mod transport;

/// A cause in words that hold for any stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elsewhere {
    /// The cause.
    cause: Cause,
    /// What happened, in one line without a final stop.
    pub(super) title: &'static str,
    /// Why it fails.
    pub(super) why: &'static str,
    /// What to change.
    pub(super) fix: &'static str,
}

/// Every topic's words.
const ALL: [&[Elsewhere]; 6] = [
    accounts::ALL,
    browser::ALL,
    claims::ALL,
    keys::ALL,
    settings::ALL,
    transport::ALL,
];

/// The words for any stack; none where the catalogue's own hold everywhere.
pub(super) fn of(cause: Cause) -> Option<&'static Elsewhere> {
    ALL.iter()
        .copied()
        .flatten()
        .find(|words| words.cause == cause)
}

const fn words(
    cause: Cause,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
) -> Elsewhere {
    Elsewhere {
        cause,
        title,
        why,
        fix,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    /// Words of Countersign's own set-up.
    const OWN: [&str; 18] = [
        "AUTH_JWT_",
        "AUTH_SYNC_",
        "countersign_session",
        "/api/v1/",
        "csr_",
        "css_",
        "localhost:8787",
        "countersign config",
        "countersign audit",
        "countersign user",
        "countersign session",
        "this server",
        "this version",
        "ACCESS_TOKEN_TTL",
        "the trace",
        "CORS_ORIGINS",
        "JWT_SECRET_{ENVIRONMENT}",
        "At the server of Countersign",
    ];

    fn own(text: &str) -> Option<&'static str> {
        OWN.into_iter().find(|word| text.contains(word))
    }

    #[test]
    fn what_the_doctor_says_of_other_programs_does_not_name_settings_of_this_one() {
        let mut wrong = Vec::new();
        for entry in catalogue::all() {
            let doc = catalogue::explain(entry.cause);
            if !doc.is_looked_for() {
                continue;
            }
            let texts = match of(entry.cause) {
                Some(words) => vec![words.title, words.why, words.fix],
                None => vec![doc.title, doc.what, doc.fix.summary],
            };
            if let Some(word) = texts.into_iter().find_map(own) {
                wrong.push(format!("{}: {word}", entry.cause.slug()));
            }
        }
        assert!(
            wrong.is_empty(),
            "give these words in diagnosis/elsewhere: {wrong:?}"
        );
    }

    #[test]
    fn each_cause_is_worded_once_and_in_whole_sentences() {
        let mut seen = std::collections::BTreeSet::new();
        for words in ALL.into_iter().flatten() {
            let slug = words.cause.slug();
            assert!(seen.insert(slug), "{slug} stands twice");
            assert!(!words.title.ends_with('.'), "{slug}");
            assert!(words.why.ends_with('.'), "{slug}: {}", words.why);
            assert!(words.fix.ends_with('.'), "{slug}: {}", words.fix);
            for text in [words.title, words.why, words.fix] {
                assert_eq!(text.matches('`').count() % 2, 0, "{slug}: {text}");
            }
        }
    }
}
