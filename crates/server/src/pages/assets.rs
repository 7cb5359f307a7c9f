//! The style sheet, fonts and drawings of the pages.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http::header};
use countersign_verify::Cause;

use crate::App;
use crate::http::Refused;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        Asset {
            name: $name,
            kind: $kind,
            bytes: include_bytes!(concat!("../../assets/", $name)),
        }
    };
}

static ASSETS: &[Asset] = &[
    asset!("countersign.css", "text/css; charset=utf-8"),
    asset!("mark.svg", "image/svg+xml"),
    asset!("mono.woff2", "font/woff2"),
    asset!("plate.svg", "image/svg+xml"),
    asset!("sans.woff2", "font/woff2"),
];

/// `/assets/` and a hash over the contents of all assets. One folder for all of them lets the
/// style sheet name the fonts beside it.
static BASE: LazyLock<String> = LazyLock::new(|| {
    let mut base = String::from("/assets/");
    let hash = ASSETS
        .iter()
        .flat_map(|asset| asset.bytes)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    // Writing to a string cannot fail.
    let _ = write!(base, "{hash:016x}");
    base
});

/// The path under which the assets of this build are served.
pub(super) fn base() -> &'static str {
    &BASE
}

pub(super) fn router() -> Router<App> {
    Router::new().route("/assets/{build}/{name}", get(serve))
}

async fn serve(Path((build, name)): Path<(String, String)>) -> Result<Response, Refused> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .ok_or_else(|| Refused::new(Cause::NotFound, "no such asset"))?;
    // A page of another build, met while nodes are replaced, gets what is here, uncached.
    let caching = if base().strip_prefix("/assets/") == Some(&build) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, caching),
    ];
    Ok((headers, asset.bytes).into_response())
}
