//! How often somebody may try to sign in: token buckets by account and address, by address, and by account.
//!
//! Kept in memory: a restart forgets them, which costs an attacker nothing that a restart does not cost everybody.
//! The surprise: the table has a fixed size, and when it is full the fullest buckets are forgotten first, because
//! they hold back nobody.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use holdpoint_domain::Moment;

const SECOND: i64 = 1_000_000;
/// The most buckets kept: about 2 MB.
const MAX_BUCKETS: usize = 20_000;

/// One rule: `burst` tries at once, then one more every `refill_s` seconds.
#[derive(Debug, Clone, Copy)]
struct Rule {
    burst: i64,
    refill_s: i64,
}

/// One person at one place mistypes a few times.
const PAIR: Rule = Rule { burst: 5, refill_s: 12 };
/// A whole control room behind one address.
const ADDRESS: Rule = Rule { burst: 30, refill_s: 2 };
/// One account tried from many addresses. Loose on purpose: a tight rule would let anybody lock anybody out.
const ACCOUNT: Rule = Rule { burst: 50, refill_s: 6 };

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Pair(String, String),
    Address(String),
    Account(String),
}

/// Spent tries, counted as the moment at which the bucket is full again.
#[derive(Debug, Default)]
struct Buckets {
    full_again: HashMap<Key, Moment>,
}

/// Limits tries to sign in. One for the whole program.
#[derive(Debug, Default)]
pub struct SignInLimits {
    buckets: Mutex<Buckets>,
}

impl SignInLimits {
    /// Counts one try. `Err` is the number of seconds to wait; the try must then not be made.
    ///
    /// # Errors
    /// Seconds, at least 1, until the next try is allowed.
    pub fn take(&self, account: &str, address: &str, now: Moment) -> Result<(), u64> {
        let keys = keys(account, address);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.allows(&keys, now)?;
        for (key, rule) in keys {
            buckets.spend(key, rule, now);
        }
        Ok(())
    }

    /// Whether a try may be made now. It counts nothing: for secrets that nobody can guess, where only a wrong one is
    /// counted afterwards, with [`Self::failed`].
    ///
    /// # Errors
    /// Seconds, at least 1, until the next try is allowed.
    pub fn may(&self, account: &str, address: &str, now: Moment) -> Result<(), u64> {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.allows(&keys(account, address), now)
    }

    /// Counts a try that was made and was wrong.
    pub fn failed(&self, account: &str, address: &str, now: Moment) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, rule) in keys(account, address) {
            buckets.spend(key, rule, now);
        }
    }

    /// Gives the pair's tries back after a sign-in that succeeded: who mistyped four times is not held back later.
    pub fn forget(&self, account: &str, address: &str) {
        let account: String = account.trim().to_lowercase().chars().take(64).collect();
        let address: String = address.chars().take(64).collect();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.full_again.remove(&Key::Pair(account, address));
    }
}

fn keys(account: &str, address: &str) -> [(Key, Rule); 3] {
    let account = account.trim().to_lowercase();
    let account: String = account.chars().take(64).collect();
    let address: String = address.chars().take(64).collect();
    [
        (Key::Pair(account.clone(), address.clone()), PAIR),
        (Key::Address(address), ADDRESS),
        (Key::Account(account), ACCOUNT),
    ]
}

impl Buckets {
    /// Seconds to wait, unless a try is allowed now.
    fn allows(&self, keys: &[(Key, Rule)], now: Moment) -> Result<(), u64> {
        let wait = keys.iter().map(|(key, rule)| self.wait(key, *rule, now)).max().unwrap_or(0);
        if wait > 0 {
            return Err(u64::try_from(wait.div_euclid(SECOND) + 1).unwrap_or(1));
        }
        Ok(())
    }

    /// Microseconds until a try is allowed; 0: now.
    fn wait(&self, key: &Key, rule: Rule, now: Moment) -> i64 {
        let full_again = self.full_again.get(key).copied().unwrap_or(now).max(now);
        let owed = full_again.since(now);
        let room = rule.burst * rule.refill_s * SECOND;
        (owed + rule.refill_s * SECOND - room).max(0)
    }

    fn spend(&mut self, key: Key, rule: Rule, now: Moment) {
        if self.full_again.len() >= MAX_BUCKETS && !self.full_again.contains_key(&key) {
            self.make_room(now);
        }
        let entry = self.full_again.entry(key).or_insert(now);
        *entry = (*entry).max(now).plus_micros(rule.refill_s * SECOND);
    }

    fn make_room(&mut self, now: Moment) {
        self.full_again.retain(|_, full_again| *full_again > now);
        if self.full_again.len() >= MAX_BUCKETS {
            let mut moments: Vec<Moment> = self.full_again.values().copied().collect();
            moments.sort_unstable();
            let middle = moments[moments.len() / 2];
            self.full_again.retain(|_, full_again| *full_again > middle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * SECOND)
    }

    #[test]
    fn five_tries_then_one_every_twelve_seconds() {
        let limits = SignInLimits::default();
        for _ in 0..5 {
            assert_eq!(limits.take("a.weber", "10.0.0.1", at(100)), Ok(()));
        }
        let wait = limits.take("A.Weber ", "10.0.0.1", at(100)).expect_err("the sixth is held back");
        assert_eq!(wait, 13);
        assert_eq!(limits.take("a.weber", "10.0.0.2", at(100)), Ok(()), "another place is not held back");
        assert_eq!(limits.take("a.weber", "10.0.0.1", at(113)), Ok(()));
        assert!(limits.take("a.weber", "10.0.0.1", at(113)).is_err());
    }

    #[test]
    fn one_address_cannot_walk_through_the_names() {
        let limits = SignInLimits::default();
        let taken = (0..100).filter(|n| limits.take(&format!("user{n}"), "10.0.0.1", at(0)).is_ok()).count();
        assert_eq!(taken, 30);
    }

    #[test]
    fn a_success_gives_the_tries_back() {
        let limits = SignInLimits::default();
        for _ in 0..5 {
            assert_eq!(limits.take("a", "x", at(0)), Ok(()));
        }
        limits.forget("a", "x");
        assert_eq!(limits.take("a", "x", at(0)), Ok(()));
    }

    #[test]
    fn only_what_was_wrong_is_counted() {
        let limits = SignInLimits::default();
        for n in 0..1_000 {
            assert_eq!(limits.may("enrol", "10.0.0.1", at(n / 100)), Ok(()));
        }
        for _ in 0..5 {
            assert_eq!(limits.may("enrol", "10.0.0.1", at(20)), Ok(()));
            limits.failed("enrol", "10.0.0.1", at(20));
        }
        assert_eq!(limits.may("enrol", "10.0.0.1", at(20)), Err(13));
        assert_eq!(limits.may("enrol", "10.0.0.2", at(20)), Ok(()), "another place is not held back");
        assert_eq!(limits.may("enrol", "10.0.0.1", at(33)), Ok(()));
    }

    #[test]
    fn the_table_does_not_grow_without_end() {
        let limits = SignInLimits::default();
        for n in 0..60_000 {
            let _held_back = limits.take(&format!("u{n}"), &format!("a{n}"), at(0));
        }
        let kept = limits.buckets.lock().expect("nobody panicked").full_again.len();
        assert!(kept <= MAX_BUCKETS + 3, "{kept} buckets");
    }
}
