//! What a bearer token may do (RFC 6749, section 3.3): `read`, `write`, `admin`.
//!
//! Cookies and API tokens of ours are of people who may do all that their account may; a token can
//! be issued for less. Tokens of other issuers often have no scope, or one that speaks of the
//! issuer's own endpoints (`openid profile`): where none of our words is in it, it says nothing
//! here, and the account alone decides.

use countersign_verify::{Cause, Check, Refusal, Trace};
use http::Method;

use super::{Authenticated, Evidence};

/// What a request needs to be allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scope {
    /// To administer.
    Admin,
    /// To read.
    Read,
    /// To change something.
    Write,
}

impl Scope {
    const ALL: [Self; 3] = [Self::Admin, Self::Read, Self::Write];

    /// What `method` needs (RFC 9110, section 9.2.1).
    pub(super) const fn of(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Self::Read,
            _ => Self::Write,
        }
    }

    /// The word in `scope`.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    fn is_in(self, scope: &str) -> bool {
        scope
            .split_ascii_whitespace()
            .any(|word| word == self.as_str())
    }
}

/// Whether the credential allows what the request needs.
pub(super) fn permit(who: &Authenticated, needed: Scope, trace: &mut Trace) -> Result<(), Refusal> {
    let (scope, is_own) = match &who.evidence {
        Evidence::Cookie(_) => {
            trace.skipped(Check::Permission, "a session by cookie has every scope");
            return Ok(());
        }
        Evidence::Foreign(token, _) => (token.scope(), false),
        Evidence::Own(token, _) => (token.scope(), true),
    };
    match judge(scope, is_own, needed) {
        Judged::Allowed => {
            trace.passed(Check::Permission, "the scope of the token allows it");
            Ok(())
        }
        Judged::Unlimited => {
            trace.skipped(
                Check::Permission,
                "no scope of ours is in the token, so it may do what its account may",
            );
            Ok(())
        }
        Judged::Missing => {
            let detail = format!(
                "the token has the scope {:?}, and this needs {}",
                scope.unwrap_or_default(),
                needed.as_str()
            );
            Err(trace.refused(Check::Permission, Refusal::new(Cause::ScopeMissing, detail)))
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Judged {
    Allowed,
    Missing,
    Unlimited,
}

fn judge(scope: Option<&str>, is_own: bool, needed: Scope) -> Judged {
    let Some(scope) = scope else {
        return Judged::Unlimited;
    };
    let speaks_of_us = is_own || Scope::ALL.iter().any(|ours| ours.is_in(scope));
    match (needed.is_in(scope), speaks_of_us) {
        (true, _) => Judged::Allowed,
        (false, true) => Judged::Missing,
        (false, false) => Judged::Unlimited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_method_says_what_is_needed() {
        for (method, scope) in [
            (Method::GET, Scope::Read),
            (Method::HEAD, Scope::Read),
            (Method::POST, Scope::Write),
            (Method::DELETE, Scope::Write),
            (Method::PATCH, Scope::Write),
        ] {
            assert_eq!(Scope::of(&method), scope, "{method}");
        }
    }

    #[test]
    fn our_words_limit_and_others_say_nothing() {
        use Judged::{Allowed, Missing, Unlimited};
        for (scope, is_own, needed, judged) in [
            (None, true, Scope::Write, Unlimited),
            (None, false, Scope::Admin, Unlimited),
            (Some("read write"), true, Scope::Write, Allowed),
            (Some("read"), true, Scope::Write, Missing),
            (Some("read write"), true, Scope::Admin, Missing),
            (Some("write"), true, Scope::Read, Missing),
            (Some("readwrite READ"), true, Scope::Read, Missing),
            (Some(""), true, Scope::Read, Missing),
            (Some("openid profile"), true, Scope::Read, Missing),
            (Some("openid profile"), false, Scope::Write, Unlimited),
            (Some("openid read"), false, Scope::Write, Missing),
            (Some("openid read"), false, Scope::Read, Allowed),
        ] {
            assert_eq!(judge(scope, is_own, needed), judged, "{scope:?} {needed:?}");
        }
    }
}
