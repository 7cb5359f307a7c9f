//! Where values come from, and which of them counts.

use super::{good, inputs, refused, source_of};

#[test]
fn sources_count_in_the_order_of_the_design() {
    let all = [
        (0, ".env.test.local", "HASH_QUEUE=2"),
        (0, ".env.local", "HASH_QUEUE=3"),
        (0, ".env.test", "HASH_QUEUE=4"),
        (0, ".env", "HASH_QUEUE=5"),
        (1, ".env.test.local", "HASH_QUEUE=6"),
    ];
    let environment = ("ENVIRONMENT", "test");
    let config = "hash_queue = 7";
    let process = [environment, ("HASH_QUEUE", "1")];
    let with_process = inputs(&process, &all, config);
    assert_eq!(good(&with_process).hashing.queue, 1);
    for skipped in 0..=all.len() {
        let settings = good(&inputs(&[environment], &all[skipped..], config));
        assert_eq!(settings.hashing.queue, skipped + 2, "{skipped}");
    }
    let mut with_option = with_process;
    with_option
        .command_line
        .push(("HASH_QUEUE".into(), "9".into()));
    let settings = good(&with_option);
    assert_eq!(source_of(&settings, "HASH_QUEUE"), "9 <- command line");
}

#[test]
fn files_of_other_environments_are_not_read() {
    let files = [
        (0, ".env.production", "HASH_QUEUE=1"),
        (0, ".env.development", "HASH_QUEUE=2"),
    ];
    let settings = good(&inputs(&[], &files, ""));
    assert_eq!(
        source_of(&settings, "HASH_QUEUE"),
        "2 <- .env.development:1"
    );
}

#[test]
fn a_blank_value_counts_as_unset() {
    let settings = good(&inputs(
        &[("HASH_QUEUE", " ")],
        &[(0, ".env", "HASH_QUEUE=5")],
        "",
    ));
    assert_eq!(settings.hashing.queue, 5);
}

#[test]
fn a_broken_env_file_is_named_with_its_line() {
    let (slugs, text) = refused(&inputs(
        &[],
        &[(0, ".env.local", "A=1\nJWT_SECRET=\"hunter2\n")],
        "",
    ));
    assert_eq!(slugs, ["env-file-malformed"]);
    assert!(
        text.contains(".env.local:2") && !text.contains("hunter2"),
        "{text}"
    );
}

#[test]
fn values_expand_from_the_process_environment() {
    let files = [(
        0,
        ".env",
        "PUBLIC_URL=http://localhost:${PORT}\nLISTEN=127.0.0.1:${PORT}",
    )];
    let settings = good(&inputs(&[("PORT", "9000")], &files, ""));
    assert_eq!(settings.origin(), "http://localhost:9000");
    assert_eq!(settings.listen.port(), 9000);
}
