//! `secret-file-in-git`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretFileInGit,
    rule: Some(find),
    title: "A file with secrets is tracked by git",
    what: "An env file with secrets is part of the repository. Everybody who has or had a clone has the secrets, and taking the file out does not take it out of the history.",
    why: &[
        "The file was committed before it was named in `.gitignore`, which has no effect on files that are tracked already.",
        "`git add .` or `git add -f` took it along.",
        "A sample file was filled in with real values.",
    ],
    fix: Fix {
        summary: "Replace the secrets, then stop tracking the file.",
        steps: &[
            say("Make new secrets for everything that stands in the file; the old ones are known."),
            run("Keep the file, and take it out of the repository.", "git rm --cached backend/.env\necho '.env*' >> .gitignore\necho '!.env.example' >> .gitignore"),
            say("If the repository is or was public, take the file out of its history too."),
        ],
    },
    example: Example::StartUp {
        message: "backend/.env holds secrets and is tracked by git",
        source: "backend/.env",
        line: None,
    },
    standard: Some("ASVS V13.3.1"),
    related: &[Cause::SecretReusedAcrossEnvironments, Cause::SecretPlaceholder, Cause::SecretRotatedStaleSession],
};

/// A log shows that git has an env file.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.tracked_secrets());
}
