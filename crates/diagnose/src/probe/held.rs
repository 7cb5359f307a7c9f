//! What the evidence has that probes need: secrets to compare, pages that ask, the token's subject.

use super::ProvedSecret;
use crate::contract::{Purpose, purpose};
use crate::evidence::{Evidence, Service};
use crate::situation::Situation;
use crate::situation::address::Origin;
use countersign_verify::Secret;

/// A secret of the evidence, to be compared with that of a running server.
#[derive(Clone, Debug)]
pub struct HeldSecret {
    /// Which it is.
    pub secret: ProvedSecret,
    /// Where it is from: `JWT_SECRET of backend`.
    pub name: String,
    /// The secret; it never shows itself.
    pub value: Secret,
}

impl Evidence {
    /// The secrets that settings give, each once.
    #[must_use]
    pub fn held_secrets(&self) -> Vec<HeldSecret> {
        let mut held: Vec<HeldSecret> = Vec::new();
        for service in &self.services {
            for line in service.settings().filter(|line| !line.value.is_empty()) {
                let secret = match purpose(&line.name) {
                    Some(Purpose::SigningSecret) => ProvedSecret::Signing,
                    Some(Purpose::SyncSecret) => ProvedSecret::Sync,
                    _ => continue,
                };
                let value = Secret::from(line.value.as_str());
                let known = |one: &HeldSecret| one.secret == secret && one.value == value;
                if !held.iter().any(known) {
                    let name = format!("{} of {}", line.name, service.name);
                    held.push(HeldSecret {
                        secret,
                        name,
                        value,
                    });
                }
            }
        }
        held
    }

    /// The origin of the front end, where settings tell it.
    #[must_use]
    pub fn front_end_origin(&self) -> Option<String> {
        let front_ends = self
            .services
            .iter()
            .filter(|service| service.is_front_end());
        let own = front_ends
            .flat_map(Service::settings)
            .filter(|line| purpose(&line.name) == Some(Purpose::OwnUrl))
            .find_map(|line| Origin::parse(&line.value));
        own.map(|origin| origin.to_string())
    }

    /// `sub` and `email` of the token that is presented, as it says itself.
    #[must_use]
    pub fn token_subject(&self) -> Option<(String, Option<String>)> {
        let situation = Situation::new(self);
        let mut tokens = situation.tokens.iter();
        tokens.find_map(|token| {
            let sub = token.text_claim("sub")?.to_owned();
            Some((sub, token.text_claim("email").map(ToOwned::to_owned)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Document;

    #[test]
    fn settings_give_secrets_and_the_page() {
        let evidence = Evidence::read(vec![
            Document::new(
                "backend.env",
                "JWT_SECRET=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nAUTH_SYNC_SECRET=s\n",
            ),
            Document::new(
                "frontend.env",
                "NEXTAUTH_URL=https://app.example.org/\nNEXTAUTH_SECRET=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
            ),
        ]);
        let held = evidence.held_secrets();
        let kinds: Vec<_> = held.iter().map(|one| one.secret).collect();
        assert_eq!(kinds, [ProvedSecret::Signing, ProvedSecret::Sync]);
        assert_eq!(held[0].name, "JWT_SECRET of backend");
        assert!(!format!("{held:?}").contains("aaaa"));
        assert_eq!(
            evidence.front_end_origin().as_deref(),
            Some("https://app.example.org")
        );
        assert!(Evidence::default().front_end_origin().is_none());
        assert!(Evidence::default().token_subject().is_none());
    }
}
