//! Matching: every configuration against every product of every current document, by index.
//!
//! Components and product leaves are reduced to the same [`keys`]; an index over either side answers the other
//! ("which leaves may speak of this component", "which components may this new leaf speak of"). Only pairs that
//! share a key are ever looked at, and each pair goes through one function, [`judge::judge`], in both
//! directions, in a batch and when it is explained. The surprise: a pair that shares no key is not a "no", it
//! is no match at all; a stored "no" always rests on a version that was excluded or an article that is another one, and
//! says so when the product itself is only a candidate. What has no line at all is listed by [`unmatched`].

pub mod beside;
pub mod codes;
pub mod component;
pub mod configuration;
mod contradicted;
pub mod delta;
pub mod evidence;
pub mod family;
pub mod identity;
pub mod index;
pub mod judge;
pub mod keys;
pub mod leaf;
pub mod lines;
pub mod listed;
pub mod memo;
pub mod narrowing;
mod order_numbers;
pub mod overlay;
pub mod protocol;
pub mod queue;
pub mod rules;
pub mod squeezed;
pub mod statement;
pub mod tokens;
pub mod unmatched;
pub mod wording;
mod words;

pub use component::ComponentFact;
pub use configuration::{ConfigurationMatch, explain, match_configuration};
pub use delta::{Delta, Known, difference};
pub use index::{Components, Leaves};
pub use leaf::{Leaf, LeafInput, LeafRelation};
pub use listed::ListedProduct;
pub use memo::Memo;
pub use overlay::{AssetFacts, depends_on_asset, for_asset};
pub use rules::Rules;
