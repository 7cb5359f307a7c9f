//! Sessions, accounts and permissions.

use super::{Elsewhere, words};
use countersign_verify::Cause;

#[rustfmt::skip]
pub(super) const ALL: &[Elsewhere] = &[
    words(Cause::AccountLocked, "The account is locked", "The account exists and its password may be right, but it may not sign in for now.", "Unlock the account, or wait until the lock ends."),
    words(Cause::AccountSuspended, "The account is suspended", "The account exists, and somebody with the right to do so has shut it off.", "Have an administrator lift the suspension, or use another account."),
    words(Cause::AdminMissing, "There is no account with the admin role", "Nobody was given the role, so nobody passes where it is needed.", "Give one account the role, in the database or by the program's own command."),
    words(Cause::CredentialsInvalid, "E-mail address or password are wrong", "No account has this address with this password. The answer is the same for both, so that nobody can ask which accounts exist.", "Check the address for the right environment, and reset the password."),
    words(Cause::EmailUnverified, "The e-mail address was never confirmed", "The account exists, but may not sign in before its address is confirmed.", "Follow the link in the message, have it sent again, or confirm the address as an administrator."),
    words(Cause::RefreshReused, "A refresh token was used a second time", "It had been exchanged already and its successor was in use. The issuer takes that for theft and ends all its sessions.", "Sign in again; keep the newest refresh token only, and let one place of the client refresh."),
    words(Cause::RefreshTokenExpired, "The refresh token has run out", "It has a lifetime of its own, and was not used in time.", "Sign in again; set the lifetime to what the sessions are meant to last."),
    words(Cause::RefreshTokenUnknown, "The refresh token is unknown to the issuer", "It was revoked, belongs to another environment, or its session was deleted.", "Sign in again, at the issuer that is asked to refresh."),
    words(Cause::RoleMissing, "Signed in, but without the role that is needed", "Who it is was established; what it may do does not include this. That is a 403, and signing in again does not change it.", "Give the account the role, if it is to have it; then get a new token, since a token keeps the roles it was made with."),
    words(Cause::ScopeMissing, "Signed in, but the token was not issued for this", "The token's `scope` (or `scp`, `permissions`) does not hold what the endpoint asks for. Signing in with the same scopes does not change that.", "Have the client ask for the scope, and the issuer grant it; `WWW-Authenticate` of the answer mostly names it."),
    words(Cause::SessionEvictedByLimit, "The session was ended by a newer one", "The account may have so many sessions and no more; the oldest went.", "Sign in again; raise the limit if it is too low for real use."),
    words(Cause::SessionExpiredAbsolute, "The session has reached its greatest age", "However active, a session ends after a fixed time.", "Sign in again."),
    words(Cause::SessionExpiredIdle, "The session was idle for too long", "Nothing used it within its idle time.", "Sign in again."),
    words(Cause::SessionRevoked, "The session was ended", "Somebody signed out, changed the password or ended all sessions.", "Sign in again."),
    words(Cause::SessionUnknown, "The session is unknown to the server", "The cookie names a session that the store does not have: another environment, an emptied store, or a store in memory that a restart cleared.", "Sign in again; keep sessions in a store that survives restarts and that all instances share."),
    words(Cause::UserDeletedStaleToken, "The token is valid, and its user is gone", "Signature and times hold, but the user it names is not in the database any more: deleted, or the database was reset or restored.", "Sign out and in again with an account that exists; in the client, take this answer as the end of the session and forget its tokens."),
    words(Cause::UserNotProvisioned, "The token is good, and its user is unknown to this program", "Signature and claims are in order, but this program's own table has no row for the person: the sign-in happened elsewhere, and nothing created the row.", "Create the user's row at the first sign-in (sync call, webhook, or on the first valid token), then repeat the request."),
];
