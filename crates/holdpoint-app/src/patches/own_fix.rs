//! A fix that the maker of a product offers for that very product: its own word that it may be used there.
//!
//! One meaning, wherever somebody asks what suppliers say. The surprise: it is the maker's word on its own product and no
//! more. It says nothing of another supplier's system on which that product runs, and a fix that a coordinator passes on is
//! nobody's word at all.

use super::vendor::document_name;
use holdpoint_domain::Moment;
use holdpoint_domain::patch::{PatchRecord, PatchSource};
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_store::{Reader, StoreError};
use holdpoint_versions::names::{product_key, vendor_alias, vendor_key};
use std::collections::BTreeSet;

/// A fix that the maker of a product offers for that very product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFix {
    /// The document that names it.
    pub document: String,
    /// Since when, as far as is known here.
    pub since: Moment,
    /// The maker.
    pub vendor: String,
    /// The products for which it is, as the document writes them.
    pub products: BTreeSet<String>,
}

impl OwnFix {
    /// The fix of a record, when its document's publisher made the product.
    pub(super) fn of(
        (document, publisher): (&str, &str),
        record: &PatchRecord,
        since: Moment,
    ) -> Option<Self> {
        if !is_maker(publisher, &record.vendor) {
            return None;
        }
        let mut products: BTreeSet<String> = record.products.iter().cloned().collect();
        // The patch of one version is called by its product and that version.
        let label = record.identifier.strip_suffix(&record.fixed_build).map(str::trim);
        products.extend(label.filter(|_| !record.fixed_build.is_empty()).map(str::to_owned));
        let vendor = record.vendor.clone();
        Some(Self { document: document.to_owned(), since, vendor, products })
    }

    /// What its maker says by it.
    #[must_use]
    pub const fn standing(&self) -> SupplierStanding {
        SupplierStanding::said(SupplierState::Released, self.since)
    }

    /// Whether it is for this product of this vendor.
    pub(crate) fn is_for(&self, vendor: &str, product: &str) -> bool {
        let other_maker = !vendor.trim().is_empty() && maker(vendor) != maker(&self.vendor);
        let wanted = product_key(&self.vendor, product);
        !other_maker
            && !wanted.is_empty()
            && self.products.iter().any(|one| product_key(&self.vendor, one) == wanted)
    }
}

/// The makers' own fixes behind a patch, the oldest first.
pub(crate) fn of_patch(r: &mut Reader<'_>, patch: &str) -> Result<Vec<OwnFix>, StoreError> {
    let mut found = Vec::new();
    for one in r.patch_records(patch)? {
        if one.source != PatchSource::Advisory {
            continue;
        }
        let Some((tracking_id, _)) = one.document.rsplit_once(' ') else { continue };
        let heads = r.heads_of(&[tracking_id])?;
        let is_it = |namespace: &str| document_name(namespace, tracking_id) == one.document;
        let Some(head) = heads.iter().find(|head| is_it(&head.namespace)) else { continue };
        let since = one.record.released.unwrap_or(one.valid_from);
        found.extend(OwnFix::of((tracking_id, &head.publisher), &one.record, since));
    }
    found.sort_by(|one, other| (one.since, &one.document).cmp(&(other.since, &other.document)));
    Ok(found)
}

fn maker(text: &str) -> String {
    vendor_alias(&vendor_key(text)).to_owned()
}

/// Whether a publisher made what is this vendor's: its name, or its name with the words of a department (`ProductCERT`).
fn is_maker(publisher: &str, vendor: &str) -> bool {
    let (publisher, vendor) = (vendor_key(publisher), vendor_key(vendor));
    if vendor.is_empty() || publisher.is_empty() {
        return false;
    }
    let begins = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    vendor_alias(&publisher) == vendor_alias(&vendor)
        || begins(&publisher, &vendor)
        || begins(&publisher, vendor_alias(&vendor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(publisher: &str, vendor: &str) -> Option<OwnFix> {
        let record = PatchRecord {
            identifier: "Flow Computer FX300 V2.0".to_owned(),
            fixed_build: "V2.0".to_owned(),
            products: vec!["Acme Flow Computer FX300 (all versions)".to_owned()],
            ..PatchRecord::of(vendor.to_owned())
        };
        OwnFix::of(("ACME-1", publisher), &record, Moment::OPEN)
    }

    #[test]
    fn only_the_maker_speaks_for_its_product() {
        for publisher in ["Acme", "ACME ProductCERT", "Acme GmbH"] {
            assert!(fix(publisher, "Acme").is_some(), "{publisher}");
        }
        for publisher in ["CISA", "CERT of Acmeland", "", "Acmetron"] {
            assert!(fix(publisher, "Acme").is_none(), "{publisher}");
        }
        assert!(fix("Acme", "").is_none(), "nobody has said whose product it is");
    }

    #[test]
    fn it_is_for_its_product_and_for_no_other() {
        let own = fix("Acme", "Acme").expect("the maker's");
        assert!(own.is_for("Acme", "Flow Computer FX300") && own.is_for("", "Acme Flow Computer FX300"));
        assert!(!own.is_for("Acme", "Historian") && !own.is_for("Bolt", "Flow Computer FX300"));
        assert!(!own.is_for("Acme", ""), "an unknown product is none of its");
    }
}
