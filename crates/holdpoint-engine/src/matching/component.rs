//! A component of the inventory, ready to be judged against leaves.

use super::codes::{self, OwnCode};
use super::keys::{self, Key, NameParts};
use super::leaf::{cpe_key, named_cpe, purl_key};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_versions::cpe::Cpe;
use holdpoint_versions::names;
use holdpoint_versions::purl::Purl;

/// A component with its parsed names.
#[derive(Debug, Clone)]
pub struct ComponentFact {
    /// The caller's number of the component.
    pub number: i64,
    /// The component as the inventory has it.
    pub component: Component,
    /// Normalised names.
    pub names: NameParts,
    /// Normalised order number; empty: unknown.
    pub order_number: String,
    /// The order number's letters and digits alone; empty: unknown.
    pub order_bare: String,
    /// Codes that the order number and the name show.
    pub codes: Vec<OwnCode>,
    /// The hardware series, when it is a letter.
    pub series: Option<char>,
    /// CPE, when it can be read.
    pub cpe: Option<Cpe>,
    /// Package URL, when it can be read.
    pub purl: Option<Purl>,
}

impl ComponentFact {
    /// Parses the names of a component.
    #[must_use]
    pub fn new(number: i64, component: Component) -> Self {
        // An order number typed into the product field is still an order number.
        let order_text = if component.order_number.is_empty() {
            names::order_numbers_in(&component.product).into_iter().next().unwrap_or_default()
        } else {
            component.order_number.clone()
        };
        Self {
            number,
            names: NameParts::of(&component.vendor, &component.product),
            order_number: names::order_number_key(&order_text),
            order_bare: keys::bare(&order_text),
            codes: codes::own_codes(&order_text, &component.product),
            series: codes::own_series(&order_text, &component.product, &component.hardware_revision),
            cpe: named_cpe(&component.cpe),
            purl: Purl::parse(&component.purl).ok(),
            component,
        }
    }

    /// The keys by which leaves find this component.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let mut found = Vec::new();
        self.names.keys(&mut found);
        keys::order_number(&self.order_number, &mut found);
        codes::keys(&self.names.vendor, &self.codes, &mut found);
        if let Some(purl) = &self.purl {
            found.push(purl_key(purl));
        }
        found.extend(self.cpe.as_ref().map(cpe_key));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The version to compare: the component's own, else the one in its package URL; empty when unknown.
    #[must_use]
    pub fn version(&self) -> &str {
        if self.component.version.is_empty() {
            self.purl.as_ref().and_then(|purl| purl.version.as_deref()).unwrap_or_default()
        } else {
            &self.component.version
        }
    }

    /// Whether this is software on a host, as opposed to the device or its operating system.
    #[must_use]
    pub fn is_software(&self) -> bool {
        match self.component.kind {
            ComponentKind::Application | ComponentKind::Package | ComponentKind::Patch => true,
            ComponentKind::Hardware | ComponentKind::Firmware | ComponentKind::OperatingSystem => false,
        }
    }
}
