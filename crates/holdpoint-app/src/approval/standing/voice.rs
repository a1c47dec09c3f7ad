//! Whose yes counts: that of who makes what is installed, or of who speaks for them.
//!
//! Anybody who may enter statements can write any name under one. What clears a patch (released, approved, not applicable)
//! counts only when its publisher makes the product that it speaks of, or was named as speaking for that maker, and the
//! product stands among what is installed, under the same maker. The surprise: a no needs none of this, because heeding
//! one too many costs a question, and heeding a yes too many costs the plant.

use super::{Concern, Fleet, Listener, Release, concerns};
use crate::statements::speakers::{self, Speakers};
use holdpoint_domain::Moment;
use holdpoint_domain::baseline::{AssetScope, Baseline, SystemRelease};
use holdpoint_domain::compatibility::{StatedProduct, StatedState};
use holdpoint_domain::component::Component;
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_store::compatibility::StatementLine;
use holdpoint_store::{Reader, StoreError};
use holdpoint_versions::names::{product_key, vendor_alias, vendor_key};

/// A vendor as it is compared: by its key, and under the name that its other names stand for.
pub(crate) fn maker(text: &str) -> String {
    vendor_alias(&vendor_key(text)).to_owned()
}

fn is_same_maker(one: &str, other: &str) -> bool {
    let one = maker(one);
    !one.is_empty() && one == maker(other)
}

/// Who says something, as seen from the product of which it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Who makes the product.
    Supplier,
    /// Somebody who was named as speaking for its maker.
    Speaker,
    /// Anybody else: their no is caution, and their yes counts for nothing.
    Other,
}

impl Voice {
    /// Whose a publisher's word on a vendor's product is.
    pub(crate) fn of(publisher: &str, vendor: &str, speakers: &Speakers) -> Self {
        if is_same_maker(publisher, vendor) {
            Self::Supplier
        } else if speakers.speaks_for(publisher, vendor) {
            Self::Speaker
        } else {
            Self::Other
        }
    }

    /// The fixed word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Supplier => "supplier",
            Self::Speaker => "speaker",
            Self::Other => "other",
        }
    }

    /// Whether what they say counts.
    #[must_use]
    pub const fn counts(self, state: StatedState) -> bool {
        match self {
            Self::Supplier | Self::Speaker => true,
            Self::Other => !is_yes(state),
        }
    }
}

/// Whether a state clears a patch.
pub(in crate::approval) const fn is_yes(state: StatedState) -> bool {
    match state {
        StatedState::Known(
            SupplierState::NotApplicable | SupplierState::Approved | SupplierState::Released,
        ) => true,
        StatedState::Known(SupplierState::Available | SupplierState::InTest | SupplierState::NotApproved)
        | StatedState::NotUnderstood => false,
    }
}

/// Whether a statement clears the patch.
fn clears(line: &StatementLine) -> bool {
    is_yes(line.kept.statement.state)
}

/// Why a statement's publisher does not speak for the maker of its product; `None`: they do.
fn is_foreign(line: &StatementLine, speakers: &Speakers) -> Option<String> {
    let statement = &line.kept.statement;
    let (publisher, vendor) = (&statement.publisher, &statement.product.vendor);
    if Voice::of(publisher, vendor, speakers) != Voice::Other {
        return None;
    }
    Some(format!(
        "`{publisher}` says that it is {}, and nobody has named them as speaking for `{vendor}`",
        statement.state
    ))
}

/// Whether a component is what a statement speaks of, by the same maker.
fn is_it(product: &StatedProduct, component: &Component) -> bool {
    let release = SystemRelease { product: component.product.clone(), version: component.version.clone() };
    is_same_maker(&product.vendor, &component.vendor)
        && concerns(product, &component.vendor, &release) == Concern::Yes
}

/// Leaves out every yes of somebody else than the maker; says why, of the last one.
fn of_makers(
    r: &mut Reader<'_>,
    lines: &mut Vec<StatementLine>,
    as_of: Moment,
) -> Result<Option<String>, StoreError> {
    if !lines.iter().any(clears) {
        return Ok(None);
    }
    let speakers = speakers::at(r, as_of)?;
    let mut why = None;
    lines.retain(|line| {
        let foreign = if clears(line) { is_foreign(line, &speakers) } else { None };
        let stays = foreign.is_none();
        why = foreign.or(why.take());
        stays
    });
    Ok(why)
}

/// Leaves out every yes that is not the maker's.
pub(super) fn of_anybody(
    r: &mut Reader<'_>,
    lines: &mut Vec<StatementLine>,
    as_of: Moment,
) -> Result<(), StoreError> {
    of_makers(r, lines, as_of).map(drop)
}

/// Leaves out every yes that does not count for what is installed on an asset.
pub(super) fn on_components(
    r: &mut Reader<'_>,
    lines: &mut Vec<StatementLine>,
    asset: Listener<'_>,
    as_of: Moment,
) -> Result<(), StoreError> {
    of_makers(r, lines, as_of)?;
    lines.retain(|line| {
        let product = &line.kept.statement.product;
        !clears(line)
            || asset.components.iter().any(|one| is_it(product, one))
            || asset.releases.iter().any(|one| is_release(product, one))
    });
    Ok(())
}

/// Whether a statement speaks of the system release that surely governs an asset, by the same maker.
fn is_release(product: &StatedProduct, one: &Release) -> bool {
    one.most == Concern::Yes
        && is_same_maker(&product.vendor, &one.vendor)
        && concerns(product, &one.vendor, &one.release) == Concern::Yes
}

/// Leaves out every yes that does not count for the assets of a baseline; says why, of the last one. A word on a product
/// clears the baseline where each of its assets runs what it speaks of: one of them clears nothing for the others.
pub(super) fn in_scope(
    r: &mut Reader<'_>,
    fleet: &mut Fleet,
    lines: &mut Vec<StatementLine>,
    (baseline, as_of): (&Baseline, Moment),
) -> Result<Option<String>, StoreError> {
    let scope = &baseline.scope;
    let why = of_makers(r, lines, as_of)?;
    // Where something asks for more caution, no yes counts and nobody needs to look what is installed.
    if !lines.iter().any(clears) || !lines.iter().all(clears) {
        return Ok(why);
    }
    // A scope that names vendor and release names the maker: `concerns` has asked.
    if scope.release.is_some() && !maker(&scope.vendor).is_empty() {
        return Ok(why);
    }
    let members = fleet.of(r, baseline, as_of)?;
    let here = |line: &StatementLine, parts: &[Component]| {
        let product = &line.kept.statement.product;
        parts.iter().any(|one| is_it(product, one) && is_of(scope, one))
    };
    let bare = members.iter().find(|(_, parts)| !lines.iter().any(|line| here(line, parts)));
    let left_out = match bare {
        None if members.is_empty() => Some("no asset is known to belong to this baseline".to_owned()),
        None => None,
        Some((tag, _)) => Some(format!(
            "nothing of that name, version and vendor is known to run on `{tag}`, which is one of the assets of this \
             baseline"
        )),
    };
    let Some(left_out) = left_out else {
        lines.retain(|line| members.iter().any(|(_, parts)| here(line, parts)));
        return Ok(why);
    };
    let last = lines.last().map(|line| {
        let StatedProduct { vendor, name, version, .. } = &line.kept.statement.product;
        let (who, state) = (&line.kept.statement.publisher, line.kept.statement.state);
        format!("`{who}` says that it is {state} for {name} {version} (`{vendor}`), and {left_out}")
    });
    lines.clear();
    Ok(last.or(why))
}

/// Whether a component is the release of a scope; where none is named, any is.
fn is_of(scope: &AssetScope, component: &Component) -> bool {
    scope.release.as_ref().is_none_or(|release| {
        product_key(&component.vendor, &component.product) == product_key(&component.vendor, &release.product)
    })
}
