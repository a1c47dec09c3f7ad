//! Supersedence: what an installed patch covers, per product, from what all sources say.
//!
//! A [`PatchGraph`] is built from the records of patches; a [`ProductView`] is the part of it that holds for one product;
//! [`Evidence`] is what was seen on an asset; a [`Standing`] is the answer for one patch. Not here: which assets there are,
//! and reading files.
//!
//! The surprise: no date and no number decides anything here. `KB5000002` does not cover `KB5000001` unless a source says
//! so for this very product, step by step; where sources contradict each other, "not covered" wins over "covered", and
//! where they go round in a circle the answer is unknown.

mod alternative;
mod build;
mod evidence;
mod graph;
mod product;
mod standing;
mod view;

pub use evidence::{Evidence, Listing};
pub use graph::{Direction, PatchGraph};
pub use product::{Fit, PatchProduct};
pub use standing::{Cover, CveStanding, Doubt, Standing, Step};
pub use view::ProductView;

#[cfg(test)]
mod tests;
