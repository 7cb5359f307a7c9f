//! `env-file-not-loaded`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvFileNotLoaded,
    rule: Some(find),
    title: "The env file was not found",
    what: "Env files are looked for from the working directory up to the root of the repository. Where there is no such directory, or the program was started elsewhere, they are not read, and settings that you believe to be made are not.",
    why: &[
        "The program was started from another folder: by an IDE, a service manager, a script in `bin/`.",
        "The working directory was deleted, or replaced by a deployment, while the program or the shell was in it.",
        "In a container the file was not copied, which is right; its values have to be given in another way.",
    ],
    fix: Fix {
        summary: "Start in the folder of the env file, or set the values in the process environment.",
        steps: &[
            run("See which files were read, and which value came from where.", "countersign config show"),
            run("Start from there.", "cd backend && countersign serve"),
            say("For a service, name the folder: `WorkingDirectory=` in systemd, `working_dir:` in compose."),
        ],
    },
    example: Example::StartUp {
        message: "the working directory cannot be read: No such file or directory",
        source: "the working directory",
        line: None,
    },
    standard: None,
    related: &[Cause::EnvVarNameMismatch, Cause::EnvFileShadowed, Cause::SecretMissing, Cause::SettingInvalid],
};

/// A variable is in the file, and the program says it is not set.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvFileNotLoaded));
    found.extend(situation.undefined_addresses(Cause::EnvFileNotLoaded));
    found.extend(situation.settings_not_read());
    found.extend(situation.unset_in_compose(Cause::EnvFileNotLoaded));
    if let Some(seen) = situation.sighting(Symptom::EnvFileAbsent) {
        // In a container nothing of a file arrives that is neither in the image nor named to compose.
        let strength = if situation.compose_names_no_env_file() { Strength::Proved } else { Strength::Likely };
        let finding = Finding::new(Cause::EnvFileNotLoaded, strength, "the env file is not where the program looks for it");
        found.push(finding.at(seen.spot.clone(), "said here").explains(&[Cause::SecretMissing, Cause::EnvironmentUnset]));
    }
}
