//! Assets that no line stands for, though a question may be open, each with a reason: a work list. Asked for by their
//! reason, also those on which every line is open.
//!
//! The rows are the database's; the reason is said anew by the engine, from what is installed and which vendors the
//! current documents name. The surprise: nothing here is "not affected", and a feed may still speak of such an asset.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::matching::resident::{Documents, Inventory};
use crate::review::queue;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::matching::NoLine;
use holdpoint_engine::matching::ComponentFact;
use holdpoint_engine::matching::unmatched::{KnownVendors, of_configuration};
use holdpoint_store::asset::{Named, StoredAsset, WithoutLine};
use holdpoint_store::page::{ListQuery, Page, Paged};
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// An asset without any line, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// The asset.
    pub asset: StoredAsset,
    /// Why no line stands for it.
    pub reason: NoLine,
    /// The keys of open questions on its names, at most a few: an answer may give it its first line.
    pub questions: Vec<String>,
}

/// The most questions that are named beside an asset.
const SHOWN_QUESTIONS: usize = 5;

/// How many assets have a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The reason.
    pub reason: NoLine,
    /// How many assets within reach have it.
    pub assets: u64,
}

/// Assets of which no advisory speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unspoken {
    /// All of them.
    pub all: u64,
    /// Of them, those without a name or a vendor: nothing can be compared.
    pub not_compared: u64,
}

/// Lists the assets for which no line of an advisory stands now; `reason`: only those with it, and only then those on
/// which every line is open.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(
    app: &App,
    caller: &Caller,
    query: &ListQuery,
    reason: Option<NoLine>,
) -> Result<Paged<Unmatched>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    // Reasons are said of today's documents, so the list is today's too.
    let query = ListQuery { reach, as_of: Moment::OPEN, ..query.clone() };
    let asked = asked(app, &query)?;
    let mut found = app.store().read(|r| {
        let reasons = Reasons::of(app, r, &asked)?;
        let wanted = match reason {
            None => WithoutLine::All,
            Some(reason) => reasons.wanted(reason),
        };
        let page = r.assets_without_line(&query, &wanted)?;
        let items = page.items.into_iter();
        let items = items.map(|asset| {
            let said = reasons.of_configuration(asset.configuration_no);
            let reason = reason.filter(|asked| asked.has_lines()).unwrap_or(said);
            Unmatched { reason, asset, questions: Vec::new() }
        });
        Ok::<_, StoreError>(Paged { items: items.collect(), next: page.next, count: page.count })
    })?;
    let shown = found.items.iter().filter_map(|row: &Unmatched| row.asset.configuration_no).collect();
    let questions = queue::on_configurations(app, &query.reach, &shown, SHOWN_QUESTIONS)?;
    for row in &mut found.items {
        let own = row.asset.configuration_no.and_then(|number| questions.get(&number));
        row.questions = own.cloned().unwrap_or_default();
    }
    Ok(found)
}

/// How many assets there are for each reason, also where there is none; the page of the query does not matter.
///
/// # Errors
/// As [`list`].
pub fn counts(app: &App, caller: &Caller, query: &ListQuery) -> Result<Vec<Counted>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, as_of: Moment::OPEN, page: Page::first(1), ..query.clone() };
    let asked = asked(app, &query)?;
    let found = app.store().read(|r| {
        let reasons = Reasons::of(app, r, &asked)?;
        let mut found = Vec::with_capacity(NoLine::ALL.len());
        for reason in NoLine::ALL {
            let wanted = reasons.wanted(*reason);
            let assets = r.assets_without_line(&query, &wanted)?.count.value;
            found.push(Counted { reason: *reason, assets });
        }
        Ok::<_, StoreError>(found)
    })?;
    Ok(found)
}

/// Of each of these assets, in their order, whether no line of an advisory stood for it at a moment: then its counts of
/// lines are no answer.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn without_line(
    app: &App,
    caller: &Caller,
    assets: &[StoredAsset],
    as_of: Moment,
) -> Result<Vec<bool>, AppError> {
    caller.require(Permission::ReadPlant)?;
    let without: HashSet<i64> =
        app.store().read(|r| r.configurations_without_line(as_of))?.into_iter().collect();
    let is_without =
        |asset: &StoredAsset| asset.configuration_no.is_none_or(|number| without.contains(&number));
    Ok(assets.iter().map(is_without).collect())
}

/// How many assets within reach have no line of an advisory, for whatever reason, and how many of them cannot be compared
/// with any advisory, because nothing names their product or their vendor.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn unspoken(app: &App, caller: &Caller) -> Result<Unspoken, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..ListQuery::everything(1, app.now()) };
    // Whether a question waits does not matter to these two reasons.
    let asked = HashSet::new();
    let found = app.store().read(|r| {
        let reasons = Reasons::of(app, r, &asked)?;
        let mut count =
            |wanted: &WithoutLine| Ok::<_, StoreError>(r.assets_without_line(&query, wanted)?.count.value);
        Ok::<_, StoreError>(Unspoken {
            all: count(&WithoutLine::All)?,
            not_compared: count(&reasons.wanted(NoLine::NoName))? + count(&reasons.wanted(NoLine::NoVendor))?,
        })
    })?;
    Ok(found)
}

/// The configurations on whose names a question waits.
fn asked(app: &App, query: &ListQuery) -> Result<HashSet<i64>, AppError> {
    let without: BTreeSet<i64> =
        app.store().read(|r| r.configurations_without_line(query.as_of))?.into_iter().collect();
    Ok(queue::on_configurations(app, &query.reach, &without, 1)?.into_keys().collect())
}

/// What the reasons rest on.
struct Reasons<'q> {
    inventory: Arc<Inventory>,
    vendors: KnownVendors,
    /// Configurations that no line stands for.
    without: Vec<i64>,
    /// How documents name those that they only clear.
    cleared: HashMap<i64, Named>,
    /// Those with lines, and what the most telling one leaves open.
    open: Vec<(i64, NoLine)>,
    asked: &'q HashSet<i64>,
}

impl<'q> Reasons<'q> {
    fn of(app: &App, r: &mut Reader<'_>, asked: &'q HashSet<i64>) -> Result<Self, StoreError> {
        let documents: Arc<Documents> = app.resident().documents(r)?;
        let mut vendors = KnownVendors::default();
        documents.parts().for_each(|leaves| vendors.add(leaves));
        Ok(Self {
            inventory: app.resident().inventory(r)?,
            vendors,
            without: r.configurations_without_line(Moment::OPEN)?,
            cleared: r.configurations_only_cleared(Moment::OPEN)?.into_iter().collect(),
            open: r.configurations_with_open_lines(Moment::OPEN)?,
            asked,
        })
    }

    /// The assets with that reason.
    fn wanted(&self, reason: NoLine) -> WithoutLine {
        if reason.has_lines() {
            let with = self.open.iter().filter(|(_, open)| *open == reason).map(|(number, _)| *number);
            return WithoutLine::OpenWith(with.collect());
        }
        let has_it = |number: &&i64| self.of_configuration(Some(**number)) == reason;
        let configurations = self.without.iter().filter(has_it).copied().collect();
        if self.of_configuration(None) == reason {
            WithoutLine::WithOrNone(configurations)
        } else {
            WithoutLine::With(configurations)
        }
    }

    /// The reason of a configuration without a line; an asset without one has no name either.
    fn of_configuration(&self, configuration: Option<i64>) -> NoLine {
        let cleared = configuration.and_then(|number| self.cleared.get(&number));
        let parts = configuration.and_then(|number| self.inventory.parts(number)).unwrap_or_default();
        let facts: Vec<&ComponentFact> =
            parts.iter().filter_map(|number| self.inventory.component(*number)).collect();
        // Which release a document clears is of use only where the inventory is at one with itself on the release that it is.
        if cleared == Some(&Named::Surely) && !facts.iter().any(|fact| fact.contradicts_itself()) {
            return NoLine::NamedCleared;
        }
        let by_name = of_configuration(&facts, &self.vendors);
        let resembles = cleared.is_some() || configuration.is_some_and(|number| self.asked.contains(&number));
        // What is missing in the inventory is mended first: then the name can be found.
        match by_name {
            NoLine::NoProductNear | NoLine::VendorUnknown | NoLine::NameTooGeneral if resembles => {
                NoLine::Resembles
            }
            NoLine::NoName
            | NoLine::NoVendor
            | NoLine::VendorUnknown
            | NoLine::NameTooGeneral
            | NoLine::NoProductNear
            | NoLine::Resembles
            | NoLine::NamedCleared
            | NoLine::OnlyCandidates
            | NoLine::OnlyNotUnderstood
            | NoLine::OnlyVersionOpen
            | NoLine::OnlyInvestigated => by_name,
        }
    }
}
