//! From inputs to settings: a pure function.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::PathBuf;

use countersign_diagnose::Report;
use countersign_verify::{Cause, Environment, Source};
use url::Url;
use zeroize::Zeroizing;

use super::contradictions;
use super::inputs::Inputs;
use super::layers::{Detected, stack};
use super::reader::Reader;
use super::{
    Hashing, LogFormat, Logging, Mail, Sessions, Settings, Signing, TokenSources, Tokens,
    config_file, defaults, production, secrets, trusted_issuer, values,
};
use crate::mail::SmtpUrl;

/// Checks everything and reports all that is wrong at once.
///
/// # Errors
/// Every problem of the settings, each with its cause, place and fix.
pub fn resolve(inputs: &Inputs) -> Result<Settings, Vec<Report>> {
    let mut problems = Vec::new();
    let config = match inputs.config.as_ref().map(config_file::parse) {
        None => config_file::ConfigFile::default(),
        Some(Ok(config)) => config,
        Some(Err(reports)) => {
            problems.extend(reports);
            config_file::ConfigFile::default()
        }
    };
    let (variables, detected) = stack(inputs, &config, &mut problems);
    let mut reader = Reader {
        inputs,
        variables: &variables,
        problems,
    };
    let settings = read(&mut reader, detected, &config);
    let mut problems = reader.problems;
    match settings {
        Some(mut settings) => {
            production::refuse(&settings, inputs, &variables, &mut problems);
            secrets::check(&mut settings, inputs, &variables, &mut problems);
            let contradictions = contradictions::warnings(inputs, &variables);
            settings.warnings.extend(contradictions);
            if problems.is_empty() {
                Ok(settings)
            } else {
                Err(once(problems))
            }
        }
        None => Err(once(problems)),
    }
}

/// One message for one problem, although several checks may meet it.
fn once(problems: Vec<Report>) -> Vec<Report> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for report in problems {
        if seen.insert(report.json().to_string()) {
            kept.push(report);
        }
    }
    kept
}

fn read(
    reader: &mut Reader<'_>,
    detected: Option<Detected>,
    config: &config_file::ConfigFile,
) -> Option<Settings> {
    let environment = detected.as_ref().map(|detected| detected.environment);
    let lenient = matches!(
        environment,
        Some(Environment::Development | Environment::Test)
    );
    let listen = reader.read("LISTEN", defaults::LISTEN, values::listen);
    let public_url = reader
        .optional("PUBLIC_URL", values::public_url)
        .or_else(|| defaults::public_url(listen));
    let data_dir = reader.read("DATA_DIR", PathBuf::from(defaults::DATA_DIR), |text| {
        Ok(PathBuf::from(text))
    });
    // Component by component, so that `./data` leaves no dot in what is shown.
    let data_dir = reader.inputs.working_directory.join(data_dir);
    let data_dir: PathBuf = data_dir.components().collect();
    let database_url = database_url(reader, &data_dir);
    let tokens = tokens(reader);
    let sessions = sessions(reader);
    let redis_url = reader.optional("REDIS_URL", redis_url);
    let signing = reader.read("SIGNING", Signing::Secret, signing);
    let verified_email_required = reader.read("EMAIL_VERIFICATION", true, |text| {
        values::choice(text, &[("required", true), ("optional", false)])
    });
    let cors_origins = reader.read("CORS_ORIGINS", Vec::new(), values::origins);
    let trusted_proxies = reader.read("TRUSTED_PROXIES", Vec::new(), values::networks);
    let mail = reader.read(
        "SMTP_URL",
        if lenient { Mail::Kept } else { Mail::Off },
        mail,
    );
    let dev_features = reader.read("DEV_FEATURES", lenient, values::switch);
    let mail_from = mail_from(reader, public_url.as_ref());
    let secrets = secrets::read(reader, environment.unwrap_or(Environment::Development));
    let trusted_issuers = trusted_issuer::read(reader, config, environment, &secrets);
    let hashing = hashing(reader);
    let logging = logging(reader);
    let shown = reader.shown(public_url.as_ref());
    Some(Settings {
        detected: detected?,
        public_url: public_url?,
        listen,
        data_dir,
        database_url,
        redis_url,
        signing,
        secrets,
        tokens,
        sessions,
        verified_email_required,
        cors_origins,
        trusted_proxies,
        mail,
        mail_from,
        dev_features,
        hashing,
        logging,
        trusted_issuers,
        shown,
        warnings: Vec::new(),
    })
}

fn database_url(reader: &mut Reader<'_>, data_dir: &std::path::Path) -> Zeroizing<String> {
    // What the URL means is the store's to say; here is only what kind it is.
    let given = reader.optional("DATABASE_URL", |text| {
        let known = [
            "postgres:",
            "postgresql:",
            "postgresql+",
            "postgres+",
            "sqlite:",
        ];
        if known.iter().any(|scheme| text.starts_with(scheme)) {
            Ok(Zeroizing::new(text.to_owned()))
        } else {
            Err("`postgres://user:password@host/database`, or `sqlite:path/to/file.db`".into())
        }
    });
    let file = data_dir.join("countersign.db");
    given.unwrap_or_else(|| Zeroizing::new(format!("sqlite:{}", file.display())))
}

fn tokens(reader: &mut Reader<'_>) -> Tokens {
    let source = |name| {
        let setting = reader.setting(name);
        setting.map_or(Source::Default, |setting| setting.source.clone())
    };
    let sources = TokenSources {
        issuer: source("AUTH_JWT_ISSUER"),
        audience: source("AUTH_JWT_AUDIENCE"),
        access_ttl: source("ACCESS_TOKEN_TTL"),
    };
    Tokens {
        issuer: reader.exact("AUTH_JWT_ISSUER"),
        audience: reader.exact("AUTH_JWT_AUDIENCE"),
        leeway: reader.read("AUTH_JWT_LEEWAY", defaults::LEEWAY, values::leeway),
        accept_legacy: reader.read("AUTH_JWT_LEGACY", false, values::switch),
        access_ttl: reader.read("ACCESS_TOKEN_TTL", defaults::ACCESS_TTL, values::life),
        refresh_ttl: reader.read("REFRESH_TOKEN_TTL", defaults::REFRESH_TTL, values::life),
        sources,
    }
}

fn sessions(reader: &mut Reader<'_>) -> Sessions {
    let sessions = Sessions {
        idle: reader.read("SESSION_IDLE_TTL", defaults::IDLE, values::life),
        absolute: reader.read("SESSION_ABSOLUTE_TTL", defaults::ABSOLUTE, values::life),
        limit: reader.read("SESSION_LIMIT", defaults::SESSION_LIMIT, |text| {
            values::number(text, 1, 1000)
        }),
    };
    if sessions.idle > sessions.absolute {
        let message =
            "SESSION_IDLE_TTL is longer than SESSION_ABSOLUTE_TTL, so it would never count";
        let report = Report::error(Cause::SettingInvalid, message);
        let report = match reader
            .setting("SESSION_IDLE_TTL")
            .or(reader.setting("SESSION_ABSOLUTE_TTL"))
        {
            Some(setting) => {
                let place = reader.inputs.place(&setting.source, "SESSION_IDLE_TTL", "");
                report.at(place)
            }
            None => report,
        };
        reader
            .problems
            .push(report.fix("Make the idle life the shorter one."));
    }
    sessions
}

fn hashing(reader: &mut Reader<'_>) -> Hashing {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    Hashing {
        threads: reader.read("HASH_THREADS", threads, |text| values::number(text, 1, 256)),
        queue: reader.read("HASH_QUEUE", defaults::HASH_QUEUE, |text| {
            values::number(text, 1, 100_000)
        }),
        wait: reader.read("HASH_WAIT", defaults::HASH_WAIT, |text| {
            values::milliseconds(text, 50, 60_000)
        }),
    }
}

fn logging(reader: &mut Reader<'_>) -> Logging {
    Logging {
        format: reader.read("LOG_FORMAT", LogFormat::Text, |text| {
            values::choice(
                text,
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
            )
        }),
        level: reader.read("LOG_LEVEL", "info".to_owned(), log_level),
    }
}

fn signing(text: &str) -> Result<Signing, String> {
    values::choice(
        text,
        &[
            ("secret", Signing::Secret),
            ("asymmetric", Signing::EdDsa),
            ("eddsa", Signing::EdDsa),
            ("es256", Signing::Es256),
        ],
    )
}

fn redis_url(text: &str) -> Result<Zeroizing<String>, String> {
    if ["redis://", "rediss://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
    {
        Ok(Zeroizing::new(text.to_owned()))
    } else {
        Err("`redis://host:6379` or `rediss://…` (TLS)".into())
    }
}

fn mail(text: &str) -> Result<Mail, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(Mail::Off);
    }
    SmtpUrl::parse(text).map(Mail::Smtp)
}

fn mail_from(reader: &mut Reader<'_>, public_url: Option<&Url>) -> String {
    let host = public_url.and_then(Url::domain).unwrap_or("localhost");
    let default = format!("Countersign <countersign@{host}>");
    reader.read("MAIL_FROM", default, |text| {
        let parsed = text.parse::<lettre::message::Mailbox>();
        parsed
            .map(|_| text.to_owned())
            .map_err(|_| "an address, with or without a name: `Example <auth@example.com>`".into())
    })
}

fn log_level(text: &str) -> Result<String, String> {
    let parsed = tracing_subscriber::EnvFilter::try_new(text);
    let plain = text
        .split(',')
        .all(|part| part.contains('=') || is_level(part));
    match parsed {
        Ok(_) if plain => Ok(text.to_owned()),
        _ => Err(
            "`error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,hyper=debug`"
                .into(),
        ),
    }
}

fn is_level(text: &str) -> bool {
    ["error", "warn", "info", "debug", "trace", "off"].contains(&text.trim())
}
