//! `rsa-exponent-weak`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RsaExponentWeak,
    rule: None,
    title: "The RSA key has an unsafe public exponent",
    what: "The exponent `e` must be odd and at least 65537. With 1, every signature is just the padded hash, which anybody can write; an even one belongs to no key at all; and small ones, such as 3, have let forged signatures through wherever padding was checked carelessly.",
    why: &[
        "The key was made by an old tool, with `e` = 3.",
        "`e` was written as a decimal number; a JWK has the bytes in base64url: `AQAB` is 65537.",
        "Somebody put a key of his own making into the set.",
    ],
    fix: Fix {
        summary: "Make a key with the usual exponent 65537.",
        steps: &[
            run("Look at the exponent.", "openssl pkey -pubin -in key.pem -noout -text"),
            run("Make a key; 65537 is what every tool takes if not told otherwise.", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out key.pem"),
        ],
    },
    example: Example::StartUp {
        message: "the public exponent is 3; it must be odd and at least 65537 (FIPS 186-5, section 5.4)",
        source: "issuer.jwk.json",
        line: None,
    },
    standard: Some("FIPS 186-5, section 5.4; RFC 8017, section 3.1; RFC 7518, section 6.3.1.2"),
    related: &[Cause::RsaKeySize, Cause::RsaModulusWeak, Cause::KeyUnusable],
};
