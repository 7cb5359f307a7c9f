//! Which secret signed the cookies of the failing request: the one that counts, a former one, or another program's.

use super::signer::{between, in_vain};
use super::{Held, is_for, rotation, wording};
use crate::contract::Purpose;
use crate::evidence::{EnvLine, Service};
use crate::finding::{Finding, Strength};
use crate::situation::signed_cookie::SignedCookie;
use crate::situation::{Outcome, PresentedToken, Situation};
use countersign_verify::Cause;

/// What the signatures of cookies tell.
pub(super) enum Told {
    /// A secret that counts signed one: secrets are not why it was refused.
    Fits,
    /// What is wrong.
    Faults(Vec<Finding>),
}

/// What the signed cookies tell; none where no known secret, of today or before, signed one.
pub(super) fn told(situation: &Situation<'_>) -> Option<Told> {
    let cookies = situation.signed_cookies();
    let verifiers = situation.verifiers();
    let fits = |cookie: &SignedCookie<'_>| verifiers.iter().any(|service| is_of(service, cookie));
    let turned_away = situation.outcome() == Outcome::Bad;
    let mut faults = Vec::new();
    for cookie in cookies.iter().filter(|_| turned_away) {
        let found = verifiers
            .iter()
            .filter_map(|service| of_cookie(situation, service, &cookies, cookie));
        faults.extend(found.map(of_cookies));
    }
    if !faults.is_empty() {
        return Some(Told::Faults(faults));
    }
    cookies.iter().any(fits).then_some(Told::Fits)
}

impl Situation<'_> {
    /// Whether the faults of the secrets are those of the cookies that were presented.
    fn is_about_cookies(&self) -> bool {
        let mut tokens = self.judged();
        !tokens.any(PresentedToken::is_hmac) && matches!(told(self), Some(Told::Faults(_)))
    }

    /// A session that a signature ends asks no database: what is said of one is of another request, such as the
    /// sign-in that follows.
    pub(crate) fn put_off_what_comes_after_the_cookie(&self, findings: &mut [Finding]) {
        let refused = self
            .response()
            .is_some_and(|answer| matches!(answer.status, 301..=303 | 307 | 401 | 403));
        let of_database = |finding: &Finding| finding.cause.slug().starts_with("db-");
        if !refused || !findings.iter().any(of_database) || !self.is_about_cookies() {
            return;
        }
        for finding in findings.iter_mut().filter(|finding| of_database(finding)) {
            finding.later = true;
        }
    }
}

/// Whether a secret signed a cookie that counts for a service, under whatever name.
fn is_of(service: &Service, cookie: &SignedCookie<'_>) -> bool {
    let mut fits = cookie.signature.settings();
    fits.any(|(of, line, form)| {
        // A program may make bytes of its own secret: it does so whenever it signs and checks.
        let own = form.is_none_or(|(cause, _)| cause == Cause::SecretBase64VsRaw);
        own && std::ptr::eq(of, service) && counts(service, line) && !is_former(line)
    })
}

fn counts(service: &Service, line: &EnvLine) -> bool {
    let counting = service.setting(&line.name);
    counting.is_some_and(|counting| std::ptr::eq(counting, line))
}

/// Whether a name is of a secret before the last change, and not of those that are still accepted.
fn is_former(line: &EnvLine) -> bool {
    let name = line.name.to_ascii_uppercase();
    let mut parts = name.split('_');
    parts.any(|part| matches!(part, "OLD" | "LAST" | "ROTATED" | "FORMER"))
}

/// What is wrong with a cookie for one service.
fn of_cookie<'e>(
    situation: &Situation<'e>,
    service: &'e Service,
    cookies: &[SignedCookie<'e>],
    cookie: &SignedCookie<'e>,
) -> Option<Finding> {
    if is_of(service, cookie) {
        return None;
    }
    let own = secrets_of(service);
    let former = |held: &Held<'e>| {
        let by = |secret: &[u8]| cookie.is_signed_by(secret);
        let comment = rotation::in_comments(situation, *held, &by)?;
        Some(wording::former(*held, &cookie.spot, comment))
    };
    if let Some(finding) = own.iter().find_map(former) {
        return Some(finding);
    }
    let fits = || cookie.signature.settings();
    let lost = fits().find(|(of, _, form)| form.is_none() && std::ptr::eq(*of, service));
    if let Some((service, line, _)) = lost {
        let signed = Held { service, line };
        return in_vain(&own, signed);
    }
    // A cookie of another program travels along where one of this program's own is there.
    if cookies.iter().any(|other| is_of(service, other)) {
        return None;
    }
    let read_otherwise = own.iter().find_map(|held| {
        let mut forms = fits().filter(|(_, line, _)| std::ptr::eq(*line, held.line));
        let (cause, how) = forms.find_map(|(_, _, form)| form)?;
        Some(wording::in_another_form(*held, cause, how, None))
    });
    read_otherwise.or_else(|| {
        let other = fits().find(|(of, line, form)| form.is_none() && counts(of, line));
        let (of, line, _) = other?;
        let held = own.iter().find(|held| held.line.name == line.name)?;
        let signed = Held { service: of, line };
        let refused = situation.response().map(|answer| answer.status);
        matches!(refused, Some(301..=303 | 307 | 401 | 403 | 419))
            .then(|| between(*held, signed, Strength::Proved, 0.9))
    })
}

/// What may sign the cookies of a service.
fn secrets_of(service: &Service) -> Vec<Held<'_>> {
    let signs = |line: &&EnvLine| {
        let meant = is_for(line, Purpose::CookieSecret) || is_for(line, Purpose::SigningSecret);
        meant && !line.value.is_empty() && !is_former(line)
    };
    let lines = service.settings().filter(signs);
    lines.map(|line| Held { service, line }).collect()
}

/// Says that it is about a cookie.
fn of_cookies(mut finding: Finding) -> Finding {
    finding.message =
        finding
            .message
            .replacen("the token was signed", "the session cookie was signed", 1);
    finding
}
