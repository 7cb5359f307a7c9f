//! The fuzz targets: each takes any bytes, and panics if the code under it does or breaks a promise.

mod bed;
mod env_files;
mod evidence;
mod headers;
mod key_sets;
mod tokens;

pub use env_files::env_file;
pub use evidence::{
    doctor_case, doctor_env, doctor_exchange, doctor_keys, doctor_log, doctor_proxy, doctor_source,
    doctor_users,
};
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
    /// How much longer one input takes than one of most targets: it gets so many times fewer.
    pub cost: u64,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "authorization",
        run: authorization,
        seeds: headers::authorization_seeds,
        cost: 1,
    },
    Target {
        name: "claims",
        run: claims,
        seeds: tokens::claims_seeds,
        cost: 1,
    },
    Target {
        name: "compact_jws",
        run: compact_jws,
        seeds: tokens::compact_jws_seeds,
        cost: 1,
    },
    Target {
        name: "cookie",
        run: cookie,
        seeds: headers::cookie_seeds,
        cost: 1,
    },
    Target {
        name: "doctor_case",
        run: doctor_case,
        seeds: evidence::case_seeds,
        cost: 50,
    },
    Target {
        name: "doctor_env",
        run: doctor_env,
        seeds: evidence::env_seeds,
        cost: 50,
    },
    Target {
        name: "doctor_exchange",
        run: doctor_exchange,
        seeds: evidence::exchange_seeds,
        cost: 50,
    },
    Target {
        name: "doctor_keys",
        run: doctor_keys,
        seeds: evidence::keys_seeds,
        cost: 50,
    },
    Target {
        name: "doctor_log",
        run: doctor_log,
        seeds: evidence::log_seeds,
        cost: 50,
    },
    Target {
        name: "doctor_proxy",
        run: doctor_proxy,
        seeds: evidence::proxy_seeds,
        cost: 50,
    },
    Target {
        name: "doctor_source",
        run: doctor_source,
        seeds: evidence::source_seeds,
        cost: 50,
    },
    Target {
        name: "doctor_users",
        run: doctor_users,
        seeds: evidence::users_seeds,
        cost: 50,
    },
    Target {
        name: "env_file",
        run: env_file,
        seeds: env_files::env_file_seeds,
        cost: 1,
    },
    Target {
        name: "explanation",
        run: explanation,
        seeds: tokens::explanation_seeds,
        cost: 1,
    },
    Target {
        name: "key_set",
        run: key_set,
        seeds: key_sets::key_set_seeds,
        cost: 1,
    },
    Target {
        name: "pem",
        run: pem,
        seeds: key_sets::pem_seeds,
        cost: 1,
    },
    Target {
        name: "principal",
        run: principal,
        seeds: tokens::principal_seeds,
        cost: 1,
    },
    Target {
        name: "signed_token",
        run: signed_token,
        seeds: tokens::signed_token_seeds,
        cost: 1,
    },
    Target {
        name: "token",
        run: token,
        seeds: tokens::token_seeds,
        cost: 1,
    },
];
