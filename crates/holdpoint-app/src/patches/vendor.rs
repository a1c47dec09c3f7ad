//! Patches out of advisories' fixes: on one asset, and gathered for the list.
//!
//! On an asset they follow its matches: what matches needs the fix, what may match may need it, and what has the fixed
//! version or a later one is covered. The surprise: the list holds only patches of advisories that were held against
//! something of the inventory; an advisory on what nobody has would only make the list long.

use super::asset::PatchOnAsset;
use super::own_fix::OwnFix;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::advisory::StatusGroup;
use holdpoint_domain::compatibility::folded;
use holdpoint_domain::component::Component;
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::patch::{PatchRecord, PatchSource};
use holdpoint_engine::vendor_fix::{VendorFix, compare_versions, vendor_fixes};
use holdpoint_store::advisory::AdvisoryHead;
use holdpoint_store::feed::RecordCounts;
use holdpoint_store::matches::MatchRow;
use holdpoint_store::patch::NewPatches;
use holdpoint_store::{Reader, StoreError};
use serde_json::json;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Documents that are written at once.
const CHUNK: usize = 500;
/// The most bytes of a document's name.
const NAME_BYTES: usize = 200;

/// What a document says that matters here.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    /// Its publisher's id of it.
    pub tracking_id: String,
    /// Its publisher.
    publisher: String,
    pub fixes: Vec<VendorFix>,
    /// The vulnerabilities by product id of which the document says that the product has them.
    pub affected: HashMap<String, BTreeSet<String>>,
}

/// How an advisory is called.
#[derive(Debug, Clone, Default)]
struct Named {
    namespace: String,
    tracking_id: String,
    publisher: String,
}

impl From<AdvisoryHead> for Named {
    fn from(head: AdvisoryHead) -> Self {
        Self { namespace: head.namespace, tracking_id: head.tracking_id, publisher: head.publisher }
    }
}

/// The documents that were read for one answer.
#[derive(Default)]
pub(crate) struct Documents {
    by_revision: HashMap<RevisionId, Document>,
    names: HashMap<AdvisoryId, Named>,
}

impl Documents {
    /// What a revision says, read once.
    pub(super) fn get(
        &mut self,
        r: &mut Reader<'_>,
        advisory: AdvisoryId,
        revision: RevisionId,
    ) -> Result<&Document, StoreError> {
        if self.names.is_empty() {
            self.names = r.advisory_heads()?.into_iter().map(|head| (head.id, head.into())).collect();
        }
        if !self.by_revision.contains_key(&revision) {
            let named = self.names.get(&advisory).cloned().unwrap_or_default();
            let document = read(r, named, revision)?;
            self.by_revision.insert(revision, document);
        }
        Ok(&self.by_revision[&revision])
    }
}

fn read(r: &mut Reader<'_>, named: Named, revision: RevisionId) -> Result<Document, StoreError> {
    let products: Vec<_> = r.products_of(revision)?.into_iter().map(|product| product.expression).collect();
    let vulnerabilities: Vec<_> =
        r.vulnerabilities_of(revision)?.into_iter().map(|stored| stored.vulnerability).collect();
    let mut affected: HashMap<String, BTreeSet<String>> = HashMap::new();
    for vulnerability in &vulnerabilities {
        for (product, status) in &vulnerability.statements {
            if status.group() == StatusGroup::Affected {
                affected.entry(product.clone()).or_default().insert(vulnerability.reference.clone());
            }
        }
    }
    let fixes = vendor_fixes(&named.namespace, &named.tracking_id, &products, &vulnerabilities);
    Ok(Document { tracking_id: named.tracking_id, publisher: named.publisher, fixes, affected })
}

/// One fix for one asset's configuration, with the matches on which it rests.
pub(super) struct Needed<'d> {
    pub fix: &'d VendorFix,
    pub matches: Vec<&'d MatchRow>,
    pub standing: FixStanding,
}

/// How a fix stands on an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FixStanding {
    /// A match says that it is needed.
    Missing(String),
    /// It may be needed.
    Unknown(String),
    /// The fixed version is installed.
    Installed(String),
    /// A later version is installed.
    Covered(String),
}

/// The fixes of a document for a configuration with these matches; those that do not concern it are left out.
pub(super) fn needed<'d>(
    document: &'d Document,
    matches: &'d [MatchRow],
    components: &HashMap<i64, Component>,
) -> Vec<Needed<'d>> {
    let mut all = Vec::new();
    for fix in &document.fixes {
        let own: Vec<&MatchRow> =
            matches.iter().filter(|row| fix.product_ids.binary_search(&row.product_id).is_ok()).collect();
        if let Some(standing) = standing(fix, &own, components) {
            all.push(Needed { fix, matches: own, standing });
        }
    }
    all
}

fn standing(
    fix: &VendorFix,
    matches: &[&MatchRow],
    components: &HashMap<i64, Component>,
) -> Option<FixStanding> {
    let with = |verdict: Verdict| matches.iter().find(|row| row.verdict == verdict);
    if let Some(row) = with(Verdict::Yes) {
        return Some(FixStanding::Missing(format!("what it fixes is here: {}", row.why)));
    }
    if let Some(row) = with(Verdict::Unknown) {
        return Some(FixStanding::Unknown(format!("it may be needed: {}", row.why)));
    }
    let fixed = &fix.record.fixed_build;
    let component = with(Verdict::No)?.component_no.and_then(|number| components.get(&number))?;
    let installed = &component.version;
    match compare_versions(&fix.record.vendor, installed, fixed)? {
        Ordering::Less => None,
        Ordering::Equal => {
            Some(FixStanding::Installed(format!("{installed} is installed, which is {fixed}")))
        }
        Ordering::Greater => {
            Some(FixStanding::Covered(format!("{installed} is installed, which is later than {fixed}")))
        }
    }
}

/// Whether one fix does what another does: the same product, a later version, and the other asks for that "or later".
pub(super) fn replaces(newer: &VendorFix, older: &VendorFix) -> bool {
    !newer.product.is_empty()
        && newer.product == older.product
        && newer.record.vendor == older.record.vendor
        && older.or_later
        && compare_versions(&newer.record.vendor, &newer.record.fixed_build, &older.record.fixed_build)
            == Some(Ordering::Greater)
}

/// The fixes of advisories on one configuration, with documents that may have been read before for another one.
pub(super) fn rows(
    r: &mut Reader<'_>,
    configuration: i64,
    documents: &mut Documents,
) -> Result<Vec<PatchOnAsset>, StoreError> {
    let components: HashMap<i64, Component> = r.configuration(configuration)?.into_iter().collect();
    let mut by_revision: BTreeMap<(AdvisoryId, RevisionId), Vec<MatchRow>> = BTreeMap::new();
    for row in r.matches_of_configurations(&[configuration])? {
        by_revision.entry((row.advisory, row.revision)).or_default().push(row);
    }
    let mut rows: BTreeMap<String, (VendorFix, PatchOnAsset)> = BTreeMap::new();
    for ((advisory, revision), matches) in &by_revision {
        let document = documents.get(r, *advisory, *revision)?;
        for needed in needed(document, matches, &components) {
            let row = row(&needed, &components, (&document.tracking_id, &document.publisher));
            match rows.get_mut(&row.patch) {
                Some((_, known)) => merge(known, row),
                None => drop(rows.insert(row.patch.clone(), (needed.fix.clone(), row))),
            }
        }
    }
    let fixes: Vec<VendorFix> =
        rows.values().filter(|(_, row)| row.standing == "missing").map(|(fix, _)| fix.clone()).collect();
    let done = rows.into_values().map(|(fix, mut row)| {
        if row.standing == "missing" {
            let newest = fixes
                .iter()
                .filter(|other| replaces(other, &fix))
                .max_by(|a, b| if replaces(a, b) { Ordering::Greater } else { Ordering::Less });
            row.superseded_by = newest.map(|other| other.record.identifier.clone());
            let newer = fixes.iter().filter(|other| replaces(other, &fix));
            row.newer = newer.map(|other| other.record.identifier.clone()).collect();
        }
        row
    });
    Ok(done.collect())
}

fn row(needed: &Needed<'_>, components: &HashMap<i64, Component>, document: (&str, &str)) -> PatchOnAsset {
    let first = needed.matches.iter().map(|row| row.valid_from).min();
    let since = needed.fix.record.released.or(first).unwrap_or(Moment::OPEN);
    let (standing, why) = match &needed.standing {
        FixStanding::Missing(why) => ("missing", why),
        FixStanding::Unknown(why) => ("unknown", why),
        FixStanding::Installed(why) => ("installed", why),
        FixStanding::Covered(why) => ("covered", why),
    };
    let component = needed.matches.iter().find_map(|row| components.get(&row.component_no?));
    let product = component.map_or_else(
        || needed.fix.product.clone(),
        |component| format!("{} {}", component.product, component.version).trim().to_owned(),
    );
    PatchOnAsset {
        patch: needed.fix.record.identifier.clone(),
        product,
        standing,
        why: why.clone(),
        steps: Vec::new(),
        fixes: needed.fix.record.fixes.clone(),
        superseded_by: None,
        newer: Vec::new(),
        own_fix: OwnFix::of(document, &needed.fix.record, since),
    }
}

/// Whether a current document names a patch: in the text of a remedy, or as the fix that it asks for.
pub(crate) fn is_named(r: &mut Reader<'_>, patch: &str) -> Result<bool, StoreError> {
    let numbered = patch.split_whitespace().rfind(|word| word.contains(|one: char| one.is_ascii_digit()));
    let number = numbered.unwrap_or(patch).trim_start_matches(|one: char| !one.is_ascii_digit());
    let number = number.trim_end_matches(|one: char| !one.is_alphanumeric());
    let remedies = r.remedies_with(if number.is_empty() { patch } else { number })?;
    if remedies.iter().flat_map(|one| &one.texts).any(|text| names(text, patch)) {
        return Ok(true);
    }
    let mut documents = Documents::default();
    for one in remedies {
        let document = documents.get(r, one.advisory, one.revision)?;
        if document.fixes.iter().any(|fix| fix.record.identifier == patch) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a text names a patch as a word of its own: `KB501` is not named by `KB5011`.
fn names(text: &str, patch: &str) -> bool {
    let (text, patch) = (folded(text), folded(patch));
    let edge = |neighbour: Option<char>| !neighbour.is_some_and(char::is_alphanumeric);
    let spellings = [patch.clone(), patch.replacen("kb", "kb ", 1)];
    spellings.iter().filter(|one| !one.is_empty()).any(|one| {
        text.match_indices(one.as_str()).any(|(at, _)| {
            edge(text[..at].chars().next_back()) && edge(text[at + one.len()..].chars().next())
        })
    })
}

/// Two advisories ask for the same update: what one of them says is missing is missing.
fn merge(known: &mut PatchOnAsset, other: PatchOnAsset) {
    let rank = |standing: &str| {
        ["missing", "unknown", "installed", "covered"].iter().position(|one| *one == standing)
    };
    let fixes: BTreeSet<String> = known.fixes.iter().chain(&other.fixes).map(ToOwned::to_owned).collect();
    if rank(other.standing) < rank(known.standing) {
        *known = other;
    }
    known.fixes = fixes.into_iter().collect();
}

/// What gathering did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gathered {
    /// Advisories that were held against something of the inventory.
    pub advisories: u64,
    /// What came of their patches.
    pub counts: RecordCounts,
    /// The last audit entry; `None`: nothing was written.
    pub audit_sequence: Option<u64>,
}

/// Brings the patches of advisories' fixes up to date: those of every advisory that was held against something of the
/// inventory, as its current revision has them.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], and then the documents before are kept.
pub fn gather(app: &App, caller: &Caller, reason: &str) -> Result<Gathered, AppError> {
    caller.require(Permission::WriteAdvisories)?;
    let (wanted, gone) = app.store().read(|r| {
        let mut matched: HashSet<AdvisoryId> = HashSet::new();
        r.each_open_match(|row| {
            matched.insert(row.advisory);
            Ok(())
        })?;
        let mut heads = r.advisory_heads()?;
        heads.retain(|head| matched.contains(&head.id));
        let known = r.patch_documents(PatchSource::Advisory)?;
        let now: HashSet<String> =
            heads.iter().map(|head| document_name(&head.namespace, &head.tracking_id)).collect();
        let gone: Vec<String> = known.into_iter().filter(|name| !now.contains(name)).collect();
        Ok::<_, StoreError>((heads, gone))
    })?;
    let mut done = Gathered { advisories: wanted.len() as u64, ..Gathered::default() };
    for chunk in wanted.chunks(CHUNK) {
        let read: Vec<(String, Vec<PatchRecord>)> = app.store().read(|r| {
            let documents = chunk.iter().map(|head| {
                let document = read(r, head.clone().into(), head.revision)?;
                let records = document.fixes.into_iter().map(|fix| fix.record).collect();
                Ok((document_name(&head.namespace, &head.tracking_id), records))
            });
            documents.collect::<Result<_, StoreError>>()
        })?;
        put(app, caller, &read, reason, &mut done)?;
    }
    let gone: Vec<(String, Vec<PatchRecord>)> = gone.into_iter().map(|name| (name, Vec::new())).collect();
    if !gone.is_empty() {
        put(app, caller, &gone, reason, &mut done)?;
    }
    Ok(done)
}

fn put(
    app: &App,
    caller: &Caller,
    read: &[(String, Vec<PatchRecord>)],
    reason: &str,
    done: &mut Gathered,
) -> Result<(), AppError> {
    let committed = app.store().change(&app.intent(caller, "patch.gather", reason), |c| {
        let records: Vec<Vec<&PatchRecord>> =
            read.iter().map(|(_, records)| records.iter().collect()).collect();
        let documents: Vec<NewPatches<'_>> = read
            .iter()
            .zip(&records)
            .map(|((document, _), records)| NewPatches { source: PatchSource::Advisory, document, records })
            .collect();
        let at = c.at();
        let counts = c.put_patches(&documents, at)?;
        if !counts.wrote() {
            c.nothing_to_do();
        }
        c.detail("documents", json!(read.len()));
        c.detail("new", json!(counts.new));
        c.detail("changed", json!(counts.changed));
        c.detail("withdrawn", json!(counts.withdrawn));
        Ok::<_, StoreError>(counts)
    })?;
    if committed.value.wrote() {
        done.audit_sequence = Some(committed.sequence);
    }
    done.counts.add(committed.value);
    Ok(())
}

/// The name of the document of an advisory among the sources of patches.
pub(crate) fn document_name(namespace: &str, tracking_id: &str) -> String {
    let name = format!("{tracking_id} {namespace}");
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_word_of_its_own() {
        for text in ["Install KB5011 now.", "install kb 5011", "(KB5011)"] {
            assert!(names(text, "KB5011"), "{text}");
        }
        for text in ["Install KB50112", "XKB5011", "KB501"] {
            assert!(!names(text, "KB5011"), "{text}");
        }
        assert!(names("Update to V4.2 or later", "V4.2"));
    }
}
