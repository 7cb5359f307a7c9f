use super::*;
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
const HOUR: Duration = Duration::from_hours(1);

fn policy(max_concurrent: usize) -> SessionPolicy {
    SessionPolicy {
        absolute: HOUR * 10,
        idle: HOUR,
        max_concurrent,
    }
}

fn session(seed: u64, at: Timestamp) -> Session {
    let mut rng = StdRng::seed_from_u64(seed);
    let (id, user) = (SessionId::new(at, &mut rng), UserId::new(NOW, &mut rng));
    Session::open(id, user, vec!["pwd".to_owned()], at, &policy(10))
}

#[test]
fn a_session_lives_until_the_earlier_of_its_ends() {
    let mut session = session(1, NOW);
    assert_eq!(session.state_at(NOW), Ok(()));
    let micro = Duration::from_micros(1);
    assert_eq!(session.state_at(NOW + HOUR - micro), Ok(()));
    assert_eq!(session.state_at(NOW + HOUR), Err(Cause::SessionExpiredIdle));
    session.idle_expires_at = session.absolute_expires_at;
    assert_eq!(session.state_at(NOW + HOUR * 9), Ok(()));
    assert_eq!(
        session.state_at(NOW + HOUR * 10),
        Err(Cause::SessionExpiredAbsolute)
    );
}

#[test]
fn use_puts_off_the_idle_end_but_never_the_absolute_one() {
    let session = session(1, NOW);
    let policy = policy(10);
    assert_eq!(
        session.idle_expiry_after(NOW + HOUR / 2, &policy),
        NOW + HOUR * 3 / 2
    );
    assert_eq!(
        session.idle_expiry_after(NOW + HOUR * 9, &policy),
        NOW + HOUR * 10
    );
    assert_eq!(
        session.idle_expiry_after(NOW + HOUR * 99, &policy),
        NOW + HOUR * 10
    );
    // A clock that was set back does not shorten a session.
    assert_eq!(session.idle_expiry_after(NOW - HOUR, &policy), NOW + HOUR);
}

#[test]
fn an_idle_life_longer_than_the_absolute_one_is_cut() {
    let policy = SessionPolicy {
        absolute: HOUR,
        idle: HOUR * 5,
        max_concurrent: 1,
    };
    let mut rng = StdRng::seed_from_u64(1);
    let (id, user) = (SessionId::new(NOW, &mut rng), UserId::new(NOW, &mut rng));
    let session = Session::open(id, user, Vec::new(), NOW, &policy);
    assert_eq!(session.idle_expires_at, NOW + HOUR);
}

#[test]
fn an_access_token_never_outlives_its_session() {
    let session = session(1, NOW);
    assert_eq!(session.access_expiry(NOW, HOUR / 4), NOW + HOUR / 4);
    assert_eq!(session.access_expiry(NOW + HOUR / 2, HOUR), NOW + HOUR);
    assert_eq!(session.access_expiry(NOW, HOUR * 99), NOW + HOUR);
}

#[test]
fn the_written_end_wins_over_the_clock() {
    let mut session = session(1, NOW);
    session.ended = Some(SessionEnd {
        at: NOW,
        reason: SessionEndReason::Logout,
    });
    assert_eq!(session.state_at(NOW), Err(Cause::SessionRevoked));
    assert_eq!(
        session.state_at(NOW + HOUR * 99),
        Err(Cause::SessionRevoked)
    );
}

#[test]
fn every_reason_has_its_name_and_a_cause() {
    for reason in SessionEndReason::ALL {
        assert_eq!(SessionEndReason::parse(reason.as_str()), Some(reason));
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(json, format!("\"{}\"", reason.as_str()));
        assert!(matches!(reason.cause().status(), 401 | 403));
    }
    assert_eq!(SessionEndReason::parse("boredom"), None);
}

#[test]
fn the_client_is_noted_without_controls_and_cut_between_characters() {
    let ip = "192.0.2.7".parse().ok();
    let agent = format!("x\n{}", "é".repeat(200));
    let session = session(1, NOW).from_client(ip, Some(&agent));
    let kept = session.user_agent.unwrap();
    assert_eq!(session.ip, ip);
    assert!(kept.starts_with("x é"));
    assert_eq!(kept.len(), 256);
}

#[test]
fn the_oldest_live_sessions_give_way() {
    let sessions: Vec<_> = (0..4)
        .map(|n| session(n, NOW + Duration::from_secs(n)))
        .collect();
    let opened = sessions[3].id;
    let at = NOW + HOUR / 2;
    assert!(evictions(&sessions, opened, at, &policy(4)).is_empty());
    assert_eq!(
        evictions(&sessions, opened, at, &policy(2)),
        [sessions[0].id, sessions[1].id]
    );
    assert_eq!(evictions(&sessions, opened, at, &policy(0)).len(), 3);
    assert!(evictions(&sessions, opened, at + HOUR, &policy(1)).is_empty());
}

proptest! {
    #[test]
    fn after_evictions_the_limit_holds_and_the_opened_one_stays(
        ages in prop::collection::vec((0u64..100, any::<bool>()), 0..20),
        max in 1usize..6,
    ) {
        let mut sessions: Vec<_> = ages
            .iter()
            .zip(0u64..)
            .map(|((age, ended), n)| {
                let mut session = session(n, NOW + Duration::from_secs(*age));
                session.ended = ended.then_some(SessionEnd {
                    at: NOW,
                    reason: SessionEndReason::Logout,
                });
                session
            })
            .collect();
        let at = NOW + Duration::from_secs(100);
        let opened = session(99, at);
        sessions.push(opened.clone());
        let gone = evictions(&sessions, opened.id, at, &policy(max));
        let live: Vec<_> = sessions.iter().filter(|s| s.state_at(at).is_ok()).collect();
        prop_assert!(!gone.contains(&opened.id));
        prop_assert_eq!(live.len() - gone.len(), live.len().min(max));
        let youngest_gone = live.iter().filter(|s| gone.contains(&s.id)).map(|s| s.created_at).max();
        let oldest_kept = live.iter().filter(|s| !gone.contains(&s.id)).map(|s| s.created_at).min();
        prop_assert!(youngest_gone <= oldest_kept || youngest_gone.is_none());
    }
}

#[test]
fn a_sign_in_is_fresh_for_ten_minutes_and_not_before_it_happened() {
    let at = Timestamp::from_seconds(1_800_000_000);
    let fresh = |seconds: i64| {
        FreshSignIn::at(at, Timestamp::from_seconds(at.seconds() + seconds)).is_some()
    };
    assert!(fresh(0) && fresh(600) && !fresh(601));
    assert!(fresh(-60), "clocks differ");
    assert!(!fresh(-61), "the clock was set back");
}
