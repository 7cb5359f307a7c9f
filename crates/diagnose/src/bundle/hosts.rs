//! Stand-ins of host names: what is public of them stays, and which is below which.

use super::keep;
use super::letters::Letters;

/// Top-level names that no other text ends with, mostly.
const CERTAIN: &[&str] = &[
    "com", "org", "net", "example", "test", "local", "internal", "lan", "home", "corp", "invalid",
    "de", "fr", "uk", "eu", "cloud", "co", "us", "ca", "au", "nl", "ch", "at", "it", "es", "se",
    "jp", "br", "in",
];

/// The stand-in of a host name, label by label.
pub(super) fn stand_in(letters: &Letters, host: &str) -> String {
    let lower = host.to_ascii_lowercase();
    if !is_of_somebody(&lower) {
        return host.to_owned();
    }
    let bare = lower.trim_matches('.');
    let fixed = keep::provider(bare).map_or_else(|| suffix(bare), str::len);
    // The dot before it, and one at the end.
    let end = host.trim_end_matches('.').len();
    let (labels, rest) = host.split_at(end.saturating_sub(fixed));
    let own = keep::provider(bare).is_none();
    let count = labels.trim_end_matches('.').split('.').count();
    let made = labels.split('.').enumerate().map(|(at, one)| {
        let registered = own && at + 1 == count;
        label(letters, one, registered)
    });
    made.collect::<Vec<_>>().join(".") + rest
}

/// The label that is registered, which names whoever it is; none where the name is nobody's.
pub(super) fn owner(host: &str) -> Option<&str> {
    let bare = host.trim_matches('.');
    let lower = bare.to_ascii_lowercase();
    if !is_of_somebody(&lower) || lower.contains("xn--") {
        return None;
    }
    let fixed = keep::provider(&lower).map_or_else(|| suffix(&lower), str::len);
    let labels = bare.get(..bare.len().checked_sub(fixed + 1)?)?;
    labels.rsplit('.').next().filter(|label| !label.is_empty())
}

/// The domain below which everything is one owner's.
pub(super) fn site(host: &str) -> Option<String> {
    let lower = host.trim_matches('.').to_ascii_lowercase();
    let label = owner(&lower)?.to_owned();
    let fixed = keep::provider(&lower).map_or_else(|| suffix(&lower), str::len);
    Some(format!("{label}.{}", lower.get(lower.len() - fixed..)?))
}

/// Whether a word that stands alone is a host name.
pub(super) fn looks_like_one(word: &str) -> bool {
    let mut labels = word.trim_matches('.').split('.');
    let top = labels.next_back().unwrap_or_default();
    let others: Vec<&str> = labels.collect();
    let fine = |label: &&str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let reversed = matches!(others.first(), Some(&("com" | "org" | "io" | "net")));
    !others.is_empty() && others.iter().all(fine) && !reversed && CERTAIN.contains(&top)
}

fn is_of_somebody(host: &str) -> bool {
    let is_number = host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b':');
    let nobody = ["localhost", "docker.internal"];
    host.contains('.')
        && !keep::is_public_host(host)
        && !is_number
        && !host.trim_end_matches('.').ends_with(".localhost")
        && !nobody.contains(&host.trim_matches('.'))
        && !host.contains(['$', '{', '*', '<', '['])
        || (host.starts_with("*.") && host.matches('.').count() > 1)
}

/// The length of the public suffix; one label where the list knows none.
fn suffix(host: &str) -> usize {
    psl::suffix_str(host).map_or_else(|| host.rsplit('.').next().map_or(0, str::len), str::len)
}

/// A label part by part: words that everybody uses stay, but not as the name that somebody registered.
pub(super) fn label(letters: &Letters, label: &str, registered: bool) -> String {
    let kept = |part: &str| {
        keep::is_common(part) || (part.len() < 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if registered && label.split('-').all(kept) {
        return letters.word(label);
    }
    let parts = label.split('-').map(|part| {
        let stays = kept(part) || part == "xn" || part == "*" || part.is_empty();
        if stays {
            part.to_owned()
        } else {
            letters.name(part)
        }
    });
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(host: &str) -> String {
        stand_in(&Letters::new(&[3; 32]), host)
    }

    #[test]
    fn relations_stay() {
        let (app, api) = (made("app.parcelo.example"), made("api.parcelo.example"));
        assert_eq!(app.strip_prefix("app"), api.strip_prefix("api"));
        assert!(
            !app.contains("parcelo")
                && app.ends_with(".example")
                && app.len() == "app.parcelo.example".len()
        );
        assert_eq!(made(".parcelo.example"), app[3..]);
        assert!(made("a.b.parcelo.co.uk").ends_with(".co.uk"));
        assert!(
            made("Shop.Parcelo.example")
                .split('.')
                .nth(1)
                .unwrap()
                .starts_with(|c: char| c.is_ascii_uppercase())
        );
    }

    #[test]
    fn nobodys_names_stay_and_of_providers_their_domain() {
        for host in [
            "localhost",
            "127.0.0.1",
            "app.localhost",
            "accounts.google.com",
            "aws-0-eu-central-1.pooler.supabase.com",
            "host.docker.internal",
            "db",
        ] {
            assert_eq!(made(host), host);
        }
        let tenant = made("dev-771.okta.com");
        assert!(
            tenant.starts_with("dev-") && tenant.ends_with(".okta.com") && !tenant.contains("771"),
            "{tenant}"
        );
        let project = made("vaejtqxkplhwrzsnomye.supabase.co");
        assert!(
            project.ends_with(".supabase.co") && !project.contains("vaej"),
            "{project}"
        );
        assert_eq!(
            owner("vaejtqxkplhwrzsnomye.supabase.co"),
            Some("vaejtqxkplhwrzsnomye")
        );
        assert_eq!(owner("api.parcelo.example"), Some("parcelo"));
        assert_eq!(
            site("api.parcelo.example").as_deref(),
            Some("parcelo.example")
        );
    }

    #[test]
    fn file_names_and_packages_are_no_hosts() {
        for word in [
            "main.py",
            "org.springframework.web",
            "next.config.js",
            "connect.sid",
            "user.id",
            "jwt.exceptions",
        ] {
            assert!(!looks_like_one(word), "{word}");
        }
        assert!(looks_like_one("db.parcelo.example"));
    }
}
