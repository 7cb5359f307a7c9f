//! What the texts have to be like.

use countersign_diagnose::{CauseDoc, Example, Style, all, explain};
use countersign_verify::Cause;
use std::collections::BTreeSet;

fn docs() -> impl Iterator<Item = &'static CauseDoc> {
    Cause::ALL.iter().map(|cause| explain(*cause))
}

/// Every text of a cause, with a word on which one it is.
fn texts(doc: &CauseDoc) -> Vec<(&'static str, &'static str)> {
    let mut texts = vec![
        ("title", doc.title),
        ("what", doc.what),
        ("summary", doc.fix.summary),
    ];
    texts.extend(doc.why.iter().map(|why| ("why", *why)));
    for step in doc.fix.steps {
        texts.push(("step", step.text));
        texts.extend(step.code.map(|code| ("code", code)));
    }
    match doc.example {
        Example::Refusal { request, trace } => {
            texts.extend([("request", request), ("trace", trace)]);
        }
        Example::StartUp {
            message, source, ..
        } => {
            texts.extend([("message", message), ("source", source)]);
        }
    }
    texts.extend(doc.standard.map(|standard| ("standard", standard)));
    texts
}

#[test]
fn no_text_is_empty_or_untidy() {
    for doc in docs() {
        for (kind, text) in texts(doc) {
            let slug = doc.cause.slug();
            assert!(!text.trim().is_empty(), "{slug}: {kind}");
            assert_eq!(text.trim(), text, "{slug}: {kind}");
            assert!(
                kind == "code" || kind == "request" || !text.contains("  "),
                "{slug}: {kind}: {text}"
            );
            assert_eq!(
                text.matches('`').count() % 2,
                usize::from(kind == "code" && text.matches('`').count() % 2 == 1),
                "{slug}: {kind}: {text}"
            );
        }
        assert!(doc.why.len() >= 2, "{}: one way only", doc.cause.slug());
        assert!(!doc.fix.steps.is_empty(), "{}", doc.cause.slug());
    }
}

#[test]
fn sentences_end_and_titles_do_not() {
    for entry in all() {
        let slug = entry.cause.slug();
        assert!(!entry.title.ends_with('.'), "{slug}");
        assert!(entry.title.chars().count() <= 80, "{slug}: {}", entry.title);
        assert!(
            entry.title.starts_with(|c: char| c.is_uppercase()),
            "{slug}"
        );
        let doc = entry.doc;
        let sentences = [doc.what, doc.fix.summary]
            .into_iter()
            .chain(doc.why.iter().copied());
        for text in sentences {
            assert!(text.ends_with(['.', '?', ')']), "{slug}: {text}");
        }
        for step in doc.fix.steps {
            assert!(
                step.text.ends_with(['.', ':', '?']) || step.code.is_some(),
                "{slug}: {}",
                step.text
            );
        }
    }
}

#[test]
fn no_two_causes_have_one_title() {
    let titles: BTreeSet<_> = all().map(|entry| entry.title.to_lowercase()).collect();
    assert_eq!(titles.len(), Cause::ALL.len());
}

#[test]
fn texts_stay_short_enough_to_be_read() {
    for doc in docs() {
        let slug = doc.cause.slug();
        assert!(
            doc.what.chars().count() <= 520,
            "{slug}: {}",
            doc.what.chars().count()
        );
        assert!(
            doc.fix.summary.chars().count() <= 160,
            "{slug}: {}",
            doc.fix.summary
        );
        assert!((1..=5).contains(&doc.fix.steps.len()), "{slug}");
        assert!(doc.why.len() <= 6, "{slug}");
        for code in doc.fix.steps.iter().filter_map(|step| step.code) {
            for line in code.lines() {
                assert!(line.chars().count() <= 96, "{slug}: {line}");
            }
        }
    }
}

#[test]
fn related_causes_are_others_and_named_once() {
    for doc in docs() {
        let related: BTreeSet<_> = doc.related.iter().collect();
        assert_eq!(related.len(), doc.related.len(), "{}", doc.cause.slug());
        assert!(!related.contains(&doc.cause), "{}", doc.cause.slug());
        assert!(!related.is_empty(), "{}", doc.cause.slug());
    }
}

/// A slug between back-quotes in a text is one of the table.
#[test]
fn a_text_that_says_slug_names_one() {
    for doc in docs() {
        for (_, text) in texts(doc) {
            for after in text.split("slug `").skip(1) {
                let slug = after.split('`').next().unwrap();
                assert!(Cause::find(slug).is_some(), "{}: {slug}", doc.cause.slug());
            }
        }
    }
}

/// No sample is a secret: values of secrets are shown as fingerprints.
#[test]
fn the_underlined_part_is_in_the_line_and_secrets_are_fingerprints() {
    for doc in docs() {
        let Example::StartUp {
            line: Some((number, text, part)),
            ..
        } = doc.example
        else {
            continue;
        };
        let slug = doc.cause.slug();
        assert!(number > 0 && text.contains(part), "{slug}");
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let secret = name.contains("SECRET")
            && !["secret-placeholder", "env-var-not-expanded"].contains(&slug);
        assert!(!secret || value.contains("sha256:"), "{slug}: {text}");
    }
}

#[test]
fn the_explanation_fits_the_width_but_for_code() {
    for entry in all() {
        for width in [60, 80, 100] {
            let text = entry.human(Style::Plain, width);
            assert!(!text.contains('\u{1b}'));
            let code: BTreeSet<&str> = explain(entry.cause)
                .fix
                .steps
                .iter()
                .filter_map(|step| step.code)
                .flat_map(str::lines)
                .map(str::trim)
                .collect();
            for line in text.lines() {
                let bare = line.trim();
                let fixed = code.contains(bare)
                    || bare.starts_with(['<', '>'])
                    || bare.contains('|')
                    || bare.contains("-->")
                    || !bare.trim_start_matches(['-', '+', ' ']).contains(' ');
                // The head of a start-up example is set at 76 columns.
                let limit = width.max(78);
                assert!(
                    fixed || line.chars().count() <= limit,
                    "{}: {line}",
                    entry.cause.slug()
                );
            }
        }
    }
}

#[test]
fn json_has_the_texts_as_they_are() {
    for entry in all() {
        let json = entry.json();
        assert_eq!(json["code"], entry.cause.code());
        assert_eq!(json["slug"], entry.cause.slug());
        assert_eq!(json["title"], entry.title);
        assert_eq!(json["told"]["code"], entry.cause.told().code());
        let doc = explain(entry.cause);
        assert_eq!(json["detected"], true);
        assert_eq!(json["explanation"], doc.what);
        assert_eq!(json["why"].as_array().unwrap().len(), doc.why.len());
        assert_eq!(
            json["fix"]["steps"].as_array().unwrap().len(),
            doc.fix.steps.len()
        );
        assert_eq!(json["related"][0], doc.related[0].slug());
        assert!(json["example"].is_object());
    }
}
