//! A refusal of Countersign's own: it names its cause, by slug or by code.

use super::{Outcome, Situation};
use crate::evidence::{Check, Spot};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// Takes a refusal at its word, for every cause. What a rule found in settings and tokens goes deeper, so the
/// refusal of a check on tokens counts as a message does; others have nothing more to look at.
pub(crate) fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    for (cause, spot) in named(situation) {
        if found.iter().any(|known| known.cause == cause) {
            continue;
        }
        let of_token =
            Check::of(cause).is_some_and(|check| (Check::Form..=Check::Claims).contains(&check));
        let strength = if of_token {
            Strength::Suggested
        } else {
            Strength::Likely
        };
        let message = format!("the server itself says {} ({})", cause.slug(), cause.code());
        found.push(Finding::new(cause, strength, message).at(spot, "said here"));
    }
}

/// The causes that the failing answer and the logs name.
fn named(situation: &Situation<'_>) -> Vec<(Cause, Spot)> {
    let answer = situation
        .response()
        .filter(|answer| answer.status >= 400)
        .and_then(|answer| Some((cause_in(&answer.body)?, answer.status_spot())));
    let mut found: Vec<(Cause, Spot)> = answer.into_iter().collect();
    for log in &situation.evidence.logs {
        let source = log.source();
        let lines = log.text.lines().enumerate();
        let of_lines = lines
            .filter_map(|(at, line)| Some((cause_in(line)?, Spot::line(&source, at + 1, line))));
        found.extend(of_lines);
    }
    found
}

/// The cause that a text names: `"slug":"…"` of one that exists, or its code.
fn cause_in(text: &str) -> Option<Cause> {
    let slug = text
        .split("\"slug\"")
        .nth(1)
        .and_then(|after| after.split('"').nth(1));
    if let Some(cause) = slug.and_then(|slug| by(|cause| cause.slug() == slug)) {
        return Some(cause);
    }
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    words.find_map(|word| by(|cause| cause.code() == word))
}

fn by(is: impl Fn(Cause) -> bool) -> Option<Cause> {
    Cause::ALL.iter().copied().find(|cause| is(*cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_read_by_its_slug_and_by_its_code() {
        for cause in Cause::ALL {
            let slug = format!(r#"{{"status":401, "slug": "{}"}}"#, cause.slug());
            assert_eq!(cause_in(&slug), Some(*cause));
            let link = format!("https://id.example/docs/errors/{}", cause.code());
            assert_eq!(cause_in(&link), Some(*cause));
        }
        assert_eq!(cause_in("/blog/token-expired CSN"), None);
        assert_eq!(cause_in(r#"{"slug":"my-first-post"}"#), None);
    }
}
