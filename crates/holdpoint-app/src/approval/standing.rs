//! What suppliers say of a patch, as far as it concerns a baseline or an asset.
//!
//! A baseline of a system release hears that release's supplier, and so does an asset on which releases run that suppliers
//! speak of. Any other baseline hears every supplier that speaks of the patch. Where several speak, the most cautious word
//! counts: one *not approved* is enough. The surprise: a statement that names no version, or one that nobody can compare,
//! may be about the release; it can warn, and never clear.

use crate::patches::own_fix::{self, OwnFix};
use holdpoint_domain::Moment;
use holdpoint_domain::baseline::{Baseline, SystemRelease};
use holdpoint_domain::compatibility::{StatedProduct, StatedState, conditions_of, folded};
use holdpoint_domain::component::Component;
use holdpoint_domain::decision::Footing;
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_engine::approval::governing::{AssetFacts, Governing, governing};
use holdpoint_store::compatibility::StatementLine;
use holdpoint_store::{Reader, StoreError};
use holdpoint_versions::Answer;
use holdpoint_versions::expression::{self, Category, Context};
use holdpoint_versions::names::product_key;
use std::collections::BTreeSet;

mod fleet;
mod voice;

pub(crate) use fleet::Fleet;
pub use voice::Voice;
pub(super) use voice::is_yes;
pub(crate) use voice::maker;

/// What is heard, and from whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    /// What counts.
    pub standing: SupplierStanding,
    /// The statement that counts; `None`: none was received.
    pub line: Option<StatementLine>,
    /// The maker's own fix that counts where no statement was received.
    pub own_fix: Option<OwnFix>,
    /// Why a yes of somebody counts for nothing; `None`: none was left out, or nobody asked.
    pub unheard: Option<String>,
}

impl Heard {
    /// Who says so and where; empty: nobody.
    pub(crate) fn said_by(&self) -> String {
        match (&self.line, &self.own_fix) {
            (Some(line), _) => line.kept.statement.publisher.clone(),
            (None, Some(own)) => format!("its own fix in {}", own.document),
            (None, None) => String::new(),
        }
    }
}

/// What is known of the suppliers' word on a patch for a baseline at a moment.
pub(crate) fn of(
    r: &mut Reader<'_>,
    baseline: &Baseline,
    patch: &str,
    as_of: Moment,
) -> Result<SupplierStanding, StoreError> {
    of_many(r, &mut Fleet::default(), (baseline, patch), as_of)
}

/// The same for one of many patches, with what was read of the assets before.
pub(crate) fn of_many(
    r: &mut Reader<'_>,
    fleet: &mut Fleet,
    (baseline, patch): (&Baseline, &str),
    as_of: Moment,
) -> Result<SupplierStanding, StoreError> {
    Ok(hear(r, fleet, (baseline, patch), as_of)?.standing)
}

/// The same, with the statement that counts.
pub(crate) fn heard(
    r: &mut Reader<'_>,
    baseline: &Baseline,
    patch: &str,
    as_of: Moment,
) -> Result<Heard, StoreError> {
    hear(r, &mut Fleet::default(), (baseline, patch), as_of)
}

/// The same for one of many patches, with the statement that counts.
pub(crate) fn hear(
    r: &mut Reader<'_>,
    fleet: &mut Fleet,
    (baseline, patch): (&Baseline, &str),
    as_of: Moment,
) -> Result<Heard, StoreError> {
    let lines = spoken(r, baseline, patch, as_of)?;
    hear_of(r, fleet, lines, (baseline, patch, as_of))
}

/// What would be heard if these statements had never been made.
pub(super) fn heard_without(
    r: &mut Reader<'_>,
    baseline: &Baseline,
    patch: &str,
    without: &[StatementLine],
) -> Result<Heard, StoreError> {
    let mut lines = spoken(r, baseline, patch, Moment::OPEN)?;
    lines.retain(|line| without.iter().all(|one| one.kept.id != line.kept.id));
    hear_of(r, &mut Fleet::default(), lines, (baseline, patch, Moment::OPEN))
}

fn hear_of(
    r: &mut Reader<'_>,
    fleet: &mut Fleet,
    mut lines: Vec<StatementLine>,
    (baseline, patch, as_of): (&Baseline, &str, Moment),
) -> Result<Heard, StoreError> {
    let vendor = &baseline.scope.vendor;
    let unheard = voice::in_scope(r, fleet, &mut lines, (baseline, as_of))?;
    if lines.is_empty() {
        // A maker's fix is its word on its own product, and on no other supplier's system.
        let is_ours = |own: &OwnFix| {
            own.since <= as_of
                && baseline.scope.release.as_ref().is_none_or(|one| own.is_for(vendor, &one.product))
        };
        if let Some(own) = own_fix::of_patch(r, patch)?.into_iter().find(is_ours) {
            return Ok(Heard { unheard, ..by_own_fix(own) });
        }
    }
    Ok(Heard { unheard, ..settle(r, lines, vendor)? })
}

/// What is said of a patch, as far as it is about the release of a baseline.
fn spoken(
    r: &mut Reader<'_>,
    baseline: &Baseline,
    patch: &str,
    as_of: Moment,
) -> Result<Vec<StatementLine>, StoreError> {
    let mut lines = r.statements_of_patch(patch, as_of)?;
    if let Some(release) = &baseline.scope.release {
        let vendor = &baseline.scope.vendor;
        lines.retain(|line| counts(line, concerns(&line.kept.statement.product, vendor, release)));
    }
    Ok(lines)
}

/// Why a yes on a patch counts for nothing in a baseline; `None`: none was left out.
fn unheard_of(
    r: &mut Reader<'_>,
    fleet: &mut Fleet,
    (baseline, patch): (&Baseline, &str),
) -> Result<Option<String>, StoreError> {
    let mut lines = spoken(r, baseline, patch, Moment::OPEN)?;
    voice::in_scope(r, fleet, &mut lines, (baseline, Moment::OPEN))
}

/// Why a footing does not bear what suppliers say for a baseline now; `None`: it does. A release that counts no more because
/// an asset came which does not run what it speaks of names that asset.
pub(crate) fn doubt(
    r: &mut Reader<'_>,
    fleet: &mut Fleet,
    (baseline, patch): (&Baseline, &str),
    (footing, said): (&Footing, &SupplierStanding),
) -> Result<Option<String>, StoreError> {
    let Some(why) = footing.doubt(said) else { return Ok(None) };
    let unheard = match said {
        SupplierStanding::NoStatement { .. } => unheard_of(r, fleet, (baseline, patch))?,
        SupplierStanding::Said { .. } | SupplierStanding::NotUnderstood { .. } => None,
    };
    Ok(Some(match unheard {
        Some(unheard) => format!("{why}: {unheard}"),
        None => why,
    }))
}

/// An asset, as far as suppliers may speak of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listener<'a> {
    /// Its vendor; empty: nobody has said.
    pub vendor: &'a str,
    /// What is installed on it.
    pub components: &'a [Component],
    /// The system releases of the baselines that govern it.
    pub releases: &'a [Release],
    /// A maker's own fix that was found for it; `None`: the products' names decide.
    pub own_fix: Option<&'a OwnFix>,
}

/// The system release of a baseline that governs an asset, or may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    vendor: String,
    release: SystemRelease,
    most: Concern,
}

/// Whether a baseline governs an asset for sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Governs {
    /// It does.
    Surely,
    /// It may.
    Perhaps,
}

impl Release {
    /// The release of a baseline; `None`: it is of none.
    pub(crate) fn of(baseline: &Baseline, governs: Governs) -> Option<Self> {
        let most = match governs {
            Governs::Surely => Concern::Yes,
            // Of a release that is perhaps its own a word can warn, and never clear.
            Governs::Perhaps => Concern::Perhaps,
        };
        let release = baseline.scope.release.clone()?;
        Some(Self { vendor: baseline.scope.vendor.clone(), release, most })
    }
}

/// The system releases of the baselines that govern an asset, or may.
pub(crate) fn releases(all: &[Baseline], facts: &AssetFacts<'_>) -> Vec<Release> {
    let (ids, governs) = match governing(all, facts) {
        Governing::None => (Vec::new(), Governs::Perhaps),
        Governing::One(id) => (vec![id], Governs::Surely),
        Governing::Several(ids) => (ids, Governs::Surely),
        Governing::Unknown { candidates, .. } => (candidates, Governs::Perhaps),
    };
    let named = all.iter().filter(|one| ids.contains(&one.id));
    named.filter_map(|one| Release::of(one, governs)).collect()
}

/// What is known of the suppliers' word on a patch for an asset: of those of its components, and of the system release by
/// which it is governed.
pub(crate) fn on_asset(
    r: &mut Reader<'_>,
    asset: Listener<'_>,
    patch: &str,
    as_of: Moment,
) -> Result<Heard, StoreError> {
    let mut lines = r.statements_of_patch(patch, as_of)?;
    lines.retain(|line| {
        let product = &line.kept.statement.product;
        let own = asset.components.iter().map(|one| {
            let release = SystemRelease { product: one.product.clone(), version: one.version.clone() };
            concerns(product, &one.vendor, &release)
        });
        let of_releases =
            asset.releases.iter().map(|one| concerns(product, &one.vendor, &one.release).min(one.most));
        counts(line, own.chain(of_releases).fold(Concern::No, Concern::or))
    });
    voice::on_components(r, &mut lines, asset, as_of)?;
    if lines.is_empty()
        && let Some(own) = own_fix_on(r, asset, patch)?.filter(|own| own.since <= as_of)
    {
        return Ok(by_own_fix(own));
    }
    settle(r, lines, asset.vendor)
}

/// The maker's own fix that speaks for an asset. Where a system release governs it, only that system's maker does.
fn own_fix_on(r: &mut Reader<'_>, asset: Listener<'_>, patch: &str) -> Result<Option<OwnFix>, StoreError> {
    let is_ours =
        |own: &OwnFix| asset.releases.iter().all(|one| own.is_for(&one.vendor, &one.release.product));
    if let Some(own) = asset.own_fix {
        return Ok(is_ours(own).then(|| own.clone()));
    }
    let is_here = |own: &OwnFix| asset.components.iter().any(|one| own.is_for(&one.vendor, &one.product));
    Ok(own_fix::of_patch(r, patch)?.into_iter().find(|own| is_ours(own) && is_here(own)))
}

fn by_own_fix(own: OwnFix) -> Heard {
    Heard { standing: own.standing(), line: None, own_fix: Some(own), unheard: None }
}

/// What is known of the word of all suppliers on a patch.
pub(crate) fn of_anybody(
    r: &mut Reader<'_>,
    patch: &str,
    as_of: Moment,
) -> Result<SupplierStanding, StoreError> {
    let mut lines = r.statements_of_patch(patch, as_of)?;
    voice::of_anybody(r, &mut lines, as_of)?;
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
    let other_maker = !vendor.trim().is_empty()
        && !product.vendor.trim().is_empty()
        && voice::maker(vendor) != voice::maker(&product.vendor);
    let key = |text: &str| product_key(&product.vendor, text);
    if other_maker {
        // Somebody else's word on a product of this very name may warn, and never clears.
        let same = key(&product.name) == product_key(vendor, &release.product);
        return if same { of_version(product, release).min(Concern::Perhaps) } else { Concern::No };
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
    if let Some(line) = lines.iter().min_by_key(|line| caution(line)).cloned() {
        let mut standing = line.kept.statement.standing(line.kept.received_at);
        // Whoever else says the same may say it on conditions of their own.
        if let SupplierStanding::Said { conditions, .. } = &mut standing {
            let alike = |one: &&StatementLine| one.kept.statement.state == line.kept.statement.state;
            let said = lines.iter().filter(alike).map(|one| &one.kept.statement);
            *conditions = conditions_of(said);
        }
        return Ok(Heard { standing, line: Some(line), own_fix: None, unheard: None });
    }
    let wanted = folded(vendor);
    let documents = r.statement_documents()?;
    let own = documents.iter().filter(|one| wanted.is_empty() || folded(&one.publisher) == wanted);
    let last_checked = own.map(|one| one.received_at).max();
    let standing = SupplierStanding::NoStatement { last_checked };
    Ok(Heard { standing, line: None, own_fix: None, unheard: None })
}
