//! Nested settings of .NET in the environment: `Jwt__Key` is `Jwt:Key`, `Jwt_Key` is nothing.

use super::{Outcome, Situation};
use crate::evidence::EnvLine;
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// Sections that programs of .NET read tokens' settings from.
const SECTIONS: &[&str] = &[
    "Jwt",
    "JwtSettings",
    "JwtOptions",
    "JwtConfig",
    "JwtBearer",
    "Auth",
    "Auth0",
    "AzureAd",
    "Authentication",
    "AppSettings",
    "TokenSettings",
    "ConnectionStrings",
    "IdentityServer",
    "Keycloak",
    "Oidc",
];

impl Situation<'_> {
    /// Names with one underscore where the section ends.
    pub(crate) fn flat_names(&self) -> Vec<Finding> {
        let dotnet = ["asp.net", ".net", "dotnet", "jwtbearer", "c#"]
            .iter()
            .any(|product| self.uses(product));
        if !dotnet || self.outcome() == Outcome::Good {
            return Vec::new();
        }
        let services = self.evidence.services.iter();
        let wrong = services.filter_map(|service| service.settings().find(|line| is_flat(line)));
        wrong.map(finding).collect()
    }
}

fn is_flat(line: &EnvLine) -> bool {
    let Some((section, rest)) = line.name.split_once('_') else {
        return false;
    };
    SECTIONS.contains(&section) && !rest.is_empty() && !rest.starts_with('_')
}

fn finding(line: &EnvLine) -> Finding {
    let nested = line.name.replacen('_', "__", 1);
    let message = format!(
        "{} is no setting of a section: in the environment, two underscores stand for the colon",
        line.name
    );
    Finding::new(Cause::EnvVarNameMismatch, Strength::Likely, message)
        .weight(0.9)
        .at(line.spot.clone().mark(&line.name), "one underscore")
        .fix(format!("Call it {nested}."))
        .explains(&[
            Cause::SecretMissing,
            Cause::SecretMismatch,
            Cause::SecretBase64VsRaw,
            Cause::KidNotInJwks,
            Cause::SettingInvalid,
        ])
}
