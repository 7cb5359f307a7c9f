//! `pem-damaged-in-env`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::PemDamagedInEnv,
    rule: Some(find),
    title: "The PEM key was damaged on its way through the environment",
    what: "A PEM key is text of several lines, and most places that hold a variable expect one. Its line breaks became `\\n` as two characters, or blanks, or nothing; or the quotes of the file became a part of it. A library then says that the key is invalid, or that no start line was found. Countersign says which of these it was, and never repairs it in silence: the next program would not.",
    why: &[
        "The key was pasted into a `.env` file with `\\n`, and the loader does not read escapes.",
        "The panel of a host, or a secret store, made one line of it.",
        "`export KEY=$(cat key.pem)` was written without quotes, so that the shell made blanks of the breaks.",
        "A compose file or a YAML block indented it.",
    ],
    fix: Fix {
        summary: "Keep the key in a file and give its path, or give the variable the whole text with real line breaks.",
        steps: &[
            run("In a shell, quote it.", "export JWT_PUBLIC_KEY=\"$(cat key.pem)\""),
            run("In a `.env` file, put it in double quotes with the line breaks as they are.", "JWT_PUBLIC_KEY=\"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA…\n-----END PUBLIC KEY-----\""),
            say("Where only one line fits, store it in base64 and decode it in the program; or give a JWK, which is one line by nature."),
            run("Check it.", "openssl pkey -pubin -in key.pem -noout -text"),
        ],
    },
    example: Example::StartUp {
        message: "the PEM has \\n written out in place of line breaks",
        source: "backend/.env",
        line: None,
    },
    standard: Some("RFC 7468, sections 2 and 3"),
    related: &[Cause::KeyUnusable, Cause::EnvQuotesLiteral, Cause::KeyPointInvalid],
};

/// A PEM key in a setting is not one as its loader reads it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.damaged_pems());
}
