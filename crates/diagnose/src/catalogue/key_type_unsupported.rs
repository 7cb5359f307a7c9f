//! `key-type-unsupported`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::KeyTypeUnsupported,
    rule: None,
    title: "The key is of a type or curve that is not verified here",
    what: "Verified are `EdDSA` (Ed25519), `ES256` to `ES512`, `RS256` to `RS512` and `PS256` to `PS512`, and `HS256` to `HS512`. The key is of another kind: another curve, such as secp256k1 or Ed448, another type, or an `alg` that is not among these.",
    why: &[
        "The issuer signs with `ES256K` or `Ed448`.",
        "The key is for another purpose, such as agreeing on keys (`ECDH-ES`, X25519).",
        "`alg` or `crv` is misspelt: case counts.",
    ],
    fix: Fix {
        summary: "Have the issuer sign with a supported algorithm; `ES256` and `RS256` are known everywhere.",
        steps: &[
            run("See what the key says of itself.", "jq '.keys[] | {kid, kty, crv, alg, use}' issuer.jwks.json"),
            say("Set the issuer to `ES256`, `EdDSA` or `RS256`."),
            say("If it publishes several keys, the ones that are supported are used; tokens of the others are refused."),
        ],
    },
    example: Example::StartUp {
        message: "the curve \"secp256k1\" is not known; Ed25519, P-256, P-384 and P-521 are",
        source: "issuer.jwk.json",
        line: None,
    },
    standard: Some("RFC 7518, sections 3.1, 6.1 and 6.2.1.1; RFC 8037, section 2; RFC 8725, section 3.2"),
    related: &[Cause::AlgMismatch, Cause::KeyUnusable, Cause::KeyPurposeWrong],
};
