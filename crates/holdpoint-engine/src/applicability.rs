//! Applicability: which vulnerabilities of the feeds speak of which components, by trees of criteria.
//!
//! A [`Catalogue`] is filled record by record and then answers "which tests does this component pass" from flat
//! arrays; [`crate::fleet`] turns passed tests into findings. [`explain`] answers the same question for one record
//! and one configuration by walking the tree as it is written: it is the explanation, and it is the measure
//! that the catalogue is tested against. The surprise: an answer has three values, and these rules decide where
//! the third comes from.
//!
//! * **`-` as version.** On a platform ("runs on") it says nothing of versions, so every version is meant. On
//!   the vulnerable product itself the source did not state the version: unknown, never a plain yes.
//! * **No version in the inventory.** Meant only by "every version"; else unknown.
//! * **A version that its order cannot read, or cannot compare:** unknown.
//! * **Update, edition, target software and hardware.** A stated value must be equal; what the inventory leaves
//!   open is unknown; another value, or "none" against a value, is a no. The same holds for releases of
//!   distributions; a platform text of a CVE record cannot be compared and is unknown.
//! * **A version that goes on where a CPE name's ends** (`7.4.1` and `7.4`, also with `sp1` as the update; `11.0.9600` and `11`;
//!   `7.0.3` and `7.0` with `update3`): unknown, in a single version and at an end that is included, as in the words of an
//!   advisory; the two share [`pairs`](holdpoint_versions::expression::pairs). What came before its release (`rc1`) goes on
//!   nowhere. Java alone is known to count its updates so: `7.0.800` is `1.7.0` with `update80`, and a yes.
//! * **Part** (application, operating system, hardware) must be equal.
//! * **Platforms of a kind of which the inventory lists nothing at all** (no hardware, no operating system): unknown,
//!   because such an inventory does not say that the platform is absent. The row of a device and its firmware is no
//!   list of operating systems.
//! * **A finding needs a vulnerable product.** A tree that holds by platforms or by absence alone raises nothing.
//! * **A component without CPE name and package URL** meets a feed's product surely only when vendor and product are the same
//!   after the normal form that `written.rs` describes; what is only alike is unknown.
//! * **No finding is no all-clear.** It says that the source does not list the configuration. Whether the source says of what
//!   it does not list that it is not affected stands in [`unlisted`](holdpoint_domain::intelligence::Applicability::unlisted).

mod asked_update;
mod assemble;
mod bytes;
mod called;
mod catalogue;
mod compile;
mod condition;
mod item;
mod measure;
mod names;
pub(crate) mod packed;
mod persist;
mod program;
mod qualifier;
mod system;
mod truth;
mod versions;
mod written;

pub use bytes::DecodeError;
pub use catalogue::{Catalogue, Passed};
pub use compile::{Builder, TooLarge};
pub use condition::{Explanation, LeafReason, explain, names_nothing};
pub use item::{Item, Parts};
pub use qualifier::{is_marked, release_of_criterion, release_other_than};
pub use truth::Truth;

#[cfg(test)]
pub(crate) use bytes::sealed;
pub(crate) use bytes::{Reader, Writer, are_starts, check};
pub(crate) use catalogue::{Tree, search};
pub(crate) use measure::Scale;
pub(crate) use written::of_product as written_names;
