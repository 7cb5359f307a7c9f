//! `public-url-insecure`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::PublicUrlInsecure,
    rule: None,
    title: "The public URL is not https",
    what: "Production (and staging) need a public URL with `https`. Over plain `http` everybody on the way can read passwords and tokens, and browsers keep no Secure cookies.",
    why: &[
        "The URL of the development set-up was kept.",
        "TLS ends at a proxy, and the address behind it was taken. The public URL is the one in the browser.",
    ],
    fix: Fix {
        summary: "Set `PUBLIC_URL` to the `https` address that people see.",
        steps: &[
            run("Set it. The server itself may go on listening without TLS on loopback, behind the proxy.", "PUBLIC_URL=https://auth.example.org"),
            run("Name the proxy, so that addresses of clients are taken from its headers.", "TRUSTED_PROXIES=127.0.0.1/32"),
        ],
    },
    example: Example::StartUp {
        message: "http://auth.example.org is not https, which production needs",
        source: ".env",
        line: Some((2, "PUBLIC_URL=http://auth.example.org", "http://")),
    },
    standard: Some("RFC 6750, section 5.3; ASVS V3.3.1, V3.4.1"),
    related: &[Cause::ProxyProtoLost, Cause::CookieSecureOverHttp, Cause::EnvironmentUnset],
};
