//! `env-file-malformed`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvFileMalformed,
    rule: Some(find),
    title: "The env file cannot be read",
    what: "A line of the file is neither empty, nor a comment, nor `NAME=value`; or a quote is not closed; or a reference `${NAME}` leads nowhere. Loaders are lenient here, each in its own way, which is how two services come to different values. So it is an error.",
    why: &[
        "A quote was opened and not closed.",
        "A value of several lines (a PEM key) stands there without quotes.",
        "The file is a shell script, with commands in it.",
        "A merge left its marks (`<<<<<<<`).",
    ],
    fix: Fix {
        summary: "Mend the line that the message shows.",
        steps: &[
            run("Put values with blanks, `#` or several lines between double quotes, values with `$` between single quotes.", "PRIVATE_KEY=\"-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\""),
            run("Check the file again.", "countersign config check"),
        ],
    },
    example: Example::StartUp {
        message: "the value of JWT_SECRET begins with a quote that is not closed",
        source: "backend/.env.local",
        line: Some((3, "JWT_SECRET=\"sha256:1f0c22ab", "\"")),
    },
    standard: None,
    related: &[Cause::EnvKeyDuplicated, Cause::EnvVarNotExpanded, Cause::EnvCommentTruncated, Cause::EnvQuotesLiteral],
};

/// A line that the file's loader cannot read.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.unreadable_env_files());
}
