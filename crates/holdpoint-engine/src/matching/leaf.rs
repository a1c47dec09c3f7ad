//! A leaf: one product of one current document, ready to be judged against components.
//!
//! Parsing of the version expression happens once, here. Which document and revision a leaf belongs to is
//! carried as numbers that only the caller understands.

use super::beside::{Beside, Says, lists_single_versions};
use super::keys::{self, Key};
use super::listed::ListedProduct;
use holdpoint_domain::advisory::{BranchCategory, PathStep, ProductExpression, RelationCategory};
use holdpoint_versions::cpe::{Attribute, Cpe};
use holdpoint_versions::expression::{self, ARCHITECTURE, Category, Context, Expression, Predicate};
use holdpoint_versions::purl::Purl;
use holdpoint_versions::{Answer, Bound, Comparison, Version};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

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
    /// The versions that the document's fixes for this product name ([`holdpoint_versions::fix`]); empty where nobody
    /// looked, which is worth it for single versions alone.
    pub fixes: Vec<String>,
}

/// Whether a document states anything of a product itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// At least one vulnerability has a status for it.
    Stated,
    /// Whether it is affected is still under investigation, and of no vulnerability is more said.
    Investigated,
    /// It is stated to be the first or the last affected version; which others are affected is not said.
    Edge,
    /// It is stated to be one end of a train, and the leaf of that number to be the other: what lies between is affected.
    Span {
        /// The number of the other end's leaf.
        other: i64,
    },
    /// It is stated to hold a fix, and of no version of the product is stated that it lacks it.
    Cured,
    /// All that is stated of it clears it.
    Cleared,
    /// It is only named, for example as a part of a combination.
    Named,
}

impl Standing {
    /// Whether it is the first or the last affected version.
    #[must_use]
    pub const fn is_edge(self) -> bool {
        match self {
            Self::Edge | Self::Span { .. } => true,
            Self::Stated | Self::Investigated | Self::Cured | Self::Cleared | Self::Named => false,
        }
    }

    /// Whether all that is stated of it clears it.
    #[must_use]
    pub const fn is_cleared(self) -> bool {
        match self {
            Self::Cured | Self::Cleared => true,
            Self::Stated | Self::Investigated | Self::Edge | Self::Span { .. } | Self::Named => false,
        }
    }

    /// What that says of the versions of a leaf to those that stand beside it.
    pub(super) const fn says(self) -> Says {
        match self {
            Self::Cured | Self::Cleared => Says::Clears,
            Self::Investigated => Says::Investigates,
            Self::Stated | Self::Edge | Self::Span { .. } | Self::Named => Says::Lists,
        }
    }
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
    /// How deep in the tree of branches the names of vendor, product and version stand.
    pub places: Places,
    /// What it says of the product apart from its version; leaves that write the same have the same one.
    pub listed: Arc<ListedProduct>,
    /// The version as the full name writes it, when the branch seems to have lost zeros at its end (`2.1`, `2.10`).
    pub fuller_version: Option<String>,
    /// The version text as written; empty when none is given.
    pub version_text: String,
    /// The version text, parsed; `None` when none is given.
    pub version: Option<Expression>,
    /// Set when the product is a combination of two others.
    pub relation: Option<LeafRelation>,
    /// All versions from the first to the last affected one, where this leaf is one of the two.
    pub span: Option<Arc<Expression>>,
    /// What else the document says where this leaf is of single versions, and a fix is named or another version is cleared.
    pub beside: Option<Arc<Beside>>,
    /// The place of the first leaf that is judged like this one: the same product, and all else alike.
    pub(super) like: u32,
    /// The listed versions in words, once somebody has asked for them.
    pub(super) listed_words: OnceLock<String>,
}

/// Whether an expression lists ranges that all begin with a version.
fn begins(expression: &Expression) -> bool {
    expression.range().is_some_and(|range| {
        !range.intervals().is_empty()
            && range.excluded().is_empty()
            && range.intervals().iter().all(|interval| interval.lower != Bound::Unbounded)
    })
}

/// What must hold besides the version, because a branch of its own says so: `architecture`, `language`, a specification.
///
/// A name of a branch that stands for all of its kind narrows nothing.
fn conditions(expression: &ProductExpression) -> Vec<Predicate> {
    const ALL: [&str; 4] = ["*", "all", "any", "noarch"];
    let variant = |attribute: &str, text: &str| Predicate::Variant {
        attribute: attribute.to_owned(),
        text: text.trim().to_owned(),
    };
    let condition = |step: &PathStep| match step.category {
        BranchCategory::Architecture => Some(variant(ARCHITECTURE, &step.name)),
        BranchCategory::HostName => Some(variant("host name", &step.name)),
        BranchCategory::Language => Some(variant("language", &step.name)),
        BranchCategory::Specification => Some(variant("specification", &step.name)),
        // Neither is a word of CSAF 2.0 that says what it narrows; the reader keeps unknown words as `legacy`.
        BranchCategory::Legacy => Some(variant("meaning of a branch of an old or unknown kind", &step.name)),
        BranchCategory::PatchLevel
        | BranchCategory::ProductFamily
        | BranchCategory::ProductName
        | BranchCategory::ProductVersion
        | BranchCategory::ProductVersionRange
        | BranchCategory::ServicePack
        | BranchCategory::Vendor => None,
    };
    let narrows = |step: &&PathStep| !ALL.iter().any(|all| step.name.trim().eq_ignore_ascii_case(all));
    let place =
        |wanted: &[BranchCategory]| expression.path.iter().rposition(|step| wanted.contains(&step.category));
    let version = place(&[BranchCategory::ProductVersion, BranchCategory::ProductVersionRange]);
    let is_named = place(&[BranchCategory::ProductName]).is_some();
    // A family below the version of a named product is not where the product is found, but which of it is meant.
    let below = |at: usize, step: &PathStep| {
        let is_family = step.category == BranchCategory::ProductFamily;
        (is_family && is_named && version.is_some_and(|version| at > version))
            .then(|| variant("product family", &step.name))
    };
    let steps = expression.path.iter().enumerate().filter(|(_, step)| narrows(step));
    steps.filter_map(|(at, step)| condition(step).or_else(|| below(at, step))).collect()
}

/// Reads the version text of a product expression, with the vendor and product it speaks of. What the document says
/// beside the version in branches of their own stands behind the text and is a condition of the reading.
///
/// `None` when the document gives no version for the product.
#[must_use]
pub fn version_of(expression: &ProductExpression) -> Option<(String, Expression)> {
    let (category, text) = expression.version()?;
    // A service pack or patch level below the version is a part of it.
    let mut text = text.to_owned();
    for step in &expression.path {
        if matches!(step.category, BranchCategory::ServicePack | BranchCategory::PatchLevel) {
            text.push(' ');
            text.push_str(&step.name);
        }
    }
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
    let read = expression::parse(&context, &text);
    let conditions = conditions(expression);
    for condition in &conditions {
        text.push_str("; ");
        text.push_str(&condition.to_string());
    }
    Some((text, read.only_if(conditions)))
}

impl Leaf {
    /// Parses one product of a document.
    #[must_use]
    pub fn new(input: LeafInput) -> Self {
        let listed = Arc::new(ListedProduct::of(&input.expression));
        Self::with(input, listed)
    }

    /// Parses what is left of a product once its names are read.
    pub(super) fn with(input: LeafInput, listed: Arc<ListedProduct>) -> Self {
        let LeafInput { number, document, standing, expression, fixes } = input;
        let (version_text, version) = version_of(&expression).unzip();
        let is_beside = !fixes.is_empty()
            && version.as_ref().is_some_and(|read| lists_single_versions(read) || begins(read));
        Self {
            number,
            document,
            standing,
            places: Places::of(&expression),
            listed,
            fuller_version: expression.version().and_then(|(_, text)| fuller(text, &expression.name)),
            product_id: expression.product_id,
            pointer: expression.pointer,
            version_text: version_text.unwrap_or_default(),
            version,
            span: None,
            beside: is_beside.then(|| Arc::new(Beside { fixes, own: standing.says(), others: Vec::new() })),
            relation: expression.relation.map(|relation| LeafRelation {
                category: relation.category,
                product: relation.product,
                relates_to: relation.relates_to,
            }),
            like: u32::MAX,
            listed_words: OnceLock::new(),
        }
    }

    /// Whether a version that it does not list may be one of which nobody spoke: it lists single ones, and is not cleared.
    pub(super) fn may_lie_beside_a_gap(&self) -> bool {
        match self.standing {
            Standing::Stated | Standing::Investigated | Standing::Named => {
                self.version.as_ref().is_some_and(lists_single_versions)
            }
            Standing::Edge | Standing::Span { .. } | Standing::Cured | Standing::Cleared => false,
        }
    }

    /// From the first to the last affected version, where each of the two leaves is of one version and both are of one order.
    pub(super) fn span_to(&self, other: &Self) -> Option<Expression> {
        let one_version = |leaf: &Self| -> Option<Version> {
            let read = leaf.version.as_ref().filter(|read| read.predicates().is_empty())?;
            let range = read.range().filter(|range| range.excluded().is_empty())?;
            let [single] = range.intervals() else { return None };
            single.point().cloned()
        };
        let (own, theirs) = (one_version(self)?, one_version(other)?);
        let (first, last) = match own.compare(&theirs) {
            Comparison::Less => (&own, &theirs),
            Comparison::Greater => (&theirs, &own),
            Comparison::Equal | Comparison::Undecidable(_) => return None,
        };
        let context = Context { vendor: &self.vendor, product: &self.product, category: Category::Range };
        let read = expression::parse(&context, &format!(">= {} | <= {}", first.text(), last.text()));
        let holds = |version: &Version| read.contains(version.text()) == Answer::Yes;
        (holds(first) && holds(last) && read.range().is_some_and(|range| !range.is_all())).then_some(read)
    }

    /// Whether another leaf of the same listed product has the same answer for every component.
    pub(super) fn is_judged_like(&self, other: &Self) -> bool {
        self.version_text == other.version_text
            && self.standing == other.standing
            && self.fuller_version == other.fuller_version
            && self.beside.is_none()
            && other.beside.is_none()
            && self.version == other.version
    }

    /// JSON pointer to what a test of the evidence compares: the name of a branch, a helper, else the product.
    #[must_use]
    pub fn place_of(&self, test: &str) -> String {
        let Places { vendor, product, family, version } = self.places;
        let name_at = |depth: Option<usize>| branch_name(&self.pointer, depth?);
        let named = match test {
            "vendor" => name_at(vendor),
            "product" => name_at(product).or_else(|| name_at(family)),
            "version" => name_at(version),
            "order number" if !self.models.is_empty() => {
                Some(format!("{}/product_identification_helper", self.pointer))
            }
            _ => None,
        };
        named.unwrap_or_else(|| self.pointer.clone())
    }
}

/// What a leaf says of its product apart from the version reads like its own.
impl Deref for Leaf {
    type Target = ListedProduct;

    fn deref(&self) -> &ListedProduct {
        &self.listed
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

/// How deep in a document's branches the names of a product stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places {
    vendor: Option<usize>,
    product: Option<usize>,
    family: Option<usize>,
    version: Option<usize>,
}

impl Places {
    fn of(expression: &ProductExpression) -> Self {
        use BranchCategory as B;
        let place = |wanted: &[BranchCategory]| {
            expression.path.iter().rposition(|step| wanted.contains(&step.category))
        };
        Self {
            vendor: place(&[B::Vendor]),
            product: place(&[B::ProductName]),
            family: place(&[B::ProductFamily]),
            version: place(&[B::ProductVersion, B::ProductVersionRange]),
        }
    }
}

/// The pointer to the name of the branch at that depth, out of the pointer to the product below it.
fn branch_name(pointer: &str, depth: usize) -> Option<String> {
    let below = pointer.strip_prefix("/product_tree/")?;
    // Each branch is two steps: `branches` and its place there.
    let mut signs = below.bytes().enumerate().filter(|(_, byte)| *byte == b'/').map(|(at, _)| at);
    let before = if depth == 0 { 0 } else { signs.nth(2 * depth - 1)? + 1 };
    let (word, end) = (signs.next()?, signs.next()?);
    (&below[before..word] == "branches").then(|| format!("/product_tree/{}/name", &below[..end]))
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
