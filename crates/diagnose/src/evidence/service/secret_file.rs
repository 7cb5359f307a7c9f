//! A secret by itself in a file: mounted into a container, or read by its path.

use super::{EnvFile, Service, service_named};
use crate::contract::{Purpose, purpose};
use crate::evidence::env_file::shown_value;
use crate::evidence::{DocumentKind, EnvLine, Evidence, Spot};
use zeroize::Zeroizing;

/// Gives each secret file to the service that reads it: byte by byte, its last line end included.
pub(super) fn add(evidence: &mut Evidence) {
    let files: Vec<_> = evidence
        .of_kind(DocumentKind::SecretFile)
        .cloned()
        .collect();
    for file in files {
        let services = &evidence.services;
        let by_path = services.iter().find(|service| names_a_file(service));
        let without = || {
            services
                .iter()
                .find(|service| !service.is_front_end() && !has_secret(service))
        };
        let owner = by_path.or_else(without).map(|service| service.name.clone());
        let only = services.is_empty().then(|| "backend".to_owned());
        let Some(owner) = owner.or(only) else {
            continue;
        };
        let source = file.source();
        let setting = EnvLine {
            name: "JWT_SECRET".to_owned(),
            raw: Zeroizing::new(file.text.clone()),
            value: Zeroizing::new(file.text.clone()),
            others: Vec::new(),
            spot: Spot::line(&source, 1, shown_value("JWT_SECRET", &file.text)),
        };
        service_named(evidence, &owner).files.push(EnvFile {
            tracked: file.tracked,
            ..EnvFile::given(&file.name, vec![setting])
        });
    }
}

/// `JWT_SECRET_FILE=/run/secrets/jwt_secret`
fn names_a_file(service: &Service) -> bool {
    service.settings().any(|line| {
        let name = line.name.to_ascii_uppercase();
        ["_FILE", "_PATH"]
            .iter()
            .any(|end| name.strip_suffix(end).and_then(purpose) == Some(Purpose::SigningSecret))
    })
}

fn has_secret(service: &Service) -> bool {
    service
        .settings()
        .any(|line| purpose(&line.name) == Some(Purpose::SigningSecret) && !line.value.is_empty())
}
