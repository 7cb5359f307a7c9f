//! What stands around the content of every page.

use countersign_verify::Environment;

use super::assets;
use super::notice::Notice;
use crate::App;

/// The surroundings of a page: title, environment, visitor, and what the server has to say.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The page's title, without the product's name.
    pub title: String,
    /// The path under which the assets of this build are served.
    pub assets: &'static str,
    /// The environment's name, outside production.
    pub environment: Option<&'static str>,
    /// The host that visitors know this server by.
    pub host: String,
    /// Whether mail is kept at `/dev/mail`.
    pub mails: bool,
    /// Who is signed in.
    pub visitor: Option<Visitor>,
    /// Notices, the most important first.
    pub notices: Vec<Notice>,
}

impl Frame {
    /// The frame of this server's pages, without a visitor.
    pub(super) fn of(app: &App, title: &str) -> Self {
        let environment = app.settings().environment();
        Self {
            title: title.into(),
            assets: assets::base(),
            environment: (environment != Environment::Production).then(|| environment.as_str()),
            host: app.host().into(),
            mails: app.has_mail_page(),
            visitor: None,
            notices: Vec::new(),
        }
    }
}

/// The person who is signed in, and the page he is on.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    /// His address.
    pub email: String,
    /// The CSRF token of the sign-out button.
    pub csrf: String,
    /// The path of the page.
    pub here: &'static str,
    /// Whether he may administer.
    pub administers: bool,
}

/// One entry of the navigation.
pub(super) struct Place {
    /// Where it leads.
    pub href: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Whether the visitor is there.
    pub current: bool,
}

/// The pages of one's own account.
const ACCOUNT: &[(&str, &str)] = &[
    ("/account", "Profile"),
    ("/account/security", "Security"),
    ("/account/sessions", "Sessions"),
];

/// The pages of administration.
const ADMINISTRATION: &[(&str, &str)] = &[("/admin", "Refusals")];

impl Visitor {
    /// The navigation: the pages of the area that the visitor is in, and the way to the other one.
    pub(super) fn places(&self) -> Vec<Place> {
        let (area, other) = if self.is_in_administration() {
            (ADMINISTRATION, Some(("/account", "Your account")))
        } else {
            (ACCOUNT, Some(("/admin", "Admin")))
        };
        let other = other.filter(|_| self.administers);
        let place = |(href, label): (&'static str, &'static str)| Place {
            href,
            label,
            current: href == self.here,
        };
        area.iter().copied().chain(other).map(place).collect()
    }

    /// What the navigation is called.
    pub(super) fn area(&self) -> &'static str {
        if self.is_in_administration() {
            "Administration"
        } else {
            "Your account"
        }
    }

    fn is_in_administration(&self) -> bool {
        ADMINISTRATION.iter().any(|(href, _)| *href == self.here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(here: &'static str, administers: bool) -> String {
        let visitor = Visitor {
            email: String::new(),
            csrf: String::new(),
            here,
            administers,
        };
        let told =
            |place: &Place| format!("{}{}", place.label, ["", "*"][usize::from(place.current)]);
        let places: Vec<_> = visitor.places().iter().map(told).collect();
        format!("{}: {}", visitor.area(), places.join(" "))
    }

    #[test]
    fn the_navigation_marks_the_page_that_is_shown() {
        let account = "Your account: Profile Security* Sessions";
        assert_eq!(places("/account/security", false), account);
    }

    #[test]
    fn whoever_administers_finds_the_way_there_and_back() {
        let account = "Your account: Profile* Security Sessions Admin";
        assert_eq!(places("/account", true), account);
        let administration = "Administration: Refusals* Your account";
        assert_eq!(places("/admin", true), administration);
    }
}
