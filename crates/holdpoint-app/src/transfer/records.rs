//! What the sources say of a patch, on its way over the gap: without it a plant has a file and nothing to plan.
//!
//! The surprise: what travels is a part of a document, so at the other end it is a document of its own. What that side reads itself,
//! from a mirror of its own or a feed, is not replaced by it. What advisories say of patches travels with the advisories.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::patches::ShownPatch;
use crate::planning::invalid;
use holdpoint_domain::access::Permission;
use holdpoint_domain::patch::{PatchFile, PatchRecord, PatchReference, PatchSource};
use holdpoint_store::patch::NewPatches;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most bytes of what the sources say of one patch: a cumulative update names a few thousand products and files.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// The most characters of the name of a document.
const MOST_NAME: usize = 200;

/// What is said of one patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CarriedPatch {
    version: u32,
    patch: String,
    records: Vec<CarriedRecord>,
}

/// What one document says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CarriedRecord {
    source: String,
    document: String,
    vendor: String,
    identifier: String,
    update_id: String,
    title: String,
    class: String,
    classification: String,
    bulletin: String,
    severity: String,
    released: Option<String>,
    products: Vec<String>,
    architecture: String,
    fixes: Vec<String>,
    supersedes: Vec<Reference>,
    superseded_by: Vec<Reference>,
    needs: Vec<Reference>,
    restart: String,
    fixed_build: String,
    files: Vec<CarriedFile>,
    url: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reference {
    Identifier(String),
    UpdateId(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CarriedFile {
    name: String,
    url: String,
    size_bytes: Option<u64>,
    hashes: Vec<String>,
}

/// What the sources here say of a patch, as it travels; `None`: none but advisories says anything.
pub(super) fn to_carry(shown: &ShownPatch) -> Option<Vec<u8>> {
    let records = shown.records.iter().filter(|one| one.source != PatchSource::Advisory);
    let records: Vec<CarriedRecord> =
        records.map(|one| carried(one.source, &one.document, &one.record)).collect();
    if records.is_empty() {
        return None;
    }
    let whole = CarriedPatch { version: 1, patch: shown.line.name.clone(), records };
    Some(serde_json::to_vec(&whole).expect("texts and numbers have a JSON form"))
}

fn carried(source: PatchSource, document: &str, record: &PatchRecord) -> CarriedRecord {
    let references = |all: &[PatchReference]| {
        all.iter()
            .map(|one| match one {
                PatchReference::Identifier(text) => Reference::Identifier(text.clone()),
                PatchReference::UpdateId(text) => Reference::UpdateId(text.clone()),
            })
            .collect()
    };
    let file = |file: &PatchFile| CarriedFile {
        name: file.name.clone(),
        url: file.url.clone(),
        size_bytes: file.size_bytes,
        hashes: file.hashes.clone(),
    };
    CarriedRecord {
        source: source.word().to_owned(),
        document: document.to_owned(),
        vendor: record.vendor.clone(),
        identifier: record.identifier.clone(),
        update_id: record.update_id.clone(),
        title: record.title.clone(),
        class: record.class.word().to_owned(),
        classification: record.classification.clone(),
        bulletin: record.bulletin.clone(),
        severity: record.severity.clone(),
        released: record.released.map(|at| at.to_string()),
        products: record.products.clone(),
        architecture: record.architecture.clone(),
        fixes: record.fixes.clone(),
        supersedes: references(&record.supersedes),
        superseded_by: references(&record.superseded_by),
        needs: references(&record.needs),
        restart: record.restart.clone(),
        fixed_build: record.fixed_build.clone(),
        files: record.files.iter().map(file).collect(),
        url: record.url.clone(),
    }
}

fn unread(why: impl std::fmt::Display) -> AppError {
    let what = format!("what the office says of a patch cannot be read: {why}");
    invalid("patch-record", what, "update this program, and place it then")
}

impl CarriedRecord {
    fn record(self) -> Result<(PatchSource, String, PatchRecord), AppError> {
        let source: PatchSource = self.source.parse().map_err(unread)?;
        let references = |all: Vec<Reference>| {
            all.into_iter()
                .map(|one| match one {
                    Reference::Identifier(text) => PatchReference::Identifier(text),
                    Reference::UpdateId(text) => PatchReference::UpdateId(text),
                })
                .collect()
        };
        let file = |file: CarriedFile| PatchFile {
            name: file.name,
            url: file.url,
            size_bytes: file.size_bytes,
            hashes: file.hashes,
        };
        let released = self.released.map(|at| at.parse().map_err(|_| unread("a moment is none")));
        let record = PatchRecord {
            vendor: self.vendor,
            identifier: self.identifier,
            update_id: self.update_id,
            title: self.title,
            class: self.class.parse().map_err(unread)?,
            classification: self.classification,
            bulletin: self.bulletin,
            severity: self.severity,
            released: released.transpose()?,
            products: self.products,
            architecture: self.architecture,
            fixes: self.fixes,
            supersedes: references(self.supersedes),
            superseded_by: references(self.superseded_by),
            needs: references(self.needs),
            restart: self.restart,
            fixed_build: self.fixed_build,
            files: self.files.into_iter().map(file).collect(),
            url: self.url,
        };
        Ok((source, self.document, record))
    }
}

/// The name that a document has here when a bundle brought a part of it.
fn document_of(patch: &str, document: &str) -> String {
    let name = format!("by transfer: {patch}, {document}");
    if name.chars().count() <= MOST_NAME {
        return name;
    }
    let short = super::fingerprint(name.as_bytes());
    let head: String = name.chars().take(MOST_NAME - 20).collect();
    format!("{head} {}", short.get(..16).unwrap_or_default())
}

/// Takes in what the office says of a patch.
pub(super) fn take(app: &App, caller: &Caller, bytes: &[u8], source: &str) -> Result<(), AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    if bytes.len() > MOST_BYTES {
        return Err(unread(format!("{} bytes are too many", bytes.len())));
    }
    let whole: CarriedPatch = serde_json::from_slice(bytes).map_err(unread)?;
    if whole.version != 1 {
        return Err(unread(format!("it is of version {}, and this program reads version 1", whole.version)));
    }
    let mut records = Vec::new();
    for one in whole.records {
        let (source, document, record) = one.record()?;
        if source == PatchSource::Advisory {
            return Err(unread("it names an advisory, and what advisories say comes with them"));
        }
        records.push((source, document_of(&whole.patch, &document), record));
    }
    app.store().change(&app.intent(caller, "patch.carry", source), |c| {
        let at = c.at();
        let mut wrote = false;
        for place in 0..records.len() {
            let (source, document, _) = &records[place];
            if records[..place].iter().any(|(other, name, _)| (other, name) == (source, document)) {
                continue;
            }
            let own = records.iter().filter(|(other, name, _)| (other, name) == (source, document));
            let own: Vec<&PatchRecord> = own.map(|(.., record)| record).collect();
            let new = NewPatches { source: *source, document, records: &own };
            wrote |= c.put_patches(&[new], at)?.wrote();
        }
        if !wrote {
            c.nothing_to_do();
        }
        c.about("patch", &whole.patch);
        c.detail("records", json!(records.len()));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that fails may panic")]
    use super::*;
    use holdpoint_domain::Moment;
    use holdpoint_domain::patch::PatchClass;

    #[test]
    fn what_is_said_of_a_patch_travels_whole() {
        let record = PatchRecord {
            identifier: "deb plant-hmi 1.2 (all)".to_owned(),
            class: PatchClass::Security,
            released: Some(Moment::from_micros(1_700_000_000_000_000)),
            products: vec!["pkg:deb/debian/plant-hmi@1.2?arch=all&distro=bookworm".to_owned()],
            supersedes: vec![PatchReference::Identifier("KB5000001".to_owned())],
            needs: vec![PatchReference::UpdateId("1b2".to_owned())],
            files: vec![PatchFile {
                name: "plant-hmi_1.2_all.deb".to_owned(),
                url: "pool/plant-hmi_1.2_all.deb".to_owned(),
                size_bytes: Some(7),
                hashes: vec!["sha256:ab".to_owned()],
            }],
            ..PatchRecord::of("Debian".to_owned())
        };
        let text = serde_json::to_vec(&carried(PatchSource::Apt, "lab", &record)).unwrap();
        let back: CarriedRecord = serde_json::from_slice(&text).unwrap();
        assert_eq!(back.record().unwrap(), (PatchSource::Apt, "lab".to_owned(), record));
    }

    #[test]
    fn long_names_of_documents_stay_apart() {
        let (one, two) = ("x".repeat(300), format!("{}y", "x".repeat(299)));
        assert_ne!(document_of("p", &one), document_of("p", &two));
        assert!(document_of("p", &one).chars().count() <= MOST_NAME);
    }
}
