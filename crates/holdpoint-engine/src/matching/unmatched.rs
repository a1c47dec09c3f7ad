//! Components that no line stands for, not even a question, and why: a work list.
//!
//! That nothing was found proves nothing: a vendor may be spelt in a way that nobody has met, or publish its advisories
//! elsewhere. So each of these has a reason that says what to look at. The surprise: there is no reason "safe".

use super::component::ComponentFact;
use super::index::Leaves;
use super::keys;
use super::wording::Says;
use hashbrown::HashSet;
use holdpoint_domain::matching::NoLine;
use holdpoint_versions::names;

/// The vendors that documents name, in normal form without blanks.
#[derive(Debug, Clone, Default)]
pub struct KnownVendors {
    joined: HashSet<String>,
}

impl KnownVendors {
    /// The vendors of all products of documents.
    #[must_use]
    pub fn new(leaves: &Leaves) -> Self {
        let mut known = Self::default();
        known.add(leaves);
        known
    }

    /// Takes in the vendors of further products.
    pub fn add(&mut self, leaves: &Leaves) {
        for product in leaves.products() {
            let vendors = std::iter::once(&product.names.vendor).chain(&product.names.further_vendors);
            let named = vendors.filter(|vendor| !vendor.is_empty());
            self.joined.extend(named.map(|vendor| keys::joined_vendor(vendor).into_owned()));
        }
    }

    /// Whether any document names that vendor, or one that it belongs to; the key is alias-resolved.
    #[must_use]
    pub fn holds(&self, vendor: &str) -> bool {
        let has = |vendor: &str| self.joined.contains(keys::joined_vendor(vendor).as_ref());
        has(vendor) || names::related_vendors(vendor).any(has)
    }
}

/// Why no line stands for a component: what is missing first.
#[must_use]
pub fn why(component: &ComponentFact, vendors: &KnownVendors) -> NoLine {
    let known = &component.names;
    let has_number = !component.order_bare.is_empty() || component.cpe.is_some() || component.purl.is_some();
    if known.product.is_empty() && !has_number {
        return NoLine::NoName;
    }
    let further = || known.further_vendors.iter().any(|vendor| vendors.holds(vendor));
    if known.vendor.is_empty() {
        NoLine::NoVendor
    } else if !vendors.holds(&known.vendor) && !further() {
        NoLine::VendorUnknown
    } else if known.wording.says() == Says::Nothing && !has_number {
        NoLine::NameTooGeneral
    } else {
        NoLine::NoProductNear
    }
}

/// The reason of a configuration, out of those of its components: the one that leaves most to do.
#[must_use]
pub fn of_configuration(components: &[&ComponentFact], vendors: &KnownVendors) -> NoLine {
    components.iter().map(|component| why(component, vendors)).min().unwrap_or(NoLine::NoName)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::component::{Component, ComponentKind};

    fn reason(vendor: &str, product: &str) -> NoLine {
        let mut vendors = KnownVendors::default();
        vendors.joined.extend(["siemens".to_owned(), "schneiderelectric".to_owned(), "aveva".to_owned()]);
        let component = Component {
            vendor: vendor.into(),
            product: product.into(),
            ..Component::empty(ComponentKind::Firmware)
        };
        why(&ComponentFact::new(1, component), &vendors)
    }

    #[test]
    fn each_reason_says_what_is_missing() {
        for (vendor, product, wanted) in [
            ("Siemens AG", "", NoLine::NoName),
            ("", "Press 7", NoLine::NoVendor),
            ("Acme", "Press 7000", NoLine::VendorUnknown),
            ("Siemens AG", "SIMATIC", NoLine::NameTooGeneral),
            ("SchneiderElectric", "PumpMaster 9000", NoLine::NoProductNear),
            ("Wonderware", "PumpMaster 9000", NoLine::NoProductNear),
        ] {
            assert_eq!(reason(vendor, product), wanted, "{vendor} {product}");
        }
    }
}
