//! `rsa-modulus-weak`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RsaModulusWeak,
    rule: None,
    title: "The RSA key can be broken",
    what: "The modulus `n` bears the mark of a flawed key generator (CVE-2017-15361, called ROCA): its private key can be computed from the public one. Or `n` is divided by a small prime, so that it is no RSA modulus at all. Whoever wants can sign as the issuer.",
    why: &[
        "The key was made on a smart card or TPM with the flawed Infineon library, sold until 2017.",
        "The modulus was damaged on its way: one wrong bit is enough.",
        "The key was made to be broken.",
    ],
    fix: Fix {
        summary: "Replace the key at once, and distrust what was signed with it.",
        steps: &[
            say("Take the key out of the set that verifiers trust."),
            run("Make a new one, in software or on a device that is not affected.", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out key.pem"),
            say("Update the device's firmware before it makes keys again."),
        ],
    },
    example: Example::StartUp {
        message: "the modulus bears the mark of CVE-2017-15361 (ROCA): its private key can be computed",
        source: "issuer.jwk.json",
        line: None,
    },
    standard: Some("RFC 8725, section 3.5; CVE-2017-15361; NIST SP 800-89, section 5.3.3"),
    related: &[Cause::RsaKeySize, Cause::RsaExponentWeak, Cause::PrivateKeyPublished],
};
