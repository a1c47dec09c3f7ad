//! One number for all findings of a fleet: equal numbers mean equal findings, byte for byte.

use holdpoint_engine::fleet::{Findings, Fleet};

/// FNV-1a over words.
#[derive(Debug, Clone, Copy)]
pub struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    /// Takes a word in.
    pub const fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        self.0 ^= self.0 >> 29;
    }

    /// The number so far.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Of all findings, in order.
    #[must_use]
    pub fn of(fleet: &Fleet, findings: &Findings) -> u64 {
        let mut print = Self::default();
        for configuration in 0..fleet.configurations() as u32 {
            let list = findings.of_configuration(configuration);
            print.word(list.len() as u64);
            for finding in list {
                print.word(u64::from(finding.record()) << 2 | finding.truth() as u64);
            }
        }
        print.get()
    }
}
