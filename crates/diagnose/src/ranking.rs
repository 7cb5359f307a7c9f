//! From findings to an order: the root cause first, then independent ones, then consequences.

use crate::finding::{Finding, Strength};
use crate::report::Severity;
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;
use std::cmp::Reverse;

mod order;

use order::{comes_later, ends_the_sign_in, has_held, place};

/// Orders findings and gives each its severity, its cause upstream, and whether it is a root.
pub(crate) fn rank(situation: &Situation<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    keep_the_best_of_each_cause(&mut findings);
    drop_guesses_beside_proofs(&mut findings);
    for finding in &mut findings {
        finding.severity = severity(situation, finding);
    }
    raise_what_stands_alone(situation, &mut findings);
    attribute(&mut findings);
    order::put_off_what_is_not_read(&mut findings);
    findings.sort_by_key(|finding| {
        (
            finding.severity != Severity::Error,
            finding.caused_by.is_some(),
            comes_later(situation, finding),
            finding.later || has_held(situation, finding.cause),
            !ends_the_sign_in(situation, finding.cause),
            Reverse(finding.strength),
            !situation.is_seen(finding.cause),
            place(situation, finding.cause).is_none(),
            place(situation, finding.cause),
            finding.cause.code(),
        )
    });
    order::in_order_of_connecting(situation, &mut findings);
    for finding in &mut findings {
        finding.root = finding.severity == Severity::Error && finding.caused_by.is_none();
    }
    findings
}

/// One finding a cause: the best founded; the clues of the others are added to it.
fn keep_the_best_of_each_cause(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        b.strength
            .cmp(&a.strength)
            .then(b.weight.total_cmp(&a.weight))
    });
    let mut best: Vec<Finding> = Vec::new();
    for finding in findings.drain(..) {
        match best.iter_mut().find(|known| known.cause == finding.cause) {
            Some(known) => {
                let new = finding
                    .clues
                    .into_iter()
                    .filter(|clue| known.clues.iter().all(|old| old.spot != clue.spot));
                let new: Vec<_> = new.collect();
                known.clues.extend(new);
            }
            None => best.push(finding),
        }
    }
    *findings = best;
}

/// What only a message suggests does not stand beside what is proved.
fn drop_guesses_beside_proofs(findings: &mut Vec<Finding>) {
    // What blocks later does not explain the failure at hand, however certain it is.
    let now = findings.iter().filter(|finding| !finding.later);
    let best = now.map(|finding| finding.strength).max();
    if best >= Some(Strength::Likely) {
        findings.retain(|finding| finding.strength != Strength::Suggested);
    }
}

/// A risk is a warning at most, and so is everything when the request went well.
fn severity(situation: &Situation<'_>, finding: &Finding) -> Severity {
    match finding.strength {
        Strength::Remark => Severity::Note,
        Strength::Risk => Severity::Warning,
        _ if situation.outcome() == Outcome::Good => Severity::Warning,
        Strength::Suggested | Strength::Likely | Strength::Proved => Severity::Error,
    }
}

/// Where nothing explains a failure, or settings alone are given, what is wrong in itself is the answer.
fn raise_what_stands_alone(situation: &Situation<'_>, findings: &mut [Finding]) {
    let explained = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error && !finding.later);
    let open = match situation.outcome() {
        Outcome::Bad => true,
        Outcome::Good => false,
        // A request whose answer is not known may have gone well.
        Outcome::Unknown => situation.request().is_none(),
    };
    if explained || !open {
        return;
    }
    for finding in findings.iter_mut().filter(|finding| finding.stands_alone) {
        finding.severity = Severity::Error;
    }
}

/// Hangs consequences below what they follow from.
fn attribute(findings: &mut [Finding]) {
    let upstream: Vec<(Cause, Vec<Cause>)> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| (finding.cause, finding.upstream_of.clone()))
        .collect();
    for finding in findings {
        let by = upstream
            .iter()
            .find(|(cause, of)| *cause != finding.cause && of.contains(&finding.cause));
        finding.caused_by = by.map(|(cause, _)| *cause);
    }
}
