//! Whether the doctor finds the same in a bundle as in what it was made of.

use crate::diagnosis::Diagnosis;
use crate::finding::Finding;
use countersign_verify::Cause;

/// What a finding says beside its words, which name hosts and people.
#[derive(PartialEq)]
struct Gist<'f> {
    cause: Cause,
    said: (&'static str, u32, bool, Option<Cause>),
    places: Vec<(&'f str, usize)>,
}

/// How the findings in a bundle differ from those in what it was made of, in sentences; `names` has the names of the
/// documents with those in the bundle.
#[must_use]
pub fn differences(
    before: &Diagnosis,
    after: &Diagnosis,
    names: &[(String, String)],
) -> Vec<String> {
    let renamed = |name: &str| {
        names
            .iter()
            .find(|(was, _)| was == name)
            .map(|(_, is)| is.as_str())
    };
    let was: Vec<Gist<'_>> = before
        .findings
        .iter()
        .map(|finding| gist(finding, &|name| renamed(name)))
        .collect();
    let is: Vec<Gist<'_>> = after
        .findings
        .iter()
        .map(|finding| gist(finding, &|_| None))
        .collect();
    let causes = |gists: &[Gist<'_>]| gists.iter().map(|one| one.cause).collect::<Vec<_>>();
    let mut said = Vec::new();
    for one in &was {
        let slug = one.cause.slug();
        match is.iter().find(|other| other.cause == one.cause) {
            None => said.push(format!("{slug} is not found in it")),
            Some(other) if other != one => said.push(format!(
                "{slug} is told with another certainty or at other places"
            )),
            Some(_) => {}
        }
    }
    let besides = is
        .iter()
        .filter(|one| was.iter().all(|other| other.cause != one.cause));
    said.extend(besides.map(|one| format!("{} is found besides", one.cause.slug())));
    if said.is_empty() && causes(&was) != causes(&is) {
        said.push("the findings stand in another order".to_owned());
    }
    said
}

fn gist<'f>(finding: &'f Finding, renamed: &dyn Fn(&str) -> Option<&'f str>) -> Gist<'f> {
    let places = finding.clues.iter().map(|clue| {
        let name = &*clue.spot.source;
        (renamed(name).unwrap_or(name), clue.spot.line)
    });
    let certainty = (finding.confidence() * 100.0).round().to_bits();
    Gist {
        cause: finding.cause,
        said: (
            finding.severity.as_str(),
            certainty,
            finding.root,
            finding.caused_by,
        ),
        places: places.collect(),
    }
}
