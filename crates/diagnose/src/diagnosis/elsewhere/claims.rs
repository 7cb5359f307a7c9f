//! Claims and clocks.

use super::{Elsewhere, words};
use countersign_verify::Cause;

#[rustfmt::skip]
pub(super) const ALL: &[Elsewhere] = &[
    words(Cause::AudMismatch, "The token is for another audience", "`aud` names those for whom the token is meant, and what the verifier demands is not among them. A token for one API must not open another.", "Let both sides name this API in the same way: have the client ask for this audience, or demand what the issuer writes."),
    words(Cause::AudMissingInToken, "The token names no audience, and the verifier demands one", "The verifier is told to check `aud`, and this issuer's access tokens have none.", "Have the issuer set `aud`; where it cannot, check what it does set (`client_id`, `azp`, `scope`) in place of `aud`."),
    words(Cause::ClaimMissing, "The token lacks a claim that is needed", "The verifier demands a claim that this token does not have.", "Set the claim where the token is made, and sign in again."),
    words(Cause::ClockSkew, "The token comes from the future", "`iat` or `nbf` lies later than the verifier's clock says, by more than it allows for. One of the two clocks is wrong.", "Set the clocks right: run a time service on both machines (`timedatectl set-ntp true`; restart WSL or the Docker machine after sleep). A leeway of 30 to 60 seconds covers the rest."),
    words(Cause::ConfigValueWhitespace, "An expected value has blanks or a line break in it", "Values are compared character for character, and nobody sees the blank that makes them differ.", "Write the value without the blank, where it is set."),
    words(Cause::IssHostMismatch, "The issuer is reached under two hosts", "`iss` and the configured issuer differ in scheme, host or port alone. It is one issuer with two names, and it writes the name by which it was called.", "Give the issuer one public name that both browsers and services use, and configure that."),
    words(Cause::IssMismatch, "The token is from another issuer than the one expected", "`iss` is compared character for character with the configured issuer, and they differ.", "Configure the issuer exactly as the token's `iss` has it, if that issuer is to be trusted; otherwise get the token from the right one."),
    words(Cause::IssTrailingSlash, "The issuer differs in the final slash", "`iss` and the configured issuer are the same but for a slash at the end, and they are compared character for character.", "Write the setting exactly as the token has it."),
    words(Cause::SubIdentifierMismatch, "The user is looked up by another kind of identifier than sub holds", "`sub` holds one kind of identifier (a provider's id, a UUID, an address), and the program looks for another, so it finds nobody.", "Look users up by what `sub` holds, or have the issuer write into `sub` what the program stores."),
    words(Cause::TokenExpired, "The token has expired", "`exp` lies in the past when the token is presented, and nothing renewed it.", "Have the client get a new access token (by its refresh token, or by signing in again) shortly before `exp`, or once after a 401; then repeat the request."),
    words(Cause::TokenFormatLegacy, "Issuer and verifier put the user's id into different claims", "One side writes the e-mail address into `sub` and the id into `id`; the other expects the id in `sub` and the address in `email`.", "Have the service that makes the tokens put the user's id into `sub` and the address into `email`, and sign in again."),
];
