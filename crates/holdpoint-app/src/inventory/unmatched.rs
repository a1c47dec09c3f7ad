//! Assets that no line stands for, though a question may be open, each with a reason: a work list.
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
use holdpoint_store::StoreError;
use holdpoint_store::asset::{StoredAsset, WithoutLine};
use holdpoint_store::page::{ListQuery, Paged};
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

/// Lists the assets for which no line of an advisory stands now; `reason`: only those with it.
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
    let mut found = app.store().read(|r| {
        let documents = app.resident().documents(r)?;
        let reasons = Reasons::new(app.resident().inventory(r)?, &documents);
        let wanted = match reason {
            None => WithoutLine::All,
            Some(reason) => {
                let mut configurations = r.configurations_without_line(query.as_of)?;
                configurations.retain(|configuration| reasons.of(Some(*configuration)) == reason);
                if reasons.of(None) == reason {
                    WithoutLine::WithOrNone(configurations)
                } else {
                    WithoutLine::With(configurations)
                }
            }
        };
        let page = r.assets_without_line(&query, &wanted)?;
        let items = page.items.into_iter();
        let items = items.map(|asset| {
            let reason = reasons.of(asset.configuration_no);
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

/// What the reasons rest on.
struct Reasons {
    inventory: Arc<Inventory>,
    vendors: KnownVendors,
}

impl Reasons {
    fn new(inventory: Arc<Inventory>, documents: &Documents) -> Self {
        let mut vendors = KnownVendors::default();
        documents.parts().for_each(|leaves| vendors.add(leaves));
        Self { inventory, vendors }
    }

    /// The reason of a configuration; an asset without one has no name either.
    fn of(&self, configuration: Option<i64>) -> NoLine {
        let parts = configuration.and_then(|number| self.inventory.parts(number)).unwrap_or_default();
        let facts: Vec<&ComponentFact> =
            parts.iter().filter_map(|number| self.inventory.component(*number)).collect();
        of_configuration(&facts, &self.vendors)
    }
}
