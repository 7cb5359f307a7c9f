//! `admin-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::users;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AdminMissing,
    rule: Some(find),
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

/// Rows of users were given, they have roles, and nobody is an administrator.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let said = situation.lines_with("no admin").into_iter().next();
    let rows = users::rows(situation);
    let roles: Vec<String> = rows.iter().filter_map(|row| row.get("role").or_else(|| row.get("is_admin")).or_else(|| row.get("is_superuser"))).map(|role| role.to_string().to_ascii_lowercase()).collect();
    let nobody = !roles.is_empty() && roles.len() == rows.len() && roles.iter().all(|role| !role.contains("admin") && !role.contains("owner") && !role.contains("super") && role != "true");
    let refused = situation.response().filter(|answer| answer.status == 403);
    let wants_admin = refused.is_some_and(|answer| answer.body.to_ascii_lowercase().contains("admin")) || situation.request().is_some_and(|request| request.target.contains("/admin"));
    let message = "nobody has the role of an administrator";
    match (said, refused) {
        (Some((_, spot)), _) => found.push(Finding::new(Cause::AdminMissing, Strength::Likely, message).at(spot, "said here")),
        (None, Some(answer)) if nobody && wants_admin => {
            found.push(Finding::new(Cause::AdminMissing, Strength::Likely, message).at(answer.status_spot(), "refused here").explains(&[Cause::RoleMissing]));
        }
        _ => {}
    }
}
