//! Gold sets of identity, made from the corpus at run time, and measured.
//!
//! Nothing here uses the engine's way of normalising or comparing: the reader of documents, the matcher of patterns
//! and the notion of "the same product" are naive ones of this folder. Without the corpus nothing is measured, and
//! the caller says so.

pub mod corpus;
pub mod naive;
pub mod names;
pub mod orders;

use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_engine::matching::ComponentFact;

/// A component as an inventory would have it.
pub fn fact(number: usize, vendor: &str, product: &str, order_number: &str) -> ComponentFact {
    let component = Component {
        vendor: vendor.to_owned(),
        product: product.to_owned(),
        order_number: order_number.to_owned(),
        ..Component::empty(ComponentKind::Firmware)
    };
    ComponentFact::new(i64::try_from(number).expect("a small number"), component)
}

/// A share with its numbers: `0.9987 (1,234 of 1,236)`.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
