//! Keys as text between `-----BEGIN` and `-----END` (RFC 7468), and what becomes of it in an
//! environment variable.

use super::{Jwk, KeyError, RsaFault, der};
use crate::refusal::shown;
use crate::{Cause, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Why a PEM text gives no public key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PemError {
    /// The text was changed on its way.
    #[error(transparent)]
    Damaged(#[from] PemDamage),
    /// Between the lines is no key in DER.
    #[error("what stands between BEGIN and END is no public key")]
    Der,
    /// A key that cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The text is of another kind than a key.
    #[error("the text is a {0}; a PUBLIC KEY, an RSA PUBLIC KEY or a CERTIFICATE was expected")]
    Label(String),
    /// There is no line `-----BEGIN …-----`.
    #[error("there is no line -----BEGIN PUBLIC KEY-----")]
    NoPem,
    /// A private key stands where the public one belongs.
    #[error("this is a private key; give the public one: openssl pkey -in key.pem -pubout")]
    Private,
    /// A type of key, or a curve, that is not verified here.
    #[error(
        "the key is of a type or curve that is not verified here; RSA, P-256, P-384, P-521 and Ed25519 are"
    )]
    Type,
}

impl From<RsaFault> for PemError {
    fn from(fault: RsaFault) -> Self {
        Self::Key(fault.into())
    }
}

impl PemError {
    /// The cause to refuse with when this key is the one that counts.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        match self {
            Self::Damaged(_) => Cause::PemDamagedInEnv,
            Self::Der | Self::Label(_) | Self::NoPem | Self::Private => Cause::KeyUnusable,
            Self::Key(error) => error.cause(),
            Self::Type => Cause::KeyTypeUnsupported,
        }
    }
}

/// What became of a PEM text.
#[derive(Clone, Eq, PartialEq)]
pub struct PemDamage {
    /// What was done to it, in the order in which it has to be undone.
    pub kinds: Vec<DamageKind>,
    /// The text as it should be, if that can be told. It may be a private key.
    pub repaired: Option<Secret>,
}

/// One thing that may be done to a PEM text.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DamageKind {
    /// Blanks stand where the line breaks were: a shell without quotes, or a form's text field.
    BlanksForBreaks,
    /// What stands between the lines is no base64.
    Body,
    /// The end is missing: only the first line, or a part, was kept.
    Cut,
    /// Line breaks are written as a backslash and an n: the loader does not read escapes.
    EscapedBreaks,
    /// Blanks stand before or after its lines: it was indented with the file it stood in.
    Indented,
    /// There is no line break left.
    NoBreaks,
    /// Quotes stand around it: the loader does not take them off.
    Quoted,
    /// Other text stands on its first or last line.
    Surrounded,
}

impl DamageKind {
    /// What was done, to follow "the PEM".
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::BlanksForBreaks => "has blanks in place of line breaks",
            Self::Body => "has characters in it that are no base64",
            Self::Cut => "is cut off: its END line is missing",
            Self::EscapedBreaks => "has \\n written out in place of line breaks",
            Self::Indented => "has blanks before or after its lines",
            Self::NoBreaks => "has lost its line breaks",
            Self::Quoted => "has quotes around it that belong to the file, not to the value",
            Self::Surrounded => "has other text on its first or last line",
        }
    }
}

impl fmt::Display for PemDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, kind) in self.kinds.iter().enumerate() {
            let start = if i == 0 { "the PEM " } else { ", and " };
            write!(f, "{start}{}", kind.said())?;
        }
        Ok(())
    }
}

impl fmt::Debug for PemDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PemDamage")
            .field("kinds", &self.kinds)
            .field("repaired", &self.repaired)
            .finish()
    }
}

impl std::error::Error for PemDamage {}

/// Reads a public key: `PUBLIC KEY` (RFC 7468, section 13), `RSA PUBLIC KEY` (RFC 8017, appendix A.1.1),
/// or the key of a `CERTIFICATE` (section 5), which is not checked otherwise. The key has no name.
///
/// ```
/// use countersign_verify::pem;
///
/// let text = "-----BEGIN PUBLIC KEY-----\n\
///     MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
///     -----END PUBLIC KEY-----\n";
/// assert_eq!(pem::read(text)?.algs().to_string(), "EdDSA");
///
/// let damaged = pem::read(&text.replace('\n', "\\n")).unwrap_err();
/// assert_eq!(damaged.cause().slug(), "pem-damaged-in-env");
/// # Ok::<(), pem::PemError>(())
/// ```
///
/// # Errors
/// [`PemError`] says what is wrong with it; a damaged text is never repaired in silence.
pub fn read(text: &str) -> Result<Jwk, PemError> {
    if let Some(damage) = damage(text) {
        return Err(damage.into());
    }
    let pem = Armour::find(text).ok_or(PemError::NoPem)?;
    let der = pem.body_bytes().ok_or(PemError::Der)?;
    let key = match pem.label {
        "PUBLIC KEY" => der::spki(&der),
        "RSA PUBLIC KEY" => der::rsa(&der),
        "CERTIFICATE" => der::certificate(&der),
        label if label.ends_with("PRIVATE KEY") => Err(PemError::Private),
        label => Err(PemError::Label(shown(label))),
    }?;
    let jwk = Jwk::of(key);
    jwk.verifying_key("")?; // a point off the curve is refused here, not at the first token
    Ok(jwk)
}

/// What was done to a PEM text of any kind on its way; `None` if it is whole, or no PEM at all.
#[must_use]
pub fn damage(text: &str) -> Option<PemDamage> {
    let armour = Armour::find(text)?;
    if armour.is_whole() && armour.body_bytes().is_some() {
        return None;
    }
    let mut kinds = Vec::new();
    let unquoted = text.trim().trim_matches(['"', '\'']);
    if unquoted != text.trim() {
        kinds.push(DamageKind::Quoted);
    }
    // Twice escaped, if two loaders were expected to read it.
    let unescaped = unquoted.replace("\\\\", "\\");
    let unescaped = unescaped.replace("\\r", "").replace("\\n", "\n");
    if unescaped != unquoted {
        kinds.push(DamageKind::EscapedBreaks);
    }
    let armour = Armour::find(&unescaped)?;
    if !armour.has_end {
        kinds.push(DamageKind::Cut);
        return Some(PemDamage {
            kinds,
            repaired: None,
        });
    }
    kinds.extend(armour.misplaced());
    let repaired = armour.rewritten();
    if repaired.is_none() {
        kinds.push(DamageKind::Body);
    }
    Some(PemDamage { kinds, repaired })
}

/// The parts of a PEM text (RFC 7468, section 3), wherever its line breaks are.
struct Armour<'a> {
    label: &'a str,
    body: &'a str,
    has_end: bool,
    /// What comes after the END line.
    after: &'a str,
    /// What stands before the BEGIN line.
    before: &'a str,
}

impl<'a> Armour<'a> {
    fn find(text: &'a str) -> Option<Self> {
        let (before, rest) = text.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let is_label = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
        if !label.chars().all(is_label) {
            return None;
        }
        let end = format!("-----END {label}-----");
        let (body, after, has_end) = match rest.split_once(&end) {
            Some((body, after)) => (body, after, true),
            None => (rest, "", false),
        };
        Some(Self {
            label,
            body,
            has_end,
            after,
            before,
        })
    }

    /// Whether each part stands on lines of its own. What stands on other lines does not count.
    fn is_whole(&self) -> bool {
        self.has_end && self.misplaced().is_none()
    }

    /// What is wrong with the lines.
    fn misplaced(&self) -> Option<DamageKind> {
        let body = self.body.replace("\r\n", "\n");
        let lines = body
            .strip_prefix('\n')
            .and_then(|body| body.strip_suffix('\n'));
        let of_one_word = |line: &str| !line.is_empty() && !line.contains(char::is_whitespace);
        if lines.is_some_and(|lines| lines.split('\n').all(of_one_word)) {
            let alone = (self.before.is_empty() || self.before.ends_with('\n'))
                && (self.after.trim_end().is_empty() || self.after.starts_with(['\n', '\r']));
            return (!alone).then_some(DamageKind::Surrounded);
        }
        Some(if body.contains('\n') {
            DamageKind::Indented
        } else if body.contains(char::is_whitespace) {
            DamageKind::BlanksForBreaks
        } else {
            DamageKind::NoBreaks
        })
    }

    fn body_bytes(&self) -> Option<Vec<u8>> {
        let bare: String = self.body.split_whitespace().collect();
        let bytes = STANDARD.decode(bare).ok()?;
        (!bytes.is_empty()).then_some(bytes)
    }

    /// The text as RFC 7468, section 2 writes it.
    fn rewritten(&self) -> Option<Secret> {
        let body = STANDARD.encode(self.body_bytes()?);
        let mut text = format!("-----BEGIN {}-----\n", self.label);
        for (i, character) in body.chars().enumerate() {
            if i > 0 && i % 64 == 0 {
                text.push('\n');
            }
            text.push(character);
        }
        Some(Secret::from(format!(
            "{text}\n-----END {}-----\n",
            self.label
        )))
    }
}
