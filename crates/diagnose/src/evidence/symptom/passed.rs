//! Messages of what is over: a first try that came too early, a health check without a user.

use super::super::Evidence;
use super::{Sighting, Symptom};
use crate::situation::time_in;

/// Words of a program that has got what it could not get before.
const REACHED: &[&str] = &[
    "connected to",
    "connection established",
    "connection successful",
    "connected successfully",
    "database connected",
    "db connected",
    "redis connected",
    "start completed",
    "startup complete",
    "is ready",
    "reconnected",
    "successfully connected",
];

/// Takes out the messages of which the same log shows later that they are over.
pub(super) fn take_out(found: &mut Vec<Sighting>, evidence: &Evidence) {
    let answers = || {
        evidence
            .failing
            .iter()
            .filter_map(|one| one.response.as_ref())
    };
    let refused = answers().any(|answer| answer.status >= 400);
    let well = !refused && answers().next().is_some();
    for log in &evidence.logs {
        let last = |wanted: &dyn Fn(&str) -> bool| {
            let mut lines = log.text.lines().enumerate();
            let found = lines
                .by_ref()
                .filter(|(_, line)| wanted(&line.to_ascii_lowercase()));
            found.last().map_or(0, |(at, _)| at + 1)
        };
        let reached = last(&|line| REACHED.iter().any(|words| line.contains(words)));
        let answered = last(&|line| {
            [" 200", "=200", ":200"]
                .iter()
                .any(|status| line.contains(status))
        });
        let own = |seen: &Sighting| *seen.spot.source == log.name;
        // A message that comes again later is not over.
        let latest = |symptom: Symptom| {
            let of_class = found
                .iter()
                .filter(|seen| own(seen) && seen.symptom == symptom);
            of_class.map(|seen| seen.spot.line).max().unwrap_or(0)
        };
        let over: Vec<Symptom> = [
            Symptom::DatabaseConnectionRefused,
            Symptom::DatabaseHostUnknown,
            Symptom::RedisFailed,
        ]
        .into_iter()
        .filter(|symptom| !refused && reached > latest(*symptom))
        .filter(|symptom| !is_earlier(&log.text, reached, latest(*symptom)))
        .collect();
        found.retain(|seen| {
            let first_try = over.contains(&seen.symptom);
            // `pg_isready` without a user asks as the user of the operating system.
            let classes = [
                Symptom::DatabaseCredentialsRefused,
                Symptom::DatabaseMissing,
            ];
            let health_check = classes.contains(&seen.symptom)
                && seen.text.contains("\"root\" does not exist")
                && (well || !refused && answered > seen.spot.line);
            // A loader that finds no file, or a line that it cannot read, goes on without it.
            let spared = matches!(
                seen.symptom,
                Symptom::EnvFileAbsent | Symptom::EnvFileUnreadable
            ) && (well || !refused && answered > seen.spot.line);
            // An unknown key makes a verifier fetch the set again; the request went well with it.
            let fetched = well && seen.symptom == Symptom::KeyUnknown && answered > seen.spot.line;
            let elsewhere = well && is_of_a_neighbour(seen, &log.text, evidence);
            !own(seen) || !(first_try || health_check || spared || fetched || elsewhere)
        });
    }
}

/// Whether one line is of an earlier time than another: the lines of several containers stand in no order.
fn is_earlier(log: &str, one: usize, other: usize) -> bool {
    let time = |line: usize| time_in(log.lines().nth(line.checked_sub(1)?)?);
    time(one)
        .zip(time(other))
        .is_some_and(|(one, other)| one < other)
}

/// Whether another container wrote the message, and the one that answers goes on well: a mail that was not sent
/// matters to a request for one alone.
fn is_of_a_neighbour(seen: &Sighting, log: &str, evidence: &Evidence) -> bool {
    let wants_mail = evidence.failing.iter().any(|one| {
        let target = one.request.as_ref().map_or("", |request| request.path());
        let target = target.to_ascii_lowercase();
        let words = [
            "sign", "register", "forgot", "reset", "verif", "confirm", "invit", "magic", "otp",
            "mail", "password",
        ];
        words.iter().any(|word| target.contains(word))
    });
    let container = |line: &str| {
        let (name, _) = line.split_once(" | ")?;
        let name = name.trim();
        (!name.is_empty() && !name.contains(' ')).then(|| name.to_owned())
    };
    let mut lines = log.lines().skip(seen.spot.line.saturating_sub(1));
    let writer = lines.next().and_then(container);
    let infrastructure = matches!(
        seen.symptom,
        Symptom::SmtpFailed
            | Symptom::RedisFailed
            | Symptom::DatabaseConnectionRefused
            | Symptom::DatabaseCredentialsRefused
    );
    infrastructure
        && !wants_mail
        && writer.is_some_and(|writer| {
            lines.any(|line| {
                line.contains(" 200") && container(line).is_some_and(|other| other != writer)
            })
        })
}

#[cfg(test)]
mod tests {
    use crate::evidence::{Document, Evidence, Symptom};

    fn seen(log: &str) -> Vec<Symptom> {
        let evidence = Evidence::read(vec![Document::new("log.txt", log)]);
        evidence.sightings.iter().map(|seen| seen.symptom).collect()
    }

    #[test]
    fn a_first_try_counts_as_long_as_nothing_was_reached_after_the_last() {
        let refused = "Error: connect ECONNREFUSED 172.18.0.2:5432\n";
        let class = Symptom::DatabaseConnectionRefused;
        assert_eq!(seen(refused), [class]);
        assert!(seen(&format!("{refused}connected to database app\n")).is_empty());
        assert_eq!(
            seen(&format!("{refused}connected to database app\n{refused}")),
            [class, class]
        );
        let unknown = "api-1 | 2027-10-06T03:06:07Z dial tcp: lookup postgres on 127.0.0.11:53: no such host\n";
        let ready =
            |time| format!("{unknown}db-1 | 2027-10-06 {time} UTC [1] database system is ready\n");
        assert!(seen(&ready("03:06:08.540")).is_empty());
        assert_eq!(seen(&ready("03:05:58.540")), [Symptom::DatabaseHostUnknown]);
    }
}
