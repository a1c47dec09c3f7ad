//! Keeping the stored matches equal to what the engine says, inside the change that made them differ.
//!
//! Intake of advisories matches the new documents against all configurations; intake of inventory matches the
//! new configurations against all documents; [`rebuild`] compares everything with everything. All three end in
//! the same comparison of what is stored with what should be. Explanations live in [`explain`].

mod carried;
pub mod explain;
mod lines;
pub(crate) mod resident;

use crate::App;
use crate::access_check::Caller;
use crate::applicability::findings;
use crate::error::AppError;
use crate::intake::prepare::reading;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_engine::matching::{
    ComponentFact, Known, Leaf, LeafInput, Leaves, Rules, configuration::Memo, difference, leaf::Standing,
    lines::words_of, match_configuration,
};
use holdpoint_store::advisory::{Stance, StoredProduct};
use holdpoint_store::feed_finding::FindingCounts;
use holdpoint_store::matches::{MatchLine, MatchRow, NewMatch, OverlayScope};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::{Change, Reader, StoreError};
use lines::Lines;
use resident::{Documents, Inventory};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Names the rules by which matches are made. It counts up whenever the same facts may get another answer, so that a
/// database that an older program wrote is found and brought up to date.
pub const RULES: u64 = 27;
const RULES_SETTING: &str = "matching.rules";

/// How many matches a change opened, changed, carried over to a newer revision, and closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MatchCounts {
    /// Matches that are new.
    pub opened: u64,
    /// Matches whose answer is another one now.
    pub changed: u64,
    /// Matches that rest on a newer revision and say the same: nothing to raise.
    pub carried_over: u64,
    /// Matches that are none any more.
    pub closed: u64,
}

impl MatchCounts {
    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.opened += other.opened;
        self.changed += other.changed;
        self.carried_over += other.carried_over;
        self.closed += other.closed;
    }
}

/// The leaf that stands for a stored product.
#[must_use]
pub fn leaf_of(product: StoredProduct, document: i64) -> LeafInput {
    let standing = match product.stance {
        Stance::Part => Standing::Named,
        Stance::Edge => product.span_with.map_or(Standing::Edge, |other| Standing::Span { other }),
        Stance::Cured => Standing::Cured,
        Stance::Cleared => Standing::Cleared,
        Stance::Investigated => Standing::Investigated,
        Stance::Affected | Stance::Silent | Stance::Recommended => Standing::Stated,
    };
    let StoredProduct { product_no: number, expression, fixes, .. } = product;
    LeafInput { number, document, standing, expression, fixes }
}

/// Numbers for documents: those of the resident index, and others for what is not in it.
#[derive(Debug)]
struct Numbering<'a> {
    resident: Option<&'a HashMap<AdvisoryId, i64>>,
    others: HashMap<AdvisoryId, i64>,
}

impl<'a> Numbering<'a> {
    const fn new(resident: Option<&'a HashMap<AdvisoryId, i64>>, others: HashMap<AdvisoryId, i64>) -> Self {
        Self { resident, others }
    }

    fn number(&mut self, id: AdvisoryId) -> i64 {
        if let Some(number) = self.resident.and_then(|numbers| numbers.get(&id)) {
            return *number;
        }
        // Below zero, so that they never meet the resident ones.
        let next = -1 - i64::try_from(self.others.len()).expect("fewer advisories than i64 can count");
        *self.others.entry(id).or_insert(next)
    }
}

/// What a comparison holds configurations against: parts of an index, whole documents in each.
struct Sources<'a> {
    parts: Vec<&'a Leaves>,
    documents: Option<&'a Documents>,
    numbering: Numbering<'a>,
    rules: Rules,
    /// The components that one of the leaves may speak of, where that was looked for.
    near: Option<BTreeSet<i64>>,
}

impl<'a> Sources<'a> {
    /// Every current document.
    fn all(documents: &'a Documents, rules: Rules) -> Self {
        Self {
            parts: documents.parts().collect(),
            documents: Some(documents),
            numbering: Numbering::new(Some(documents.numbers()), HashMap::new()),
            rules,
            near: None,
        }
    }

    /// What is to be kept while configurations are held against one part.
    fn memo(&self) -> Memo {
        self.near.as_ref().map_or_else(Memo::default, |near| Memo::near(near.iter().copied()))
    }

    fn is_current(&self, leaf: i64) -> bool {
        self.documents.is_none_or(|documents| documents.is_current(leaf))
    }

    fn leaf(&self, number: i64) -> Option<&'a Leaf> {
        self.part_of(number).map(|(_, leaf)| leaf)
    }

    /// The part of the index that holds a leaf, and the leaf.
    fn part_of(&self, number: i64) -> Option<(&'a Leaves, &'a Leaf)> {
        self.parts.iter().find_map(|part| Some((*part, part.by_number(number)?)))
    }
}

/// The mapping rules that hold at the moment of the change.
fn people_rules(c: &mut Change<'_>) -> Result<Rules, StoreError> {
    let at = c.at();
    crate::review::rules_at(c, Moment::OPEN, at)
}

/// Brings the matches of these advisories up to date, after new revisions were put.
pub(crate) fn for_advisories(
    app: &App,
    c: &mut Change<'_>,
    advisories: &[AdvisoryId],
) -> Result<MatchCounts, StoreError> {
    let mut numbering = Numbering::new(None, HashMap::new());
    let inputs = c.products_of_advisories(advisories)?.into_iter().map(|product| {
        let document = numbering.number(product.advisory);
        leaf_of(product, document)
    });
    let leaves = Leaves::new(inputs.collect());
    let rules = people_rules(c)?;
    let inventory = app.resident().inventory(c)?;
    let near = inventory.near(&leaves, &rules);
    let configurations = c.configurations_with_assets(&inventory.holding(&near))?;
    let sources = Sources { parts: vec![&leaves], documents: None, numbering, rules, near: Some(near) };
    let stored = c.matches_of_advisories(advisories)?;
    settle(c, sources, (&inventory, &configurations), stored, OverlayScope::Advisories(advisories))
}

/// Brings the matches of these configurations up to date. Configurations that no asset has lose theirs.
pub(crate) fn for_configurations(
    app: &App,
    c: &mut Change<'_>,
    configurations: &[i64],
) -> Result<MatchCounts, StoreError> {
    if configurations.is_empty() {
        return Ok(MatchCounts::default());
    }
    let documents = app.resident().documents(c)?;
    let rules = people_rules(c)?;
    let in_use = c.configurations_with_assets(configurations)?;
    let inventory = Inventory::of(c, &in_use)?;
    let stored = c.matches_of_configurations(configurations)?;
    let scope = OverlayScope::Configurations(configurations);
    settle(c, Sources::all(&documents, rules), (&inventory, &in_use), stored, scope)
}

/// Compares what should be with what is stored, and writes the difference.
fn settle(
    c: &mut Change<'_>,
    mut sources: Sources<'_>,
    (inventory, configurations): (&Inventory, &[i64]),
    stored: Vec<MatchRow>,
    scope: OverlayScope<'_>,
) -> Result<MatchCounts, StoreError> {
    let mut wanted = wanted(&sources, inventory, configurations);
    let lines = Lines::of(c, &sources, inventory, &mut wanted)?;
    let match_nos: Vec<i64> = stored.iter().map(|row| row.match_no).collect();
    let mut known: Vec<Known> = stored.into_iter().map(|row| known(row, &mut sources.numbering)).collect();
    carried::follow(c, &mut known, &wanted)?;
    let mut numbers: BTreeMap<lines::Identity, i64> = known.iter().map(identity).zip(match_nos).collect();
    let delta = difference(&known, wanted);
    let mut counts = MatchCounts {
        opened: delta.opened.len() as u64,
        changed: delta.changed.len() as u64,
        carried_over: delta.carried_over.len() as u64,
        closed: delta.closed.len() as u64,
    };
    let replaced = delta.changed.into_iter().chain(delta.carried_over).map(|(_, now)| now);
    let begun: Vec<Known> = delta.opened.into_iter().chain(replaced).collect();
    let rows: Vec<NewMatch> = begun
        .iter()
        .map(|known| NewMatch {
            continues: numbers.get(&identity(known)).copied(),
            ..new_match(&sources, &lines, known)
        })
        .collect();
    let at = c.at();
    if !rows.is_empty() {
        c.put_setting(RULES_SETTING, &serde_json::json!(RULES))?;
    }
    let opened = c.open_matches(&rows, at)?;
    numbers.extend(begun.iter().map(identity).zip(opened));
    let closed: Vec<i64> =
        delta.closed.iter().filter_map(|known| numbers.get(&identity(known)).copied()).collect();
    c.close_matches(&closed, at)?;
    let (own, weighed) = lines.numbered(&numbers);
    // What only a single asset's answer or a single statement changes is a change all the same.
    counts.changed += c.settle_overlays(scope, &own, &weighed, at)?;
    Ok(counts)
}

fn identity(known: &Known) -> lines::Identity {
    (known.configuration, known.document, known.product_id.clone())
}

/// What the engine says of these configurations.
fn wanted(sources: &Sources<'_>, inventory: &Inventory, configurations: &[i64]) -> Vec<Known> {
    let mut wanted = Vec::new();
    let mut memos: Vec<Memo> = sources.parts.iter().map(|_| sources.memo()).collect();
    for number in configurations {
        let parts = inventory.parts(*number).unwrap_or_default();
        let facts: Vec<&ComponentFact> = parts.iter().filter_map(|part| inventory.component(*part)).collect();
        for (leaves, memo) in sources.parts.iter().zip(&mut memos) {
            for matched in match_configuration(leaves, &facts, &sources.rules, memo) {
                if !sources.is_current(matched.leaf) {
                    continue;
                }
                let leaf =
                    leaves.by_number(matched.leaf).expect("the engine answers with leaves it was given");
                wanted.push(Known {
                    configuration: *number,
                    document: leaf.document,
                    product_id: leaf.product_id.clone(),
                    leaf: matched.leaf,
                    component: matched.component,
                    decision: Arc::unwrap_or_clone(matched.decision),
                });
            }
        }
    }
    wanted
}

fn known(row: MatchRow, numbering: &mut Numbering<'_>) -> Known {
    Known {
        configuration: row.configuration_no,
        document: numbering.number(row.advisory),
        product_id: row.product_id,
        leaf: row.product_no,
        component: row.component_no,
        decision: holdpoint_domain::matching::Decision {
            verdict: row.verdict,
            confidence: row.confidence,
            rung: row.rung,
            why: row.why,
        },
    }
}

fn new_match(sources: &Sources<'_>, lines: &Lines, known: &Known) -> NewMatch {
    let expression = sources.leaf(known.leaf).map_or_else(String::new, words_of);
    NewMatch {
        configuration_no: known.configuration,
        product_no: known.leaf,
        component_no: known.component,
        verdict: known.decision.verdict,
        confidence: known.decision.confidence,
        rung: known.decision.rung,
        why: known.decision.why.clone(),
        expression,
        counts_as: lines.counts_as.get(&(known.configuration, known.leaf)).copied(),
        continues: None,
    }
}

/// Lists matches: one line for each asset, product and vulnerability.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<MatchLine>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.match_list(&query))?)
}

/// Visits every match that a query finds, page after page, in bounded memory.
///
/// # Errors
/// As [`list`], and what the visitor gives.
pub fn each(
    app: &App,
    caller: &Caller,
    query: &ListQuery,
    mut visit: impl FnMut(MatchLine) -> Result<(), StoreError>,
) -> Result<(), AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.match_list_each(&query, &mut visit))?)
}

/// Brings matches up to date that were made by other rules than this program's, as after an upgrade.
///
/// Gives `None` when there is nothing to do: no match is stored, or all were made by these rules.
///
/// # Errors
/// [`AppError::Store`].
pub fn keep_current(app: &App) -> Result<Option<MatchCounts>, AppError> {
    keep_version_keys(app)?;
    keep_readings(app)?;
    keep_fixes(app)?;
    keep_voices(app)?;
    let made_by = app.store().read(|r| r.setting(RULES_SETTING))?;
    if made_by.is_none_or(|rules| rules == serde_json::json!(RULES)) {
        return Ok(None);
    }
    let caller = Caller::system("match");
    let intent = app.intent(&caller, "match.rebuild", "the program's rules of matching changed");
    let committed = app.store().change(&intent, |c| {
        let counts = everything(app, c)?;
        c.put_setting(RULES_SETTING, &serde_json::json!(RULES))?;
        c.detail("rules", serde_json::json!(RULES));
        c.detail("matches", serde_json::json!(counts));
        Ok::<_, StoreError>(counts)
    })?;
    Ok(Some(committed.value))
}

/// Makes the sortable keys of version texts that an older program did not make, or made in another way.
fn keep_version_keys(app: &App) -> Result<(), AppError> {
    let intent = app.intent(
        &Caller::system("versions"),
        "version.keys",
        "the program encodes versions in its own way",
    );
    app.store().change(&intent, |c| {
        match c.keep_version_keys()? {
            None => c.nothing_to_do(),
            Some(made) => c.detail("keys", made),
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

/// Makes of what suppliers said before what lists filter by, as an older program did not.
fn keep_voices(app: &App) -> Result<(), AppError> {
    let is_empty = app.store().read(|r| Ok::<_, StoreError>(r.voices()?.is_empty()))?;
    if !is_empty {
        return Ok(());
    }
    let why = "lists ask whose yes counts";
    app.store().change(&app.intent(&Caller::system("statements"), "statement.voices", why), |c| {
        if !crate::statements::speakers::keep_voices(c)? {
            c.nothing_to_do();
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

/// Reads the texts of current documents again that an older program may have read in another way: what lists show of them is
/// stored, and so are the fixes that follow from it.
fn keep_readings(app: &App) -> Result<(), AppError> {
    let is_current = app.store().read(|r| {
        let made_by = r.setting(RULES_SETTING)?;
        Ok(made_by.is_none_or(|rules| rules == serde_json::json!(RULES)))
    })?;
    let intent = app.intent(
        &Caller::system("match"),
        "advisory.readings",
        "the program reads version texts in its own way",
    );
    app.store().change(&intent, |c| {
        if is_current && c.has_own_fixes()? {
            c.nothing_to_do();
            return Ok::<_, StoreError>(());
        }
        let mut others = Vec::new();
        c.current_products(Moment::OPEN, |product| {
            let reading = reading(&product.expression);
            if reading != product.reading {
                others.push((product, reading));
            }
            Ok(())
        })?;
        if others.is_empty() {
            c.nothing_to_do();
            return Ok(());
        }
        c.put_readings(&others)?;
        c.detail("products", others.len());
        Ok(())
    })?;
    Ok(())
}

/// Finds the versions that the documents' fixes name, where an older program did not look for them.
fn keep_fixes(app: &App) -> Result<(), AppError> {
    let intent = app.intent(
        &Caller::system("match"),
        "advisory.fixes",
        "the program reads the versions that fixes name",
    );
    app.store().change(&intent, |c| {
        match c.keep_fixes()? {
            None => c.nothing_to_do(),
            Some(found) => c.detail("products", found),
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

/// Compares every configuration with every current document again, as after an upgrade of the program.
///
/// # Errors
/// [`AppError::Refused`] without the permission to write matches everywhere; [`AppError::Store`].
pub fn rebuild(app: &App, caller: &Caller, reason: &str) -> Result<MatchCounts, AppError> {
    caller.require_everywhere(Permission::WriteMatches)?;
    let committed = app.store().change(&app.intent(caller, "match.rebuild", reason), |c| {
        let counts = everything(app, c)?;
        let found = findings::everything(app, c)?;
        if counts == MatchCounts::default() && found == FindingCounts::default() {
            c.nothing_to_do();
        } else {
            c.detail("matches", serde_json::json!(counts));
            c.detail("feed_findings", findings::words(found));
        }
        Ok::<_, StoreError>(counts)
    })?;
    Ok(committed.value)
}

fn everything(app: &App, c: &mut Change<'_>) -> Result<MatchCounts, StoreError> {
    let inventory = app.resident().inventory(c)?;
    let documents = app.resident().documents(c)?;
    let rules = people_rules(c)?;
    let configurations = c.configurations_with_assets(&inventory.configurations())?;
    let stored = c.all_open_matches()?;
    let sources = Sources::all(&documents, rules);
    settle(c, sources, (&inventory, &configurations), stored, OverlayScope::Everything)
}

/// The components of a configuration, ready for the engine.
pub(crate) fn facts_of(r: &mut Reader<'_>, configuration: i64) -> Result<Vec<ComponentFact>, StoreError> {
    let rows = r.configuration(configuration)?;
    Ok(rows.into_iter().map(|(number, component)| ComponentFact::new(number, component)).collect())
}
