//! Throttling of sign-in by counting failures (ASVS 6.1.1, 6.3.1).
//!
//! Three sliding windows: a person from an address, the address, and the person from anywhere.
//! The first is narrow and stops guessing; the last is so wide that a stranger can hardly shut an
//! owner out, and it opens by itself. Nothing is ever locked, and successes are not counted.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use crate::{Email, Timestamp};

/// How many failures are borne in a window of time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limit {
    /// The failures after which one has to wait.
    pub failures: usize,
    /// For how long a failure counts.
    pub window: Duration,
}

/// The limits of sign-in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ThrottlePolicy {
    /// For one person from anywhere.
    pub account: Limit,
    /// For one person from one address.
    pub account_from_address: Limit,
    /// For one address, whomever it tries.
    pub address: Limit,
    /// How many people and addresses are remembered; the one idle for longest is forgotten.
    pub capacity: usize,
}

impl Default for ThrottlePolicy {
    fn default() -> Self {
        let window = Duration::from_mins(15);
        Self {
            account: Limit {
                failures: 50,
                window,
            },
            account_from_address: Limit {
                failures: 10,
                window,
            },
            address: Limit {
                failures: 100,
                window,
            },
            capacity: 20_000,
        }
    }
}

/// Whether a sign-in may be tried.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// It may.
    Allow,
    /// Not before so many seconds have passed (for `Retry-After`). At least 1.
    Wait {
        /// Seconds to wait.
        seconds: u64,
    },
}

/// The failures of late. People are counted whether they have an account or not.
#[derive(Debug)]
pub struct Throttle {
    account_from_address: Window<(Email, IpAddr)>,
    accounts: Window<Email>,
    addresses: Window<IpAddr>,
}

impl Throttle {
    /// Starts with no failures.
    #[must_use]
    pub fn new(policy: ThrottlePolicy) -> Self {
        Self {
            account_from_address: Window::new(policy.account_from_address, policy.capacity),
            accounts: Window::new(policy.account, policy.capacity),
            addresses: Window::new(policy.address, policy.capacity),
        }
    }

    /// Whether this person may try from this address; `None` if the address is not known.
    #[must_use]
    pub fn check(&self, email: &Email, address: Option<IpAddr>, now: Timestamp) -> Decision {
        let address = address.map(network);
        let waits = [
            self.accounts.wait(email, now),
            address.and_then(|address| self.addresses.wait(&address, now)),
            address.and_then(|ip| self.account_from_address.wait(&(email.clone(), ip), now)),
        ];
        match waits.into_iter().flatten().max() {
            None => Decision::Allow,
            Some(wait) => {
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                Decision::Wait {
                    seconds: seconds.max(1),
                }
            }
        }
    }

    /// Counts a failure.
    pub fn record_failure(&mut self, email: &Email, address: Option<IpAddr>, now: Timestamp) {
        self.accounts.record(email.clone(), now);
        if let Some(address) = address.map(network) {
            self.addresses.record(address, now);
            self.account_from_address
                .record((email.clone(), address), now);
        }
    }

    /// Forgets the failures of a person from an address, once they signed in from there. The wide
    /// windows stay: one's own account must not wash away guesses at others.
    pub fn record_success(&mut self, email: &Email, address: Option<IpAddr>) {
        if let Some(address) = address.map(network) {
            self.account_from_address.forget(&(email.clone(), address));
        }
    }
}

/// The network that one customer gets: an IPv4 address, or 64 bits of an IPv6 one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(address.to_bits())),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

#[derive(Debug)]
struct Window<K> {
    capacity: usize,
    failures: HashMap<K, VecDeque<Timestamp>>,
    limit: Limit,
}

impl<K: Clone + Eq + Hash> Window<K> {
    fn new(limit: Limit, capacity: usize) -> Self {
        Self {
            capacity,
            failures: HashMap::new(),
            limit,
        }
    }

    fn wait(&self, key: &K, now: Timestamp) -> Option<Duration> {
        let failures = self.failures.get(key)?;
        let nth = failures.len().checked_sub(self.limit.failures)?;
        let free = *failures.get(nth)? + self.limit.window;
        // A clock that was set back must not keep anybody out for hours.
        (free > now).then(|| free.since(now).min(self.limit.window))
    }

    fn record(&mut self, key: K, now: Timestamp) {
        if !self.failures.contains_key(&key) && self.failures.len() >= self.capacity {
            self.make_room(now);
        }
        let failures = self.failures.entry(key).or_default();
        failures.push_back(now);
        while failures.len() > self.limit.failures {
            failures.pop_front();
        }
    }

    fn forget(&mut self, key: &K) {
        self.failures.remove(key);
    }

    /// Forgets whoever has no failure left in the window, and at least an eighth of all, so that
    /// the work is spread over as many failures.
    fn make_room(&mut self, now: Timestamp) {
        let window = self.limit.window;
        self.failures.retain(|_, failures| {
            failures
                .back()
                .is_some_and(|last| now.since(*last) < window)
        });
        let keep = self.capacity - self.capacity / 8 - 1;
        let Some(excess) = self
            .failures
            .len()
            .checked_sub(keep)
            .filter(|excess| *excess > 0)
        else {
            return;
        };
        let mut lasts: Vec<_> = self
            .failures
            .values()
            .filter_map(VecDeque::back)
            .copied()
            .collect();
        let (_, limit, _) = lasts.select_nth_unstable(excess - 1);
        let limit = *limit;
        let mut excess = excess;
        self.failures.retain(|_, failures| {
            let goes = excess > 0 && failures.back().is_none_or(|last| *last <= limit);
            excess -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
    const MINUTE: Duration = Duration::from_mins(1);

    fn policy() -> ThrottlePolicy {
        let limit = |failures| Limit {
            failures,
            window: MINUTE,
        };
        ThrottlePolicy {
            account: limit(6),
            account_from_address: limit(3),
            address: limit(9),
            capacity: 16,
        }
    }

    fn email(n: usize) -> Email {
        Email::parse(&format!("user{n}@example.com")).unwrap()
    }

    fn ip(n: usize) -> Option<IpAddr> {
        format!("192.0.2.{n}").parse().ok()
    }

    fn fail(throttle: &mut Throttle, times: usize, email: &Email, ip: Option<IpAddr>) {
        for _ in 0..times {
            throttle.record_failure(email, ip, NOW);
        }
    }

    #[test]
    fn guessing_at_one_account_from_one_address_has_to_wait() {
        let mut throttle = Throttle::new(policy());
        fail(&mut throttle, 2, &email(1), ip(1));
        assert_eq!(throttle.check(&email(1), ip(1), NOW), Decision::Allow);
        fail(&mut throttle, 1, &email(1), ip(1));
        assert_eq!(
            throttle.check(&email(1), ip(1), NOW),
            Decision::Wait { seconds: 60 }
        );
        assert_eq!(throttle.check(&email(1), ip(2), NOW), Decision::Allow);
        assert_eq!(throttle.check(&email(2), ip(1), NOW), Decision::Allow);
    }

    #[test]
    fn the_wait_shrinks_and_ends() {
        let mut throttle = Throttle::new(policy());
        fail(&mut throttle, 3, &email(1), ip(1));
        for (micros, expected) in [
            (59_000_000, Decision::Wait { seconds: 1 }),
            (59_999_999, Decision::Wait { seconds: 1 }),
            (58_999_999, Decision::Wait { seconds: 2 }),
            (60_000_000, Decision::Allow),
        ] {
            let now = NOW + Duration::from_micros(micros);
            assert_eq!(throttle.check(&email(1), ip(1), now), expected, "{micros}");
        }
    }

    #[test]
    fn the_window_slides() {
        let mut throttle = Throttle::new(policy());
        for n in 0..3 {
            throttle.record_failure(&email(1), ip(1), NOW + MINUTE * n / 3);
        }
        assert!(throttle.check(&email(1), ip(1), NOW + MINUTE * 2 / 3) != Decision::Allow);
        let later = NOW + MINUTE;
        assert_eq!(throttle.check(&email(1), ip(1), later), Decision::Allow);
        throttle.record_failure(&email(1), ip(1), later);
        assert_eq!(
            throttle.check(&email(1), ip(1), later),
            Decision::Wait { seconds: 20 }
        );
    }

    #[test]
    fn one_address_that_tries_many_people_has_to_wait() {
        let mut throttle = Throttle::new(policy());
        for n in 0..9 {
            fail(&mut throttle, 1, &email(n), ip(1));
        }
        assert!(throttle.check(&email(99), ip(1), NOW) != Decision::Allow);
        assert_eq!(throttle.check(&email(99), ip(2), NOW), Decision::Allow);
    }

    #[test]
    fn many_addresses_that_try_one_person_have_to_wait() {
        let mut throttle = Throttle::new(policy());
        for n in 0..6 {
            fail(&mut throttle, 1, &email(1), ip(n));
        }
        assert!(throttle.check(&email(1), ip(77), NOW) != Decision::Allow);
        assert!(throttle.check(&email(1), None, NOW) != Decision::Allow);
    }

    #[test]
    fn success_clears_the_narrow_window_alone() {
        let mut throttle = Throttle::new(policy());
        fail(&mut throttle, 3, &email(1), ip(1));
        throttle.record_success(&email(1), ip(1));
        assert_eq!(throttle.check(&email(1), ip(1), NOW), Decision::Allow);
        fail(&mut throttle, 3, &email(1), ip(2));
        assert!(
            throttle.check(&email(1), ip(1), NOW) != Decision::Allow,
            "six in all"
        );
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let mut throttle = Throttle::new(policy());
        let ip = |text: &str| text.parse().ok();
        fail(&mut throttle, 3, &email(1), ip("2001:db8:1:2::1"));
        assert!(throttle.check(&email(1), ip("2001:db8:1:2:ffff::9"), NOW) != Decision::Allow);
        assert_eq!(
            throttle.check(&email(1), ip("2001:db8:1:3::1"), NOW),
            Decision::Allow
        );
        fail(&mut throttle, 3, &email(2), ip("::ffff:192.0.2.1"));
        assert!(throttle.check(&email(2), ip("192.0.2.1"), NOW) != Decision::Allow);
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_out_for_longer_than_the_window() {
        let mut throttle = Throttle::new(policy());
        fail(&mut throttle, 3, &email(1), ip(1));
        let earlier = NOW - MINUTE * 600;
        assert_eq!(
            throttle.check(&email(1), ip(1), earlier),
            Decision::Wait { seconds: 60 }
        );
    }

    #[test]
    fn memory_is_bounded_and_the_latest_are_remembered() {
        let mut throttle = Throttle::new(policy());
        for n in 0..1000 {
            fail(&mut throttle, 6, &email(n), None);
            assert!(throttle.accounts.failures.len() <= 16);
        }
        assert!(throttle.check(&email(999), None, NOW) != Decision::Allow);
    }

    proptest! {
        #[test]
        fn fewer_failures_than_every_limit_never_wait(
            tries in prop::collection::vec((0usize..4, 1usize..4, 0u64..59), 0..3),
        ) {
            let mut throttle = Throttle::new(policy());
            for (person, address, second) in tries {
                let now = NOW + Duration::from_secs(second);
                prop_assert_eq!(throttle.check(&email(person), ip(address), now), Decision::Allow);
                throttle.record_failure(&email(person), ip(address), now);
            }
        }

        #[test]
        fn whoever_waits_as_told_may_try_again(
            tries in prop::collection::vec((0usize..2, 1usize..3, 0u64..30), 0..60),
        ) {
            let mut throttle = Throttle::new(policy());
            let mut now = NOW;
            for (person, address, pause) in tries {
                now = now + Duration::from_secs(pause);
                if let Decision::Wait { seconds } = throttle.check(&email(person), ip(address), now) {
                    let then = now + Duration::from_secs(seconds);
                    prop_assert_eq!(throttle.check(&email(person), ip(address), then), Decision::Allow);
                } else {
                    throttle.record_failure(&email(person), ip(address), now);
                }
            }
        }
    }
}
