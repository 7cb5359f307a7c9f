//! The story of one request.

use countersign_diagnose::{Style, TokenMark, TraceRecord, explain};
use countersign_verify::{Cause, Check, Explained, Grade, Secret, Trace, TraceId};
use serde_json::json;

fn refused() -> TraceRecord {
    let mut trace = Trace::new(TraceId::from_bytes([0x5f; 16]));
    trace.passed(Check::Presented, "bearer token in the Authorization header");
    trace.passed(Check::Form, "HS256, no kid");
    trace.noted(
        Check::Key,
        "1 key without kid: JWT_SECRET_STAGING, sha256:1f0c22ab",
    );
    trace.failed(
        Check::Signature,
        "CSN3002 secret-mismatch: the signature holds under no key of this server",
    );
    trace.skipped(Check::Claims, "not read, since nobody vouches for them");
    TraceRecord {
        trace,
        at: "2026-02-03T09:14:20.120000Z".to_owned(),
        method: "GET".to_owned(),
        path: "/api/settings".to_owned(),
        client: Some("203.0.113.7".to_owned()),
        token: None,
        user: None,
        session: None,
        cause: Some(Cause::SecretMismatch),
        detail: "the signature holds under no key of this server".to_owned(),
        findings: vec![
            Explained {
                cause: Cause::TokenTampered,
                grade: Grade::Suggested,
                confidence: 0.1,
                text: "the payload may have been edited".to_owned(),
                fix: None,
                about: Vec::new(),
            },
            Explained {
                cause: Cause::SecretTrailingNewline,
                grade: Grade::Proved,
                confidence: 0.99,
                text: "the signature holds under JWT_SECRET_STAGING followed by a line feed"
                    .to_owned(),
                fix: None,
                about: Vec::new(),
            },
        ],
    }
}

#[test]
fn what_was_found_to_change_here_goes_before_the_catalogue() {
    let mut refused = refused();
    refused.findings[1].fix = Some("take the newline out of secrets/jwt".to_owned());
    let text = refused.human(Style::Plain, 90);
    let fix = "fix       take the newline out of secrets/jwt\nmore ";
    assert!(text.contains(fix), "{text}");
    let json = refused.json();
    assert_eq!(json["findings"][0]["grade"], "proved");
    let fix = json!({"summary": "take the newline out of secrets/jwt", "steps": []});
    assert_eq!(json["fix"], fix, "scripts are told the same");
}

#[test]
fn a_refusal_is_told_from_the_first_check_to_the_fix() {
    let text = refused().human(Style::Plain, 90);
    let expected = "\
trace 5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f
2026-02-03T09:14:20.120000Z  GET /api/settings
from 203.0.113.7

  ✓ presented   bearer token in the Authorization header
  ✓ form        HS256, no kid
  · key         1 key without kid: JWT_SECRET_STAGING, sha256:1f0c22ab
  ✗ signature   CSN3002 secret-mismatch: the signature holds under no key of this server
  – claims      not read, since nobody vouches for them

told      CSN7001 `credentials-invalid`, status 401
cause     CSN3002 `secret-mismatch`: The token was signed with another secret
finding   CSN3003 `secret-trailing-newline`: The secret was used with a newline or blank
          at its end (proved, 99% sure): the signature holds under JWT_SECRET_STAGING
          followed by a line feed
finding   CSN3023 `token-tampered`: The token was changed after it was signed (a guess,
          10% sure): the payload may have been edited

why       ";
    assert!(text.starts_with(expected), "{text}");
    let fix = explain(Cause::SecretTrailingNewline).fix;
    assert!(text.contains(&fix.summary[..40]), "{text}");
    assert!(text.contains("          1. "), "{text}");
    assert!(
        text.ends_with("more      `countersign explain CSN3003`\n"),
        "{text}"
    );
}

#[test]
fn a_token_is_told_by_its_fingerprint() {
    let token = Secret::from("eyJhbGciOiJub25lIn0.e30.");
    let record = TraceRecord {
        token: Some(TokenMark::of(&token)),
        ..refused()
    };
    let fingerprint = token.fingerprint().to_string();
    let text = record.human(Style::Plain, 90);
    let line = format!("\ntoken {fingerprint}, 24 bytes\n");
    assert!(text.contains(&line), "{text}");
    assert!(!text.contains("eyJ"), "{text}");
    let json = record.json();
    let mark = json!({"fingerprint": fingerprint, "bytes": 24});
    assert_eq!(json["token"], mark);
}

#[test]
fn a_finding_that_repeats_the_refusal_is_left_out() {
    let mut record = refused();
    record.findings = vec![Explained {
        cause: Cause::SecretMismatch,
        grade: Grade::Suggested,
        confidence: 0.6,
        text: "the signature holds under no key of this server".to_owned(),
        fix: None,
        about: Vec::new(),
    }];
    assert!(!record.human(Style::Plain, 90).contains("\nfinding "));
    record.findings[0].text = "it holds under the secret of staging".to_owned();
    assert!(record.human(Style::Plain, 90).contains("\nfinding "));
}

#[test]
fn a_refusal_without_checks_says_what_happened() {
    let mut record = refused();
    record.trace.steps.clear();
    record.findings.clear();
    record.cause = Some(Cause::CredentialsInvalid);
    record.detail = "no account has this address".to_owned();
    let text = record.human(Style::Plain, 90);
    let expected = "\nfrom 203.0.113.7\n\ntold      CSN7001 `credentials-invalid`, status 401\n";
    assert!(text.contains(expected), "{text}");
    assert!(
        text.contains("\ndetail    no account has this address\n"),
        "{text}"
    );
    assert_eq!(record.json()["detail"], "no account has this address");
}

#[test]
fn the_surest_finding_chooses_the_fix_if_it_is_sure_enough() {
    let mut record = refused();
    assert_eq!(record.root(), Some(Cause::SecretTrailingNewline));
    record.findings.pop();
    assert_eq!(record.root(), Some(Cause::SecretMismatch));
    record.findings.clear();
    assert_eq!(record.root(), Some(Cause::SecretMismatch));
}

#[test]
fn an_accepted_request_has_no_cause_and_needs_no_fix() {
    let record = TraceRecord {
        cause: None,
        findings: Vec::new(),
        user: Some("0190d2c3".to_owned()),
        ..refused()
    };
    let text = record.human(Style::Plain, 90);
    assert!(text.contains("\nuser 0190d2c3\n"), "{text}");
    assert!(
        text.ends_with("outcome   accepted: no check refused it\n"),
        "{text}"
    );
    let json = record.json();
    assert_eq!(json["outcome"], "accepted");
    assert!(json["cause"].is_null() && json["told"].is_null() && json["fix"].is_null());
}

#[test]
fn json_tells_what_was_told_apart_from_the_cause() {
    let json = refused().json();
    assert_eq!(json["trace_id"], "5f".repeat(16));
    assert_eq!(json["outcome"], "refused");
    assert_eq!(json["told"]["slug"], "credentials-invalid");
    assert_eq!(json["cause"]["slug"], "secret-mismatch");
    assert_eq!(json["root"]["slug"], "secret-trailing-newline");
    assert_eq!(json["steps"][3]["outcome"], "failed");
    assert_eq!(json["findings"][0]["slug"], "secret-trailing-newline");
    assert!(json["fix"]["steps"][0]["text"].is_string());
}

#[test]
fn the_stored_document_is_read_back() {
    for record in [
        refused(),
        TraceRecord {
            cause: None,
            findings: Vec::new(),
            ..refused()
        },
    ] {
        let document = serde_json::to_string(&record).unwrap();
        assert_eq!(
            serde_json::from_str::<TraceRecord>(&document).unwrap(),
            record
        );
    }
    let document = serde_json::to_string(&refused()).unwrap();
    assert!(
        document.contains("\"cause\":\"secret-mismatch\""),
        "{document}"
    );
    let unknown = document.replace("\"secret-mismatch\"", "\"no-such-cause\"");
    assert!(serde_json::from_str::<TraceRecord>(&unknown).is_err());
}

#[test]
fn what_a_stranger_sent_cannot_steer_the_terminal() {
    let mut record = refused();
    record.path = "/\x1b]0;owned\x07".to_owned();
    record.client = Some("a\nb".to_owned());
    record
        .trace
        .noted(Check::Presented, "user agent \x1b[2J\rtold      nothing");
    record.findings[0].text = "\x1b[31m".to_owned();
    let text = record.human(Style::Plain, 80);
    assert!(!text.contains(['\x1b', '\x07', '\r']), "{text}");
    assert!(text.contains("from a\\nb\n"), "{text}");
}

#[test]
fn lines_keep_to_the_width() {
    for width in [60, 80, 100] {
        for line in refused().human(Style::Plain, width).lines() {
            let code = line.starts_with("               ");
            assert!(code || line.chars().count() <= width, "{width}: {line}");
        }
    }
}
