//! What was looked at, what was not, and what to send next.

use super::{Check, CheckResult};
use crate::evidence::{DocumentKind, Evidence};
use crate::finding::Finding;
use crate::report::Severity;
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

/// One field of what can be wrong.
struct Topic {
    name: &'static str,
    /// Whether there was anything to look at.
    seen: fn(&Situation<'_>) -> bool,
    /// The causes that belong here.
    owns: fn(Cause) -> bool,
    /// What has to be given for it to be looked at.
    needs: &'static str,
}

const TOPICS: [Topic; 7] = [
    Topic {
        name: "request",
        seen: |situation| situation.request().is_some(),
        owns: |cause| matches!(stage(cause), b'0' | b'1'),
        needs: "the failing request, headers and all: `--request FILE`, as \"Copy as cURL\" of the browser's network panel gives it",
    },
    Topic {
        name: "token",
        seen: |situation| !situation.tokens.is_empty() || !situation.other_tokens.is_empty(),
        owns: |cause| matches!(stage(cause), b'2' | b'4'),
        needs: "the token that is refused: `--token TOKEN`, or a request that carries it",
    },
    Topic {
        name: "secrets and keys",
        seen: |situation| {
            !situation.evidence.services.is_empty() || !situation.evidence.key_sets.is_empty()
        },
        owns: |cause| stage(cause) == b'3',
        needs: "the settings of both sides: `--env-file backend=FILE --env-file frontend=FILE`, or the issuer's keys: `--jwks FILE`",
    },
    Topic {
        name: "cookies and origins",
        seen: |situation| {
            let evidence = situation.evidence;
            !evidence.earlier.is_empty()
                || evidence.failing.iter().any(|one| one.response.is_some())
        },
        owns: |cause| stage(cause) == b'5',
        needs: "the sign-in with the headers of its answer (`Set-Cookie`), before the request that fails: a HAR file of both",
    },
    Topic {
        name: "users",
        seen: |situation| has(situation.evidence, DocumentKind::Users),
        owns: |cause| matches!(stage(cause), b'6' | b'7'),
        needs: "the user's row: `--users FILE`, as JSON",
    },
    Topic {
        name: "settings",
        seen: |situation| !situation.evidence.services.is_empty(),
        owns: |cause| stage(cause) == b'8',
        needs: "the env files: `--env-file NAME=FILE`, or the project's folder",
    },
    Topic {
        name: "log",
        seen: |situation| !situation.evidence.logs.is_empty(),
        owns: |_| false,
        needs: "what the server wrote at that moment: `--log FILE`",
    },
];

/// Every topic with how it came out.
pub(super) fn all(situation: &Situation<'_>, findings: &[Finding]) -> Vec<Check> {
    let mut checks = vec![answer(situation)];
    for topic in TOPICS {
        let bad = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error && (topic.owns)(finding.cause));
        let slugs: Vec<&str> = bad.map(|finding| finding.cause.slug()).collect();
        let (result, why) = if !slugs.is_empty() {
            (CheckResult::Failed, slugs.join(", "))
        } else if (topic.seen)(situation) {
            (CheckResult::Ok, "nothing wrong was found".to_owned())
        } else {
            (CheckResult::Skipped, format!("needs {}", topic.needs))
        };
        checks.push(Check {
            name: topic.name.to_owned(),
            result,
            why,
        });
    }
    checks
}

fn answer(situation: &Situation<'_>) -> Check {
    let (result, why) = match situation.outcome() {
        Outcome::Bad => (
            CheckResult::Failed,
            "an answer or a message says that it failed",
        ),
        Outcome::Good => (CheckResult::Ok, "the answer is good"),
        Outcome::Unknown => (
            CheckResult::Skipped,
            "needs the answer with its headers: `--response FILE` (`curl -i` prints it)",
        ),
    };
    Check {
        name: "answer".to_owned(),
        result,
        why: why.to_owned(),
    }
}

fn has(evidence: &Evidence, kind: DocumentKind) -> bool {
    evidence.of_kind(kind).next().is_some()
}

/// The first digit of the code.
fn stage(cause: Cause) -> u8 {
    cause.code().as_bytes().get(3).copied().unwrap_or_default()
}
