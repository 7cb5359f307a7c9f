//! Tests of the chain: order, provenance, separation of environments.

use super::*;

fn variables(pairs: &[(&str, &str)]) -> Variables {
    let mut variables = Variables::default();
    variables.insert_layer(pairs.iter().enumerate().map(|(place, (name, value))| {
        let source = Source::EnvFile {
            path: ".env".to_owned(),
            line: place + 1,
        };
        ((*name).to_owned(), Setting::new(*value, source))
    }));
    variables
}

fn found(environment: Environment, pairs: &[(&str, &str)]) -> Option<(String, String)> {
    let resolved = signing_secret(environment, &variables(pairs)).unwrap()?;
    Some((
        resolved.name,
        String::from_utf8(resolved.secret.expose().to_vec()).unwrap(),
    ))
}

#[test]
fn the_first_name_of_the_chain_that_is_set_counts() {
    let all = [
        ("AUTH_SECRET", "4"),
        ("JWT_SECRET", "3"),
        ("JWT_SECRET_KEY", "2"),
        ("JWT_SECRET_STAGING", "1"),
    ];
    for (kept, name, value) in [
        (4, "JWT_SECRET_STAGING", "1"),
        (3, "JWT_SECRET_KEY", "2"),
        (2, "JWT_SECRET", "3"),
        (1, "AUTH_SECRET", "4"),
    ] {
        let expected = Some((name.to_owned(), value.to_owned()));
        assert_eq!(found(Environment::Staging, &all[..kept]), expected);
    }
    assert_eq!(found(Environment::Staging, &[]), None);
}

#[test]
fn another_environments_name_never_counts() {
    // Field report 001: one service read JWT_SECRET_STAGING, the other JWT_SECRET_KEY alone.
    let set = [
        ("JWT_SECRET_STAGING", "staging"),
        ("JWT_SECRET_PRODUCTION", "production"),
    ];
    assert_eq!(found(Environment::Staging, &set).unwrap().1, "staging");
    assert_eq!(
        found(Environment::Production, &set).unwrap().1,
        "production"
    );
    assert_eq!(found(Environment::Development, &set), None);
    let others = other_environments(Environment::Staging, &variables(&set));
    assert_eq!(others.len(), 1);
    assert_eq!(
        (others[0].environment, others[0].name.as_str()),
        (Environment::Production, "JWT_SECRET_PRODUCTION")
    );
}

#[test]
fn names_that_lost_are_told_with_place_and_shown_nowhere() {
    let set = [
        ("JWT_SECRET_KEY", "one"),
        ("JWT_SECRET", "one"),
        ("AUTH_SECRET", "two"),
    ];
    let resolved = signing_secret(Environment::Test, &variables(&set))
        .unwrap()
        .unwrap();
    assert_eq!(resolved.lost.len(), 1, "equal values lose nothing");
    let lost = &resolved.lost[0];
    assert_eq!(
        (lost.name.as_str(), lost.source.to_string().as_str()),
        ("AUTH_SECRET", ".env:3")
    );
    assert_eq!(lost.secret.expose(), b"two");
    assert!(!format!("{resolved:?}").contains("two"));
}

#[test]
fn an_empty_value_counts_as_unset_and_is_reported() {
    let set = [
        ("JWT_SECRET_TEST", ""),
        ("JWT_SECRET_KEY", " \n"),
        ("JWT_SECRET", "real"),
    ];
    assert_eq!(found(Environment::Test, &set).unwrap().0, "JWT_SECRET");
    let empty = empty_values(Environment::Test, &variables(&set));
    assert_eq!(
        empty.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(),
        ["JWT_SECRET_TEST", "JWT_SECRET_KEY"]
    );
}

#[test]
fn an_empty_value_does_not_hide_the_next_layer() {
    let mut layers = Variables::default();
    layers.insert_layer([("JWT_SECRET".to_owned(), Setting::new("", Source::Process))]);
    layers.insert_layer([(
        "JWT_SECRET".to_owned(),
        Setting::new("file", Source::CommandLine),
    )]);
    let resolved = signing_secret(Environment::Test, &layers).unwrap().unwrap();
    assert_eq!(resolved.source, Source::CommandLine);
}

#[test]
fn references_that_nothing_expanded_are_refused() {
    for value in [
        "${SHARED}",
        "$(openssl rand -base64 32)",
        "`openssl rand`",
        "'${SHARED}'",
    ] {
        let error =
            signing_secret(Environment::Test, &variables(&[("JWT_SECRET", value)])).unwrap_err();
        assert_eq!(error.name, "JWT_SECRET");
        assert!(!error.to_string().contains("openssl"), "{error}");
    }
    assert!(found(Environment::Test, &[("JWT_SECRET", "a${b}c")]).is_some());
}

#[test]
fn oddities_are_told_and_the_value_is_left_alone() {
    let resolved = |value| {
        signing_secret(Environment::Test, &variables(&[("JWT_SECRET", value)]))
            .unwrap()
            .unwrap()
    };
    assert_eq!(resolved("abc").oddities, []);
    assert_eq!(resolved("abc\n").oddities, [Oddity::BlanksAround]);
    assert_eq!(resolved("\"abc\"").oddities, [Oddity::QuotesAround]);
    assert_eq!(
        resolved(" 'abc' ").oddities,
        [Oddity::BlanksAround, Oddity::QuotesAround]
    );
    assert_eq!(resolved("abc\n").secret.expose(), b"abc\n");
}

#[test]
fn reuse_across_environments_and_purposes_is_found() {
    let set = [
        ("JWT_SECRET", "one"),
        ("JWT_SECRET_STAGING", "one"),
        ("JWT_SECRET_TEST", "two"),
        ("AUTH_SYNC_SECRET", "one"),
        ("AUTH_SYNC_SECRET_STAGING", "one"),
    ];
    let found = reuse(Environment::Production, &variables(&set)).unwrap();
    let pairs: Vec<_> = found
        .iter()
        .map(|r| (r.cause, r.name.as_str(), r.same_as.as_str()))
        .collect();
    assert_eq!(
        pairs,
        [
            (
                Cause::SecretReusedAcrossEnvironments,
                "JWT_SECRET",
                "JWT_SECRET_STAGING"
            ),
            (
                Cause::SecretReusedAcrossEnvironments,
                "AUTH_SYNC_SECRET",
                "AUTH_SYNC_SECRET_STAGING"
            ),
            (
                Cause::SecretReusedAcrossPurposes,
                "JWT_SECRET",
                "AUTH_SYNC_SECRET"
            ),
        ]
    );
    assert_eq!(
        reuse(
            Environment::Production,
            &variables(&[("JWT_SECRET", "one")])
        )
        .unwrap(),
        []
    );
}
