use std::collections::HashMap;

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::keys::RootKey;

const START: Timestamp = Timestamp::from_seconds(1_000_000);
const SECOND: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(31);

fn key() -> RefreshKey {
    RootKey::from_bytes([9; 32]).refresh_key().unwrap()
}

fn first_token() -> RefreshToken {
    RefreshToken::generate(&mut StdRng::seed_from_u64(1))
}

fn row(state: RefreshState) -> RefreshRow {
    RefreshRow {
        expires_at: START + Duration::from_secs(1000),
        hash: first_token().hash(),
        issued_at: START,
        session_id: SessionId::new(START, &mut StdRng::seed_from_u64(1)),
        state,
    }
}

fn consumed(attempt: u32, successor_used: bool) -> RefreshState {
    RefreshState::Consumed {
        at: START,
        attempt,
        successor: first_token().hash(),
        successor_used,
    }
}

#[test]
fn the_table_of_decisions() {
    let superseded = RefreshState::Superseded { at: START };
    for (state, seconds, expected) in [
        (RefreshState::Active, 0, Decision::Rotate),
        (RefreshState::Active, 999, Decision::Rotate),
        (RefreshState::Active, 1000, Decision::Expired),
        (consumed(0, false), 0, Decision::Repeat { attempt: 0 }),
        (consumed(2, false), 30, Decision::Repeat { attempt: 2 }),
        (consumed(0, true), 30, Decision::Repeat { attempt: 0 }),
        (consumed(0, false), 31, Decision::Replace { attempt: 1 }),
        (consumed(4, false), 999, Decision::Replace { attempt: 5 }),
        (consumed(0, false), 1000, Decision::Expired),
        (consumed(0, true), 31, Decision::Reused),
        (consumed(0, true), 5000, Decision::Reused),
        (superseded, 0, Decision::Reused),
        (superseded, 5000, Decision::Reused),
        (
            consumed(u32::MAX, false),
            31,
            Decision::Replace { attempt: u32::MAX },
        ),
    ] {
        let now = START + Duration::from_secs(seconds);
        assert_eq!(
            decide(&row(state), now, REPLAY_WINDOW),
            expected,
            "{state:?} at {seconds}"
        );
    }
}

#[test]
fn the_window_ends_to_the_microsecond() {
    let row = row(consumed(0, true));
    let edge = START + REPLAY_WINDOW;
    assert_eq!(
        decide(&row, edge, REPLAY_WINDOW),
        Decision::Repeat { attempt: 0 }
    );
    let past = edge + Duration::from_micros(1);
    assert_eq!(decide(&row, past, REPLAY_WINDOW), Decision::Reused);
}

#[test]
fn a_clock_that_was_set_back_signs_nobody_out() {
    let now = START - Duration::from_hours(2);
    assert_eq!(
        decide(&row(consumed(0, true)), now, REPLAY_WINDOW),
        Decision::Repeat { attempt: 0 }
    );
    assert_eq!(
        decide(&row(RefreshState::Active), now, REPLAY_WINDOW),
        Decision::Rotate
    );
}

#[test]
fn refusals_have_their_causes() {
    assert_eq!(Decision::Reused.attempt(), Err(Cause::RefreshReused));
    assert_eq!(Decision::Expired.attempt(), Err(Cause::RefreshTokenExpired));
    assert_eq!(Decision::Rotate.attempt(), Ok(0));
    assert_eq!(Decision::Repeat { attempt: 3 }.attempt(), Ok(3));
    assert_eq!(Decision::Replace { attempt: 4 }.attempt(), Ok(4));
}

#[test]
fn a_successor_depends_on_key_token_and_attempt() {
    let token = first_token();
    let other_key = RootKey::from_bytes([8; 32]).refresh_key().unwrap();
    let base = successor(&key(), &token, 0);
    assert_eq!(base, successor(&key(), &token, 0));
    assert_ne!(base, successor(&key(), &token, 1));
    assert_ne!(base, successor(&other_key, &token, 0));
    assert_ne!(base, successor(&key(), &base, 0));
    assert_eq!(RefreshToken::parse(base.expose()), Ok(base));
}

/// The table of tokens of one family, as a store keeps it.
struct Family {
    ended: bool,
    key: RefreshKey,
    rows: HashMap<TokenHash, RefreshState>,
}

impl Family {
    fn new() -> (Self, RefreshToken) {
        let token = first_token();
        let rows = HashMap::from([(token.hash(), RefreshState::Active)]);
        (
            Self {
                ended: false,
                key: key(),
                rows,
            },
            token,
        )
    }

    fn state(&self, hash: TokenHash) -> RefreshState {
        match self.rows[&hash] {
            RefreshState::Consumed {
                at,
                attempt,
                successor,
                ..
            } => {
                let successor_used = matches!(self.rows[&successor], RefreshState::Consumed { .. });
                RefreshState::Consumed {
                    at,
                    attempt,
                    successor,
                    successor_used,
                }
            }
            state => state,
        }
    }

    fn present(&mut self, token: &RefreshToken, now: Timestamp) -> Result<RefreshToken, Cause> {
        if self.ended {
            return Err(Cause::SessionRevoked);
        }
        let state = self.state(token.hash());
        let mut row = row(state);
        row.expires_at = Timestamp::from_micros(i64::MAX);
        let decision = decide(&row, now, REPLAY_WINDOW);
        self.ended = decision == Decision::Reused;
        let attempt = decision.attempt()?;
        let next = successor(&self.key, token, attempt);
        if let (Decision::Replace { .. }, RefreshState::Consumed { successor, .. }) =
            (decision, state)
        {
            self.rows
                .insert(successor, RefreshState::Superseded { at: now });
        }
        if !matches!(decision, Decision::Repeat { .. }) {
            let successor = next.hash();
            let state = RefreshState::Consumed {
                at: now,
                attempt,
                successor,
                successor_used: false,
            };
            self.rows.insert(token.hash(), state);
            self.rows.insert(successor, RefreshState::Active);
        }
        Ok(next)
    }

    fn active(&self) -> usize {
        self.rows
            .values()
            .filter(|state| **state == RefreshState::Active)
            .count()
    }
}

#[test]
fn an_honest_client_rotates_for_ever() {
    let (mut family, mut token) = Family::new();
    for hour in 0..1000 {
        token = family
            .present(&token, START + Duration::from_hours(1) * hour)
            .unwrap();
    }
    assert_eq!(family.active(), 1);
}

#[test]
fn a_response_lost_for_long_costs_nothing() {
    let (mut family, first) = Family::new();
    let lost = family.present(&first, START).unwrap();
    let again = family.present(&first, START + LATER).unwrap();
    assert_ne!(lost, again);
    assert!(family.present(&again, START + LATER * 2).is_ok());
    assert_eq!(
        family.present(&lost, START + LATER * 2),
        Err(Cause::RefreshReused)
    );
    assert!(family.ended);
}

#[test]
fn parallel_tabs_after_a_lost_response_agree_too() {
    let (mut family, first) = Family::new();
    family.present(&first, START).unwrap();
    let tab = family.present(&first, START + LATER).unwrap();
    assert_eq!(family.present(&first, START + LATER + SECOND), Ok(tab));
}

#[test]
fn a_thief_who_comes_first_is_found_out_by_the_owner() {
    let (mut family, stolen) = Family::new();
    let thief = family.present(&stolen, START).unwrap();
    let thief = family.present(&thief, START + LATER).unwrap();
    assert_eq!(
        family.present(&stolen, START + LATER * 2),
        Err(Cause::RefreshReused)
    );
    assert_eq!(
        family.present(&thief, START + LATER * 3),
        Err(Cause::SessionRevoked)
    );
}

/// Plays a thief and the owner, who both hold one token, in the order of `turns`.
fn is_found_out(turns: &[(bool, Duration)]) -> bool {
    let (mut family, token) = Family::new();
    let mut hands = [token.clone(), token];
    let mut now = START;
    for (is_thief, pause) in turns {
        now = now + *pause;
        let hand = &mut hands[usize::from(*is_thief)];
        match family.present(hand, now) {
            Ok(next) => *hand = next,
            Err(_) => return true,
        }
    }
    false
}

proptest! {
    #[test]
    fn replays_within_the_window_all_get_one_successor(
        offsets in prop::collection::vec(0u64..=30_000_000, 1..64),
    ) {
        let (mut family, token) = Family::new();
        let mut offsets = offsets;
        offsets.sort_unstable();
        let first = offsets[0];
        let expected = family.present(&token, START + Duration::from_micros(first)).unwrap();
        for offset in offsets {
            let now = START + Duration::from_micros(offset);
            prop_assert_eq!(&family.present(&token, now).unwrap(), &expected);
        }
        prop_assert_eq!(family.active(), 1);
    }

    #[test]
    fn a_thief_and_an_owner_who_alternate_are_always_found_out(
        thief_first in any::<bool>(),
        pauses in prop::collection::vec(31u64..100_000, 6),
    ) {
        let turns: Vec<_> = pauses
            .iter()
            .enumerate()
            .map(|(n, pause)| ((n % 2 == 0) == thief_first, Duration::from_secs(*pause)))
            .collect();
        prop_assert!(is_found_out(&turns));
    }

    #[test]
    fn in_whatever_order_they_come_three_turns_each_give_the_thief_away(
        order in Just([true, true, true, false, false, false].to_vec()).prop_shuffle(),
        pauses in prop::collection::vec(31u64..100_000, 6),
    ) {
        // Once both have used the shared token or its successors, one of them holds a dead line.
        let turns: Vec<_> = order
            .into_iter()
            .zip(pauses)
            .map(|(is_thief, pause)| (is_thief, Duration::from_secs(pause)))
            .collect();
        prop_assert!(is_found_out(&turns), "{turns:?}");
    }

    #[test]
    fn whatever_is_presented_a_family_has_one_living_token(
        moves in prop::collection::vec((any::<prop::sample::Index>(), 0u64..90), 1..60),
    ) {
        let (mut family, token) = Family::new();
        let mut seen = vec![token];
        let mut now = START;
        for (index, pause) in moves {
            now = now + Duration::from_secs(pause);
            let token = seen[index.index(seen.len())].clone();
            match family.present(&token, now) {
                Ok(next) => {
                    prop_assert_eq!(family.active(), 1);
                    if !seen.contains(&next) {
                        seen.push(next);
                    }
                }
                Err(cause) => {
                    prop_assert!(family.ended, "{:?}", cause);
                    break;
                }
            }
        }
    }

    #[test]
    fn tabs_of_one_browser_are_never_signed_out(
        uses in prop::collection::vec((0usize..4, 0u64..8), 1..200),
    ) {
        // Tabs share a store: each takes the newest token there, but may be up to one step
        // behind when another tab has just renewed it.
        let (mut family, token) = Family::new();
        let (mut newest, mut previous) = (token.clone(), token);
        let (mut now, mut renewed) = (START, START);
        for (tab, pause) in uses {
            now = now + Duration::from_secs(pause);
            let stale = tab == 0 && now.since(renewed) <= REPLAY_WINDOW;
            let presented = if stale { previous.clone() } else { newest.clone() };
            let next = family.present(&presented, now).unwrap();
            if next != newest {
                previous = presented;
                newest = next;
                renewed = now;
            }
        }
    }
}
