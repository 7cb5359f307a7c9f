//! The audit log and the traces.

use std::time::Duration;

use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_store::{AuditQuery, RefusalCount, StoredTrace, TracePosition, TraceQuery};
use countersign_verify::Cause;

use crate::on_both_databases;
use crate::setting::Setting;

on_both_databases! {
    an_event_comes_back_as_it_was_written
    events_are_selected_and_given_in_pages
    an_event_is_written_once
    a_trace_comes_back_as_it_was_written
    traces_are_given_in_pages_of_one_cause_or_of_all
    refusals_of_the_last_day_are_counted_by_cause_and_hour
    traces_are_kept_for_a_while_only
}

fn query() -> AuditQuery {
    AuditQuery {
        limit: 100,
        ..AuditQuery::default()
    }
}

async fn an_event_comes_back_as_it_was_written(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let session = setting.open(user.id).await.session.id;
    let mut event = setting
        .event(AuditKind::CredentialRefused)
        .about(user.id)
        .of_session(session)
        .refused(Cause::TokenExpired)
        .with("alg", "HS256")
        .with("ago", 42);
    event.actor = Actor::User(user.id);
    event.ip = "192.0.2.7".parse().ok();
    event.user_agent = Some("curl/8 \"quoted\" 🦀".to_owned());
    event.trace_id = Some("0123456789abcdef".repeat(2));
    let bare = setting.event(AuditKind::CredentialRefused);
    let written = setting
        .store
        .append_audit(vec![event.clone(), bare.clone()])
        .await;
    assert_eq!(written, Ok(()));
    let mut query = query();
    query.kind = Some(AuditKind::CredentialRefused);
    let mut events = setting.store.audit_events(query).await.expect("a read");
    events.sort_by_key(|event| event.user_id.is_none());
    assert_eq!(events, [event, bare]);
}

async fn events_are_selected_and_given_in_pages(setting: Setting) {
    let ann = setting.user("ann@example.org").await;
    let mut events: Vec<AuditEvent> = Vec::new();
    for number in 0..6_u8 {
        let mut event = setting.event(AuditKind::CredentialRefused);
        event.user_id = (number % 2 == 0).then_some(ann.id);
        event.trace_id = Some(format!("{number:032}"));
        events.push(event);
        setting.advance(60);
    }
    let written = setting.store.append_audit(events.clone()).await;
    assert_eq!(written, Ok(()));
    let ids = async |query: AuditQuery| {
        let found = setting.store.audit_events(query).await.expect("a read");
        let place = |event: &AuditEvent| events.iter().position(|known| known.id == event.id);
        found.iter().filter_map(place).collect::<Vec<_>>()
    };
    let with = |set: &dyn Fn(&mut AuditQuery)| {
        let mut query = query();
        set(&mut query);
        query
    };
    let cases = [
        (query(), vec![5, 4, 3, 2, 1, 0]),
        (with(&|query| query.user = Some(ann.id)), vec![4, 2, 0]),
        (
            with(&|query| query.trace_id.clone_from(&events[3].trace_id)),
            vec![3],
        ),
        (with(&|query| query.since = Some(events[4].at)), vec![5, 4]),
        (
            with(&|query| (query.after, query.limit) = (Some(events[1].id), 2)),
            vec![2, 3],
        ),
        (
            with(&|query| (query.before, query.limit) = (Some(events[2].id), 1)),
            vec![1],
        ),
        (
            with(&|query| query.kind = Some(AuditKind::SessionLogout)),
            vec![],
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(ids(query.clone()).await, expected, "{query:?}");
    }
}

async fn an_event_is_written_once(setting: Setting) {
    let event = setting.event(AuditKind::SessionLoginRefused);
    for _ in 0..2 {
        let written = setting.store.append_audit(vec![event.clone()]).await;
        assert_eq!(written, Ok(()));
    }
    assert_eq!(
        setting.count_events(AuditKind::SessionLoginRefused).await,
        1
    );
}

fn trace(setting: &Setting, number: u32, cause: Option<Cause>) -> StoredTrace {
    StoredTrace {
        id: format!("{number:032x}"),
        at: setting.now(),
        cause,
        document: format!("{{\"steps\":[{number}]}}"),
    }
}

async fn a_trace_comes_back_as_it_was_written(setting: Setting) {
    let mut refused = trace(&setting, 1, Some(Cause::TokenExpired));
    let passed = trace(&setting, 2, None);
    let written = setting
        .store
        .append_traces(vec![refused.clone(), passed.clone()])
        .await;
    assert_eq!(written, Ok(()));
    assert_eq!(setting.store.trace(&passed.id).await, Ok(Some(passed)));
    assert_eq!(setting.store.trace("none").await, Ok(None));
    // A finding that comes later replaces the document.
    refused.document.push(' ');
    let written = setting.store.append_traces(vec![refused.clone()]).await;
    assert_eq!(written, Ok(()));
    assert_eq!(setting.store.trace(&refused.id).await, Ok(Some(refused)));
}

async fn traces_are_given_in_pages_of_one_cause_or_of_all(setting: Setting) {
    let causes = [Cause::TokenExpired, Cause::SecretMismatch];
    for number in 0..7 {
        let cause = causes[usize::from(number % 3 == 0)];
        let trace = trace(&setting, number, Some(cause));
        let written = setting.store.append_traces(vec![trace]).await;
        assert_eq!(written, Ok(()));
        // Two at a time come at the same moment.
        setting.advance(u64::from(number % 2));
    }
    let pages = async |cause: Option<Cause>, limit: u32| {
        let (mut all, mut before) = (Vec::new(), None::<TracePosition>);
        loop {
            let query = TraceQuery {
                before,
                cause,
                limit,
            };
            let page = setting.store.traces(query).await.expect("a read");
            let last = page.last().map(|trace| trace.position().to_string());
            all.push(
                page.iter()
                    .map(|trace| trace.id[31..].to_owned())
                    .collect::<String>(),
            );
            match last {
                Some(last) => before = Some(last.parse().expect("a place")),
                None => return all,
            }
        }
    };
    assert_eq!(pages(None, 3).await, ["654", "321", "0", ""]);
    assert_eq!(pages(Some(Cause::SecretMismatch), 2).await, ["63", "0", ""]);
    assert_eq!(pages(Some(Cause::TokenExpired), 9).await, ["5421", ""]);
    assert_eq!(pages(Some(Cause::CredentialMissing), 9).await, [""]);
}

#[test]
fn only_what_a_page_gave_is_a_place() {
    let id = "0123456789abcdef".repeat(2);
    for good in [format!("0-{id}"), format!("{}-{id}", i64::MAX)] {
        let place = good.parse::<TracePosition>().map(|place| place.to_string());
        assert_eq!(place, Ok(good));
    }
    for bad in [
        "",
        "-",
        "5",
        &id,
        &format!("-{id}"),
        &format!("-5-{id}"),
        &format!("+5-{id}"),
        &format!("99999999999999999999-{id}"),
        &format!("5-{id}0"),
        &format!("5-'{}", &id[1..]),
    ] {
        assert!(bad.parse::<TracePosition>().is_err(), "{bad}");
    }
}

async fn refusals_of_the_last_day_are_counted_by_cause_and_hour(setting: Setting) {
    let keep = async |number: u32, cause: Option<Cause>| {
        let trace = trace(&setting, number, cause);
        let written = setting.store.append_traces(vec![trace]).await;
        assert_eq!(written, Ok(()));
    };
    let (expired, other) = (Cause::TokenExpired, Cause::SecretMismatch);
    keep(1, Some(expired)).await;
    setting.advance(60);
    keep(2, Some(expired)).await;
    keep(3, Some(other)).await;
    keep(4, None).await;
    setting.advance(24 * 3600 - 60);
    keep(5, Some(expired)).await;
    keep(6, Some(expired)).await;
    let counted = async |most: u32| {
        let counts = setting.store.refusals_of_last_day(setting.now(), most);
        let counts = counts.await.expect("a read").into_iter();
        let told = |count: RefusalCount| (count.cause, count.hours_ago, count.refusals);
        counts.map(told).collect::<Vec<_>>()
    };
    // The first was a day ago to the second, and counts no longer.
    let all = [(other, 23, 1), (expired, 0, 2), (expired, 23, 1)];
    assert_eq!(counted(100).await, all);
    assert_eq!(counted(2).await, [(expired, 0, 2)], "the newest two");
}

async fn traces_are_kept_for_a_while_only(setting: Setting) {
    for number in 0..10 {
        let written = setting
            .store
            .append_traces(vec![trace(&setting, number, None)])
            .await;
        assert_eq!(written, Ok(()));
        setting.advance(60);
    }
    let kept = async || {
        let query = TraceQuery {
            limit: 100,
            ..TraceQuery::default()
        };
        let traces = setting.store.traces(query).await.expect("a read");
        traces
            .iter()
            .map(|trace| trace.document.clone())
            .collect::<Vec<_>>()
    };
    let before = setting.now() - Duration::from_mins(8);
    assert_eq!(setting.store.prune_traces(before, 100).await, Ok(2));
    assert_eq!(setting.store.prune_traces(before, 3).await, Ok(5));
    assert_eq!(
        kept().await,
        ["{\"steps\":[9]}", "{\"steps\":[8]}", "{\"steps\":[7]}"]
    );
    assert_eq!(setting.store.prune_traces(setting.now(), 3).await, Ok(3));
    assert_eq!(setting.store.prune_traces(setting.now(), 3).await, Ok(0));
}
