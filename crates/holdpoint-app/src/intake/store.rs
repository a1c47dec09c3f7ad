//! Storing one prepared document: bytes, revision, what lists search of it, and new names of its vulnerabilities.
//!
//! The surprise: a vulnerability that gets its CVE later is still the same one; its statuses come along.

use super::prepare::Prepared;
use crate::runs::{Arrivals, Arrived};
use holdpoint_domain::id::RevisionId;
use holdpoint_domain::remediation::{StatusCause, VulnerabilityNames, renamed};
use holdpoint_store::advisory::{AdvisoryHead, NewRevision, RevisionStanding};
use holdpoint_store::remediation::{NewStatus, Rename, Triple};
use holdpoint_store::{Change, StoreError};
use std::collections::BTreeMap;

/// Stores a document as the current revision of its advisory, and notes what it sets off.
pub(crate) fn put(
    c: &mut Change<'_>,
    prepared: &Prepared,
    before: Option<&AdvisoryHead>,
    arrivals: &mut Arrivals,
) -> Result<(AdvisoryHead, RevisionStanding), StoreError> {
    c.put_blob(&prepared.bytes)?;
    let received_at = c.at();
    let put = c.put_revision(&NewRevision {
        content: &prepared.content,
        readings: &prepared.readings,
        raw_sha256: prepared.sha256,
        source: prepared.source.clone(),
        signature: prepared.signature.clone(),
        received_at,
        warnings: prepared.warnings.clone(),
    })?;
    c.put_facts(put.revision, &prepared.facts)?;
    if put.standing == RevisionStanding::Restored {
        c.end_deletion(put.advisory)?;
    }
    c.about("advisory", &prepared.content.tracking_id);
    let head = AdvisoryHead {
        id: put.advisory,
        namespace: prepared.content.publisher.namespace.clone(),
        tracking_id: prepared.content.tracking_id.clone(),
        revision: put.revision,
        raw_sha256: prepared.sha256,
        tracking_version: prepared.content.tracking_version.clone(),
        current_release: prepared.content.current_release,
        publisher: prepared.content.publisher.name.clone(),
    };
    let renames = match before {
        Some(before) => carry_over(c, prepared, before.revision, &head)?,
        None => BTreeMap::new(),
    };
    arrivals.add(Arrived {
        advisory: head.id,
        tracking_id: &head.tracking_id,
        standing: put.standing,
        before: before.map(|before| before.tracking_version.as_str()),
        after: &head.tracking_version,
        renames,
    });
    Ok((head, put.standing))
}

/// Finds vulnerabilities that have another name now and takes their statuses along; old number to new number.
fn carry_over(
    c: &mut Change<'_>,
    prepared: &Prepared,
    before: RevisionId,
    head: &AdvisoryHead,
) -> Result<BTreeMap<i64, i64>, StoreError> {
    let old = c.vulnerabilities_of(before)?;
    let now = &prepared.content.vulnerabilities;
    let gone = old.iter().any(|one| !now.iter().any(|new| new.reference == one.vulnerability.reference));
    let come = now.iter().any(|new| !old.iter().any(|one| one.vulnerability.reference == new.reference));
    if !gone || !come {
        return Ok(BTreeMap::new());
    }
    let old_ids = c.document_facts(before)?.vulnerability_ids;
    let ids = |all: &[Vec<String>], at: usize| all.get(at).cloned().unwrap_or_default();
    let old_names: Vec<VulnerabilityNames> = old
        .iter()
        .enumerate()
        .map(|(at, one)| VulnerabilityNames::of(&one.vulnerability, ids(&old_ids, at)))
        .collect();
    let new_names: Vec<VulnerabilityNames> = now
        .iter()
        .enumerate()
        .map(|(at, one)| VulnerabilityNames::of(one, ids(&prepared.facts.vulnerability_ids, at)))
        .collect();
    let Some((advisory_no, revision_no, ..)) = c.advisory_numbers(head.id)? else {
        return Ok(BTreeMap::new());
    };
    let numbers = c.numbers_in_revision(revision_no)?;
    let mut found = BTreeMap::new();
    for (old_name, new_name) in renamed(&old_names, &new_names) {
        let old_no = old.iter().find(|one| one.vulnerability.reference == old_name).map(|one| one.number);
        found.extend(old_no.zip(numbers.get(&new_name).copied()));
    }
    let renames: Vec<Rename> = found
        .iter()
        .map(|(old_no, new_no)| Rename { advisory_no, old_no: *old_no, new_no: *new_no, revision_no })
        .collect();
    c.put_renames(&renames)?;
    let mut statuses = Vec::new();
    for open in c.open_statuses(advisory_no)? {
        if let Some(new_no) = found.get(&open.triple.vulnerability_no) {
            statuses.push(NewStatus {
                triple: Triple { vulnerability_no: *new_no, ..open.triple },
                state: open.state,
                cause: StatusCause::Renamed,
                by: open.by,
                reason: open.reason,
                revision_no,
                hash: open.hash,
            });
        }
    }
    c.set_statuses(&statuses)?;
    Ok(found)
}
