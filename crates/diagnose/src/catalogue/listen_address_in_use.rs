//! `listen-address-in-use`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ListenAddressInUse,
    rule: None,
    title: "The address is already in use",
    what: "Another program listens on this address and port, most often a server of yours that is still running.",
    why: &[
        "`countersign serve` runs in another terminal, or as a service.",
        "Another program has the same port as its default.",
        "A container publishes the port.",
    ],
    fix: Fix {
        summary: "Stop the other program, or listen on another port.",
        steps: &[
            run("See who it is.", "ss -ltnp 'sport = :8787'"),
            run("Stop it, or take another port; the public URL changes with it.", "countersign serve --listen 127.0.0.1:8788 --public-url http://localhost:8788"),
        ],
    },
    example: Example::StartUp {
        message: "127.0.0.1:8787 is in use by another program",
        source: "LISTEN=127.0.0.1:8787 (default)",
        line: None,
    },
    standard: None,
    related: &[Cause::SettingInvalid, Cause::DataFolderUnwritable],
};
