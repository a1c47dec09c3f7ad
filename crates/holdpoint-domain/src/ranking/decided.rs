//! Whether anybody has decided about a finding of the queue.

use crate::words::vocabulary;

vocabulary! {
    /// How far deciding about a finding has come. What waits for signatures is not decided.
    DecisionStanding, "standing of a finding's decision" {
        /// Nobody has asked for a decision, or what was asked for did not come about or holds no more.
        Undecided = "undecided",
        /// A decision was asked for and waits for signatures.
        Asked = "asked",
        /// A patch that closes it is authorised, or an exemption holds.
        Decided = "decided",
    }
}
