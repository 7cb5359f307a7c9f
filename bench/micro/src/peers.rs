//! Other verifiers, each set up as its documentation says to check signature, times, issuer and audience.

use crate::Subject;
use crate::bed::{AUDIENCE, Bed, ISSUER};
use josekit::jws::JwsVerifier;
use josekit::jws::alg::{
    ecdsa::EcdsaJwsAlgorithm, eddsa::EddsaJwsAlgorithm, hmac::HmacJwsAlgorithm,
    rsassa::RsassaJwsAlgorithm,
};
use josekit::jwt::JwtPayloadValidator;
use jsonwebtoken::{DecodingKey, Validation};
use jwt_simple::prelude::{
    ECDSAP256PublicKeyLike as _, ES256PublicKey, Ed25519PublicKey, EdDSAPublicKeyLike as _,
    HS256Key, MACLike as _, RS256PublicKey, RSAPublicKeyLike as _, VerificationOptions,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::hint::black_box;
use std::time::{Duration, UNIX_EPOCH};

/// All the claims, as Countersign gives them too.
#[derive(Deserialize, Serialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    nbf: i64,
    iat: i64,
    jti: String,
    amr: Vec<String>,
    sid: Option<String>,
    scope: Option<String>,
    email: Option<String>,
    role: Option<String>,
    auth_time: Option<i64>,
}

/// The same, without those that jwt-simple reads itself.
#[derive(Deserialize, Serialize)]
struct Others {
    amr: Vec<String>,
    sid: Option<String>,
    scope: Option<String>,
    email: Option<String>,
    role: Option<String>,
    auth_time: Option<i64>,
}

/// `jsonwebtoken`, with aws-lc-rs.
#[must_use]
pub fn jsonwebtoken(bed: &Bed) -> Subject {
    let key = DecodingKey::from_jwk(&serde_json::from_value(bed.jwk.clone()).unwrap()).unwrap();
    let mut validation = Validation::new(bed.alg.parse().unwrap());
    validation.validate_nbf = true;
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    let token = bed.token.clone();
    Subject::new("jsonwebtoken", bed.alg, move || {
        let decoded = jsonwebtoken::decode::<Claims>(black_box(&token), &key, &validation);
        black_box(decoded).unwrap();
    })
}

/// `jwt-simple`.
#[must_use]
pub fn jwt_simple(bed: &Bed) -> Subject {
    let options = VerificationOptions {
        allowed_issuers: Some(HashSet::from([ISSUER.to_owned()])),
        allowed_audiences: Some(HashSet::from([AUDIENCE.to_owned()])),
        ..VerificationOptions::default()
    };
    let (token, alg) = (bed.token.clone(), bed.alg);
    macro_rules! subject {
        ($key:expr) => {{
            let key = $key;
            Subject::new("jwt-simple", alg, move || {
                let options = Some(options.clone());
                let verified = key.verify_token::<Others>(black_box(&token), options);
                black_box(verified).unwrap();
            })
        }};
    }
    match alg {
        "HS256" => subject!(HS256Key::from_bytes(&bed.key)),
        "ES256" => subject!(ES256PublicKey::from_bytes(&bed.key).unwrap()),
        "EdDSA" => subject!(Ed25519PublicKey::from_bytes(&bed.key).unwrap()),
        _ => {
            let part = |name: &str| {
                use base64::Engine as _;
                let text = bed.jwk[name].as_str().unwrap();
                base64::engine::general_purpose::URL_SAFE_NO_PAD
                    .decode(text)
                    .unwrap()
            };
            subject!(RS256PublicKey::from_components(&part("n"), &part("e")).unwrap())
        }
    }
}

/// `josekit`, which stands on OpenSSL.
#[must_use]
pub fn josekit(bed: &Bed) -> Subject {
    let jwk = josekit::jwk::Jwk::from_bytes(bed.jwk.to_string().as_bytes()).unwrap();
    let verifier: Box<dyn JwsVerifier + Send + Sync> = match bed.alg {
        "HS256" => Box::new(HmacJwsAlgorithm::Hs256.verifier_from_jwk(&jwk).unwrap()),
        "ES256" => Box::new(EcdsaJwsAlgorithm::Es256.verifier_from_jwk(&jwk).unwrap()),
        "EdDSA" => Box::new(EddsaJwsAlgorithm::Eddsa.verifier_from_jwk(&jwk).unwrap()),
        _ => Box::new(RsassaJwsAlgorithm::Rs256.verifier_from_jwk(&jwk).unwrap()),
    };
    let mut validator = JwtPayloadValidator::new();
    let now = u64::try_from(crate::bed::now()).unwrap();
    validator.set_base_time(UNIX_EPOCH + Duration::from_secs(now));
    validator.set_issuer(ISSUER);
    validator.set_audience(AUDIENCE);
    let token = bed.token.clone();
    Subject::new("josekit", bed.alg, move || {
        let (payload, _) =
            josekit::jwt::decode_with_verifier(black_box(&token), &*verifier).unwrap();
        validator.validate(&payload).unwrap();
        black_box(payload);
    })
}
