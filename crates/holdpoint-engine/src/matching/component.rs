//! A component of the inventory, ready to be judged against leaves.

use super::codes::{self, OwnCode};
use super::keys::{self, Key, NameParts, Side};
use super::leaf::{cpe_key, named_cpe, purl_key};
use super::protocol::{CatalogueProduct, ProtocolIdentity};
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
    /// The same with letters that look like digits written as those digits.
    pub order_plain: String,
    /// Further order numbers, where the field lists several (`A / B`).
    pub further_orders: Vec<OwnNumber>,
    /// Codes that the order number and the name show.
    pub codes: Vec<OwnCode>,
    /// Names of the families that a code is of.
    pub families: Vec<NameParts>,
    /// The hardware series, when it is a letter.
    pub series: Option<char>,
    /// CPE, when it can be read.
    pub cpe: Option<Cpe>,
    /// Package URL of a package, when it can be read.
    pub purl: Option<Purl>,
    /// The version in the package URL or protocol identity; empty: none.
    pub purl_version: String,
    /// What the device says of itself by its protocol.
    pub protocol: Option<ProtocolIdentity>,
    /// Who gave the order number.
    pub order_from: Told,
    /// Who gave the name.
    pub name_from: Told,
}

/// One order number of a component, in the three forms in which numbers are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnNumber {
    /// Normalised.
    pub number: String,
    /// Letters and digits alone.
    pub bare: String,
    /// The same with letters that look like digits written as those digits.
    pub plain: String,
}

impl OwnNumber {
    fn of(text: &str) -> Self {
        let bare = keys::bare(text);
        Self { number: names::order_number_key(text), plain: keys::without_lookalikes(&bare), bare }
    }
}

/// The order number of a field, and further ones where it lists several.
fn listed_numbers(text: &str) -> (String, Vec<OwnNumber>) {
    let alone = names::without_label(text);
    let mut all = names::order_numbers_in(alone);
    if all.len() < 2 {
        return (alone.to_owned(), Vec::new());
    }
    let further = all.split_off(1);
    (all.remove(0), further.iter().map(|number| OwnNumber::of(number)).collect())
}

/// Who gave a part of a component's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The inventory, in a field of its own.
    Inventory,
    /// The device, by its protocol, through the catalogue.
    Protocol,
}

fn or<'t>(first: &'t str, second: &'t str) -> &'t str {
    if first.trim().is_empty() { second } else { first }
}

/// The names of the families that a code is of, and those of a controller that names its station.
fn families(names: &NameParts, codes: &[OwnCode], vendor: &str, product: &str) -> Vec<NameParts> {
    let is_controller =
        product.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("cpu"));
    let mut found: Vec<&str> = Vec::new();
    for code in codes {
        found.extend(holdpoint_versions::names::families_of(&names.vendor, &code.bare));
        if is_controller {
            found.extend(holdpoint_versions::names::families_of_station(&names.vendor, &code.bare));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|family| NameParts::of(vendor, family)).collect()
}

impl ComponentFact {
    /// Parses the names of a component.
    #[must_use]
    pub fn new(number: i64, component: Component) -> Self {
        let written = Purl::parse(&component.purl).ok();
        let protocol = written.as_ref().and_then(ProtocolIdentity::of);
        let told = protocol.as_ref().map(ProtocolIdentity::product).unwrap_or_default();
        let vendor = or(&component.vendor, &told.vendor).to_owned();
        // A protocol's numbers complete what is known, as long as they do not speak of another vendor.
        let clash = !told.vendor.trim().is_empty()
            && NameParts::of(&vendor, "").vendor != NameParts::of(&told.vendor, "").vendor;
        let told = if clash { CatalogueProduct::default() } else { told };
        let product = or(&component.product, &told.product);
        // An order number typed into the product field is still an order number.
        let typed = || names::order_numbers_in(&component.product).into_iter().next();
        let alone = |text: &str| (text.to_owned(), Vec::new());
        let ((order_text, further_orders), order_from) = if !component.order_number.is_empty() {
            (listed_numbers(&component.order_number), Told::Inventory)
        } else if !told.order_number.is_empty() {
            (alone(&told.order_number), Told::Protocol)
        } else {
            (alone(&typed().unwrap_or_default()), Told::Inventory)
        };
        let OwnNumber { number: order_number, bare: order_bare, plain: order_plain } =
            OwnNumber::of(&order_text);
        let names = NameParts::of(&vendor, product);
        let codes = codes::own_codes(&order_text, product);
        let families = families(&names, &codes, &vendor, product);
        let name_from = if component.product.is_empty() && !product.is_empty() {
            Told::Protocol
        } else {
            Told::Inventory
        };
        Self {
            number,
            order_number,
            order_bare,
            order_plain,
            further_orders,
            codes,
            families,
            series: codes::own_series(&order_text, product, &component.hardware_revision),
            cpe: named_cpe(&component.cpe),
            purl_version: written.as_ref().and_then(|purl| purl.version.clone()).unwrap_or_default(),
            purl: if protocol.is_some() { None } else { written },
            protocol,
            order_from,
            name_from,
            names,
            component,
        }
    }

    /// The keys by which leaves find this component.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let mut found = Vec::new();
        self.names.keys(Side::Ours, &mut found);
        self.names.brand_keys(&mut found);
        // What a vendor sold under another name before, or sells under another one now, is worth a question.
        let misspelt = names::vendor_misspelt(&self.names.vendor);
        for related in names::related_vendors(&self.names.vendor).chain(misspelt) {
            self.names.keys_with_vendor(Side::Ours, related, &mut found);
            codes::keys(related, &self.codes, &mut found);
        }
        for family in &self.families {
            family.keys(Side::Ours, &mut found);
        }
        let further = self.further_orders.iter().map(|further| &further.number);
        std::iter::once(&self.order_number)
            .chain(further)
            .for_each(|own| keys::order_number(own, &mut found));
        for vendor in std::iter::once(&self.names.vendor).chain(&self.names.further_vendors) {
            codes::keys(vendor, &self.codes, &mut found);
        }
        if let Some(purl) = &self.purl {
            found.push(purl_key(purl));
        }
        found.extend(self.cpe.as_ref().map(cpe_key));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The order number as people see it: all of the field where it lists several.
    #[must_use]
    pub fn shown_order(&self) -> &str {
        if self.further_orders.is_empty() { &self.order_number } else { self.component.order_number.trim() }
    }

    /// The version to compare: the component's own, else the one in its package URL; empty when unknown.
    #[must_use]
    pub fn version(&self) -> &str {
        if self.component.version.is_empty() { &self.purl_version } else { &self.component.version }
    }

    /// Whether its name says a release that its version cannot be of: one of the two is wrong, or the version is newer than the name.
    #[must_use]
    pub fn contradicts_itself(&self) -> bool {
        super::wording::contradicts(&self.names.release, self.version())
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
