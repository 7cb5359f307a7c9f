//! Tokens, decoded without a check, with who may have signed them.

use super::signature::Signature;
use crate::evidence::{Evidence, Spot};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// Beyond any time that a token may mean, in seconds or milliseconds from the epoch.
const FARTHEST: i64 = 1_000_000_000_000_000;

/// What carries a token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Carrier {
    /// The `Authorization` header, with its scheme; an empty one where the token stands alone.
    Authorization(String),
    /// A member of the body of an answer, such as `access_token`.
    Body(String),
    /// A cookie, by its name.
    Cookie(String),
    /// Another header, by its name.
    Header(String),
    /// A line of a log.
    Log,
    /// A parameter of the query, by its name.
    Query(String),
    /// A setting that a program puts into the header, by its name.
    Setting(String),
}

/// A credential as a request presents it, or as it was seen elsewhere.
pub(crate) struct PresentedToken<'e> {
    /// The text, without its scheme.
    pub(crate) text: &'e str,
    /// What carried it.
    pub(crate) carrier: Carrier,
    /// Where.
    pub(crate) spot: Spot,
    /// How many parts it has between its dots.
    pub(crate) parts: usize,
    /// The JOSE header, if it is a JWS or JWE.
    pub(crate) header: Option<Map<String, Value>>,
    /// The claims, if it is a JWS with a JSON object in it.
    pub(crate) claims: Option<Map<String, Value>>,
    /// Which known keys made its signature.
    pub(crate) signature: Signature<'e>,
}

impl<'e> PresentedToken<'e> {
    pub(super) fn new(text: &'e str, carrier: Carrier, spot: Spot, evidence: &'e Evidence) -> Self {
        let core = without_schemes(text.trim_matches(['"', '\'', ' ']));
        let parts: Vec<&str> = core.split('.').collect();
        let part = |at: usize| json(parts.get(at)?);
        let header = part(0);
        let claims = if parts.len() == 3 { part(1) } else { None };
        let alg = header
            .as_ref()
            .and_then(|header| header.get("alg")?.as_str());
        let signature = match alg {
            Some(alg) if parts.len() == 3 => Signature::of(core, alg, evidence),
            _ => Signature::default(),
        };
        Self {
            text,
            carrier,
            spot,
            parts: parts.len(),
            claims,
            signature,
            header,
        }
    }

    /// A claim, of whatever type.
    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.as_ref()?.get(name)
    }

    /// A claim that is a string.
    pub(crate) fn text_claim(&self, name: &str) -> Option<&str> {
        self.claim(name)?.as_str()
    }

    /// A time claim, in seconds as it stands; fractions are cut off, and what is beyond any calendar is brought
    /// within reach, so that differences of times cannot overflow.
    pub(crate) fn time_claim(&self, name: &str) -> Option<i64> {
        let value = self.claim(name)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a fraction of a second does not count"
        )]
        let seconds = value
            .as_i64()
            .or_else(|| value.as_f64().map(|float| float as i64))?;
        Some(seconds.clamp(-FARTHEST, FARTHEST))
    }

    /// A member of the JOSE header that is a string.
    pub(crate) fn header_text(&self, name: &str) -> Option<&str> {
        self.header.as_ref()?.get(name)?.as_str()
    }

    /// The audiences it names.
    pub(crate) fn audiences(&self) -> Vec<&str> {
        match self.claim("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it is a JWS with claims.
    pub(crate) fn is_signed_token(&self) -> bool {
        self.claims.is_some()
    }

    /// Whether it is encrypted (RFC 7516, section 3.1).
    pub(crate) fn is_encrypted(&self) -> bool {
        self.parts == 5
            && self
                .header
                .as_ref()
                .is_some_and(|header| header.contains_key("enc"))
    }

    /// Whether it is neither a JWS nor a JWE, but one word.
    pub(crate) fn is_opaque(&self) -> bool {
        self.header.is_none() && !self.text.is_empty() && !self.text.contains(char::is_whitespace)
    }

    /// Where it stands, with a claim shown in its place.
    pub(crate) fn claim_spot(&self, name: &str) -> Spot {
        let shown = match self.claim(name) {
            Some(value) => format!("\"{name}\": {}", shown(value)),
            None => format!("no \"{name}\""),
        };
        self.spot_with(&shown)
    }

    /// Where it stands, with a member of its header shown in its place.
    pub(crate) fn header_spot(&self, name: &str) -> Spot {
        let shown = match self.header.as_ref().and_then(|header| header.get(name)) {
            Some(value) => format!("\"{name}\": {}", shown(value)),
            None => format!("no \"{name}\""),
        };
        self.spot_with(&shown)
    }

    fn spot_with(&self, shown: &str) -> Spot {
        let mut spot = self.spot.clone();
        let line = format!("{} ({shown})", spot.shown);
        spot.shown = line;
        spot.columns = 0..0;
        spot.mark(shown)
    }
}

/// The token behind a scheme that stands twice: what is wrong with it comes next.
fn without_schemes(text: &str) -> &str {
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(char::is_whitespace) {
        if !word.trim_end_matches(':').eq_ignore_ascii_case("bearer") {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

/// A value as it may be shown: short, on one line.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn json(part: &str) -> Option<Map<String, Value>> {
    let part = part.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .or_else(|_| STANDARD_NO_PAD.decode(part));
    serde_json::from_slice(&bytes.ok()?).ok()
}
