//! Key pairs in place of key pairs, so that tokens can be signed again.

use super::letters::Letters;
use crate::evidence::Document;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::{JwkSet, KeyRing, jws};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// RSA key pairs that everybody knows: drawing one takes long, and a stand-in need not be secret.
const RSA: [&[u8]; 2] = [include_bytes!("rsa-1.der"), include_bytes!("rsa-2.der")];

/// The key pairs of the evidence with their stand-ins.
#[derive(Default)]
pub(super) struct Pairs {
    all: Vec<Pair>,
    members: BTreeMap<String, String>,
    /// What could not be kept.
    pub(super) lost: Vec<String>,
}

struct Pair {
    ring: KeyRing,
    stand_in: StandIn,
}

enum StandIn {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

/// The stand-ins of all keys in documents. RSA keys get a pair only where they signed one of the tokens.
pub(super) fn pairs(letters: &Letters, documents: &[Document], tokens: &BTreeSet<String>) -> Pairs {
    let mut pairs = Pairs::default();
    for document in documents.iter().filter(|one| one.text.contains("\"kty\"")) {
        let Ok(json) = serde_json::from_str::<Value>(&document.text) else {
            continue;
        };
        let keys = match json.get("keys").and_then(Value::as_array) {
            Some(keys) => keys.iter().filter_map(Value::as_object).collect(),
            None => json.as_object().into_iter().collect::<Vec<_>>(),
        };
        for key in keys {
            pairs.add(letters, key, tokens);
        }
    }
    pairs
}

impl Pairs {
    /// The members of keys with their stand-ins.
    pub(super) fn members(&self) -> BTreeMap<String, String> {
        self.members.clone()
    }

    /// Signs what stands for a token, where the key that signed the token is known.
    pub(super) fn signature(&self, token: &str, alg: &str, input: &str) -> Option<String> {
        let pair = self
            .all
            .iter()
            .find(|pair| jws::verify_compact(token, &pair.ring, None).is_ok())?;
        pair.stand_in
            .sign(alg, input.as_bytes())
            .map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }

    fn add(&mut self, letters: &Letters, key: &Map<String, Value>, tokens: &BTreeSet<String>) {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        if text("x")
            .or(text("n"))
            .is_some_and(|known| self.members.contains_key(known))
        {
            return;
        }
        let ring = JwkSet::parse(Value::Object(key.clone()).to_string().as_bytes())
            .ok()
            .and_then(|set| set.ring("stand-in").ok());
        let made = match (text("kty"), text("crv")) {
            (Some("EC"), Some(curve)) => text("x").and_then(|x| ec(letters, curve, x)),
            (Some("OKP"), Some("Ed25519")) => text("x").and_then(|x| ed(letters, x)),
            (Some("RSA"), _) => {
                let signs = |ring: &KeyRing| {
                    tokens
                        .iter()
                        .any(|token| jws::verify_compact(token, ring, None).is_ok())
                };
                if ring.as_ref().is_some_and(signs) {
                    self.rsa()
                } else {
                    None
                }
            }
            _ => None,
        };
        for (name, value) in key {
            let stand_in = made
                .as_ref()
                .and_then(|(_, members)| members.get(name.as_str()));
            self.member(letters, name, value, stand_in);
        }
        if let (Some((stand_in, _)), Some(ring)) = (made, ring) {
            self.all.push(Pair { ring, stand_in });
        }
    }

    fn member(&mut self, letters: &Letters, name: &str, value: &Value, stand_in: Option<&String>) {
        if let (Some(items), "x5c") = (value.as_array(), name) {
            for item in items {
                self.member(letters, "x5t", item, None);
            }
        }
        let Some(value) = value.as_str().filter(|value| value.len() > 8) else {
            return;
        };
        let made = match (stand_in, name) {
            (Some(stand_in), _) => stand_in.clone(),
            // The length of the modulus, and that it is odd, stand in its first and last letters.
            (None, "n") => middle(letters, value, 2, 2),
            (None, "x" | "y" | "d" | "p" | "q" | "dp" | "dq" | "qi" | "k" | "x5t" | "x5t#S256") => {
                letters.secret(value)
            }
            (None, _) => return,
        };
        self.members.insert(value.to_owned(), made);
    }

    fn rsa(&mut self) -> Option<(StandIn, BTreeMap<&'static str, String>)> {
        let taken = self
            .all
            .iter()
            .filter(|pair| matches!(pair.stand_in, StandIn::Rsa(_)))
            .count();
        let Some(pair) = RSA
            .get(taken)
            .and_then(|der| RsaKeyPair::from_pkcs8(der).ok())
        else {
            self.lost.push(
                "more than two RSA keys signed tokens; the signatures of the others fit nothing"
                    .to_owned(),
            );
            return None;
        };
        // RSAPublicKey (RFC 8017, appendix A.1.1) of 2048 bits: 9 bytes before the modulus.
        let n = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref().get(9..265)?);
        Some((StandIn::Rsa(Box::new(pair)), BTreeMap::from([("n", n)])))
    }
}

impl StandIn {
    fn sign(&self, alg: &str, input: &[u8]) -> Option<Vec<u8>> {
        // ECDSA and PSS are salted by the library itself; it takes nothing from this.
        let random = SystemRandom::new();
        match self {
            Self::Ec(pair) => pair
                .sign(&random, input)
                .ok()
                .map(|made| made.as_ref().to_vec()),
            Self::Ed(pair) => Some(pair.sign(input).as_ref().to_vec()),
            Self::Rsa(pair) => {
                let padding: &'static dyn signature::RsaEncoding = match alg {
                    "RS384" => &signature::RSA_PKCS1_SHA384,
                    "RS512" => &signature::RSA_PKCS1_SHA512,
                    "PS256" => &signature::RSA_PSS_SHA256,
                    "PS384" => &signature::RSA_PSS_SHA384,
                    "PS512" => &signature::RSA_PSS_SHA512,
                    _ => &signature::RSA_PKCS1_SHA256,
                };
                let mut made = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, input, &mut made).ok()?;
                Some(made)
            }
        }
    }
}

type Made = (StandIn, BTreeMap<&'static str, String>);

/// A pair on a curve whose scalar is drawn by the map (RFC 5915: `ECPrivateKey` with the curve named by [0]).
fn ec(letters: &Letters, curve: &str, x: &str) -> Option<Made> {
    let (alg, length, oid): (_, usize, &[u8]) = match curve {
        "P-256" => (
            &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            32,
            &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        ),
        "P-384" => (
            &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
            48,
            &[0x2b, 0x81, 4, 0, 0x22],
        ),
        "P-521" => (
            &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
            66,
            &[0x2b, 0x81, 4, 0, 0x23],
        ),
        _ => return None,
    };
    let byte = |length: usize| u8::try_from(length).unwrap_or_default();
    let drawn = [
        letters.bytes("scalar", x.as_bytes()),
        letters.bytes("scalar, more", x.as_bytes()),
    ]
    .concat();
    // Below the order of every curve: the first bytes are nought.
    let mut scalar = vec![0; length.saturating_sub(drawn.len()).max(1)];
    scalar.extend(drawn.into_iter().take(length - scalar.len()));
    let mut der = vec![0x30, byte(9 + length + oid.len()), 2, 1, 1, 4, byte(length)];
    der.extend(&scalar);
    der.extend([0xa0, byte(oid.len() + 2), 6, byte(oid.len())]);
    der.extend(oid);
    let pair = EcdsaKeyPair::from_private_key_der(alg, &der).ok()?;
    let point = pair.public_key().as_ref().get(1..)?.to_vec();
    let (x, y) = point.split_at_checked(length)?;
    let members = [("x", x), ("y", y), ("d", &scalar)]
        .map(|(name, bytes)| (name, URL_SAFE_NO_PAD.encode(bytes)));
    Some((StandIn::Ec(pair), BTreeMap::from(members)))
}

fn ed(letters: &Letters, x: &str) -> Option<Made> {
    let seed = letters.bytes("seed", x.as_bytes());
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
    let x = pair.public_key().as_ref().to_vec();
    let members = [("x", x.as_slice()), ("d", &seed)]
        .map(|(name, bytes)| (name, URL_SAFE_NO_PAD.encode(bytes)));
    Some((StandIn::Ed(pair), BTreeMap::from(members)))
}

/// A PEM block: its lines, its damage and the kind of its key stay, of the key nothing.
pub(super) fn pem(letters: &Letters, block: &str) -> String {
    let start = block
        .get(11..)
        .and_then(|rest| rest.find("-----"))
        .map_or(0, |at| at + 16);
    let end = block.find("-----END").unwrap_or(block.len()).max(start);
    let (Some(head), Some(body), Some(tail)) =
        (block.get(..start), block.get(start..end), block.get(end..))
    else {
        return String::new();
    };
    let letters_of: String = body
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+/".contains(*c))
        .collect();
    // What kind of key it is stands in its first bytes, the exponent of RSA in its last.
    let (first, last) = if letters_of.len() < 64 {
        (16, 2)
    } else {
        (44, 8)
    };
    let made = middle(letters, body, first, last);
    [head, &made, tail].concat()
}

/// A text with stand-ins for its letters but the first and last ones; escapes of line ends stay.
fn middle(letters: &Letters, text: &str, first: usize, last: usize) -> String {
    let places: Vec<usize> = text
        .char_indices()
        .filter(|(_, c)| c.is_ascii_alphanumeric())
        .map(|(at, _)| at)
        .collect();
    let from = places.get(first).copied().unwrap_or(text.len());
    let to = places
        .len()
        .checked_sub(last)
        .and_then(|at| places.get(at))
        .copied()
        .unwrap_or(text.len())
        .max(from);
    let made = letters.word(text.get(from..to).unwrap_or_default());
    [
        text.get(..from).unwrap_or_default(),
        &made,
        text.get(to..).unwrap_or_default(),
    ]
    .concat()
}
