//! `config-value-whitespace`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ConfigValueWhitespace,
    rule: Some(find),
    title: "An expected value carries blanks or a newline",
    what: "A setting that a claim is compared with, such as `AUTH_JWT_ISSUER` or `AUTH_JWT_AUDIENCE`, has a blank or a newline at its beginning or end. Claims are compared character for character, so nothing will ever equal it.",
    why: &[
        "The value was stored with `echo`, or read from a file that ends with a newline.",
        "It was pasted into a web form with a blank after it.",
        "It stands between quotes with a blank inside.",
    ],
    fix: Fix {
        summary: "Write the value without the blank.",
        steps: &[
            run("Find it: the place is in the message or the trace.", "countersign config show"),
            run("Write it again, with `printf` if it comes from a shell.", "printf %s 'https://login.example.org' | fly secrets set AUTH_JWT_ISSUER=-"),
        ],
    },
    example: Example::StartUp {
        message: "AUTH_JWT_ISSUER has blanks or newlines around its value",
        source: "backend/.env",
        line: Some((6, "AUTH_JWT_ISSUER=\"https://login.example.org \"", "\"https://login.example.org \"")),
    },
    standard: Some("RFC 7519, section 2 (StringOrURI)"),
    related: &[Cause::IssMismatch, Cause::AudMismatch, Cause::SecretTrailingNewline, Cause::SettingInvalid],
};

/// A value that is compared has a blank, a line end or something invisible at an edge.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.blanks_around());
}
