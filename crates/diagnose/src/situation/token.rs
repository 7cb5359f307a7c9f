//! The tokens that were presented, decoded without a check.

use crate::evidence::{Evidence, Spot};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A token as a request presents it.
pub(crate) struct PresentedToken<'e> {
    /// The text, without scheme and quotes.
    pub(crate) text: &'e str,
    /// Where.
    pub(crate) spot: Spot,
    /// The JOSE header, if it is a JWS or JWE.
    pub(crate) header: Option<Map<String, Value>>,
    /// The claims, if it is a JWS with a JSON object in it.
    pub(crate) claims: Option<Map<String, Value>>,
}

impl PresentedToken<'_> {
    /// A claim that is a string.
    pub(crate) fn text_claim(&self, name: &str) -> Option<&str> {
        self.claims.as_ref()?.get(name)?.as_str()
    }

    /// The audiences it names.
    pub(crate) fn audiences(&self) -> Vec<&str> {
        match self.claims.as_ref().and_then(|claims| claims.get("aud")) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// The bearer tokens of the failing requests.
pub(super) fn presented(evidence: &Evidence) -> Vec<PresentedToken<'_>> {
    let requests = evidence
        .failing
        .iter()
        .filter_map(|exchange| exchange.request.as_ref());
    let headers = requests.flat_map(|request| {
        request
            .headers
            .all("authorization")
            .map(move |header| (request, header))
    });
    headers
        .filter_map(|(request, header)| {
            let (scheme, text) = header.value.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| decoded(text.trim(), request.spot(header)))
        })
        .collect()
}

fn decoded(text: &str, spot: Spot) -> PresentedToken<'_> {
    let parts: Vec<&str> = text.split('.').collect();
    let part = |at: usize| {
        let json = URL_SAFE_NO_PAD
            .decode(parts.get(at)?.trim_end_matches('='))
            .ok()?;
        serde_json::from_slice::<Map<String, Value>>(&json).ok()
    };
    let claims = if parts.len() == 3 { part(1) } else { None };
    PresentedToken {
        text,
        spot,
        header: part(0),
        claims,
    }
}
