//! Names of hosts that stand for others, as logs of name look-ups show them.

use crate::evidence::Evidence;

/// Each name with the one that it stands for: `login.example.org` and `tenant.edge.tenants.auth0.com`.
pub(crate) fn aliases(evidence: &Evidence) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for log in &evidence.logs {
        let mut asked: Option<String> = None;
        for line in log.text.lines() {
            if let Some(pair) = of_line(line) {
                found.push(pair);
            } else if let Some(command) = line.trim_start().strip_prefix(['$', '#', '%', '>']) {
                let mut words = command.split_whitespace();
                let short = words.next() == Some("dig") && command.contains("+short");
                let mut names =
                    words.filter(|word| word.contains('.') && !word.starts_with(['@', '+']));
                asked = names.next().filter(|_| short).map(host);
            } else if let (Some(name), true) = (&asked, is_host(line.trim())) {
                found.push((name.clone(), host(line.trim())));
            }
        }
    }
    found
}

/// `a canonical name = b.`, `a is an alias for b.`, `a. 300 IN CNAME b.`
fn of_line(line: &str) -> Option<(String, String)> {
    let words = ["canonical name =", "is an alias for", "CNAME"];
    let (before, after) = words.iter().find_map(|word| line.split_once(word))?;
    let name = before.split_whitespace().find(|word| is_host(word))?;
    let target = after.split_whitespace().find(|word| is_host(word))?;
    Some((host(name), host(target)))
}

fn is_host(word: &str) -> bool {
    let possible = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    word.trim_end_matches('.').contains('.')
        && word.chars().all(possible)
        && word.chars().any(|c| c.is_ascii_alphabetic())
}

fn host(word: &str) -> String {
    word.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Document;

    #[test]
    fn look_ups_of_names_are_read_in_the_words_of_each_program() {
        for log in [
            "$ dig +short id.example.org\nshop-cd.edge.tenants.auth0.com.\n203.0.113.1\n",
            "$ dig id.example.org +short CNAME\nshop-cd.edge.tenants.auth0.com.\n",
            "id.example.org\tcanonical name = shop-cd.edge.tenants.auth0.com.\n",
            "id.example.org is an alias for shop-cd.edge.tenants.auth0.com.\n",
            ";; ANSWER\nid.example.org. 300 IN CNAME shop-cd.edge.tenants.auth0.com.\n",
        ] {
            let evidence = Evidence::read(vec![Document::new("log.txt", log)]);
            let wanted = (
                "id.example.org".to_owned(),
                "shop-cd.edge.tenants.auth0.com".to_owned(),
            );
            assert_eq!(aliases(&evidence), [wanted], "{log}");
        }
    }
}
