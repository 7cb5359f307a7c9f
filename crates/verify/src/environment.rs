//! The four environments a service can run in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a service runs. Each environment has secrets of its own.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// Automated tests.
    Test,
    /// A rehearsal of production.
    Staging,
    /// What users depend on.
    Production,
}

impl Environment {
    /// Every environment, from the freest to the strictest.
    pub const ALL: [Self; 4] = [
        Self::Development,
        Self::Test,
        Self::Staging,
        Self::Production,
    ];

    /// Reads the name of an environment as `ENVIRONMENT` holds it, in any case, blanks around it ignored.
    ///
    /// The short forms that other stacks use (`dev`, `testing`, `stage`, `prod`) count as well.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "development" | "dev" => Some(Self::Development),
            "test" | "testing" => Some(Self::Test),
            "staging" | "stage" => Some(Self::Staging),
            "production" | "prod" => Some(Self::Production),
            _ => None,
        }
    }

    /// The name in lower case, as in `.env.staging`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// The name in upper case, as in `JWT_SECRET_STAGING`.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Development => "DEVELOPMENT",
            Self::Test => "TEST",
            Self::Staging => "STAGING",
            Self::Production => "PRODUCTION",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for environment in Environment::ALL {
            assert_eq!(Environment::parse(environment.as_str()), Some(environment));
            assert_eq!(Environment::parse(environment.suffix()), Some(environment));
            assert_eq!(
                Environment::parse(&format!(" {environment}\n")),
                Some(environment)
            );
        }
    }

    #[test]
    fn short_forms_count_and_unknown_names_do_not() {
        assert_eq!(Environment::parse("prod"), Some(Environment::Production));
        assert_eq!(Environment::parse("Dev"), Some(Environment::Development));
        for name in ["", "live", "production2", "pro duction"] {
            assert_eq!(Environment::parse(name), None, "{name:?}");
        }
    }
}
