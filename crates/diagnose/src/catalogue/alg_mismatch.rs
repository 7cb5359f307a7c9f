//! `alg-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AlgMismatch,
    rule: None,
    title: "The token is signed with another algorithm than this server allows",
    what: "The key decides which algorithm counts, never the token. The token's header names one for which this server has no key, such as RS256 where only HS256 is set up; or it names `none`, which is no signature at all and never allowed.",
    why: &[
        "The issuer moved from a shared secret to key pairs (Supabase, Auth0 and others have done so), and the verifier still has the secret.",
        "The token is from another issuer than you think.",
        "A library was told to leave the signature out, for a test.",
        "Somebody tries a known attack: `none`, or an RS256 public key used as an HS256 secret. Both fail here.",
    ],
    fix: Fix {
        summary: "Set up the verifier for the algorithm that the issuer uses.",
        steps: &[
            run("See what the token says of itself: `alg`, `kid`, `iss`.", "countersign inspect \"$TOKEN\""),
            say("For EdDSA or ES256, give the verifier the issuer's key set (JWKS); for HS256 the shared secret."),
            say("If the token is from an issuer that you do not know, find out which part of the client takes it from there."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.AA",
        trace: "the token's alg is \"none\"; allowed are EdDSA, ES256, HS256",
    },
    standard: Some("RFC 8725, sections 3.1 and 3.2; RFC 7515, section 10.7; ASVS V9.1.2"),
    related: &[Cause::TokenHeaderUnsupported, Cause::KidNotInJwks, Cause::SecretMismatch, Cause::TokenTampered],
};
