//! What libraries that verify tokens say.

use super::Check::{Audience, Expiry, Form, Issuer, Key, NotBefore, Signature};
use super::check::ANY;
use super::{Library, Symptom, Table};

/// `jsonwebtoken` of npm, 9.0: algorithm, signature, `nbf`, `exp`, `aud`, `iss`, `sub`.
const JSONWEBTOKEN_NPM: Library = Library {
    name: "jsonwebtoken (npm)",
    checks: &[Form, Key, Signature, NotBefore, Expiry, Audience, Issuer],
};

/// `jose` of npm: signature, then `typ`, `iss`, `sub`, `aud`, `nbf`, `exp`.
const JOSE_NPM: Library = Library {
    name: "jose (npm)",
    checks: &[Form, Key, Signature, Issuer, Audience, NotBefore, Expiry],
};

pub(super) const TABLES: &[Table] = &[
    Table {
        by: &ANY,
        phrases: &[
            ("invalidaudience", Symptom::AudienceRefused),
            ("signature verification failed", Symptom::SignatureRefused),
        ],
    },
    Table {
        by: &JSONWEBTOKEN_NPM,
        phrases: &[
            ("jwt audience invalid", Symptom::AudienceRefused),
            ("invalid signature", Symptom::SignatureRefused),
            ("jwt expired", Symptom::TokenExpired),
            ("jwt malformed", Symptom::TokenMalformed),
        ],
    },
    Table {
        by: &JOSE_NPM,
        phrases: &[("unexpected \"aud\" claim value", Symptom::AudienceRefused)],
    },
];
