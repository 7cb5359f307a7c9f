//! What `serve` prints at its start.

use std::fmt::Write as _;
use std::net::SocketAddr;

use countersign_diagnose::{Report, Style};
use countersign_verify::Source;

use super::kept_keys::KeptKeys;
use crate::App;
use crate::settings::{Detected, Shown, Signing};

/// What there is to tell about a start. It holds the link to make the first admin: print it where
/// the operator reads, and nowhere else.
#[derive(Clone)]
pub struct Summary {
    /// The address that is listened on.
    pub listen: Option<SocketAddr>,
    /// The address that browsers use.
    pub public_url: String,
    /// The environment, and why.
    pub detected: Detected,
    /// The database, without its password.
    pub database: String,
    /// Migrations that were applied now.
    pub migrations: usize,
    /// What signs tokens.
    pub signing: String,
    /// A one-time link to make the first admin, while there is none.
    pub setup_link: Option<String>,
    /// Where kept mail is shown.
    pub mail_page: Option<String>,
    /// Every setting, and where it came from.
    pub settings: Vec<Shown>,
    /// What is not wrong yet.
    pub warnings: Vec<Report>,
    /// How long the start took, in microseconds.
    pub micros: i64,
}

impl Summary {
    pub(super) fn of(
        app: &App,
        listen: Option<SocketAddr>,
        keys: &KeptKeys,
        setup_link: Option<String>,
    ) -> Self {
        let settings = app.settings();
        let mut warnings = settings.warnings.clone();
        warnings.extend(keys.warnings.iter().cloned());
        Self {
            listen,
            public_url: app.public_url().to_owned(),
            detected: settings.detected.clone(),
            database: app.store().address().to_owned(),
            migrations: 0,
            signing: signing(app, keys),
            setup_link,
            mail_page: app
                .has_mail_page()
                .then(|| format!("{}/dev/mail", app.public_url())),
            settings: settings.shown.clone(),
            warnings,
            micros: 0,
        }
    }

    /// The summary for people, in lines of about `width` columns.
    #[must_use]
    pub fn human(&self, style: Style, width: usize) -> String {
        let mut out = String::new();
        for warning in &self.warnings {
            let _ = writeln!(out, "{}", warning.human(style, width));
        }
        let bold = |text: &str| match style {
            Style::Ansi => format!("\x1b[1m{text}\x1b[0m"),
            Style::Plain => text.to_owned(),
        };
        let version = env!("CARGO_PKG_VERSION");
        let title = format!("Countersign {version} at {}", self.public_url);
        let _ = writeln!(out, "{}\n", bold(&title));
        for (label, text) in self.facts() {
            let _ = writeln!(out, "  {label:<12} {text}");
        }
        let _ = writeln!(out, "\n  {}", bold("settings"));
        out.push_str(&self.table(width));
        let _ = writeln!(
            out,
            "\n  ready in {} ms; Ctrl-C stops it",
            self.micros.max(0) / 1000
        );
        out
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let listen = self
            .listen
            .map_or_else(String::new, |address| address.to_string());
        let environment = format!("{}: {}", self.detected.environment, self.detected.why);
        let database = match self.migrations {
            0 => self.database.clone(),
            1 => format!("{} (1 migration applied)", self.database),
            some => format!("{} ({some} migrations applied)", self.database),
        };
        let mut facts = vec![
            ("listens on", listen),
            ("environment", environment),
            ("database", database),
            ("tokens", self.signing.clone()),
        ];
        if let Some(page) = &self.mail_page {
            facts.push(("mail", format!("kept, and shown at {page}")));
        }
        if let Some(link) = &self.setup_link {
            facts.push(("first admin", format!("open {link} once, within 24 hours")));
        }
        facts
    }

    /// Name, value, source; what somebody set comes first.
    fn table(&self, width: usize) -> String {
        let default = Source::Default.to_string();
        let (defaults, set): (Vec<_>, Vec<_>) = self
            .settings
            .iter()
            .partition(|shown| shown.source == default);
        let rows: Vec<_> = set.into_iter().chain(defaults).collect();
        let widest = |column: fn(&Shown) -> &str| {
            rows.iter()
                .map(|row| column(row).chars().count())
                .max()
                .unwrap_or(0)
        };
        let name = widest(|row| row.name);
        let value = widest(|row| &row.value).min(width.saturating_sub(name + 30).max(24));
        let mut out = String::new();
        for row in rows {
            let (shown, source) = (&row.value, &row.source);
            let _ = writeln!(out, "  {:<name$}  {shown:<value$}  {source}", row.name);
        }
        out
    }
}

impl std::fmt::Debug for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Summary")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// What signs, and which values of the chain lost to it.
fn signing(app: &App, keys: &KeptKeys) -> String {
    let alg = app.signing_alg().as_str();
    let Some((name, secret)) = keys
        .signing
        .as_ref()
        .filter(|_| app.settings().signing == Signing::Secret)
    else {
        return format!("{alg}, with a key pair kept in the database");
    };
    let given = app.settings().secrets.signing.as_ref();
    let source = keys.signing_file.as_ref().map_or_else(
        || given.map_or_else(String::new, |given| given.source.to_string()),
        |path| format!("made once, kept in {}", path.display()),
    );
    let lost: Vec<_> = given
        .into_iter()
        .flat_map(|given| &given.lost)
        .map(|lost| format!("{} {} ({}) lost", lost.name, lost.fingerprint, lost.source))
        .collect();
    let lost = if lost.is_empty() {
        String::new()
    } else {
        format!("; {}", lost.join(", "))
    };
    format!(
        "{alg}, with {name} {} ({source}){lost}",
        secret.fingerprint()
    )
}
