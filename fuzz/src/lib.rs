//! The fuzz targets: each takes any bytes, and panics if the code under it does or breaks a promise.

mod bed;
mod env_files;
mod headers;
mod key_sets;
mod tokens;

pub use env_files::env_file;
pub use headers::{authorization, cookie};
pub use key_sets::{key_set, pem};
pub use tokens::{claims, compact_jws, explanation, principal, signed_token, token};

/// A target: its name, its body, and inputs to start from.
pub struct Target {
    /// The name, as cargo-fuzz knows it.
    pub name: &'static str,
    /// The body.
    pub run: fn(&[u8]),
    /// Inputs that reach into it.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "authorization",
        run: authorization,
        seeds: headers::authorization_seeds,
    },
    Target {
        name: "claims",
        run: claims,
        seeds: tokens::claims_seeds,
    },
    Target {
        name: "compact_jws",
        run: compact_jws,
        seeds: tokens::compact_jws_seeds,
    },
    Target {
        name: "cookie",
        run: cookie,
        seeds: headers::cookie_seeds,
    },
    Target {
        name: "env_file",
        run: env_file,
        seeds: env_files::env_file_seeds,
    },
    Target {
        name: "explanation",
        run: explanation,
        seeds: tokens::explanation_seeds,
    },
    Target {
        name: "key_set",
        run: key_set,
        seeds: key_sets::key_set_seeds,
    },
    Target {
        name: "pem",
        run: pem,
        seeds: key_sets::pem_seeds,
    },
    Target {
        name: "principal",
        run: principal,
        seeds: tokens::principal_seeds,
    },
    Target {
        name: "signed_token",
        run: signed_token,
        seeds: tokens::signed_token_seeds,
    },
    Target {
        name: "token",
        run: token,
        seeds: tokens::token_seeds,
    },
];
