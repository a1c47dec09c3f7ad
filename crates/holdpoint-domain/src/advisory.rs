//! Advisories: what a publisher says of products and vulnerabilities, flattened for matching.
//!
//! The raw document stays the truth; every part here carries the JSON pointer to where it stands there.
//! Product groups are already expanded. The surprise: the same product may occur under several product ids,
//! and a product id means something inside its document only.

use crate::moment::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// The category of a branch of the product tree (CSAF 2.0, 3.1.2.2).
    BranchCategory, "branch category" {
        /// A processor architecture.
        Architecture = "architecture",
        /// A host's name.
        HostName = "host_name",
        /// A language.
        Language = "language",
        /// A thing of old formats.
        Legacy = "legacy",
        /// A patch level.
        PatchLevel = "patch_level",
        /// A family of products.
        ProductFamily = "product_family",
        /// A product.
        ProductName = "product_name",
        /// Exactly one version.
        ProductVersion = "product_version",
        /// A range of versions.
        ProductVersionRange = "product_version_range",
        /// A service pack.
        ServicePack = "service_pack",
        /// A specification or standard.
        Specification = "specification",
        /// A vendor.
        Vendor = "vendor",
    }
}

vocabulary! {
    /// How one product stands to another (CSAF 2.0, 3.2.3.4).
    RelationCategory, "relationship category" {
        /// The component is there unless somebody removed it.
        DefaultComponentOf = "default_component_of",
        /// The component is delivered with, and runs outside.
        ExternalComponentOf = "external_component_of",
        /// The product runs on the other.
        InstalledOn = "installed_on",
        /// Both are on one host.
        InstalledWith = "installed_with",
        /// The component may be there.
        OptionalComponentOf = "optional_component_of",
    }
}

vocabulary! {
    /// What a document says of a product and a vulnerability (CSAF 2.0, 3.2.4.9).
    ProductStatus, "product status" {
        /// The first version known to be affected.
        FirstAffected = "first_affected",
        /// Affected.
        KnownAffected = "known_affected",
        /// The last affected version of a train.
        LastAffected = "last_affected",
        /// Not affected.
        KnownNotAffected = "known_not_affected",
        /// Holds the first fix.
        FirstFixed = "first_fixed",
        /// Holds a fix.
        Fixed = "fixed",
        /// Not known yet.
        UnderInvestigation = "under_investigation",
        /// Holds a fix and the vendor recommends it.
        Recommended = "recommended",
    }
}

/// The four groups into which statuses fall; `recommended` is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusGroup {
    /// A vulnerable product.
    Affected,
    /// A product that is not vulnerable and never was.
    NotAffected,
    /// A product that holds a fix.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
    /// A vendor's recommendation, which says nothing of being affected by itself.
    Recommendation,
}

impl ProductStatus {
    /// The group of this status.
    #[must_use]
    pub const fn group(self) -> StatusGroup {
        match self {
            Self::FirstAffected | Self::KnownAffected | Self::LastAffected => StatusGroup::Affected,
            Self::KnownNotAffected => StatusGroup::NotAffected,
            Self::FirstFixed | Self::Fixed => StatusGroup::Fixed,
            Self::UnderInvestigation => StatusGroup::UnderInvestigation,
            Self::Recommended => StatusGroup::Recommendation,
        }
    }
}

vocabulary! {
    /// What kind of answer a remediation is (CSAF 2.0, 3.2.4.12.1).
    RemediationCategory, "remediation category" {
        /// An official fix.
        VendorFix = "vendor_fix",
        /// A configuration that avoids exposure.
        Workaround = "workaround",
        /// Lowers the risk, solves nothing.
        Mitigation = "mitigation",
        /// None now.
        NoneAvailable = "none_available",
        /// None ever.
        NoFixPlanned = "no_fix_planned",
    }
}

/// One step on the way from the root of the product tree to a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// The branch's category.
    pub category: BranchCategory,
    /// The branch's name, as written.
    pub name: String,
}

/// By which edition of CSAF patterns of numbers are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum NumberRules {
    /// 2.0: a pattern may stop anywhere.
    #[default]
    Csaf20,
    /// 2.1: a pattern means the whole number.
    Csaf21,
}

/// Identification helpers of a product, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Helpers {
    /// CPE 2.2 or 2.3.
    pub cpe: Option<String>,
    /// Package URL.
    pub purl: Option<String>,
    /// Model or order numbers; patterns by `rules`.
    pub model_numbers: Vec<String>,
    /// Serial numbers; patterns by `rules`.
    pub serial_numbers: Vec<String>,
    /// Stock keeping units; patterns by `rules`.
    pub skus: Vec<String>,
    /// `algorithm:hex` of files.
    pub hashes: Vec<String>,
    /// How patterns of numbers are meant.
    pub rules: NumberRules,
}

impl Helpers {
    /// Whether no helper is given at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { rules: self.rules, ..Self::default() }
    }
}

/// A product made of two others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// How they stand to each other: `product` is … `relates_to`.
    pub category: RelationCategory,
    /// Product id of the component.
    pub product: String,
    /// Product id of what it is part of, or on.
    pub relates_to: String,
}

/// A product as one document writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductExpression {
    /// The document's own id for it.
    pub product_id: String,
    /// The full name, for people.
    pub name: String,
    /// The way from the root of the tree; empty for products outside the branches.
    pub path: Vec<PathStep>,
    /// Identification helpers.
    pub helpers: Helpers,
    /// Set when the product is a combination of two others.
    pub relation: Option<Relation>,
    /// JSON pointer to the product in the document.
    pub pointer: String,
}

impl ProductExpression {
    fn last(&self, category: BranchCategory) -> Option<&str> {
        self.path.iter().rev().find(|step| step.category == category).map(|step| step.name.as_str())
    }

    /// The vendor named on the path.
    #[must_use]
    pub fn vendor(&self) -> Option<&str> {
        self.last(BranchCategory::Vendor)
    }

    /// The product named on the path; without one, the family.
    #[must_use]
    pub fn product(&self) -> Option<&str> {
        self.last(BranchCategory::ProductName).or_else(|| self.last(BranchCategory::ProductFamily))
    }

    /// The version text on the path, with the category under which it stands.
    #[must_use]
    pub fn version(&self) -> Option<(BranchCategory, &str)> {
        self.path
            .iter()
            .rev()
            .find(|step| {
                matches!(step.category, BranchCategory::ProductVersion | BranchCategory::ProductVersionRange)
            })
            .map(|step| (step.category, step.name.as_str()))
    }
}

/// A score given to a vulnerability for some products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// CVSS version: `2.0`, `3.0`, `3.1`, `4.0`.
    pub version: String,
    /// The vector.
    pub vector: String,
    /// The base score in tenths (98 is 9.8), computed from the vector when it can be read, else as written.
    pub base_tenths: Option<u16>,
    /// Product ids it speaks of.
    pub products: Vec<String>,
}

/// What can be done, for some products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remediation {
    /// Its category.
    pub category: RemediationCategory,
    /// The publisher's words.
    pub details: String,
    /// Where it can be had.
    pub url: Option<String>,
    /// From when.
    pub date: Option<Moment>,
    /// Restart scope as written; `None` means unknown, which is not "none".
    pub restart: Option<String>,
    /// Entitlements needed, as written.
    pub entitlements: Vec<String>,
    /// Product ids it speaks of, groups expanded.
    pub products: Vec<String>,
}

/// A vulnerability as one document treats it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisoryVulnerability {
    /// CVE, else the first other id, else `vulnerability 3` by its place.
    pub reference: String,
    /// The CVE, when there is one.
    pub cve: Option<String>,
    /// Its title; empty when none.
    pub title: String,
    /// CWE id, for example `CWE-787`.
    pub cwe: Option<String>,
    /// Statuses: (product id, status), in the order of the document.
    pub statements: Vec<(String, ProductStatus)>,
    /// Scores.
    pub scores: Vec<Score>,
    /// Remediations.
    pub remediations: Vec<Remediation>,
    /// Notes.
    pub notes: Vec<Note>,
    /// Threats: (category, details).
    pub threats: Vec<(String, String)>,
    /// Flags, for example `component_not_present`: (label, product ids).
    pub flags: Vec<(String, Vec<String>)>,
    /// JSON pointer to the vulnerability in the document.
    pub pointer: String,
}

/// A piece of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Category as written: `summary`, `description`…
    pub category: String,
    /// Title; empty when none.
    pub title: String,
    /// The text, never to be run or rendered as HTML.
    pub text: String,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// `self` or `external`.
    pub category: String,
    /// What is found there.
    pub summary: String,
    /// The address, as written.
    pub url: String,
}

/// Who publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Name.
    pub name: String,
    /// Namespace; with the tracking id it names an advisory in the world.
    pub namespace: String,
    /// Category: `vendor`, `coordinator`…
    pub category: String,
}

/// What one revision of an advisory says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisoryContent {
    /// Who publishes it.
    pub publisher: Publisher,
    /// The publisher's id for it.
    pub tracking_id: String,
    /// The publisher's version of it: an integer or a semantic version. May stay the same while the content changes.
    pub tracking_version: String,
    /// `draft`, `interim` or `final`.
    pub status: String,
    /// Profile, for example `csaf_security_advisory`.
    pub category: String,
    /// Title.
    pub title: String,
    /// Language; empty when not given.
    pub lang: String,
    /// TLP label; empty when not given.
    pub tlp: String,
    /// Aggregate severity as written; empty when not given.
    pub aggregate_severity: String,
    /// First release.
    pub initial_release: Moment,
    /// This release.
    pub current_release: Moment,
    /// Prose on the whole document.
    pub notes: Vec<Note>,
    /// Links.
    pub references: Vec<Reference>,
    /// All products, in the order of the document.
    pub products: Vec<ProductExpression>,
    /// All vulnerabilities, in the order of the document.
    pub vulnerabilities: Vec<AdvisoryVulnerability>,
}

/// What is known of the signature on a revision's bytes. Documents whose signature fails are never stored here:
/// they go to quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SignatureState {
    /// Nobody looked, for example because a file came without its signature beside it.
    #[default]
    NotChecked,
    /// The provider publishes no signature for it.
    Absent,
    /// The signature holds.
    Verified {
        /// Fingerprint of the primary key, upper-case hexadecimal.
        fingerprint: String,
    },
}

impl SignatureState {
    /// The fixed word: `not_checked`, `absent` or `verified`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotChecked => "not_checked",
            Self::Absent => "absent",
            Self::Verified { .. } => "verified",
        }
    }

    /// The fingerprint of the key that verified it, if one did.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        match self {
            Self::Verified { fingerprint } => Some(fingerprint),
            Self::NotChecked | Self::Absent => None,
        }
    }
}

vocabulary! {
    /// How the check of a source of advisories ended.
    CheckResult, "check result" {
        /// Something new or changed came in.
        New = "new",
        /// The source answered and had nothing that was not known.
        None = "none",
        /// The source could not be read, or not wholly.
        Failed = "failed",
    }
}
