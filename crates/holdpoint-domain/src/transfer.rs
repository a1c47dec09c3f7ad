//! What crosses an air gap: bundles that travel in and out.
//!
//! The surprise: a bundle that was refused is kept as a line as well. Somebody tried to bring it in, and an auditor asks.

use crate::words::vocabulary;

vocabulary! {
    /// Which way a bundle went.
    BundleDirection, "direction of a bundle" {
        /// Made here, to be carried away.
        Out = "out",
        /// Brought here.
        In = "in",
    }
}

vocabulary! {
    /// What a bundle carries.
    BundleKind, "kind of bundle" {
        /// Approved content, intelligence and approvals, for a site.
        Content = "content",
        /// Results, the inventory and the head of the audit log, of a site.
        Results = "results",
    }
}

vocabulary! {
    /// What became of a bundle.
    BundleState, "state of a bundle" {
        /// It was made.
        Made = "made",
        /// It was taken in.
        Taken = "taken",
        /// It was taken in although it had expired: two persons said so.
        TakenExpired = "taken_expired",
        /// It was refused.
        Refused = "refused",
    }
}

vocabulary! {
    /// How an override of an expiry stands.
    OverrideState, "state of an override" {
        /// One person asked for it.
        Asked = "asked",
        /// A second person agreed.
        Agreed = "agreed",
        /// A second person declined.
        Declined = "declined",
        /// It was used.
        Used = "used",
    }
}
