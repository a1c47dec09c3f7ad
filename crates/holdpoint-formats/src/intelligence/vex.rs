//! A VEX document of any format: who states what, and the statements.
//!
//! Not here: what a statement changes. The surprise: statements of one document may contradict each other, and the later one
//! counts; so their order is kept.

use holdpoint_domain::Moment;
use holdpoint_domain::intelligence::{VersionTest, VexStatement, VexSubject};

use super::package;

/// Bytes of a document that are read at most.
pub const MAX_BYTES: usize = 64 << 20;

/// Statements of a document that are taken at most.
pub const MAX_STATEMENTS: usize = 200_000;

/// What a VEX document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexDocument {
    /// What its format knows it by (`@id`, the serial number); empty when it has none.
    pub identity: String,
    /// Who made it, as written; empty when it does not say.
    pub author: String,
    /// Its version as written; empty when it has none.
    pub edition: String,
    /// When it was made or last changed.
    pub issued: Option<Moment>,
    /// Its statements in the order of the document.
    pub statements: Vec<VexStatement>,
}

/// An identifier as a subject: a package URL or a CPE name with its version, anything else as written.
pub(super) fn subject_of(identifier: &str) -> VexSubject {
    let identifier = identifier.trim();
    if identifier.starts_with("cpe:") && holdpoint_versions::cpe::Cpe::parse(identifier).is_ok() {
        return VexSubject {
            identifier: identifier.to_owned(),
            subject: Some(holdpoint_domain::intelligence::Subject::Cpe(identifier.to_owned())),
            versions: named(identifier),
        };
    }
    match package::of_purl(identifier) {
        Some((subject, version)) => VexSubject {
            identifier: identifier.to_owned(),
            subject: Some(subject),
            versions: version.map_or(VersionTest::Any, exact),
        },
        None => {
            VexSubject { identifier: identifier.to_owned(), subject: None, versions: VersionTest::NotStated }
        }
    }
}

/// One version.
pub(super) fn exact(version: String) -> VersionTest {
    VersionTest::Exact { version, update: String::new() }
}

/// The version that a CPE name holds; of the old form only whether it holds one.
fn named(name: &str) -> VersionTest {
    if name.starts_with("cpe:2.3:") {
        return super::nvd::named_version(name);
    }
    match name.split(':').nth(4) {
        None | Some("") => VersionTest::Any,
        Some("-") => VersionTest::NotStated,
        Some(version) => VersionTest::Expression(version.to_owned()),
    }
}
