//! What a browser makes of the answer to a preflight (Fetch, section 4.8).

use super::Preflight;
use countersign_verify::Cause;

/// Why the browser does not send the request, if it does not.
pub(super) fn judge(answer: &Preflight) -> Option<(Cause, String)> {
    let origin = &answer.origin;
    let Some(allowed) = answer.allow_origin.as_deref().map(str::trim) else {
        return Some(without_origin(answer));
    };
    if allowed == "*" && answer.allow_credentials {
        let text = format!(
            "the preflight from {origin} is answered with Access-Control-Allow-Origin: * and Allow-Credentials: true, which browsers refuse together"
        );
        return Some((Cause::CorsWildcardWithCredentials, text));
    }
    if allowed != "*" && allowed != origin {
        let slashed = allowed.strip_suffix('/') == Some(origin);
        let cause = if slashed {
            Cause::CorsOriginTrailingSlash
        } else {
            Cause::CorsOriginNotAllowed
        };
        let text = format!(
            "the preflight from {origin} is answered with Access-Control-Allow-Origin: {}",
            short(allowed)
        );
        return Some((cause, text));
    }
    if !(200..300).contains(&answer.status) {
        let text = format!(
            "the preflight from {origin} is answered with {}; browsers want a status of 200 to 299",
            answer.status
        );
        return Some((Cause::CorsPreflightRejected, text));
    }
    // A star never stands for Authorization (Fetch, section 4.8, step 7).
    let headers = answer.allow_headers.as_deref().unwrap_or_default();
    let listed = headers
        .split(',')
        .any(|name| name.trim().eq_ignore_ascii_case("authorization"));
    if listed {
        return None;
    }
    let text = format!(
        "the preflight from {origin} does not allow the header Authorization (Access-Control-Allow-Headers: {})",
        short(headers)
    );
    Some((Cause::CorsHeaderNotAllowed, text))
}

fn without_origin(answer: &Preflight) -> (Cause, String) {
    let Preflight { origin, status, .. } = answer;
    if matches!(status, 401 | 403 | 405 | 407) || *status >= 500 {
        let text = format!(
            "the preflight from {origin} is answered with {status} and no Access-Control-Allow-Origin: OPTIONS does not reach what handles CORS"
        );
        return (Cause::CorsPreflightRejected, text);
    }
    let text = format!(
        "the preflight from {origin} is answered with {status} and no Access-Control-Allow-Origin"
    );
    (Cause::CorsOriginNotAllowed, text)
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Preflight {
        Preflight {
            origin: "https://app.example".into(),
            status: 204,
            allow_origin: Some("https://app.example".into()),
            allow_headers: Some("Content-Type, Authorization".into()),
            allow_credentials: true,
        }
    }

    #[test]
    fn a_good_answer_is_nothing_to_talk_about() {
        assert_eq!(judge(&good()), None);
        let star = Preflight {
            allow_origin: Some("*".into()),
            allow_credentials: false,
            ..good()
        };
        assert_eq!(judge(&star), None);
    }

    #[test]
    fn each_fault_has_its_cause() {
        let cases = [
            (
                Preflight {
                    allow_origin: Some("*".into()),
                    ..good()
                },
                Cause::CorsWildcardWithCredentials,
            ),
            (
                Preflight {
                    allow_origin: Some("https://app.example/".into()),
                    ..good()
                },
                Cause::CorsOriginTrailingSlash,
            ),
            (
                Preflight {
                    allow_origin: Some("https://other.example".into()),
                    ..good()
                },
                Cause::CorsOriginNotAllowed,
            ),
            (
                Preflight {
                    allow_origin: None,
                    ..good()
                },
                Cause::CorsOriginNotAllowed,
            ),
            (
                Preflight {
                    allow_origin: None,
                    status: 401,
                    ..good()
                },
                Cause::CorsPreflightRejected,
            ),
            (
                Preflight {
                    status: 301,
                    ..good()
                },
                Cause::CorsPreflightRejected,
            ),
            (
                Preflight {
                    allow_headers: Some("*".into()),
                    ..good()
                },
                Cause::CorsHeaderNotAllowed,
            ),
        ];
        for (answer, cause) in cases {
            assert_eq!(
                judge(&answer).map(|found| found.0),
                Some(cause),
                "{answer:?}"
            );
        }
    }
}
