//! A CSAF 2.0 document as typed values that borrow from the bytes it was read from.
//!
//! Not here: the rules that span objects (`validate`). The surprise: every required property is an `Option` too,
//! because a document that lacks it is still read; the lack is a finding.

mod document;
mod product_tree;
mod resolve;
mod score;
mod vulnerability;

pub use document::{
    Acknowledgment, AggregateSeverity, Distribution, DocumentPart, Engine, Generator, Note, Publisher,
    Reference, Revision, Tlp, Tracking,
};
pub use product_tree::{
    Branch, FileHash, FullProductName, GenericUri, Hashes, IdentificationHelper, ProductGroup, ProductTree,
    Relationship,
};
pub use resolve::{Origin, ProductIndex, ProductRecord};
pub(crate) use resolve::{each_branch, each_product};
pub use score::{CvssV2, CvssV3, Number, Score};
pub use vulnerability::{
    Cwe, Flag, Involvement, ProductStatus, Remediation, RestartRequired, Threat, Vulnerability,
    VulnerabilityId,
};

use super::inspection::Inspection;
use super::object::object;

object! {
    /// The whole JSON object as it stands; [`CsafDocument`] is made from it.
    struct Root<'a> {
        /// The document-level facts.
        must document "document": DocumentPart<'a>,
        /// The products.
        may product_tree "product_tree": ProductTree<'a>,
        /// The vulnerabilities.
        some vulnerabilities "vulnerabilities": Vulnerability<'a>,
    }
}

/// A CSAF 2.0 document that was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CsafDocument<'a> {
    /// Title, publisher, tracking, notes.
    pub document: DocumentPart<'a>,
    /// The products that the document speaks of.
    pub product_tree: Option<ProductTree<'a>>,
    /// The vulnerabilities, in the order of the document.
    pub vulnerabilities: Vec<Vulnerability<'a>>,
    /// What the structural walk noticed.
    pub inspection: Inspection,
}

impl<'a> CsafDocument<'a> {
    /// The publisher's id of the document, `None` when absent. It is unique only together with
    /// [`CsafDocument::publisher_namespace`].
    pub fn tracking_id(&self) -> Option<&str> {
        self.document.tracking.as_ref()?.id.as_deref()
    }

    /// The publisher's namespace, `None` when absent.
    pub fn publisher_namespace(&self) -> Option<&str> {
        self.document.publisher.as_ref()?.namespace.as_deref()
    }

    /// The revision of the document (`tracking.version`), `None` when absent.
    pub fn revision(&self) -> Option<&str> {
        self.document.tracking.as_ref()?.version.as_deref()
    }

    /// The file name that the standard asks for this document (section 5.1), `None` without a tracking id.
    pub fn file_name(&self) -> Option<String> {
        self.tracking_id().map(file_name)
    }

    /// All products with their paths; borrows from the document.
    pub fn products(&self) -> ProductIndex<'_, 'a> {
        ProductIndex::new(self)
    }
}

/// The file name for a tracking id (section 5.1): lower case, every run of characters other than `+`, `-`, `a`–`z`
/// and `0`–`9` becomes one `_`, then `.json`.
pub fn file_name(tracking_id: &str) -> String {
    let mut name = String::with_capacity(tracking_id.len() + 5);
    for c in tracking_id.chars().flat_map(char::to_lowercase) {
        if matches!(c, '+' | '-' | 'a'..='z' | '0'..='9') {
            name.push(c);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name.push_str(".json");
    name
}
