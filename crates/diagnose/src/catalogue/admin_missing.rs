//! `admin-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AdminMissing,
    rule: None,
    title: "There is no administrator",
    what: "There are accounts, and none of them has the role `admin`. People can sign in, and nobody can look after them but whoever has the command line of the server.",
    why: &[
        "People registered before the link of the first start was used. It works once, for 24 hours, and each start prints a new one.",
        "The only administrator was deleted, or lost the role.",
        "The server looks at another database than the one in which the administrator was made.",
        "The accounts came by an import or from a front end, which give nobody a role.",
    ],
    fix: Fix {
        summary: "Give an account the role `admin`.",
        steps: &[
            run("Give it to an account that there is.", "countersign user set-role ada@example.org admin"),
            run("Or make one. The password is asked for.", "countersign user create --email ada@example.org --role admin"),
            say("Or open the link that the server prints at its start."),
            run("If there should be one already, see which database the settings lead to.", "countersign config show"),
        ],
    },
    example: Example::StartUp {
        message: "no account has the role admin, and there are accounts already",
        source: "sqlite:data/countersign.db",
        line: None,
    },
    standard: None,
    related: &[Cause::RoleMissing],
};
