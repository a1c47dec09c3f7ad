//! Where the program touches time and chance: the only clock and the only dice of the whole house.
//!
//! Everything below takes moments and random bytes as arguments; tests give fixed ones.

use holdpoint_domain::Moment;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// Gives random bytes fit for secrets.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the clock is read")]
    fn now(&self) -> Moment {
        Moment::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// The operating system's random bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where random bytes are drawn")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bytes, or nothing here is safe");
    }
}

/// A clock that stands still until it is moved, for tests and for the demo's past.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `at`.
    #[must_use]
    pub const fn new(at: Moment) -> Self {
        Self(AtomicI64::new(at.micros()))
    }

    /// Moves the clock to `at`.
    pub fn set(&self, at: Moment) {
        self.0.store(at.micros(), Ordering::SeqCst);
    }

    /// Moves the clock forward.
    pub fn advance_micros(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Moment {
        Moment::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Random bytes that are the same in every run, for tests and the demo. Never for secrets that must hold.
#[derive(Debug)]
pub struct SeededRandom(AtomicU64);

impl SeededRandom {
    /// Bytes that follow from this seed alone.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            // SplitMix64: each step is independent of how many bytes the call before took.
            let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}
