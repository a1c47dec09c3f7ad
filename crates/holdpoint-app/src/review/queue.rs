//! The queue: pairs of names that matching cannot decide, those first whose answer settles most.
//!
//! The questions are the engine's; they are kept until documents or inventory change. A decision does not make them
//! anew: what a rule answers by now is left out when the queue is asked for. The surprise: counts of assets are of the
//! caller's own sites, so two persons may see one question with different numbers.

use super::holding;
use super::listing::{self, Cell, Row};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::matching::leaf_of;
use arc_swap::ArcSwapOption;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::filter::{FieldKind, FieldSpec};
use holdpoint_domain::id::{AdvisoryId, RuleId};
use holdpoint_domain::review::{NameKey, RuleState, RuleSubject, RuleVerdict};
use holdpoint_engine::matching::identity::{Identity, identity};
use holdpoint_engine::matching::queue::{Question, QuestionKind, Weighed, Weight, questions};
use holdpoint_engine::matching::{ComponentFact, Components, Leaf, Leaves, Rules};
use holdpoint_store::page::{Direction, ListQuery, Paged};
use holdpoint_store::review::{ConfigurationPlace, QueueState};
use holdpoint_store::{Reader, StoreError};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The most questions that are made: far more than people answer before the next import changes them.
const MAX_QUESTIONS: usize = 5_000;
/// Tags that a question shows.
const SHOWN_TAGS: usize = 5;

const KINDS: &[&str] = &["name", "family", "vendor"];
const WEIGHTS: &[&str] = &["resembles", "open"];
const STATES: &[&str] = &["asked", "proposed"];

const FIELDS: &[FieldSpec] = &[
    FieldSpec { name: "settles", kind: FieldKind::Number },
    FieldSpec { name: "kind", kind: FieldKind::Word(KINDS) },
    FieldSpec { name: "weight", kind: FieldKind::Word(WEIGHTS) },
    FieldSpec { name: "state", kind: FieldKind::Word(STATES) },
    FieldSpec { name: "vendor", kind: FieldKind::Text },
    FieldSpec { name: "ours", kind: FieldKind::Text },
    FieldSpec { name: "theirs", kind: FieldKind::Text },
    FieldSpec { name: "site", kind: FieldKind::Text },
    FieldSpec { name: "asset_kind", kind: FieldKind::Text },
    FieldSpec { name: "why", kind: FieldKind::Text },
    FieldSpec { name: "assets", kind: FieldKind::Number },
    FieldSpec { name: "settled_assets", kind: FieldKind::Number },
    FieldSpec { name: "configurations", kind: FieldKind::Number },
    FieldSpec { name: "advisories", kind: FieldKind::Number },
    FieldSpec { name: "products", kind: FieldKind::Number },
    FieldSpec { name: "score", kind: FieldKind::Number },
];

/// The questions as they were made last.
#[derive(Debug, Default)]
pub(crate) struct Kept(ArcSwapOption<Made>);

#[derive(Debug)]
struct Made {
    state: QueueState,
    /// The rules that were asked when the questions were made: all of them must still hold.
    rules: BTreeSet<RuleId>,
    questions: Vec<Arc<Asked>>,
    places: HashMap<i64, Vec<ConfigurationPlace>>,
}

/// A question with what is needed to see whether a rule answers it by now.
#[derive(Debug)]
struct Asked {
    key: String,
    question: Question,
    component: ComponentFact,
    leaf: Leaf,
    /// The configurations that have our name.
    configurations: Vec<i64>,
    /// Those of them for which it is open, sorted.
    open: Vec<i64>,
    tracking_id: String,
}

/// What somebody proposed as the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The rule that waits for a second person.
    pub rule: RuleId,
    /// What it says.
    pub verdict: RuleVerdict,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

/// A question as a caller sees it.
#[derive(Debug, Clone)]
pub struct Open {
    /// Names the question; the same while the two names are.
    pub key: String,
    /// The engine's question; its counts are of all sites.
    pub question: Question,
    /// Assets within reach that have our name: those that the answer speaks of.
    pub assets: u64,
    /// Those of them on which no other question keeps matches open: for these the answer leaves nothing to ask. None for a
    /// question on which no match hangs.
    pub settled_assets: u64,
    /// Configurations of those.
    pub configurations: u64,
    /// Names of their sites.
    pub sites: Vec<String>,
    /// Their kinds.
    pub asset_kinds: Vec<String>,
    /// Some of their tags.
    pub tags: Vec<String>,
    /// An advisory in which the other name was seen.
    pub tracking_id: String,
    /// What waits for a second person.
    pub proposal: Option<Proposal>,
    /// The numbers of the configurations that have our name, at all sites.
    pub(crate) held_by: Vec<i64>,
}

impl Open {
    /// How far an answer reaches: assets times advisories. An order of what to ask first, and no count of what is settled.
    #[must_use]
    pub const fn settles(&self) -> u64 {
        self.assets.saturating_mul(self.question.documents)
    }
}

impl Row for Open {
    fn cell(&self, field: &str) -> Cell {
        let text = |text: &str| Cell::Texts(vec![text.to_owned()]);
        let question = &self.question;
        match field {
            "settles" => {
                // What keeps matches open comes first, and among equals what is more alike.
                let open = if question.weight == Weight::Open { 1e12 } else { 0.0 };
                Cell::Number(open + self.settles() as f64 + f64::from(question.score) / 1e4)
            }
            "kind" => Cell::Word(question.kind.word()),
            "weight" => Cell::Word(weight_word(question.weight)),
            "state" => Cell::Word(if self.proposal.is_some() { "proposed" } else { "asked" }),
            "vendor" => Cell::Texts(vec![
                question.theirs_written[0].clone(),
                question.ours_written[0].clone(),
                question.theirs.vendor.clone(),
            ]),
            "ours" => text(&question.ours_written[1]),
            "theirs" => text(&question.theirs_written[1]),
            "site" => Cell::Texts(self.sites.clone()),
            "asset_kind" => Cell::Texts(self.asset_kinds.clone()),
            "why" => text(&question.why),
            "assets" => Cell::Number(self.assets as f64),
            "settled_assets" => Cell::Number(self.settled_assets as f64),
            "configurations" => Cell::Number(self.configurations as f64),
            "advisories" => Cell::Number(question.documents as f64),
            "products" => Cell::Number(question.leaves as f64),
            "score" => Cell::Number(f64::from(question.score)),
            _ => Cell::Texts(Vec::new()),
        }
    }

    fn words(&self) -> Vec<&str> {
        let question = &self.question;
        let written = question.ours_written.iter().chain(&question.theirs_written).map(String::as_str);
        written.chain([question.why.as_str()]).chain(self.tags.iter().map(String::as_str)).collect()
    }

    fn key(&self) -> &str {
        &self.key
    }
}

/// The stable word of what hangs on a question: `open` or `resembles`.
#[must_use]
pub const fn weight_word(weight: Weight) -> &'static str {
    match weight {
        Weight::Open => "open",
        Weight::Resembles => "resembles",
    }
}

/// The key of a question on two names: sixteen hexadecimal digits.
#[must_use]
pub fn key_of(ours: &NameKey, theirs: &NameKey) -> String {
    let subject = RuleSubject::Names { ours: ours.clone(), theirs: theirs.clone() };
    let hash = Sha256::digest(subject.canonical().as_bytes());
    hash[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lists open questions.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<Open>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    listing::page(FIELDS, ("settles", Direction::Descending), open(app, &reach)?, query)
}

/// One open question.
///
/// # Errors
/// [`AppError::NotFound`] also when it was answered meanwhile; [`AppError::Refused`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, key: &str) -> Result<Open, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let found = open(app, &reach)?.into_iter().find(|open| open.key == key);
    found.ok_or_else(|| missing(key))
}

/// The keys of the open questions on these configurations, at most so many each, those first whose answer settles most.
pub(crate) fn on_configurations(
    app: &App,
    reach: &Reach,
    configurations: &BTreeSet<i64>,
    at_most: usize,
) -> Result<HashMap<i64, Vec<String>>, AppError> {
    let mut found: HashMap<i64, Vec<String>> = HashMap::new();
    if configurations.is_empty() {
        return Ok(found);
    }
    let mut questions = open(app, reach)?;
    questions.sort_by(|one, other| other.settles().cmp(&one.settles()).then_with(|| one.key.cmp(&other.key)));
    for question in &questions {
        for number in question.held_by.iter().filter(|number| configurations.contains(number)) {
            let keys = found.entry(*number).or_default();
            if keys.len() < at_most {
                keys.push(question.key.clone());
            }
        }
    }
    Ok(found)
}

pub(super) fn missing(key: &str) -> AppError {
    AppError::NotFound { noun: "open question", id: key.chars().take(64).collect() }
}

/// The questions that no rule answers, as far as the reach goes.
pub(super) fn open(app: &App, reach: &Reach) -> Result<Vec<Open>, AppError> {
    let now = app.now();
    let (made, rules, proposals) = app.store().read(|r| {
        let holding = holding(r, Moment::OPEN, now)?;
        let ids: BTreeSet<RuleId> = holding.iter().map(|rule| rule.id).collect();
        let rules = Rules::new(holding, now);
        let made = app.questions().current(r, &rules, &ids)?;
        let proposals = r.rules_in(RuleState::Proposed, Moment::OPEN)?;
        Ok((made, rules, proposals))
    })?;
    let mut proposed: HashMap<String, Proposal> = HashMap::new();
    for line in proposals.into_iter().filter(|line| line.rule.holds_at(now)) {
        let key = line.origin.strip_prefix(ORIGIN).map(str::to_owned);
        let key = key.or_else(|| match &line.rule.subject {
            RuleSubject::Names { ours, theirs } => Some(key_of(ours, theirs)),
            RuleSubject::Family { .. } | RuleSubject::Vendor { .. } | RuleSubject::Expression { .. } => None,
        });
        if let Some(key) = key {
            let rule = line.rule;
            let proposal = Proposal {
                rule: rule.id,
                verdict: rule.verdict,
                by: rule.author,
                at: rule.decided_at,
                reason: rule.reason,
            };
            proposed.insert(key, proposal);
        }
    }
    let unanswered: Vec<&Arc<Asked>> =
        made.questions.iter().filter(|asked| !is_answered(asked, &rules)).collect();
    let mut waiting: HashMap<i64, u32> = HashMap::new();
    for asked in unanswered.iter().filter(|asked| asked.question.weight == Weight::Open) {
        for configuration in &asked.open {
            *waiting.entry(*configuration).or_default() += 1;
        }
    }
    let seen = unanswered.into_iter().filter_map(|asked| {
        let seen = seen(asked, &made.places, &waiting, reach)?;
        Some(Open { proposal: proposed.remove(&asked.key), ..seen })
    });
    Ok(seen.collect())
}

/// What a rule's origin begins with when it answers a question; the question's key follows.
pub(super) const ORIGIN: &str = "review ";

fn is_answered(asked: &Asked, rules: &Rules) -> bool {
    rules.of_pair(&asked.component, &asked.leaf).is_some()
        || match identity(&asked.component, &asked.leaf, rules) {
            Some(Identity::Same { .. } | Identity::Different { .. }) => true,
            Some(Identity::Perhaps { .. }) | None => false,
        }
}

/// The question with the counts of what the reach covers; `None` when that is nothing.
///
/// `waiting`: how many questions keep matches of a configuration open.
fn seen(
    asked: &Asked,
    places: &HashMap<i64, Vec<ConfigurationPlace>>,
    waiting: &HashMap<i64, u32>,
    reach: &Reach,
) -> Option<Open> {
    let mut open = Open {
        key: asked.key.clone(),
        question: asked.question.clone(),
        assets: 0,
        settled_assets: 0,
        configurations: 0,
        sites: Vec::new(),
        asset_kinds: Vec::new(),
        tags: Vec::new(),
        tracking_id: asked.tracking_id.clone(),
        proposal: None,
        held_by: asked.configurations.clone(),
    };
    for configuration in &asked.configurations {
        let held = places.get(configuration).into_iter().flatten();
        let mut counted = 0;
        for place in held.filter(|place| reach.covers(place.site_id)) {
            counted += place.assets;
            for (known, new) in [(&mut open.sites, &place.site), (&mut open.asset_kinds, &place.kind)] {
                if !new.is_empty() && !known.contains(new) {
                    known.push(new.clone());
                }
            }
            if open.tags.len() < SHOWN_TAGS {
                open.tags.push(place.tag.clone());
            }
        }
        open.assets += counted;
        let is_last = asked.question.weight == Weight::Open
            && asked.open.binary_search(configuration).is_ok()
            && waiting.get(configuration) == Some(&1);
        open.settled_assets += if is_last { counted } else { 0 };
        open.configurations += u64::from(counted > 0);
    }
    open.sites.sort();
    open.asset_kinds.sort();
    (open.assets > 0).then_some(open)
}

impl Kept {
    /// The questions of the data as they are in this view.
    fn current(
        &self,
        r: &mut Reader<'_>,
        rules: &Rules,
        ids: &BTreeSet<RuleId>,
    ) -> Result<Arc<Made>, StoreError> {
        let state = r.queue_state()?;
        if let Some(made) = self.0.load_full()
            && made.state == state
            && made.rules.is_subset(ids)
        {
            return Ok(made);
        }
        let made = Arc::new(make(r, state, rules, ids)?);
        self.0.store(Some(Arc::clone(&made)));
        Ok(made)
    }
}

fn make(
    r: &mut Reader<'_>,
    state: QueueState,
    rules: &Rules,
    ids: &BTreeSet<RuleId>,
) -> Result<Made, StoreError> {
    let mut places: HashMap<i64, Vec<ConfigurationPlace>> = HashMap::new();
    for place in r.configuration_places()? {
        places.entry(place.configuration_no).or_default().push(place);
    }
    let in_use = r.configurations_in_use(Moment::OPEN)?;
    let parts: BTreeSet<i64> = in_use.iter().flat_map(|(_, parts)| parts).copied().collect();
    let rows = r.components(&parts.into_iter().collect::<Vec<_>>())?;
    let facts: Vec<ComponentFact> =
        rows.into_iter().map(|(number, component)| ComponentFact::new(number, component)).collect();
    let components = Components::new(facts);
    let mut documents: BTreeMap<AdvisoryId, i64> = BTreeMap::new();
    let mut inputs = Vec::new();
    r.current_products(Moment::OPEN, |product| {
        let next = i64::try_from(documents.len()).expect("fewer advisories than i64 can count");
        let document = *documents.entry(product.advisory).or_insert(next);
        inputs.push(leaf_of(product, document));
        Ok(())
    })?;
    let leaves = Leaves::new(inputs);
    let weighed: Vec<Weighed> = in_use
        .iter()
        .map(|(number, parts)| Weighed {
            number: *number,
            assets: places.get(number).into_iter().flatten().map(|place| place.assets).sum(),
            components: parts.clone(),
        })
        .collect();
    let found = questions(&leaves, &components, &weighed, rules, MAX_QUESTIONS);
    let products: Vec<i64> = found.iter().map(|question| question.leaf).collect();
    let tracking: HashMap<i64, String> = r.tracking_ids(&products)?.into_iter().collect();
    let holders = holders(&in_use, &components);
    let of_component = of_components(&in_use);
    let asked = found.into_iter().filter_map(|question| {
        Some(Arc::new(Asked {
            key: key_of(&question.ours, &question.theirs),
            component: components.by_number(question.component)?.clone(),
            leaf: leaves.by_number(question.leaf)?.clone(),
            configurations: holders.get(&question.ours).cloned().unwrap_or_default(),
            open: {
                let open = question.components.iter().filter_map(|number| of_component.get(number)).flatten();
                open.copied().collect::<BTreeSet<i64>>().into_iter().collect()
            },
            tracking_id: tracking.get(&question.leaf).cloned().unwrap_or_default(),
            question,
        }))
    });
    Ok(Made { state, rules: ids.clone(), questions: asked.collect(), places })
}

/// Which configurations have each component.
fn of_components(in_use: &[(i64, Vec<i64>)]) -> HashMap<i64, Vec<i64>> {
    let mut found: HashMap<i64, Vec<i64>> = HashMap::new();
    for (number, parts) in in_use {
        for part in parts {
            found.entry(*part).or_default().push(*number);
        }
    }
    found
}

/// Which configurations have a component of each name.
fn holders(in_use: &[(i64, Vec<i64>)], components: &Components) -> HashMap<NameKey, Vec<i64>> {
    let mut found: HashMap<NameKey, Vec<i64>> = HashMap::new();
    for (number, parts) in in_use {
        for component in parts.iter().filter_map(|part| components.by_number(*part)) {
            let key = NameKey {
                vendor: component.names.vendor.clone(),
                product: component.names.product.clone(),
                order_number: String::new(),
            };
            let known = found.entry(key).or_default();
            if known.last() != Some(number) {
                known.push(*number);
            }
        }
    }
    found
}

/// What kind of rule a question's suggestion is, for people.
#[must_use]
pub const fn suggestion_word(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Name => "names",
        QuestionKind::Family => "family",
        QuestionKind::Vendor => "vendor",
    }
}
