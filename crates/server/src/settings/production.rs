//! What staging and production refuse (DESIGN 4).

use countersign_diagnose::Report;
use countersign_verify::{Cause, Environment, Source, Variables};

use super::inputs::Inputs;
use super::layers::effective;
use super::{Mail, Settings, values};

/// Adds what this deployment must not do. Secrets are checked in `secrets`.
pub(super) fn refuse(
    settings: &Settings,
    inputs: &Inputs,
    variables: &Variables,
    problems: &mut Vec<Report>,
) {
    let environment = settings.environment();
    if matches!(environment, Environment::Development | Environment::Test) {
        return;
    }
    let source = |name: &str| {
        let setting = effective(variables, name);
        setting.map_or(Source::Default, |setting| setting.source.clone())
    };
    let place = |name: &str, label: &str| inputs.place(&source(name), name, label);
    // A value that is no URL was refused where it was read; the default has taken its place.
    let refused = effective(variables, "PUBLIC_URL")
        .is_some_and(|setting| values::public_url(setting.value.trim()).is_err());
    if !settings.is_https() && !refused {
        let message = format!("PUBLIC_URL is {} in {environment}", settings.origin());
        problems.push(
            Report::error(Cause::PublicUrlInsecure, message)
                .at(place("PUBLIC_URL", "not https"))
                .fix("Set `PUBLIC_URL=https://…`, the address that browsers use; TLS may end at a proxy."),
        );
    }
    if settings.dev_features {
        let message = format!("DEV_FEATURES is on in {environment}");
        problems.push(
            Report::error(Cause::DevFeaturesInProduction, message)
                .at(place("DEV_FEATURES", "for development only"))
                .fix("Remove `DEV_FEATURES`, or set it to `off`."),
        );
    }
    if settings.mail == Mail::Off && effective(variables, "SMTP_URL").is_none() {
        let message = format!(
            "SMTP_URL is not set in {environment}: nobody could verify an address or reset a password"
        );
        problems.push(Report::error(Cause::MailNotConfigured, message).fix(
            "Set `SMTP_URL=smtps://user:password@host`, or `SMTP_URL=off` to do without mail.",
        ));
    }
}
