//! A fleet: a million assets as distinct components, distinct configurations and runs of assets.
//!
//! Everything is decided for configurations: [`Answers`] has what each distinct component passes, [`Findings`] has what
//! follows for each configuration, and an asset has the findings of its configuration less the exceptions of
//! its own ([`Overlay`]). Assets are numbered anew so that those of one configuration are neighbours: the assets of
//! a vulnerability are then a few runs ([`AssetSet`]), never a list. The surprise: nothing here is ever changed; a
//! new catalogue or inventory makes a new generation, and [`difference`] tells what that means as [`Event`]s.
//!
//! Work is offered in ranges ([`Answers::part`], [`Findings::part`]); a caller that has threads gives each a range
//! and joins the parts in their order. The result is the same, byte for byte.

mod answers;
mod assets;
mod build;
mod change;
mod findings;
mod overlay;
mod percolate;
mod persist;

pub use answers::Answers;
pub use assets::AssetSet;
pub use build::{Fleet, FleetBuilder};
pub use change::{Cause, Event, Generation, RecordAt, Subject, difference};
pub use findings::{Finding, Findings};
pub use overlay::{Exception, ExceptionKind, Overlay};
pub use percolate::Percolator;
