//! A program that tells its environment by its host's name, and does not know the name that is in use.

use super::Program;
use crate::contract::{Purpose, purpose};
use crate::evidence::Evidence;
use crate::finding::{Finding, Strength};
use crate::situation::Origin;
use crate::situation::address::site;
use countersign_verify::Cause;

pub(super) fn judge(evidence: &Evidence, programs: &[Program<'_>], found: &mut Vec<Finding>) {
    let lines = || {
        evidence
            .services
            .iter()
            .flat_map(crate::evidence::service::Service::settings)
    };
    let public: Vec<_> = lines()
        .filter(|line| matches!(purpose(&line.name), Some(Purpose::OwnUrl)))
        .filter_map(|line| {
            Some((
                Origin::parse(line.value.trim())
                    .filter(|origin| origin.https && !origin.is_loopback())?,
                line,
            ))
        })
        .collect();
    for program in programs {
        for file in &program.sources {
            let known: Vec<_> = file.facts.production_hosts.iter().collect();
            let Some((first, spot)) = known.first() else {
                continue;
            };
            let is_known = |host: &str| {
                known.iter().any(|(name, _)| {
                    host == name || host.ends_with(&format!(".{}", name.trim_start_matches('.')))
                })
            };
            let Some((origin, line)) = public.iter().find(|(origin, _)| !is_known(&origin.host))
            else {
                continue;
            };
            // Of several public hosts, one that is known says that the list is right for this program.
            if public.iter().any(|(origin, _)| is_known(&origin.host)) {
                continue;
            }
            if origin.site() == site(first) {
                continue;
            }
            let telling = file.source.to_ascii_lowercase().contains("env");
            let strength = if telling {
                Strength::Likely
            } else {
                Strength::Risk
            };
            let message = format!(
                "{} takes {first} for production, and the public address is {origin}",
                program.name
            );
            let finding =
                Finding::new(Cause::EnvironmentMisdetected, strength, message).weight(0.6);
            let finding = finding
                .at(spot.clone(), "only this host counts")
                .at(line.spot.clone(), "the host in use");
            found.push(finding.fix(format!(
                "Add {} there, or take the environment from a setting in place of the host's name.",
                origin.host
            )));
        }
    }
}
