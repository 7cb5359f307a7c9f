//! From findings to an order: the root cause first, then independent ones, then consequences.

use crate::evidence::{Check, Library, library_of};
use crate::finding::{Finding, Strength};
use crate::report::Severity;
use crate::situation::header_way::is_authorized;
use crate::situation::{Outcome, Situation, page_check};
use countersign_verify::Cause;
use std::cmp::Reverse;

/// Orders findings and gives each its severity, its cause upstream, and whether it is a root.
pub(crate) fn rank(situation: &Situation<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    keep_the_best_of_each_cause(&mut findings);
    drop_guesses_beside_proofs(&mut findings);
    for finding in &mut findings {
        finding.severity = severity(situation, finding);
    }
    raise_what_stands_alone(situation, &mut findings);
    attribute(&mut findings);
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
    in_order_of_connecting(situation, &mut findings);
    for finding in &mut findings {
        finding.root = finding.severity == Severity::Error && finding.caused_by.is_none();
    }
    findings
}

/// How far a connection to a database comes before a cause ends it; none for causes of other kinds.
const fn step(cause: Cause) -> Option<u8> {
    Some(match cause {
        Cause::DbUrlPasswordUnescaped | Cause::DbUrlDriverParameter => 0,
        Cause::DbHostUnresolvable | Cause::DbHostIpv6Only | Cause::DbHostLocalhostInContainer => 1,
        Cause::DbRefused => 2,
        Cause::DbSslRequired | Cause::DbSslUnsupported => 3,
        Cause::DbSslCaUntrusted => 4,
        Cause::DbPoolerUsername => 5,
        Cause::DbPoolerHost => 6,
        Cause::DbCredentials | Cause::DbPasswordVolumeStale => 7,
        Cause::DbMissing => 8,
        Cause::DbNotMigrated | Cause::DbPgbouncerPreparedStatements | Cause::DbPoolExhausted => 9,
        _ => return None,
    })
}

/// Whether a message of a database tells why the sign-in before the request failed: nobody gets a token then.
fn ends_the_sign_in(situation: &Situation<'_>, cause: Cause) -> bool {
    let mut answers = situation.evidence.earlier.iter();
    let failed = answers.any(|exchange| {
        let answer = exchange.response.as_ref();
        answer.is_some_and(|answer| answer.status >= 500)
    });
    failed && step(cause).is_some() && situation.is_seen(cause)
}

/// Among causes on one way to a database the one that ends it first comes first, however well the others are
/// founded: they show themselves once it is mended.
fn in_order_of_connecting(situation: &Situation<'_>, findings: &mut [Finding]) {
    let is_step = |finding: &Finding| {
        let counts = finding.severity == Severity::Error && finding.caused_by.is_none();
        counts && finding.strength >= Strength::Likely && step(finding.cause).is_some()
    };
    let places: Vec<usize> = (0..findings.len())
        .filter(|at| findings.get(*at).is_some_and(is_step))
        .collect();
    let mut steps: Vec<Finding> = places
        .iter()
        .filter_map(|at| findings.get(*at).cloned())
        .collect();
    steps.sort_by_key(|finding| (!situation.is_seen(finding.cause), step(finding.cause)));
    for (at, finding) in places.into_iter().zip(steps) {
        if let Some(place) = findings.get_mut(at) {
            *place = finding;
        }
    }
}

/// When the check that a cause makes fail is made. Most libraries look at `aud` before `iss`; some do not.
fn place(situation: &Situation<'_>, cause: Cause) -> Option<Check> {
    let check = Check::of(cause)?;
    let at = |library: &Library, wanted| library.checks.iter().position(|check| *check == wanted);
    let products = situation.evidence.stack.iter();
    let pairs = products
        .filter_map(|product| library_of(product))
        .filter_map(|library| at(library, Check::Issuer).zip(at(library, Check::Audience)));
    let turned = pairs.take(1).any(|(issuer, audience)| issuer < audience);
    Some(match check {
        Check::Audience if turned => Check::Issuer,
        Check::Issuer if turned => Check::Audience,
        check => check,
    })
}

/// Whether the failing request was stopped before the check that this cause makes fail: by the browser at the
/// preflight, by the check of its origin, or because it brings no credential at all. What messages say of later checks
/// is of other requests then.
fn comes_later(situation: &Situation<'_>, finding: &Finding) -> bool {
    let Some(request) = situation.request() else {
        return false;
    };
    if request.is_preflight() && situation.is_blocked_by_cors() {
        return place(situation, finding.cause) > Some(Check::Browser);
    }
    if page_check::says_origin(situation).is_some() {
        let of_cookie = Check::of(finding.cause) == Some(Check::Arrival)
            && finding.cause.slug().starts_with("cookie");
        return of_cookie || finding.cause == Cause::CredentialsNotIncluded;
    }
    let bare = !is_authorized(request)
        && request.headers.first("cookie").is_none()
        && !request.target.contains("token=");
    let refused = situation
        .response()
        .is_some_and(|answer| matches!(answer.status, 401 | 403));
    bare && refused && request.is_safe() && place(situation, finding.cause) > Some(Check::Arrival)
}

/// Whether a message shows that the check which this cause makes fail has held: it blocks later, if at all.
fn has_held(situation: &Situation<'_>, cause: Cause) -> bool {
    !situation.is_seen(cause) && Check::of(cause).is_some_and(|check| situation.has_held(check))
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
