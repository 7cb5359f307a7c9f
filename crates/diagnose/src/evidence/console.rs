//! Terminal sessions that show what a program's environment is made of: secrets of Kubernetes in base64, the variables
//! of a running container. They count over files: they are what the program really has.

use super::env_file::{EnvLine, shown_value};
use super::service::{self, EnvFile, is_front_by_name, names_an_issuer};
use super::{Document, Evidence, Spot};
use zeroize::Zeroizing;

mod dump;
mod kubernetes;

use kubernetes::{decode, key_of_secret, manifests, objects, read_as, words};

/// A setting as a session shows it.
struct Shown {
    name: String,
    value: Zeroizing<String>,
    /// From 1.
    line: usize,
    /// The words of the command or manifest that tell whose it is.
    of: String,
}

/// Adds what sessions show to the services whose it is.
pub(super) fn add(evidence: &mut Evidence) {
    let logs: Vec<Document> = evidence.logs.clone();
    for log in &logs {
        let words = words(&log.text);
        for mut shown in read(&log.text) {
            if let Some(name) = read_as(&words, &shown.name) {
                name.clone_into(&mut shown.name);
            }
            let owner = owner(evidence, &shown);
            let source = log.source();
            let text = format!(
                "{} = {}",
                shown.name,
                shown_value(&shown.name, &shown.value)
            );
            let line = EnvLine {
                spot: Spot::line(&source, shown.line, text),
                raw: shown.value.clone(),
                value: shown.value,
                others: Vec::new(),
                name: shown.name,
            };
            let files = &mut service::service_named(evidence, &owner).files;
            match files.iter_mut().find(|file| file.source == log.name) {
                Some(file) => file.lines.push(line),
                None => files.push(EnvFile::given(&log.name, vec![line])),
            }
        }
    }
}

/// Whose setting it is: of the service that the command names, else of the side that checks.
fn owner(evidence: &Evidence, shown: &Shown) -> String {
    let of = shown.of.to_ascii_lowercase();
    let front = names_an_issuer(&of) || is_front_by_name(&of);
    let services = || evidence.services.iter();
    let named = services().find(|one| of.contains(&one.name.to_ascii_lowercase()));
    let on_side = |one: &&service::Service| is_front_by_name(&one.name) == front;
    let has = |one: &service::Service| one.files.iter().any(|file| file.text.contains(&shown.name));
    let without = services().filter(on_side).find(|one| !has(one));
    let found = named.or(without).or_else(|| services().find(on_side));
    let otherwise = if front { "frontend" } else { "backend" };
    found.map_or(otherwise, |one| &one.name).to_owned()
}

/// The settings that a log shows.
fn read(text: &str) -> Vec<Shown> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = manifests(&lines);
    for (at, line) in lines.iter().enumerate() {
        let Some(command) = command(line) else {
            continue;
        };
        let answer: Vec<(usize, &str)> = lines
            .iter()
            .enumerate()
            .skip(at + 1)
            .take_while(|(_, line)| self::command(line).is_none())
            .map(|(at, line)| (at + 1, *line))
            .collect();
        found.extend(answered(command, &answer));
    }
    found.retain(|shown| is_name(&shown.name) && is_whole(&shown.value));
    found
}

/// What stands behind a prompt.
fn command(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let behind = ["$ ", "# ", "% ", "> "]
        .iter()
        .find_map(|prompt| line.strip_prefix(prompt));
    behind.or_else(|| {
        let (host, behind) = line.split_once("$ ").or_else(|| line.split_once("# "))?;
        (host.contains('@') && !host.contains(' ')).then_some(behind)
    })
}

fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    name.len() > 1 && name.chars().all(good)
}

/// Whether nobody has hidden or cut a part of the value.
fn is_whole(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let hidden = ["…", "...", "***", "redacted", "<hidden>", "xxxx"];
    !value.trim().is_empty() && !hidden.iter().any(|mark| lower.contains(mark))
}

/// What a command prints of settings.
fn answered(command: &str, answer: &[(usize, &str)]) -> Vec<Shown> {
    let shown = |name: &str, value: String, line: usize| Shown {
        name: name.to_owned(),
        value: Zeroizing::new(value),
        line,
        of: target(command),
    };
    let Some((line, first)) = answer.first().copied() else {
        return Vec::new();
    };
    let decoded = ["base64 -d", "base64 --decode", "base64 -D", "base64decode"];
    if let Some(name) = key_of_secret(command) {
        let plain = decoded.iter().any(|call| command.contains(call));
        let text: Vec<&str> = answer.iter().map(|(_, line)| *line).collect();
        let value = match dump::bytes(command, &text) {
            Some(bytes) => String::from_utf8(bytes).ok(),
            None if plain => Some(first.to_owned()),
            None => decode(first.trim().trim_matches(['\'', '"'])),
        };
        return value
            .map(|value| shown(&name, value, line))
            .into_iter()
            .collect();
    }
    if command.contains("get secret") && command.contains("json") {
        return objects(command, answer);
    }
    if let Some(name) = variable(command) {
        let text: Vec<&str> = answer.iter().map(|(_, line)| *line).collect();
        let value = match dump::bytes(command, &text) {
            // `printenv` and `echo` end the line; what stands before that is the value's own.
            Some(mut bytes) => {
                bytes.pop_if(|byte| *byte == b'\n' && !command.contains("printf"));
                String::from_utf8(bytes).ok()
            }
            None if command.contains('|') => None,
            None => Some(first.to_owned()),
        };
        return value
            .map(|value| shown(&name, value, line))
            .into_iter()
            .collect();
    }
    if !prints_environment(command) {
        return Vec::new();
    }
    let lines = answer.iter().filter_map(|(line, text)| {
        let (name, value) = text.trim().split_once('=')?;
        Some(shown(name, value.to_owned(), *line))
    });
    lines.collect()
}

/// The words of a command before the name that it asks for: which container, which deployment, which secret.
fn target(command: &str) -> String {
    let ends = [
        " -o ",
        " -- ",
        " printenv",
        " env",
        " sh -c",
        " bash -c",
        " -C ",
    ];
    let ends = ends.iter().filter_map(|end| command.find(end));
    command
        .get(..ends.min().unwrap_or(command.len()))
        .unwrap_or_default()
        .to_owned()
}

/// `JWT_SECRET` of `docker exec api printenv JWT_SECRET`, `heroku config:get JWT_SECRET`, `sh -c 'echo "$JWT_SECRET"'`.
fn variable(command: &str) -> Option<String> {
    let inside = ["exec", "run", "ssh", "config:get", "console"]
        .iter()
        .any(|word| command.contains(word));
    let calls = [
        "printenv ",
        "config:get ",
        "echo \"$",
        "echo $",
        "echo -n \"$",
        "printf %s \"$",
        "printf '%s' \"$",
    ];
    let behind = calls
        .iter()
        .find_map(|call| Some(command.split_once(call)?.1))
        .filter(|_| inside)?;
    let end = behind.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let name = behind.get(..end.unwrap_or(behind.len()))?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// Whether a command prints every variable of a running program.
fn prints_environment(command: &str) -> bool {
    let inside = ["exec", "ssh", "console"]
        .iter()
        .any(|word| command.contains(word));
    let words = command.split(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '|' | ';'));
    inside
        && words
            .into_iter()
            .any(|word| matches!(word, "env" | "printenv"))
        || command.contains(".Config.Env") && command.contains("inspect")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<(String, String)> {
        let found = read(text).into_iter().next()?;
        Some((found.name, found.value.to_string()))
    }

    #[test]
    fn sessions_show_what_a_program_has() {
        for (text, value) in [
            (
                "$ kubectl get secret api -o json\n{\"data\":{\"JWT_SECRET\":\"YWJjZGVmZ2g=\"},\"kind\":\"Secret\"}\n$ ls\n",
                "abcdefgh",
            ),
            (
                "$ kubectl get secret api -o jsonpath='{.data}'\n{\"JWT_SECRET\":\"YWJjZGVmZ2g=\"}\n",
                "abcdefgh",
            ),
            (
                "$ kubectl -n x get secret api -o jsonpath='{.data.JWT_SECRET}'\nYWJjZGVmZ2gK\n",
                "abcdefgh\n",
            ),
            (
                "$ kubectl get secret api -o jsonpath='{.data.JWT_SECRET}' | base64 -d\nabcdefgh\n$ ls",
                "abcdefgh",
            ),
            (
                "$ kubectl get secret api -o jsonpath=\"{.data['JWT_SECRET']}\" | base64 -d | xxd\n00000000: 6162 6364 6566 6768 0a                   abcdefgh.\n",
                "abcdefgh\n",
            ),
            (
                "apiVersion: v1\nkind: Secret\ndata:\n  JWT_SECRET: YWJjZGVmZ2g=\nmetadata:\n  name: api\n",
                "abcdefgh",
            ),
            (
                "{\n  \"data\": {\n    \"JWT_SECRET\": \"YWJjZGVmZ2g=\"\n  },\n  \"kind\": \"Secret\"\n}",
                "abcdefgh",
            ),
            (
                "$ kubectl exec deploy/api -- printenv JWT_SECRET\nabcdefgh\n",
                "abcdefgh",
            ),
            (
                "$ docker compose exec api env | grep JWT\nJWT_SECRET=\"abcdefgh\"\n",
                "\"abcdefgh\"",
            ),
            (
                "root@host:~# docker exec api sh -c 'echo \"$JWT_SECRET\"' | od -c\n0000000   a   b   c   d   e   f   g   h  \\n  \\n\n0000012\n",
                "abcdefgh\n",
            ),
        ] {
            assert_eq!(
                one(text),
                Some(("JWT_SECRET".to_owned(), value.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn a_key_that_is_asked_for_is_named_by_its_reader() {
        let text = "$ kubectl get deploy -o jsonpath='{..env}'\n\
            [{\"name\":\"PROJECT\",\"valueFrom\":{\"secretKeyRef\":{\"key\":\"project-id\",\"name\":\"fb\"}}}]\n\
            $ kubectl get secret fb -o jsonpath='{.data.project-id}'\ncGx1bWFnZS1wcm9kCg==\n";
        let evidence = Evidence::read(vec![Document::new("log.txt", text)]);
        let line = evidence.services[0].setting("PROJECT").unwrap();
        assert_eq!(line.value.as_str(), "plumage-prod\n");
    }

    #[test]
    fn what_is_hidden_or_no_setting_is_passed_over() {
        for text in [
            "$ kubectl exec deploy/api -- printenv JWT_SECRET\nabc…\n",
            "$ echo \"$JWT_SECRET\" | base64\nYWJj\n",
            "$ docker exec api printenv JWT_SECRET | wc -c\n41\n",
            "api-1 | env: JWT_SECRET=abcdefgh\n",
            "kind: ConfigMap\ndata:\n  A1: YWJj\n",
        ] {
            assert_eq!(one(text), None, "{text}");
        }
    }
}
