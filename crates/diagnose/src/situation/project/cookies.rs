//! Cookies that the source writes and reads.

use super::Program;
use crate::contract::{Purpose, purpose};
use crate::evidence::source::SourceFile;
use crate::evidence::source::policy::{CookieUse, Switch};
use crate::evidence::{DocumentKind, EnvLine, Evidence};
use crate::finding::{Finding, Strength};
use crate::situation::Origin;
use crate::situation::address::{is_loopback, is_public_suffix};
use crate::situation::cookie::{bare_name, is_csrf, is_session};
use countersign_verify::Cause;

/// The cookies' Domain is this machine, while the address is a public one.
fn domains(evidence: &Evidence, found: &mut Vec<Finding>) {
    for service in &evidence.services {
        let of = |wanted: Purpose| {
            service
                .settings()
                .filter(move |line| purpose(&line.name) == Some(wanted))
        };
        let public = of(Purpose::OwnUrl).find(|line| {
            Origin::parse(&line.value).is_some_and(|origin| origin.https && !origin.is_loopback())
        });
        let domain = of(Purpose::CookieDomain)
            .find(|line| is_loopback(line.value.trim().trim_start_matches('.')));
        let (Some(public), Some(domain)) = (public, domain) else {
            continue;
        };
        let message = format!(
            "{} gives its cookies to {}, and its address is {}",
            service.name,
            domain.value.trim(),
            public.value.trim()
        );
        let finding = Finding::new(Cause::CookieDomainMismatch, Strength::Likely, message);
        found.push(
            finding
                .at(domain.spot.clone(), "browsers drop such a cookie")
                .at(public.spot.clone(), "the address"),
        );
    }
}

type Used<'p, 'e> = (&'p Program<'e>, &'e SourceFile, &'e CookieUse);

pub(super) fn judge(evidence: &Evidence, programs: &[Program<'_>], found: &mut Vec<Finding>) {
    let all = uses(programs);
    for used in &all {
        found.extend(written_for_nobody(used));
        found.extend(none_without_secure(used));
        found.extend(short_lived(used));
    }
    found.extend(old_name_of_auth_js(evidence, &all));
    found.extend(names(&all));
    domains(evidence, found);
}

fn uses<'p, 'e>(programs: &'p [Program<'e>]) -> Vec<Used<'p, 'e>> {
    let mut found = Vec::new();
    for program in programs {
        for file in &program.sources {
            found.extend(
                file.facts
                    .cookies
                    .iter()
                    .map(|cookie| (program, *file, cookie)),
            );
        }
    }
    found
}

fn name((program, file, cookie): &Used<'_, '_>) -> Option<String> {
    program.resolve(file, &cookie.name).value
}

/// A cookie whose Domain, as the source writes it, is open to everybody's hosts or above none of the program's own.
fn written_for_nobody(used: &Used<'_, '_>) -> Option<Finding> {
    let (program, file, cookie) = used;
    let said = cookie.domain.as_ref().filter(|_| cookie.written)?;
    let written = program.resolve(file, said).value?;
    let domain = written.trim().trim_start_matches('.');
    let named = name(used).unwrap_or_else(|| "a cookie".to_owned());
    let finding = |cause, message| {
        let finding = Finding::new(cause, Strength::Likely, message);
        finding.at(cookie.spot.clone(), "browsers drop such a cookie")
    };
    if domain.contains('.') && is_public_suffix(domain) {
        let message = format!(
            "{} gives {named} to {domain}, below which everybody has hosts",
            program.name
        );
        return Some(finding(Cause::CookiePublicSuffix, message));
    }
    let own = program
        .near_lines()
        .filter(|line| purpose(&line.name) == Some(Purpose::OwnUrl));
    let public: Vec<(&EnvLine, Origin)> = own
        .filter_map(|line| Some((line, Origin::parse(&line.value)?)))
        .filter(|(_, origin)| origin.https && !origin.is_loopback())
        .collect();
    let covers = |origin: &Origin| {
        let rest = origin.host.strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let (line, origin) = public.first()?;
    if domain.is_empty() || public.iter().any(|(_, origin)| covers(origin)) {
        return None;
    }
    let message = format!(
        "{} gives {named} to {domain}, and its address is {}",
        program.name, origin.host
    );
    let finding = finding(Cause::CookieDomainMismatch, message);
    Some(finding.at(line.spot.clone(), "the address"))
}

/// Browsers drop a cookie with `SameSite=None` and without `Secure`.
fn none_without_secure(used: &Used<'_, '_>) -> Option<Finding> {
    let (program, _, cookie) = used;
    let wrong = cookie.same_site.as_deref() == Some("none")
        && matches!(cookie.secure, Switch::Absent | Switch::Off);
    // Another file of the program may say it: the one for production over the one for all.
    let elsewhere = || {
        program.sources.iter().any(|file| {
            !std::ptr::eq(*file, used.1) && file.facts.words.contains("SESSION_COOKIE_SECURE")
        })
    };
    if !wrong || cookie.secure == Switch::Absent && elsewhere() {
        return None;
    }
    let named = name(used).unwrap_or_else(|| "a cookie".to_owned());
    let message = format!(
        "{} sets {named} with SameSite=None and without Secure, so browsers drop it",
        program.name
    );
    Some(
        Finding::new(
            Cause::CookieSamesiteNoneWithoutSecure,
            Strength::Likely,
            message,
        )
        .at(cookie.spot.clone(), "set here"),
    )
}

/// `maxAge: 60 * 60 * 24` of Express is in milliseconds: a minute and a half.
fn short_lived(used: &Used<'_, '_>) -> Option<Finding> {
    let (program, _, cookie) = used;
    let age = cookie.max_age.filter(|age| *age > 0)?;
    let named = name(used)?;
    let (limit, unit, other) = if cookie.unit == 1 {
        (600_000, "milliseconds", "seconds")
    } else {
        (i64::MAX, "seconds", "milliseconds")
    };
    // Browsers keep no cookie for longer than 400 days.
    let too_long = cookie.unit == 1_000 && age >= 400 * 86_400 && age % 1_000 == 0;
    let days = age / 86_400;
    let whole_days = age % 86_400 == 0 && [7, 10, 14, 21, 28, 30, 60, 90, 180, 365].contains(&days);
    let too_short = cookie.unit == 1 && (age < limit && age % 3_600 == 0 || whole_days);
    if !(too_long || too_short) || !(is_session(&named) || named.contains("token")) {
        return None;
    }
    let message = format!(
        "{} keeps {named} for {age} {unit}: {other} were probably meant",
        program.name
    );
    let fix = format!("The call takes {unit}: write the time in them.");
    Some(
        Finding::new(Cause::ExpUnitError, Strength::Risk, message)
            .at(cookie.spot.clone(), "")
            .fix(fix),
    )
}

/// Auth.js 5 has renamed its session cookie, and the source asks for the old name alone.
fn old_name_of_auth_js(evidence: &Evidence, all: &[Used<'_, '_>]) -> Option<Finding> {
    let fifth = evidence.of_kind(DocumentKind::Packages).find(|document| {
        let Some((_, rest)) = document.text.split_once("\"next-auth\"") else {
            return false;
        };
        let version: String = rest.chars().take(16).collect();
        version.contains("\"5") || version.contains("\"^5") || version.contains("beta")
    })?;
    let asked = |wanted: &str| {
        all.iter()
            .find(|used| name(used).is_some_and(|name| name.ends_with(wanted)))
    };
    let (program, _, cookie) = asked("next-auth.session-token")?;
    if asked("authjs.session-token").is_some() || cookie.written {
        return None;
    }
    let message = format!(
        "{} reads the cookie next-auth.session-token, and Auth.js 5 writes authjs.session-token",
        program.name
    );
    let finding = Finding::new(Cause::CookieNameMismatch, Strength::Likely, message)
        .at(cookie.spot.clone(), "read under the old name");
    Some(finding.fix(format!(
        "Read authjs.session-token, over https __Secure-authjs.session-token ({} has next-auth 5).",
        fifth.name
    )))
}

/// Whether both names are those that settings give to cookies.
fn are_settings(one: &Used<'_, '_>, other: &Used<'_, '_>) -> bool {
    [one, other].iter().all(|(program, file, cookie)| {
        let known = program.resolve(file, &cookie.name);
        known
            .setting
            .is_some_and(|name| name.to_ascii_uppercase().contains("COOKIE"))
    })
}

/// Names that session libraries give where nothing is said: nobody else chooses them.
fn is_default(name: &str) -> bool {
    ["sessionid", "connect.sid", "JSESSIONID", "PHPSESSID"].contains(&name)
}

/// A session cookie is read under a name that nothing writes, while another session cookie is written and never read.
fn names(all: &[Used<'_, '_>]) -> Option<Finding> {
    let session = |used: &&Used<'_, '_>| {
        name(used)
            .is_some_and(|name| (is_session(&name) || name.contains("token")) && !is_csrf(&name))
    };
    // A name that is worked out may be any.
    if all.iter().any(|used| name(used).is_none()) {
        return None;
    }
    let written: Vec<_> = all
        .iter()
        .filter(|used| used.2.written)
        .filter(session)
        .collect();
    let read: Vec<_> = all
        .iter()
        .filter(|used| !used.2.written)
        .filter(session)
        .collect();
    let has = |list: &[&Used<'_, '_>], wanted: &Used<'_, '_>| {
        list.iter().any(|other| name(other) == name(wanted))
    };
    let lost: Vec<_> = read.iter().filter(|used| !has(&written, used)).collect();
    let unread: Vec<_> = written.iter().filter(|used| !has(&read, used)).collect();
    let ([reader], [writer]) = (lost.as_slice(), unread.as_slice()) else {
        return None;
    };
    let (asked, set) = (name(reader)?, name(writer)?);
    let (one, other) = (bare_name(&asked), bare_name(&set));
    let alike = one.ends_with(other) || other.ends_with(one);
    let apart = !std::ptr::eq(reader.0, writer.0);
    let strength = if apart && (are_settings(reader, writer) || is_default(one)) {
        Strength::Likely
    } else if alike {
        Strength::Risk
    } else {
        return None;
    };
    let message = format!(
        "{} reads the cookie {asked}, and {} writes {set}",
        reader.0.name, writer.0.name
    );
    let finding = Finding::new(Cause::CookieNameMismatch, strength, message).weight(0.7);
    Some(
        finding
            .at(reader.2.spot.clone(), "read under this name")
            .at(writer.2.spot.clone(), "written under this one")
            .fix(format!(
                "Let writer and reader use one name: {set} or {asked}."
            )),
    )
}
