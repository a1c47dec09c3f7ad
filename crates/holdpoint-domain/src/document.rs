//! What lists can search of a document besides what matching needs: its history, its names, the helpers of its products.
//!
//! The surprise: nothing here decides anything. It is kept so that people find a document again by any property that
//! CSAF asks a management system to search (2.0, 9.1.12).

use crate::moment::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// A property of a document that can have several values.
    FactKind, "document fact" {
        /// The version of CSAF.
        CsafVersion = "csaf_version",
        /// How its revisions are counted: `integer`, `semantic` or `neither`.
        Versioning = "versioning",
        /// How to reach the publisher.
        Contact = "contact",
        /// The publisher's authority over the matter.
        Authority = "authority",
        /// Another id of the same document.
        Alias = "alias",
        /// The program that made it, with its version.
        Engine = "engine",
        /// A family of products.
        Family = "family",
        /// Any other branch of the product tree, as `category: name`.
        Branch = "branch",
        /// The summary of a group of products.
        Group = "group",
        /// CPE of a product.
        Cpe = "cpe",
        /// Package URL of a product.
        Purl = "purl",
        /// Model number of a product.
        ModelNumber = "model_number",
        /// Serial number of a product.
        SerialNumber = "serial_number",
        /// Stock keeping unit of a product.
        Sku = "sku",
        /// Hash of a file of a product, as `algorithm:hex`.
        FileHash = "hash",
        /// Name of a file of a product.
        FileName = "file_name",
        /// Address of a bill of materials.
        SbomUrl = "sbom_url",
        /// Any other identifier, as `namespace uri`.
        Uri = "uri",
    }
}

/// One line of a document's own history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryEntry {
    /// Its number.
    pub number: String,
    /// When it came out; `None`: the date cannot be read.
    pub date: Option<Moment>,
    /// What changed, in the publisher's words.
    pub summary: String,
    /// The number it had in another scheme; empty when none.
    pub legacy_version: String,
}

/// What lists can search of one revision of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentFacts {
    /// Properties and their values, each pair once.
    pub facts: Vec<(FactKind, String)>,
    /// The document's own history, in its order.
    pub history: Vec<HistoryEntry>,
    /// The other ids of each vulnerability, in the order of the document.
    pub vulnerability_ids: Vec<Vec<String>>,
}
