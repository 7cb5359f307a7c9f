//! The rows of users, and whether one is of the token's subject.

use super::clock::time_in;
use super::{PresentedToken, Situation};
use crate::contract::canonical;
use crate::evidence::percent::decoded;
use crate::evidence::{DocumentKind, Service, Spot, Symptom, without_secrets};
use serde_json::{Map, Value};

/// One row.
pub(crate) type Row = Map<String, Value>;

/// What looking a subject up among the rows comes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Lookup {
    /// No row is of the subject.
    Absent {
        /// Why it may have been there once, in words.
        deleted: Option<String>,
        /// How many rows there are.
        rows: usize,
    },
    /// A row has the subject as its id, and that is what is looked for.
    ById,
    /// A row is of the subject, by another column than its id.
    ByColumn(String),
    /// A row is of the subject by this claim, and `sub` is in no column.
    ByClaim(&'static str),
}

/// Columns that are ids of rows.
const IDS: &[&str] = &["id", "user_id", "uid", "uuid", "pk", "_id", "local_id"];

/// Claims besides `sub` that tell whose token it is.
const CLAIMS: &[&str] = &[
    "email",
    "id",
    "user_id",
    "userId",
    "uid",
    "preferred_username",
    "username",
];

/// The rows of users.
pub(crate) fn rows(situation: &Situation<'_>) -> Vec<Row> {
    let documents = situation.evidence.of_kind(DocumentKind::Users);
    let mut rows = Vec::new();
    for document in documents {
        let value: Value = serde_json::from_str(&document.text).unwrap_or_default();
        let list = match value {
            Value::Array(list) => list,
            Value::Object(mut members) => {
                match members.remove("users").or_else(|| members.remove("rows")) {
                    Some(Value::Array(list)) => list,
                    Some(_) | None => Vec::new(),
                }
            }
            _ => Vec::new(),
        };
        rows.extend(list.into_iter().filter_map(|row| match row {
            Value::Object(row) => Some(with_plain_names(row)),
            _ => None,
        }));
    }
    rows
}

/// A row with its columns under their names in snake case as well: `EmailConfirmed`, `emailVerified`.
pub(super) fn with_plain_names(mut row: Row) -> Row {
    let plain: Row = row
        .iter()
        .map(|(name, value)| (snake(name), value.clone()))
        .collect();
    for (name, value) in plain {
        if !row.contains_key(&name) {
            row.insert(name, value);
        }
    }
    row
}

fn snake(name: &str) -> String {
    let mut plain = String::with_capacity(name.len() + 4);
    let mut before_is_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && before_is_lower {
            plain.push('_');
        }
        before_is_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        plain.push(c.to_ascii_lowercase());
    }
    plain
}

/// Whether rows of users were given at all, be they none.
pub(crate) fn are_given(situation: &Situation<'_>) -> bool {
    situation
        .evidence
        .of_kind(DocumentKind::Users)
        .next()
        .is_some()
}

/// Each presented token with a subject, looked up among the rows.
pub(crate) fn lookups<'s, 'e>(
    situation: &'s Situation<'e>,
) -> Vec<(&'s PresentedToken<'e>, Lookup)> {
    if !are_given(situation) || !situation.token_may_be_refused() {
        return Vec::new();
    }
    let rows = rows(situation);
    situation
        .judged()
        .filter(|token| {
            token.claim("sub").is_some() || CLAIMS.iter().any(|name| token.claim(name).is_some())
        })
        .map(|token| (token, look_up(token, &rows, situation)))
        .collect()
}

fn look_up(token: &PresentedToken<'_>, rows: &[Row], situation: &Situation<'_>) -> Lookup {
    let sub = token.claim("sub").map(plain);
    if let Some(sub) = &sub {
        let id = without_kind(sub);
        let of_id = |row: &Row| {
            let mut ids = IDS.iter().filter_map(|id| row.get(*id).map(plain));
            ids.any(|of_row| of_row == *sub || Some(of_row.as_str()) == id)
        };
        if rows.iter().any(of_id) {
            return Lookup::ById;
        }
        let column = rows
            .iter()
            .find_map(|row| row.iter().find(|(_, value)| plain(value) == *sub));
        if let Some((column, _)) = column {
            return Lookup::ByColumn(column.clone());
        }
    }
    let by_claim = CLAIMS.iter().find(|name| {
        token.claim(name).map(plain).is_some_and(|value| {
            rows.iter().any(|row| {
                row.values()
                    .any(|of_row| plain(of_row).eq_ignore_ascii_case(&value))
            })
        })
    });
    match by_claim {
        Some(name) => Lookup::ByClaim(name),
        None => Lookup::Absent {
            deleted: deleted(token, rows, situation),
            rows: rows.len(),
        },
    }
}

/// Why the user may have been there once, though no row is of him now.
fn deleted(token: &PresentedToken<'_>, rows: &[Row], situation: &Situation<'_>) -> Option<String> {
    let iat = token.time_claim("iat");
    let created = rows.iter().filter_map(|row| {
        let at = ["created_at", "createdAt", "date_joined", "inserted_at"]
            .iter()
            .find_map(|name| row.get(*name))?;
        at.as_i64().or_else(|| time_in(at.as_str()?))
    });
    if let Some((iat, first)) = iat.zip(created.min())
        && first > iat
    {
        return Some(
            "every row was created after the token: the database was filled anew".to_owned(),
        );
    }
    if removed_by_request(token, situation) {
        return Some("an earlier request removed this very subject".to_owned());
    }
    let words = [
        "reset",
        "deleted",
        "delete from",
        "truncate",
        "drop ",
        "removed",
        "purge",
        "re-creat",
        "recreat",
        "wiped",
        "account deletion",
    ];
    for log in &situation.evidence.logs {
        let line = log.text.lines().find(|line| {
            let line = line.to_ascii_lowercase();
            words.iter().any(|word| line.contains(word))
                && !line.contains("password reset")
                && !line.contains("reset password")
        });
        if line.is_some() {
            return Some("the log speaks of rows being removed".to_owned());
        }
    }
    situation
        .sighting(Symptom::SubjectGone)
        .map(|_| "the issuer itself does not know its subject any more".to_owned())
}

/// Whether a log names a request that removed the subject, in whatever shape of path: `DELETE /users/<sub>`,
/// `POST /admin/users/<sub>/delete`.
fn removed_by_request(token: &PresentedToken<'_>, situation: &Situation<'_>) -> bool {
    let names = ["sub"].iter().chain(CLAIMS);
    let ids: Vec<String> = names
        .filter_map(|name| token.claim(name).map(plain))
        .collect();
    situation.logged.iter().any(|one| {
        let path = decoded(&one.path);
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let at = parts
            .iter()
            .position(|part| ids.iter().any(|id| id == part));
        let is_last = at.is_some_and(|at| at + 1 == parts.len());
        // A number may be that of anything; behind a word for people it is a user's.
        let of_people = at
            .and_then(|at| parts.get(at.checked_sub(1)?))
            .is_some_and(|word| {
                let word = word.to_ascii_lowercase();
                [
                    "user", "account", "member", "customer", "profile", "people", "person",
                    "identit",
                ]
                .iter()
                .any(|known| word.contains(known))
            });
        let verb = parts
            .last()
            .is_some_and(|verb| matches!(*verb, "delete" | "remove" | "destroy" | "purge"));
        let removes = one.method == "DELETE" && is_last || one.method == "POST" && verb;
        let done = matches!(one.status, 200..300 | 302 | 303);
        done && of_people && removes
    })
}

/// A value as it would be compared: numbers and strings alike.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

/// The id behind the word for users, where a subject names its kind as well: `user:88`, `User/88`,
/// `gid://app/User/88`. Programs that sign so take it off again.
fn without_kind(sub: &str) -> Option<&str> {
    let (kind, id) = sub.rsplit_once([':', '/', '#'])?;
    let kind = kind.rsplit(['/', ':']).next()?.to_ascii_lowercase();
    let users = ["user", "users", "account", "accounts", "member", "u"];
    (users.contains(&kind.as_str()) && !id.is_empty()).then_some(id)
}

/// The column that users are looked up by, and where that is said: a setting names one of the rows'
/// (`USER_LOOKUP_FIELD=id`), or a query stands in a setting or in a log beside the subject.
pub(crate) fn column_that_is_read(situation: &Situation<'_>, sub: &str) -> Option<(String, Spot)> {
    let rows = rows(situation);
    let is_column = |name: &str| rows.iter().any(|row| row.contains_key(name));
    let lines = situation
        .verifiers()
        .into_iter()
        .flat_map(Service::settings);
    let mut named = lines.filter_map(|line| {
        let name = canonical(&line.name);
        let ends = [
            "USER_ID_FIELD",
            "USER_FIELD",
            "USER_COLUMN",
            "USER_ID_COLUMN",
        ];
        let query = compared_in(&line.value).filter(|_| name.contains("USER"));
        let column = match query {
            Some(column) => column,
            None if (name.contains("LOOKUP") || ends.iter().any(|end| name.ends_with(end)))
                && !name.contains("CLAIM") =>
            {
                line.value.trim()
            }
            None => return None,
        };
        is_column(column).then(|| (column.to_owned(), line.spot.clone()))
    });
    named.next().or_else(|| {
        let logs = situation.evidence.logs.iter();
        let mut queries = logs.flat_map(|log| {
            let lines = log.text.lines().enumerate();
            lines.filter_map(move |(at, line)| {
                let column = compared_in(line).filter(|_| !sub.is_empty() && line.contains(sub))?;
                let spot = Spot::line(&log.source(), at + 1, without_secrets(line));
                Some((column.to_owned(), spot))
            })
        });
        queries.find(|(column, _)| is_column(column))
    })
}

/// The one column that a query for users compares: `SELECT … FROM users WHERE id = :sub`.
fn compared_in(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let from = lower.find(" from ")?;
    let of_users = lower.get(from + 6..)?.split_whitespace().next()?;
    let of_users = ["user", "account", "member", "customer", "profile"]
        .iter()
        .any(|word| of_users.contains(word));
    let at = lower.find(" where ").filter(|at| of_users && *at > from)? + 7;
    let (column, rest) = text.get(at..)?.split_once('=')?;
    // With a second condition nothing is sure.
    let alone = !rest.to_ascii_lowercase().contains(" or ");
    let column = column
        .rsplit('.')
        .next()?
        .trim()
        .trim_matches(['"', '`', '[', ']', '(']);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (alone && !column.is_empty() && column.chars().all(plain)).then_some(column)
}

/// Whether a column is meant for the subjects of issuers, by its name.
pub(crate) fn is_of_issuers(column: &str) -> bool {
    let column = column.to_ascii_lowercase();
    let parts = [
        "sub", "auth", "provider", "external", "github", "google", "clerk", "supabase", "firebase",
        "keycloak", "identity", "cognito", "oidc", "sso",
    ];
    parts.iter().any(|part| column.contains(part))
}

/// The user's id in a token of the older format: an address in `sub`, and the id in a claim beside it.
pub(crate) fn legacy_id(token: &PresentedToken<'_>) -> Option<String> {
    let address = token.text_claim("sub")?.contains('@');
    let id = ["id", "user_id", "userId", "uid"]
        .iter()
        .find_map(|name| token.claim(name))?;
    address.then(|| plain(id))
}

/// Whether a token that was looked up in vain has its user's id beside `sub`: as the older format does.
pub(crate) fn is_legacy(token: &PresentedToken<'_>, lookup: &Lookup) -> bool {
    legacy_id(token).is_some() && matches!(lookup, Lookup::ByColumn(_) | Lookup::ByClaim(_))
}

#[cfg(test)]
mod tests {
    use super::compared_in;

    #[test]
    fn the_column_of_a_query_for_users_is_read() {
        for (query, column) in [
            ("SELECT * FROM users WHERE id = :sub", Some("id")),
            (
                r#"select 1 from "public"."User" where "public"."User"."id" = $1"#,
                Some("id"),
            ),
            ("SELECT * FROM accounts a WHERE a.ext = ? OR a.id = ?", None),
            ("SELECT * FROM boards WHERE id = 7", None),
        ] {
            assert_eq!(compared_in(query), column, "{query}");
        }
    }
}
