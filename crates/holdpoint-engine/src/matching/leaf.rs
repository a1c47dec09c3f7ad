//! A leaf: one product of one current document, ready to be judged against components.
//!
//! Parsing of the version expression happens once, here. Which document and revision a leaf belongs to is
//! carried as numbers that only the caller understands.

use super::codes;
use super::keys::{self, Key, NameParts};
use holdpoint_domain::advisory::{BranchCategory, ProductExpression, RelationCategory};
use holdpoint_versions::cpe::{Attribute, Cpe};
use holdpoint_versions::expression::{self, Category, Context, Expression};
use holdpoint_versions::names::{self, ModelPattern, NamedCode};
use holdpoint_versions::purl::Purl;

/// One product of a document, with the caller's numbers for it.
#[derive(Debug, Clone)]
pub struct LeafInput {
    /// The caller's number of this product; unique over all leaves.
    pub number: i64,
    /// The caller's number of the document; relations stay inside one document.
    pub document: i64,
    /// Whether the document states anything of this product itself; parts of combinations often carry nothing.
    pub standing: Standing,
    /// What the document says.
    pub expression: ProductExpression,
}

/// Whether a document states anything of a product itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// At least one vulnerability has a status for it.
    Stated,
    /// It is stated to be the first or the last affected version; which others are affected is not said.
    Edge,
    /// It is only named, for example as a part of a combination.
    Named,
}

/// A product made of two others, by their leaf numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRelation {
    /// How they stand to each other.
    pub category: RelationCategory,
    /// Product id of the component.
    pub product: String,
    /// Product id of what it is part of, or on.
    pub relates_to: String,
}

/// A leaf, parsed.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The caller's number of this product.
    pub number: i64,
    /// The caller's number of the document.
    pub document: i64,
    /// Whether the document states anything of it.
    pub standing: Standing,
    /// The document's id for the product.
    pub product_id: String,
    /// JSON pointer into the document.
    pub pointer: String,
    /// JSON pointers to the names of vendor, product and version, where the product stands in the tree of branches.
    pub places: Places,
    /// Vendor as written; empty when the document names none.
    pub vendor: String,
    /// Product as written: its name on the path, else its full name.
    pub product: String,
    /// Normalised names.
    pub names: NameParts,
    /// Order numbers: the document's patterns.
    pub models: Vec<ModelPattern>,
    /// Order numbers as written, in the order of `models` where those could be read, then those out of the name.
    pub model_texts: Vec<String>,
    /// Order numbers without wildcards, letters and digits only.
    pub bare_models: Vec<String>,
    /// `model_texts`, letters and digits only, and once more with look-alike letters as digits.
    pub bare_texts: Vec<(String, String)>,
    /// Order numbers that stand in the product's name, normalised.
    pub named_orders: Vec<String>,
    /// Codes in the product's name that order numbers and other names may be compared with.
    pub codes: Vec<NamedCode>,
    /// Serial number patterns.
    pub serials: Vec<ModelPattern>,
    /// Serial number patterns as written.
    pub serial_texts: Vec<String>,
    /// CPE, when it can be read.
    pub cpe: Option<Cpe>,
    /// Package URL, when it can be read.
    pub purl: Option<Purl>,
    /// The version as the full name writes it, when the branch seems to have lost zeros at its end (`2.1`, `2.10`).
    pub fuller_version: Option<String>,
    /// The version text as written; empty when none is given.
    pub version_text: String,
    /// The version text, parsed; `None` when none is given.
    pub version: Option<Expression>,
    /// Set when the product is a combination of two others.
    pub relation: Option<LeafRelation>,
}

/// Reads the version text of a product expression, with the vendor and product it speaks of.
///
/// `None` when the document gives no version for the product.
#[must_use]
pub fn version_of(expression: &ProductExpression) -> Option<(String, Expression)> {
    let (category, text) = expression.version()?;
    // A service pack or patch level below the version is a part of it.
    let further = expression
        .path
        .iter()
        .filter(|step| matches!(step.category, BranchCategory::ServicePack | BranchCategory::PatchLevel));
    let text = further.fold(text.to_owned(), |text, step| format!("{text} {}", step.name));
    let text = text.as_str();
    let category = match category {
        BranchCategory::ProductVersion => Category::Version,
        BranchCategory::ProductVersionRange => Category::Range,
        BranchCategory::Architecture
        | BranchCategory::HostName
        | BranchCategory::Language
        | BranchCategory::Legacy
        | BranchCategory::PatchLevel
        | BranchCategory::ProductFamily
        | BranchCategory::ProductName
        | BranchCategory::ServicePack
        | BranchCategory::Specification
        | BranchCategory::Vendor => Category::Other,
    };
    let context = Context {
        vendor: expression.vendor().unwrap_or_default(),
        product: expression.product().unwrap_or_default(),
        category,
    };
    Some((text.to_owned(), expression::parse(&context, text)))
}

impl Leaf {
    /// Parses one product of a document.
    #[must_use]
    pub fn new(input: LeafInput) -> Self {
        let LeafInput { number, document, standing, expression } = input;
        let vendor = expression.vendor().unwrap_or_default().to_owned();
        let product = expression.product().unwrap_or(&expression.name).to_owned();
        let (version_text, version) = version_of(&expression).unzip();
        let places = Places::of(&expression);
        let fuller_version = version_text.as_deref().and_then(|text| fuller(text, &expression.name));
        let named_orders = names::order_numbers_in(&product);
        let mut model_texts = expression.helpers.model_numbers.clone();
        model_texts.extend(expression.helpers.skus.iter().cloned());
        let models: Vec<ModelPattern> =
            model_texts.iter().filter_map(|text| ModelPattern::csaf20(text).ok()).collect();
        let literal = models.iter().filter(|pattern| pattern.is_literal()).map(ModelPattern::key_prefix);
        let mut bare_models: Vec<String> =
            literal.chain(named_orders.iter().map(String::as_str)).map(keys::bare).collect();
        bare_models.retain(|model| !model.is_empty());
        let unlisted = named_orders.iter().filter(|number| !model_texts.contains(number)).cloned();
        let unlisted: Vec<String> = unlisted.collect();
        model_texts.extend(unlisted);
        let both = |text: &String| (keys::bare(text), keys::without_lookalikes(&keys::bare(text)));
        let bare_texts = model_texts.iter().map(both).collect();
        Self {
            number,
            document,
            standing,
            places,
            fuller_version,
            names: NameParts::of(&vendor, &product),
            models,
            bare_models,
            bare_texts,
            model_texts,
            named_orders,
            codes: names::codes_in(&product),
            serials: patterns(&expression.helpers.serial_numbers),
            serial_texts: expression.helpers.serial_numbers.clone(),
            cpe: expression.helpers.cpe.as_deref().and_then(named_cpe),
            purl: expression.helpers.purl.as_deref().and_then(|text| Purl::parse(text).ok()),
            product_id: expression.product_id,
            pointer: expression.pointer,
            version_text: version_text.unwrap_or_default(),
            version,
            relation: expression.relation.map(|relation| LeafRelation {
                category: relation.category,
                product: relation.product,
                relates_to: relation.relates_to,
            }),
            vendor,
            product,
        }
    }

    /// The keys by which components find this leaf; none for a combination, which is found through its parts.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let mut found = Vec::new();
        if self.relation.is_some() {
            return found;
        }
        self.names.keys(&mut found);
        found.extend(self.models.iter().map(|pattern| keys::order_pattern(pattern.key_prefix())));
        found.extend(self.named_orders.iter().map(|number| keys::order_pattern(number)));
        found.extend(self.model_texts.iter().filter_map(|text| keys::cut_order_number(text)));
        for vendor in std::iter::once(&self.names.vendor).chain(&self.names.further_vendors) {
            codes::leaf_keys(vendor, &self.codes, &mut found);
        }
        found.extend(self.serials.iter().filter(|p| p.is_literal()).map(|p| keys::serial(p.key_prefix())));
        if let Some(purl) = &self.purl {
            found.push(purl_key(purl));
        }
        found.extend(self.cpe.as_ref().map(cpe_key));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// JSON pointer to what a test of the evidence compares: the name of a branch, a helper, else the product.
    #[must_use]
    pub fn place_of(&self, test: &str) -> String {
        let named = match test {
            "vendor" => self.places.vendor.clone(),
            "product" => self.places.product.clone(),
            "version" => self.places.version.clone(),
            "order number" if !self.models.is_empty() => {
                Some(format!("{}/product_identification_helper", self.pointer))
            }
            _ => None,
        };
        named.unwrap_or_else(|| self.pointer.clone())
    }

    /// Whether the document gives order numbers for the product, by helper or by name.
    #[must_use]
    pub fn has_order_numbers(&self) -> bool {
        !self.models.is_empty() || !self.named_orders.is_empty()
    }
}

/// The word of a full name that is this version with more zeros: a spreadsheet may have eaten them in the branch.
fn fuller(version: &str, name: &str) -> Option<String> {
    let words = name.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')'));
    let longer = |word: &&str| {
        word.strip_prefix(version)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte == b'0'))
    };
    let plain = version.contains('.') && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { words.into_iter().find(longer).map(str::to_owned) } else { None }
}

/// Where the names of a product stand in its document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    vendor: Option<String>,
    product: Option<String>,
    version: Option<String>,
}

impl Places {
    fn of(expression: &ProductExpression) -> Self {
        use BranchCategory as B;
        let place = |wanted: &[BranchCategory]| {
            let at = expression.path.iter().rposition(|step| wanted.contains(&step.category))?;
            branch_name(&expression.pointer, at)
        };
        Self {
            vendor: place(&[B::Vendor]),
            product: place(&[B::ProductName]).or_else(|| place(&[B::ProductFamily])),
            version: place(&[B::ProductVersion, B::ProductVersionRange]),
        }
    }
}

/// The pointer to the name of the branch at that depth, out of the pointer to the product below it.
fn branch_name(pointer: &str, depth: usize) -> Option<String> {
    let segments: Vec<&str> = pointer.split('/').collect();
    let end = 2 + 2 * (depth + 1);
    let in_branches = segments.get(1) == Some(&"product_tree") && segments.get(end - 2) == Some(&"branches");
    (in_branches && segments.len() > end).then(|| format!("{}/name", segments[..end].join("/")))
}

fn patterns(texts: &[String]) -> Vec<ModelPattern> {
    texts.iter().filter_map(|text| ModelPattern::csaf20(text).ok()).collect()
}

/// The key of a package URL.
#[must_use]
pub fn purl_key(purl: &Purl) -> Key {
    keys::purl(&purl.type_, purl.namespace.as_deref().unwrap_or_default(), &purl.name)
}

/// A CPE name that names a vendor and a product; with `*` or `-` there it recognises nothing.
#[must_use]
pub fn named_cpe(text: &str) -> Option<Cpe> {
    let named = |attribute: &Attribute| matches!(attribute, Attribute::Value(_));
    Cpe::parse(text).ok().filter(|cpe| named(cpe.vendor()) && named(cpe.product()))
}

/// The key of a CPE name.
#[must_use]
pub fn cpe_key(cpe: &Cpe) -> Key {
    keys::cpe(&cpe.part().to_string(), &cpe.vendor().to_string(), &cpe.product().to_string())
}
