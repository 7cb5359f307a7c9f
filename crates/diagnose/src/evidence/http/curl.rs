//! curl command lines, as people write them and as browsers copy them.

use super::words::{Shell, Word, part};
use super::{Header, Request, bounded, raw};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

/// Options that take a word and say nothing about the request.
const WITH_ARGUMENT: &[&str] = &[
    "--cacert",
    "--capath",
    "--cert",
    "--ciphers",
    "--connect-timeout",
    "--connect-to",
    "--cookie-jar",
    "--dump-header",
    "--interface",
    "--key",
    "--limit-rate",
    "--max-redirs",
    "--max-time",
    "--output",
    "--proxy",
    "--proxy-user",
    "--range",
    "--resolve",
    "--retry",
    "--write-out",
    "-E",
    "-c",
    "-m",
    "-o",
    "-w",
    "-x",
    "-D",
    "-r",
];

/// Short options that take a word, which may be glued to them: `-XPOST`.
const SHORT: &[char] = &[
    'A', 'D', 'E', 'F', 'H', 'T', 'X', 'b', 'c', 'd', 'e', 'm', 'o', 'r', 'u', 'w', 'x',
];

/// Reads a command that begins with `curl`; `line` is where it begins.
pub(super) fn read(source: &Arc<str>, command: &str, line: usize) -> Option<Request> {
    let words = part(command, line, Shell::of(command));
    let mut words = words.into_iter();
    let first = words.next()?;
    let program = first.text.rsplit(['/', '\\']).next().unwrap_or_default();
    if program != "curl" && program != "curl.exe" {
        return None;
    }
    let mut reading = Reading {
        request: Request::new(source, "", "", line),
        data: Vec::new(),
        method: None,
        head: false,
        get: false,
    };
    while let Some(word) = words.next() {
        reading.take(&word, &mut words);
    }
    reading.finish()
}

struct Reading {
    request: Request,
    data: Vec<String>,
    method: Option<String>,
    head: bool,
    get: bool,
}

impl Reading {
    fn take(&mut self, word: &Word, rest: &mut impl Iterator<Item = Word>) {
        let text = word.text.as_str();
        if !text.starts_with('-') || text == "-" {
            if self.request.target.is_empty() {
                text.clone_into(&mut self.request.target);
            }
            return;
        }
        if let Some((option, value)) = text.split_once('=').filter(|_| text.starts_with("--")) {
            self.option(option, value, word.line);
        } else if text.starts_with("--") {
            if takes_word(text) {
                let value = rest.next();
                self.option(text, value.as_ref().map_or("", |w| &w.text), word.line);
            } else {
                self.flag(text);
            }
        } else {
            self.cluster(text, word.line, rest);
        }
    }

    /// `-sSLXPOST`: flags, and at most one option whose word is glued on or follows.
    fn cluster(&mut self, text: &str, line: usize, rest: &mut impl Iterator<Item = Word>) {
        for (at, letter) in text.char_indices().skip(1) {
            if SHORT.contains(&letter) {
                let glued = text.get(at + letter.len_utf8()..).unwrap_or_default();
                let option = format!("-{letter}");
                if glued.is_empty() {
                    let value = rest.next();
                    self.option(&option, value.as_ref().map_or("", |w| &w.text), line);
                } else {
                    self.option(&option, glued, line);
                }
                return;
            }
            self.flag(&format!("-{letter}"));
        }
    }

    fn flag(&mut self, flag: &str) {
        match flag {
            "-I" | "--head" => self.head = true,
            "-G" | "--get" => self.get = true,
            // The tool's own notes that matter to rules are kept as headers of their own.
            "-L" | "--location" => self.note("location"),
            "-n" | "--netrc" | "--netrc-optional" => self.note("netrc"),
            "--location-trusted" => self.note("location-trusted"),
            _ => {}
        }
    }

    /// Remembers a flag in a header that no program sends.
    fn note(&mut self, flag: &str) {
        let line = self.request.line;
        self.header("x-curl-flag", flag, line);
    }

    fn option(&mut self, option: &str, value: &str, line: usize) {
        match option {
            "-H" | "--header" => self.request.headers.0.extend(raw::header(line, value)),
            "-b" | "--cookie" if value.contains('=') => self.header("Cookie", value, line),
            "-X" | "--request" => self.method = Some(value.to_owned()),
            "--url" => value.clone_into(&mut self.request.target),
            "-u" | "--user" => {
                let basic = format!("Basic {}", STANDARD.encode(value));
                self.header("Authorization", &basic, line);
            }
            "--oauth2-bearer" => self.header("Authorization", &format!("Bearer {value}"), line),
            "-A" | "--user-agent" => self.header("User-Agent", value, line),
            "-e" | "--referer" => self.header("Referer", value, line),
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii"
            | "--data-urlencode" | "--json" | "-F" | "--form" => {
                self.data.push(value.to_owned());
                if option == "--json" {
                    self.header("Content-Type", "application/json", line);
                }
            }
            _ => {}
        }
    }

    fn header(&mut self, name: &str, value: &str, line: usize) {
        self.request.headers.0.push(Header {
            name: name.to_owned(),
            value: value.to_owned(),
            line,
        });
    }

    fn finish(mut self) -> Option<Request> {
        if self.request.target.is_empty() {
            return None;
        }
        let by_default = match (self.head, self.get || self.data.is_empty()) {
            (true, _) => "HEAD",
            (false, true) => "GET",
            (false, false) => "POST",
        };
        self.request.method = self.method.unwrap_or_else(|| by_default.to_owned());
        self.request.body = bounded(&self.data.join("&"));
        Some(self.request)
    }
}

fn takes_word(option: &str) -> bool {
    const KNOWN: &[&str] = &[
        "--header",
        "--cookie",
        "--request",
        "--url",
        "--user",
        "--user-agent",
        "--referer",
        "--data",
        "--data-raw",
        "--data-binary",
        "--data-ascii",
        "--data-urlencode",
        "--json",
        "--form",
        "--oauth2-bearer",
    ];
    KNOWN.contains(&option) || WITH_ARGUMENT.contains(&option)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(command: &str) -> Request {
        read(&Arc::from("request.http"), command, 1).unwrap()
    }

    #[test]
    fn what_chrome_copies_for_bash() {
        let request = read_one(
            "curl 'https://api.example.org/me' \\\n  -X 'PUT' \\\n  -H 'authorization: Bearer abc' \\\n  -b 'sid=1; XSRF-TOKEN=2' \\\n  --data-raw $'{\"a\":\"it\\'s\"}' --compressed",
        );
        assert_eq!(request.method, "PUT");
        assert_eq!(request.target, "https://api.example.org/me");
        assert_eq!(request.headers.value("authorization"), Some("Bearer abc"));
        assert_eq!(request.headers.first("authorization").unwrap().line, 3);
        assert_eq!(
            request.cookies().collect::<Vec<_>>(),
            [("sid", "1"), ("XSRF-TOKEN", "2")]
        );
        assert_eq!(request.body, "{\"a\":\"it's\"}");
    }

    #[test]
    fn methods_follow_the_options() {
        assert_eq!(read_one("curl -I https://a.example").method, "HEAD");
        assert_eq!(
            read_one("curl -sSLXDELETE https://a.example").method,
            "DELETE"
        );
        assert_eq!(read_one("curl -d a=b https://a.example").method, "POST");
        assert_eq!(read_one("curl -G -d a=b https://a.example").method, "GET");
        assert_eq!(
            read_one("curl --url https://a.example -o /dev/null").target,
            "https://a.example"
        );
    }

    #[test]
    fn users_become_basic_credentials() {
        let request = read_one("curl -u ann:pw https://a.example");
        assert_eq!(
            request.headers.value("authorization"),
            Some("Basic YW5uOnB3")
        );
        let request = read_one("curl --netrc https://a.example");
        assert!(request.headers.lists("x-curl-flag", "netrc"));
    }

    #[test]
    fn other_commands_are_not_read() {
        assert!(read(&Arc::from("x"), "wget https://a.example", 1).is_none());
        assert!(read(&Arc::from("x"), "curl -v", 1).is_none());
    }
}
