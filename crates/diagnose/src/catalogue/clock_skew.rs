//! `clock-skew`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ClockSkew,
    rule: None,
    title: "The token comes from the future",
    what: "`iat` or `nbf` is later than this server's time by more than the leeway (60 seconds unless set otherwise). One of two clocks is wrong, and the trace says by how much.",
    why: &[
        "The machine that issues tokens has a clock that runs ahead, or the one that checks runs behind: no time service, a virtual machine that slept, a container host after suspend.",
        "`iat` was computed from local time as if it were UTC, and is whole hours off.",
        "`nbf` was set to a later time on purpose.",
    ],
    fix: Fix {
        summary: "Set the clocks right: run a time service on both machines.",
        steps: &[
            run("Compare both clocks with a third.", "date -u; curl -sI https://www.example.org | grep -i '^date'"),
            run("Turn time synchronisation on, on the machine that is off.", "timedatectl set-ntp true && timedatectl"),
            run("If the difference is whole hours, compute `iat` from UTC.", "datetime.now(timezone.utc)        # not datetime.utcnow().timestamp()"),
            say("A leeway of up to some minutes (`AUTH_JWT_LEEWAY`) helps until then."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "iat is 4 min 10 s ahead of this server's clock; leeway 60 s",
    },
    standard: Some("RFC 7519, sections 4.1.5 and 4.1.6"),
    related: &[Cause::TokenExpired, Cause::ExpTimezoneNaive, Cause::TotpClockDrift],
};
