//! Components and configurations: what is installed, stored once and shared by all assets that have it.
//!
//! A [`Component`] is content: two equal ones are the same component. A [`Configuration`] is the sorted set of
//! an asset's components, named by the hash of their keys. Serial numbers and addresses are not part of either:
//! they belong to one asset.

use crate::words::vocabulary;
use sha2::{Digest, Sha256};

vocabulary! {
    /// What kind of thing a component is.
    ComponentKind, "component kind" {
        /// The device itself: its order number and hardware revision.
        Hardware = "hardware",
        /// The device's firmware.
        Firmware = "firmware",
        /// An operating system.
        OperatingSystem = "operating-system",
        /// An application.
        Application = "application",
        /// A package of a package manager or a library in an SBOM.
        Package = "package",
        /// A patch, for example a KB.
        Patch = "patch",
    }
}

/// A distinct thing that can be installed. Empty text means "nobody has said", never "none".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component {
    /// What kind of thing it is.
    pub kind: ComponentKind,
    /// Vendor as the source writes it.
    pub vendor: String,
    /// Product name as the source writes it.
    pub product: String,
    /// Version as the source writes it; empty: unknown.
    pub version: String,
    /// Order number (MLFB, catalogue number) as written; empty: unknown.
    pub order_number: String,
    /// Hardware revision as written; empty: unknown.
    pub hardware_revision: String,
    /// Package URL; empty: none known.
    pub purl: String,
    /// CPE 2.3 name; empty: none known.
    pub cpe: String,
}

impl Component {
    /// A component of which only the kind is known yet.
    #[must_use]
    pub const fn empty(kind: ComponentKind) -> Self {
        Self {
            kind,
            vendor: String::new(),
            product: String::new(),
            version: String::new(),
            order_number: String::new(),
            hardware_revision: String::new(),
            purl: String::new(),
            cpe: String::new(),
        }
    }

    /// SHA-256 over the length-prefixed fields: equal exactly for equal components.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"holdpoint-component-v1\n");
        for field in [
            self.kind.word(),
            &self.vendor,
            &self.product,
            &self.version,
            &self.order_number,
            &self.hardware_revision,
            &self.purl,
            &self.cpe,
        ] {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field.as_bytes());
        }
        hash.finalize().into()
    }
}

/// The sorted set of components of an asset, named by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    components: Vec<Component>,
    key: [u8; 32],
}

impl Configuration {
    /// The configuration of exactly these components; order and repeats do not count.
    #[must_use]
    pub fn new(mut components: Vec<Component>) -> Self {
        components.sort();
        components.dedup();
        let mut keys: Vec<[u8; 32]> = components.iter().map(Component::key).collect();
        keys.sort_unstable();
        let mut hash = Sha256::new();
        hash.update(b"holdpoint-configuration-v1\n");
        for key in keys {
            hash.update(key);
        }
        Self { components, key: hash.finalize().into() }
    }

    /// The components, sorted, each once.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The name: SHA-256 over the sorted keys of the components.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repeats_do_not_change_a_configuration() {
        let plc = Component { vendor: "Acme".into(), ..Component::empty(ComponentKind::Firmware) };
        let os = Component { product: "Linux".into(), ..Component::empty(ComponentKind::OperatingSystem) };
        let one = Configuration::new(vec![plc.clone(), os.clone(), plc.clone()]);
        let two = Configuration::new(vec![os, plc]);
        assert_eq!(one, two);
        assert_eq!(one.components().len(), 2);
    }

    #[test]
    fn a_text_cannot_slide_from_one_field_into_the_next() {
        let one = Component {
            vendor: "ab".into(),
            product: "c".into(),
            ..Component::empty(ComponentKind::Package)
        };
        let two = Component {
            vendor: "a".into(),
            product: "bc".into(),
            ..Component::empty(ComponentKind::Package)
        };
        assert_ne!(one.key(), two.key());
    }
}
