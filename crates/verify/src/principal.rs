//! Who a token speaks for, in one shape whoever made it.

mod form;
mod roles;

use crate::claim_path::texts;
use crate::{Cause, Check, ClaimPath, IssuerKind, IssuerName, Refusal, Trace, VerifiedToken};
pub use form::Form;
pub use roles::RolePlace;
use serde_json::{Map, Value};

/// Who a verified token speaks for: the same members for the tokens of every issuer.
///
/// Made by [`VerifiedToken::principal`] from our own form, the legacy form, and those of Supabase, Auth0,
/// Keycloak, Entra, RFC 9068 and plain `OpenID` Connect. What a token does not say is `None` or empty.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Principal {
    /// `sub`, which is unique at its issuer (RFC 7519, section 4.1.2).
    pub subject: String,
    /// What names the account at its issuer: `id` of the legacy form, `oid` of Entra (whose `sub` differs
    /// from application to application), otherwise `sub`.
    pub user_id: String,
    /// The user's address.
    pub email: Option<String>,
    /// Whether the issuer checked that address. Entra says so by `xms_edov` alone; Supabase does not say it
    /// where users cannot write.
    pub email_verified: Option<bool>,
    /// The roles, from the place that settings name, otherwise from the usual place of the form.
    pub roles: Vec<String>,
    /// Where the roles were read from.
    pub role_claim: ClaimPath,
    /// What the client may do in the user's name: `scope` (RFC 8693, section 4.2) or `scp`.
    pub scopes: Vec<String>,
    /// What the user may do, where the issuer says so: Auth0's `permissions`, `entitlements` of RFC 9068.
    pub permissions: Vec<String>,
    /// `groups` (RFC 9068, section 2.2.3.1).
    pub groups: Vec<String>,
    /// The session at the issuer: `sid`, or `session_id` of Supabase.
    pub session: Option<String>,
    /// The device: `device_id`, or `deviceid` of Entra.
    pub device: Option<String>,
    /// The client that asked for the token: `azp`, `client_id` or `appid`.
    pub client: Option<String>,
    /// The organisation: `tid` of Entra, `org_id` of Auth0.
    pub tenant: Option<String>,
    /// How the user signed in (RFC 8176); the methods of Supabase's `amr`.
    pub amr: Vec<String>,
    /// How strong the sign-in was: `acr` (OIDC Core, section 2), or `aal` of Supabase.
    pub acr: Option<String>,
    /// When the user signed in, in seconds since the epoch.
    pub auth_time: Option<i64>,
    /// Whether nobody stands behind it but a program: a client that signed in for itself.
    pub machine: bool,
    /// Whether the user signed in without saying who they are (`is_anonymous` of Supabase).
    pub anonymous: bool,
    /// `iss` of the token.
    pub issuer: Option<String>,
    /// By which issuer's keys it was verified.
    pub issuer_name: IssuerName,
    /// What kind of issuer that is.
    pub kind: IssuerKind,
    /// Whose form the claims have.
    pub form: Form,
    /// All claims, as they stand in the token.
    pub raw: Map<String, Value>,
}

impl Principal {
    pub(crate) fn of(token: &VerifiedToken) -> Self {
        let raw = token.raw();
        let form = Form::of(token, &raw);
        let issuer = token.issuer();
        let role_claim = issuer
            .role_claim()
            .cloned()
            .unwrap_or_else(|| form.role_claim());
        let text = |names: &[&str]| first_text(&raw, names);
        let list = |names: &[&str]| first_list(&raw, names);
        let (email, email_verified) = form.address(token, &raw);
        let client = text(&["azp", "client_id", "appid"]);
        let machine = form.is_machine(token.sub(), client.as_deref(), &raw);
        Self {
            subject: token.sub().to_owned(),
            user_id: form.user_id(token.sub(), &raw),
            email,
            email_verified,
            roles: role_claim.texts(&raw),
            role_claim,
            scopes: list(&["scope", "scp"]),
            permissions: list(&["permissions", "entitlements"]),
            groups: list(&["groups"]),
            session: text(&["sid", "session_id"]),
            device: text(&["device_id", "deviceid"]),
            client,
            tenant: text(&["tid", "org_id"]),
            amr: methods(&raw),
            acr: text(&["acr", "aal"]),
            auth_time: token.auth_time().or_else(|| last_method(&raw)),
            machine,
            anonymous: raw.get("is_anonymous").and_then(Value::as_bool) == Some(true),
            issuer: token.iss().map(str::to_owned),
            issuer_name: issuer.name().clone(),
            kind: issuer.kind(),
            form,
            raw,
        }
    }

    /// The first role, if there is one.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        self.roles.first().map(String::as_str)
    }

    /// Whether `role` is among the roles.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }

    /// Whether `scope` is among the scopes.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }

    /// Other well-known places of the token that hold roles. They do not count; a refusal names them.
    #[must_use]
    pub fn roles_elsewhere(&self) -> Vec<RolePlace> {
        let read_from = self.role_claim.to_string();
        let mut places = roles::places(&self.raw);
        places.retain(|place| place.claim.to_string() != read_from);
        places
    }

    /// Demands a role.
    ///
    /// # Errors
    /// `roles-claim-location` if another claim than the one that is read holds it, otherwise `role-missing`.
    pub fn require_role(&self, role: &str) -> Result<(), Refusal> {
        if self.has_role(role) {
            return Ok(());
        }
        let read_from = &self.role_claim;
        let elsewhere = self.roles_elsewhere();
        let holds = |place: &&RolePlace| place.roles.iter().any(|held| held == role);
        Err(match elsewhere.iter().find(holds) {
            Some(place) => Refusal::new(
                Cause::RolesClaimLocation,
                format!(
                    "the role {role} is not in {read_from}, and it is in {}",
                    place.claim
                ),
            ),
            None if roles::written_by_user(&self.raw)
                .iter()
                .any(|held| held == role) =>
            {
                Refusal::new(
                    Cause::RoleMissing,
                    format!(
                        "the role {role} is not in {read_from}; user_metadata names it, which users write themselves"
                    ),
                )
            }
            None => Refusal::new(
                Cause::RoleMissing,
                format!("the role {role} is not in {read_from}"),
            ),
        })
    }

    /// Demands a scope.
    ///
    /// # Errors
    /// `scope-missing`.
    pub fn require_scope(&self, scope: &str) -> Result<(), Refusal> {
        if self.has_scope(scope) {
            return Ok(());
        }
        let detail = format!("the token's scope does not hold {scope}");
        Err(Refusal::new(Cause::ScopeMissing, detail))
    }

    /// Writes into `trace` what is odd and decides nothing: roles that stand where none are read.
    pub fn note(&self, trace: &mut Trace) {
        if !self.roles.is_empty() {
            return;
        }
        if let Some(place) = self.roles_elsewhere().first() {
            let detail = format!(
                "roles-claim-location: {} holds no role, and {} does",
                self.role_claim, place.claim
            );
            trace.noted(Check::Claims, detail);
        }
    }
}

/// The first of these claims that is a text which is not empty.
fn first_text(claims: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let mut found = names.iter().filter_map(|name| claims.get(*name)?.as_str());
    found.find(|text| !text.is_empty()).map(str::to_owned)
}

/// The texts of the first of these claims that has any.
fn first_list(claims: &Map<String, Value>, names: &[&str]) -> Vec<String> {
    let mut found = names.iter().filter_map(|name| claims.get(*name).map(texts));
    found.find(|texts| !texts.is_empty()).unwrap_or_default()
}

/// The methods of `amr`: texts (RFC 8176), or objects with a `method`, as Supabase writes them.
fn methods(claims: &Map<String, Value>) -> Vec<String> {
    let Some(amr) = claims.get("amr") else {
        return Vec::new();
    };
    let named = amr.as_array().into_iter().flatten();
    let named = named.filter_map(|entry| entry.get("method")?.as_str());
    let mut methods = texts(amr);
    methods.extend(named.map(str::to_owned));
    methods
}

/// When the last method of Supabase's `amr` was used.
fn last_method(claims: &Map<String, Value>) -> Option<i64> {
    let entries = claims.get("amr")?.as_array()?.iter();
    entries
        .filter_map(|entry| entry.get("timestamp")?.as_i64())
        .max()
}
