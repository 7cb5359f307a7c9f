use super::*;

#[test]
fn user_and_host_are_told_from_the_words_around_them() {
    let spot = Spot::line(&"api.env".into(), 1, "");
    let url = DatabaseUrl::parse("", "api", "postgres://postgres:pw@postgres/x", spot).unwrap();
    assert_eq!(url.user_spot().columns, 11..19);
    let (shown, host) = (&url.spot.shown, url.host_spot().columns);
    assert_eq!(shown.get(host), Some("postgres"));
    assert!(url.host_spot().columns.start > 20, "{shown}");
}

#[test]
fn a_password_among_the_parameters_is_hidden_too() {
    let spot = Spot::line(&"api.env".into(), 1, "");
    let text = "jdbc:postgresql://db:5432/app?user=app&password=hunter2hunter2";
    let url = DatabaseUrl::parse("URL", "api", text, spot).unwrap();
    assert!(url.shown().contains("password=sha256:"), "{}", url.shown());
    assert!(!url.spot.shown.contains("hunter2"));
}
use std::sync::Arc;

fn url(text: &str) -> DatabaseUrl {
    let spot = Spot::line(&Arc::from("a.env"), 1, "");
    DatabaseUrl::parse("DATABASE_URL", "a", text, spot).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn a_url_is_taken_apart_and_shown_without_its_password() {
    let url =
        url("postgresql+asyncpg://app.ref:p%40ss@DB.example.org:6432/shop?sslmode=require&a=b");
    assert_eq!(
        (url.user.as_str(), url.host.as_str(), url.port.as_str()),
        ("app.ref", "db.example.org", "6432")
    );
    assert_eq!(
        (url.database.as_str(), url.driver()),
        ("shop", Some("asyncpg"))
    );
    assert_eq!(url.parameter("sslmode"), Some("require"));
    assert_eq!(url.ends_early, None);
    assert!(!url.shown().contains("p%40ss"), "{}", url.shown());
    assert!(url.is_transaction_pooler());
}

#[test]
fn characters_that_end_a_password_are_found_and_the_host_is_the_one_that_was_meant() {
    for (password, ends) in [
        ("p@ss", Some('@')),
        ("p/ss", Some('/')),
        ("p#ss", Some('#')),
        ("p?ss", Some('?')),
        ("p:ss", Some(':')),
        ("p%ss", Some('%')),
        ("p/s@s", Some('/')),
        ("p%2Fss", None),
        ("plain!$*()-_+=", None),
    ] {
        let url = url(&format!(
            "postgres://app:{password}@db.example.org:5432/shop"
        ));
        assert_eq!(
            (url.ends_early, url.host.as_str()),
            (ends, "db.example.org"),
            "{password}"
        );
        assert_eq!(url.database, "shop", "{password}");
    }
}

#[test]
fn an_at_sign_in_a_parameter_is_no_password() {
    let url = url("postgres://app:pw@db.example.org/shop?application_name=a@b");
    assert_eq!(
        (url.ends_early, url.host.as_str()),
        (None, "db.example.org")
    );
}

#[test]
fn addresses_that_are_no_databases_are_left_alone() {
    for text in ["https://a:b@example.org/", "postgres", "", "redis", "C:\\x"] {
        let spot = Spot::line(&Arc::from("a.env"), 1, "");
        assert!(DatabaseUrl::parse("X", "a", text, spot).is_none(), "{text}");
    }
}
