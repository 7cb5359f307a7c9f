//! Which directives of nginx count for a request: its server, its location, and what these inherit.

use super::{Directive, ProxyFile, ProxyKind};

/// Directives that add up within a block, and of which a block inherits nothing as soon as it has one of its own
/// (`ngx_http_proxy_module`, `ngx_http_headers_module`).
const LISTS: &[&str] = &[
    "add_header",
    "fastcgi_param",
    "grpc_set_header",
    "proxy_hide_header",
    "proxy_set_header",
    "uwsgi_param",
];

impl ProxyFile {
    /// The directives that count for a path on a host, inner ones first; all of them where this cannot be told.
    pub(crate) fn counting(&self, host: &str, path: &str) -> Vec<&Directive> {
        let all = || self.directives.iter().collect();
        if self.kind != ProxyKind::Nginx {
            return all();
        }
        let Some(server) = self.server(host) else {
            return all();
        };
        let mut chain = self.around(server);
        chain.push(self.children(server));
        let mut block = server;
        while let Choice::Location(inner) = self.location(block, path) {
            chain.push(self.children(inner));
            block = inner;
        }
        let unclear = self.location(block, path) == Choice::Unclear;
        if unclear || self.rewrites_elsewhere(server, path) {
            return all();
        }
        inherited(&chain)
    }

    /// Whether a location changes the path on its way (`proxy_pass http://app/`): a path that is not below it may
    /// be what is left of one that was.
    fn rewrites_elsewhere(&self, server: usize, path: &str) -> bool {
        let children = self.children(server).into_iter();
        let mut locations = children.filter(|(_, d)| d.name == "location");
        locations.any(|(at, location)| {
            let inner = self.children(at);
            let mut passes = inner.iter().filter(|(_, d)| d.name == "proxy_pass");
            let rewrites = passes.any(|(_, d)| {
                let rest = d.arg(0).split_once("://").map_or("", |(_, rest)| rest);
                rest.contains('/')
            });
            rewrites && !path.starts_with(modified(location).1)
        })
    }

    /// The block that answers for a host; none if several might.
    fn server(&self, host: &str) -> Option<usize> {
        let blocks = self.directives.iter().enumerate();
        let servers: Vec<usize> = blocks
            .filter(|(_, directive)| directive.name == "server" && directive.args.is_empty())
            .map(|(at, _)| at)
            .collect();
        let has = |at: usize, name: &str| self.children(at).iter().any(|(_, d)| d.name == name);
        let named = |at: usize| {
            let children = self.children(at);
            let mut names = children.iter().filter(|(_, d)| d.name == "server_name");
            names.any(|(_, d)| d.has(host))
        };
        // A block without locations that sends everybody on to https answers for nothing else.
        let answering: Vec<usize> = servers
            .iter()
            .copied()
            .filter(|at| has(*at, "location") || has(*at, "proxy_pass") || !has(*at, "return"))
            .collect();
        let fitting: Vec<usize> = answering.iter().copied().filter(|at| named(*at)).collect();
        match (fitting.as_slice(), answering.as_slice()) {
            ([one], _) | ([], [one]) => Some(*one),
            _ => None,
        }
    }

    /// What stands around a block, by levels, the outermost first.
    fn around(&self, block: usize) -> Vec<Vec<(usize, &Directive)>> {
        let depth = self.directives.get(block).map_or(0, |of| of.depth);
        let before = self.directives.get(..block).unwrap_or_default();
        let opens = |level: usize| before.iter().rposition(|d| d.depth == level);
        let mut levels: Vec<_> = (0..depth)
            .filter_map(opens)
            .map(|at| self.children(at))
            .collect();
        if depth == 0 {
            let all = self.directives.iter().enumerate();
            levels.push(all.filter(|(_, d)| d.depth == 0).collect());
        }
        levels
    }

    /// The directives directly within the block that one opens.
    fn children(&self, block: usize) -> Vec<(usize, &Directive)> {
        let Some(opener) = self.directives.get(block) else {
            return Vec::new();
        };
        let after = self.directives.iter().enumerate().skip(block + 1);
        after
            .take_while(|(_, d)| d.depth > opener.depth)
            .filter(|(_, d)| d.depth == opener.depth + 1)
            .collect()
    }

    /// The location of a block that a path is for: the exact one, else the longest prefix unless a pattern fits.
    fn location(&self, block: usize, path: &str) -> Choice {
        let children = self.children(block);
        let locations = || children.iter().filter(|(_, d)| d.name == "location");
        let mut longest: Option<(usize, &Directive, usize)> = None;
        for (at, location) in locations() {
            let (modifier, wanted) = modified(location);
            if modifier == "=" && wanted == path {
                return Choice::Location(*at);
            }
            let longer = longest.is_none_or(|(_, _, length)| wanted.len() > length);
            if matches!(modifier, "" | "^~") && path.starts_with(wanted) && longer {
                longest = Some((*at, location, wanted.len()));
            }
        }
        if let Some((at, location, _)) = longest
            && modified(location).0 == "^~"
        {
            return Choice::Location(at);
        }
        for (at, location) in locations() {
            let (modifier, pattern) = modified(location);
            if !matches!(modifier, "~" | "~*") {
                continue;
            }
            match fits(pattern, path) {
                Some(true) => return Choice::Location(*at),
                Some(false) => {}
                None => return Choice::Unclear,
            }
        }
        longest.map_or(Choice::Block, |(at, ..)| Choice::Location(at))
    }
}

/// Where a path leads within a block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Choice {
    /// Nowhere deeper.
    Block,
    /// To this location.
    Location(usize),
    /// A pattern decides that is not understood.
    Unclear,
}

fn modified(location: &Directive) -> (&str, &str) {
    match location.args.as_slice() {
        [path] => ("", path),
        [modifier, path, ..] => (modifier, path),
        [] => ("", ""),
    }
}

/// Whether a pattern of the usual kinds fits: `^/api/`, `\.php$`, `^/(api|auth)`; none for any other.
fn fits(pattern: &str, path: &str) -> Option<bool> {
    let (start, rest) = match pattern.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (end, rest) = match rest.strip_suffix('$') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.replace("\\.", ".").replace("\\/", "/");
    let words: Vec<String> = match rest.split_once('(') {
        None => vec![rest],
        Some((before, choice)) => {
            let (choice, after) = choice.split_once(')')?;
            let choices = choice.trim_start_matches("?:").split('|');
            choices.map(|one| format!("{before}{one}{after}")).collect()
        }
    };
    let special = |word: &String| word.contains(['*', '+', '?', '[', '(', '\\', '|', '{']);
    if words.iter().any(special) {
        return None;
    }
    Some(words.iter().any(|word| match (start, end) {
        (true, true) => path == word,
        (true, false) => path.starts_with(word),
        (false, true) => path.ends_with(word),
        (false, false) => path.contains(word),
    }))
}

/// What counts in the innermost of nested blocks.
fn inherited<'p>(chain: &[Vec<(usize, &'p Directive)>]) -> Vec<&'p Directive> {
    let mut counting: Vec<&Directive> = Vec::new();
    for level in chain.iter().rev() {
        let inner = counting.clone();
        let own = level.iter().map(|(_, directive)| *directive);
        counting.extend(own.filter(|directive| {
            !LISTS.contains(&directive.name.as_str())
                || inner.iter().all(|known| known.name != directive.name)
        }));
    }
    counting
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::evidence::Document;

    const CONF: &str = "http {
  proxy_set_header X-Outer 1;
  upstream app { server 127.0.0.1:8000; }
  server { listen 80; server_name app.example; return 301 https://$host$request_uri; }
  server {
    listen 443 ssl;
    server_name app.example;
    proxy_set_header X-Forwarded-Proto $scheme;
    location / { proxy_pass http://app; }
    location /api/ {
      proxy_set_header Host $host;
      proxy_pass http://app;
      location = /api/exact { proxy_set_header Authorization \"\"; }
    }
    location ^~ /static/ { root /srv; }
    location ~ ^/(auth|login) { proxy_set_header Authorization \"\"; proxy_pass http://app; }
    location ~* \\.php$ { fastcgi_param HTTP_AUTHORIZATION \"\"; }
  }
}
";

    fn headers(path: &str) -> Vec<String> {
        let file = read(&Document::new("nginx.conf", CONF));
        let counting = file.counting("app.example", path);
        let set = counting.iter().filter(|directive| {
            directive.name.ends_with("_header") || directive.name.ends_with("_param")
        });
        set.map(|directive| directive.arg(0).to_owned()).collect()
    }

    #[test]
    fn a_location_inherits_headers_only_if_it_sets_none() {
        assert_eq!(headers("/"), ["X-Forwarded-Proto"]);
        assert_eq!(headers("/api/users"), ["Host"]);
        assert_eq!(headers("/api/exact"), ["Authorization"]);
    }

    #[test]
    fn patterns_count_before_prefixes_unless_these_forbid_it() {
        assert_eq!(headers("/auth/token"), ["Authorization"]);
        assert_eq!(headers("/static/auth.php"), ["X-Forwarded-Proto"]);
        assert_eq!(
            headers("/x.php"),
            ["HTTP_AUTHORIZATION", "X-Forwarded-Proto"]
        );
    }

    #[test]
    fn where_several_servers_might_answer_everything_counts() {
        let text =
            "server { listen 1; location / { a b; } }\nserver { listen 2; location / { c d; } }";
        let file = read(&Document::new("nginx.conf", text));
        let all = file.directives.len();
        assert_eq!(file.counting("other.example", "/").len(), all);
        let rewriting = "server { location / { a b; } location /api/ { proxy_pass http://app/; } }";
        let file = read(&Document::new("nginx.conf", rewriting));
        assert_eq!(file.counting("", "/users").len(), file.directives.len());
        assert_eq!(file.counting("", "/api/users").len(), 4);
        let pattern = "server { location ~ ^/u[0-9]+ { a b; } location / { c d; } }";
        let file = read(&Document::new("nginx.conf", pattern));
        assert_eq!(file.counting("", "/u1").len(), file.directives.len());
    }
}
