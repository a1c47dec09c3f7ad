//! Made-up inventories over the products of real feeds, from a seed.
//!
//! Seven of ten configurations are like OT devices: one to six components. Three of ten are like hosts: fifty to four
//! hundred and fifty. One half of the components is drawn by how often feeds name a product, the other half evenly,
//! and their versions are those that feeds name: that is deliberately the worst case, real fleets are newer.

use crate::dice::Dice;
use crate::nvd::Product;
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_engine::fleet::{Fleet, FleetBuilder};

/// How large a fleet is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Assets.
    pub assets: usize,
    /// Distinct configurations.
    pub configurations: usize,
    /// Configurations like OT devices, of one hundred.
    pub devices_percent: usize,
}

/// The components of one configuration after another.
pub struct Hosts<'a> {
    products: &'a [Product],
    /// The product of each leaf, so that a leaf drawn evenly is a product drawn by its weight.
    by_leaf: Vec<u32>,
    dice: Dice,
}

impl<'a> Hosts<'a> {
    /// Over these products.
    #[must_use]
    pub fn new(products: &'a [Product], seed: u64) -> Self {
        let mut by_leaf = Vec::new();
        for (at, product) in products.iter().enumerate() {
            by_leaf.extend(std::iter::repeat_n(at as u32, product.leaves));
        }
        Self { products, by_leaf, dice: Dice::new(seed) }
    }

    fn component(&mut self) -> Component {
        let by_weight = self.dice.happens(50);
        let at = if by_weight {
            self.by_leaf[self.dice.below(self.by_leaf.len())] as usize
        } else {
            self.dice.below(self.products.len())
        };
        let product = &self.products[at];
        let version = self.dice.one(&product.versions).map_or("*", String::as_str);
        let kind = match product.name.as_bytes().get(8) {
            Some(b'h') => ComponentKind::Hardware,
            Some(b'o') => ComponentKind::OperatingSystem,
            _ => ComponentKind::Application,
        };
        let escaped = escaped(version);
        let cpe = format!("{}:{escaped}:*:*:*:*:*:*:*", product.name);
        Component { cpe, ..Component::empty(kind) }
    }

    /// The components of one more configuration.
    pub fn configuration(&mut self, devices_percent: usize) -> Vec<Component> {
        let count = if self.dice.happens(devices_percent) {
            self.dice.between(1, 6)
        } else {
            self.dice.between(50, 450)
        };
        (0..count).map(|_| self.component()).collect()
    }

    /// A whole fleet.
    #[must_use]
    pub fn fleet(&mut self, size: Size) -> Fleet {
        let mut builder = FleetBuilder::new();
        let mut next = 0;
        for number in 0..size.configurations {
            let components = self.configuration(size.devices_percent);
            let mut places = Vec::with_capacity(components.len());
            for component in &components {
                places.push(builder.component(next, component));
                next += 1;
            }
            builder.configuration(number as i64, &places);
        }
        for asset in 0..size.assets {
            // Every configuration has an asset; the others are drawn.
            let home = if asset < size.configurations { asset } else { self.dice.below(size.configurations) };
            builder.asset(asset as i64, home as i64);
        }
        builder.finish()
    }
}

/// A value as a CPE name writes it.
fn escaped(version: &str) -> String {
    if version == "*" {
        return version.to_owned();
    }
    let mut text = String::with_capacity(version.len());
    for character in version.chars() {
        if !(character.is_alphanumeric() || matches!(character, '.' | '_' | '-')) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}
