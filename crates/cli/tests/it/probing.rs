//! `countersign doctor --url` against a server of ours that runs.

use std::fs;

use crate::support::{Countersign, Serving, folder};

const SIGNING: &str = "Zk3w9QtLx7VbN2mR8sYc5HdPfG4uJ6aT";
const SYNC: &str = "pQ8vLm2Xz5Rt9WcYb3Ks7NdHf6GjTa4E";
const OTHER: &str = "Hf6GjTa4EpQ8vLm2Xz5Rt9WcYb3Ks7Nd";

/// What the doctor says of a running server to somebody with these settings.
fn asked(server: &Serving, signing: &str, sync: &str) -> crate::support::command::Ended {
    let folder = folder();
    let settings = format!("JWT_SECRET={signing}\nAUTH_SYNC_SECRET={sync}\n");
    fs::write(folder.path().join("backend.env"), settings).unwrap();
    let url = format!("http://{}", server.address);
    let ended = Countersign::new(folder.path(), ["doctor", ".", "--url", &url]).run();
    for secret in [SIGNING, SYNC, OTHER] {
        assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret));
    }
    ended
}

#[test]
fn the_secrets_of_a_running_server_are_compared_without_being_shown() {
    let data = folder();
    let secrets = [("JWT_SECRET", SIGNING), ("AUTH_SYNC_SECRET", SYNC)];
    let server = Serving::start_with(data.path(), &[], &secrets);
    let same = asked(&server, SIGNING, SYNC);
    assert_eq!(same.code, 0, "{same:?}");
    assert!(!same.stdout.contains("I don't know"), "{same:?}");
    let other_signing = asked(&server, OTHER, SYNC);
    assert_eq!(other_signing.code, 1);
    for said in ["error[CSN3002]", "doctor . --url http://"] {
        assert!(other_signing.stdout.contains(said), "{other_signing:?}");
    }
    let other_sync = asked(&server, SIGNING, OTHER);
    assert_eq!(other_sync.code, 1);
    assert!(
        other_sync.stdout.contains("error[CSN3017]"),
        "{other_sync:?}"
    );
}
