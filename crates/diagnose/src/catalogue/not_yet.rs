//! The causes that nothing detects yet, each with a title and one line.

use super::{Detection, Entry};
use countersign_verify::Cause;

/// One row a cause, in the order of the catalogue.
#[rustfmt::skip]
pub(super) const NOT_YET: &[Entry] = &[
    entry(Cause::RefreshRotationRace, "One refresh token was used twice at the same time by an honest client", "Parallel tabs or requests refresh at once, and an issuer without a grace period takes the second for theft."),
    entry(Cause::BcryptLibraryIncompatible, "Password hashing fails because of library versions", "passlib and bcrypt 4.1 or newer do not fit together, and every password seems wrong."),
    entry(Cause::Bcrypt72ByteLimit, "The password is longer than bcrypt reads", "bcrypt reads 72 bytes; a library cut a longer password, refused it, or hashed it first, and another does not."),
    entry(Cause::TotpClockDrift, "The code is right for another time", "The clocks of server and device are further apart than the window of the code."),
    entry(Cause::TotpInvalid, "The code is wrong", "The six digits are not those of this account's authenticator."),
    entry(Cause::TotpReplayed, "The code was used already", "Each code counts once; wait for the next."),
    entry(Cause::BackupCodeUsed, "This backup code was used already", "Each backup code works once; take the next one."),
    entry(Cause::WebauthnRpidMismatch, "The passkey was made for another domain", "The hash of the RP ID is that of another domain than the server expects."),
    entry(Cause::WebauthnOriginMismatch, "The passkey was used on another page than expected", "The page's origin is not among those of the relying party."),
];

const fn entry(cause: Cause, title: &'static str, text: &'static str) -> Entry {
    Entry {
        cause,
        title,
        detection: Detection::NotYet { text },
    }
}
