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

impl Visitor {
    /// The navigation of the signed-in.
    pub(super) fn places(&self) -> [Place; 3] {
        [
            ("/account", "Profile"),
            ("/account/security", "Security"),
            ("/account/sessions", "Sessions"),
        ]
        .map(|(href, label)| Place {
            href,
            label,
            current: href == self.here,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_navigation_marks_the_page_that_is_shown() {
        let visitor = Visitor {
            email: String::new(),
            csrf: String::new(),
            here: "/account/security",
        };
        let current: Vec<_> = visitor.places().iter().map(|place| place.current).collect();
        assert_eq!(current, [false, true, false]);
    }
}
