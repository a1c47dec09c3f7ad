//! What suppliers say of a patch, as far as it concerns a baseline or an asset.
//!
//! A baseline of a system release hears that release's supplier, and so does an asset on which releases run that suppliers
//! speak of. Any other baseline hears every supplier that speaks of the patch. Where several speak, the most cautious word
//! counts: one *not approved* is enough. The surprise: a statement that names no version, or one that nobody can compare,
//! may be about the release; it can warn, and never clear.

use holdpoint_domain::Moment;
use holdpoint_domain::baseline::{Baseline, SystemRelease};
use holdpoint_domain::compatibility::{StatedProduct, StatedState, folded};
use holdpoint_domain::component::Component;
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_store::compatibility::StatementLine;
use holdpoint_store::{Reader, StoreError};
use holdpoint_versions::Answer;
use holdpoint_versions::expression::{self, Category, Context};
use holdpoint_versions::names::{product_key, vendor_alias, vendor_key};
use std::collections::BTreeSet;

/// What is heard, and from whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    /// What counts.
    pub standing: SupplierStanding,
    /// The statement that counts; `None`: none was received.
    pub line: Option<StatementLine>,
}

/// What is known of the suppliers' word on a patch for a baseline at a moment.
pub(crate) fn of(
    r: &mut Reader<'_>,
    baseline: &Baseline,
    patch: &str,
    as_of: Moment,
) -> Result<SupplierStanding, StoreError> {
    Ok(heard(r, baseline, patch, as_of)?.standing)
}

/// The same, with the statement that counts.
pub(crate) fn heard(
    r: &mut Reader<'_>,
    baseline: &Baseline,
    patch: &str,
    as_of: Moment,
) -> Result<Heard, StoreError> {
    let mut lines = r.statements_of_patch(patch, as_of)?;
    if let Some(release) = &baseline.scope.release {
        let vendor = &baseline.scope.vendor;
        lines.retain(|line| counts(line, concerns(&line.kept.statement.product, vendor, release)));
    }
    settle(r, lines, &baseline.scope.vendor)
}

/// What is known of the suppliers' word on a patch for an asset with these components.
pub(crate) fn on_asset(
    r: &mut Reader<'_>,
    vendor: &str,
    components: &[Component],
    patch: &str,
    as_of: Moment,
) -> Result<Heard, StoreError> {
    let mut lines = r.statements_of_patch(patch, as_of)?;
    lines.retain(|line| {
        let product = &line.kept.statement.product;
        let answers = components.iter().map(|one| {
            let release = SystemRelease { product: one.product.clone(), version: one.version.clone() };
            concerns(product, &one.vendor, &release)
        });
        counts(line, answers.fold(Concern::No, Concern::or))
    });
    settle(r, lines, vendor)
}

/// What is known of the word of all suppliers on a patch.
pub(crate) fn of_anybody(
    r: &mut Reader<'_>,
    patch: &str,
    as_of: Moment,
) -> Result<SupplierStanding, StoreError> {
    let lines = r.statements_of_patch(patch, as_of)?;
    Ok(settle(r, lines, "")?.standing)
}

/// Whether a statement is about a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Concern {
    No,
    Perhaps,
    Yes,
}

impl Concern {
    fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

fn concerns(product: &StatedProduct, vendor: &str, release: &SystemRelease) -> Concern {
    let maker = |text: &str| vendor_alias(&vendor_key(text)).to_owned();
    let other_maker = !vendor.trim().is_empty()
        && !product.vendor.trim().is_empty()
        && maker(vendor) != maker(&product.vendor);
    let key = |text: &str| product_key(&product.vendor, text);
    if other_maker {
        return Concern::No;
    }
    let (name, ours) = (key(&product.name), key(&release.product));
    let version = of_version(product, release);
    if name == ours {
        return version;
    }
    // `View` for `View SE`: perhaps the same. Other words are another product.
    if is_part(&name, &ours) { version.min(Concern::Perhaps) } else { Concern::No }
}

/// Whether a statement on the product is about this release of it.
fn of_version(product: &StatedProduct, release: &SystemRelease) -> Concern {
    let (stated, ours) = (product.version.trim(), release.version.trim());
    if stated.is_empty() || ours.is_empty() {
        return Concern::Perhaps;
    }
    if folded(stated) == folded(ours) {
        return Concern::Yes;
    }
    // A list, a range, "all" or a name such as `2019 R2`, as advisories write them too; what is not understood is open.
    let context = Context { vendor: &product.vendor, product: &product.name, category: Category::Other };
    match expression::parse(&context, stated).contains(ours) {
        Answer::Yes => Concern::Yes,
        Answer::No => Concern::No,
        Answer::Unknown { .. } => Concern::Perhaps,
    }
}

/// Whether all words of one name stand in the other one.
fn is_part(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let (one, other) = (words(one), words(other));
    !one.is_empty() && !other.is_empty() && (one.is_subset(&other) || other.is_subset(&one))
}

/// Whether a statement counts: one that is perhaps about the release warns, and never clears.
fn counts(line: &StatementLine, concern: Concern) -> bool {
    match concern {
        Concern::Yes => true,
        Concern::No => false,
        Concern::Perhaps => match line.kept.statement.state {
            StatedState::NotUnderstood => true,
            StatedState::Known(state) => match state {
                SupplierState::NotApproved => true,
                SupplierState::Available
                | SupplierState::InTest
                | SupplierState::NotApplicable
                | SupplierState::Approved
                | SupplierState::Released => false,
            },
        },
    }
}

fn settle(r: &mut Reader<'_>, lines: Vec<StatementLine>, vendor: &str) -> Result<Heard, StoreError> {
    let caution = |line: &StatementLine| {
        let state = line.kept.statement.state;
        StatedState::BY_CAUTION.iter().position(|one| *one == state)
    };
    if let Some(line) = lines.into_iter().min_by_key(caution) {
        let standing = line.kept.statement.standing(line.kept.received_at);
        return Ok(Heard { standing, line: Some(line) });
    }
    let wanted = folded(vendor);
    let documents = r.statement_documents()?;
    let own = documents.iter().filter(|one| wanted.is_empty() || folded(&one.publisher) == wanted);
    let last_checked = own.map(|one| one.received_at).max();
    Ok(Heard { standing: SupplierStanding::NoStatement { last_checked }, line: None })
}
