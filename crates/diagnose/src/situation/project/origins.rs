//! Which origins the programs of a project allow, by their source.

use super::{Program, programs};
use crate::evidence::Evidence;
use crate::evidence::source::SourceFile;
use crate::evidence::source::policy::{CorsRule, Switch};
use crate::finding::{Finding, Strength};
use crate::situation::Origin;
use crate::situation::allowed_origins::AllowList;
use countersign_verify::Cause;

/// The lists of origins in the source, those of which every member is known.
pub(crate) fn lists(evidence: &Evidence) -> Vec<AllowList> {
    let programs = programs(evidence);
    let mut found = Vec::new();
    for (program, file, rule) in rules(&programs) {
        let Some(members) = program.all(file, &rule.origins) else {
            continue;
        };
        found.push(AllowList {
            name: rule.name.to_owned(),
            members: members.into_iter().collect(),
            spot: rule.spot.clone(),
            of_hosts: false,
            is_csrf: false,
        });
    }
    found
}

pub(super) fn rules<'p, 'e>(
    programs: &'p [Program<'e>],
) -> Vec<(&'p Program<'e>, &'e SourceFile, &'e CorsRule)> {
    let mut found = Vec::new();
    for program in programs {
        for file in &program.sources {
            found.extend(file.facts.cors.iter().map(|rule| (program, *file, rule)));
        }
    }
    found
}

/// What is wrong with the lists in themselves.
pub(super) fn judge(programs: &[Program<'_>], found: &mut Vec<Finding>) {
    let asks_with_cookies = programs
        .iter()
        .flat_map(|program| &program.sources)
        .find_map(|file| file.facts.includes.first());
    for (program, file, rule) in rules(programs) {
        let Some(members) = program.all(file, &rule.origins) else {
            continue;
        };
        let slashed = members
            .iter()
            .find(|member| has_path(member) && !members.contains(member.trim_end_matches('/')));
        if let Some(member) = slashed {
            let origin = Origin::parse(member)
                .map(|origin| origin.to_string())
                .unwrap_or_default();
            let message = format!(
                "{} allows the origin {member}, and browsers send {origin}",
                program.name
            );
            let finding = Finding::new(Cause::CorsOriginTrailingSlash, Strength::Likely, message);
            found.push(
                finding
                    .at(
                        rule.spot.clone().mark(member),
                        "an origin ends with the host or port",
                    )
                    .fix(format!("Write {origin}, without anything behind it.")),
            );
        }
        if members.contains("*") && rule.credentials == Switch::On && rule.sends_wildcard {
            let strength = if asks_with_cookies.is_some() {
                Strength::Likely
            } else {
                Strength::Risk
            };
            let message = format!(
                "{} allows any origin (`*`) together with credentials, which browsers refuse",
                program.name
            );
            let finding = Finding::new(Cause::CorsWildcardWithCredentials, strength, message)
                .at(rule.spot.clone(), "counts only without cookies");
            found.push(match asks_with_cookies {
                Some(call) => finding.at(call.clone(), "asks with cookies"),
                None => finding,
            });
        }
    }
}

fn has_path(member: &str) -> bool {
    member.contains("://")
        && !member.contains('*')
        && Origin::parse(member).is_some_and(|origin| {
            let after = member.split_once("://").map_or("", |(_, rest)| rest);
            after.contains('/') && !origin.host.is_empty()
        })
}
