//! What blocks first: the order in which a request meets the checks on its way.

use crate::evidence::{Check, Library, Response, library_of};
use crate::finding::{Finding, Strength};
use crate::report::Severity;
use crate::situation::header_way::is_authorized;
use crate::situation::{Situation, page_check};
use countersign_verify::Cause;
use std::sync::Arc;

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
pub(super) fn ends_the_sign_in(situation: &Situation<'_>, cause: Cause) -> bool {
    let mut answers = situation.evidence.earlier.iter();
    let failed = answers.any(|exchange| {
        let answer = exchange.response.as_ref();
        answer.is_some_and(|answer| answer.status >= 500)
    });
    failed && step(cause).is_some() && situation.is_seen(cause)
}

/// Among causes on one way to a database the one that ends it first comes first, however well the others are
/// founded: they show themselves once it is mended.
pub(super) fn in_order_of_connecting(situation: &Situation<'_>, findings: &mut [Finding]) {
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
pub(super) fn place(situation: &Situation<'_>, cause: Cause) -> Option<Check> {
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
pub(super) fn comes_later(situation: &Situation<'_>, finding: &Finding) -> bool {
    let Some(request) = situation.request() else {
        return false;
    };
    if let Some(answer) = situation.response() {
        if is_over_the_limit(answer) {
            return finding.cause != Cause::HeaderTooLarge;
        }
        // A program that fails by itself, or a provider that sends people back with an error, asked for no cookie.
        let fails = answer.status >= 500 || request.query("error").is_some();
        if fails && !situation.is_seen(finding.cause) {
            return is_of_cookies(finding.cause);
        }
    }
    if request.is_preflight() && situation.is_blocked_by_cors() {
        return place(situation, finding.cause) > Some(Check::Browser);
    }
    if page_check::says_origin(situation).is_some() {
        return is_of_cookies(finding.cause);
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
pub(super) fn has_held(situation: &Situation<'_>, cause: Cause) -> bool {
    !situation.is_seen(cause) && Check::of(cause).is_some_and(|check| situation.has_held(check))
}

/// Whether a cause keeps a cookie from arriving.
fn is_of_cookies(cause: Cause) -> bool {
    let cookie = Check::of(cause) == Some(Check::Arrival) && cause.slug().starts_with("cookie");
    cookie || cause == Cause::CredentialsNotIncluded
}

/// Whether a web server refused to read the request any further (RFC 6585, section 5; nginx answers 400 or 494).
fn is_over_the_limit(answer: &Response) -> bool {
    let body = answer.body.to_ascii_lowercase();
    let says = body.contains("header") && (body.contains("too large") || body.contains("too long"));
    matches!(answer.status, 431 | 494) || answer.status == 400 && says
}

/// What stands in a file that the program does not read comes into play once it does.
pub(super) fn put_off_what_is_not_read(findings: &mut [Finding]) {
    let unread: Vec<Arc<str>> = findings
        .iter()
        .filter(|finding| finding.cause == Cause::EnvFileNotLoaded)
        .filter(|finding| finding.severity == Severity::Error)
        .flat_map(|finding| &finding.clues)
        .map(|clue| Arc::clone(&clue.spot.source))
        .collect();
    for finding in findings.iter_mut() {
        let first = finding.clues.first().map(|clue| &clue.spot.source);
        let of_file = first.is_some_and(|source| unread.contains(source));
        finding.later |= of_file && finding.cause != Cause::EnvFileNotLoaded;
    }
}
