//! Something that the server has to say at the top of a page.

use countersign_diagnose::{explain, title};
use countersign_verify::Cause;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer};

use crate::App;
use crate::http::{Refused, RequestInfo};

/// How a notice is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tone {
    /// Something was done.
    Good,
    /// Something is worth knowing.
    Note,
    /// Something was refused.
    Wrong,
}

impl Tone {
    /// The style's class.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Good => "notice-good",
            Self::Note => "notice-note",
            Self::Wrong => "notice-wrong",
        }
    }

    /// Whether a screen reader should interrupt for it.
    pub(super) const fn is_wrong(self) -> bool {
        matches!(self, Self::Wrong)
    }
}

/// Something that the server has to say at the top of a page.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What happened, in one line.
    pub head: String,
    /// More about it.
    pub text: Vec<String>,
    /// Where to go from here.
    pub way: Option<Way>,
    /// The cause and the trace, for a refusal.
    pub reference: Option<Reference>,
}

/// A link that helps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// Where it leads.
    pub href: &'static str,
    /// What it says.
    pub label: &'static str,
}

/// By what a refusal is found again.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// The code, such as `CSN4001`.
    pub code: &'static str,
    /// The slug.
    pub slug: &'static str,
    /// The trace id of the request.
    pub trace: String,
}

impl Notice {
    /// Says that something was done.
    pub(super) fn good(head: &str, text: &str) -> Self {
        Self::new(Tone::Good, head, text)
    }

    /// Says something worth knowing.
    pub(super) fn note(head: &str, text: &str) -> Self {
        Self::new(Tone::Note, head, text)
    }

    /// Says that something was refused.
    pub(super) fn wrong(head: &str, text: &str) -> Self {
        Self::new(Tone::Wrong, head, text)
    }

    /// Names the cause that the visitor may be told, and the request's trace.
    pub(super) fn refers(mut self, cause: Cause, trace: &impl ToString) -> Self {
        let told = cause.told();
        self.reference = Some(Reference {
            code: told.code(),
            slug: told.slug(),
            trace: trace.to_string(),
        });
        self
    }

    fn new(tone: Tone, head: &str, text: &str) -> Self {
        Self {
            tone,
            head: head.into(),
            text: Some(text.to_owned())
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect(),
            way: None,
            reference: None,
        }
    }
}

/// What was done on the page before, said on the next one. A closed list, since it stands in the
/// address, where anybody may write.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Told {
    /// The first admin was made.
    AdminMade,
    /// It was shown again who is here.
    Confirmed,
    /// The address was verified.
    EmailVerified,
    /// The name was changed.
    NameSaved,
    /// All other sessions were ended.
    OthersEnded,
    /// The password was changed.
    PasswordChanged,
    /// The password was reset.
    PasswordReset,
    /// A session was ended.
    SessionEnded,
    /// Signed out.
    SignedOut,
    /// Signed out everywhere.
    SignedOutEverywhere,
}

impl Told {
    /// The name in the address.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::AdminMade => "admin-made",
            Self::Confirmed => "confirmed",
            Self::EmailVerified => "email-verified",
            Self::NameSaved => "name-saved",
            Self::OthersEnded => "others-ended",
            Self::PasswordChanged => "password-changed",
            Self::PasswordReset => "password-reset",
            Self::SessionEnded => "session-ended",
            Self::SignedOut => "signed-out",
            Self::SignedOutEverywhere => "signed-out-everywhere",
        }
    }

    /// What is said.
    pub(super) fn notice(self) -> Notice {
        let (head, text) = match self {
            Self::AdminMade => (
                "The first admin is made",
                "Sign in with the password that you have just chosen.",
            ),
            Self::Confirmed => ("Thank you", "You can end sessions for ten minutes now."),
            Self::EmailVerified => ("Your address is confirmed", "You can sign in now."),
            Self::NameSaved => ("Your name was saved", ""),
            Self::OthersEnded => ("All other devices were signed out", ""),
            Self::PasswordChanged => (
                "Your password was changed",
                "A letter about it is on its way to you.",
            ),
            Self::PasswordReset => (
                "Your password was changed",
                "All devices were signed out. Sign in with the new password.",
            ),
            Self::SessionEnded => ("The session was ended", "Whoever held it is signed out."),
            Self::SignedOut => ("You are signed out", ""),
            Self::SignedOutEverywhere => ("You are signed out everywhere", ""),
        };
        Notice::good(head, text)
    }
}

/// The query of a page that can be told something.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Telling {
    /// What it is told.
    #[serde(default, deserialize_with = "known")]
    pub told: Option<Told>,
}

/// A word that is not on the list says nothing.
pub(super) fn known<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Told>, D::Error> {
    let text = String::deserialize(input)?;
    Ok(Told::deserialize(text.as_str().into_deserializer())
        .map_err(|_: serde::de::value::Error| ())
        .ok())
}

/// What to say of a refused form: nothing where the fields say it all.
pub(super) fn refused(
    app: &App,
    info: &RequestInfo,
    refused: &Refused,
    homeless: Vec<String>,
) -> Option<Notice> {
    let told = refused.cause().told();
    if told == Cause::FieldsInvalid {
        return (!homeless.is_empty()).then(|| Notice {
            text: homeless,
            ..Notice::wrong("The form is not complete", "")
        });
    }
    let mut notice = Notice::wrong(title(told), person(told).unwrap_or_default());
    notice.way = way(told);
    if let Some(seconds) = refused.retry_after_seconds() {
        notice.text.push(wait(seconds));
    }
    if app.explains() && (told != refused.cause() || told == Cause::CredentialsInvalid) {
        let (cause, detail) = (refused.cause(), refused.detail());
        let slug = if cause == told { "" } else { cause.slug() };
        let colon = if cause == told { "" } else { ": " };
        notice
            .text
            .push(format!("In development only: {slug}{colon}{detail}."));
    }
    Some(notice.refers(told, &info.trace_id))
}

/// Why the session that a browser still presents has ended.
pub(super) fn ended(info: &RequestInfo, refused: &Refused) -> Option<Notice> {
    let because = match refused.cause() {
        Cause::SessionRevoked => {
            "the session was ended from another device, or the password was changed."
        }
        Cause::SessionExpiredIdle => "you had not been here for a long time.",
        Cause::SessionExpiredAbsolute => "the session reached its greatest age.",
        Cause::SessionEvictedByLimit => {
            "you signed in on more devices than are allowed at a time; the oldest session gave way."
        }
        Cause::RefreshReused => {
            "a token of the session was used by two parties, which looks like a theft. If you do not know why, change your password."
        }
        Cause::SessionUnknown => "the server does not know the session any more.",
        cause if cause.told() == Cause::CredentialsInvalid => {
            "the account cannot be used at present."
        }
        _ => return None,
    };
    let text = format!("You were signed out because {because}");
    Some(Notice::note("Please sign in again", &text).refers(refused.cause(), &info.trace_id))
}

/// What to tell the person at the form, where the catalogue speaks to operators.
fn person(told: Cause) -> Option<&'static str> {
    Some(match told {
        Cause::CredentialsInvalid => {
            "The address or the password is wrong. Capital and small letters differ in passwords."
        }
        Cause::EmailUnverified => "Open the link in the letter that we sent you, then sign in.",
        Cause::RateLimited => "There were too many attempts that failed.",
        Cause::Overloaded => {
            "Many people sign in at this moment. Your input is kept: just send it again."
        }
        Cause::LinkInvalid => {
            "The link was used already, or a newer one was sent, or it was not copied as a whole."
        }
        Cause::LinkExpired => "The link has run out. Ask for a new one.",
        Cause::StepUpRequired => "Show that it is you with your password, then do it again.",
        Cause::Conflict => {
            "Somebody changed the same thing at the same time. Look, then try again."
        }
        _ => return Some(explain(told).fix.summary),
    })
}

/// Where to go after a refusal.
fn way(told: Cause) -> Option<Way> {
    let (href, label) = match told {
        Cause::EmailUnverified => ("/verify", "Send the letter again"),
        Cause::LinkInvalid | Cause::LinkExpired => ("/forgot", "Forgot your password?"),
        _ => return None,
    };
    Some(Way { href, label })
}

fn wait(seconds: u32) -> String {
    match seconds {
        0..=1 => "Try again in a second.".into(),
        2..=90 => format!("Try again in {seconds} seconds."),
        _ => format!("Try again in {} minutes.", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_names_only_what_the_visitor_may_be_told() {
        let notice = Notice::wrong("No", "").refers(Cause::AccountLocked, &"abc");
        let reference = notice.reference.expect("reference");
        assert_eq!(
            (reference.code, reference.trace.as_str()),
            ("CSN7001", "abc")
        );
        assert!(notice.text.is_empty());
    }

    #[test]
    fn what_is_said_is_found_again_by_its_name() {
        for told in [
            Told::AdminMade,
            Told::Confirmed,
            Told::EmailVerified,
            Told::NameSaved,
            Told::OthersEnded,
            Told::PasswordChanged,
            Told::PasswordReset,
            Told::SessionEnded,
            Told::SignedOut,
            Told::SignedOutEverywhere,
        ] {
            let telling: Telling =
                serde_json::from_value(serde_json::json!({ "told": told.as_str() }))
                    .expect("reads");
            assert_eq!(telling.told, Some(told));
            assert!(!told.notice().head.is_empty());
        }
        let strange = serde_json::json!({ "told": "<script>" });
        let telling: Telling = serde_json::from_value(strange).expect("reads");
        assert_eq!(telling.told, None);
    }

    #[test]
    fn waiting_is_said_in_words() {
        assert_eq!(wait(1), "Try again in a second.");
        assert_eq!(wait(30), "Try again in 30 seconds.");
        assert_eq!(wait(601), "Try again in 11 minutes.");
    }
}
