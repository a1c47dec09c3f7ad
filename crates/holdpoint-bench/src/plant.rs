//! OT advisories on disk, and made-up plants over the products that they name.
//!
//! Devices have one to six components in seven of ten cases, else one. Names and order numbers are those of the
//! documents, versions are those of their version texts or near them, vendors are sometimes written another way.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use holdpoint_domain::advisory::{AdvisoryContent, ProductExpression, ProductStatus};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_engine::matching::LeafInput;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_formats::csaf;

use crate::dice::Dice;

/// All documents of a folder, read, in the order of their paths. What is no CSAF document is left out.
///
/// # Errors
/// When the folder cannot be read or has no document.
pub fn documents(folder: &Path) -> Result<Vec<AdvisoryContent>> {
    let mut open = vec![folder.to_path_buf()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(path) = open.pop() {
        let entries =
            std::fs::read_dir(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut documents = Vec::with_capacity(files.len());
    for file in files {
        let bytes = std::fs::read(&file)?;
        if let Some(content) = read(&bytes) {
            documents.push(content);
        }
    }
    if documents.is_empty() { Err(anyhow!("no CSAF document is there")) } else { Ok(documents) }
}

/// A document; `None` when it is none.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<AdvisoryContent> {
    let document = csaf::parse(bytes).ok()?;
    csaf::to_advisory(&document.value).ok().map(|parsed| parsed.value)
}

/// What names a document in the world.
#[must_use]
pub fn name_of(document: &AdvisoryContent) -> String {
    format!("{} {}", document.publisher.namespace, document.tracking_id)
}

/// The leaves of a document. Their numbers begin at `first`.
#[must_use]
pub fn leaves(document: &AdvisoryContent, number: i64, first: i64) -> Vec<LeafInput> {
    let said = |product: &ProductExpression| {
        let statements = document.vulnerabilities.iter().flat_map(|vulnerability| &vulnerability.statements);
        let mut standing = Standing::Named;
        for (_, status) in statements.filter(|(id, _)| *id == product.product_id) {
            match status {
                ProductStatus::FirstAffected | ProductStatus::LastAffected => {
                    standing = if standing == Standing::Named { Standing::Edge } else { standing };
                }
                ProductStatus::KnownAffected
                | ProductStatus::KnownNotAffected
                | ProductStatus::FirstFixed
                | ProductStatus::Fixed
                | ProductStatus::UnderInvestigation
                | ProductStatus::Recommended => standing = Standing::Stated,
            }
        }
        standing
    };
    let input = |(at, product): (usize, &ProductExpression)| LeafInput {
        number: first + at as i64,
        document: number,
        standing: said(product),
        expression: product.clone(),
        fixes: Vec::new(),
    };
    document.products.iter().enumerate().map(input).collect()
}

/// Components that exist: one for each product of the documents and some versions of it.
#[derive(Debug, Clone)]
pub struct Market {
    products: Vec<Article>,
    /// Versions that the documents speak of, for products that name none.
    versions: Vec<String>,
    dice: Dice,
}

#[derive(Debug, Clone)]
struct Article {
    vendor: String,
    product: String,
    order_number: String,
    version: Option<String>,
}

impl Market {
    /// Of these documents.
    #[must_use]
    pub fn of(documents: &[AdvisoryContent], seed: u64) -> Self {
        let mut products = Vec::new();
        for product in documents.iter().flat_map(|document| &document.products) {
            let (Some(vendor), Some(name)) = (product.vendor(), product.product()) else { continue };
            let order = product.helpers.model_numbers.first();
            products.push(Article {
                vendor: vendor.to_owned(),
                product: name.to_owned(),
                order_number: order.filter(|text| !text.contains(['*', '?'])).cloned().unwrap_or_default(),
                version: product.version().and_then(|(_, text)| token(text)),
            });
        }
        let versions = products.iter().filter_map(|article| article.version.clone()).collect();
        Self { products, versions, dice: Dice::new(seed) }
    }

    fn component(&mut self) -> Component {
        let article = &self.products[self.dice.below(self.products.len())];
        let named = article.version.as_ref().or_else(|| self.dice.one(&self.versions));
        let version = named.map_or_else(|| "1.0".to_owned(), |text| near(text, &mut self.dice));
        let dice = &mut self.dice;
        let vendor = match dice.below(10) {
            0 => article.vendor.to_uppercase(),
            1 => format!("{} AG", article.vendor),
            2 => String::new(),
            _ => article.vendor.clone(),
        };
        Component {
            vendor,
            product: article.product.clone(),
            order_number: if dice.happens(80) { article.order_number.clone() } else { String::new() },
            version: if dice.happens(95) { version } else { String::new() },
            ..Component::empty(ComponentKind::Firmware)
        }
    }

    /// The components of one more device.
    pub fn device(&mut self) -> Vec<Component> {
        let count = if self.dice.happens(70) { self.dice.between(1, 6) } else { 1 };
        (0..count).map(|_| self.component()).collect()
    }

    /// The source of numbers.
    pub const fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }
}

/// The last word of a version text that begins like a version.
fn token(text: &str) -> Option<String> {
    let mut words =
        text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '|' | ',' | '/' | ':'));
    let is_version = |word: &&str| {
        let bare = word.trim_start_matches(['v', 'V']);
        bare.starts_with(|c: char| c.is_ascii_digit())
    };
    words.rfind(is_version).map(str::to_owned)
}

/// The version, or one a little older or newer.
fn near(text: &str, dice: &mut Dice) -> String {
    let digits = text.len() - text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (head, last) = text.split_at(digits);
    match (dice.below(3), last.parse::<u32>()) {
        (0, Ok(last)) if last > 0 => format!("{head}{}", last - 1),
        (1, Ok(last)) => format!("{head}{}", last.saturating_add(1)),
        _ => text.to_owned(),
    }
}
