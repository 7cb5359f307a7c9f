//! What loaders of env files make of `$`, `#` and `\`, each in its own way.
//!
//! docker --env-file takes a line as it stands. compose and shells expand `$NAME` and `${NAME}`, and take
//! `$$` (compose) or `\$` (shells, dotenv-expand) for a `$`. python-dotenv expands `${NAME}` alone. Most
//! cut an unquoted value at a blank and `#`; some at any `#`.

use super::{SecretVariant, variant};
use crate::{Cause, Variables};

const DOLLAR: &str = "one side expands a $ in the secret and the other does not: put the value between single quotes in every file, write $$ for compose, or choose a secret without $";
const HASH: &str = "one side takes # for the start of a comment: put the value between quotes in every file, or choose a secret without #";
const ESCAPE: &str = "one side reads a backslash in double quotes as an escape and the other does not: use single quotes, or choose a secret without backslashes";
const LITERAL: &str =
    "the issuer's loader does not expand references: write the value itself into its file";

/// The values that other loaders make of a value that this one left as it is, and the reverse.
pub(super) fn of_value(secret: &[u8], variables: Option<&Variables>, all: &mut Vec<SecretVariant>) {
    comments(secret, all);
    if secret.contains(&b'$') {
        dollars(secret, variables, all);
    }
    if secret.contains(&b'\\') {
        let cause = Cause::EnvQuotesLiteral;
        all.push(variant(
            cause,
            "with its backslashes read as escapes",
            ESCAPE,
            escapes(secret),
        ));
        let halved = replaced(secret, b"\\\\", b"\\");
        all.push(variant(
            cause,
            "with each double backslash read as one",
            ESCAPE,
            halved,
        ));
    }
    if secret.contains(&b'\n') {
        let text = replaced(&replaced(secret, b"\r\n", b"\n"), b"\n", b"\\n");
        let cause = Cause::EnvQuotesLiteral;
        all.push(variant(
            cause,
            "with \\n as two characters in place of its newlines",
            ESCAPE,
            text,
        ));
    }
}

/// The values that loaders make of the text behind the `=`.
pub(super) fn of_line(written: &[u8], variables: Option<&Variables>, all: &mut Vec<SecretVariant>) {
    let text = written.trim_ascii();
    let cause = if text.first().is_some_and(|first| b"\"'`".contains(first)) {
        (
            Cause::EnvQuotesLiteral,
            "exactly as its line has it, with the quotes",
            "the issuer's loader keeps the quotes of the line: take them out",
        )
    } else if text.contains(&b'#') {
        (
            Cause::EnvCommentTruncated,
            "exactly as its line has it, with the #",
            HASH,
        )
    } else if text.starts_with(b"$") {
        (
            Cause::EnvVarNotExpanded,
            "as the reference itself, which nothing expanded",
            LITERAL,
        )
    } else {
        (
            Cause::EnvDollarExpanded,
            "exactly as its line has it",
            DOLLAR,
        )
    };
    all.push(variant(cause.0, cause.1, cause.2, text.to_vec()));
    let inner = super::unquoted(text).unwrap_or(text);
    if inner.contains(&b'$') {
        all.push(variant(
            Cause::EnvDollarExpanded,
            "exactly as its line has it, with nothing expanded",
            DOLLAR,
            inner.to_vec(),
        ));
        dollars(inner, variables, all);
    }
    comments(inner, all);
}

fn comments(secret: &[u8], all: &mut Vec<SecretVariant>) {
    let places = secret.iter().enumerate().filter(|(_, byte)| **byte == b'#');
    for (place, _) in places.take(3) {
        let (kept, _) = secret.split_at(place);
        let how = if kept.ends_with(b" ") || kept.ends_with(b"\t") {
            "cut off at the blank and # in it"
        } else {
            "cut off at the # in it"
        };
        let bytes = kept.trim_ascii_end().to_vec();
        all.push(variant(Cause::EnvCommentTruncated, how, HASH, bytes));
    }
}

fn dollars(secret: &[u8], variables: Option<&Variables>, all: &mut Vec<SecretVariant>) {
    let cause = Cause::EnvDollarExpanded;
    let value = |name: &str| {
        let setting = variables.and_then(|variables| variables.first(name));
        setting.map_or_else(Vec::new, |setting| setting.value.as_bytes().to_vec())
    };
    let nothing = |_: &str| Vec::new();
    let mut add = |how, bytes| all.push(variant(cause, how, DOLLAR, bytes));
    add(
        "after a $NAME in it was expanded to nothing",
        expanded(secret, Style::ANY, &nothing),
    );
    add(
        "after a ${NAME} in it was expanded to nothing",
        expanded(secret, Style::BRACES, &nothing),
    );
    add(
        "after a $NAME in it was expanded",
        expanded(secret, Style::ANY, &value),
    );
    add(
        "after a ${NAME} in it was expanded",
        expanded(secret, Style::BRACES, &value),
    );
    add(
        "as compose reads it, which expands $NAME and takes $$ for $",
        expanded(secret, Style::COMPOSE, &value),
    );
    add(
        "as a shell reads it, which takes $ and one digit for an argument",
        expanded(secret, Style::SHELL, &nothing),
    );
    add("with each $$ read as one $", replaced(secret, b"$$", b"$"));
    add("with each $ written as $$", replaced(secret, b"$", b"$$"));
    add("with each \\$ read as $", replaced(secret, b"\\$", b"$"));
    add("with each $ written as \\$", replaced(secret, b"$", b"\\$"));
    if let Some(place) = secret.iter().position(|byte| *byte == b'$') {
        let (kept, _) = secret.split_at(place);
        add("cut off at the $ in it", kept.to_vec());
    }
}

/// What a loader expands.
#[derive(Clone, Copy)]
struct Style {
    /// `$NAME`, not only `${NAME}`.
    bare: bool,
    /// `$$` is a `$`.
    doubled: bool,
    /// A name of digits ends after the first.
    one_digit: bool,
}

impl Style {
    const ANY: Self = Self {
        bare: true,
        doubled: false,
        one_digit: false,
    };
    const BRACES: Self = Self {
        bare: false,
        doubled: false,
        one_digit: false,
    };
    const COMPOSE: Self = Self {
        bare: true,
        doubled: true,
        one_digit: false,
    };
    const SHELL: Self = Self {
        bare: true,
        doubled: false,
        one_digit: true,
    };
}

fn expanded(secret: &[u8], style: Style, value: &dyn Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let mut kept = Vec::with_capacity(secret.len());
    let mut rest = secret;
    while let Some((first, tail)) = rest.split_first() {
        let doubled = style.doubled && tail.first() == Some(&b'$');
        let name = if *first == b'$' && !doubled {
            name_in(tail, style)
        } else {
            None
        };
        if let Some((name, after)) = name {
            // `${NAME:-other}` is rare in a secret; its name is what stands before the colon.
            let name = name.split(|byte| *byte == b':').next().unwrap_or_default();
            kept.extend(value(&String::from_utf8_lossy(name)));
            rest = after;
        } else {
            kept.push(*first);
            let second = if doubled { tail.get(1..) } else { None };
            rest = second.filter(|_| *first == b'$').unwrap_or(tail);
        }
    }
    kept
}

/// The name behind a `$`, and what follows it.
fn name_in(tail: &[u8], style: Style) -> Option<(&[u8], &[u8])> {
    if let Some(inner) = tail.strip_prefix(b"{") {
        let end = inner.iter().position(|byte| *byte == b'}')?;
        let (name, rest) = inner.split_at(end);
        return (!name.is_empty()).then(|| (name, rest.get(1..).unwrap_or_default()));
    }
    let digit = tail.first().is_some_and(u8::is_ascii_digit);
    let length = if style.one_digit && digit {
        1
    } else {
        let of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        tail.iter().take_while(of_name).count()
    };
    (style.bare && length > 0).then(|| tail.split_at(length))
}

/// `\n`, `\r`, `\t`, `\"`, `\\` and the like, read as in double quotes.
fn escapes(secret: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(secret.len());
    let mut bytes = secret.iter();
    while let Some(byte) = bytes.next() {
        match (*byte, bytes.as_slice().first()) {
            (b'\\', Some(next)) => {
                kept.push(match next {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => *other,
                });
                bytes.next();
            }
            (byte, _) => kept.push(byte),
        }
    }
    kept
}

fn replaced(secret: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(secret.len());
    let mut rest = secret;
    while let Some((first, tail)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(from) {
            kept.extend_from_slice(to);
            rest = after;
        } else {
            kept.push(*first);
            rest = tail;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Setting, Source};

    #[test]
    fn each_loader_expands_in_its_own_way() {
        let value = |name: &str| name.to_lowercase().into_bytes();
        for (text, any, braces, compose, shell) in [
            ("a$NAME-b", "aname-b", "a$NAME-b", "aname-b", "aname-b"),
            ("a${NAME}b", "anameb", "anameb", "anameb", "anameb"),
            ("a$$b", "a$b", "a$$b", "a$b", "a$b"),
            ("a$1bc", "a1bc", "a$1bc", "a1bc", "a1bc"),
            ("a$", "a$", "a$", "a$", "a$"),
            ("${", "${", "${", "${", "${"),
            ("${}", "${}", "${}", "${}", "${}"),
            ("${X:-y}", "x", "x", "x", "x"),
        ] {
            for (style, wanted) in [
                (Style::ANY, any),
                (Style::BRACES, braces),
                (Style::COMPOSE, compose),
                (Style::SHELL, shell),
            ] {
                let found = expanded(text.as_bytes(), style, &value);
                assert_eq!(String::from_utf8_lossy(&found), wanted, "{text}");
            }
        }
        let nothing = |_: &str| Vec::new();
        assert_eq!(expanded(b"a$1bc", Style::SHELL, &nothing), b"abc");
        assert_eq!(expanded(b"a$1bc", Style::ANY, &nothing), b"a");
    }

    #[test]
    fn known_variables_are_put_in() {
        let mut variables = Variables::default();
        variables.insert_layer([("USER".to_owned(), Setting::new("root", Source::Process))]);
        let mut all = Vec::new();
        of_value(b"pa$USER!", Some(&variables), &mut all);
        assert!(all.iter().any(|variant| *variant.bytes == b"paroot!"));
        assert!(all.iter().any(|variant| *variant.bytes == b"pa!"));
    }

    #[test]
    fn comments_and_escapes_are_read() {
        let cut = |text: &[u8]| {
            let mut all = Vec::new();
            comments(text, &mut all);
            all.into_iter()
                .map(|variant| variant.bytes.to_vec())
                .collect::<Vec<_>>()
        };
        assert_eq!(cut(b"ab #cd#e"), [&b"ab"[..], b"ab #cd"]);
        assert_eq!(escapes(br#"a\nb\\c\"d\"#), b"a\nb\\c\"d\\");
        assert_eq!(replaced(b"a$$$b", b"$$", b"$"), b"a$$b");
    }
}
