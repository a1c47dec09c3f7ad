//! Approving: which baseline governs an asset, what it inherits, how much hangs on a decision, and how assets compare with
//! what was decided. Pure; every answer has its reasons.
//!
//! The surprise: whether an asset belongs to a baseline has three answers. An asset of which nobody knows the zone may
//! belong to a zone's baseline, and then nobody can say what governs it.

pub mod compare;
pub mod compliance;
pub mod governing;
pub mod inherit;
pub mod risk;
