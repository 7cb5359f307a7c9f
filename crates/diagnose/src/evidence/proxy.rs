//! Configurations of nginx, Apache and Caddy: directives with their arguments and lines.

mod scope;

use super::{Document, Spot};
use std::sync::Arc;

/// Whose configuration it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ProxyKind {
    /// Apache, `.htaccess` files included.
    Apache,
    /// Caddy.
    Caddy,
    /// nginx.
    Nginx,
}

/// One configuration.
pub(crate) struct ProxyFile {
    /// Whose.
    pub(crate) kind: ProxyKind,
    /// The directives in their order, those of blocks after the one that opens the block.
    pub(crate) directives: Vec<Directive>,
}

/// One directive.
pub(crate) struct Directive {
    /// Its name in lower case; sections of Apache without `<`.
    pub(crate) name: String,
    /// Its arguments without quotes.
    pub(crate) args: Vec<String>,
    /// How many blocks are around it.
    pub(crate) depth: usize,
    /// Where.
    pub(crate) spot: Spot,
}

impl Directive {
    /// Whether an argument is this word, in any case.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.args.iter().any(|arg| arg.eq_ignore_ascii_case(word))
    }

    /// The argument at a place, or nothing.
    pub(crate) fn arg(&self, at: usize) -> &str {
        self.args.get(at).map_or("", String::as_str)
    }
}

impl ProxyFile {
    /// Every directive of a name.
    pub(crate) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Directive> {
        self.directives
            .iter()
            .filter(move |directive| directive.name == name)
    }

    /// Whether any directive of the name is there.
    pub(crate) fn uses(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }
}

/// Whether a text is such a configuration, by its words.
pub(crate) fn is_proxy(text: &str) -> bool {
    let nginx =
        text.contains("proxy_pass ") || (text.contains("server {") && text.contains("listen "));
    let apache = [
        "<VirtualHost",
        "WSGIScriptAlias ",
        "RewriteEngine ",
        "ProxyPass ",
    ]
    .iter()
    .any(|word| text.contains(word));
    nginx || apache || (text.contains("reverse_proxy ") && text.contains('{'))
}

/// Reads a configuration; what is no directive is passed over.
pub(crate) fn read(document: &Document) -> ProxyFile {
    let kind = kind(document);
    let source = document.source();
    let directives = match kind {
        ProxyKind::Nginx => nginx(&source, &document.text),
        ProxyKind::Apache => lines(&source, &document.text, true),
        ProxyKind::Caddy => lines(&source, &document.text, false),
    };
    ProxyFile { kind, directives }
}

fn kind(document: &Document) -> ProxyKind {
    let name = document.file_name().to_ascii_lowercase();
    let text = &document.text;
    if name.contains("nginx") || text.contains("proxy_pass ") || text.contains("server {") {
        return ProxyKind::Nginx;
    }
    let apache = name.contains("apache") || name.contains("httpd") || name.contains("htaccess");
    if apache
        || text.contains("<VirtualHost")
        || text.contains("RewriteEngine")
        || text.contains("WSGI")
    {
        return ProxyKind::Apache;
    }
    if name.contains("caddy") || text.contains("reverse_proxy") {
        return ProxyKind::Caddy;
    }
    ProxyKind::Apache
}

fn nginx(source: &Arc<str>, text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let (mut begins, mut depth) = (0, 0_usize);
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        for word in nginx_words(line) {
            match word.as_str() {
                "{" | ";" => {
                    if let Some((name, args)) = words.split_first() {
                        let shown = lines.get(begins).copied().unwrap_or_default().trim_end();
                        found.push(Directive {
                            name: name.to_ascii_lowercase(),
                            args: args.to_vec(),
                            depth,
                            spot: Spot::line(source, begins + 1, super::without_secrets(shown)),
                        });
                    }
                    words.clear();
                    depth += usize::from(word == "{");
                }
                "}" => {
                    words.clear();
                    depth = depth.saturating_sub(1);
                }
                _ => {
                    if words.is_empty() {
                        begins = at;
                    }
                    words.push(word.trim_start_matches('\u{0}').to_owned());
                }
            }
        }
    }
    found
}

/// The words of a line; a quoted word begins with a NUL so that it is no mark.
fn nginx_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '#' if word.is_empty() => break,
            '"' | '\'' if word.is_empty() => {
                let inner: String = chars.by_ref().take_while(|inner| *inner != c).collect();
                words.push(format!("\u{0}{inner}"));
            }
            '{' if word.ends_with('$') => word.push(c),
            '}' if word.contains("${") => word.push(c),
            ';' | '{' | '}' => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                words.push(c.to_string());
            }
            c if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Apache and Caddy: a directive a line, blocks by `<Name>` or braces.
fn lines(source: &Arc<str>, text: &str, apache: bool) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        if bare.starts_with("</") || bare == "}" {
            depth = depth.saturating_sub(1);
            continue;
        }
        let opens = if apache {
            bare.starts_with('<')
        } else {
            bare.ends_with('{')
        };
        let inner = bare.trim_start_matches('<').trim_end_matches(['>', '\\']);
        let inner = if apache {
            inner
        } else {
            inner.trim_end_matches('{')
        };
        let mut words = quoted_words(inner).into_iter();
        if let Some(name) = words.next() {
            found.push(Directive {
                name: name.to_ascii_lowercase(),
                args: words.collect(),
                depth,
                spot: Spot::line(source, at + 1, super::without_secrets(line.trim_end())),
            });
        }
        depth += usize::from(opens);
    }
    found
}

fn quoted_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = if first == '"' {
            let inner = rest.get(1..).unwrap_or_default();
            inner.split_once('"').unwrap_or((inner, ""))
        } else {
            rest.split_once(char::is_whitespace).unwrap_or((rest, ""))
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nginx_directives_keep_their_lines() {
        let text = "server {\n  listen 443 ssl; # tls\n  location / {\n    proxy_set_header Authorization \"\";\n    proxy_pass http://${up}:80;\n  }\n}\n";
        let file = read(&Document::new("nginx.conf", text));
        let found: Vec<(&str, usize, usize)> = file
            .directives
            .iter()
            .map(|d| (d.name.as_str(), d.spot.line, d.depth))
            .collect();
        assert_eq!(
            found,
            [
                ("server", 1, 0),
                ("listen", 2, 1),
                ("location", 3, 1),
                ("proxy_set_header", 4, 2),
                ("proxy_pass", 5, 2)
            ]
        );
        let header = file.all("proxy_set_header").next().unwrap();
        assert_eq!(
            (header.arg(0), header.arg(1), header.args.len()),
            ("Authorization", "", 2)
        );
    }

    #[test]
    fn apache_and_caddy_directives_are_read() {
        let text = "<VirtualHost *:80>\n  WSGIScriptAlias / /srv/app.wsgi\n  RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\n  RequestHeader unset \"Authorization\"\n</VirtualHost>";
        let file = read(&Document::new("site.conf", text));
        assert_eq!(file.kind, ProxyKind::Apache);
        assert!(
            file.all("requestheader")
                .any(|d| d.has("unset") && d.has("authorization"))
        );
        let caddy = read(&Document::new(
            "Caddyfile",
            "a.example {\n  reverse_proxy app:80 {\n    header_up -Authorization\n  }\n}\n",
        ));
        assert_eq!(caddy.kind, ProxyKind::Caddy);
        assert_eq!(
            caddy.all("header_up").next().unwrap().arg(0),
            "-Authorization"
        );
        assert!(is_proxy("a.example {\n  reverse_proxy app:80\n}"));
    }
}
